"""The stored form of overruled findings on a photo, and the refusal of implausible ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.form_limits import is_plausible_material
from clerk_app.cases.overruled_photos import (
    PHOTO_REASONS,
    OverruledPhoto,
    PhotoFlaw,
    decode_flaws,
    encode_flaws,
    is_photo_reason,
)

CODES = st.text("abc_", min_size=1, max_size=20)
FLAWS = st.builds(PhotoFlaw, code=CODES, measured=st.integers(-9999, 9999), limit=st.integers(-9999, 9999))


@given(st.lists(FLAWS, max_size=20))
def test_findings_are_the_same_after_they_were_stored(flaws: list[PhotoFlaw]) -> None:
    assert decode_flaws(encode_flaws(flaws)) == tuple(flaws)


@given(st.sampled_from([*PHOTO_REASONS, "", "unknown"]), st.text(max_size=5))
def test_a_reason_is_a_known_code_and_another_one_needs_words(code: str, words: str) -> None:
    assert is_photo_reason(code, words) == (code in PHOTO_REASONS and (code != "other" or bool(words.strip())))


@pytest.mark.wide
@given(st.lists(FLAWS, min_size=1, max_size=20), CODES)
def test_what_a_window_writes_is_plausible_also_with_codes_of_a_later_version(
    flaws: list[PhotoFlaw], code: str
) -> None:
    photo = OverruledPhoto(flaws=tuple(flaws), code=code)
    assert is_plausible_material(GivenMaterial(material="photo", how="paper", photo=photo))


@pytest.mark.parametrize(
    "photo",
    [
        OverruledPhoto(flaws=(), code="meets"),
        OverruledPhoto(flaws=(PhotoFlaw(code="dark"),), code=""),
        OverruledPhoto(flaws=(PhotoFlaw(code="x" * 41),), code="meets"),
        OverruledPhoto(flaws=(PhotoFlaw(code="dark", measured=2_000_000),), code="meets"),
        OverruledPhoto(flaws=(PhotoFlaw(code="dark"),) * 41, code="meets"),
        OverruledPhoto(flaws=(PhotoFlaw(code="dark"),), code="other", reason="x" * 5_000),
    ],
)
def test_what_no_window_writes_is_refused(photo: OverruledPhoto) -> None:
    assert not is_plausible_material(GivenMaterial(material="photo", how="paper", photo=photo))


def test_only_a_paper_is_an_overruled_photo() -> None:
    photo = OverruledPhoto(flaws=(PhotoFlaw(code="dark"),), code="meets")
    assert not is_plausible_material(GivenMaterial(material="photo", how="licence", licence="L1", photo=photo))
