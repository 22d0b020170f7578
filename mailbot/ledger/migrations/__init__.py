"""The ledger's schema, step by step, as Alembic runs it; each step stays as it was released."""
