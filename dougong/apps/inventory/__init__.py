"""Goods: where they lie, for whom they are kept, when they come and go, what they are worth."""
