"""A small authority that signs European health certificates, and test vectors about them."""

from __future__ import annotations

import base64
import zlib
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO

import base45
import cbor2
import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

CLOCK = datetime(2021, 6, 1, tzinfo=UTC)
SECOND = int(CLOCK.timestamp())
TEST, VACCINATION, RECOVERY = (f"1.3.6.1.4.1.1847.2021.1.{n}" for n in (1, 2, 3))
STATEMENT = {
    "ver": "1.3.0",
    "nam": {"fn": "Mustermann", "gn": "Erika", "fnt": "MUSTERMANN", "gnt": "ERIKA"},
    "dob": "1964-08-12",
    "v": [{"tg": "840539006", "ci": "URN:UVCI:01:XX:1#A", "dn": 2, "sd": 2, "dt": "2021-05-01", "co": "XX"}],
}
CLAIMS = {1: "XX", 4: SECOND + 86_400, 6: SECOND - 86_400, -260: {1: STATEMENT}}

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@cache
def private_key(kind: str) -> Key:
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP384R1() if kind == "p384" else ec.SECP256R1())


def certificate(kind: str = "p256", usages: tuple[str, ...] = ()) -> bytes:
    return _certificate(kind, usages)


@cache  # signatures are random
def _certificate(kind: str, usages: tuple[str, ...]) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "XX")])
    builder = x509.CertificateBuilder(name, name, private_key(kind).public_key(), 7, CLOCK, CLOCK + timedelta(days=700))
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    if usages:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([x509.ObjectIdentifier(usage) for usage in usages]), False
        )
    return builder.sign(private_key(kind), hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def key_id(der: bytes) -> bytes:
    return sha256(der).digest()[:8]


def sign(private: Key, message: bytes) -> bytes:
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    r, s = decode_dss_signature(private.sign(message, ec.ECDSA(hashes.SHA256())))
    width = (private.curve.key_size + 7) // 8
    return r.to_bytes(width, "big") + s.to_bytes(width, "big")


def signed_certificate(
    claims: object = CLAIMS,
    kind: str = "p256",
    protected: dict[object, object] | None = None,
    unprotected: dict[object, object] | None = None,
    payload: bytes | None = None,
    usages: tuple[str, ...] = (),
) -> bytes:
    """Build a COSE_Sign1 without tag; by default with the headers that most authorities use."""
    der = certificate(kind, usages)
    head = cbor2.dumps({1: -37 if kind == "rsa" else -7, 4: key_id(der)} if protected is None else protected)
    body = cbor2.dumps(claims) if payload is None else payload
    signature = sign(private_key(kind), cbor2.dumps(["Signature1", head, b"", body]))
    return cbor2.dumps([head, unprotected or {}, body, signature])


def build_vector(
    cose: bytes | None = None, der: bytes | None = None, clock: datetime = CLOCK, **fields: str | None
) -> dict[str, object]:
    """Build a vector with every form of `cose`; `fields` replace a form (PICTURE for 2DCODE), None removes it."""
    cose = b"\xd2" + signed_certificate() if cose is None else cose
    packed = zlib.compress(cose)
    text = base45.b45encode(packed).decode()
    made: dict[str, object] = {
        "PREFIX": "HC1:" + text,
        "BASE45": text,
        "COMPRESSED": packed.hex(),
        "COSE": cose.hex(),
        "CBOR": cbor2.dumps(STATEMENT).hex(),
        "PICTURE": png_base64("HC1:" + text),
    }
    made |= fields
    made["2DCODE"] = made.pop("PICTURE")
    return {name: value for name, value in made.items() if value is not None} | {
        "TESTCTX": {
            "CERTIFICATE": base64.b64encode(certificate() if der is None else der).decode(),
            "VALIDATIONCLOCK": clock.isoformat(),
        },
        "EXPECTEDRESULTS": dict.fromkeys(FLAGS, True) | {"EXPECTEDVALIDJSON": True},
    }


def png_base64(text: str) -> str:
    file = BytesIO()
    segno.make_qr(text, error="m").save(file, kind="png", scale=4)
    return base64.b64encode(file.getvalue()).decode()


FLAGS = (
    "EXPECTEDPICTUREDECODE",
    "EXPECTEDUNPREFIX",
    "EXPECTEDB45DECODE",
    "EXPECTEDCOMPRESSION",
    "EXPECTEDDECODE",
    "EXPECTEDVERIFY",
    "EXPECTEDEXPIRATIONCHECK",
    "EXPECTEDKEYUSAGE",
)
