"""A company with a million orders: how it is made, and what is measured in it."""
