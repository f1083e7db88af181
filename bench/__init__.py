"""Benchmarks: how fast an order goes from nothing to paid, and beside what."""
