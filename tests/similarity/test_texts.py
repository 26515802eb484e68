"""Fingerprints, passages and meaning of long texts."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.similarity.texts.fingerprints import GRAM, WINDOW, fold_passages, list_fingerprints
from clerk_app.similarity.texts.meaning import encode_grams, find_alike, measure_meaning
from clerk_app.similarity.texts.passages import find_passages

CHARACTERS = [chr(0x4E00 + number) for number in range(2000)]


def make_text(seed: int, count: int = 10) -> list[str]:
    random = Random(seed)
    return ["".join(random.choices(CHARACTERS, k=120)) + "。" for _ in range(count)]


def test_a_copied_and_altered_paragraph_is_found_at_its_place() -> None:
    left, right = make_text(1), make_text(2)
    passage = list(left[4])
    passage[30] = passage[70] = "甲"
    right[7] = "".join(passage)
    text, other = "\n".join(left), "\n".join(right)
    (found,) = find_passages(text, other)
    assert text[found.begin : found.end] == left[4][:-1]
    assert other[found.other_begin : found.other_end] == right[7][:-1]
    assert 90 <= found.score < 100


def test_two_independent_texts_have_no_passage() -> None:
    assert find_passages("\n".join(make_text(1)), "\n".join(make_text(2))) == []


@given(st.integers(0, 50), st.integers(0, 60))
def test_a_common_passage_has_a_common_fingerprint(seed: int, at: int) -> None:
    passage = "".join(make_text(seed, 1))[: GRAM + WINDOW - 1]
    left, right = "".join(make_text(seed + 100, 1)), "".join(make_text(seed + 200, 1))
    found = (list_fingerprints(text[:at] + passage + text[at:]) for text in (left, right))
    assert frozenset.intersection(*found)


@given(st.text(max_size=400))
def test_a_text_has_the_fingerprints_of_its_folded_copy(text: str) -> None:
    folded = fold_passages(text).text
    assert list_fingerprints(fold_passages(folded).text) == list_fingerprints(folded)


def test_hostile_texts_end() -> None:
    for text in ("", "\n" * 1000, "华" * 60_000, "\u202e😀\x00" * 500, "a" * 10_000):
        find_passages(text, text)
        encode_grams(fold_passages(text).text)


def test_a_paraphrase_is_nearer_than_other_texts() -> None:
    text = "本项目建设冷链运输温度记录平台，降低损耗，带动就业五十人。"
    same = "带动就业五十人并减少损耗，为此搭建记录冷链运输温度的平台。"
    others = ["".join(make_text(seed, 1)) for seed in range(10)]
    encoded = [encode_grams(fold_passages(found).text) for found in (text, same, *others)]
    likeness = measure_meaning(encoded[0], encoded[1:])
    assert find_alike(likeness) == [0]


def test_a_text_is_alike_to_itself_and_not_to_nothing() -> None:
    encoded = encode_grams(fold_passages("".join(make_text(1))).text)
    assert measure_meaning(encoded, [encoded, b""]) == [100, 0]


def test_several_applications_of_one_project_do_not_hide_each_other() -> None:
    assert find_alike([80, 78, 75, 20, 21, 19, 22, 20, 18, 23]) == [0, 1, 2]
