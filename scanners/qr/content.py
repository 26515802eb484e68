"""Reads the content of a QR symbol from its modules: texts in several character sets, and parts of a larger content.

zxing-cpp reads symbols, but it does not tell whether a symbol is one part of several (structured append), decodes GB
18030 without its four-byte characters, and takes GB 2312 without a declared character set for Japanese. So the segments
(ISO/IEC 18004, section 7.4) are read here again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import zxingcpp

from scanners.codes import SequencePart
from scanners.opencv import np
from scanners.qr.layout import symbol_size
from scanners.qr.symbol import correct_modules, read_data_codewords, read_first_bits

if TYPE_CHECKING:
    from scanners.qr.layout import Matrix

_NUMERIC, _ALPHANUMERIC, _SEQUENCE, _BYTES, _FNC1_FIRST, _ECI, _KANJI, _FNC1_SECOND, _HANZI = 1, 2, 3, 4, 5, 7, 8, 9, 13
_ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_LENGTH_BITS = {  # of the character count in versions up to 9, 26 and 40 (table 3)
    _NUMERIC: (10, 12, 14),
    _ALPHANUMERIC: (9, 11, 13),
    _BYTES: (8, 16, 16),
    _KANJI: (8, 10, 12),
    _HANZI: (8, 10, 12),  # GB/T 18284
}
_CHARSETS = {  # number of the extended channel interpretation (AIM ITS/04-023) and name in Python
    **dict.fromkeys((0, 2), "cp437"),
    1: "iso8859-1",
    **{number: f"iso8859-{number - 2}" for number in range(3, 19) if number != 14},
    20: "shift_jis",
    **{21 + index: f"cp125{index}" for index in range(3)},
    24: "cp1256",
    25: "utf-16-be",
    26: "utf-8",
    27: "ascii",
    28: "big5",
    29: "gb18030",
    30: "euc_kr",
    31: "gbk",
    32: "gb18030",
    33: "utf-16-le",
    34: "utf-32-be",
    35: "utf-32-le",
    170: "ascii",
    899: "latin-1",
}
_MULTIBYTE = re.compile(rb"[\x80-\xff]{2}|[\x81-\xfe][0-9][\x81-\xfe][0-9]")  # the second form is of GB 18030 only
_VOICED = re.compile("[\uff73\uff76-\uff84\uff8a-\uff8e]\uff9e|[\uff8a-\uff8e]\uff9f")  # a kana and its voicing mark
# Several characters of GB 2312 in a row that are also Latin, Greek or Arabic letters in UTF-8, such as "联通".
_GB2312_AS_UTF8 = re.compile(rb"[\x00-\x7f]*(?:(?:[\xc2-\xdf][\xa1-\xbf]){2,}[\x00-\x7f]*)+")
_USER_DEFINED = "\ue765"  # the last character of the user-defined zones of GB 18030, which no text uses


class QrContent(NamedTuple):
    """The text of a symbol, and which part of a larger content it is."""

    text: str
    part: SequencePart | None = None


def read_content(barcode: zxingcpp.Barcode) -> QrContent:
    """Return the content of a QR symbol that zxing-cpp has read."""
    data = bytes(barcode.bytes)
    version, symbols, has_errors = _read_symbols(barcode)
    if data.isascii() and not _may_be_part(symbols, version, len(data), has_errors=has_errors):
        return QrContent(barcode.text)
    for words in _read_codewords(symbols, version, has_errors=has_errors):
        bits = _Bits(words)
        try:
            part = _read_part(bits)
            segments = list(_read_segments(bits, version))
        except _EndOfBitsError:
            continue
        if b"".join(content for _charset, content in segments) == data:
            return QrContent(barcode.text if data.isascii() else _decode_segments(segments), part)
    return QrContent(barcode.text if data.isascii() else decode_bytes(data))


def decode_bytes(data: bytes, *, is_japanese: bool = False) -> str:
    """Decode bytes whose character set the symbol does not declare: UTF-8, GB 18030, Shift JIS or Latin-1.

    Bytes that are both Chinese and Japanese are taken as Chinese, unless other segments are Japanese.
    """
    text, chinese, japanese = (_try_decode(data, charset) for charset in ("utf-8", "gb18030", "shift_jis"))
    if text is not None and not (chinese is not None and _GB2312_AS_UTF8.fullmatch(data)):
        return text
    has_pairs = _MULTIBYTE.search(data) is not None
    if chinese is not None and any("\ue000" <= char <= _USER_DEFINED for char in chinese):
        chinese = None
    if japanese is not None and (is_japanese or _is_katakana(japanese)):
        return japanese
    if chinese is not None and has_pairs and (japanese is None or _share_of_gb2312(chinese) >= 0.5):
        return chinese
    if japanese is not None and any("\u3040" <= char <= "\u9fff" for char in japanese):
        return japanese
    return data.decode("latin-1")  # single bytes between ASCII characters are accented letters


def _is_katakana(text: str) -> bool:
    """Return whether a text contains voiced half-width katakana, which would be unusual in Chinese by chance."""
    marks = text.count("\uff9e") + text.count("\uff9f")
    return marks >= 2 and len(_VOICED.findall(text)) == marks


def _try_decode(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except UnicodeDecodeError:
        return None


def _share_of_gb2312(text: str) -> float:
    """Return the share of the characters of GB 2312, the usual ones of Chinese, among those that are not ASCII."""
    others = [char for char in text if not char.isascii()]
    return sum(bool(char.encode("gb2312", "ignore")) for char in others) / max(1, len(others))


class _EndOfBitsError(Exception):
    pass


class _Bits:
    """Reads numbers from the data codewords."""

    def __init__(self, words: bytes) -> None:
        self._value = int.from_bytes(words, "big")
        self.left = 8 * len(words)

    def take(self, count: int) -> int:
        if count > self.left:
            raise _EndOfBitsError
        self.left -= count
        return self._value >> self.left & (1 << count) - 1


def _read_symbols(barcode: zxingcpp.Barcode) -> tuple[int, tuple[Matrix, ...], bool]:
    """Return the version, the modules and whether some are wrong. The second modules are right if it is mirrored.

    There are no modules for a symbol of another model.
    """
    extra: Any = barcode.extra or {}
    version = str(extra.get("Version", ""))
    modules: Matrix = np.array(barcode.to_image(add_quiet_zones=False)) == 0
    number = int(version) if version.isdigit() else 0
    if not number or modules.shape != (symbol_size(number),) * 2:
        return number, (), False
    return number, (modules, modules.T), extra.get("UEC", 0) < 1


def _may_be_part(symbols: Iterable[Matrix], version: int, length: int, *, has_errors: bool) -> bool:
    """Return whether the symbol may begin with the header of a part, and not with one segment of `length` characters.

    This takes a tenth of the time that reading the segments takes.
    """
    for modules in symbols:
        first = read_first_bits(modules, version, 4 + _LENGTH_BITS[_NUMERIC][-1])
        if first is not None:
            bits = [counts[_length_column(version)] for counts in list(_LENGTH_BITS.values())[:2]]
            is_whole = has_errors and length in [first >> 14 - width & (1 << width) - 1 for width in bits]
            return not is_whole and (first >> 14 ^ _SEQUENCE).bit_count() <= has_errors
    return True


def _length_column(version: int) -> int:
    return 0 if version < 10 else 1 if version < 27 else 2


def _read_codewords(symbols: Iterable[Matrix], version: int, *, has_errors: bool) -> Iterator[bytes]:
    for modules in symbols:
        measured = np.where(modules, 1, -1).astype(np.float32)
        matrix = correct_modules(measured, version) if has_errors else modules
        if matrix is not None and (words := read_data_codewords(matrix, version)):
            yield words


def _read_part(bits: _Bits) -> SequencePart | None:
    """Return the header of structured append (section 8), which precedes all segments."""
    before = bits.left
    if bits.take(4) != _SEQUENCE:
        bits.left = before
        return None
    index, last, parity = bits.take(4), bits.take(4), bits.take(8)
    return SequencePart(index + 1, last + 1, parity) if index <= last else None


def _decode_segments(segments: Iterable[tuple[str, bytes]]) -> str:
    """Return the text of the segments. Consecutive segments of one character set are decoded together."""
    segments, texts = list(segments), []
    is_japanese = any(charset == "shift_jis" and _try_decode(data, charset) for charset, data in segments)
    for charset, group in groupby(segments, key=lambda segment: segment[0]):
        data = b"".join(content for _charset, content in group)
        texts.append(_decode(data, charset) if charset else decode_bytes(data, is_japanese=is_japanese))
    return "".join(texts)


def _decode(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except UnicodeDecodeError:  # some generators write UTF-8 in Kanji mode if the bytes happen to allow it
        return decode_bytes(data) if charset == "shift_jis" else data.decode(charset, "replace")


def _read_segments(bits: _Bits, version: int) -> Iterator[tuple[str, bytes]]:
    """Yield character set ("" if undeclared) and bytes of each segment."""
    column = _length_column(version)
    declared = ""
    while bits.left >= 4 and (mode := bits.take(4)):
        if mode == _ECI:
            declared = _CHARSETS.get(_read_eci(bits), "")
        elif mode in (_FNC1_FIRST, _FNC1_SECOND):
            bits.take(8 if mode == _FNC1_SECOND else 0)
        elif mode in _LENGTH_BITS:
            if mode == _HANZI:
                bits.take(4)  # the subset: GB 2312
            count = bits.take(_LENGTH_BITS[mode][column])
            charset = {_BYTES: declared, _KANJI: "shift_jis", _HANZI: "gb2312"}.get(mode, declared)
            yield charset, _read_characters(bits, mode, count)
        else:
            raise _EndOfBitsError


def _read_eci(bits: _Bits) -> int:
    first = bits.take(8)
    if first < 0x80:
        return first
    return (first & 0x3F) << 8 | bits.take(8) if first < 0xC0 else (first & 0x1F) << 16 | bits.take(16)


def _read_characters(bits: _Bits, mode: int, count: int) -> bytes:
    if mode == _BYTES:
        return bits.take(8 * count).to_bytes(count, "big")
    if mode == _NUMERIC:
        groups = [3] * (count // 3) + ([count % 3] if count % 3 else [])
        return b"".join(b"%0*d" % (digits, bits.take((0, 4, 7, 10)[digits])) for digits in groups)
    if mode == _ALPHANUMERIC:
        pairs = [divmod(bits.take(11), 45) for _ in range(count // 2)]
        numbers = [number for pair in pairs for number in pair] + ([bits.take(6)] if count % 2 else [])
        return bytes(_ALPHABET[number % 45] for number in numbers)
    return b"".join(_double_byte(bits.take(13), mode) for _ in range(count))


def _double_byte(number: int, mode: int) -> bytes:
    """Return the two bytes of a character of 13 bits."""
    if mode == _KANJI:
        value = (number // 0xC0) << 8 | number % 0xC0
        return (value + (0x8140 if value < 0x1F00 else 0xC140)).to_bytes(2, "big")
    value = (number // 0x60) << 8 | number % 0x60
    return (value + (0xA1A1 if value < 0x0A00 else 0xA6A1)).to_bytes(2, "big")
