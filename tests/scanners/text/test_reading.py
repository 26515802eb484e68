"""Reading pages in the child process: what is read, and what happens if a page or the child is bad."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanners import ScanError, TextClient
from scanners.text.models import ModelMissing, check_models
from tests.scanners.text.pages import draw_cat, draw_page

LINES = ("居民身份证", "姓名  王秀英", "性别女  民族汉", "出生1985年6月5日", "公民身份号码310101198506053021")


@pytest.fixture(scope="module")
def client() -> Iterator[TextClient]:
    client = TextClient(niceness=0, wait_seconds=120)
    yield client
    client.close()


def texts(client: TextClient, page: bytes) -> list[str]:
    return [line.text.replace(" ", "") for line in client.read(page).lines]


def test_a_page_is_read_with_certainty_and_place_of_each_character(client: TextClient) -> None:
    page = client.read(draw_page(*LINES))
    assert [line.text.replace(" ", "") for line in page.lines] == [line.replace(" ", "") for line in LINES]
    assert page.turned == 0
    last = page.lines[-1]
    assert len(last.text) == len(last.certainties) == len(last.places)
    assert list(last.places) == sorted(last.places)
    (left, top), (right, _), (_, bottom), _ = last.corners
    assert 0 < left < 0.1
    assert left < right < 1
    assert 0.5 < top < bottom < 0.7


@pytest.mark.wide
def test_a_picture_without_text_has_no_lines_and_a_file_that_is_no_picture_is_refused(client: TextClient) -> None:
    assert client.read(draw_cat()).lines == ()
    with pytest.raises(ScanError, match="not a picture that can be read"):
        client.read(b"%PDF-1.7 no picture")
    with pytest.raises(ScanError, match="not a picture that can be read"):
        client.read(b"")
    assert texts(client, draw_page("居民身份证")) == ["居民身份证"]


@pytest.mark.wide
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_on_its_side_or_upside_down_is_turned_before_it_is_read(client: TextClient, quarters: int) -> None:
    page = client.read(draw_page(*LINES, quarters=quarters))
    assert [line.text.replace(" ", "") for line in page.lines] == [line.replace(" ", "") for line in LINES]
    assert (page.turned + quarters) % 4 == 0
    assert page.lines[0].corners[0][1] < page.lines[-1].corners[0][1] < 0.7


@pytest.mark.wide
def test_a_child_that_is_killed_while_it_reads_ends_the_read_and_the_next_page_is_read_by_another(
    client: TextClient,
) -> None:
    assert texts(client, draw_page("居民身份证")) == ["居民身份证"]
    child = client.process_id
    assert child is not None
    os.kill(child, signal.SIGSTOP)  # so that the page is in the child when it is killed
    killer = threading.Timer(0.3, os.kill, (child, signal.SIGKILL))
    killer.start()
    with pytest.raises(ScanError, match="The program that reads pages ended"):
        client.read(draw_page(*LINES))
    killer.join()
    assert texts(client, draw_page("居民身份证")) == ["居民身份证"]
    assert client.process_id not in (None, child)


@pytest.mark.wide
def test_a_page_that_takes_too_long_is_named_and_its_child_ended() -> None:
    client = TextClient(niceness=0, wait_seconds=120)
    client.read(draw_page("居民身份证"))
    child = client.process_id
    assert child is not None
    os.kill(child, signal.SIGSTOP)
    client.wait_seconds = 0.2
    with pytest.raises(ScanError, match="took too long"):
        client.read(draw_page(*LINES))
    assert client.process_id is None
    assert not Path(f"/proc/{child}").exists()


@pytest.mark.wide
def test_a_page_that_needs_too_much_processor_time_is_named() -> None:
    client = TextClient(niceness=0, read_seconds=0, wait_seconds=120)
    with pytest.raises(ScanError, match="took too long"):
        client.read(draw_page(*(line * 3 for line in LINES * 6), size=(1600, 2300)))
    assert client.process_id is None


@pytest.mark.wide
def test_an_idle_child_is_ended() -> None:
    client = TextClient(niceness=0, wait_seconds=120, idle_seconds=0.2)
    client.read(draw_page("居民身份证"))
    child = client.process_id
    assert child is not None
    waiting = threading.Event()
    for _ in range(100):
        if not Path(f"/proc/{child}").exists():
            break
        waiting.wait(0.1)
    assert client.process_id is None
    assert not Path(f"/proc/{child}").exists()


def test_a_missing_or_damaged_model_file_is_named_and_none_is_downloaded(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"PP-OCRv6_det_small\.onnx"):
        check_models(tmp_path)
    (tmp_path / "PP-OCRv6_det_small.onnx").write_bytes(bytes(9929594))
    with pytest.raises(ModelMissing, match=r"PP-OCRv6_det_small\.onnx"):
        check_models(tmp_path)


def test_a_child_whose_models_are_missing_ends_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("rapidocr", "onnxruntime"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ScanError, match=r"PP-OCRv6_det_small\.onnx.*Install the package again"):
        TextClient(niceness=0, wait_seconds=60).read(draw_page("居民身份证"))


def test_the_process_that_reads_refuses_every_connection() -> None:
    script = "import sys, socket\nfrom scanners.text.process import refuse_network\nsys.addaudithook(refuse_network)\n"
    script += "for call in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: socket.getaddrinfo('x', 1)):\n"
    script += "    try:\n        call()\n    except PermissionError:\n        print('refused')\n"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "refused\nrefused\n"


def test_the_client_imports_no_library_and_finds_out_whether_reading_is_installed() -> None:
    script = "import sys, scanners; print(scanners.TextClient.is_installed())\n"
    script += "print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    installed, names = run.stdout.splitlines()
    assert installed == "True"
    assert {"cv2", "numpy", "PIL", "rapidocr", "onnxruntime"}.isdisjoint(names.split())
    script = "import scanners; scanners.TextClient().read(b'x')"
    run = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True)
    assert (
        "Reading papers needs an optional package of 135 MB. Install it with: pip install 'clerk[text]'" in run.stderr
    )


@pytest.mark.wide
def test_a_child_that_makes_progress_is_not_ended_however_long_it_takes() -> None:
    client = TextClient(niceness=0, wait_seconds=0.5)  # starting it alone takes longer
    page = client.read(draw_page(*(line * 3 for line in LINES * 6), size=(1600, 2300)))
    client.close()
    assert len(page.lines) == 30


@pytest.mark.wide
def test_a_child_that_waits_for_the_processor_is_ended_at_the_limit() -> None:
    client = TextClient(niceness=0, wait_seconds=0.2, limit_seconds=0.3)
    with pytest.raises(ScanError, match="took too long"):
        client.read(draw_page(*LINES))
    assert client.process_id is None
