"""The store: records in PostgreSQL, a schema and a role for each company."""
