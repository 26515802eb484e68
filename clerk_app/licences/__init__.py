"""E-licences: from the text of a code to what it proves, and back. No camera, no store, no network.

recognise(text, policy)                 what the text claims to be
verify(text, trust, status, now)        what a signed code is worth
TrustFolder(path).load(root)            who is believed; .load_status(trust): what was revoked
sign_licence, write_trust, write_status the issuing side
"""

from clerk_app.licences.checks import Result
from clerk_app.licences.claims import Licence, LicenceClaims, differences, safe_text
from clerk_app.licences.codes import (
    CodePolicy,
    DynamicCode,
    Explained,
    ForeignCode,
    Form,
    LookUpKey,
    Presented,
    SignedLicence,
    Unknown,
    recognise,
)
from clerk_app.licences.cose import EDDSA, ES256, SM2, PublicKey
from clerk_app.licences.folder import StatusLists, TrustFolder
from clerk_app.licences.foreign import ForeignClaims, ForeignVerdict, verify_foreign
from clerk_app.licences.identifiers import (
    LicenceNumber,
    build_licence_number,
    is_credit_code,
    is_id_number,
    read_licence_number,
)
from clerk_app.licences.issue import (
    IssuerKey,
    load_public,
    new_dynamic_digits,
    new_dynamic_token,
    new_issuer_key,
    present,
    sign_licence,
)
from clerk_app.licences.reasons import Finding, ListFault, Reason, age_in_words, name_in_words
from clerk_app.licences.show import TerminalCode, save_png, terminal_code
from clerk_app.licences.status import StatusList, pack_bits, read_status, status_uri, write_status
from clerk_app.licences.trust import TrustedKey, TrustList, read_trust, write_trust
from clerk_app.licences.verify import Sighting, Verdict, verify

__all__ = [
    "EDDSA",
    "ES256",
    "SM2",
    "CodePolicy",
    "DynamicCode",
    "Explained",
    "Finding",
    "ForeignClaims",
    "ForeignCode",
    "ForeignVerdict",
    "Form",
    "IssuerKey",
    "Licence",
    "LicenceClaims",
    "LicenceNumber",
    "ListFault",
    "LookUpKey",
    "Presented",
    "PublicKey",
    "Reason",
    "Result",
    "Sighting",
    "SignedLicence",
    "StatusList",
    "StatusLists",
    "TerminalCode",
    "TrustFolder",
    "TrustList",
    "TrustedKey",
    "Unknown",
    "Verdict",
    "age_in_words",
    "build_licence_number",
    "differences",
    "is_credit_code",
    "is_id_number",
    "load_public",
    "name_in_words",
    "new_dynamic_digits",
    "new_dynamic_token",
    "new_issuer_key",
    "pack_bits",
    "present",
    "read_licence_number",
    "read_status",
    "read_trust",
    "recognise",
    "safe_text",
    "save_png",
    "sign_licence",
    "status_uri",
    "terminal_code",
    "verify",
    "verify_foreign",
    "write_status",
    "write_trust",
]
