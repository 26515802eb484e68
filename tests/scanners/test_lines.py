"""Scanners on a serial line, played by the other end of a pseudo terminal."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanners import Lens, ScanError, View, scan
from scanners.lines import LineFeed, SerialLines
from tests.scanners.watching import looking

termios = pytest.importorskip("termios", reason="needs a pseudo terminal")

SIGNED = "EL1:6BF+70790T9WJWG.FKY*4GO0 $%:/-"


class Port:
    """A port and the scanner at its other end."""

    def __init__(self) -> None:
        self._scanner, self._computer = os.openpty()
        self.source = f"serial:{os.ttyname(self._computer)}"

    def says(self, data: bytes) -> None:
        os.write(self._scanner, data)

    def opened(self) -> bool:
        """Whether somebody has set the port up: nothing is echoed any more."""
        return not termios.tcgetattr(self._computer)[3] & termios.ECHO

    def pull_out(self) -> None:
        for end in (self._scanner, self._computer):
            if end >= 0:
                os.close(end)
        self._scanner = self._computer = -1


@pytest.fixture
def port() -> Iterator[Port]:
    port = Port()
    yield port
    port.pull_out()


def test_each_line_is_a_code_whatever_ends_it(port: Port) -> None:
    lines = SerialLines(port.source)
    port.says(b"ONE\rTWO\nTHREE\r\n\r\nFOUR\r")
    found = [lines.read(5) for _ in range(4)]
    assert [code.text for code in found if code] == ["ONE", "TWO", "THREE", "FOUR"]
    assert all(code and code.decoder == "serial" and code.corners == () for code in found)
    lines.close()


def test_an_aim_prefix_says_the_symbology_and_is_no_part_of_the_text(port: Port) -> None:
    lines = SerialLines(port.source)
    port.says(b"]Q1" + SIGNED.encode() + b"\r]C0261121000428\r" + b"261121000429\r")
    found = [lines.read(5) for _ in range(3)]
    assert [(code.text, code.data, code.symbology) for code in found if code] == [
        (SIGNED, SIGNED.encode(), "QRCode"),
        ("261121000428", b"261121000428", "Code128"),
        ("261121000429", b"261121000429", ""),
    ]
    lines.close()


def test_chinese_comes_in_either_of_its_encodings(port: Port) -> None:
    lines = SerialLines(port.source)
    port.says("出生证\r".encode() + "出生证\r".encode("gb18030"))
    assert [code.text for code in (lines.read(5), lines.read(5)) if code] == ["出生证"] * 2
    lines.close()


def test_a_scanner_that_ends_with_nothing_is_understood_by_its_pause(port: Port) -> None:
    lines = SerialLines(port.source)
    port.says(b"ONE")
    code = lines.read(5)
    assert code
    assert code.text == "ONE"
    assert lines.read(0.01) is None
    lines.close()


def test_a_port_that_is_not_there_is_named() -> None:
    with pytest.raises(ScanError, match="is not there"):
        SerialLines("serial:/dev/there-is-none")
    feed = LineFeed("serial:/dev/there-is-none")
    assert feed.newest(0.01) is None
    assert "is not there" in str(feed.trouble)
    assert feed.newest(0.01) is None  # not tried again a hundred times a second


def test_a_port_that_another_program_holds_is_named_and_taken_up_when_that_ends(port: Port) -> None:
    first = SerialLines(port.source)
    with looking(port.source) as watcher:
        watcher.trouble("Another program is using the scanner")
        first.close()
        watcher.until(lambda view: not view.trouble)
        port.says(b"HELLO\r")
        watcher.codes("HELLO")


def test_what_is_no_port_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no port")
    with pytest.raises(ScanError, match="cannot be opened"):
        SerialLines(f"serial:{tmp_path / 'file'}")


def test_a_scanner_that_is_pulled_out_is_named(port: Port) -> None:
    feed = LineFeed(port.source)
    assert feed.newest(0.01) is None  # what was sent before it was opened is of yesterday
    port.says(b"ONE\r")
    assert feed.newest(5)
    port.pull_out()
    for _ in range(50):
        if feed.newest(0.1) is None and feed.trouble:
            break
    assert feed.trouble is not None
    feed.stop(0)


def test_the_lens_hears_a_serial_scanner_as_it_sees_a_camera(port: Port) -> None:
    with looking(port.source) as watcher:
        while not port.opened():
            watcher.until(lambda view: True)
        port.says(b"]Q1" + SIGNED.encode() + b"\r")
        view: View = watcher.codes(SIGNED)
        assert (view.width, view.read, view.codes[0].symbology) == (0, 1, "QRCode")
        for _ in range(2):
            port.says(b"261121000428\r")
            watcher.codes("261121000428")
    assert not Lens().running


def test_a_scan_waits_for_one_line(port: Port) -> None:
    done = threading.Event()

    def scan_again_and_again() -> None:
        while not done.wait(0.05):
            port.says(b"]Q1ABC\r")

    hand = threading.Thread(target=scan_again_and_again)
    hand.start()
    (found,) = scan([port.source], seconds=10)
    done.set()
    hand.join()
    assert [code.text for code in found.codes] == ["ABC"]
    assert found.opened
    (silent,) = scan([port.source], seconds=0.1)
    assert (silent.codes, silent.error, silent.opened) == ((), None, True)
    (missing,) = scan(["serial:/dev/there-is-none"])
    assert not missing.opened
