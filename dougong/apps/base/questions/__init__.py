"""Questions about masters that are worth a name."""
