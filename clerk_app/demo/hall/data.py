"""The figures of a hall: arrivals, service times, shares. One schema for a whole day and for life around a person."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from clerk_app.catalogue.base_model import Text
from clerk_app.catalogue.terms import TicketClass
from clerk_app.catalogue.yaml_file import read_yaml_file
from clerk_app.errors import BadData

_DATA = Path(__file__).parents[1] / "data"
LARGE_HALL = _DATA / "large-hall" / "hall.yaml"
SAMPLE_HALL = _DATA / "sample-city" / "hall.yaml"

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
Letters = Annotated[str, StringConstraints(pattern=r"^[A-F]+$")]


class _HallModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CategoryData(_HallModel):
    """A category of tickets: share of the visitors, and the time at the window as a lognormal distribution.

    `minutes` is its median, `spread` the standard deviation of its logarithm.
    """

    letter: Annotated[str, StringConstraints(pattern=r"^[A-F]$")]
    name: Text
    share: Weight
    minutes: Annotated[float, Field(gt=0, le=120)]
    spread: Annotated[float, Field(ge=0, le=2)]


class WindowGroup(_HallModel):
    """Windows that serve the same categories."""

    categories: Letters
    count: Annotated[int, Field(ge=1, le=99)]


class Lunch(_HallModel):
    """The break of the windows: half of them from a time on, the other half afterwards."""

    starts: Annotated[time, Field(alias="from")]
    minutes: Annotated[int, Field(ge=5, le=120)]


class PartyData(_HallModel):
    """Role and kind of the applicant of a matter."""

    role: str
    kind: Literal["person", "organisation"]


class MatterData(_HallModel):
    """A one thing that visitors of some categories apply for, with its papers and the values of its form.

    The values may contain {name}, {number}, {serial} and {day}.
    """

    one_thing: str
    categories: Letters
    party: PartyData
    materials: tuple[str, ...]
    values: dict[str, str]


class HallData(_HallModel):
    """The figures of a hall.

    A whole day has `visitors`, `arrivals`, `opens`, `closes` and `day_ends`; life around a person `visitors_per_hour`,
    without an end. `most_waiting`: nobody comes while so many wait (0: no limit). `left_waiting`: colleagues call
    nobody while so few wait.
    """

    opens: time = time(0)
    closes: time = time(0)
    day_ends: time = time(0)
    visitors: Annotated[int, Field(ge=0, le=100_000)] = 0
    arrivals: dict[time, Weight] = {}
    visitors_per_hour: Annotated[float, Field(ge=0, le=3600)] = 0
    most_waiting: Annotated[int, Field(ge=0)] = 0
    left_waiting: Annotated[int, Field(ge=0)] = 0
    categories: Annotated[tuple[CategoryData, ...], Field(min_length=1)]
    classes: dict[TicketClass, Weight]
    windows: tuple[WindowGroup, ...]
    lunch: Lunch | None = None
    way_seconds: Annotated[float, Field(gt=0)]
    gap_seconds: Annotated[float, Field(gt=0)]
    no_shows: Share = 0
    acceptances: Share = 0
    refusals: Share = 0
    department_minutes: Annotated[float, Field(gt=0)] = 10
    matters: tuple[MatterData, ...] = ()
    surnames: Annotated[str, StringConstraints(min_length=1)]
    given_names: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check_day(self) -> Self:
        if self.visitors and not (self.arrivals and self.opens < self.closes <= self.day_ends):
            raise ValueError("a day with visitors needs arrivals, and opens, closes and day_ends in this order")
        if self.visitors and self.visitors_per_hour:
            raise ValueError("either visitors of a day or visitors_per_hour")
        return self


def load_hall_data(path: Path = LARGE_HALL) -> HallData:
    """Read the figures of a hall. Raises BadData with file, place and error."""
    page = read_yaml_file(path, path.name)
    if page.mistakes:
        raise BadData("{path}: {text}", path=path.name, text=page.mistakes[0])
    content: Any = page.content
    try:
        return HallData.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadData("{path}: {place}: {text}", path=path.name, place=place, text=first["msg"]) from error
