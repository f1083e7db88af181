"""The verbs of finance, one a file."""
