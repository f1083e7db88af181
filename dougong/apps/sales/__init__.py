"""Selling: prices, orders and their changes, returns."""
