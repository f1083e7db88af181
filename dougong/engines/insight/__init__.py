"""Insight: questions of measures and dimensions, asked of the live records as the asker may see them."""
