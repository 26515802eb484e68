"""Serial scanners, simulated by the other end of a pseudo terminal."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanners import CameraClient, ScanError, View, scan_sources
from scanners.serial_scanner import SerialFeed, SerialScanner
from tests.scanners.view_watcher import watch_source

termios = pytest.importorskip("termios", reason="needs a pseudo terminal")

SIGNED = "EL1:6BF+70790T9WJWG.FKY*4GO0 $%:/-"


class SerialPort:
    """A port and the simulated scanner at its other end."""

    def __init__(self) -> None:
        self._scanner, self._computer = os.openpty()
        self.source = f"serial:{os.ttyname(self._computer)}"

    def send(self, data: bytes) -> None:
        os.write(self._scanner, data)

    def is_opened(self) -> bool:
        """Return whether the port was opened, which switches echo off."""
        return not termios.tcgetattr(self._computer)[3] & termios.ECHO

    def unplug(self) -> None:
        for end in (self._scanner, self._computer):
            if end >= 0:
                os.close(end)
        self._scanner = self._computer = -1


@pytest.fixture
def port() -> Iterator[SerialPort]:
    port = SerialPort()
    yield port
    port.unplug()


def test_each_line_is_a_code_whatever_ends_it(port: SerialPort) -> None:
    lines = SerialScanner(port.source)
    port.send(b"ONE\rTWO\nTHREE\r\n\r\nFOUR\r")
    found = [lines.read(5) for _ in range(4)]
    assert [code.text for code in found if code] == ["ONE", "TWO", "THREE", "FOUR"]
    assert all(code and code.decoder == "serial" and code.corners == () for code in found)
    lines.close()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\x02", b"\x03"),
        (b"\x02", b"\x03\r\n"),
        (b"", b"\x04"),
        (b"", b"\0"),
        (b"", b"\r\0"),
        (b"\xef\xbb\xbf", b"\r\n"),
        (b"\x02\xef\xbb\xbf", b"\t"),
        (b"", b"\r\r"),
    ],
)
def test_the_frame_of_a_code_is_removed(port: SerialPort, before: bytes, after: bytes) -> None:
    scanner = SerialScanner(port.source)
    for text in (b"]Q1" + SIGNED.encode(), "]Q1出生证".encode()):
        port.send(before + text + after)
        code = scanner.read(5)
        assert code
        assert (code.text, code.data) == (text[3:].decode(), text[3:])
    assert scanner.read(0.01) is None
    scanner.close()


@pytest.mark.parametrize("cut", [2, 12])
def test_a_pause_inside_a_code_does_not_cut_it(port: SerialPort, cut: int) -> None:
    scanner, text = SerialScanner(port.source), b"]Q1" + SIGNED.encode()
    port.send(text[:cut])
    assert scanner.read(0.4) is None
    port.send(text[cut:] + b"\r")
    code = scanner.read(5)
    assert code
    assert code.text == SIGNED
    scanner.close()


def test_an_aim_prefix_gives_the_symbology_and_is_removed(port: SerialPort) -> None:
    lines = SerialScanner(port.source)
    port.send(b"]Q1" + SIGNED.encode() + b"\r]C0261121000428\r" + b"261121000429\r")
    found = [lines.read(5) for _ in range(3)]
    assert [(code.text, code.data, code.symbology) for code in found if code] == [
        (SIGNED, SIGNED.encode(), "QRCode"),
        ("261121000428", b"261121000428", "Code128"),
        ("261121000429", b"261121000429", ""),
    ]
    lines.close()


def test_chinese_comes_in_either_of_its_encodings(port: SerialPort) -> None:
    lines = SerialScanner(port.source)
    port.send("出生证\r".encode() + "出生证\r".encode("gb18030"))
    assert [code.text for code in (lines.read(5), lines.read(5)) if code] == ["出生证"] * 2
    lines.close()


def test_a_pause_ends_a_code_without_a_line_end(port: SerialPort) -> None:
    lines = SerialScanner(port.source)
    port.send(b"ONE")
    code = lines.read(5)
    assert code
    assert code.text == "ONE"
    assert lines.read(0.01) is None
    lines.close()


def test_a_missing_port_is_reported() -> None:
    with pytest.raises(ScanError, match="is not there"):
        SerialScanner("serial:/dev/there-is-none")
    feed = SerialFeed("serial:/dev/there-is-none")
    assert feed.take_newest(0.01) is None
    assert "is not there" in str(feed.trouble)
    assert feed.take_newest(0.01) is None  # not retried a hundred times a second


@pytest.mark.wide
def test_a_port_in_use_is_reported_and_opened_when_it_is_free(port: SerialPort) -> None:
    first = SerialScanner(port.source)
    with watch_source(port.source) as watcher:
        watcher.wait_for_trouble("Another program is using the scanner")
        first.close()
        watcher.wait_for(lambda view: not view.trouble)
        port.send(b"HELLO\r")
        watcher.wait_for_codes("HELLO")


def test_a_file_that_is_no_port_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no port")
    with pytest.raises(ScanError, match="cannot be opened"):
        SerialScanner(f"serial:{tmp_path / 'file'}")


def test_an_unplugged_scanner_is_reported(port: SerialPort) -> None:
    feed = SerialFeed(port.source)
    assert feed.take_newest(0.01) is None  # data sent before the port was opened is discarded
    port.send(b"ONE\r")
    assert feed.take_newest(5)
    port.unplug()
    for _ in range(50):
        if feed.take_newest(0.1) is None and feed.trouble:
            break
    assert feed.trouble is not None
    feed.stop(0)


def test_a_camera_client_reads_a_serial_scanner(port: SerialPort) -> None:
    with watch_source(port.source) as watcher:
        while not port.is_opened():
            watcher.wait_for(lambda view: True)
        port.send(b"]Q1" + SIGNED.encode() + b"\r")
        view: View = watcher.wait_for_codes(SIGNED)
        assert (view.width, view.read, view.codes[0].symbology) == (0, 1, "QRCode")
        for _ in range(2):
            port.send(b"261121000428\r")
            watcher.wait_for_codes("261121000428")
    assert not CameraClient().running


def test_a_scan_waits_for_one_line(port: SerialPort) -> None:
    done = threading.Event()

    def scan_again_and_again() -> None:
        while not done.wait(0.05):
            port.send(b"]Q1ABC\r")

    hand = threading.Thread(target=scan_again_and_again)
    hand.start()
    (found,) = scan_sources([port.source], seconds=10)
    done.set()
    hand.join()
    assert [code.text for code in found.codes] == ["ABC"]
    assert found.opened
    (silent,) = scan_sources([port.source], seconds=0.1)
    assert (silent.codes, silent.error, silent.opened) == ((), None, True)
    (missing,) = scan_sources(["serial:/dev/there-is-none"])
    assert not missing.opened
