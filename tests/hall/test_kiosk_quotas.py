"""Limits of a kiosk on paper and searches, which hold after a citizen has left and the program was started again."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.roles.kiosk.quotas import COUNTS_FILE, KioskQuotas
from tests.city_policy import publish_policy
from tests.office import SampleOffice

pytestmark = pytest.mark.usefixtures("english")


def test_pages_are_limited_in_ten_minutes_and_in_an_hour_for_all_who_come(office: SampleOffice) -> None:
    publish_policy(office.office, kiosk_pages_in_ten_minutes=10, kiosk_pages_per_hour=15)
    KioskQuotas(office.office).count_pages(8)
    with pytest.raises(Refused, match="wait 10 minutes, or ask at a window"):
        KioskQuotas(office.office).require_pages(3)  # another process, after the citizen has left
    KioskQuotas(office.office).require_pages(2)
    office.clock.advance(minutes=11)
    quotas = KioskQuotas(office.office)
    quotas.require_pages(7)
    quotas.count_pages(7)
    office.clock.advance(minutes=11)
    with pytest.raises(Refused, match="wait 38 minutes"):
        quotas.require_pages(1)
    office.clock.advance(minutes=38)
    quotas.require_pages(8)


def test_a_paper_that_never_fits_is_sent_to_a_window(office: SampleOffice) -> None:
    with pytest.raises(Refused, match="has 13 pages, too many for this machine"):
        KioskQuotas(office.office).require_pages(13)


def test_searches_are_limited_in_a_minute(office: SampleOffice) -> None:
    publish_policy(office.office, kiosk_searches_per_minute=2)
    quotas = KioskQuotas(office.office)
    quotas.take_search()
    office.clock.advance(seconds=20)
    quotas.take_search()
    with pytest.raises(Refused, match="wait 40 seconds"):
        KioskQuotas(office.office).take_search()
    office.clock.advance(seconds=40)
    quotas.take_search()


@pytest.mark.parametrize("written", ["", "[]", '{"pages": [[1]]}', '{"pages": [["a", 2], 3]}', '{"pages": 7}'])
def test_a_damaged_file_of_counts_stops_no_citizen(office: SampleOffice, written: str) -> None:
    (office.office.folder / COUNTS_FILE).write_text(written)
    quotas = KioskQuotas(office.office)
    quotas.require_pages(12)
    quotas.count_pages(12)
    with pytest.raises(Refused):
        quotas.require_pages(1)


def test_a_clock_that_was_set_back_makes_nobody_wait_longer_than_the_limit(office: SampleOffice) -> None:
    quotas = KioskQuotas(office.office)
    quotas.count_pages(12)
    office.clock.advance(hours=-5)
    with pytest.raises(Refused, match="wait 10 minutes"):
        quotas.require_pages(1)
