"""E-licences: codes recognised, verified and issued. The public names of this package.

recognise_code(text, policy)                      recognises the format of a text
verify_code(code, context)                        verifies a signed code; the verdict is green, amber or red
TrustFolder(path).load_trust_list(root)           loads the trusted issuers
TrustFolder(path).load_status_lists(trust)        loads the lists of revoked licences
sign_licence, sign_trust_list, sign_status_list   sign on behalf of an issuer or the authority

Codes are read by the package `scanners`. Within this package, only `repository`, `shared_materials` and
`registered_licence` use the database.
"""

from clerk_app.licences.claims import LicenceClaims, LicenceData, find_holder_differences, sanitize_text
from clerk_app.licences.code_formats import recognise_code, verify_code
from clerk_app.licences.code_verification import CodeVerdict, Result, Sighting, VerificationContext
from clerk_app.licences.crypto.cose import EDDSA, ES256, SM2, PublicKey
from clerk_app.licences.crypto.keys import IssuerKey, load_public_key, new_issuer_key
from clerk_app.licences.foreign.verification import ForeignClaims, ForeignVerdict
from clerk_app.licences.identifiers import (
    LicenceNumber,
    build_licence_number,
    is_credit_code,
    is_id_number,
    read_licence_number,
)
from clerk_app.licences.issuance import (
    create_presentation_code,
    new_dynamic_digits,
    new_dynamic_token,
    sign_licence,
)
from clerk_app.licences.licence_verification import LicenceVerdict, verify_licence_code
from clerk_app.licences.qr_code import TerminalCode, render_terminal_code, save_png
from clerk_app.licences.reasons import Finding, ListFault, Reason, localized_name
from clerk_app.licences.recognised_code import (
    CodePolicy,
    ForeignCode,
    LookupKey,
    RecognisedCode,
    RecognisedDynamicCode,
    SignedLicence,
    UnknownCode,
    UnsupportedCode,
)
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
    "CodePolicy",
    "CodeVerdict",
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
    "VerificationContext",
    "build_licence_number",
    "build_status_uri",
    "create_presentation_code",
    "find_holder_differences",
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
    "verify_code",
    "verify_licence_code",
]
