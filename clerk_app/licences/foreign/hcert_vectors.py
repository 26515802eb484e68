"""Evaluation of test vectors in the format of the EU's dgc-testdata, with the steps of the real verification.

A vector is a JSON file with the same certificate in every form from picture to CBOR, the context for its verification,
and flags: the expected result of each step. A step takes its input from the vector or, if missing there, from the
output of the previous step. A step passes if its output equals the one in the vector or is accepted by the next step.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from clerk_app.errors import BadData
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.crypto.certificates import Certificate, read_certificate
from clerk_app.licences.encoding import CodeRejected, decode_base45, decompress, strip_prefix
from clerk_app.licences.foreign import health_certificate
from clerk_app.licences.qr_code import save_png

PictureReader = Callable[[bytes], tuple[str, ...]]
"""Takes the bytes of a picture file and returns the texts of its codes; empty if they are not a picture."""

_FAULTS = (CodeRejected, ValueError, TypeError, KeyError)  # CborError and CoseError are ValueErrors


def read_vector(path: Path) -> Mapping[str, object]:
    """Read the vector in the file `path`. Raises BadData if the file is unreadable or not a vector."""
    try:
        vector = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error.strerror or error) from error
    except (ValueError, RecursionError) as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
    if not isinstance(vector, dict) or not isinstance(vector.get("EXPECTEDRESULTS"), dict):
        raise BadData("{path} is no test vector: it expects nothing.", path=path)
    return vector


def expected_flags(vector: Mapping[str, object]) -> dict[str, bool]:
    """Return the flags of the vector that concern a verifier, in the order of the steps.

    `vector` is a result of `read_vector`. Raises KeyError or TypeError for anything else.
    """
    flags = vector["EXPECTEDRESULTS"]
    if not isinstance(flags, dict):
        raise TypeError("EXPECTEDRESULTS")
    return {flag: bool(flags[flag]) for flag in _STEPS if flags.get(flag) is not None}


def evaluate_vector(vector: Mapping[str, object], read_picture: PictureReader) -> dict[str, bool]:
    """Return for each flag of `expected_flags` whether the step passes."""
    run = _VectorRun(vector, read_picture)
    return {flag: run.evaluate_step(_STEPS[flag]) for flag in expected_flags(vector)}


class _VectorRun:
    """The evaluation of one vector. Outputs of steps are cached for later steps."""

    def __init__(self, vector: Mapping[str, object], read_picture: PictureReader) -> None:
        self.vector = vector
        self.read_picture = read_picture

    def evaluate_step(self, step: Callable[[_VectorRun], bool]) -> bool:
        try:
            return step(self)
        except _FAULTS:
            return False

    # Steps

    def check_picture(self) -> bool:
        text = self._text("PREFIX").strip()
        return bool(self._picture_texts) and (
            not text or text in self._picture_texts or any(map(self._is_readable, self._picture_texts))
        )

    def check_prefix(self) -> bool:
        rest = strip_prefix(self._prefixed, health_certificate.HC1_PREFIX)
        return rest == (self._text("BASE45") or rest) or self._succeeds(lambda: decode_base45(rest))

    def check_base45(self) -> bool:
        packed = decode_base45(self._base45)
        return packed == (self._bytes("COMPRESSED") or packed) or self._succeeds(
            lambda: decompress(packed, required=True)
        )

    def check_compression(self) -> bool:
        data = decompress(self._compressed, required=True)
        return data == (self._bytes("COSE") or data) or self._succeeds(lambda: cose.read_foreign_sign1(data))

    def check_decoding(self) -> bool:
        if data := self._bytes("CBOR"):  # the certificate, or the claims that contain it
            decoded = cbor.decode(data, cbor.FOREIGN_RULES)
            if not isinstance(decoded, dict) or not decoded:
                return False
        return not self._signed_form or bool(self._claims)

    def check_signature(self) -> bool:
        return health_certificate.is_genuine(self._message, self._certificate.key)

    def check_expiry(self) -> bool:
        return health_certificate.is_within_validity(self._claims, self._clock)

    def check_key_usage(self) -> bool:
        return health_certificate.may_sign_statements(
            self._certificate.usages, health_certificate.list_statement_kinds(self._claims)
        )

    # Inputs of the steps

    @cached_property
    def _picture_texts(self) -> tuple[str, ...]:
        return self.read_picture(self._picture_bytes())

    @cached_property
    def _prefixed(self) -> str:
        return self._text("PREFIX") or next(iter(self._picture_texts), "")

    @cached_property
    def _base45(self) -> str:
        return self._text("BASE45") or strip_prefix(self._prefixed, health_certificate.HC1_PREFIX)

    @cached_property
    def _compressed(self) -> bytes:
        return self._bytes("COMPRESSED") or decode_base45(self._base45)

    @property
    def _signed_form(self) -> bool:
        return any(self.vector.get(name) for name in ("COSE", "COMPRESSED", "BASE45", "PREFIX", "2DCODE"))

    @cached_property
    def _message(self) -> cose.Sign1:
        return cose.read_foreign_sign1(self._bytes("COSE") or decompress(self._compressed, required=True))

    @cached_property
    def _claims(self) -> Mapping[int | str, cbor.Value]:
        return health_certificate.read_claims(self._message.payload)

    @cached_property
    def _certificate(self) -> Certificate:
        return read_certificate(base64.b64decode(str(self._context["CERTIFICATE"])))

    @property
    def _clock(self) -> datetime:
        moment = datetime.fromisoformat(str(self._context["VALIDATIONCLOCK"]).strip())
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    @property
    def _context(self) -> Mapping[str, object]:
        context = self.vector["TESTCTX"]
        if not isinstance(context, dict):
            raise TypeError("TESTCTX")
        return context

    def _picture_bytes(self) -> bytes:
        """Return the picture of the vector or, if it has none, its text drawn as a QR code."""
        if picture := self._text("2DCODE"):
            return base64.b64decode(picture.rpartition(",")[2])  # some authorities use a data URL
        with TemporaryDirectory() as folder:
            file = Path(folder) / "code.png"
            save_png(self._text("PREFIX"), file)
            return file.read_bytes()

    def _is_readable(self, text: str) -> bool:
        return self._succeeds(
            lambda: decompress(decode_base45(strip_prefix(text, health_certificate.HC1_PREFIX)), required=True)
        )

    @staticmethod
    def _succeeds(step: Callable[[], object]) -> bool:
        try:
            step()
        except _FAULTS:
            return False
        return True

    def _text(self, name: str) -> str:
        text = self.vector.get(name)
        return text if isinstance(text, str) else ""

    def _bytes(self, name: str) -> bytes:
        return bytes.fromhex(self._text(name))


_STEPS: dict[str, Callable[[_VectorRun], bool]] = {
    "EXPECTEDPICTUREDECODE": _VectorRun.check_picture,
    "EXPECTEDUNPREFIX": _VectorRun.check_prefix,
    "EXPECTEDB45DECODE": _VectorRun.check_base45,
    "EXPECTEDCOMPRESSION": _VectorRun.check_compression,
    "EXPECTEDDECODE": _VectorRun.check_decoding,
    "EXPECTEDVERIFY": _VectorRun.check_signature,
    "EXPECTEDEXPIRATIONCHECK": _VectorRun.check_expiry,
    "EXPECTEDKEYUSAGE": _VectorRun.check_key_usage,
}
