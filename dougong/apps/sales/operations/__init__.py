"""What can be done with sales orders and returns, one verb per file."""
