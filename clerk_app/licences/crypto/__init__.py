"""Cryptography of licence codes: CBOR, COSE, SM2, keys."""
