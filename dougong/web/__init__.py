"""The door for programs and browsers: HTTP and JSON over the catalogue."""
