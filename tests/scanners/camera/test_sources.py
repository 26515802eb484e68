"""Sources of frames and their errors."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from random import Random

import pytest
from serial.tools.list_ports_common import ListPortInfo

from scanners.camera.frames import FrameSource
from scanners.camera.sources import open_source
from scanners.devices import Device, list_cameras, list_serial_ports
from scanners.errors import ScanError, TornFrame
from tests.scanners.pictures import clip, jpeg, png, qr, scene

linux = pytest.mark.skipif(sys.platform != "linux", reason="device files are a Linux matter")


def due_times(source: FrameSource) -> list[float]:
    due = []
    while frame := source.read():
        due.append(frame.due)
    source.close()
    return due


def open_error(text: str) -> ScanError:
    with pytest.raises(ScanError) as caught:
        open_source(text).read()
    return caught.value


def test_frames_of_a_video_are_due_at_its_frame_rate(tmp_path: Path) -> None:
    source = open_source(clip(tmp_path / "sample_001.avi", [scene(seed=n) for n in range(5)], rate=20))
    assert source.kind == "clip"
    assert due_times(source) == pytest.approx([0, 0.05, 0.10, 0.15, 0.20])


def test_a_folder_gives_its_pictures_in_order(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    for name, side in (("b.png", 30), ("deeper/c.JPG", 40), ("a.jpeg", 20)):
        (tmp_path / name).write_bytes(png(scene(width=side * 40, height=480)))
    (tmp_path / "notes.txt").write_text("not a picture")
    source = open_source(str(tmp_path))
    widths = [frame.picture.shape[1] // 40 for frame in (source.read(), source.read(), source.read()) if frame]
    assert widths == [20, 30, 40]
    assert source.read() is None


def test_a_picture_is_recognised_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "download").write_bytes(png(qr("A")))
    assert open_source(str(tmp_path / "download")).kind == "still"


@pytest.mark.parametrize("number", ["7", "63", "/dev/video62"])
@linux
def test_a_missing_camera_is_reported(number: str) -> None:
    assert str(open_error(number)) == f"Camera {number} is not there. It is used as soon as it is plugged in."


@linux
def test_a_device_without_a_picture_is_reported_as_in_use() -> None:
    assert str(open_error("/dev/null")) == "Camera /dev/null gives no picture: another program may be using it."


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may open everything")
def test_a_device_without_permission_is_reported(tmp_path: Path) -> None:
    pytest.importorskip("pty")
    device = os.ttyname(os.openpty()[1])
    Path(device).chmod(0)
    assert "may not open" in str(open_error(device))


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("clip.avi", Random(1).randbytes(5000), "{source} is neither a picture nor a video that can be read."),
        ("clip.mp4", b"", "{source} is neither a picture nor a video that can be read."),
        ("notes.txt", b"just words\n" * 20, "{source} is neither a picture nor a video that can be read."),
        ("photo.png", b"just words", "The picture {source} is damaged or is no picture."),
        ("photo.jpg", b"", "The picture {source} is damaged or is no picture."),
        ("photo.png", png(qr("A"))[:60], "The picture {source} is damaged or is no picture."),
    ],
    ids=["noise", "empty video", "text", "text as picture", "empty picture", "cut short"],
)
def test_a_file_of_random_bytes_is_reported(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert open_error(str(tmp_path / name)).sentence == sentence


def test_a_picture_above_the_size_limit_is_rejected(tmp_path: Path) -> None:
    bomb = bytearray(b"P5 60000 60000 255\n")
    (tmp_path / "bomb.pgm").write_bytes(bomb + b"\0" * 1000)
    assert isinstance(open_error(str(tmp_path / "bomb.pgm")), TornFrame)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nowhere/to/be/found.png", "{source} does not exist."),
        ("ftp://host/picture.jpg", "A source that begins with {scheme}:// cannot be opened."),
        ("http://", "{source} is not the address of a stream."),
        ("http://host:99999/x", "{source} is not the address of a stream."),
        ("http://[bad/x", "{source} is not the address of a stream."),
        ("rtsp://127.0.0.1:9/x", "Nothing that can be read as video answers at {source}. It is tried again."),
    ],
)
def test_a_source_that_cannot_be_opened_is_reported(text: str, sentence: str) -> None:
    assert open_error(text).sentence == sentence


def test_an_empty_folder_is_reported(tmp_path: Path) -> None:
    assert open_error(str(tmp_path)).sentence == "There is no picture in {source}."


def test_a_damaged_picture_in_a_folder_does_not_end_it(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"torn")
    (tmp_path / "b.jpg").write_bytes(jpeg(scene()))
    source = open_source(str(tmp_path))
    with pytest.raises(TornFrame, match=r"a\.jpg"):
        source.read()
    assert source.read() is not None
    assert source.read() is None


@linux
def test_cameras_are_listed_without_their_metadata_nodes(tmp_path: Path) -> None:
    for node, index, name in (("video2", "0", "Document camera"), ("video0", "0", "Webcam"), ("video1", "1", "Webcam")):
        (tmp_path / node).mkdir()
        (tmp_path / node / "index").write_text(f"{index}\n")
        (tmp_path / node / "name").write_text(f"{name}\n")
    assert list_cameras(tmp_path) == (Device("0", "Webcam"), Device("2", "Document camera"))
    assert list_cameras(tmp_path / "none") == ()


def test_only_serial_ports_with_hardware_are_listed() -> None:
    scanner, bare, ghost = (ListPortInfo(name) for name in ("/dev/ttyUSB1", "/dev/ttyACM0", "/dev/ttyS31"))
    scanner.hwid = bare.hwid = "USB VID:PID=0C2E:0B6A"
    scanner.product = "Barcode Scanner"
    found = (Device("serial:/dev/ttyACM0", ""), Device("serial:/dev/ttyUSB1", "Barcode Scanner"))
    assert list_serial_ports([ghost, scanner, bare]) == found
    assert all(port.source.startswith("serial:") for port in list_serial_ports())
