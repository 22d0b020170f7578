"""The ids of a list of tables: each is there once, in whatever file it stands."""

from mailbot.rulebook.sheets import Sheet


def check_ids(sheet: Sheet, name: str) -> set[str]:
    """Note ids of the list `name` that are there twice; return all, also of tables with other faults."""
    ids: set[str] = set()
    empty = True
    for page in sheet.pages:
        tables = page.data.get(name)
        empty = empty and not tables
        for number, table in enumerate(tables if isinstance(tables, list) else ()):
            own = table.get("id") if isinstance(table, dict) else None
            if not isinstance(own, str):
                continue
            if own in ids:
                page.fault((name, number, "id"), f"two of [[{name}]] have the id {own}")
            ids.add(own)
    if sheet.readable and empty:
        sheet.fault((name,), f"the file has no [[{name}]]")
    return ids
