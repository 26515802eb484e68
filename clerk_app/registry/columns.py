"""Columns of a file of rows: the names that registers use for them, and the kind of rows that a header announces.

The English names of licences are those of GB/T 36903 (electronic licences, metadata); the Chinese name is in the same
list. Names are compared without case, spaces and underscores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from clerk_app.errors import BadData
from clerk_app.locales import format_list
from clerk_app.registry.rows import LICENCE, ORGANISATION, PERSON, RELATION
from clerk_app.text.folding import fold_text

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_CHANGED_ON = ("changed_on", "更新日期", "变更日期")

COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    LICENCE: {
        "identifier": (
            "identifier",
            "certificateIdentifier",
            "电子证照标识",
            "证照标识",
            "certificateNumber",
            "证照编号",
        ),
        "licence_type": ("licence_type", "certificateTypeCode", "证照类型代码"),
        "holder": ("holder", "certificateHolderCode", "持证主体代码"),
        "issuer": ("issuer", "certificateIssuingAuthorityName", "证照颁发机构", "证照颁发机构名称"),
        "issuer_code": ("issuer_code", "certificateIssuingAuthorityCode", "证照颁发机构代码"),
        "valid_from": (
            "valid_from",
            "certificateEffectiveDate",
            "证照有效期起始日期",
            "certificate_validate_start",
            "有效期起",
            "certificateIssuedDate",
            "证照颁发日期",
        ),
        "valid_to": (
            "valid_to",
            "certificateExpiringDate",
            "证照有效期截止日期",
            "certificate_validate_end",
            "有效期止",
        ),
        "state": ("state", "certificateState", "证照状态"),
        "changed_on": _CHANGED_ON,
    },
    RELATION: {
        "identifier": ("identifier", "标识", "关系标识"),
        "subject": ("subject", "证件号码", "本人证件号码"),
        "other": ("other", "关系人证件号码", "相关人证件号码"),
        "relation": ("relation", "关系", "关系类型"),
        "valid_from": ("valid_from", "有效期起"),
        "valid_to": ("valid_to", "有效期止"),
        "changed_on": _CHANGED_ON,
    },
    ORGANISATION: {
        "identifier": ("identifier", "标识", "主体标识"),
        "credit_code": ("credit_code", "统一社会信用代码"),
        "name": ("name", "名称", "企业名称", "机构名称"),
        "address": ("address", "住所", "地址"),
        "changed_on": _CHANGED_ON,
    },
    PERSON: {
        "identifier": ("identifier", "标识", "人员标识"),
        "id_number": ("id_number", "公民身份号码", "身份证号", "身份证号码", "证件号码"),
        "name": ("name", "姓名"),
        "id_kind": ("id_kind", "证件类型"),
        "born": ("born", "出生日期"),
        "phone": ("phone", "手机号", "联系电话"),
        "address": ("address", "住址", "地址"),
        "changed_on": _CHANGED_ON,
    },
}
"""Names of each field by kind of rows; the first one is that of this program."""

SECOND_CHOICE = frozenset({"certificateNumber", "证照编号", "certificateIssuedDate", "证照颁发日期"})
"""Columns of licences that are not read if another column has the same field: number, and date of issue."""

NOT_STORED = (
    "certificateName",
    "证照名称",
    "certificateVersion",
    "证照版本",
    "certificateTypeName",
    "证照类型名称",
    "certificateHolderName",
    "持证主体",
    "持证主体名称",
    "certificateHolderType",
    "certificateHolderTypeName",
    "持证主体代码类型",
)
"""Columns of GB/T 36903 that repeat in words what the codes state; they are accepted and not stored."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    LICENCE: ("identifier", "licence_type", "holder", "issuer", "issuer_code", "valid_from"),
    RELATION: ("identifier", "subject", "other", "relation"),
    ORGANISATION: ("identifier", "credit_code", "name"),
    PERSON: ("identifier", "id_number", "name"),
}


class Header(NamedTuple):
    """The kind of rows of a file, and the field of each column ("" for one that is not stored).

    Claims of licences have the field `claim:` + id.
    """

    kind: str
    fields: tuple[str, ...]
    names: tuple[str, ...]


CLAIM = "claim:"


def read_header(names: Sequence[str], catalogue: Catalogue) -> Header:
    """Return the header of a file with these column names.

    Raises BadData if they belong to no kind of rows, or two of them are the same.
    """
    for kind in COLUMNS:
        chosen = choose_fields(kind, names, fields_by_name(kind, catalogue))
        fields = tuple(field or "" for field in chosen)
        if not set(REQUIRED[kind]) <= set(fields):
            continue
        for index, (name, field) in enumerate(zip(names, chosen, strict=True)):
            if field is None:
                raise BadData("The column {name} is not known.", name=name)
            if field and field in fields[:index]:
                raise BadData("The column {name} is there twice.", name=name)
        return Header(kind, fields, tuple(names))
    raise BadData(
        "The first row must name the columns. Persons need {persons}, organisations {organisations}, relations"
        " {relations}, licences {licences}.",
        persons=format_list(REQUIRED[PERSON]),
        organisations=format_list(REQUIRED[ORGANISATION]),
        relations=format_list(REQUIRED[RELATION]),
        licences=format_list(REQUIRED[LICENCE]),
    )


def fields_by_name(kind: str, catalogue: Catalogue) -> dict[str, str]:
    """Return the fields of rows of a kind by each name that they may have, folded by `fold_name`."""
    by_name = {fold_name(name): field for field, spellings in COLUMNS[kind].items() for name in spellings}
    if kind != LICENCE:
        return by_name
    claims = {
        fold_name(name): CLAIM + claim.id
        for licence_type in catalogue.licence_types
        for claim in licence_type.claims
        for name in (claim.name.zh, claim.id)
    }
    return claims | by_name


def choose_fields(kind: str, names: Sequence[str], by_name: Mapping[str, str]) -> tuple[str | None, ...]:
    """Return the field of each name: "" for a value that is not stored, None for an unknown name.

    Names of a second choice are not stored if another name has the same field.
    """
    folded = [fold_name(name) for name in names]
    first = {by_name.get(name) for name in folded if name not in _SECOND}
    if kind != LICENCE:
        return tuple(by_name.get(name) for name in folded)
    unstored = {name for name in folded if name in _SECOND and by_name.get(name) in first} | (_NOT_STORED - {*by_name})
    return tuple("" if name in unstored else by_name.get(name) for name in folded)


def fold_name(name: str) -> str:
    """Return the name of a field as it is compared."""
    return fold_text(name).replace(" ", "").replace("_", "")


_SECOND = frozenset(map(fold_name, SECOND_CHOICE))
_NOT_STORED = frozenset(map(fold_name, NOT_STORED))
