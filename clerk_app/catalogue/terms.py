"""Values and names of a catalogue that are used without its models, which take long to import."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from clerk_app.catalogue.base_model import Text

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TicketClass = Literal["ordinary", "appointment", "prechecked", "return", "elderly", "disabled", "pregnant", "veteran"]
GREEN_LANE = ("elderly", "disabled", "pregnant", "veteran")
"""Ticket classes of the green lane (绿色通道)."""
SINGLE_PREFIX = "matter."
"""Prefix of the id of a one thing that is derived from a single matter (`clerk_app.catalogue.single_matters`)."""
NUMBER_KINDS = ("id_number", "document_number", "credit_code")
"""Kinds of fields with the number of a person or organisation."""

_NOT_IN_ENGLISH_NAME = re.compile(r"[^A-Za-z0-9 .,'&()-]")


def join_names(texts: Iterable[Text]) -> str:
    """Return names as a fact of an error, `中文/English`, of which its reader sees their language (`localize_name`)."""
    names = tuple(texts)
    chinese = "、".join(name.zh.replace("/", "／") for name in names)
    english = ", ".join(_NOT_IN_ENGLISH_NAME.sub(" ", name.en) for name in names)
    return f"{chinese}/{english}"
