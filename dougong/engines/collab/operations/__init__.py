"""Taking a comment back, finishing a task, reading a notification."""
