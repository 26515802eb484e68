"""Network cameras."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path

import pytest

from scanners import scan_sources
from scanners.camera.sources import open_source
from scanners.errors import ScanError, TornFrame
from tests.scanners.pictures import clip, jpeg, qr, scene
from tests.scanners.rtsp import RtspCamera
from tests.scanners.view_watcher import NetworkCamera, watch_source

MOVING = [jpeg(scene(qr("EL1:ABC"), seed=seed)) for seed in range(8)]


@contextmanager
def camera(parts: list[bytes], length: bool = True, endless: bool = True) -> Iterator[NetworkCamera]:
    device = NetworkCamera(lambda: cycle(parts) if endless else iter(parts), length)
    try:
        yield device
    finally:
        device.switch_off()


@pytest.mark.parametrize("length", [True, False])
def test_each_part_is_a_frame_with_or_without_a_length_header(length: bool) -> None:
    with camera(MOVING[:3], length, endless=False) as device:
        source = open_source(device.url)
        shapes = [frame.picture.shape for frame in (source.read(), source.read()) if frame]
        assert shapes == [(480, 640, 3)] * 2
        source.close()


def test_the_password_of_a_camera_is_never_shown() -> None:
    with camera([]) as device:
        assert open_source(device.url).name == f"http://127.0.0.1:{device.port}/video?size=large"
    with pytest.raises(ScanError, match="Nothing answers at http://127") as caught:
        open_source(device.url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("part", [MOVING[0][:4000], b"words", b"\xff\xd8 torn \xff\xd9", b""], ids="abcd")
def test_a_torn_picture_is_one_torn_frame_and_the_next_is_good(part: bytes) -> None:
    with camera([part, MOVING[0]]) as device:
        source = open_source(device.url)
        with pytest.raises(TornFrame, match="damaged"):
            source.read()
        assert source.read() is not None
        source.close()


def test_the_end_of_a_stream_is_reported() -> None:
    with camera(MOVING[:1], endless=False) as device:
        source = open_source(device.url)
        source.read()
        with pytest.raises(ScanError, match="has stopped"):
            source.read()
        source.close()


@pytest.mark.wide
def test_a_camera_that_is_switched_off_and_on_is_reopened() -> None:
    with camera(MOVING) as device, watch_source(device.url) as watcher:
        watcher.wait_for_codes("EL1:ABC")
        device.switch_off()
        watcher.wait_for_trouble("It is tried again.")
        watcher.wait_for_trouble("Nothing answers at")
        device.switch_on()
        watcher.wait_for(lambda view: view.width and not view.trouble)
        watcher.client.change_order(want="receipt")
        watcher.wait_for_codes("EL1:ABC")


@pytest.mark.wide
def test_torn_black_and_frozen_streams_are_reported() -> None:
    for parts, words in (
        ([part[:4000] for part in MOVING], "sends damaged pictures"),
        ([jpeg(scene() * 0)], "is black"),
        ([jpeg(scene())], "is frozen"),
    ):
        with camera(parts) as device, watch_source(device.url) as watcher:
            view = watcher.wait_for_trouble(words)
            assert "secret" not in str(view.trouble)


@pytest.mark.wide
def test_an_rtsp_camera_is_read_and_its_end_is_reported_without_the_password() -> None:
    device = RtspCamera(lambda: cycle(MOVING), (640, 480))
    try:
        with watch_source(device.url) as watcher:
            assert watcher.wait_for_codes("EL1:ABC").size == (640, 480)
            device.switch_off()
            view = watcher.wait_for_trouble("It is tried again.")
            assert "secret" not in str(view.trouble)
            watcher.wait_for_trouble("Nothing that can be read as video answers at rtsp://127")
    finally:
        device.switch_off()


def test_video_over_http_that_is_no_motion_jpeg_is_read_too(tmp_path: Path) -> None:
    clip(tmp_path / "held.avi", [scene(qr("EL1:ABC"), seed=seed) for seed in range(5)])
    serve = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            (found,) = scan_sources([f"http://127.0.0.1:{server.server_address[1]}/held.avi"])
            (missing,) = scan_sources([f"http://127.0.0.1:{server.server_address[1]}/none.avi"])
        finally:
            server.shutdown()
            thread.join()
    assert [code.text for code in found.codes] == ["EL1:ABC"]
    assert "error 404" in str(missing.error)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
