"""Collab: people who work together on any record, with comments, mentions, tasks and notifications."""
