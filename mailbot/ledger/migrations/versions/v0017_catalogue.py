"""A catalogue of arrivals: by the periods that they bring reports for, and those nobody has decided on.

The database keeps it by itself, whoever writes. It is no fact: it follows from the verdicts, and `mailbot
verify` holds it against them.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# What `_words` says, in the words of each database.
_SQLITE = """
INSERT OR IGNORE INTO catalogue (word, arrival)
SELECT json_extract(filing.value, '$.period'), {arrival}
FROM json_each({verdict}, '$.filings') AS filing
UNION
SELECT 'copy of ' || json_extract({verdict}, '$.duplicate_of'), {arrival}
WHERE json_extract({verdict}, '$.duplicate_of') IS NOT NULL
UNION
SELECT 'undecided', {arrival} WHERE json_extract({verdict}, '$.is') IN ('unclear', 'sealed');
"""
_DECIDED = "DELETE FROM catalogue WHERE word = 'undecided' AND arrival = NEW.arrival;"
# PostgreSQL reads no JSON that holds U+0000 or half a pair, as strangers' words may; so what is escaped goes.
_READABLE = r"regexp_replace(NEW.verdict::text, '\\(?:\\|u[0-9a-fA-F]{4})', '?', 'g')"
_POSTGRESQL = """
INSERT INTO catalogue (word, arrival)
SELECT filing ->> 'period', {arrival}
FROM json_array_elements(coalesce({verdict}::json -> 'filings', '[]'::json)) AS filing
UNION
SELECT 'copy of ' || ({verdict}::json ->> 'duplicate_of'), {arrival}
WHERE {verdict}::json ->> 'duplicate_of' IS NOT NULL
UNION
SELECT 'undecided', {arrival} WHERE {verdict}::json ->> 'is' IN ('unclear', 'sealed')
ON CONFLICT DO NOTHING;
"""
_TRIGGERS = (("arrival", "NEW.number", ""), ("ruling", "NEW.arrival", _DECIDED))


def upgrade() -> None:
    """Make the table, write down what there is, and let triggers write down what comes."""
    op.create_table(
        "catalogue",
        sa.Column("word", sa.String(40), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrival.number"], name="fk_catalogue_arrival"),
        sa.PrimaryKeyConstraint("word", "arrival", name="pk_catalogue"),
    )
    op.create_index("ix_arrival_sender", "arrival", ["sender"])
    op.create_index("ix_letter_unit", "letter", ["unit"])
    op.create_index("ix_duty_period", "duty", ["period"])
    _write_down()
    for table, arrival, first in _TRIGGERS:
        if op.get_bind().dialect.name == "postgresql":
            work = first + _POSTGRESQL.format(verdict=_READABLE, arrival=arrival)
            function = f"FUNCTION catalogue_{table}()"
            op.execute(
                f"CREATE {function} RETURNS trigger AS $$ BEGIN {work} RETURN NEW; END $$ LANGUAGE plpgsql"
            )
            head = f"CREATE TRIGGER catalogue_{table} AFTER INSERT ON {table} FOR EACH ROW"
            op.execute(f"{head} EXECUTE {function}")
        else:
            work = first + _SQLITE.format(verdict="NEW.verdict", arrival=arrival)
            op.execute(f"CREATE TRIGGER catalogue_{table} AFTER INSERT ON {table} BEGIN {work} END")


def _write_down() -> None:
    connection = op.get_bind()
    found: set[tuple[str, int]] = set()
    for query in (
        "SELECT number AS arrival, verdict FROM arrival ORDER BY number",
        "SELECT arrival, verdict FROM ruling ORDER BY number",
    ):
        for arrival, written in connection.execute(sa.text(query)):
            found.discard(("undecided", arrival))
            found.update((word, arrival) for word in _words(json.loads(written)))
    rows = [{"word": word, "arrival": arrival} for word, arrival in sorted(found)]
    if rows:
        connection.execute(sa.text("INSERT INTO catalogue VALUES (:word, :arrival)"), rows)


def _words(verdict: dict[str, Any]) -> set[str]:
    words = {filing["period"] for filing in verdict.get("filings", ())}
    if verdict.get("duplicate_of") is not None:
        words.add(f"copy of {verdict['duplicate_of']}")
    if verdict["is"] in {"unclear", "sealed"}:
        words.add("undecided")
    return words
