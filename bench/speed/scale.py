"""How much is measured: in full, in short, or just enough to see that every part runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The sizes of one run.

    Attributes:
        rounds: of each contender; the median counts.
        large, small: mails of the two corpora; `giants` of the large ones have 20 to 50 MB.
        getmail: mails for getmail6, which would take minutes for all.
        receipts: mails brought one at a time until their receipts are out.
        idle_seconds: how long the idle daemon is watched.
        units: of the province whose plan is made; each has 40 open duties.
        letters: to be sent.
        years, office: of the long ledger, and its units, each with 12 reports a year.
        provinces, province_units: on one PostgreSQL, and how many days pass in each.
    """

    name: str
    rounds: int
    large: int
    giants: int
    small: int
    getmail: int
    receipts: int
    idle_seconds: float
    units: int
    letters: int
    years: int
    office: int
    provinces: int
    province_units: int
    days: int
    starts: int


FULL = Scale(
    name="full",
    rounds=5,
    large=5_000,
    giants=4,
    small=20_000,
    getmail=200,
    receipts=60,
    idle_seconds=60,
    units=150,
    letters=1_000,
    years=10,
    office=300,
    provinces=34,
    province_units=150,
    days=10,
    starts=7,
)
SHORT = Scale(
    name="short",
    rounds=3,
    large=600,
    giants=1,
    small=2_000,
    getmail=60,
    receipts=12,
    idle_seconds=15,
    units=150,
    letters=200,
    years=3,
    office=60,
    provinces=3,
    province_units=150,
    days=5,
    starts=5,
)
TINY = Scale(
    name="tiny",
    rounds=1,
    large=6,
    giants=0,
    small=20,
    getmail=3,
    receipts=1,
    idle_seconds=1,
    units=3,
    letters=4,
    years=1,
    office=2,
    provinces=1,
    province_units=2,
    days=1,
    starts=1,
)
SCALES = {scale.name: scale for scale in (FULL, SHORT, TINY)}
