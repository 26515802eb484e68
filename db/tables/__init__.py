"""The tables: one schema for every node and both engines."""

from __future__ import annotations

from sqlmodel import SQLModel

from db.tables.applications import Application, ApplicationAttachment
from db.tables.case_objects import CaseObject
from db.tables.cases import (
    Case,
    CaseMessage,
    Delivery,
    Draft,
    FieldValue,
    Issuance,
    Matter,
    Notice,
    Objection,
    Party,
    Print,
    RejectedAcceptance,
    ResultLicence,
    ResultParty,
)
from db.tables.catalogue import CatalogueEntry, CatalogueGram, CatalogueIndex, CatalogueName
from db.tables.citizen_papers import CodeRequest, PrintedLicenceCopy
from db.tables.citizens import CitizenSession, KioskPaper
from db.tables.consent_lists import ConsentListRecord
from db.tables.consignments import Consignment, ConsignmentItem
from db.tables.feedback import Complaint, Rating
from db.tables.hall import (
    Announcement,
    Appointment,
    DutyPeriod,
    EmergencyCall,
    KioskCall,
    ServiceDay,
    StaffMessage,
    Ticket,
    TicketPaper,
    Visit,
    VisitCase,
    Window,
)
from db.tables.ledger import (
    CaseHistoryEntry,
    CatalogueVersion,
    CenterConnection,
    DocumentBase,
    Feed,
    FeedCursor,
    FeedScope,
    Invitation,
    KeptEntry,
    LedgerEntry,
    LogCheckpoint,
    LogTile,
    Node,
    NodeContact,
    NodeKey,
    NumberBlock,
    RejectedWork,
    StaffSession,
    Tries,
    UnansweredDocument,
)
from db.tables.licences import (
    Attachment,
    Consent,
    DynamicCode,
    IdentityProof,
    KeptLicence,
    Licence,
    LicenceUser,
    Material,
)
from db.tables.names import (
    EnterpriseName,
    EnterpriseNameKey,
    NameCheck,
    NameClaim,
    NameReservation,
    PooledCore,
)
from db.tables.people import Organ, Organisation, Person, PinTries, Staff
from db.tables.promises import BrokenPromise, CasePromise
from db.tables.received import ReceivedRecord
from db.tables.registry import (
    IssuerStatusIndex,
    RegistryBatch,
    RegistryFeed,
    RegistryItem,
    RegistryPart,
    RegistryRefusal,
    Relation,
)
from db.tables.registry_corrections import RegistryCorrection, RegistrySearch
from db.tables.representations import CaseCoSignature, CoSignature, Representation, VisitRepresentation
from db.tables.tasks import Claim, Decision, Escalation, Extension, ExternalWait, QueueCount, Referral, Supplement, Task
from db.tables.texts import CaseText, TextFingerprint

METADATA = SQLModel.metadata
PERSONAL = {
    table.name: tuple(column.name for column in table.columns if column.info.get("personal"))
    for table in METADATA.sorted_tables
    if any(column.info.get("personal") for column in table.columns)
}
"""Columns with personal data by table; retention sets them to NULL."""
JSON_LISTS = tuple(
    (table.name, column.name)
    for table in METADATA.sorted_tables
    for column in table.columns
    if column.info.get("json_list")
)
"""Columns with a list of texts (`db.json_lists`), as (table, column)."""

__all__ = [
    "JSON_LISTS",
    "METADATA",
    "PERSONAL",
    "Announcement",
    "Application",
    "ApplicationAttachment",
    "Appointment",
    "Attachment",
    "BrokenPromise",
    "Case",
    "CaseCoSignature",
    "CaseHistoryEntry",
    "CaseMessage",
    "CaseObject",
    "CasePromise",
    "CaseText",
    "CatalogueEntry",
    "CatalogueGram",
    "CatalogueIndex",
    "CatalogueName",
    "CatalogueVersion",
    "CenterConnection",
    "CitizenSession",
    "Claim",
    "CoSignature",
    "CodeRequest",
    "Complaint",
    "Consent",
    "ConsentListRecord",
    "Consignment",
    "ConsignmentItem",
    "Decision",
    "Delivery",
    "DocumentBase",
    "Draft",
    "DutyPeriod",
    "DynamicCode",
    "EmergencyCall",
    "EnterpriseName",
    "EnterpriseNameKey",
    "Escalation",
    "Extension",
    "ExternalWait",
    "Feed",
    "FeedCursor",
    "FeedScope",
    "FieldValue",
    "IdentityProof",
    "Invitation",
    "Issuance",
    "IssuerStatusIndex",
    "KeptEntry",
    "KeptLicence",
    "KioskCall",
    "KioskPaper",
    "LedgerEntry",
    "Licence",
    "LicenceUser",
    "LogCheckpoint",
    "LogTile",
    "Material",
    "Matter",
    "NameCheck",
    "NameClaim",
    "NameReservation",
    "Node",
    "NodeContact",
    "NodeKey",
    "Notice",
    "NumberBlock",
    "Objection",
    "Organ",
    "Organisation",
    "Party",
    "Person",
    "PinTries",
    "PooledCore",
    "Print",
    "PrintedLicenceCopy",
    "QueueCount",
    "Rating",
    "ReceivedRecord",
    "Referral",
    "RegistryBatch",
    "RegistryCorrection",
    "RegistryFeed",
    "RegistryItem",
    "RegistryPart",
    "RegistryRefusal",
    "RegistrySearch",
    "RejectedAcceptance",
    "RejectedWork",
    "Relation",
    "Representation",
    "ResultLicence",
    "ResultParty",
    "ServiceDay",
    "Staff",
    "StaffMessage",
    "StaffSession",
    "Supplement",
    "Task",
    "TextFingerprint",
    "Ticket",
    "TicketPaper",
    "Tries",
    "UnansweredDocument",
    "Visit",
    "VisitCase",
    "VisitRepresentation",
    "Window",
]
