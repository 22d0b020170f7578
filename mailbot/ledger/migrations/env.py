"""Alembic's entry: runs the steps inside the transaction that `mailbot.ledger.upgrade` has begun."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite can change little of a table in place; the rest is done by copying it.
    render_as_batch=True,
    # SQLite can undo DDL, but Alembic's dialect for it does not rely on that.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
