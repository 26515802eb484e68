"""What this machine can speak with: a player, a folder of clips, the speech synthesiser espeak-ng."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from clerk_app.roles.board.clips import find_faults, read_manifest

PLAYERS = ("aplay", "paplay")
SYNTHESISER = "espeak-ng"
VoiceKind = Literal["clips", "synthesiser", "bell"]


@dataclass(frozen=True)
class VoiceEquipment:
    """Paths of the programs, empty if there are none, and the folder of clips, None without a clip."""

    player: str
    synthesiser: str
    clips: Path | None
    missing_clips: int  # of the manifest

    @property
    def kind(self) -> VoiceKind:
        """What speaks a call whose clips are all there."""
        if self.player and self.clips is not None:
            return "clips"
        return "synthesiser" if self.synthesiser else "bell"


def find_equipment(clips: Path | None) -> VoiceEquipment:
    """Return the equipment. `clips` is the folder of the settings; None if none is set."""
    missing = sum(1 for _fault in find_faults(clips)) if clips is not None else len(read_manifest())
    has_clips = clips is not None and missing < len(read_manifest())
    return VoiceEquipment(
        player=next((found for name in PLAYERS if (found := shutil.which(name))), ""),
        synthesiser=shutil.which(SYNTHESISER) or "",
        clips=clips if has_clips else None,
        missing_clips=missing,
    )
