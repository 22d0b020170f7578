"""The cast: a clerk for each unit, with a temper, a way of writing titles and a mailbox."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mailbot.core.rules import Role, Rules, Unit
from mailbot.rehearsal.dice import Dice, dice

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Dương", "Ma", "Nông", "Triệu", "Lương")
_NAMES = (
    "Thị Hà", "Văn Hùng", "Thu Hiền", "Quang Minh", "Thị Thúy", "Đức Long", "Ngọc Ánh", "Mạnh Cường",
    "Thị Mai", "Anh Tuấn", "Bích Ngọc", "Văn Sáu", "Thị Lan", "Hữu Phước", "Kim Oanh", "Xuân Bảy",
)  # fmt: skip


class Temper(StrEnum):
    """When a clerk sends."""

    PUNCTUAL = "punctual"
    USUAL = "usual"
    TARDY = "tardy"
    FORGETFUL = "forgetful"


class Habit(StrEnum):
    """How a clerk writes titles and names files."""

    OFFICIAL = "official"  # the title in full, as on the paper
    SYMBOL = "symbol"  # number and symbol in front: "45/BC-STC ..."
    COVER = "cover"  # the subject of a covering letter: "V/v gửi báo cáo ..."
    PLAN_PART = "plan_part"  # with what is planned for the next period
    UNACCENTED = "unaccented"
    CAPITALS = "capitals"
    SHORT = "short"  # "BC T6/2014"
    UNDERSCORES = "underscores"  # "bao_cao_thang_06_2014.docx" as file and subject
    FILE_NAME = "file_name"  # the subject says "Gửi báo cáo", the file's name says which
    BODY_ONLY = "body_only"  # only the body says which
    DECOMPOSED = "decomposed"  # letters and marks apart (NFD), as macOS writes them
    FORWARDED = "forwarded"
    OLD_FONT = "old_font"  # typed for the TCVN3 fonts of before Unicode


_TEMPERS = {Temper.PUNCTUAL: 0.35, Temper.USUAL: 0.38, Temper.TARDY: 0.17, Temper.FORGETFUL: 0.10}
_HABITS = (
    Habit.OFFICIAL, Habit.PLAN_PART, Habit.SYMBOL, Habit.UNACCENTED, Habit.OFFICIAL, Habit.FILE_NAME,
    Habit.CAPITALS, Habit.SHORT, Habit.COVER, Habit.DECOMPOSED, Habit.OFFICIAL, Habit.UNDERSCORES,
    Habit.PLAN_PART, Habit.BODY_ONLY, Habit.FORWARDED, Habit.SYMBOL, Habit.OFFICIAL, Habit.OLD_FONT,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Who sends a unit's reports.

    Attributes:
        joins: combines the reports of a quarter's end in one mail.
        email: the box that the reports come from.
        private: a box at home, which the office does not know.
        symbol: how the unit marks its documents.
    """

    unit: Unit
    temper: Temper
    habit: Habit
    joins: bool
    name: str
    email: str
    private: str
    symbol: str


def cast(rules: Rules, seed: int, year: int) -> tuple[Clerk, ...]:
    """The clerks of all units that owe something in that year."""
    owing = {unit.id for report in rules.reports for unit in rules.owing(report, date(year, 6, 30))}
    units = [unit for unit in rules.units if unit.id in owing]
    shuffled = dice(seed, "cast")
    tempers = _shares(len(units))
    habits = [_HABITS[index % len(_HABITS)] for index in range(len(units))]
    shuffled.shuffle(tempers)
    shuffled.shuffle(habits)
    return tuple(
        _clerk(unit, temper, habit, dice(seed, "clerk", unit.id), date(year, 6, 30))
        for unit, temper, habit in zip(units, tempers, habits, strict=True)
    )


def _shares(count: int) -> list[Temper]:
    """So many of each temper that the shares come out right and every temper is there."""
    found: list[Temper] = []
    for temper, share in _TEMPERS.items():
        found += [temper] * max(1, round(share * count))
    return (found + [Temper.USUAL] * count)[:count]


def _clerk(unit: Unit, temper: Temper, habit: Habit, drawn: Dice, on: date) -> Clerk:
    name = f"{drawn.pick(_FAMILIES)} {drawn.pick(_NAMES)}"
    boxes = [*unit.emails(Role.OFFICIAL, on), *unit.emails(Role.OFFICIAL, on), *unit.emails(Role.CLERK, on)]
    # A box that the register does not list, in the unit's own domain.
    boxes += [f"tonghop@{domain}" for domain in unit.domains]
    return Clerk(
        unit=unit,
        temper=temper,
        habit=habit,
        joins=drawn.happens(0.45),
        name=name,
        email=drawn.pick(boxes),
        private=f"{unit.id.replace('-', '')[:14]}.{drawn.randrange(70, 99)}@thutu.example",
        symbol=unit.symbols[0] if unit.symbols else "UBND",
    )
