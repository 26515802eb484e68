"""For any text in a catalogue file, the result is a list of mistakes or a catalogue."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.loader import check_folder, load_folder
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.yaml_file import Mistake
from tests.catalogue.good_folder import HEAD, THINGS

_LINES = THINGS.splitlines()
_WORDS = ["first", "second", "sure", "yes", "no", "null", "~", "[]", "{}", "- ", ": ", "{", "]", "*a", "&a"]
_WORDS += ["!!int 1", "0", "-1", "1e400", "2026-13-01", '"', "'", "|", ">", "# ", "\t", "%", "@", "<<: "]
_WORDS += ["é", "\U0001f600", "\u202e"]
_NAMES = st.sampled_from(["id", "name", "matters", "zh", "in", "all", "field"])
_SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=20,
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return the good file with lines dropped, doubled, swapped or indented, or words inserted."""
    lines = list(_LINES)
    for _each in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        act = draw(st.sampled_from(["drop", "double", "indent", "swap", "word", "cut", "value"]))
        line = lines[place]
        if act == "drop":
            del lines[place]
        elif act == "double":
            lines.insert(place, line)
        elif act == "indent":
            lines[place] = draw(st.sampled_from(["  " + line, line[2:], line.lstrip()]))
        elif act == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[place], lines[other] = lines[other], line
        elif act == "cut":
            lines[place] = line[: draw(st.integers(0, len(line)))]
        elif act == "value":
            lines[place] = line.split(":")[0] + ": " + draw(st.sampled_from(_WORDS))
        else:
            at = draw(st.integers(0, len(line)))
            lines[place] = line[:at] + draw(st.sampled_from(_WORDS)) + line[at:]
    return "\n".join(lines)


def _check_files(head: bytes, things: bytes) -> list[Mistake]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "catalogue.yaml").write_bytes(head)
        (folder / "things.yaml").write_bytes(things)
        mistakes = check_folder(folder)
        if not mistakes:
            catalogue = load_folder(folder)
            for one_thing in catalogue.one_things:
                make_plan(catalogue, one_thing.id, None, {})
        return mistakes


@given(mutated())
def test_any_mutation_gives_mistakes_with_a_line_or_a_catalogue(things: str) -> None:
    for mistake in _check_files(HEAD.encode(), things.encode("utf-8", "replace")):
        assert mistake.sentence
        assert 1 <= mistake.line <= max(things.count("\n"), HEAD.count("\n")) + 2
        assert str(mistake).isprintable()


@given(st.binary(max_size=200), st.integers(0, len(HEAD)))
def test_bytes_of_any_kind_in_a_file_are_mistakes(noise: bytes, at: int) -> None:
    head = HEAD.encode()
    _check_files(head[:at] + noise + head[at:], noise)


@given(_SHAPES)
@pytest.mark.wide
def test_any_value_under_a_known_name_is_a_mistake_and_no_crash(shape: object) -> None:
    lists = ["licence_types", "organs", "materials", "fields", "matters", "one_things", "calendars", "organ_calendars"]
    things = "\n".join(f"{name}: [{json.dumps(shape)}]" for name in lists)
    assert _check_files(HEAD.split("licence_types")[0].encode(), things.encode())
