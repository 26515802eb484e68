"""The routes of the center: address, messages and limits of each."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from clerk_app.cases.tasks.similar_cases import SimilarAnswer
from clerk_app.center import attachments, bodies
from clerk_app.center.application_messages import ApplicationAnswer, ApplicationRequest
from clerk_app.citizen.paper_answers import PaperAnswer
from clerk_app.ledger.replication.attachment_messages import PIECE_BYTES, AttachmentProgress
from clerk_app.ledger.replication.messages import (
    CallRequest,
    EnrolRequest,
    EnrolResponse,
    FetchRequest,
    PullRequest,
    PushRequest,
    Response,
    SignInRequest,
    SignInResponse,
    TrustListFiles,
)
from clerk_app.ledger.replication.upload_messages import MAX_UPLOADED_FILE_BYTES, UploadLink, UploadRequest
from clerk_app.licences.trust_folder import MAX_LIST_BYTES
from clerk_app.registry.answers import RegistryAnswer
from clerk_app.registry.feed_messages import BatchNumbers, BatchReport, BatchRequest

ENROL_PATH = "/v1/enrol"


@dataclass(frozen=True)
class Route:
    """One route: its address, and the messages of its request and response."""

    name: str  # used in the log, the metrics and the documentation
    method: str
    path: str
    summary: str
    request_type: type[msgspec.Struct] | None = None
    response_type: type[msgspec.Struct] | None = None
    authenticated: bool = True
    restricted: bool = False  # for readers of the pages about the center only: see status_access.py
    logged: bool = True
    body_limits: bodies.BodyLimits = bodies.ENTRIES
    success: int = 200
    max_binary: int = 0  # bytes of a body that is no message; 0 for a route without one
    other_success: tuple[int, ...] = ()  # with the same response
    is_page: bool = False  # answered with HTML, for people who have no machine of the city


ROUTES = (
    Route("push", "POST", "/v1/push", "Entries in order; changed documents come back.", PushRequest, Response),
    Route("ask", "POST", "/v1/ask", "A command that is performed before waiting entries.", CallRequest, Response),
    Route(
        "pull",
        "POST",
        "/v1/pull",
        "Changed documents; with `wait`, as soon as any changes.",
        PullRequest,
        Response,
        body_limits=bodies.QUESTION,
    ),
    Route(
        "want",
        "POST",
        "/v1/want",
        "The current state of the named documents.",
        FetchRequest,
        Response,
        body_limits=bodies.QUESTION,
    ),
    Route(
        "sign_in",
        "POST",
        "/v1/sign-in",
        "Sign a person in at this machine.",
        SignInRequest,
        SignInResponse,
        body_limits=bodies.FORM,
    ),
    Route(
        "enrol",
        "POST",
        ENROL_PATH,
        "Join with a code for one use.",
        EnrolRequest,
        EnrolResponse,
        authenticated=False,
        body_limits=bodies.FORM,
    ),
    Route(
        "get_lists",
        "GET",
        "/v1/lists",
        "The signed lists of trusted issuers and revocations.",
        response_type=TrustListFiles,
    ),
    Route("get_content", "GET", "/v1/content/{digest}", "A scan or picture that a visible document refers to."),
    Route(
        "put_content",
        "PUT",
        "/v1/content/{digest}",
        "Upload such a scan or picture.",
        success=204,
        max_binary=attachments.MAX_ATTACHMENT_BYTES,
    ),
    Route(
        "content_progress",
        "GET",
        "/v1/content/{digest}/pieces",
        "How much of such a scan or picture has been uploaded in pieces.",
        response_type=AttachmentProgress,
    ),
    Route(
        "get_content_piece",
        "GET",
        "/v1/content/{digest}/pieces/{piece}",
        f"{PIECE_BYTES} bytes of it, from piece 0 on; the last piece is shorter.",
    ),
    Route(
        "put_content_piece",
        "PUT",
        "/v1/content/{digest}/pieces/{piece}",
        "Upload such a piece. One that does not follow those received changes nothing.",
        response_type=AttachmentProgress,
        max_binary=PIECE_BYTES,
    ),
    Route(
        "registry_batch",
        "POST",
        "/v1/registry/batches",
        "Up to 1,000 rows of the source of this machine; each is reported. A batch may be sent again.",
        BatchRequest,
        BatchReport,
    ),
    Route(
        "registry_numbers",
        "GET",
        "/v1/registry/batches",
        "The numbers of the last batches of the source and of this machine: after a restore they are lower.",
        response_type=BatchNumbers,
    ),
    Route(
        "registry_report",
        "GET",
        "/v1/registry/batches/{batch}",
        "A batch of the source of this machine, with its refused rows.",
        response_type=BatchReport,
    ),
    Route(
        "registry_status_list",
        "PUT",
        "/v1/registry/status-lists/{number}",
        "A newer signed list of revoked licences of this issuer.",
        success=204,
        max_binary=MAX_LIST_BYTES,
    ),
    Route(
        "registry_trust_list",
        "PUT",
        "/v1/registry/trust-list",
        "A newer list of trusted issuers, signed by the root key.",
        success=204,
        max_binary=MAX_LIST_BYTES,
    ),
    Route(
        "registry_answer",
        "GET",
        "/v1/registry/answers/{key}",
        "What an administrator has asked of the registry by the entry with this key; for ten minutes.",
        response_type=RegistryAnswer,
    ),
    Route(
        "similar_answer",
        "GET",
        "/v1/similarity/answers/{key}",
        "The texts of similar applications that an officer searched by the entry with this key; for ten minutes.",
        response_type=SimilarAnswer,
    ),
    Route(
        "citizen_paper",
        "GET",
        "/v1/citizen/papers/{key}",
        "What a kiosk prints, or lists, by the entry with this key; for two minutes, while the session lasts.",
        response_type=PaperAnswer,
    ),
    Route(
        "post_application",
        "POST",
        "/v1/applications",
        "A portal sends an application; sent again, it is the same one.",
        ApplicationRequest,
        ApplicationAnswer,
        body_limits=bodies.QUESTION,
        success=201,
        other_success=(200,),
    ),
    Route(
        "get_application",
        "GET",
        "/v1/applications/{application}",
        "What became of an application of this portal.",
        response_type=ApplicationAnswer,
    ),
    Route(
        "delete_application",
        "DELETE",
        "/v1/applications/{application}",
        "The applicant withdraws an application of this portal that has no end; repeated, it stays withdrawn.",
        response_type=ApplicationAnswer,
    ),
    Route(
        "open_upload",
        "POST",
        "/v1/uploads",
        "Open a link by which a phone sends files to a visit of this window.",
        UploadRequest,
        UploadLink,
        body_limits=bodies.FORM,
        success=201,
    ),
    Route(
        "get_upload",
        "GET",
        "/v1/uploads/{upload}",
        "The files that have arrived by a link of this window.",
        response_type=UploadLink,
    ),
    Route("close_upload", "DELETE", "/v1/uploads/{upload}", "End a link and delete its files.", success=204),
    Route("get_uploaded_file", "GET", "/v1/uploads/{upload}/files/{file}", "One of these files."),
    Route(
        "delete_uploaded_file",
        "DELETE",
        "/v1/uploads/{upload}/files/{file}",
        "Delete a file that this window has fetched.",
        success=204,
    ),
    Route(
        "upload_page",
        "GET",
        "/u/{secret}",
        "The page with which a phone sends files to a window.",
        authenticated=False,
        is_page=True,
    ),
    Route(
        "upload_files",
        "POST",
        "/u/{secret}",
        "Files of a phone: a form, or one file as the body.",
        authenticated=False,
        is_page=True,
        success=201,
        other_success=(200,),
        max_binary=MAX_UPLOADED_FILE_BYTES,
    ),
    Route("livez", "GET", "/livez", "The program runs.", authenticated=False, logged=False),
    Route("readyz", "GET", "/readyz", "The store can be written.", authenticated=False, restricted=True, logged=False),
    Route("metrics", "GET", "/metrics", "Metrics for Prometheus.", authenticated=False, restricted=True, logged=False),
)
_ROUTES_BY_NAME = {route.name: route for route in ROUTES}


def body_limits(name: str) -> bodies.BodyLimits:
    """Return the limits of the bodies of a route."""
    return _ROUTES_BY_NAME[name].body_limits
