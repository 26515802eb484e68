"""The chime before each spoken call: two falling tones, computed."""

from __future__ import annotations

import math
import sys
from array import array
from functools import lru_cache

_TONES = ((659.3, 0.35), (523.3, 0.55))  # frequency in Hz (E5, C5) and length in seconds
_LOUDNESS = 0.35  # of full scale
_DECAY = 4.0  # per second
_ATTACK_SECONDS = 0.01  # without it the tone begins with a click


@lru_cache(4)
def make_chime(rate: int, channels: int) -> bytes:
    """Return the samples of the chime, 16 bits, little-endian, for a rate in Hz and a number of channels."""
    samples = array("h")
    for frequency, seconds in _TONES:
        for index in range(round(rate * seconds)):
            time = index / rate
            level = _LOUDNESS * math.exp(-_DECAY * time) * min(1.0, time / _ATTACK_SECONDS)
            samples.extend([round(32767 * level * math.sin(2 * math.pi * frequency * time))] * channels)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
