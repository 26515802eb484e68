"""Test vectors of European health certificates, run with the scanner's own eye."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clerk_app.errors import BadData
from clerk_app.licences.foreign.hcert_vectors import evaluate_vector, expected_flags, read_vector
from clerk_app.locales import _, format_list
from scanners import ScanError, read_picture


@dataclass(frozen=True)
class VectorResult:
    """What a vector expects and what was found, flag by flag; or why the file is no vector."""

    file: Path
    expected_flags: dict[str, bool] = field(default_factory=dict)
    found_flags: dict[str, bool] = field(default_factory=dict)
    error: BadData | None = None

    def to_dict(self) -> dict[str, object]:
        """For `--json`."""
        said: dict[str, object] = {"file": str(self.file), "expected": self.expected_flags, "found": self.found_flags}
        return said | ({"error": str(self.error)} if self.error else {})

    def summary(self) -> str:
        """For people."""
        if self.error:
            return str(self.error)
        other = [flag for flag, expects in self.expected_flags.items() if self.found_flags[flag] != expects]
        if not other:
            return _("{file}: as expected ({count} flags)").format(file=self.file, count=len(self.expected_flags))
        return _("{file}: other than expected: {flags}").format(file=self.file, flags=format_list(other))


def run_vectors(files: Iterable[Path]) -> Iterator[VectorResult]:
    """Each vector in turn. Never raises BadData: a result carries it."""
    for file in files:
        try:
            vector = read_vector(file)
        except BadData as error:
            yield VectorResult(file, error=error)
        else:
            yield VectorResult(file, expected_flags(vector), evaluate_vector(vector, _read_code_texts))


def _read_code_texts(picture: bytes) -> tuple[str, ...]:
    try:
        return tuple(code.text for code in read_picture(picture))
    except ScanError:
        return ()
