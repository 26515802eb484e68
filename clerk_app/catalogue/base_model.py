"""Base classes of the objects of a catalogue, and the types of their texts and ids."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from clerk_app.errors import BadData
from clerk_app.text.characters import LINE_BREAKS
from clerk_app.text.cleaning import clean_text


def _reject_control_characters(text: str) -> str:
    # the text is written to terminals and printers, so escape sequences and hidden direction marks are rejected; it is
    # not cleaned, because the digest of a published catalogue covers it
    try:
        clean_text(text)
    except BadData as error:
        raise PydanticCustomError("control_characters", "control characters are not allowed") from error
    if any(character in LINE_BREAKS for character in text):
        raise PydanticCustomError("control_characters", "control characters are not allowed")
    return text


PlainText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=400, strip_whitespace=True),
    AfterValidator(_reject_control_characters),
]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)]
LicenceCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,8}$")]


class CatalogueModel(BaseModel):
    """Base of all objects of a catalogue: frozen, and unknown fields are rejected."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Text(CatalogueModel):
    """The same text in both languages."""

    zh: PlainText
    en: PlainText

    def in_language(self, language: str) -> str:
        """Return the text in `language`: English for "en", else Chinese."""
        return self.en if language == "en" else self.zh


class SourcedModel(CatalogueModel):
    """An object that names its source, or is marked as invented."""

    source: PlainText | None = Field(
        None, description='Source of the data: "S1" (a seed article), "law: ...", or a sentence.'
    )
    sample: bool = Field(False, description="Whether part of the data is invented.")
