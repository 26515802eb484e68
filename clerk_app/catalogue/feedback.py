"""What citizens rate and complain about: reasons, categories and periods, part of the policy of a city."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from clerk_app.catalogue.base_model import CatalogueModel, Id, Text

_SAMPLE: JsonDict = {"source": "a sample value"}
Score = Annotated[int, Field(ge=1, le=5)]


class RatingReason(CatalogueModel):
    """A reason that a citizen may choose for a rating with one of these scores: 1 is very bad, 5 very good."""

    id: Id = Field(description="Code of a reason of ratings (我要评).", json_schema_extra=_SAMPLE)
    name: Text = Field(description="Name of the reason.", json_schema_extra=_SAMPLE)
    scores: tuple[Score, ...] = Field(
        min_length=1,
        description="Numbers of stars for which a citizen may choose the reason.",
        json_schema_extra=_SAMPLE,
    )


class ComplaintCategory(CatalogueModel):
    """What a complaint is about."""

    id: Id = Field(description="Code of a category of complaints (我要找茬).", json_schema_extra=_SAMPLE)
    name: Text = Field(description="Name of the category.", json_schema_extra=_SAMPLE)


_Items = TypeVar("_Items", bound="tuple[RatingReason | ComplaintCategory, ...]")


def _reject_repeated(items: _Items) -> _Items:
    ids = [item.id for item in items]
    for number, name in enumerate(ids):
        if name in ids[:number]:
            raise PydanticCustomError("listed_twice", "{name} is there twice.", {"name": name})
    return items


_OTHER = ComplaintCategory(id="other", name=Text(zh="其他", en="Something else"))


class FeedbackRules(CatalogueModel):
    """Reasons of ratings, categories of complaints, and the periods that hold for both."""

    rating_reasons: Annotated[tuple[RatingReason, ...], AfterValidator(_reject_repeated)] = Field(
        (),
        max_length=24,
        description="Reasons that a citizen may choose for a rating (我要评), with the scores for which each is shown.",
        json_schema_extra=_SAMPLE,
    )
    complaint_categories: Annotated[tuple[ComplaintCategory, ...], AfterValidator(_reject_repeated)] = Field(
        (_OTHER,),
        min_length=1,
        max_length=12,
        description="Categories of complaints (我要找茬).",
        json_schema_extra=_SAMPLE,
    )
    complaint_working_days: Annotated[int, Field(ge=1, le=60)] = Field(
        5, description="Working days in which a complaint is to be answered.", json_schema_extra=_SAMPLE
    )
    rating_hours: Annotated[int, Field(ge=1, le=720)] = Field(
        24, description="Time in which a rating may be changed, in hours.", json_schema_extra=_SAMPLE
    )
    kept_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        365,
        description="Days after which text, contact and person of a rating or complaint are erased; of a complaint"
        " counted from its due date.",
        json_schema_extra=_SAMPLE,
    )
    per_hour_of_machine: Annotated[int, Field(ge=1, le=10_000)] = Field(
        60,
        description="Ratings and complaints in an hour that the center takes from a machine.",
        json_schema_extra=_SAMPLE,
    )

    def find_category(self, name: str) -> ComplaintCategory | None:
        """Return the category with this id, or None."""
        return next((category for category in self.complaint_categories if category.id == name), None)
