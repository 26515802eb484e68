"""Understands the values of an implementing list. What is not certain is refused with a sentence, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from clerk_app.catalogue.folder import suggest_similar
from clerk_app.catalogue.list_import.cells import NotUnderstood
from clerk_app.errors import BadData
from clerk_app.locales import _
from clerk_app.text.cleaning import clean_text

LONGEST_TEXT = 400
_EMPTY = frozenset({"", "/", "-", "—", "--", "——", "无", "无。", "暂无", "不涉及"})
_INSTANT = frozenset(
    {"即办", "即办件", "即时办结", "即时", "当场办结", "当场", "立等可取", "即来即办", "立即办理", "即时办理"}
)
_DAYS = re.compile(
    r"(?:自受理之日起|受理后|受理之日起)?(?:不超过|在)?"
    r"(?P<count>\d+|[零一二两三四五六七八九十百]+)(?:个)?(?P<unit>工作日|法定工作日|自然日|日|天|月|年|小时|分钟)?(?:以内|之内|内)?(?:办结)?[。]?"
)
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_NUMBERING = re.compile(
    r"^\s*(?:[(（]?\d{1,3}[)）.、．:：]|[(（][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]|[①-⑳])\s*"
)
_INLINE_NUMBERING = re.compile(r"(?<=[；;。])\s*(?=[(（]?\d{1,2}[)）.、．])")
_AMOUNT = re.compile(r"(\d+(?:\.\d{1,2})?)\s*元")
_FREE = frozenset({"否", "不收费", "免费", "免收", "不收取", "不收", "0", "0元", "无收费", "无费用"})
KINDS = {
    "行政许可": "permit",
    "行政给付": "benefit",
    "行政确认": "confirmation",
    "行政裁决": "ruling",
    "行政奖励": "reward",
    "其他行政权力": "other_power",
    "其他权力": "other_power",
    "其它行政权力": "other_power",
    "公共服务": "public_service",
    "公共服务事项": "public_service",
}
SCOPES = {
    "全国": "country", "全国通办": "country", "跨省通办": "country",
    "全省": "province", "全省通办": "province", "省内通办": "province", "跨市通办": "province",
    "全市": "city", "全市通办": "city", "市内通办": "city", "跨区通办": "city",
    "全区": "district", "全区通办": "district", "区内通办": "district", "全县通办": "district", "全县": "district",
    "街镇通办": "street", "本街道": "street", "街道": "street", "本街镇": "street", "乡镇": "street",
}  # fmt: skip
LEVELS = {
    "市级": "city", "市": "city", "区级": "district", "区": "district", "县级": "district", "区县级": "district",
    "街道": "street", "街镇": "street", "街道级": "street", "乡镇": "street", "镇": "street", "街镇级": "street",
}  # fmt: skip
APPLICANTS = {
    "自然人": "person", "个人": "person", "企业": "organisation", "法人": "organisation", "企业法人": "organisation",
    "社会组织法人": "organisation", "事业法人": "organisation", "事业单位法人": "organisation",
    "其他组织": "organisation",
    "非法人企业": "organisation", "行政机关": "organisation",
}  # fmt: skip
SPECIAL_STEPS = {
    "听证": "hearing", "招标": "bidding", "拍卖": "auction", "检验": "inspection", "现场勘验": "inspection",
    "现场踏勘": "inspection", "实地核查": "inspection", "检测": "testing", "检疫": "quarantine", "鉴定": "appraisal",
    "专家评审": "expert_review", "专家论证": "expert_review", "技术审查": "expert_review", "调档": "external_wait",
}  # fmt: skip


class DaysValue(NamedTuple):
    """Working days, and whether the text named the unit."""

    days: int
    unit: str


def is_empty(text: str) -> bool:
    """Return whether a cell is empty or has a word for "none"."""
    return _fold(text) in _EMPTY


def read_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text in one line. Raises NotUnderstood if it is too long or has control characters."""
    try:
        plain = clean_text(text.replace("\r", ""))
    except BadData as error:
        raise NotUnderstood(str(error)) from error
    if len(plain) > longest:
        raise NotUnderstood(
            _("It has {count} characters, at most {limit} are possible: shorten it.").format(
                count=len(plain), limit=longest
            )
        )
    return plain


def read_days(text: str) -> DaysValue:
    """Return a time limit in working days; 0 is on the spot."""
    plain = _fold(text)
    if plain in _INSTANT:
        return DaysValue(0, "工作日")
    found = _DAYS.fullmatch(plain)
    if found is None:
        raise NotUnderstood(
            _("{text} is no number of working days, such as {examples}.").format(
                text=_short(text), examples="5个工作日 即办"
            )
        )
    unit = (found["unit"] or "").replace("法定", "")
    if unit not in ("", "工作日", "日", "天"):
        raise NotUnderstood(_("{text}: give the time limit in working days.").format(text=_short(text)))
    days = _read_count(found["count"])
    if days > 1000:
        raise NotUnderstood(_("{text} is more than 1000 working days.").format(text=_short(text)))
    return DaysValue(days, unit)


def read_choice(text: str, choices: Mapping[str, str]) -> str:
    """Return the value of one of the words of a list. Raises NotUnderstood with the known words."""
    plain = _fold(text)
    if plain in choices:
        return choices[plain]
    sentence = _("{text} is not one of: {known}.").format(text=_short(text), known=" ".join(choices))
    raise NotUnderstood(sentence + suggest_similar(plain, choices))


def read_applicant(text: str) -> str:
    """Return the kind of applicants."""
    words = [word for word in re.split(r"[、,，;；/\s]+", unicodedata.normalize("NFKC", text)) if word]
    kinds = {read_choice(word, APPLICANTS) for word in words}
    return kinds.pop() if len(kinds) == 1 else "both"


def read_visits(text: str) -> int:
    """Return the number of visits."""
    plain = _fold(text)
    if plain in ("不见面", "零跑动", "零次", "不用跑"):
        return 0
    found = re.fullmatch(r"(?:最多跑)?(\d{1,3}|[零一二两三四五六七八九十]+)(?:次)?", plain)
    if found is None:
        raise NotUnderstood(
            _("{text} is no number of visits, such as {example}.").format(text=_short(text), example="1次")
        )
    return _read_count(found[1])


def read_yes_no(text: str) -> bool:
    """Return whether a cell has a word for "yes"."""
    plain = _fold(text)
    if plain in ("是", "√", "支持", "有", "收费", "y", "yes"):
        return True
    if plain in ("否", "×", "不支持", "n", "no") or plain in _FREE or plain in _EMPTY:
        return False
    raise NotUnderstood(_("{text} is neither yes nor no.").format(text=_short(text)))


def is_free(text: str) -> bool:
    """Return whether a text about fees means "free of charge"."""
    return _fold(text) in _FREE | _EMPTY


def read_amount(text: str) -> int:
    """Return the amount in fen of a text that names exactly one."""
    amounts = _AMOUNT.findall(unicodedata.normalize("NFKC", text))
    if re.fullmatch(r"\d+(\.\d{1,2})?", _fold(text)):
        amounts = [_fold(text)]
    if len(amounts) != 1:
        raise NotUnderstood(
            _("{text} does not name exactly one amount, such as {example}.").format(text=_short(text), example="120元")
        )
    yuan, _dot, fen = amounts[0].partition(".")
    return int(yuan) * 100 + int((fen + "00")[:2])


def read_number(text: str) -> str:
    """Return the code of a matter."""
    plain = _fold(text)
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}", plain):
        raise NotUnderstood(
            _("{text} is no code: letters, digits, dots and hyphens, at most 40.").format(text=_short(text))
        )
    if re.fullmatch(r"\d+\.?\d*[eE][+]?\d+", plain):
        raise NotUnderstood(_("It was stored as a number, so its last digits are lost: format the column as text."))
    return plain


def split_lines(text: str) -> list[str]:
    """Return the items of a list that is written with line breaks, semicolons or numbers."""
    lines = re.split(r"[\n\r]+", text)
    if len(lines) == 1:
        lines = _INLINE_NUMBERING.split(text)
    if len(lines) == 1:
        lines = re.split(r"[；;]", text)
    plain = (_NUMBERING.sub("", line).strip().rstrip("；;。").strip() for line in lines)
    return [line for line in plain if line and not is_empty(line)]


def split_steps(text: str) -> list[str]:
    """Return the steps of a process that is written with arrows or as a list."""
    parts = re.split(r"[→⇒➔➡>＞]+|—+|－+|-{1,}>|--+", text)
    return (
        split_lines(text) if len(parts) == 1 else [_NUMBERING.sub("", part).strip() for part in parts if part.strip()]
    )


def split_outside_brackets(text: str) -> list[str]:
    """Return the parts of a text that are joined by commas, except those inside brackets."""
    parts = re.split(r"[、，,](?![^(（]*[)）])", text)
    return [part.strip() for part in parts if part.strip()]


def split_days(text: str) -> tuple[str, int | None]:
    """Return a step without its days in brackets, and these days; None without any. Raises NotUnderstood."""
    found = re.fullmatch(r"([^(（]+)[(（]([^()（）]*)[)）]\s*", text)
    if found is None or not re.search(r"\d|[一二三四五六七八九十]+(?:个)?(?:工作日|日|天)|即办|当场", found[2]):
        return text, None
    return found[1].strip(), read_days(found[2]).days


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _read_count(text: str) -> int:
    if text.isascii():
        return int(text)
    total, digit = 0, 0
    for sign in text:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "~"
