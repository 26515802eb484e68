"""The check of a portrait photo (照片预检): what it lacks, each with its reason. It is advice for a person."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from clerk_app.cases.overruled_photos import PHOTO_REASONS, PhotoFlaw
from clerk_app.errors import BadData, format_sentence
from clerk_app.locales import _, format_list, mark, translate
from clerk_app.roles.picture_client import PICTURE_CLIENT
from clerk_app.views.shared import LabelledValue
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
NAMES = {
    "no_face": mark("no face found"),
    "turned": mark("on its side"),
    "several_faces": mark("several faces"),
    "few_pixels": mark("few pixels"),
    "proportion": mark("wrong proportion"),
    "face_small": mark("face small"),
    "face_large": mark("face large"),
    "off_centre": mark("face off the middle"),
    "too_low": mark("face too low"),
    "turned_away": mark("face turned away"),
    "tilted": mark("head tilted"),
    "background_dark": mark("background dark"),
    "background_uneven": mark("background uneven"),
    "dark": mark("face dark"),
    "bright": mark("face bright"),
    "uneven_light": mark("uneven light"),
    "unsharp": mark("face unsharp"),
}
"""The findings in a few words."""


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


def is_photo_type(licence_type: str) -> bool:
    """Return whether a licence of this type is a photo that is checked."""
    return bool(_find_kind(licence_type))


def _find_kind(licence_type: str) -> str:
    return next((kind.id for kind in load_photo_kinds().values() if licence_type in kind.licence_types), "")


def find_flaws(licence_type: str, content: bytes) -> tuple[PhotoFlaw, ...]:
    """Return the findings of a file given as a material of this licence type; empty if it is no photo.

    Raises BadData if it cannot be checked.
    """
    kind = _find_kind(licence_type)
    found = _check_once(content, kind) if kind else ()
    return tuple(PhotoFlaw(code=each.code, measured=each.measured, limit=each.limit) for each in found)


def advise_on_material(licence_type: str, content: bytes) -> tuple[str, ...]:
    """Return the findings of a file as sentences, or that it cannot be checked; empty if it is no photo."""
    try:
        return tuple(map(describe_finding, find_flaws(licence_type, content)))
    except BadData as error:
        return (str(error),)


@lru_cache(maxsize=4)
def _check_once(content: bytes, kind: str) -> tuple[PhotoFinding, ...]:
    """Check a photo. Results are cached, because the same photo is checked at each refresh of the view."""
    return check_photo(content, kind)


def describe_finding(finding: PhotoFinding | PhotoFlaw) -> str:
    """Return a finding as a sentence in the current language; of a later version, its code."""
    sentence = SENTENCES.get(finding.code, finding.code)
    return format_sentence(sentence, {"measured": finding.measured, "limit": finding.limit})


def name_flaws(flaws: Iterable[PhotoFlaw]) -> str:
    """Return findings in a few words each; empty without any."""
    return format_list(translate(NAMES.get(flaw.code, flaw.code)) for flaw in flaws)


def describe_photo_reason(code: str, reason: str) -> str:
    """Return the reason for overruling the findings on a photo, in words."""
    return format_list(filter(None, (translate(PHOTO_REASONS.get(code, "")), reason)), ":")


def list_photo_facts(flaws: Iterable[PhotoFlaw], code: str, reason: str) -> tuple[LabelledValue, ...]:
    """Return what the check of a photo found and why it was taken, as facts of an opened material."""
    found = " ".join(map(describe_finding, flaws))
    if not found:
        return ()
    return (
        LabelledValue(_("Photo check"), found),
        LabelledValue(_("Taken because"), describe_photo_reason(code, reason)),
    )


def describe_overruled_photo(flaws: Iterable[PhotoFlaw], code: str, reason: str) -> str:
    """Return what the check of a photo found and why it was taken, in one line; empty without findings."""
    names = name_flaws(flaws)
    sentence = _("photo check: {findings}; taken because: {why}")
    return sentence.format(findings=names, why=describe_photo_reason(code, reason)) if names else ""
