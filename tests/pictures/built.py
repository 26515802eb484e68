"""An office that was built for the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Built:
    """An office that was built and closed, the time at which it is opened, a citizen's code or number, a case."""

    folder: Path
    local_time: str
    code: str = ""
    case: str = ""
