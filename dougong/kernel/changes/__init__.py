"""Change sets: how a company changes its fields, objects, rules, roles, numbers and views."""
