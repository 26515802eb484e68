"""The camera child, as the program sees it: a real process, real files."""

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

from scanners import CameraClient, View
from scanners.camera.views import receive_view
from tests.scanners.pictures import clip, jpeg, png, qr, scene, tilt
from tests.scanners.view_watcher import WAIT_SECONDS, watch_source

posix = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs a process handle of Linux")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A code that leans more and more, in a moving picture."""
    frames = [tilt(scene(qr("EL1:ABC", scale=6), seed=n), n, n / 100) for n in range(10)]
    return clip(tmp_path_factory.mktemp("clips") / "held up.avi", frames)


def process_ended(pid: int) -> bool:
    """Waits until the process has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ended = bool(select([handle], [], [], WAIT_SECONDS)[0])
    os.close(handle)
    return ended


def test_a_code_in_a_video_comes_with_its_outline_and_a_picture(video: str) -> None:
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
        # held up on and on, and told once
        later = [watcher.wait_for(lambda view: view.outlines) for _ in range(4)]
        assert [view.codes for view in later] == [()] * 4


def test_two_codes_in_view_are_both_named_and_none_is_picked(tmp_path: Path) -> None:
    with watch_source(clip(tmp_path / "two.avi", [scene(qr("A"), qr("B"), seed=n) for n in range(5)])) as watcher:
        view = watcher.wait_for_codes("A", "B")
        assert view.guidance == "two codes"
        assert len(view.outlines) == 2


def test_a_code_too_far_away_to_read_asks_for_closer(tmp_path: Path) -> None:
    covered = qr("EL1:" + "ABCDE" * 40, scale=4)
    middle = covered.shape[0] // 2
    covered[middle - 40 : middle + 40, middle - 60 : middle + 60] = 200
    with watch_source(clip(tmp_path / "far.avi", [scene(covered, seed=n) for n in range(5)])) as watcher:
        view = watcher.wait_for(lambda view: view.guidance)
        assert (view.guidance, view.codes, len(view.outlines)) == ("closer", (), 1)


def test_the_aim_can_change_while_the_lens_is_open(video: str, tmp_path: Path) -> None:
    (tmp_path / "other.png").write_bytes(png(scene(qr("OTHER"))))
    with watch_source(video) as watcher:
        watcher.wait_for_codes("EL1:ABC")
        watcher.lens.change_order(source=str(tmp_path / "other.png"))
        watcher.wait_for_codes("OTHER")
        watcher.lens.change_order(source=video, want="receipt")
        watcher.wait_for_codes("EL1:ABC")


def test_a_source_that_cannot_be_used_is_named_and_taken_up_once_it_is_there(tmp_path: Path) -> None:
    late = tmp_path / "late.png"
    with watch_source(str(late)) as watcher:
        watcher.wait_for_trouble("does not exist")
        late.write_bytes(b"torn")
        watcher.wait_for_trouble("damaged")
        late.write_bytes(png(scene(qr("LATE"))))
        assert watcher.wait_for_codes("LATE").trouble is None


@pytest.mark.skipif(sys.platform != "linux", reason="device files are a Linux matter")
def test_a_missing_camera_is_named_and_the_child_lives() -> None:
    with watch_source("63") as watcher:
        view = watcher.wait_for_trouble("Camera 63 is not there")
        assert view.trouble
        assert view.trouble.facts == {"camera": "63"}
        assert watcher.wait_for(lambda view: view.trouble).trouble == view.trouble


def test_a_file_can_be_played_once(tmp_path: Path) -> None:
    with watch_source(clip(tmp_path / "short.avi", [scene(qr("A"))] * 3), once=True) as watcher:
        watcher.wait_for_codes("A")
        watcher.wait_for_trouble("played to its end")


@posix
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV], ids=["killed", "hung", "crashed"])
def test_a_child_that_is_gone_or_hangs_is_replaced_within_seconds(video: str, blow: signal.Signals) -> None:
    with watch_source(video) as watcher:
        watcher.wait_for(lambda view: view.width)
        first = watcher.lens.pid
        assert first
        os.kill(first, blow)
        began = time.monotonic()
        watcher.wait_for_trouble("started again")
        assert time.monotonic() - began < 3, "two seconds, and a busy machine"
        watcher.wait_for(lambda view: view.width)
        assert watcher.lens.pid != first
        assert process_ended(first)


@posix
def test_stop_is_quick_leaves_no_child_and_no_view_comes_after_it(video: str) -> None:
    with watch_source(video) as watcher:
        watcher.wait_for(lambda view: view.width)
        pid = watcher.lens.pid
        began = time.monotonic()
        watcher.lens.stop()
        assert time.monotonic() - began < 2
        assert pid
        assert process_ended(pid)
        seen = watcher.views.qsize()
        watcher.lens.stop()
        assert watcher.views.qsize() == seen
        assert not watcher.lens.running


def test_a_lens_that_was_stopped_can_be_started_again(video: str) -> None:
    lens = CameraClient()
    for _ in range(2):
        with watch_source(video, lens) as watcher:
            watcher.wait_for_codes("EL1:ABC")


def test_a_lens_can_be_stopped_from_its_own_view(video: str) -> None:
    lens = CameraClient()
    with watch_source(video, lens) as watcher:

        def stop_at_once(view: View) -> None:
            lens.stop()
            watcher.views.put(view)

        lens.start(video, "licence", stop_at_once)
        watcher.wait_for(lambda view: True)
        assert not lens.running


@posix
def test_no_child_outlives_a_parent_that_is_killed(video: str) -> None:
    script = (
        "import sys, scanners\n"
        "lens = scanners.CameraClient()\n"
        "lens.start(sys.argv[1], 'licence', lambda view: view.width and print(lens.pid, flush=True))\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, video]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
        assert process_ended(child)


def test_the_child_ends_with_its_input_and_when_told(video: str) -> None:
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


def test_what_libraries_print_goes_to_the_log_and_not_to_the_terminal(tmp_path: Path) -> None:
    torn = tmp_path / "torn.avi"
    whole = Path(clip(tmp_path / "whole.avi", [scene(seed=n) for n in range(10)])).read_bytes()
    torn.write_bytes(whole[: len(whole) // 2] + Random(1).randbytes(20_000))
    (tmp_path / "torn.jpg").write_bytes(jpeg(scene())[:9000])
    script = (
        "import queue, sys, scanners\n"
        "from pathlib import Path\n"
        "views = queue.Queue()\n"
        "lens = scanners.CameraClient(Path(sys.argv[1]))\n"
        "lens.start(sys.argv[2], 'receipt', views.put)\n"
        "while not views.get(timeout=30).width: pass\n"
        "lens.change_order(source=sys.argv[3])\n"
        "for _ in range(5): views.get(timeout=30)\n"
        "lens.stop()\n"
        "print('done')\n"
    )
    log = tmp_path / "camera.log"
    talkative = os.environ | {"OPENCV_FFMPEG_LOGLEVEL": "48", "OPENCV_LOG_LEVEL": "VERBOSE", "OPENCV_FFMPEG_DEBUG": "1"}
    command = [sys.executable, "-c", script, str(log), str(torn), str(tmp_path / "torn.jpg")]
    run = subprocess.run(command, env=talkative, capture_output=True, timeout=60, check=False)
    assert (run.stdout, run.stderr, run.returncode) == (b"done\n", b"", 0)
    assert log.stat().st_size > 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that never answers")
def test_a_source_that_hangs_is_named_and_can_be_left(video: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never")
    with watch_source(str(tmp_path / "never")) as watcher:
        watcher.wait_for_trouble("sends no picture")
        watcher.lens.change_order(source=video)
        watcher.wait_for_codes("EL1:ABC")
