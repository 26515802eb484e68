"""CBOR, COSE, SM2, issuer keys and certificates: the cryptographic layer, which knows nothing about licences."""
