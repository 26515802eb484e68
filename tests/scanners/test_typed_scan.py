"""The division of keys into scans and typing, by the times at which they arrive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.typed_scan import FirstKey, Holding, KeyRun, LateSuffix, TypedScanReader
from scanners.wedge import KeyboardWedge

CODE = "EL1:6BF+70790T9WJWG.FKY*4GO0 $%:/-"
SCANNER, PERSON = 0.002, 0.1  # seconds between keys
NAMES = {"\r": "enter", "\n": "ctrl+j", "\t": "tab", "\x03": "ctrl+c", "\x04": "ctrl+d", "\x00": "ctrl+@"}


class Keyboard:
    """Feeds characters to a reader and collects scans, typed characters and keys that ended a run."""

    def __init__(self, prefix: str = "", holding: Holding = "all") -> None:
        self.reader: TypedScanReader[str] = TypedScanReader(KeyboardWedge(prefix))
        self.holding: Holding = holding
        self.now = 0.0
        self.scans: list[str] = []
        self.typed = ""

    def send(self, text: str, seconds: float = SCANNER, pause: float = 1.0) -> Keyboard:
        self.now += pause - seconds
        for character in text:
            self.now += seconds
            name = NAMES.get(character, character)
            for item in self.reader.read_key(character, name, character, self.now, holding=self.holding):
                self.take(item)
        return self

    def drop(self) -> Keyboard:
        """Drop what has not been returned yet, as Escape does."""
        self.reader.drop_run()
        return self

    def wait(self) -> Keyboard:
        for item in self.reader.end_run():
            self.take(item)
        return self

    def take(self, item: str | KeyRun[str] | FirstKey[str] | LateSuffix[str]) -> None:
        if isinstance(item, KeyRun):
            if item.is_scan:
                self.scans.append(item.text)
            else:
                self.typed += "".join(item.keys) + (item.suffix or "")
        else:
            self.typed += item if isinstance(item, str) else item.key


@pytest.mark.parametrize(
    "suffix", ["\r", "\n", "\t", "\r\n", "\r\r", "\n\n", "\r\n\r\n", "\t\r", "\x03", "\r\x04", "\x00"]
)
@pytest.mark.parametrize(
    "code", ["]Q1" + CODE, CODE, "]C1260000000010", "]c1260000000010", CODE.swapcase(), "~~X12345"]
)
def test_all_keys_of_a_scan_belong_to_it_with_those_that_end_it(code: str, suffix: str) -> None:
    keyboard = Keyboard("~~").send(code + suffix).wait()
    assert (keyboard.scans, keyboard.typed) == ([code], "")


@pytest.mark.parametrize("pause", [0.01, 0.1, 0.29, 0.4])
def test_a_late_suffix_belongs_to_the_scan(pause: float) -> None:
    keyboard = Keyboard().send("]Q1" + CODE).send("\r\n", pause=pause).send("\r", pause=0.05).wait()
    assert (keyboard.scans, keyboard.typed) == (["]Q1" + CODE], "")


def test_enter_after_a_second_is_pressed_by_a_person() -> None:
    assert Keyboard().send("]Q1" + CODE + "\r").send("\r").wait().typed == "\r"


def test_a_pause_inside_a_scan_does_not_end_it() -> None:
    keyboard = Keyboard().send("]Q1" + CODE[:9]).send(CODE[9:] + "\r", pause=0.25).wait()
    assert keyboard.scans == ["]Q1" + CODE]


@pytest.mark.parametrize("text", ["\ufeff]Q1" + CODE, "\x02]Q1" + CODE, "\x02\ufeff]C1260000000010"])
def test_a_byte_order_mark_and_stx_before_a_scan_belong_to_it(text: str) -> None:
    names = NAMES | {"\x02": "ctrl+b"}
    keyboard = Keyboard()
    for at, character in enumerate(text + "\x03\r"):
        name = names.get(character, character)
        for item in keyboard.reader.read_key(character, name, character, at * SCANNER, holding="all"):
            keyboard.take(item)
    assert (len(keyboard.scans), keyboard.typed) == (1, "")


@pytest.mark.parametrize("holding", ["all", "codes"])
@pytest.mark.parametrize(
    "text",
    [
        "请补交示自然资拍[2026]G15号地块规划许可证复印件\r",
        "]G15号地块规划许可证复印件\r",
        "CHANNEL1:视频监控\r",
        "CHANNEL1:VIDEO\r",
        "see EL1:6BF+70790T9WJWG\r",
        "no. ]C1260000000010\r",
        "Xiao An\r1001\r2468\r\n",
        "+86 10 6505 1234\r",
        "]G15\r",
        "]",
        "EL1 Main Street\r",
    ],
)
@pytest.mark.parametrize("seconds", [0.0, SCANNER, PERSON])
def test_text_with_a_code_inside_is_typed_at_any_speed(text: str, seconds: float, holding: Holding) -> None:
    keyboard = Keyboard(holding=holding).send(text, seconds).wait()
    assert (keyboard.scans, keyboard.typed) == ([], text.replace("\r\n", "\r") if seconds < PERSON else text)


@pytest.mark.parametrize("holding", ["all", "codes"])
@pytest.mark.parametrize("suffix", ["", "\r\r", "\r\n", "\t"])
@pytest.mark.parametrize("code", ["]Q1" + CODE, CODE, "]c1260000000010", "~~X12345"])
@pytest.mark.parametrize(("seconds", "pause"), [(0.0, 0.006), (SCANNER, 0.02), (PERSON, 0.008)])
def test_a_code_shortly_after_typed_text_is_a_scan(
    code: str, suffix: str, seconds: float, pause: float, holding: Holding
) -> None:
    keyboard = Keyboard("~~", holding).send("申请人拍[2026 a", seconds).send(code + suffix, pause=pause).wait()
    assert (keyboard.scans, keyboard.typed) == ([code], "申请人拍[2026 a")


@pytest.mark.parametrize("holding", ["all", "codes"])
@pytest.mark.parametrize("lead", ["\x02", "\ufeff"])
def test_stx_and_a_byte_order_mark_separate_a_code_from_text_of_the_same_burst(lead: str, holding: Holding) -> None:
    keyboard = Keyboard(holding=holding).send(f"no permit{lead}]Q1{CODE}\r\r").wait()
    assert ([scan.strip(lead) for scan in keyboard.scans], keyboard.typed) == (["]Q1" + CODE], "no permit")


@pytest.mark.parametrize("holding", ["all", "codes"])
@pytest.mark.parametrize("rest", ["]G15号地块", "]G15", "E1:", "EL1 Main Street", "]Q", "~x", "EL1:6B"])
def test_text_that_continues_after_a_pause_is_typed(rest: str, holding: Holding) -> None:
    keyboard = Keyboard("~~", holding).send("自然资拍[2026").send(rest + "\r", pause=0.02).wait()
    assert (keyboard.scans, keyboard.typed) == ([], f"自然资拍[2026{rest}\r")


@pytest.mark.parametrize("first", ["E", "EL1"])
def test_a_pause_after_the_first_keys_that_a_busy_program_shows_does_not_divide_a_scan(first: str) -> None:
    keyboard = Keyboard(holding="codes").send(first).send(CODE.removeprefix(first) + "\r", pause=0.2).wait()
    assert (keyboard.scans, keyboard.typed) == ([CODE], "E")  # the screen takes the first key out of its field


def test_a_code_as_slow_as_the_text_before_it_is_typed() -> None:
    for seconds in (0.01, 0.04):
        keyboard = Keyboard(holding="codes").send("see ]C1260000000010", seconds).wait()
        assert (keyboard.scans, keyboard.typed) == ([], "see ]C1260000000010")


@pytest.mark.parametrize("text", ["]Q1" + CODE + "\r", "]C1260000000010\r", CODE + "\r"])
def test_a_code_typed_by_hand_is_typed(text: str) -> None:
    keyboard = Keyboard(holding="codes").send(text, PERSON).wait()
    assert (keyboard.scans, keyboard.typed) == ([], text)


@pytest.mark.parametrize(
    "text",
    [
        "】Ｑ１ＥＬ１：６ＢＦ＋７０７９",
        "】Q1EL1：6BF+70",
        "+Q1EL1>6BF´70790T9WJWG",
        "ъЙ1УД1Ж6ИА_70790Е9ЦОЦП",
        "$A&EL&M&BF=_àè",
    ],
)
def test_a_scan_changed_by_input_method_or_layout_is_a_scan(text: str) -> None:
    keyboard = Keyboard().send(text + "\r\n").wait()
    assert (keyboard.scans, keyboard.typed) == ([text], "")


def test_a_held_key_that_repeats_is_typed() -> None:
    keyboard = Keyboard(holding="codes").send("1" * 40, 0.033).wait()
    assert keyboard.typed == "1" * 40


def test_two_scans_in_a_row_are_two() -> None:
    keyboard = Keyboard().send("]Q1FIRST1\r\n]C0SECOND2\r\n").wait()
    assert keyboard.scans == ["]Q1FIRST1", "]C0SECOND2"]


@pytest.mark.parametrize("holding", ["all", "codes"])
@pytest.mark.parametrize("suffix", ["", "\r", "\n", "\t", "\r\n", "\r\r\n"])
@pytest.mark.parametrize("code", ["]Q1" + CODE, CODE, "260000000010", "V1A0012"])
def test_the_rest_of_a_dropped_scan_is_dropped_with_its_suffix(code: str, suffix: str, holding: Holding) -> None:
    for count in range(1, len(code) + 1):
        for pause in (SCANNER, 0.2):  # a wireless scanner may pause
            keyboard = Keyboard(holding=holding).send(code[:count])
            returned = keyboard.typed
            keyboard.drop().send(code[count:] + suffix, pause=pause).wait()
            assert (keyboard.scans, keyboard.typed) == ([], returned)


@pytest.mark.parametrize("code", ["]Q1" + CODE, "260000000010"])
def test_the_suffix_of_a_scan_that_was_dropped_whole_is_dropped(code: str) -> None:
    for first, rest in ((code + "\r", "\n\r"), (code, "\r"), (code, "12\r")):
        keyboard = Keyboard().send(first).wait()
        returned = keyboard.typed
        assert keyboard.drop().send(rest, pause=0.2).wait().typed == returned


@pytest.mark.parametrize("dropped", ["]Q1" + CODE, "260000000010", "y"])
def test_keys_after_a_dropped_run_are_typed(dropped: str) -> None:
    assert Keyboard().send(dropped).drop().send("y\r", PERSON).wait().typed == "y\r"
    assert Keyboard().send(dropped).drop().send("\r").wait().typed == "\r"
    assert Keyboard().send(dropped).drop().send("]Q1NEXT12\r").wait().scans == ["]Q1NEXT12"]


@given(st.text(), st.sampled_from(["all", "codes"]), st.floats(0.0, 0.2))
def test_no_key_is_lost_and_their_order_stays(text: str, holding: Holding, seconds: float) -> None:
    keyboard = Keyboard(holding=holding).send(text, seconds).wait()
    kept = keyboard.typed + "".join(keyboard.scans)
    lost = [character for character in text if character not in NAMES]
    assert sorted(character for character in kept if character not in NAMES) == sorted(lost)
    if not keyboard.scans:
        assert keyboard.typed.replace("\n", "") == text.replace("\n", "")
