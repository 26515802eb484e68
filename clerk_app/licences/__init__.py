"""E-licences: from the text of a code to what it proves, and back. No camera, no store, no network.

recognise(text, policy)                 what the text claims to be
verify(text, trust, status, now)        what a signed code is worth
TrustFolder(path).load(root)            who is believed; .load_status(trust): what was revoked
sign_licence, write_trust, write_status the issuing side
"""

from clerk_app.licences.claims import LicenceClaims, LicenceData, find_holder_differences, sanitize_text
from clerk_app.licences.code_verification import Result
from clerk_app.licences.crypto.cose import EDDSA, ES256, SM2, PublicKey
from clerk_app.licences.foreign.verification import ForeignClaims, ForeignVerdict, verify_foreign_code
from clerk_app.licences.formats.code_format import (
    CodeFormatName,
    CodePolicy,
    ForeignCode,
    LookupKey,
    RecognisedCode,
    RecognisedDynamicCode,
    SignedLicence,
    UnknownCode,
    UnsupportedCode,
    recognise_code,
)
from clerk_app.licences.identifiers import (
    LicenceNumber,
    build_licence_number,
    is_credit_code,
    is_id_number,
    read_licence_number,
)
from clerk_app.licences.issuance import (
    IssuerKey,
    create_presentation_code,
    load_public_key,
    new_dynamic_digits,
    new_dynamic_token,
    new_issuer_key,
    sign_licence,
)
from clerk_app.licences.licence_verification import LicenceVerdict, Sighting, verify_licence_code
from clerk_app.licences.qr_code import TerminalCode, render_terminal_code, save_png
from clerk_app.licences.reasons import Finding, ListFault, Reason, format_age, localized_name
from clerk_app.licences.status_list import (
    StatusList,
    build_status_uri,
    pack_status_bits,
    read_status_list,
    sign_status_list,
)
from clerk_app.licences.trust_folder import StatusLists, TrustFolder
from clerk_app.licences.trust_list import TrustedKey, TrustList, read_trust_list, sign_trust_list

__all__ = [
    "EDDSA",
    "ES256",
    "SM2",
    "CodeFormatName",
    "CodePolicy",
    "Finding",
    "ForeignClaims",
    "ForeignCode",
    "ForeignVerdict",
    "IssuerKey",
    "LicenceClaims",
    "LicenceData",
    "LicenceNumber",
    "LicenceVerdict",
    "ListFault",
    "LookupKey",
    "PublicKey",
    "Reason",
    "RecognisedCode",
    "RecognisedDynamicCode",
    "Result",
    "Sighting",
    "SignedLicence",
    "StatusList",
    "StatusLists",
    "TerminalCode",
    "TrustFolder",
    "TrustList",
    "TrustedKey",
    "UnknownCode",
    "UnsupportedCode",
    "build_licence_number",
    "build_status_uri",
    "create_presentation_code",
    "find_holder_differences",
    "format_age",
    "is_credit_code",
    "is_id_number",
    "load_public_key",
    "localized_name",
    "new_dynamic_digits",
    "new_dynamic_token",
    "new_issuer_key",
    "pack_status_bits",
    "read_licence_number",
    "read_status_list",
    "read_trust_list",
    "recognise_code",
    "render_terminal_code",
    "sanitize_text",
    "save_png",
    "sign_licence",
    "sign_status_list",
    "sign_trust_list",
    "verify_foreign_code",
    "verify_licence_code",
]
