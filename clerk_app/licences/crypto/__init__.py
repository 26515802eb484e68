"""CBOR, COSE, SM2, issuer keys and certificates: the cryptographic layer, independent of licences."""
