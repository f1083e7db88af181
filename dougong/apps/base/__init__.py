"""What every other app speaks of: customers, suppliers, products, units, currencies, taxes."""
