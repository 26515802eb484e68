"""The root key on another machine: its list is dated by the date key of the center, until the day that it has set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from clerk_app.center.trust_lists import read_trust_lists
from clerk_app.composition.date_key import add_date_key, make_date_key
from clerk_app.composition.issuer_removal import remove_issuer
from clerk_app.composition.list_renewal import ListRenewal
from clerk_app.composition.office import TRUST_FOLDER
from clerk_app.composition.trust_administration import add_issuer, init_trust, publish_draft
from clerk_app.composition.trust_import import import_signed_list, pin_root_key
from clerk_app.errors import BadData
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.list_versions import load_trust_lists
from clerk_app.licences.trust_date import DATE_FILE, read_trust_date, sign_trust_date
from clerk_app.licences.trust_list import TrustList
from clerk_app.people import SYSTEM
from clerk_app.sync.trust_lists import TrustListDownload
from tests.cli.test_trust import _Lists as Lists
from tests.office import SampleOffice
from tests.registry.source_data import ISSUER_CODE

DAY = timedelta(days=1)


class TwoMachines:
    """The machine of the root key, and the center, which has the date key only."""

    def __init__(self, root: SampleOffice, center: SampleOffice, folder: Path) -> None:
        self.root, self.center, self.folder = root, center, folder
        new_issuer_key().save_public(folder / "police.pem")
        make_date_key(center.office, folder / "date.pem")
        init_trust(root.office)
        add_issuer(root.office, ISSUER_CODE, "公安局", "Police", ("0101",), folder / "police.pem", 900)

    def publish(self, days: int) -> None:
        """Sign a list with the date key for some days, and bring it to the center."""
        add_date_key(self.root.office, self.folder / "date.pem", days)
        self.root.clock.now = self.center.clock.now
        publish_draft(self.root.office, SYSTEM)
        self.carry()

    def carry(self) -> None:
        trust = self.root.office.folder / TRUST_FOLDER
        pin_root_key(self.center.office, trust / "root.pem", SYSTEM)
        import_signed_list(self.center.office, (trust / "trust.cose").read_bytes())

    def pass_days(self, days: int) -> timedelta:
        """Let the schedule of the center run once a day; return the age of the list then."""
        for _day in range(days):
            self.center.clock.advance(days=1)
            ListRenewal(self.center.office).run()
        return self.read().age(self.center.office.utc)

    def read(self) -> TrustList:
        trust, _status = self.center.office.read_trust_lists()
        assert isinstance(trust, TrustList), str(trust)
        return trust


@pytest.fixture
def machines(office: SampleOffice, office_template: Path, tmp_path: Path) -> Iterator[TwoMachines]:
    """Both machines, before the first list."""
    root = SampleOffice.open_copy(office_template, tmp_path / "root-office")
    yield TwoMachines(root, office, tmp_path)
    root.close()


def test_a_list_stays_young_without_the_root_key_until_the_end_of_the_date_key(machines: TwoMachines) -> None:
    machines.publish(30)
    assert not (machines.center.office.folder / "keys" / "root.pem").exists()
    assert machines.pass_days(29) < DAY
    assert machines.pass_days(8) > 7 * DAY
    machines.publish(30)
    assert machines.pass_days(2) < DAY


def test_without_a_date_key_the_list_has_the_age_of_its_signature(machines: TwoMachines) -> None:
    publish_draft(machines.root.office, SYSTEM)
    machines.carry()
    assert machines.pass_days(8) >= 8 * DAY


def test_a_window_receives_the_date_with_the_lists(machines: TwoMachines, tmp_path: Path) -> None:
    machines.publish(30)
    machines.pass_days(10)
    window = tmp_path / "window"
    TrustListDownload(window, Lists(machines.center.office.folder / TRUST_FOLDER), lambda: 0.0).refresh()
    trust, _status = load_trust_lists(window)
    assert isinstance(trust, TrustList)
    assert trust.age(machines.center.office.utc) < DAY
    assert DATE_FILE in read_trust_lists(machines.center.office.folder / TRUST_FOLDER).files


def test_a_new_list_replaces_the_dated_one_and_the_old_date_does_not_count_for_it(machines: TwoMachines) -> None:
    machines.publish(30)
    machines.pass_days(3)
    remove_issuer(machines.root.office, ISSUER_CODE, "merged", None, SYSTEM)
    machines.carry()
    assert machines.read().removed.keys() == {ISSUER_CODE}
    assert machines.read().dated_at is None
    assert machines.pass_days(1) < DAY


def test_only_the_named_key_dates_the_same_list_before_its_end(machines: TwoMachines) -> None:
    machines.publish(30)
    trust, now = machines.read(), machines.center.office.utc + DAY
    signed = (machines.center.office.folder / TRUST_FOLDER / "trust.cose").read_bytes()
    key = IssuerKey.load(machines.center.office.folder / "keys" / "date.pem")
    good = sign_trust_date(trust, signed, key, now)
    assert read_trust_date(good, trust, signed) == now.replace(microsecond=0)
    stranger = sign_trust_date(trust, signed, new_issuer_key(), now)
    later = sign_trust_date(trust, signed, key, now + 31 * DAY)
    earlier = sign_trust_date(trust, signed, key, now - 9 * DAY)
    other = sign_trust_date(replace(trust, version=9), signed, key, now)
    altered = sign_trust_date(trust, signed + b"x", key, now)
    for wrong in (stranger, later, earlier, other, altered, b"", b"\xff" * 40, signed, good[:-1]):
        assert read_trust_date(wrong, trust, signed) is None
    assert read_trust_date(good, replace(trust, date_key=None), signed) is None


def test_a_date_key_signs_no_list_and_is_no_key_of_an_issuer(machines: TwoMachines) -> None:
    machines.publish(30)
    with pytest.raises(BadData):
        add_date_key(machines.root.office, machines.folder / "police.pem", 30)
    assert machines.read().date_key is not None
    assert machines.read().date_key.public.kid not in machines.read().keys  # type: ignore[union-attr]
