"""Answering a command that waits."""
