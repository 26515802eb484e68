"""The process that a center has beside it (center.beside): `python -m clerk_app.cli.teller`, for that alone."""

from __future__ import annotations

from clerk_app.center.beside import serve
from clerk_app.desks.office import all_kinds

if __name__ == "__main__":
    serve(all_kinds())
