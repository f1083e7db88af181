"""Approvals: a company's rules on operations, and commands that wait for somebody's yes."""
