"""The type of the rows in the table of code formats (`code_formats.CODE_FORMATS`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clerk_app.licences.code_verification import CodeVerdict, VerificationContext
from clerk_app.licences.recognised_code import CodePolicy, RecognisedCode


@dataclass(frozen=True, kw_only=True)
class CodeFormat:
    """One format: how its text is recognised, how it is verified, and how it is explained to a clerk."""

    name: str
    """Stored in the ledger and in `--json` output; it must never change."""
    recognise: Callable[[str, CodePolicy], RecognisedCode | None]
    """Takes printable ASCII of at most MAX_CODE_LENGTH, without outer spaces; returns None for another format."""
    verify: Callable[[str, VerificationContext], CodeVerdict] | None = None
    """Takes the text of a recognised code. None if codes of this format are not signed."""
    explanation: str = ""
    """Message id of the sentence about a code that is recognised but not verified; "" if all codes are verified."""
