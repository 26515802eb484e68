"""Test vectors of European health certificates, run with the scanner's own eye."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clerk_app.errors import BadData
from clerk_app.licences.vectors import expected, found, read_vector
from clerk_app.locales import _, listed
from scanners import ScanError, read_picture


@dataclass(frozen=True)
class RanVector:
    """What a vector expects and what was found, flag by flag; or why the file is no vector."""

    file: Path
    expected: dict[str, bool] = field(default_factory=dict)
    found: dict[str, bool] = field(default_factory=dict)
    error: BadData | None = None

    def plain(self) -> dict[str, object]:
        """For `--json`."""
        said: dict[str, object] = {"file": str(self.file), "expected": self.expected, "found": self.found}
        return said | ({"error": str(self.error)} if self.error else {})

    def line(self) -> str:
        """For people."""
        if self.error:
            return str(self.error)
        other = [flag for flag, expects in self.expected.items() if self.found[flag] != expects]
        if not other:
            return _("{file}: as expected ({count} flags)").format(file=self.file, count=len(self.expected))
        return _("{file}: other than expected: {flags}").format(file=self.file, flags=listed(other))


def run(files: Iterable[Path]) -> Iterator[RanVector]:
    """Each vector in turn. Never raises BadData: a result carries it."""
    for file in files:
        try:
            vector = read_vector(file)
        except BadData as error:
            yield RanVector(file, error=error)
        else:
            yield RanVector(file, expected(vector), found(vector, _read))


def _read(picture: bytes) -> tuple[str, ...]:
    try:
        return tuple(code.text for code in read_picture(picture))
    except ScanError:
        return ()
