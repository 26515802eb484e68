"""Which of the codes in view are reported."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanners.camera.sightings import TOGETHER_SECONDS, Sightings
from scanners.codes import Code


def code(text: str) -> Code:
    return Code(text, text.encode(), "QRCode", "zxing-cpp", ((0, 0), (1, 0), (1, 1), (0, 1)), 1.0)


A, B = code("A"), code("B")


def test_a_code_held_up_is_reported_once() -> None:
    sightings = Sightings()
    reported = [sightings.update((A,), now / 10)[0] for now in range(100)]
    assert reported == [(A,)] + [()] * 99


def test_a_code_shown_again_after_three_seconds_is_reported() -> None:
    sightings = Sightings()
    assert sightings.update((A,), 0.0)[0] == (A,)
    assert sightings.update((A,), 2.9)[0] == ()
    assert sightings.update((), 5.0)[0] == ()
    assert sightings.update((A,), 6.0)[0] == (A,)


def test_a_second_code_after_the_first_is_reported() -> None:
    sightings = Sightings()
    assert sightings.update((A,), 0.0) == ((A,), False)
    assert sightings.update((B,), 1.0) == ((B,), False)


def test_two_codes_in_view_are_reported_together_and_flagged() -> None:
    sightings = Sightings()
    codes, several = sightings.update((A, B), 0.0)
    assert (set(codes), several) == ({A, B}, True)
    assert sightings.update((B, A), 0.1) == ((), True)


def test_two_codes_of_which_each_frame_reads_only_one_are_flagged_too() -> None:
    sightings = Sightings()
    assert sightings.update((A,), 0.0) == ((A,), False)
    codes, several = sightings.update((B,), 0.1)
    assert (set(codes), several) == ({A, B}, True)


def test_when_one_of_two_codes_is_removed_the_other_is_reported() -> None:
    sightings = Sightings()
    sightings.update((A,), 0.0)
    sightings.update((A, B), 0.2)
    assert sightings.update((A,), 0.4) == ((), True)
    assert sightings.update((A,), 0.8) == ((A,), False)
    assert sightings.update((A,), 0.9) == ((), False)


@given(st.lists(st.tuples(st.floats(0, 2), st.sets(st.sampled_from("ABC"), max_size=3))))
def test_reported_codes_are_exactly_those_in_view(steps: list[tuple[float, set[str]]]) -> None:
    sightings, now = Sightings(), 0.0
    last_seen: dict[str, float] = {}
    for pause, texts in steps:
        now += pause
        news, several = sightings.update(tuple(code(text) for text in sorted(texts)), now)
        last_seen |= dict.fromkeys(texts, now)
        around = {text for text, at in last_seen.items() if now - at <= TOGETHER_SECONDS}
        assert several == (len(around) > 1)
        assert not news or {reported.text for reported in news} == around
