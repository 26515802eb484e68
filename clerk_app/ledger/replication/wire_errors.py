"""Errors as parts of messages and entries, in both directions: the only place that converts between them.

An error is sent and stored as its reason, its English sentence (a message id) and its facts as text. The receiver
translates the sentence into its own language.
"""

from __future__ import annotations

from string import Formatter
from typing import Any, TypeVar

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.entries import Refusal
from clerk_app.ledger.replication.messages import ErrorBody, RejectionBody
from clerk_app.locales import mark

BAD_DATA = "bad_data"  # reason of BadData on the wire; the exception has no `reason`
DAMAGED = "damaged"
"""Reason for a body that is not the one that was signed: it was changed on its way, and nothing is known about it."""
BodyT = TypeVar("BodyT", ErrorBody, RejectionBody, Refusal)


def encode_error(error: Refused | BadData, body_type: type[BodyT]) -> BodyT:
    """Return the error as a part of a message or as the decision of an entry."""
    reason = error.reason if isinstance(error, Refused) else BAD_DATA
    return body_type(reason=reason, sentence=error.sentence, facts=error.text_facts)


def decode_error(body: ErrorBody | RejectionBody) -> Refused | BadData:
    """Return the error that a part of a message describes."""
    sentence, facts = sanitize_sentence(body.sentence, body.facts)
    return BadData(sentence, **facts) if body.reason == BAD_DATA else Refused(body.reason, sentence, **facts)


def decode_server_error(body: ErrorBody) -> OutOfReach:
    """Return the error for a failure of the server, whatever its reason."""
    sentence, facts = sanitize_sentence(body.sentence, body.facts)
    return OutOfReach(sentence, **facts)


def sanitize_sentence(sentence: str, facts: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """Return sentence and facts from another program, made safe: formatting cannot fail or read attributes.

    A sentence with other placeholders is returned as the fact `text` of a fixed sentence.
    """
    try:
        places = [part[1:] for part in Formatter().parse(sentence) if part[1] is not None]
        if all(name in facts and name.isidentifier() and not (spec or conversion) for name, spec, conversion in places):
            return sentence, dict(facts)
    except ValueError:
        pass
    return mark("Message from the center: {text}"), {"text": sentence}
