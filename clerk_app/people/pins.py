"""PINs of staff: the rules for a new PIN, its hash, and the comparison with a hash."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from clerk_app.errors import BadData
from clerk_app.text.cleaning import fold_width

MIN_PIN_DIGITS, MAX_PIN_DIGITS = 6, 32
COMMON_PINS_FILE = Path(__file__).parent / "data" / "common_pins.txt"
_MIN_DISTINCT_DIGITS = 3
_MIN_STAFF_NUMBER = 3  # shorter staff numbers occur in a PIN by chance
_DATE_LAYOUTS = ("yymmdd", "ddmmyy", "mmddyy", "yyyymm", "mmyyyy", "yyyymmdd", "ddmmyyyy", "mmddyyyy")
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's second profile for argon2id
# verified for an unknown staff number, so that it takes as long as a wrong PIN
_DUMMY_PIN_HASH = "$argon2id$v=19$m=19456,t=2,p=1$YLECTGiZ4lokSPvAFKnGtg$i0nXI77YZMRk8acWIIGnRbmfGwwie0NH98vZ+RGx8ZU"


def hash_pin(pin: str) -> str:
    """Return the argon2id hash of a PIN."""
    return _hasher.hash(pin)


def matches_hash(pin_hash: str, pin: str) -> bool:
    """Return whether the PIN has this hash; false, after the same time, for an empty hash.

    A PIN may also be typed in full-width characters: an input method may be on, and the field hides what it types.
    """
    attempts = [pin]
    with suppress(BadData):
        attempts = list(dict.fromkeys((pin, fold_width(pin))))
    return any(_verify(pin_hash, attempt) for attempt in attempts)


def _verify(pin_hash: str, pin: str) -> bool:
    try:
        return _hasher.verify(pin_hash or _DUMMY_PIN_HASH, pin) and bool(pin_hash)
    except Argon2Error:
        return False


def check_new_pin(pin: str, number: str = "") -> str:
    """Return a new PIN in ASCII digits. Raises BadData with a sentence for one that is short or easy to guess.

    `number` is the staff number of the person, which the PIN must not contain.
    """
    digits = fold_width(pin).strip()
    if not (digits.isascii() and digits.isdigit() and MIN_PIN_DIGITS <= len(digits) <= MAX_PIN_DIGITS):
        raise BadData("A PIN has {least} to {most} digits.", least=MIN_PIN_DIGITS, most=MAX_PIN_DIGITS)
    if _is_regular(digits):
        raise BadData("This PIN is easy to guess: it is a run or a repetition of digits. Choose another.")
    if _is_date(digits):
        raise BadData("This PIN is easy to guess: it is a date. Choose another.")
    if digits in _common_pins():
        raise BadData("This PIN is easy to guess: many people choose it. Choose another.")
    if len(number) >= _MIN_STAFF_NUMBER and number in digits:
        raise BadData("This PIN is easy to guess: it contains the staff number. Choose another.")
    return digits


def is_allowed_pin(pin: str) -> bool:
    """Return whether a PIN that was set earlier follows today's rules."""
    try:
        check_new_pin(pin)
    except BadData:
        return False
    return True


def _is_regular(digits: str) -> bool:
    """Return whether digits have one step (123456, 864208), a period (471471), are mirrored, or are few (112112)."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    periods = range(1, len(digits) // 2 + 1)
    doubled = "".join(digit * 2 for digit in digits[::2])
    return (
        len(steps) == 1
        or any(digits == (digits[:period] * len(digits))[: len(digits)] for period in periods)
        or digits in (digits[::-1], doubled)
        or len(set(digits)) < _MIN_DISTINCT_DIGITS
    )


def _is_date(digits: str) -> bool:
    return any(_is_real_date(*parts) for layout in _DATE_LAYOUTS for parts in _split_date(digits, layout))


def _split_date(digits: str, layout: str) -> Iterator[tuple[int, int, int]]:
    """Yield year, month and day of digits that have the length of the layout; a missing day is 1."""
    if len(digits) != len(layout):
        return
    parts = {key: "".join(digit for digit, place in zip(digits, layout, strict=True) if place == key) for key in "ymd"}
    year = int(parts["y"])
    if "yyyy" not in layout:
        year += 2000  # a leap year if any century's is, except 1900
    elif not 1900 <= year <= 2100:
        return
    yield year, int(parts["m"]), int(parts["d"] or 1)


def _is_real_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


@cache
def _common_pins() -> frozenset[str]:
    lines = COMMON_PINS_FILE.read_text("ascii").splitlines()
    return frozenset(line.strip() for line in lines if line and not line.startswith("#"))
