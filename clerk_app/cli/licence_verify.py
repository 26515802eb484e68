"""Verifies a code with the trust lists of an office or of a folder, and evaluates EU test vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clerk_app.cli.office_access import opened_office
from clerk_app.composition.office import TRUST_FOLDER, Office
from clerk_app.errors import BadData
from clerk_app.licences.code_formats import recognise_code, verify_code
from clerk_app.licences.code_verification import Sighting, VerificationContext
from clerk_app.licences.licence_verification import LICENCE_PREFIX, PRESENTATION_PREFIX
from clerk_app.licences.list_versions import load_trust_lists
from clerk_app.licences.recognised_code import (
    PRESENTED_LICENCE_FORMAT,
    CodePolicy,
    ForeignCode,
    LookupKey,
    RecognisedDynamicCode,
    SignedLicence,
    UnknownCode,
    UnsupportedCode,
)
from clerk_app.locales import _, format_list, localize_name

_REUSE_PERIOD = timedelta(days=1)


@dataclass(frozen=True)
class CheckedCode:
    """Result of the verification of a code, for programs and for people.

    `json_fields` are `format`, `result`, `reason`, `reasons`, `claims`, `issuer`, `ages`; `sentences` are translated.
    """

    json_fields: Mapping[str, object]
    sentences: tuple[str, ...]


def check_code(text: str, folder: Path, trust_folder: Path | None, at: datetime | None) -> CheckedCode:
    """Verify `text` as of the time `at` (None: now).

    The trust lists are those in `trust_folder`, with the authority's public key as `root.pem`; if it is None, those of
    the office in `folder`. The visits of the office show whether the code was used in the last 24 hours. Without an
    office this is unknown, and the result has a reservation. Raises BadData, OutOfReach.
    """
    if trust_folder is not None and not (folder / "office.toml").exists():
        return _check_with_lists(text, trust_folder, at, None)
    with opened_office(folder) as office:
        return _check_with_lists(text, trust_folder or folder / TRUST_FOLDER, at, office)


def _check_with_lists(text: str, lists: Path, at: datetime | None, office: Office | None) -> CheckedCode:
    policy = office.code_policy if office else CodePolicy()
    now = at or (office.utc if office else datetime.now(UTC))
    code = recognise_code(text, policy)
    if isinstance(code, UnknownCode):
        code = _damaged_licence(text) or code
    if not isinstance(code, SignedLicence | ForeignCode):
        return _explain(code)
    own_lists = office is not None and lists == office.folder / TRUST_FOLDER
    trust, status = office.read_trust_lists() if office and own_lists else load_trust_lists(lists)
    verdict = verify_code(
        code,
        VerificationContext(
            trust=trust,
            status=status,
            now=now,
            find_sighting=_make_sighting_finder(office, now) if office else None,
            max_presentation_age=policy.lifetime,
        ),
    )
    return CheckedCode(verdict.to_dict(), verdict.sentences())


def _damaged_licence(text: str) -> SignedLicence | None:
    """Return `text` as a licence code if it has a prefix of one; None otherwise. Its verdict then gives the reason."""
    text = text.strip()
    if text.startswith(LICENCE_PREFIX):
        return SignedLicence(text)
    return SignedLicence(text, PRESENTED_LICENCE_FORMAT) if text.startswith(PRESENTATION_PREFIX) else None


def _explain(code: RecognisedDynamicCode | LookupKey | UnsupportedCode | UnknownCode) -> CheckedCode:
    """Return the red result for a text that proves nothing by itself."""
    reason = code.reason_code
    fields: dict[str, object] = {"format": code.format_name, "result": "red", "reason": reason}
    return CheckedCode(fields | {"reasons": [reason], "claims": None, "issuer": None, "ages": {}}, (code.sentence(),))


def _make_sighting_finder(office: Office, now: datetime) -> Callable[[bytes], Sighting | None]:
    since = int((now - _REUSE_PERIOD).timestamp()) * 1_000_000

    def find_sighting(cti: bytes) -> Sighting | None:
        with office.store.read() as tx:
            row = tx.query_one("hall.last_code_use", code_key=cti.hex(), visit="", since=since)
            window = tx.get("windows", id=row["window_id"]) if row else None
        return (
            Sighting(office.local_time(row["started_at"]), localize_name(window["name"]) if window else "")
            if row
            else None
        )

    return find_sighting


@dataclass(frozen=True)
class VectorResult:
    """The flags that a test vector expects and the flags found; or `error`, if the file is not a test vector."""

    file: Path
    expected_flags: dict[str, bool] = field(default_factory=dict)
    found_flags: dict[str, bool] = field(default_factory=dict)
    error: BadData | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the result for `--json`."""
        fields: dict[str, object] = {
            "file": str(self.file),
            "expected": self.expected_flags,
            "found": self.found_flags,
        }
        return fields | ({"error": str(self.error)} if self.error else {})

    def summary(self) -> str:
        """Return the result as one line for people."""
        if self.error:
            return str(self.error)
        unexpected = [flag for flag, value in self.expected_flags.items() if self.found_flags[flag] != value]
        if not unexpected:
            return _("{file}: as expected ({count} flags)").format(file=self.file, count=len(self.expected_flags))
        return _("{file}: not as expected: {flags}").format(file=self.file, flags=format_list(unexpected))


def run_vectors(files: Iterable[Path]) -> Iterator[VectorResult]:
    """Yield the result of each test vector. A file that is not a vector gives a result with `error`."""
    from clerk_app.licences.foreign.hcert_vectors import evaluate_vector, expected_flags, read_vector

    for file in files:
        try:
            vector = read_vector(file)
            expected = expected_flags(vector)
        except BadData as error:
            yield VectorResult(file, error=error)
        else:
            yield VectorResult(file, expected, evaluate_vector(vector, _read_code_texts))


def _read_code_texts(picture: bytes) -> tuple[str, ...]:
    from scanners import ScanError, read_picture  # loads the decoders

    try:
        return tuple(code.text for code in read_picture(picture))
    except ScanError:
        return ()
