"""The camera of a machine: choice of its source, and its views."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from clerk_app.roles.camera import ScannerCamera
from clerk_app.views.shared import CameraView, Option
from scanners import list_cameras, list_serial_ports

STREAM = "http://127.0.0.1:9/video"


def wait_for_view(views: queue.Queue[CameraView], wanted: Callable[[CameraView], object]) -> CameraView:
    while not wanted(view := views.get(timeout=30)):
        pass
    return view


def test_the_configured_source_is_listed_first_and_once(tmp_path: Path) -> None:
    devices = [device.source for device in (*list_cameras(), *list_serial_ports())]
    films = (Option("a.avi", "a"), Option("b.avi", "b"))
    camera = ScannerCamera(STREAM, tmp_path / "log", films=lambda: films)
    assert [choice.id for choice in camera.list_sources()] == [STREAM, "a.avi", "b.avi", *devices]
    camera = ScannerCamera("b.avi", tmp_path / "log", films=lambda: films)
    assert camera.list_sources()[:2] == (films[1], films[0])
    camera.select_source("a.avi")
    assert camera.list_sources()[0] == films[1]


@pytest.mark.wide
def test_a_serial_scanner_can_replace_the_camera(tmp_path: Path) -> None:
    termios = pytest.importorskip("termios", reason="needs a pseudo terminal")
    scanner, computer = os.openpty()
    port = os.ttyname(computer)
    views: queue.Queue[CameraView] = queue.Queue()
    camera = ScannerCamera(STREAM, tmp_path / "log")
    camera.select_source(f"serial:{port}")
    camera.start("receipt", views.put)
    try:
        view = wait_for_view(views, lambda view: not termios.tcgetattr(computer)[3] & termios.ECHO)
        assert port in view.guidance
        os.write(scanner, b"]C0261234567893\r")
        view = wait_for_view(views, lambda view: view.codes)
        assert [(code.text, code.symbology) for code in view.codes] == [("261234567893", "Code128")]
    finally:
        camera.stop()
        os.close(scanner)
        os.close(computer)


def test_a_camera_stopped_while_its_source_is_prepared_does_not_start(tmp_path: Path) -> None:
    views: queue.Queue[CameraView] = queue.Queue()
    begun, prepared = threading.Event(), threading.Event()

    def prepare(_source: str) -> None:
        begun.set()
        prepared.wait(30)

    camera = ScannerCamera(STREAM, tmp_path / "log", prepare=prepare)
    camera.start("citizen", views.put)
    assert begun.wait(30)
    camera.stop()
    prepared.set()
    camera.warm_up()  # waits until the start has ended
    assert views.get_nowait().codes == ()
    assert views.empty()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("camera client")]
