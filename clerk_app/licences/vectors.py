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
from clerk_app.licences import cbor, cose, hcert
from clerk_app.licences.certificates import Certificate, read_certificate
from clerk_app.licences.show import save_png
from clerk_app.licences.unpack import Refusal, from_base45, inflated, unprefixed

PictureReader = Callable[[bytes], tuple[str, ...]]
"""The texts of the codes in a picture (the bytes of its file); none when it is no picture."""

_FAULTS = (Refusal, ValueError, TypeError, KeyError)  # CborError and CoseError are ValueErrors


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


def expected(vector: Mapping[str, object]) -> dict[str, bool]:
    """The flags of the vector that concern a verifier, in the order of the chain."""
    flags = vector["EXPECTEDRESULTS"]
    assert isinstance(flags, dict)
    return {flag: bool(flags[flag]) for flag in _STEPS if flags.get(flag) is not None}


def found(vector: Mapping[str, object], read_picture: PictureReader) -> dict[str, bool]:
    """For each flag of `expected` whether that step holds."""
    steps = _Steps(vector, read_picture)
    return {flag: steps.holds(_STEPS[flag]) for flag in expected(vector)}


class _Steps:
    """A vector on its way through the chain; what a step makes is kept for those that follow."""

    def __init__(self, vector: Mapping[str, object], read_picture: PictureReader) -> None:
        self.vector = vector
        self.read_picture = read_picture

    def holds(self, step: Callable[[_Steps], bool]) -> bool:
        try:
            return step(self)
        except _FAULTS:
            return False

    # the steps

    def picture(self) -> bool:
        text = self._text("PREFIX").strip()
        return bool(self._seen) and (not text or text in self._seen or any(map(self._readable, self._seen)))

    def prefix(self) -> bool:
        rest = unprefixed(self._prefixed, hcert.PREFIX)
        return rest == (self._text("BASE45") or rest) or self._passes(lambda: from_base45(rest))

    def base45(self) -> bool:
        packed = from_base45(self._base45)
        return packed == (self._bytes("COMPRESSED") or packed) or self._passes(lambda: inflated(packed, always=True))

    def compression(self) -> bool:
        data = inflated(self._compressed, always=True)
        return data == (self._bytes("COSE") or data) or self._passes(lambda: cose.read_foreign(data))

    def decoding(self) -> bool:
        if data := self._bytes("CBOR"):  # the certificate itself, or the claims around it
            held = cbor.decode(data, cbor.FOREIGN)
            if not isinstance(held, dict) or not held:
                return False
        return not self._signed_form or bool(self._claims)

    def signature(self) -> bool:
        return hcert.genuine(self._message, self._certificate.key)

    def expiry(self) -> bool:
        return hcert.in_time(self._claims, self._clock)

    def key_usage(self) -> bool:
        return hcert.may_state(self._certificate.usages, hcert.kinds(self._claims))

    # what they stand on

    @cached_property
    def _seen(self) -> tuple[str, ...]:
        return self.read_picture(self._picture())

    @cached_property
    def _prefixed(self) -> str:
        return self._text("PREFIX") or next(iter(self._seen), "")

    @cached_property
    def _base45(self) -> str:
        return self._text("BASE45") or unprefixed(self._prefixed, hcert.PREFIX)

    @cached_property
    def _compressed(self) -> bytes:
        return self._bytes("COMPRESSED") or from_base45(self._base45)

    @property
    def _signed_form(self) -> bool:
        return any(self.vector.get(name) for name in ("COSE", "COMPRESSED", "BASE45", "PREFIX", "2DCODE"))

    @cached_property
    def _message(self) -> cose.Sign1:
        return cose.read_foreign(self._bytes("COSE") or inflated(self._compressed, always=True))

    @cached_property
    def _claims(self) -> Mapping[int | str, cbor.Value]:
        return hcert.read_claims(self._message.payload)

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

    def _picture(self) -> bytes:
        """The vector's picture; where it has none, its text as a code of our own drawing."""
        if picture := self._text("2DCODE"):
            return base64.b64decode(picture.rpartition(",")[2])  # some write it as a data URL
        with TemporaryDirectory() as place:
            file = Path(place) / "code.png"
            save_png(self._text("PREFIX"), file)
            return file.read_bytes()

    def _readable(self, text: str) -> bool:
        return self._passes(lambda: inflated(from_base45(unprefixed(text, hcert.PREFIX)), always=True))

    @staticmethod
    def _passes(step: Callable[[], object]) -> bool:
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


_STEPS: dict[str, Callable[[_Steps], bool]] = {
    "EXPECTEDPICTUREDECODE": _Steps.picture,
    "EXPECTEDUNPREFIX": _Steps.prefix,
    "EXPECTEDB45DECODE": _Steps.base45,
    "EXPECTEDCOMPRESSION": _Steps.compression,
    "EXPECTEDDECODE": _Steps.decoding,
    "EXPECTEDVERIFY": _Steps.signature,
    "EXPECTEDEXPIRATIONCHECK": _Steps.expiry,
    "EXPECTEDKEYUSAGE": _Steps.key_usage,
}
