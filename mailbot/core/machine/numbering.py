"""Numbers that a server gave to mails which nobody here ever saw: they came and were gone between two looks.

UIDs only ever rise, and most servers give each to a mail (RFC 9051, 2.3.1.1, promises the first alone). Where
the last hundred numbers were nearly all those of mails that were read, one that no mail has is a mail that
somebody took away: a mail program that fetches and deletes, a rule, a retention. Where numbers are skipped
as a habit it proves nothing, and is worth a warning only.
"""

from collections.abc import Collection, Iterator

# Enough to know the habit of a server, few enough that a thief of last month is forgotten.
LOOKED_AT = 100
_FEWEST = 50
_NEARLY_ALL = 0.95


def skipped(listed: Collection[int], highest: int) -> Iterator[tuple[int, int]]:
    """The runs of numbers above `highest`, the highest that was seen before, that none of `listed` has.

    Those above the highest of `listed` are not known to have been given to anything.
    """
    after = highest
    for number in sorted(number for number in listed if number > highest):
        if number > after + 1:
            yield after + 1, number - 1
        after = number


def counts_every_mail(seen: Collection[int], highest: int) -> bool:
    """Whether the server gave nearly each of the last numbers up to `highest` to a mail that was seen."""
    first = max(1, highest - LOOKED_AT + 1)
    looked_at = highest - first + 1
    found = sum(first <= number <= highest for number in seen)
    return looked_at >= _FEWEST and found >= _NEARLY_ALL * looked_at
