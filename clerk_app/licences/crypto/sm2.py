"""Verification of SM2 signatures (GB/T 32918.2, GM/T 0003.2) on the recommended curve (GB/T 32918.5, GM/T 0003.5).

The package `cryptography` has the digest SM3 but not SM2. Verification uses no secret, so its arithmetic need not take
constant time. One signature takes about 6 ms.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

IDENTITY = b"1234567812345678"
"""The default distinguishing identifier of a signer (GM/T 0009 10)."""

_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)

_Point = tuple[int, int, int]  # Jacobian: x / z^2, y / z^3; z = 0 is the point at infinity


def load_sm2_verifier(raw: bytes) -> Callable[[bytes, bytes], bool]:
    """Return the verifier of a key (65 bytes, uncompressed): (message, signature r || s of 64 bytes) -> valid.

    Raises ValueError if `raw` is not a point of the curve or SM3 is not available.
    """
    x, y = int.from_bytes(raw[1:33], "big"), int.from_bytes(raw[33:], "big")
    if len(raw) != 65 or raw[0] != 4 or max(x, y) >= _P or (y * y - x * x * x - _A * x - _B) % _P:
        raise ValueError("no point of the SM2 curve")
    identity = (8 * len(IDENTITY)).to_bytes(2, "big") + IDENTITY
    signer_digest = _hash_sm3(identity + b"".join(number.to_bytes(32, "big") for number in (_A, _B, *_G, x, y)))

    def verify(message: bytes, signature: bytes) -> bool:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        t = (r + s) % _N
        if len(signature) != 64 or not 0 < r < _N or not 0 < s < _N or t == 0:
            return False
        e = int.from_bytes(_hash_sm3(signer_digest + message), "big")
        point = _add(_multiply(s, (*_G, 1)), _multiply(t, (x, y, 1)))
        return point[2] != 0 and (e + point[0] * pow(point[2], -2, _P) % _P) % _N == r

    return verify


def _hash_sm3(data: bytes) -> bytes:
    try:
        digest = hashes.Hash(hashes.SM3())
    except UnsupportedAlgorithm as fault:
        raise ValueError("SM3 is not available") from fault
    digest.update(data)
    return digest.finalize()


def _multiply(factor: int, point: _Point) -> _Point:
    product: _Point = (1, 1, 0)
    for bit in f"{factor:b}":
        product = _double(product)
        if bit == "1":
            product = _add(product, point)
    return product


def _double(point: _Point) -> _Point:
    x, y, z = point
    if not y or not z:
        return (1, 1, 0)
    yy = y * y % _P
    s = 4 * x * yy % _P
    m = 3 * (x - z * z) * (x + z * z) % _P  # because a = -3
    doubled = (m * m - 2 * s) % _P
    return doubled, (m * (s - doubled) - 8 * yy * yy) % _P, 2 * y * z % _P


def _add(left: _Point, right: _Point) -> _Point:
    if not left[2]:
        return right
    if not right[2]:
        return left
    (x1, y1, z1), (x2, y2, z2) = left, right
    u1, u2 = x1 * z2 * z2 % _P, x2 * z1 * z1 % _P
    s1, s2 = y1 * z2**3 % _P, y2 * z1**3 % _P
    h, r = (u2 - u1) % _P, (s2 - s1) % _P
    if not h:
        return (1, 1, 0) if r else _double(left)
    hh = h * h % _P
    hhh, v = h * hh % _P, u1 * hh % _P
    x = (r * r - hhh - 2 * v) % _P
    return x, (r * (v - x) - s1 * hhh) % _P, h * z1 * z2 % _P
