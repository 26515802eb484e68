"""Keys by which the register finds the names that may be the same, of the same sound, or near."""

from __future__ import annotations

from clerk_app.similarity.names.sounds import list_readings

_LONGEST_SHORTENED = 8  # characters of a core of which the forms without one character are keys
_SOUND = "~"


def list_keys(core: str) -> tuple[str, ...]:
    """Return the keys of a core: itself, its pairs of characters, its readings, and itself without each character.

    Two cores of three or more characters that differ by one character, or by the order of two neighbours, share a key;
    so do a core and one that contains it.
    """
    if not core:
        return ()
    pairs = [core[index : index + 2] for index in range(len(core) - 1)]
    shorter = [core[:index] + core[index + 1 :] for index in range(len(core))] if _is_short(core) else []
    turned = [core[::-1]] if len(core) == 2 else []
    sounds = [_SOUND + reading for reading in list_readings(core)]
    return tuple(dict.fromkeys((core, *pairs, *turned, *shorter, *sounds)))


def _is_short(core: str) -> bool:
    return 3 <= len(core) <= _LONGEST_SHORTENED
