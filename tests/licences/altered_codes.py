"""Signed codes with altered claims, and the assertion that a code is rejected."""

from __future__ import annotations

from clerk_app.licences.code_verification import Result
from clerk_app.licences.reasons import Reason
from tests.licences.issuing_city import (
    IssuingCity,
)


def assert_rejected(city: IssuingCity, text: str, reason: Reason) -> None:
    """Assert that the code is red for `reason`, with a sentence and without claims."""
    verdict = city.verify(text)
    assert (verdict.result, verdict.reason) == (Result.RED, reason)
    assert verdict.claims is None
    assert verdict.sentences()[0]
    assert "{" not in verdict.sentences()[0]


def code_with_claims(city: IssuingCity, **changes: object) -> str:
    """Return a signed code whose claims `c4`, `c6`, ... are replaced; None removes a claim."""
    claims = city.decoded_claims()
    for name, value in changes.items():
        label = int(name[1:])
        if value is None:
            claims.pop(label, None)
        else:
            claims[label] = value
    return city.sign_claims(claims)


def code_with_licence_fields(city: IssuingCity, **changes: object) -> str:
    """Do the same for the licence inside the claims."""
    inner = city.decoded_claims()[-65537]
    assert isinstance(inner, dict)
    return code_with_licence(city, {**inner, **{int(name[1:]): value for name, value in changes.items()}})


def code_with_licence(city: IssuingCity, inner: object) -> str:
    return city.sign_claims({**city.decoded_claims(), -65537: inner})
