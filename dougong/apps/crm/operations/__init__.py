"""What can be done with campaigns."""
