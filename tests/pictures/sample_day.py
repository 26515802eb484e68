"""Two offices for the pictures: the sample city of `clerk demo`, and one in the middle of a busy morning."""

from __future__ import annotations

from pathlib import Path

from clerk_app.demo.sample_city import build_sample_city
from clerk_app.hall.windows import SetWindowState
from tests.clock import Clock
from tests.office import SampleOffice, build_template
from tests.pictures.built import Built
from tests.sample_data import CLERKS, WINDOWS

_CHILDREN = ("李一诺", "王子墨", "陈思远", "张可欣", "刘雨桐", "赵宇轩", "周梓涵", "吴浩然", "孙诗雨", "郑皓轩")
_ROADS = ("雨水管改造", "人行道修复", "供热管线", "电缆入地", "污水支管")


def build_city(folder: Path) -> Built:
    """Build the sample city at half past eight of a working day."""
    office = build_sample_city(folder / "city", clock=Clock("2026-05-06 08:30"))
    office.store.close()
    return Built(office.folder, "2026-05-06 08:42", (office.folder / "codes" / "mother.txt").read_text().strip())


def build_busy_office(folder: Path) -> Built:
    """Build an office at twenty to twelve: cases in every state, tickets waiting, one task overdue."""
    sample = SampleOffice.open_copy(build_template(folder), folder / "office", local_time="2026-04-27 09:00")
    late = sample.accept_birth(child_name="何欣怡")
    sample.clock.set("2026-05-06 08:31")
    numbers = [late]
    for child in _CHILDREN:
        for _ticket in range(2):
            sample.take_ticket("A")
        _serve_ticket(sample, "w1", minutes=8)
        sample.clock.advance(minutes=3)
        numbers.append(sample.accept_birth(child_name=child))
    for road in _ROADS:
        sample.take_ticket("B")
        _serve_ticket(sample, "w2", minutes=9)
        sample.clock.advance(minutes=3)
        numbers.append(sample.accept_road("w2", project_name=road))
    _decide_some(sample, numbers)
    _open_windows(sample)
    sample.call_next("w2")
    sample.clock.advance(minutes=6)
    local_time = f"{sample.office.local_time():%Y-%m-%d %H:%M}"
    sample.close()
    return Built(sample.office.folder, local_time, case=numbers[1])


def _serve_ticket(sample: SampleOffice, window: str, minutes: int) -> None:
    """Call the next ticket to `window` and serve it for `minutes`."""
    _open_windows(sample)
    sample.call_next(window)
    sample.clock.advance(minutes=minutes)
    sample.move_ticket("finish", window)
    sample.clock.advance(seconds=40)


def _open_windows(sample: SampleOffice) -> None:
    """Open the windows again: nobody renews their leases while the clock is advanced."""
    for window, clerk in zip(WINDOWS, CLERKS, strict=True):
        sample.door.perform(SetWindowState(window=window, state="open"), clerk)


def _decide_some(sample: SampleOffice, numbers: list[str]) -> None:
    """Decide, return and claim tasks of the cases `numbers`."""
    for number in numbers[1:4]:
        sample.approve(number, "birth-medical-certificate")
        sample.clock.advance(minutes=4)
    sample.return_task(numbers[4], "birth-medical-certificate", "father-id", reason="身份证照片不清晰")
    sample.clock.advance(minutes=3)
    sample.claim_of(numbers[5], "birth-medical-certificate")
