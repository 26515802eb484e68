"""The commands that cut and restore the connection of `clerk demo --center`: in a file that the sign-in names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec

from clerk_app.composition.office import Office
from clerk_app.composition.settings import LocalizedText

COMMANDS_FILE = "center.txt"


def name_commands_at_sign_in(office: Office, city: Path) -> Office:
    """Return the office with a sign-in hint that also names the file of the commands, which is next to `city`."""
    path = city.parent / COMMANDS_FILE
    hint = office.settings.hint
    if hint is None or not path.exists():
        return office
    named = LocalizedText(
        zh=f"{hint.zh}；停止和启动中心的命令见 {path}",
        en=f"{hint.en}; commands that stop and start the center: {path}",
    )
    return replace(office, settings=msgspec.structs.replace(office.settings, hint=named))
