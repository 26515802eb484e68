"""The check of a portrait photo (照片预检): what it lacks, each with its reason. It is advice for a person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from clerk_app.errors import BadData, format_sentence
from clerk_app.locales import mark
from clerk_app.roles.picture_client import PICTURE_CLIENT
from scanners import PhotoFinding, PhotoRules, ScanError

RULES_FILE = Path(__file__).with_name("data") / "photo_rules.json"
ID_PHOTO = "id_photo"

SENTENCES = {
    "no_face": mark("No face is found: the face has to be seen from the front, without a hand or mask over it."),
    "turned": mark("The photo lies on its side or upside down: turn it."),
    "several_faces": mark("{measured} faces are found: only the applicant may be in the photo."),
    "few_pixels": mark("The photo is {measured} pixels wide, {limit} are needed: take it again, or scan it finer."),
    "proportion": mark("The proportion of the sides is {measured} % of the required one: cut the photo."),
    "face_small": mark("The face is about {measured} pixels wide, {limit} are needed: go closer, or cut the photo."),
    "face_large": mark("The face is about {measured} pixels wide, at most {limit} are allowed: go back a step."),
    "off_centre": mark("The face is {measured} pixels off the middle, at most {limit} are allowed."),
    "too_low": mark("The eyes are {measured} pixels above the lower edge, at least {limit} are needed."),
    "turned_away": mark("The face is turned away: look into the camera."),
    "tilted": mark("The head is tilted by {measured} degrees, less than {limit} are allowed: hold it straight."),
    "background_dark": mark("The background is too dark ({measured} of 255, at least {limit}): it has to be white."),
    "background_uneven": mark("The background is uneven ({measured}, at most {limit}): no shadow, pattern or frame."),
    "dark": mark("The face is too dark ({measured} of 255, at least {limit}): more light."),
    "bright": mark("The face is too bright ({measured} of 255, at most {limit}): less light."),
    "uneven_light": mark("One half of the face is darker by {measured}, at most {limit}: light from the front."),
    "unsharp": mark("The face is unsharp ({measured}, at least {limit}): hold still, and clean the lens."),
}
"""Why each finding counts, and what helps. The units of `measured` and `limit` are those of PhotoFinding."""


@dataclass(frozen=True)
class PhotoKind:
    """A kind of photo: its name in both languages, the source of its rules, and the rules.

    `licence_types`: a material that is such a licence, given as a file, is checked as this kind of photo.
    """

    id: str
    name: dict[str, str]
    source: str
    rules: PhotoRules
    licence_types: tuple[str, ...] = ()


@cache
def load_photo_kinds() -> dict[str, PhotoKind]:
    """Return the kinds of photo of the data file, by id."""
    kinds = json.loads(RULES_FILE.read_text("utf-8"))
    return {
        name: PhotoKind(name, kind["name"], kind["source"], PhotoRules(**kind["rules"]), tuple(kind["licence_types"]))
        for name, kind in kinds.items()
    }


def check_photo(content: bytes, kind: str = ID_PHOTO) -> tuple[PhotoFinding, ...]:
    """Return what the photo in a file lacks, empty for a good one. Raises BadData if the file is no picture."""
    try:
        findings = PICTURE_CLIENT.check_photo(content, load_photo_kinds()[kind].rules)
    except ScanError as error:
        raise BadData("The photo cannot be checked. Look at it yourself, or try again.") from error
    if findings is None:
        raise BadData("This file is no picture that can be read: a JPEG or PNG is needed.")
    return findings


def advise_on_material(licence_type: str, content: bytes) -> tuple[str, ...]:
    """Return the findings of a file given as a material of this licence type; empty if it is no photo."""
    kind = next((kind.id for kind in load_photo_kinds().values() if licence_type in kind.licence_types), "")
    if not kind:
        return ()
    try:
        return tuple(describe_finding(finding) for finding in _check_once(content, kind))
    except BadData as error:
        return (str(error),)


@lru_cache(maxsize=4)
def _check_once(content: bytes, kind: str) -> tuple[PhotoFinding, ...]:
    """Check a photo; the view of a paper that is taken in asks for the same one again."""
    return check_photo(content, kind)


def describe_finding(finding: PhotoFinding) -> str:
    """Return a finding as a sentence in the current language."""
    return format_sentence(SENTENCES[finding.code], {"measured": finding.measured, "limit": finding.limit})
