"""Messages of the routes by which a portal sends applications and reads what became of them.

They are for programs of other makers: an unknown field is an error, times are ISO 8601, and each sentence is in both
languages.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from clerk_app.cases.applications.content import MAX_ATTACHMENTS, MAX_VALUES

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
ShortText = Annotated[str, msgspec.Meta(max_length=200)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class PortalMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message or a part of one that a portal sends."""


class PortalAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A message or a part of one that a portal reads; later versions may add fields."""


class ApplicantPart(PortalMessage, frozen=True, kw_only=True):
    """The applicant: name, and the number of the identity document or the credit code."""

    name: Name
    number: ShortText = ""


class MaterialPart(PortalMessage, frozen=True, kw_only=True):
    """A material as a scan; its file is uploaded under `content`, its SHA-256.

    `media_type` is image/jpeg, image/png or application/pdf.
    """

    material: Name
    content: Digest
    media_type: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class IdentityPart(PortalMessage, frozen=True, kw_only=True):
    """The assertion of an identity provider: whether, how and when (ISO 8601) it verified the applicant."""

    provider: Name
    verified: bool
    how: ShortText = ""
    at: Annotated[str, msgspec.Meta(max_length=40)] = ""


class AppointmentPart(PortalMessage, frozen=True, kw_only=True):
    """The wished appointment: hall, local date, begin and end (09:30), and ticket category."""

    hall: Name
    day: Annotated[str, msgspec.Meta(max_length=10)]
    begin: Annotated[str, msgspec.Meta(max_length=5)]
    end: Annotated[str, msgspec.Meta(max_length=5)]
    category: Annotated[str, msgspec.Meta(min_length=1, max_length=1)]


class ApplicationRequest(PortalMessage, frozen=True, kw_only=True):
    """An application. The same `reference` with the same content is the same application.

    `number` is the one that the center gave before, if it has lost the application in a restore; it takes it again.
    """

    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    one_thing: Name
    applicant: ApplicantPart
    values: Annotated[dict[str, str], msgspec.Meta(max_length=MAX_VALUES)] = {}
    materials: Annotated[tuple[MaterialPart, ...], msgspec.Meta(max_length=MAX_ATTACHMENTS)] = ()
    identity: IdentityPart | None = None
    appointment: AppointmentPart | None = None
    number: Annotated[str, msgspec.Meta(max_length=14)] = ""


class BilingualText(PortalAnswer, frozen=True, kw_only=True):
    """A text in both languages."""

    zh: str
    en: str


class FindingPart(PortalAnswer, frozen=True, kw_only=True):
    """Something that is missing or wrong: field, wrong, material, shared, expired, exclusion, matters, duplicate.

    `shared`: the city may hold the material; that is looked up at the window, with the applicant's consent.
    """

    kind: str
    id: str
    sentence: BilingualText


class AppointmentAnswer(PortalAnswer, frozen=True, kw_only=True):
    """Whether the wished appointment is booked; its code is the number of the application."""

    booked: bool
    sentence: BilingualText


class ApplicationAnswer(PortalAnswer, frozen=True, kw_only=True):
    """State of an application: received, opened, accepted, answered, withdrawn or expired.

    `number` is its code too, which a citizen shows at the window. `missing_content` are the digests of scans that have
    not arrived. `report` is what the check finds now, and what is missing according to an answer.
    `deemed_accepted_from` is the date from which it counts as accepted by law, because its period ended without an
    answer.
    """

    number: str
    reference: str
    state: str
    received_on: str
    due_on: str
    due_expected: bool = False
    repeated: bool = False
    missing_content: tuple[str, ...] = ()
    report: tuple[FindingPart, ...] = ()
    appointment: AppointmentAnswer | None = None
    case: str = ""
    deemed_accepted_from: str = ""
    outcome: str = ""
    reasons: tuple[BilingualText, ...] = ()
