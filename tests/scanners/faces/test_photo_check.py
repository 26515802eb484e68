"""The photo check: a good photo has no finding, each fault has its own."""

from __future__ import annotations

import inspect
import io
import re

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from clerk_app.demo.portraits import PHOTO, View
from clerk_app.roles.papers.photo_check import ID_PHOTO, SENTENCES, load_photo_kinds
from scanners import CellClient
from scanners.faces import photo_check
from scanners.faces.photo_check import check_photo
from tests.scanners.faces.portraits import noise, portrait, room

RULES = load_photo_kinds()[ID_PHOTO].rules
NAMES = ("one", "two", "three", "four", "five", "six")


def photo(name: str = "one", view: View = PHOTO) -> Image.Image:
    """Return a photo of an invented person in the size of the rules."""
    return Image.fromarray(portrait(name, view)).crop((0, 0, 480, 591)).resize((358, 441))


def codes(image: Image.Image) -> set[str]:
    return {finding.code for finding in check_photo(np.asarray(image), RULES)}


@pytest.mark.many_cases
@pytest.mark.parametrize("name", NAMES)
def test_a_good_photo_has_no_finding(name: str) -> None:
    assert codes(photo(name)) == set()


@pytest.mark.many_cases
@pytest.mark.parametrize("name", NAMES)
def test_an_unsharp_a_dark_and_a_tilted_photo_have_their_findings(name: str) -> None:
    good = photo(name)
    assert "unsharp" in codes(good.filter(ImageFilter.GaussianBlur(3)))
    assert "dark" in codes(ImageEnhance.Brightness(good).enhance(0.35))
    assert "tilted" in codes(photo(name, View(tilt=14, background=PHOTO.background)))
    assert "tilted" not in codes(photo(name, View(tilt=3, background=PHOTO.background)))


def test_background_size_place_and_light_have_their_findings() -> None:
    good = photo()
    assert "background_dark" in codes(photo(view=View(background=(90, 120, 160))))
    uneven = np.asarray(good).copy()
    uneven[:60, :70] = 150
    assert "background_uneven" in codes(Image.fromarray(uneven))
    assert codes(good.resize((200, 246))) == {"few_pixels"}
    assert "proportion" in codes(good.resize((441, 441)))
    white = Image.new("RGB", (716, 882), PHOTO.background)
    white.paste(good, (10, 430))
    assert {"face_small", "off_centre", "too_low"} <= codes(white)
    assert "face_large" in codes(good.crop((95, 120, 263, 327)).resize((358, 441)))
    half = np.asarray(good).copy()
    half[:, 179:] = half[:, 179:] // 2
    assert "uneven_light" in codes(Image.fromarray(half))


def test_no_face_two_faces_and_a_photo_on_its_side_are_named_alone() -> None:
    assert codes(Image.fromarray(noise())) == {"no_face"}
    assert codes(Image.fromarray(room(("one", 500, (50, 100)), ("two", 480, (600, 100))))) == {"several_faces"}
    assert codes(photo().rotate(180)) == {"turned"}


def test_each_finding_has_a_sentence() -> None:
    named = set(re.findall(r'PhotoFinding\("(\w+)"', inspect.getsource(photo_check)))
    assert named | {"turned", "no_face"} == set(SENTENCES)


def test_the_client_checks_a_file_upright_and_refuses_what_is_no_picture() -> None:
    client = CellClient()
    written = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 3  # held upside down by the phone
    photo().rotate(180).save(written, "JPEG", quality=92, exif=exif)
    try:
        assert client.check_photo(written.getvalue(), RULES) == ()
        assert client.check_photo(b"no picture", RULES) is None
        assert client.check_photo(b"", RULES) is None
    finally:
        client.close()
