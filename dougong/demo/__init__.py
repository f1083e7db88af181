"""The demo company: its people and roles, its masters, and a year of its trade."""
