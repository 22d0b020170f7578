"""Triggers that keep facts as they were written, on both databases."""

from alembic import op


def guard(table: str, *changes: str) -> None:
    """Refuse these changes of a table's rows: "UPDATE", "DELETE", "UPDATE OF a, b".

    PostgreSQL's function `refuse_change` comes with the first migration.
    """
    postgresql = op.get_bind().dialect.name == "postgresql"
    for change in changes:
        name = f"guard_{table}_{change.split()[0].lower()}"
        head = f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW"
        refused = (
            "EXECUTE FUNCTION refuse_change()"
            if postgresql
            else f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed so'); END"
        )
        op.execute(f"{head} {refused}")
