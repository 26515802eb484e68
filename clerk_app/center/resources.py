"""Resources of the HTTP service of a center."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from clerk_app.center.authority import Authority
from clerk_app.center.center_key import CenterKey
from clerk_app.center.phone_uploads import PhoneUploadPlace
from clerk_app.center.response_process import ResponseProcess
from clerk_app.center.status_access import StatusAccess
from db.attachments import AttachmentStore


@dataclass(frozen=True)
class CenterResources:
    """The resources of a service: authority, attachments, settings, trust lists, response process."""

    authority: Authority
    attachments: AttachmentStore
    name: str
    version: str
    settings: bytes = b""  # JSON; the shared settings, sent to each node that enrols
    trust_folder: Path | None = None  # contains the trust lists; None without any
    list_versions: Path | None = None  # file with the newest versions of these lists; None: they are not replaced
    response_process: ResponseProcess | None = None  # None: this process builds the responses
    key: CenterKey | None = None  # signs the responses; None: they are not signed
    status_access: StatusAccess = field(
        default_factory=StatusAccess
    )  # who may read /readyz, /metrics, /docs and /openapi.json
    phone_uploads: PhoneUploadPlace | None = None  # None: phones cannot send files
