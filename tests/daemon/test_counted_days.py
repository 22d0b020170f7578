"""A letter that counts days leaves on the day on which it was written, or is written anew."""

from datetime import timedelta
from pathlib import Path

import pytest
from builders import at
from servers.sink import SmtpSink

from daemon.test_delivery import Bench

WRITTEN, NEXT_DAY = at("2026-06-15 16:50"), at("2026-06-16 08:00")


@pytest.mark.parametrize("planned_first", [True, False])
def test_what_waited_over_night_tells_the_days_of_the_day_on_which_it_leaves(
    tmp_path: Path, sink: SmtpSink, planned_first: bool
) -> None:
    bench = Bench(tmp_path / "office", sink)
    with bench.opened() as house:
        bench.now = WRITTEN
        bench.plan(house)
        yesterdays = [bench.text(row.letter) for row in house.ledger.letters()]
        bench.now = NEXT_DAY
        if not planned_first:
            # The daemon was away over night, and its delivery is quicker than its planning.
            assert bench.post(house) == 0
        bench.plan(house)
        assert bench.post(house) == 2
        sent = [bench.text(row.letter) for row in house.ledger.letters() if row.posting.state == "sent"]
        assert len(sent) == 2
        assert all("05 ngày làm việc" in text for text in yesterdays), yesterdays[0]
        assert all("04 ngày làm việc" in text for text in sent), sent[0]
        bench.now += timedelta(minutes=5)
        bench.plan(house)
        assert bench.post(house) == 0
