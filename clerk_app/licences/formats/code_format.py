"""The row type of the table of code formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clerk_app.licences.code_verification import CodeVerdict, VerificationContext
from clerk_app.licences.recognised_code import CodePolicy, RecognisedCode


@dataclass(frozen=True, kw_only=True)
class CodeFormat:
    """One format: how its text is recognised, how it is verified, and how it is explained to a clerk."""

    name: str
    """Stored by the ledger and in `--json` output; it never changes."""
    recognise: Callable[[str, CodePolicy], RecognisedCode | None]
    """Takes printable ASCII without outer spaces, at most MAX_CODE_LENGTH long; None for a text of another format."""
    verify: Callable[[str, VerificationContext], CodeVerdict] | None = None
    """Takes the text that `recognise` returned; None where a code of this format proves nothing by itself."""
    explanation: str = ""
    """Message id of the sentence about a code that is recognised but not verified; empty where all are verified."""
