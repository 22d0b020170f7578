"""The rules that the tables of a profile state, as the core knows them."""

from collections.abc import Iterable

from mailbot.core.rules import (
    EventKind,
    FormerName,
    Office,
    Report,
    ReportId,
    Rules,
    Sending,
    Staff,
    Step,
    StepKind,
    Unit,
    UnitAddress,
    UnitId,
)
from mailbot.rulebook.calendar import build_calendar
from mailbot.rulebook.files import OfficeTable, StaffTable, StepTable, UnitTable
from mailbot.rulebook.groups import memberships
from mailbot.rulebook.profile import Profile
from mailbot.rulebook.report_tables import ReportTable, TermsTable, TopicsTable
from mailbot.toml_file import Entry


def build_rules(profile: Profile, name: str, fingerprint: str) -> Rules:
    """The rules that the tables of `profile` state; the profile is called `name`."""
    steps = [entry.value for entry in profile.steps]
    units = [entry.value for entry in profile.register.units]
    also_in = memberships([entry.value for entry in profile.register.composed], units)
    return Rules(
        profile=name,
        fingerprint=fingerprint,
        office=_office(profile.office, profile.staff),
        calendar=build_calendar(profile.calendar),
        sending=Sending(opens=profile.sending.opens, closes=profile.sending.closes),
        units=tuple(_unit(unit, also_in[unit.id]) for unit in units),
        reports=tuple(
            _report(entry.value, profile.topics, profile.terms, steps) for entry in profile.reports
        ),
        approval=frozenset(profile.sending.approval),
        late_closes_after=profile.late.closes_after,
        other_topics=tuple(profile.topics.others),
        groups=dict(profile.register.titles or {}),
    )


def _office(table: OfficeTable, staff: Iterable[Entry[StaffTable]]) -> Office:
    return Office(
        name=table.name,
        province=table.province,
        mailbox=table.mailbox,
        paper_to=table.paper_to,
        secret_desk=table.secret_desk,
        secret_phone=table.secret_phone,
        digest_at=table.digest_at,
        staff=tuple(
            Staff(name=person.name, email=person.email, roles=frozenset(person.roles))
            for person in (entry.value for entry in staff)
        ),
    )


def _unit(table: UnitTable, also_in: frozenset[str]) -> Unit:
    return Unit(
        id=UnitId(table.id),
        name=table.name,
        group=table.group,
        head=table.head,
        symbols=tuple(table.symbols),
        # A mail may still be signed with the former name.
        aliases=(*table.aliases, *(former.name for former in table.former_names)),
        addresses=tuple(
            UnitAddress(email=address.email, role=address.role, valid=table.address_span(address))
            for address in table.addresses
        ),
        domains=tuple(table.domains),
        valid=table.span,
        successors=tuple(UnitId(successor) for successor in table.successors),
        also_in=also_in,
        open_duties=table.open_duties,
        former_names=tuple(FormerName(former.name, former.until) for former in table.former_names),
    )


def _report(table: ReportTable, topics: TopicsTable, terms: TermsTable, steps: list[StepTable]) -> Report:
    day_off_basis = terms.day_off_basis or ""
    own = [step for step in steps if table.id in step.reports]
    return Report(
        id=ReportId(table.id),
        name=table.name,
        cadence=table.cadence,
        due=table.due.rule(day_off_basis),
        basis=table.basis,
        owed_by=frozenset(table.owed_by),
        steps=tuple(_steps(own or [step for step in steps if not step.reports])),
        ordinals=frozenset(table.ordinals),
        topics=tuple(topics.ours if table.topics is None else table.topics),
        valid=table.span,
        first=table.first_period,
        last=table.last_period,
        cut_off=table.cut_off,
        stages=tuple(stage.stage(day_off_basis) for stage in table.stages),
        parts=tuple(part.part for part in table.parts),
        fulfilled_by=frozenset(ReportId(other) for other in table.fulfilled_by),
        events=tuple(EventKind(id=e.id, name=e.name, words=tuple(e.words)) for e in table.events),
        update_hours=table.update_hours,
    )


def _steps(tables: Iterable[StepTable]) -> Iterable[Step]:
    # Reminders count down to the due date and late notices away from it: both in the order of time.
    ordered = sorted(
        tables, key=lambda step: step.working_days * (-1 if step.kind is StepKind.REMINDER else 1)
    )
    seen = dict.fromkeys(StepKind, 0)
    for table in ordered:
        seen[table.kind] += 1
        yield Step(
            kind=table.kind,
            ordinal=seen[table.kind],
            working_days=table.working_days,
            copies=frozenset(table.copies),
        )
