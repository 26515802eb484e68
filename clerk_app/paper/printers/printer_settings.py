"""Settings of a printer: a table `[[printers]]` in `office.toml`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from clerk_app.paper.page import PaperWidth
from clerk_app.paper.printers.device_address import DEVICE_PATTERN
from clerk_app.paper.printers.printer import Media

AnswerMode = Literal["job", "status", "none"]


class PrinterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A printer of a machine."""

    name: Annotated[
        str, Meta(pattern=r"^[A-Za-z0-9_-]{1,40}$", description="Name of the printer: letters, digits, `-` and `_`.")
    ]
    device: Annotated[
        str,
        Meta(
            pattern=DEVICE_PATTERN,
            description="Where it is: `tcp://HOST:9100`, `usb:VID:PID`, `serial:/dev/ttyUSB0@9600`, `cups:QUEUE`, or"
            " `folder:NAME`.",
        ),
    ]
    media: Annotated[Media, Meta(description="What it prints on: a roll of receipt paper, or sheets of A4.")] = "roll"
    paper_mm: Annotated[PaperWidth, Meta(description="Width of its roll in millimetres.")] = 80
    papers: Annotated[
        tuple[str, ...],
        Meta(description="Kinds of paper that it prints, such as `receipt`; empty: all that no other printer names."),
    ] = ()
    answers: Annotated[
        AnswerMode,
        Meta(
            description="What a printer on a line answers: `job`: it confirms each job by its number (GS ( H);"
            " `status`: only its status (DLE EOT, GS r); `none`: nothing, so the person is always asked."
        ),
    ] = "job"
    patience_seconds: Annotated[
        int, Meta(ge=2, le=120, description="Time in which a printer confirms a sent paper, in seconds.")
    ] = 15
