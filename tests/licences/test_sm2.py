"""SM2: the sample of the standard, and a licence signed with SM2."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives import hashes

from clerk_app.licences.code_verification import Result
from clerk_app.licences.crypto import cbor
from clerk_app.licences.crypto.cose import SM2, PublicKey
from clerk_app.licences.crypto.sm2 import load_sm2_verifier
from clerk_app.licences.issuance import encode_code, sign_licence
from clerk_app.licences.reasons import Reason
from clerk_app.licences.trust_list import TrustedKey
from tests.licences.issuing_city import HOUSING, LICENCE, NOW, TYPE, IssuingCity, make_trusted_key, unpack_code

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0

# GM/T 0003.5, the example of a signature
PRIVATE = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
PUBLIC = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
NONCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
MESSAGE = b"message digest"

Point = tuple[int, int] | None


def add(left: Point, right: Point) -> Point:
    """Add two points in affine coordinates (the product uses Jacobian ones)."""
    if left is None or right is None:
        return left or right
    if left[0] == right[0]:
        if (left[1] + right[1]) % P == 0:
            return None
        slope = (3 * left[0] ** 2 - 3) * pow(2 * left[1], -1, P) % P
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, P) % P
    x = (slope * slope - left[0] - right[0]) % P
    return x, (slope * (left[0] - x) - left[1]) % P


def times(factor: int) -> tuple[int, int]:
    product: Point = None
    power: Point = (GX, GY)
    while factor:
        product = add(product, power) if factor & 1 else product
        power, factor = add(power, power), factor >> 1
    assert product is not None
    return product


def sm3(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def sign(private: int, message: bytes, nonce: int) -> bytes:
    numbers = (P - 3, B, GX, GY, *times(private))
    z = sm3(b"\x00\x801234567812345678" + b"".join(n.to_bytes(32, "big") for n in numbers))
    r = (int.from_bytes(sm3(z + message), "big") + times(nonce)[0]) % N
    s = pow(1 + private, -1, N) * (nonce - r * private) % N
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@dataclass(frozen=True)
class Sm2Signer:
    private: int = field(default_factory=lambda: secrets.randbelow(N - 2) + 1)
    kid: bytes = b"sm2-key1"
    algorithm: int = SM2

    def sign(self, message: bytes) -> bytes:
        return sign(self.private, message, secrets.randbelow(N - 1) + 1)

    @property
    def public(self) -> PublicKey:
        x, y = times(self.private)
        return PublicKey(self.kid, SM2, b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big"))


@pytest.fixture(scope="module")
def signer() -> Sm2Signer:
    return Sm2Signer()


@pytest.fixture(scope="module")
def key(signer: Sm2Signer, city: IssuingCity) -> TrustedKey:
    listed = make_trusted_key(city.housing, HOUSING, TYPE)
    return TrustedKey(signer.public, HOUSING, listed.names, listed.valid_from, listed.valid_until, listed.types)


def test_the_sample_of_the_standard_is_valid_and_changed_ones_are_not() -> None:
    check = load_sm2_verifier(PUBLIC)
    assert check(MESSAGE, SIGNATURE)
    assert not check(b"message digesu", SIGNATURE)
    assert not check(b"", SIGNATURE)
    for at in (0, 31, 32, 63):
        changed = bytearray(SIGNATURE)
        changed[at] ^= 1
        assert not check(MESSAGE, bytes(changed))
    assert not load_sm2_verifier(Sm2Signer().public.raw)(MESSAGE, SIGNATURE)


def test_the_test_signer_reproduces_the_sample_signature() -> None:
    assert sign(PRIVATE, MESSAGE, NONCE) == SIGNATURE


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        bytes(64),
        SIGNATURE[:63],
        SIGNATURE + b"\x00",
        bytes(32) + SIGNATURE[32:],
        SIGNATURE[:32] + bytes(32),
        N.to_bytes(32, "big") + SIGNATURE[32:],
        SIGNATURE[:32] + N.to_bytes(32, "big"),
        SIGNATURE[:32] + (N - int.from_bytes(SIGNATURE[:32], "big")).to_bytes(32, "big"),
        b"\x30\x44\x02\x20" + SIGNATURE,
    ],
)
def test_a_zero_truncated_out_of_range_or_der_signature_is_invalid(signature: bytes) -> None:
    assert not load_sm2_verifier(PUBLIC)(MESSAGE, signature)


@pytest.mark.parametrize(
    "raw", [b"", PUBLIC[:64], PUBLIC + b"\x00", b"\x02" + PUBLIC[1:], PUBLIC[:-1] + b"\x14", b"\x04" + bytes(64)]
)
def test_a_key_that_is_no_point_of_the_curve_raises(raw: bytes) -> None:
    with pytest.raises(ValueError, match="SM2"):
        load_sm2_verifier(raw)


def test_many_signatures_are_valid(signer: Sm2Signer) -> None:
    check = load_sm2_verifier(signer.public.raw)
    for number in range(8):
        message = b"%d" % number
        assert check(message, signer.sign(message))
        assert not check(message + b"0", signer.sign(message))


def test_a_licence_signed_with_sm2_is_green(city: IssuingCity, signer: Sm2Signer, key: TrustedKey) -> None:
    trust = city.trust_list([key, *city.trusted_keys()])
    code = sign_licence(LICENCE, signer, NOW, NOW.resolution * 3_600_000_000)
    verdict = city.verify(code, trust)
    assert (verdict.result, verdict.reason) == (Result.GREEN, None)
    changed = encode_code(unpack_code(code).replace("欧阳明".encode(), "欧阳朋".encode()))
    assert city.verify(changed, trust).reason is Reason.NOT_GENUINE
    assert city.verify(code).reason is Reason.UNKNOWN_ISSUER


def test_sm2_and_es256_are_not_interchangeable(city: IssuingCity, signer: Sm2Signer, key: TrustedKey) -> None:
    trust = city.trust_list([key, *city.trusted_keys()])
    claims = city.decoded_claims()
    for protected_algorithm, kid in ((-7, signer.kid), (SM2, city.housing.kid)):
        text = city.sign_claims(claims, protected=cbor.encode({1: protected_algorithm, 4: kid}))
        assert city.verify(text, trust).reason is Reason.ANOTHER_ALGORITHM
