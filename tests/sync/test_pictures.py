"""Scans and lists between a window and its center: brought after their case, fetched when somebody looks."""

from __future__ import annotations

from argparse import Namespace
from hashlib import sha256
from pathlib import Path

import msgspec

from clerk_app.cases.intake import GivenMaterial
from clerk_app.cli.window import enrol_window
from clerk_app.desks.office import TRUST, all_kinds, all_rules, open_office
from clerk_app.sync.connection import Connection
from clerk_app.sync.lists import SignedLists
from clerk_app.sync.pictures import Pictures
from db.contents import Contents
from tests.center.speaker import Served
from tests.clock import Clock
from tests.office import SampleOffice, papers

SCAN = b"a scan of a traffic plan" * 200
DIGEST = sha256(SCAN).hexdigest()


def opened(served: Served, folder: Path, **place: object) -> tuple[SampleOffice, Connection]:
    url, code = str(served.client.base_url), served.invite(**place)  # type: ignore[arg-type]
    assert enrol_window(Namespace(office=folder, url=url, code=code)) == 0
    office = open_office(folder)
    connection = Connection(folder, office.door, all_rules(), all_kinds(), office.contents)
    return SampleOffice(office, Clock()), connection


def closed(*windows: tuple[SampleOffice, Connection]) -> None:
    for window, connection in windows:
        connection.wire.close()
        window.close()


def nothing() -> None:
    """Nobody looks at the progress."""


def test_a_scan_follows_its_case_and_comes_to_whom_it_concerns(
    served: Served, office: SampleOffice, tmp_path: Path
) -> None:
    counter, line = opened(served, tmp_path / "w1", window="w1")
    transport, other = opened(served, tmp_path / "t", window="t1", organs=("transport",))
    command = counter.accepting_road("w1")
    given = tuple(
        GivenMaterial(material=one.material, how="paper", content=DIGEST) if one.material == "traffic-plan" else one
        for one in papers("business-licence", "planning-permit", "construction-drawings", "pipe-survey", "traffic-plan")
    )
    counter.office.contents.add(SCAN)
    counter.accept(msgspec.structs.replace(command, materials=given))
    line.pictures.bring()  # too early: the center does not know the case
    assert list((office.office.folder / "content").glob("*/*")) == []
    line.now(nothing)
    assert office.office.contents.read(DIGEST) == SCAN
    other.now(nothing)
    assert other.pictures.wish(DIGEST)
    other.pictures.fetch_wished()
    assert transport.office.contents.read(DIGEST) == SCAN
    other.pictures.forget()
    assert transport.office.contents.read(DIGEST) == SCAN
    (number,) = (row["number"] for row in office.rows("cases"))
    office.withdraw(number)  # and the department has nothing to do with it any more
    other.now(nothing)
    assert list((transport.office.folder / "content").glob("*/*")) == []
    assert counter.office.contents.read(DIGEST) == SCAN
    closed((counter, line), (transport, other))


class Never:
    """A center without any picture."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def content(self, digest: str) -> bytes:
        self.asked.append(digest)
        return b"something else"

    def put_content(self, digest: str, data: bytes) -> None:
        raise AssertionError("nothing was to be brought")


def test_what_is_not_to_be_had_is_not_asked_for_at_every_look(office: SampleOffice, tmp_path: Path) -> None:
    carrier, now = Never(), [0.0]
    pictures = Pictures(office.store, Contents(tmp_path / "c"), tmp_path, carrier, lambda: now[0])
    for _look in range(3):
        pictures.wish(DIGEST)
        pictures.fetch_wished()
    assert carrier.asked == [DIGEST]
    now[0] = 1000.0
    pictures.wish(DIGEST)
    pictures.fetch_wished()
    assert carrier.asked == [DIGEST] * 2


def test_the_signed_lists_are_kept_as_the_center_has_them(served: Served, tmp_path: Path) -> None:
    window, line = opened(served, tmp_path / "w1", window="w1")
    folder = tmp_path / "lists"
    (folder / "status").mkdir(parents=True)
    (folder / "trust.cose").write_bytes(b"signed")
    (folder / "status" / "issuer-1.cose").write_bytes(b"signed too")
    (folder / "root.pem").write_bytes(b"nobody gets this on the way")
    object.__setattr__(served.service.center, "lists", folder)
    kept = SignedLists(tmp_path / "w1" / TRUST, line.wire, lambda: 0.0)
    kept.refresh()
    assert (tmp_path / "w1" / TRUST / "trust.cose").read_bytes() == b"signed"
    assert (tmp_path / "w1" / TRUST / "status" / "issuer-1.cose").read_bytes() == b"signed too"
    assert not (tmp_path / "w1" / TRUST / "root.pem").exists()
    tag, _lists = line.wire.lists("") or ("", None)
    assert line.wire.lists(tag) is None
    closed((window, line))
