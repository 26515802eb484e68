"""The code slip, 证照码凭条: a signed code on paper, for people without a smartphone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class CodeSlip(PaperFacts):
    """证照码凭条: a code to show at a window. The name of the holder is printed in masked form.

    `encode_escpos` and the previews raise BadData if the code is too long for the paper.
    """

    kind: ClassVar[str] = "code"
    required_fields: ClassVar[tuple[str, ...]] = (
        "code",
        "expires_at",
    )

    code: str  # the text of a signed code
    holder_masked: str
    issuer: str
    expires_at: datetime  # expiry of the code, not of the licence
    hall: str
    licence: str = ""  # name of the licence whose code it is
