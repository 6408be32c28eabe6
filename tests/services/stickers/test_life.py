"""What a number's page tells of it: every report that names it, also one that was withdrawn."""

from __future__ import annotations

from datetime import timedelta

from kombeheer.services.stickers import life
from models.stickers import Sticker
from tests.factories import NOW, Foundation
from tests.services.stickers.test_logistics import Desk


def test_the_reports_of_a_number_are_told_the_newest_first(foundation: Foundation) -> None:
    desk = Desk(foundation)
    mechanic, row = foundation.mechanic(desk.dealer), foundation.installation(dealer=desk.dealer)
    foundation.stickers(desk.series, desk.dealer)
    made = [
        foundation.report(
            row,
            mechanic,
            desk.dealer,
            ending="sticker",
            state=state,
            series_id=desk.series.id,
            serial=serial,
            recorded_at=NOW + timedelta(days=days),
        ).id
        for days, (state, serial) in enumerate(
            (("withdrawn", 7), ("complete", 7), ("withdrawn", 7), ("complete", 8))
        )
    ]
    with desk.database.reading() as session:
        one = session.get_one(Sticker, (desk.series.id, 7))
        found = [report.id for report in life.reports_of(session, desk.office, one)]
    assert found == [made[2], made[1], made[0]]
