"""Signatures of requests and responses: RFC 9421 with Ed25519 in one fixed form (`docs/formats.md`).

A request covers method, path, Content-Digest (RFC 9530, SHA-256 of the bytes as sent) and `Clerk-Center`, which names
the center and the number of its key that the node knows: a proxy may change the host, but not these. A response covers
its status, its Content-Digest and all that the request covers, as the center received it: also where the center could
not verify the request, its response is believed only by a node that has sent exactly this. A request has no query
string, which the signature would not cover: the center refuses one. Other forms are not accepted, so nothing is parsed
beyond one regular expression for each header.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from clerk_app.ledger.machine_keys import PublicKey, SigningKey, encode_base64url

CENTER_HEADER = "clerk-center"
CENTER_KEYS_HEADER = "clerk-center-keys"  # of a response: the keys after the one that the node knows
CENTER_KEY_HEADER = "clerk-center-key"  # of a response to an enrolment: the public key that signed it
MAX_AGE_SECONDS = 60  # by which the time of a request may differ from the center's clock
_NONCE_BYTES = 16
_REQUEST_COMPONENTS = '("@method" "@path" "content-digest" "clerk-center")'
_RESPONSE_COMPONENTS = (
    '("@status" "content-digest" "@method";req "@path";req "content-digest";req "clerk-center";req '
    '"signature-input";req "signature";req)'
)
_ENROL_COMPONENTS = '("@status" "content-digest")'
_KEY_ID = r'keyid="([A-Za-z0-9_-]{1,64})\.([0-9]{1,9})";alg="ed25519";tag="clerk-v1"'
_REQUEST_INPUT = re.compile(
    re.escape(f"clerk={_REQUEST_COMPONENTS}") + rf';created=([0-9]{{1,12}});nonce="([A-Za-z0-9_-]{{22}})";{_KEY_ID}'
)
_RESPONSE_INPUT = re.compile(rf"clerk=(\([^)]*\));{_KEY_ID}")
_SIGNATURE = re.compile(r"clerk=:([A-Za-z0-9+/]{85}[AQgw]==):")  # one text for each value (RFC 4648, section 3.5)
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=):")
_CENTER = re.compile(r"([A-Za-z0-9_-]{1,64})\.([0-9]{1,9})")


@dataclass(frozen=True)
class RequestHead:
    """The parts of a request that a response refers to."""

    method: str
    path: str
    content_digest: str
    center: str
    signature_input: str
    signature: str

    @classmethod
    def from_headers(cls, method: str, path: str, headers: Mapping[str, str]) -> RequestHead | None:
        """Return the head of a request; None if a header is missing, as in a request without a signature."""
        found = [headers.get(name, "") for name in ("content-digest", CENTER_HEADER, "signature-input", "signature")]
        return cls(method, path, *found) if all(found) else None


@dataclass(frozen=True)
class SignedHead:
    """The signature of a request, parsed from its headers and not verified yet."""

    node: str
    key_number: int
    center: str
    center_key_number: int
    created: int  # seconds UTC
    nonce: str
    content_digest: bytes
    base: bytes
    signature: bytes

    def is_signed_by(self, key: PublicKey) -> bool:
        """Return whether the signature is the key's."""
        return key.verifies(self.signature, self.base)

    def matches(self, body: bytes) -> bool:
        """Return whether the body is the one that was signed."""
        return sha256(body).digest() == self.content_digest


def format_digest(digest: bytes) -> str:
    """Return the value of the header Content-Digest for a SHA-256."""
    return f"sha-256=:{base64.b64encode(digest).decode()}:"


def sign_request(
    key: SigningKey, key_id: str, method: str, path: str, digest: bytes, *, center: str, created: int
) -> dict[str, str]:
    """Return the headers that sign a request. `key_id` is NODE.NUMBER, `center` CENTER.NUMBER, `created` in seconds."""
    nonce = encode_base64url(secrets.token_bytes(_NONCE_BYTES))
    parameters = (
        f'{_REQUEST_COMPONENTS};created={created};nonce="{nonce}";keyid="{key_id}";alg="ed25519";tag="clerk-v1"'
    )
    content_digest = format_digest(digest)
    signature = key.sign(_request_base(method, path, content_digest, center, parameters))
    return {
        "content-digest": content_digest,
        CENTER_HEADER: center,
        "signature-input": f"clerk={parameters}",
        "signature": f"clerk=:{base64.b64encode(signature).decode()}:",
    }


def sign_enrolment(key: SigningKey, path: str, body: bytes, *, created: int) -> dict[str, str]:
    """Return the headers that sign a request to enrol with the machine's new key.

    The center has not admitted the key yet: its response covers these headers, and so answers this request only.
    """
    return sign_request(key, "new.1", "POST", path, sha256(body).digest(), center="new.0", created=created)


def parse_request(method: str, path: str, headers: Mapping[str, str]) -> SignedHead | None:
    """Return the signature of a request; None if a header is missing or not in the fixed form."""
    content_digest, center = headers.get("content-digest", ""), headers.get(CENTER_HEADER, "")
    input_text = headers.get("signature-input", "")
    found = _REQUEST_INPUT.fullmatch(input_text)
    signature, digest = _SIGNATURE.fullmatch(headers.get("signature", "")), _DIGEST.fullmatch(content_digest)
    named = _CENTER.fullmatch(center)
    if found is None or signature is None or digest is None or named is None:
        return None
    return SignedHead(
        node=found[3],
        key_number=int(found[4]),
        center=named[1],
        center_key_number=int(named[2]),
        created=int(found[1]),
        nonce=found[2],
        content_digest=base64.b64decode(digest[1]),
        base=_request_base(method, path, content_digest, center, input_text.removeprefix("clerk=")),
        signature=base64.b64decode(signature[1]),
    )


def sign_response(
    key: SigningKey, key_id: str, status: int, digest: bytes, request: RequestHead | None
) -> dict[str, str]:
    """Return the headers that sign a response. `request` is None for a request without a signature."""
    components = _ENROL_COMPONENTS if request is None else _RESPONSE_COMPONENTS
    parameters = f'{components};keyid="{key_id}";alg="ed25519";tag="clerk-v1"'
    content_digest = format_digest(digest)
    signature = key.sign(_response_base(status, content_digest, request, parameters))
    return {
        "content-digest": content_digest,
        "signature-input": f"clerk={parameters}",
        "signature": f"clerk=:{base64.b64encode(signature).decode()}:",
    }


def response_key(headers: Mapping[str, str]) -> tuple[str, int] | None:
    """Return center and key number that a response names; None for a response without a signature of this form."""
    found = _RESPONSE_INPUT.fullmatch(headers.get("signature-input", ""))
    return (found[2], int(found[3])) if found is not None else None


def verify_response(
    key: PublicKey, status: int, headers: Mapping[str, str], body: bytes, request: RequestHead | None
) -> bool:
    """Return whether a response with this body as sent, to this request, is signed by the key. Never raises."""
    components = _ENROL_COMPONENTS if request is None else _RESPONSE_COMPONENTS
    content_digest, input_text = headers.get("content-digest", ""), headers.get("signature-input", "")
    found, signature = _RESPONSE_INPUT.fullmatch(input_text), _SIGNATURE.fullmatch(headers.get("signature", ""))
    if found is None or signature is None or found[1] != components:
        return False
    if content_digest != format_digest(sha256(body).digest()):
        return False
    base = _response_base(status, content_digest, request, input_text.removeprefix("clerk="))
    return key.verifies(base64.b64decode(signature[1]), base)


def _request_base(method: str, path: str, content_digest: str, center: str, parameters: str) -> bytes:
    """Return the signature base (RFC 9421, section 2.5)."""
    return (
        f'"@method": {method}\n"@path": {path}\n"content-digest": {content_digest}\n'
        f'"clerk-center": {center}\n"@signature-params": {parameters}'
    ).encode()


def _response_base(status: int, content_digest: str, request: RequestHead | None, parameters: str) -> bytes:
    lines = [f'"@status": {status}', f'"content-digest": {content_digest}']
    if request is not None:
        lines += [
            f'"@method";req: {request.method}',
            f'"@path";req: {request.path}',
            f'"content-digest";req: {request.content_digest}',
            f'"clerk-center";req: {request.center}',
            f'"signature-input";req: {request.signature_input}',
            f'"signature";req: {request.signature}',
        ]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode()
