"""Many values in the condition of a query."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select

# SQLite takes 32,766 at most; a statement is put together anew for each length.
_AT_ONCE = 500


def among(
    connection: Connection, query: Select[Any], column: ColumnElement[Any], values: Collection[Any]
) -> Iterator[RowMapping]:
    """The rows of a query whose column holds one of the values."""
    sought = sorted(values)
    for start in range(0, len(sought), _AT_ONCE):
        some = query.where(column.in_(sought[start : start + _AT_ONCE]))
        yield from connection.execute(some).mappings()
