"""Of two deliveries of one mail the earliest counts, in whatever order they were read."""

from builders import a_book, a_report, an_arrival, at, filed, some_rules

from mailbot.core.duty import duties
from mailbot.core.standing import Standing, judge
from mailbot.core.verdict import Findings, Ignored, Reason


def test_a_report_is_on_time_if_its_first_delivery_was_however_late_that_is_read() -> None:
    rules = some_rules(reports=(a_report(),))
    duty = next(d for d in duties(rules, at("2013-06-25 00:00").date(), at("2013-06-25 00:00").date()))
    late = an_arrival(filed("2013-06"), at("2013-06-26 00:22"), number=1)
    twin = Ignored(reason=Reason.DUPLICATE, findings=Findings(), duplicate_of=1)
    early = an_arrival(twin, at("2013-06-25 23:49"), number=2)
    now = at("2013-06-27 08:00")
    alone = judge(duty, a_book(late, duties=[duty], scanned_at=now), now)
    both = judge(duty, a_book(late, early, duties=[duty], scanned_at=now), now)
    assert alone.standing is Standing.LATE
    assert both.standing is Standing.ON_TIME
    assert both.copy is not None
    assert both.copy.at == early.arrived_at
