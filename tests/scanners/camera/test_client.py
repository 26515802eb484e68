"""The camera client with a real camera process and real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from select import select

import pytest
import segno

from scanners import CameraClient, View
from scanners.camera.views import receive_view
from tests.scanners.pictures import clip, jpeg, png, qr, scene, tilt
from tests.scanners.view_watcher import WAIT_SECONDS, watch_source

posix = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs a process handle of Linux")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A video of a code that tilts more and more."""
    frames = [tilt(scene(qr("EL1:ABC", scale=6), seed=n), n, n / 100) for n in range(10)]
    return clip(tmp_path_factory.mktemp("clips") / "held up.avi", frames)


def process_ended(pid: int) -> bool:
    """Wait for the end of a process and return whether it ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ended = bool(select([handle], [], [], WAIT_SECONDS)[0])
    os.close(handle)
    return ended


def test_a_code_in_a_video_is_sent_with_outline_and_preview(video: str) -> None:
    with watch_source(video, preview=(32, 40)) as watcher:
        view = watcher.wait_for_codes("EL1:ABC")
        (code,) = view.codes
        assert (code.data, code.symbology) == (b"EL1:ABC", "QRCode")
        assert view.outlines == (code.corners,)
        assert all(0.2 < x < 0.8 and 0.1 < y < 0.9 for x, y in code.corners)
        assert (view.width, view.height, len(view.rgb)) == (32, 24, 32 * 24 * 3)
        assert view.guidance == ""
        assert view.trouble is None
        assert {"capture", "waited", "decode", "preview"} <= set(view.ms)
        assert 0 < view.captured_at < time.monotonic()
        # held up continuously, and reported once
        later = [watcher.wait_for(lambda view: view.outlines) for _ in range(4)]
        assert [view.codes for view in later] == [()] * 4


@pytest.mark.wide
def test_two_codes_in_view_are_both_reported(tmp_path: Path) -> None:
    with watch_source(clip(tmp_path / "two.avi", [scene(qr("A"), qr("B"), seed=n) for n in range(5)])) as watcher:
        view = watcher.wait_for_codes("A", "B")
        assert view.guidance == "two codes"
        assert len(view.outlines) == 2


def test_a_code_too_far_away_gives_the_advice_closer(tmp_path: Path) -> None:
    covered = qr("EL1:" + "ABCDE" * 40, scale=4)
    middle = covered.shape[0] // 2
    covered[middle - 40 : middle + 40, middle - 60 : middle + 60] = 200
    with watch_source(clip(tmp_path / "far.avi", [scene(covered, seed=n) for n in range(5)])) as watcher:
        view = watcher.wait_for(lambda view: view.guidance)
        assert (view.guidance, view.codes, len(view.outlines)) == ("closer", (), 1)


def test_purpose_and_source_can_change_while_running(video: str, tmp_path: Path) -> None:
    (tmp_path / "other.png").write_bytes(png(scene(qr("OTHER"))))
    with watch_source(video) as watcher:
        watcher.wait_for_codes("EL1:ABC")
        watcher.client.change_order(source=str(tmp_path / "other.png"))
        watcher.wait_for_codes("OTHER")
        watcher.client.change_order(source=video, want="receipt")
        watcher.wait_for_codes("EL1:ABC")


@pytest.mark.wide
def test_an_unusable_source_is_reported_and_opened_when_it_is_available(tmp_path: Path) -> None:
    late = tmp_path / "late.png"
    with watch_source(str(late)) as watcher:
        watcher.wait_for_trouble("does not exist")
        late.write_bytes(b"torn")
        watcher.wait_for_trouble("damaged")
        late.write_bytes(png(scene(qr("LATE"))))
        assert watcher.wait_for_codes("LATE").trouble is None


@pytest.mark.skipif(sys.platform != "linux", reason="device files are a Linux matter")
def test_a_missing_camera_is_reported_and_the_child_keeps_running() -> None:
    with watch_source("63") as watcher:
        view = watcher.wait_for_trouble("Camera 63 is not there")
        assert view.trouble
        assert view.trouble.facts == {"camera": "63"}
        assert watcher.wait_for(lambda view: view.trouble).trouble == view.trouble


@pytest.mark.wide
def test_a_file_can_be_played_once(tmp_path: Path) -> None:
    with watch_source(clip(tmp_path / "short.avi", [scene(qr("A"))] * 3), once=True) as watcher:
        watcher.wait_for_codes("A")
        watcher.wait_for_trouble("played to its end")


@posix
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV], ids=["killed", "hung", "crashed"])
@pytest.mark.wide
def test_a_child_that_ended_or_hangs_is_replaced_within_seconds(video: str, blow: signal.Signals) -> None:
    with watch_source(video) as watcher:
        watcher.wait_for(lambda view: view.width)
        first = watcher.client.pid
        assert first
        os.kill(first, blow)
        began = time.monotonic()
        watcher.wait_for_trouble("started again")
        assert time.monotonic() - began < 3, "two seconds, and a busy machine"
        watcher.wait_for(lambda view: view.width)
        assert watcher.client.pid != first
        assert process_ended(first)


@posix
def test_stop_is_quick_leaves_no_child_and_no_view_comes_after_it(video: str) -> None:
    with watch_source(video) as watcher:
        watcher.wait_for(lambda view: view.width)
        pid = watcher.client.pid
        began = time.monotonic()
        watcher.client.stop()
        assert time.monotonic() - began < 2
        assert pid
        assert process_ended(pid)
        seen = watcher.views.qsize()
        watcher.client.stop()
        assert watcher.views.qsize() == seen
        assert not watcher.client.running


@pytest.mark.wide
def test_a_stopped_client_can_be_started_again(video: str) -> None:
    client = CameraClient()
    for _ in range(2):
        with watch_source(video, client) as watcher:
            watcher.wait_for_codes("EL1:ABC")


@pytest.mark.wide
def test_a_client_can_be_stopped_from_on_view(video: str) -> None:
    client = CameraClient()
    with watch_source(video, client) as watcher:

        def stop_at_once(view: View) -> None:
            client.stop()
            watcher.views.put(view)

        client.start(video, "licence", stop_at_once)
        watcher.wait_for(lambda view: True)
        assert not client.running


@posix
def test_no_child_outlives_a_parent_that_is_killed(video: str) -> None:
    script = (
        "import sys, scanners\n"
        "client = scanners.CameraClient()\n"
        "client.start(sys.argv[1], 'licence', lambda view: view.width and print(client.pid, flush=True))\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, video]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
        assert process_ended(child)


def test_the_child_ends_with_its_input_and_on_a_stop_order(video: str) -> None:
    for last_words in (b"", b'{"stop": true}\n'):
        with subprocess.Popen(
            [sys.executable, "-m", "scanners"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as child:
            assert child.stdin
            assert child.stdout
            child.stdin.write(b"no order\n{}\n[1]\n" + json.dumps({"source": video}).encode() + b"\n")
            child.stdin.flush()
            while not (view := receive_view(child.stdout)) or not view.width:
                assert view
            child.stdin.write(last_words)
            child.stdin.flush() if last_words else child.stdin.close()
            child.stdout.read()
            assert child.wait(WAIT_SECONDS) == 0


@pytest.mark.wide
def test_what_libraries_print_goes_to_the_log_and_not_to_the_terminal(tmp_path: Path) -> None:
    torn = tmp_path / "torn.avi"
    complete = Path(clip(tmp_path / "complete.avi", [scene(seed=n) for n in range(10)])).read_bytes()
    torn.write_bytes(complete[: len(complete) // 2] + Random(1).randbytes(20_000))
    (tmp_path / "torn.jpg").write_bytes(jpeg(scene())[:9000])
    script = (
        "import queue, sys, scanners\n"
        "from pathlib import Path\n"
        "views = queue.Queue()\n"
        "client = scanners.CameraClient(Path(sys.argv[1]))\n"
        "client.start(sys.argv[2], 'receipt', views.put)\n"
        "while not views.get(timeout=30).width: pass\n"
        "client.change_order(source=sys.argv[3])\n"
        "for _ in range(5): views.get(timeout=30)\n"
        "client.stop()\n"
        "print('done')\n"
    )
    log = tmp_path / "camera.log"
    talkative = os.environ | {"OPENCV_FFMPEG_LOGLEVEL": "48", "OPENCV_LOG_LEVEL": "VERBOSE", "OPENCV_FFMPEG_DEBUG": "1"}
    command = [sys.executable, "-c", script, str(log), str(torn), str(tmp_path / "torn.jpg")]
    run = subprocess.run(command, env=talkative, capture_output=True, timeout=60, check=False)
    assert (run.stdout, run.stderr, run.returncode) == (b"done\n", b"", 0)
    assert log.stat().st_size > 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that never answers")
@pytest.mark.wide
def test_a_source_that_hangs_is_reported_and_can_be_changed(video: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never")
    with watch_source(str(tmp_path / "never")) as watcher:
        watcher.wait_for_trouble("sends no picture")
        watcher.client.change_order(source=video)
        watcher.wait_for_codes("EL1:ABC")


@pytest.mark.wide
def test_parts_of_a_code_are_asked_for_and_joined(tmp_path: Path) -> None:
    whole = "EL1:" + "0123456789ABCDEF" * 12
    for number, symbol in enumerate(segno.make_sequence(whole, symbol_count=2), start=1):
        symbol.save(str(tmp_path / f"part{number}.png"), scale=6)
    with watch_source(str(tmp_path / "part2.png")) as watcher:
        view = watcher.wait_for_trouble("part 2 of 2")
        assert view.codes == ()
        assert "missing: 1" in str(view.trouble)
        watcher.wait_for(lambda view: view.frame == 1 and not view.rgb and view.trouble)  # also after the frame
    with watch_source(str(tmp_path)) as watcher:
        watcher.wait_for_trouble("part 1 of 2")
        assert watcher.wait_for_codes(whole).trouble is None
