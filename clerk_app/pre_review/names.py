"""The form of names of persons and bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from clerk_app.pre_review.layout import Character

_IDEOGRAPHS = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"
_PERSON = re.compile(rf"[{_IDEOGRAPHS}]{{2,4}}|[{_IDEOGRAPHS}]{{2,12}}(·[{_IDEOGRAPHS}]{{1,12}})+")
_COMPLETE = r"(公司|厂|店|部|中心|合作社|事务所|工作室|学校|医院|银行|研究院|研究所|委员会|协会|集团)"
_BODY = re.compile(rf"[{_IDEOGRAPHS}A-Za-z0-9()·]{{3,48}}({_COMPLETE[1:-1]}|局|院|社|行|馆|场|站)")
_COMPLETE_BODY = re.compile(f"{_COMPLETE}$")
_TWO_BODIES = re.compile(r"公司.*公司$")
_NO_NAMES = frozenset(
    (
        *("签字", "签章", "盖章", "签名", "公章", "本人", "个人", "身份证", "或代理人"),
        *("甲方", "乙方", "双方", "出租人", "出租方", "承租人", "承租方", "用人单位", "劳动者", "母亲", "父亲"),
        *("应当", "单位", "项目", "全部", "相关", "国家", "常住", "居住", "安排", "成立", "时间", "信息", "计划"),
    )
)
_LONGEST_PERSON = 4
_NO_BEGINNING = re.compile("[兹经由与和及将于因对向你该本我现其为的]|根据|按照|依据|同意|准予|批准")
_SURNAMES = Path(__file__).parent / "data" / "surnames.txt"
_SHORTEST_WRAPPED = 7  # a name that is shorter has one line


@cache
def _surnames() -> frozenset[str]:
    lines = _SURNAMES.read_text("utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].split())


def begins_like_name(name: str) -> bool:
    """Return whether a name begins with a known surname; that of a body or of several parts, with no other word."""
    if "·" in name or len(name) > _LONGEST_PERSON:
        return _NO_BEGINNING.match(name) is None
    return name[:1] in _surnames() or name[:2] in _surnames()


def is_name(text: str) -> bool:
    """Return whether a text (half width, without blanks) has the form of a name of a person or body."""
    is_body = _BODY.fullmatch(text) is not None and _TWO_BODIES.search(text.replace("分公司", "")) is None
    return is_body or (_PERSON.fullmatch(text) is not None and text not in _NO_NAMES)


def find_end_of_name(text: str) -> int:
    """Return where a name ends: before a remark in brackets or another text, unless it is that of a body."""
    if _BODY.fullmatch(text):
        return len(text)
    return next((index for index, character in enumerate(text) if character in "(（[【,，;；:/"), len(text))


def is_complete_name(characters: Iterable[Character]) -> bool:
    """Return whether a first line of a name needs no further one."""
    text = "".join(character.text for character in characters)
    return len(text) < _SHORTEST_WRAPPED or _COMPLETE_BODY.search(text) is not None
