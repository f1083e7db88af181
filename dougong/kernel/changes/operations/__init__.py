"""Publishing a change set, and taking it back."""
