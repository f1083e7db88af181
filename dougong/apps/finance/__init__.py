"""Money: what is owed to us and by us, what was paid, and the books that prove it."""
