"""The form of a phrase in the data of the kinds: a regular expression with `{value}` in the place of the value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

_IDEOGRAPH = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇]"
_REMARK = r"\((?!以下|简称|下称|甲方|乙方|男|女|身份|公民|证件|统一)"  # a bracket that belongs to the name of a body
_NAME = (
    rf"(?:{_IDEOGRAPH}|·|[A-Za-z0-9]){{{{2,40}}}}{{lazy}}"
    rf"(?:{_REMARK}{_IDEOGRAPH}{{{{2,8}}}}\)(?:{_IDEOGRAPH}|[A-Za-z0-9]){{{{2,30}}}}{{lazy}})?{{lazy}}"
)
_DATE = (
    r"(?:(?:19|20|21)[0-9]{2}[年./\-][0-9]{1,2}[月./\-][0-9]{1,2}(?:日|(?![0-9]))"
    r"|[〇零○O0一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
)
_FORMS: Mapping[str, str] = {
    "id_number": r"(?<![0-9A-Za-z])[0-9]{15,17}[0-9A-Za-z](?![0-9A-Za-z])",
    "credit_code": r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])",
    "date": _DATE,
    "money": r"(?=人民币|RMB|[¥￥]|\(?大写|[零壹贰叁肆伍陆柒捌玖拾佰仟万]+[元圆]|[0-9,.]+元)"
    r"(?:[^,。;\n]|(?<=[0-9]),(?=[0-9]{3})){2,60}",
    "sex": "[男女]",
}
_FREE_FORMS: Mapping[str, str] = {
    "name": _NAME,
    "address": r"[^,。;:的\n]{{4,60}}{lazy}",
    "text": r"[^,。;\n]{{2,60}}{lazy}",
}
"""Values whose end only the rest of the phrase shows: the shortest with `lazy`, else the longest."""

PLACE = "{value}"
_OTHERS = {f"{{{name}}}": form for name, form in _FORMS.items() if name != "money"} | {
    "{name}": _NAME.format(lazy="?"),
    "{id_label}": "(?:公民|居民)?身份(?:证件?)?号码?(?:为|是)?:?",
    "{called}": '(?:以下|下)?(?:简称|称)(?:为|作)?["“”]?',
    "{to}": "(?:起|开始|始)?,?(?:到|至|-|—|~)",
}


def has_free_form(field_type: str) -> bool:
    """Return whether only the words after a value of this type show where it ends."""
    return field_type in _FREE_FORMS


@cache
def compile_phrase(phrase: str, field_type: str, pattern: str | None, *, is_lazy: bool = True) -> re.Pattern[str]:
    """Return a pattern that matches before each place of the phrase; its group `value` is the value.

    `{date}`, `{id_number}`, `{credit_code}`, `{sex}` and `{name}` in a phrase are other values of these types,
    `{id_label}` words before an identity number, `{called}` those before another name of a party, `{to}` those between
    the two dates of a period. Raises ValueError.
    """
    if phrase.count(PLACE) != 1:
        raise ValueError("a phrase contains {value} once")
    lazy = "?" if is_lazy else ""
    if field_type == "code":
        form = pattern or r"[0-9A-Za-z\-]{4,}"
    else:
        form = _FORMS.get(field_type) or _FREE_FORMS[field_type].format(lazy=lazy)
    text = phrase
    for place, other in _OTHERS.items():
        text = text.replace(place, f"(?:{other})")
    try:
        return re.compile(f"(?={text.replace(PLACE, f'(?P<value>{form})')})")
    except re.error as error:
        raise ValueError(str(error)) from error
