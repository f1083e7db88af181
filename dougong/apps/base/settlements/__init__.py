"""What must hold whenever a master is kept, and what follows from what was typed."""
