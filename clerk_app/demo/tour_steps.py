"""Reads the steps of the tour from their data file, and checks it by a schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import msgspec
from msgspec import Meta

from clerk_app.catalogue.yaml_file import read_yaml_file
from clerk_app.errors import BadData
from clerk_app.views.tour import TourStep, TourText

STEPS_FILE = Path(__file__).parent / "data" / "tour" / "steps.yaml"
_Name = Annotated[str, Meta(pattern="^[a-z][a-z_]*$", max_length=40)]
_Sentence = Annotated[str, Meta(min_length=1, max_length=200)]


class _Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: _Sentence
    en: _Sentence

    def as_view(self) -> TourText:
        return TourText(self.zh, self.en)


class _Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: _Name
    check: _Name
    task: _Text
    reason: _Text
    hint: _Text


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    steps: Annotated[tuple[_Step, ...], Meta(min_length=1)]


def read_tour_steps(path: Path = STEPS_FILE) -> tuple[TourStep, ...]:
    """Return the steps in their order. Raises BadData for a file that is not YAML, or not of the schema."""
    file = read_yaml_file(path, path.name)
    if file.mistakes:
        raise BadData("The steps of the tour cannot be read: {why}", why=str(file.mistakes[0]))
    try:
        steps = msgspec.convert(cast("object", file.content), _File).steps
    except msgspec.ValidationError as error:
        raise BadData("The steps of the tour cannot be read: {why}", why=str(error)) from error
    names = [step.id for step in steps]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise BadData("The steps of the tour cannot be read: {why}", why=f"{repeated} x {names.count(repeated)}")
    return tuple(
        TourStep(step.id, step.check, step.task.as_view(), step.reason.as_view(), step.hint.as_view()) for step in steps
    )
