"""What is imported before the store is open: not the models of the catalogue, which take as long as the store."""

from __future__ import annotations

import subprocess
import sys

_SLOW = ("pydantic", "yaml", "cv2", "numpy", "PIL", "fastapi", "httpx")


def test_an_office_is_opened_without_the_models_of_the_catalogue() -> None:
    program = (
        "import sys, clerk_app.composition.office, clerk_app.roles.workstation\n"
        f"print([name for name in {_SLOW!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
