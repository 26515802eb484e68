"""Finds a Chinese and a monospaced font on this machine, for pictures. The project includes no fonts."""

from __future__ import annotations

import contextlib
from functools import cache

from PIL import ImageFont

_CHINESE = (  # file name and face; face 2 of the Noto collection is simplified Chinese
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansCJKsc-Regular.otf", 0),
    ("SourceHanSansSC-Regular.otf", 0),
    ("wqy-zenhei.ttc", 0),
    ("wqy-microhei.ttc", 0),
    ("DroidSansFallbackFull.ttf", 0),
    ("uming.ttc", 0),
    ("PingFang.ttc", 0),
    ("msyh.ttc", 0),
    ("simsun.ttc", 0),
)
_MONO = (("DejaVuSansMono.ttf", 0), ("NotoSansMono-Regular.ttf", 0), ("Menlo.ttc", 0), ("consola.ttf", 0))


@cache
def chinese_font(size: int) -> ImageFont.FreeTypeFont | None:
    """Return a font with Chinese characters, `size` pixels high; None if none is installed."""
    return _installed(_CHINESE, size)


@cache
def mono_font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return a monospaced font, `size` pixels high; Pillow's default font if none is installed."""
    return _installed(_MONO, size) or ImageFont.load_default(size)


def _installed(fonts: tuple[tuple[str, int], ...], size: int) -> ImageFont.FreeTypeFont | None:
    for name, face in fonts:
        with contextlib.suppress(OSError):
            return ImageFont.truetype(name, size, face, layout_engine=ImageFont.Layout.BASIC)
    return None
