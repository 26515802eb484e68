"""Test vectors of the EU's dgc-testdata form, run through the real chain: what each step of a verifier comes to.

A vector is a JSON file with the same certificate in every form from picture to CBOR, the context to judge it in, and
flags that a verifier must reproduce. A step takes the vector's own input, or where the file has none what the step
before made of its own; it holds when it gives what the file says, or at least something that the next step can take.
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
"""The texts of the codes in a picture (the bytes of its file); none when it is no picture."""

_FAULTS = (CodeRejected, ValueError, TypeError, KeyError)  # CborError and CoseError are ValueErrors


def read_vector(path: Path) -> Mapping[str, object]:
    """The vector in the file `path`. Raises BadData when it is none."""
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
    """The flags of the vector that concern a verifier, in the order of the chain."""
    flags = vector["EXPECTEDRESULTS"]
    assert isinstance(flags, dict)
    return {flag: bool(flags[flag]) for flag in _STEPS if flags.get(flag) is not None}


def evaluate_vector(vector: Mapping[str, object], read_picture: PictureReader) -> dict[str, bool]:
    """For each flag of `expected` whether that step holds."""
    steps = _VectorRun(vector, read_picture)
    return {flag: steps.evaluate_step(_STEPS[flag]) for flag in expected_flags(vector)}


class _VectorRun:
    """A vector on its way through the chain; what a step makes is kept for those that follow."""

    def __init__(self, vector: Mapping[str, object], read_picture: PictureReader) -> None:
        self.vector = vector
        self.read_picture = read_picture

    def evaluate_step(self, step: Callable[[_VectorRun], bool]) -> bool:
        try:
            return step(self)
        except _FAULTS:
            return False

    # the steps

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
        if data := self._bytes("CBOR"):  # the certificate itself, or the claims around it
            held = cbor.decode(data, cbor.FOREIGN_RULES)
            if not isinstance(held, dict) or not held:
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

    # what they stand on

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
        """The vector's picture; where it has none, its text as a code of our own drawing."""
        if picture := self._text("2DCODE"):
            return base64.b64decode(picture.rpartition(",")[2])  # some write it as a data URL
        with TemporaryDirectory() as place:
            file = Path(place) / "code.png"
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
