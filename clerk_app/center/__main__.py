"""Entry point of a center's response process (`python -m clerk_app.center`). Only `start_response_process` runs it."""

from __future__ import annotations

from clerk_app.center.response_process import serve_responses
from clerk_app.composition.registry import all_document_types

if __name__ == "__main__":
    serve_responses(all_document_types())
