"""Winning customers: the campaigns that orders come from, and what they cost."""
