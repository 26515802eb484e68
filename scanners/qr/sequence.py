"""Joins the parts of a content that is spread over several QR symbols (structured append, ISO/IEC 18004, section 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce
from operator import xor

from scanners.codes import Code
from scanners.errors import ScanError
from scanners.qr.content import decode_bytes

MAX_CONTENTS = 4
"""Contents whose parts are kept; the oldest one is discarded."""


class SequenceCollector:
    """Collects the parts seen so far, in one picture or in the frames of a video."""

    def __init__(self) -> None:
        self._contents: dict[tuple[int, int], dict[int, Code]] = {}  # by total and parity: parts by number

    def join(self, codes: Iterable[Code]) -> tuple[Code, ...]:
        """Return the codes, with the whole content in place of its parts as soon as all of them were seen."""
        joined: list[Code] = []
        for code in codes:
            if code.part is None:
                joined.append(code)
                continue
            parts = self._add(code)
            whole = _join_parts([parts[number] for number in sorted(parts)], code.part.total, code.part.parity)
            if whole is None:
                joined.append(code)
            elif whole.data not in [other.data for other in joined]:
                joined = [other for other in joined if other.part is None or _key(other) != _key(code)]
                joined.append(replace(whole, corners=code.corners))
        return tuple(joined)

    def missing_parts(self, code: Code) -> tuple[int, ...]:
        """Return the numbers of the parts of this content that were not seen yet."""
        if code.part is None:
            return ()
        seen = self._contents.get(_key(code), {})
        return tuple(number for number in range(1, code.part.total + 1) if number not in seen)

    def describe(self, codes: Sequence[Code]) -> ScanError | None:
        """Return what to do if all codes are parts whose content is incomplete; None otherwise."""
        part = codes[0].part if codes and all(code.part for code in codes) else None
        if part is None:
            return None
        missing = ", ".join(map(str, self.missing_parts(codes[0])))
        return ScanError(
            "This is part {number} of {total} of one code. Show all parts, one after another or in one picture; "
            "still missing: {missing}.",
            number=part.number,
            total=part.total,
            missing=missing,
        )

    def _add(self, code: Code) -> dict[int, Code]:
        key = _key(code)
        parts = self._contents.pop(key, {})
        if code.part is not None:
            parts[code.part.number] = code
        self._contents[key] = parts
        for oldest in list(self._contents)[:-MAX_CONTENTS]:
            del self._contents[oldest]
        return parts


def _key(code: Code) -> tuple[int, int]:
    return (code.part.total, code.part.parity) if code.part else (0, 0)


def _join_parts(parts: Sequence[Code], total: int, parity: int) -> Code | None:
    """Return the whole content; None if a part is missing or the parts are from different contents."""
    data = b"".join(part.data for part in parts)
    if len(parts) < total or reduce(xor, data, 0) != parity:
        return None
    text = "".join(part.text for part in parts) if data.isascii() else decode_bytes(data)
    return replace(parts[0], text=text, data=data, part=None)
