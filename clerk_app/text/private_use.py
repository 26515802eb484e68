"""Characters that GBK fonts hold in the private use area, and their codes since GB 18030-2022.

Old input methods and databases still write them, for example U+E863 for 䶮, a character of names.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def standard_characters() -> dict[str, str]:
    """Return the standard character of each private-use character that has one."""
    text = (Path(__file__).parent / "data/gbk_private_use.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {chr(int(private, 16)): chr(int(standard, 16)) for private, _gbk, standard, _shown in rows}
