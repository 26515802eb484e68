"""Applications from outside in the sample office: a portal, and what it sends."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from clerk_app.cases.applications.answers import AnswerApplication
from clerk_app.cases.applications.content import ApplicationContent, IdentityStatement, SentAttachment, StatedApplicant
from clerk_app.cases.applications.opening import OpenApplication
from clerk_app.cases.applications.receipt import ApplicationReceived, ReceiveApplication
from clerk_app.ledger.door import Door
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.nodes import AdmitNode, InviteNode
from clerk_app.people import SYSTEM
from db.engines import Row
from tests.office import BIRTH, SampleOffice
from tests.sample_data import CLERKS, SITE, sample_city

PORTAL = "portal-1"
SCAN = sha256(b"a scan of the certificate").hexdigest()
MOTHER = StatedApplicant(name="王芳", number=BIRTH["mother_id_number"])
VERIFIED = IdentityStatement(provider="One City Pass", verified=True, how="face", at="2026-05-06T08:12:00+08:00")


def add_portal(office: SampleOffice) -> None:
    """Admit a portal at the center of an office."""
    admit_portal(office.door)


def admit_portal(door: Door, node: str = PORTAL) -> None:
    """Admit a node of the kind portal."""
    code = SigningKey.generate().public.raw.hex()
    invite = InviteNode(digest=code, name="portal", node_kind="portal", hall="", window="", organs=(SITE,), seconds=60)
    door.perform(invite, SYSTEM)
    key = SigningKey.generate().public.text
    door.perform(AdmitNode(node=node, invitation=code, key_digest="", public_key=key), SYSTEM)


def build_application(**changed: Any) -> ReceiveApplication:
    """A birth application of the mother with all values and a scan of the birth certificate."""
    city = sample_city()
    content = ApplicationContent(
        applicant=changed.pop("applicant", MOTHER),
        values=changed.pop("values", BIRTH),
        identity=changed.pop("identity", None),
    )
    attachment = SentAttachment(material="birth-certificate", content=SCAN, media_type="image/png")
    fields: dict[str, Any] = {
        "source": "portal",
        "portal": PORTAL,
        "reference": "P-1",
        "one_thing": "birth",
        "catalogue": city.id,
        "catalogue_version": city.version,
        "attachments": (attachment,),
        "personal": content,
    }
    return ReceiveApplication(**(fields | changed))


def receive(office: SampleOffice, **changed: Any) -> ApplicationReceived:
    """Receive an application of the portal, as the center does."""
    return office.door.perform(build_application(**changed), SYSTEM)


def open_application(office: SampleOffice, number: str, purpose: str = "visit", clerk: str = CLERKS[0]) -> None:
    """Open an application at the window of a clerk."""
    office.door.perform(OpenApplication(application=number, purpose=purpose), clerk)


def answer(office: SampleOffice, number: str, outcome: str = "incomplete", **fields: Any) -> None:
    """Answer an application without a case."""
    fields.setdefault("missing", ("material:mother-id",) if outcome == "incomplete" else ())
    office.door.perform(AnswerApplication(application=number, outcome=outcome, **fields), CLERKS[0])


def read(office: SampleOffice, number: str) -> Row:
    """Return the row of an application."""
    return office.select("applications", number=number)[0]
