"""When a page under a document camera is taken."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scanners.camera.page_watch import (
    AWAY_SECONDS,
    FAULTY_SECONDS,
    MAX_MOTION,
    STILL_SECONDS,
    PageState,
    PageWatch,
    WatchedFrame,
)

PLACE = ((0.2, 0.1), (0.7, 0.1), (0.7, 0.9), (0.2, 0.9))
AWAY = WatchedFrame(())
THERE = WatchedFrame(PLACE)
TAKEN = WatchedFrame(PLACE, is_taken_page=True)
STEP = 0.2


def moved(by: float) -> WatchedFrame:
    return WatchedFrame(tuple((x + by, y) for x, y in PLACE))


def states(*frames: WatchedFrame) -> list[PageState]:
    watch = PageWatch()
    return [watch.update(frame, number * STEP)[0] for number, frame in enumerate(frames)]


def frames_for(seconds: float) -> int:
    return round(seconds / STEP) + 1


def test_a_page_is_taken_once_when_it_has_lain_still() -> None:
    seen = states(*[THERE] * frames_for(STILL_SECONDS), *[TAKEN] * 10)
    assert seen == ["moving", *["still"] * 3, "take", *["taken"] * 10]


def test_the_share_of_the_time_grows_while_a_page_lies_still() -> None:
    watch = PageWatch()
    shares = [watch.update(THERE, number * STEP)[1] for number in range(5)]
    assert shares == sorted(shares)
    assert shares[0] < 0.01
    assert shares[-1] == 1.0


def test_a_page_that_moves_is_not_taken() -> None:
    assert "take" not in states(*[moved(number * 2 * MAX_MOTION) for number in range(30)])


def test_a_page_that_drifts_slowly_is_not_taken_at_another_place_than_it_was_still_at() -> None:
    assert "take" not in states(*[moved(number * 0.4 * MAX_MOTION) for number in range(30)])


def test_a_single_frame_that_looks_different_takes_nothing_twice() -> None:
    assert states(*[THERE] * 5, *[TAKEN, THERE, TAKEN] * 10).count("take") == 1


def test_noise_of_the_corners_does_not_delay_the_page() -> None:
    assert states(*[moved((-1) ** number * MAX_MOTION * 0.45) for number in range(5)])[-1] == "take"


def test_a_page_with_a_fault_is_taken_later() -> None:
    faulty = WatchedFrame(PLACE, has_fault=True)
    seen = states(*[faulty] * frames_for(FAULTY_SECONDS))
    assert seen.index("take") == frames_for(FAULTY_SECONDS) - 1


def test_the_page_that_was_taken_is_not_taken_again_when_it_is_pushed() -> None:
    pushed = WatchedFrame(moved(0.1).corners, is_taken_page=True)
    assert states(*[THERE] * 5, *[pushed] * 20).count("take") == 1


def test_the_next_page_at_the_same_place_is_taken_after_it_has_lain_still() -> None:
    seen = states(*[THERE] * 5, TAKEN, *[THERE] * 6)
    assert seen[5:] == ["taken", *["still"] * 3, "take", "still", "still"]


def test_the_same_page_is_taken_again_after_it_was_away() -> None:
    seen = states(*[THERE] * 5, TAKEN, *[AWAY] * frames_for(AWAY_SECONDS), *[TAKEN] * 5)
    assert seen.count("take") == 2


def test_one_frame_in_which_a_page_was_not_found_takes_nothing_twice() -> None:
    assert states(*[THERE] * 5, TAKEN, AWAY, *[TAKEN] * 10).count("take") == 1


@given(st.lists(st.sampled_from([THERE, TAKEN, AWAY, moved(0.05), WatchedFrame(PLACE, has_fault=True)]), max_size=60))
def test_two_pages_are_never_taken_within_the_time_that_a_page_has_to_lie_still(frames: list[WatchedFrame]) -> None:
    taken = [number for number, state in enumerate(states(*frames)) if state == "take"]
    assert all(later - earlier >= STILL_SECONDS / STEP for earlier, later in pairwise(taken))
