"""What is often asked about sales."""
