"""Where letters go whose addresses end, or change hands, after the fact that asks for them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from builders import GO_LIVE, a_book, a_mail, a_report, a_unit, an_arrival, at, filed, some_rules

from mailbot.core.book import Book
from mailbot.core.changes.official import Change, Document, Move, OfficialLetter
from mailbot.core.command import Carried, Command, Done, Verb
from mailbot.core.duty import DutyKey, opened_duties
from mailbot.core.emergencies.emergency import emergencies
from mailbot.core.emergencies.incident_act import Act, IncidentAct
from mailbot.core.mail import Address
from mailbot.core.period import Period
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.rules import OpenDuties, ReportId, Role, Rules, Span, UnitAddress, UnitId
from mailbot.core.tasks.assignment import Assignment, Task
from mailbot.core.verdict import Commanded, Findings, Question, Unclear

# The districts ended on 30 June 2025; mailbot was away that night, or the staff entered things at its end.
LAST, FIRST = date(2013, 6, 30), date(2013, 7, 1)
EVENING, MORNING = at("2013-06-30 23:50"), at("2013-07-01 08:00")
OLD, HEIR = UnitId("huyen-dai-tu"), UnitId("xa-dai-tu")
OLD_BOX, HEIRS_BOX = f"{OLD}@tinh.example", f"{HEIR}@tinh.example"
JUNE = DutyKey(OLD, ReportId("bc-month"), Period.parse("2013-06"))


def the_rules(**of_old: Any) -> Rules:
    box = UnitAddress(email=OLD_BOX, role=Role.OFFICIAL, valid=Span(None, LAST))
    ended = a_unit(
        OLD, addresses=(box,), valid=Span(None, LAST), successors=(HEIR,), open_duties=OpenDuties.KEEP
    )
    units = (replace(ended, **of_old), a_unit(HEIR, valid=Span(FIRST, None)))
    return some_rules(units=units, reports=(a_report(day=25),))


RULES = the_rules()


def the_book(**facts: Any) -> Book:
    duties = opened_duties(RULES, EVENING, GO_LIVE)
    return replace(a_book(duties=duties, scanned_at=MORNING), **facts)


def came(verdict: Unclear | Commanded | None = None) -> tuple[object, ...]:
    mail = a_mail(sender=Address(OLD_BOX))
    return (an_arrival(verdict or filed("2013-06", unit=OLD), EVENING, mail=mail),)


def _moved() -> OfficialLetter:
    before = next(duty for duty in opened_duties(RULES, EVENING, GO_LIVE) if duty.key == JUNE)
    return OfficialLetter(
        number=1,
        document=Document(number="200/UBND-TH", issued_on=LAST, issuer="UBND tỉnh"),
        effect=Move(at("2013-07-10 17:00")),
        changes=(Change(before, replace(before, due_at=at("2013-07-10 17:00"))),),
        by="an",
        recorded_at=EVENING,
    )


_STATUS = Command(verb=Verb.STATUS, argument="", about=None)
_TASK = Task(
    document="Công văn", symbol="100/UBND-TH", issued_on=LAST, signer="CT", content="Rà soát", lead=OLD
)
FACTS: dict[NoticeKind, dict[str, Any]] = {
    NoticeKind.RECEIPT: {"arrivals": came()},
    NoticeKind.QUERY: {
        "arrivals": came(Unclear(question=Question.NO_FILE, findings=Findings(unit=OLD))),
    },
    NoticeKind.STATUS: {
        "arrivals": came(Commanded(unit=OLD, command=_STATUS, findings=Findings(unit=OLD))),
        "commands": {1: Carried(arrival=1, done=Done.DONE, by=OLD_BOX, says="", decided_at=EVENING)},
    },
    NoticeKind.CHANGE: {"official": (_moved(),)},
    NoticeKind.ASSIGNED: {
        "assignments": (Assignment(number=1, given=_TASK, by="an", recorded_at=EVENING),),
    },
    NoticeKind.DEMAND: {
        "incident_acts": (
            IncidentAct(
                number=1, act=Act.DEMAND, unit=OLD, by="an", at=EVENING, summary="lũ", due_at=MORNING
            ),
        ),
    },
}


@pytest.mark.parametrize("kind", FACTS, ids=str)
def test_a_letter_about_a_unit_that_has_ended_meanwhile_goes_to_its_successor(kind: NoticeKind) -> None:
    found = [n for n in plan(RULES, the_book(**FACTS[kind]), MORNING, GO_LIVE).post if n.kind is kind]
    assert [(n.unit and n.unit.id, n.to) for n in found] == [(OLD, (HEIRS_BOX,))]


def test_the_successors_answer_to_what_was_demanded_of_a_unit_that_has_ended_is_news_of_that_matter() -> None:
    letter = PostedLetter(
        number=1,
        kind=NoticeKind.DEMAND,
        keys=("demand/1",),
        state=State.SENT,
        message_id="<d@vp.example>",
    )
    asked = the_book(**FACTS[NoticeKind.DEMAND], letters={"demand/1": letter})
    verdict = Unclear(question=Question.URGENT, findings=Findings(unit=HEIR))
    mail = a_mail("Báo cáo nhanh", sender=Address(HEIRS_BOX), in_reply_to="<d@vp.example>")
    (matter,) = emergencies(replace(asked, arrivals=(an_arrival(verdict, MORNING, mail=mail),)))
    assert (matter.unit, len(matter.reports)) == (OLD, 1)


ANOTHER = UnitAddress(email="vanphong@tinh.example", role=Role.OFFICIAL)
ONCE = UnitAddress(email=OLD_BOX, role=Role.OFFICIAL, valid=Span(FIRST, None))


@pytest.mark.parametrize(
    ("rules", "state", "why", "anew"),
    [
        pytest.param(the_rules(valid=Span(), addresses=(ANOTHER,)), State.WAITING, "", True, id="corrected"),
        pytest.param(the_rules(valid=Span(), addresses=(ANOTHER,)), State.HELD, "x", True, id="held"),
        pytest.param(the_rules(valid=Span(), addresses=(ANOTHER,)), State.HELD, "", False, id="by hand"),
        pytest.param(RULES, State.WAITING, "", True, id="ended"),
        pytest.param(
            replace(RULES, units=(*RULES.units, a_unit("so-moi", addresses=(ONCE,)))),
            State.WAITING,
            "",
            True,
            id="another unit's by now",
        ),
        pytest.param(
            replace(RULES, units=(RULES.units[0], replace(RULES.units[1], addresses=(ONCE,)))),
            State.WAITING,
            "",
            False,
            id="handed on to the successor",
        ),
        pytest.param(the_rules(valid=Span()), State.WAITING, "", True, id="closed"),
        pytest.param(
            the_rules(valid=Span(), addresses=a_unit(OLD).addresses), State.HELD, "x", False, id="as it was"
        ),
    ],
)
def test_a_letter_that_waits_for_an_address_that_is_the_units_no_more_is_written_anew(
    rules: Rules, state: State, why: str, anew: bool
) -> None:
    key = f"assigned/1/{OLD}"
    waits = PostedLetter(
        number=7,
        kind=NoticeKind.ASSIGNED,
        keys=(key,),
        state=state,
        unit=OLD,
        held_why=why,
        recipients=(OLD_BOX,),
    )
    book = the_book(**FACTS[NoticeKind.ASSIGNED], letters={key: waits})
    found = plan(rules, book, MORNING, GO_LIVE)
    assert found.withdraw == ((7,) if anew else ())
    # One whose letter has left for some, or may have, is not withdrawn for that.
    for gone in (replace(waits, taken=1), replace(waits, unknown=1)):
        assert plan(rules, replace(book, letters={key: gone}), MORNING, GO_LIVE).withdraw == ()
    (unit,) = (unit for unit in rules.units if unit.id == OLD)
    expected = rules.emails(unit, Role.OFFICIAL, FIRST) if anew else ()
    assert tuple(email for n in found.post if key in n.keys for email in n.to) == expected
