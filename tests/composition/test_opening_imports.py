"""What is imported before the store is open: no models of the catalogue, and no commands that nobody has given."""

from __future__ import annotations

import subprocess
import sys

_SLOW = ("pydantic", "yaml", "cv2", "numpy", "PIL", "fastapi", "httpx")
_COMMANDS = ("clerk_app.cases.tasks.decisions", "clerk_app.hall.tickets", "clerk_app.registry.batches")


def test_an_office_is_opened_without_the_models_of_the_catalogue_and_unused_commands() -> None:
    program = (
        "import sys, clerk_app.composition.office, clerk_app.roles.workstation\n"
        f"print([name for name in {_SLOW + _COMMANDS!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
