"""Files of rows: CSV (UTF-8 or GB 18030), JSON lines, XLSX. Rows are read one by one, so that a file may be large."""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, TextIO

import msgspec

from clerk_app.errors import BadData
from clerk_app.locales import mark
from clerk_app.text.workbook_limits import require_harmless_workbook

Values = Sequence[object]

_ENCODINGS = ("utf-8-sig", "gb18030")
_MAX_LINE = 1_000_000  # characters; a line of twice as many may pass
_FULL_SHEET = mark("{path} has {limit} rows, the most that a sheet can have: others may be missing. Save it as CSV.")


class SourceFile(ABC):
    """A file whose first row names the columns. It can be read several times."""

    is_text: ClassVar[bool] = False
    """Whether each value is a text."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @abstractmethod
    def _read(self) -> Iterator[tuple[int, Values]]:
        """Yield number (from 1) and values of each row, the header included."""

    def read_header(self) -> tuple[str, ...]:
        """Return the names of the columns. Raises BadData if the file cannot be read or has none."""
        for _number, values in self._read():
            names = tuple(str(value if value is not None else "").strip() for value in values)
            if any(names):
                return names
        raise BadData("{path} has no rows.", path=self.path)

    def read_rows(self) -> Iterator[tuple[int, Values]]:
        """Yield number and values of each row after the header; empty rows are left out. Raises BadData."""
        rows = self._read()
        next(rows, None)
        for number, values in rows:
            if any(values) or any(value not in (None, "") for value in values):
                yield number, values

    def read_column(self, at: int) -> Iterator[object]:
        """Yield the value at index `at` of each row after the header that has one. Raises BadData."""
        return (values[at] for _number, values in self.read_rows() if len(values) > at)


def open_source_file(path: Path) -> SourceFile:
    """Return the file at `path`, whose suffix names its format. Raises BadData for another one."""
    formats: dict[str, type[SourceFile]] = {".csv": _CsvFile, ".jsonl": _JsonLinesFile, ".xlsx": _Workbook}
    if path.suffix.lower() not in formats:
        raise BadData("{path} is none of these: {formats}.", path=path, formats=" ".join(formats))
    try:
        return formats[path.suffix.lower()](path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> BadData:
    return BadData("{path} cannot be read: {text}", path=path, text=error)


def _find_encoding(path: Path) -> tuple[str, bool]:
    """Return the encoding of a whole text file, and whether it has a quotation mark.

    Raises BadData if it is neither UTF-8 nor GB 18030, or has a line that is too long to be read into memory.
    """
    for encoding in _ENCODINGS:
        has_quotes = False
        try:
            with path.open(encoding=encoding, newline="") as file:
                while part := file.read(_MAX_LINE):
                    has_quotes = has_quotes or '"' in part
                    if len(part) == _MAX_LINE and "\n" not in part and "\r" not in part:
                        raise BadData("{path} has a line of more than {limit} characters.", path=path, limit=_MAX_LINE)
        except UnicodeDecodeError:
            continue
        return encoding, has_quotes
    raise BadData("{path} is neither UTF-8 nor GB 18030, or it was damaged on its way here.", path=path)


class _CsvFile(SourceFile):
    """Values separated by commas. Without any quotation mark the lines are split, which is faster than the reader."""

    is_text: ClassVar[bool] = True

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._encoding, self._has_quotes = _find_encoding(path)

    def _read(self) -> Iterator[tuple[int, Values]]:
        with self._opened() as file:
            if self._has_quotes:
                reader = csv.reader(file, strict=True)
                for values in reader:
                    yield reader.line_num, values
            else:
                for number, line in enumerate(file, 1):
                    yield number, line.rstrip("\r\n").split(",")

    def read_rows(self) -> Iterator[tuple[int, Values]]:
        """As above, in one loop, because a file has millions of rows."""
        if self._has_quotes:
            yield from super().read_rows()
            return
        with self._opened() as file:
            next(file, None)
            for number, line in enumerate(file, 2):
                values = line.rstrip("\r\n").split(",")
                if any(values):
                    yield number, values

    def read_column(self, at: int) -> Iterator[object]:
        """As above; lines are not split after the column."""
        if self._has_quotes:
            yield from super().read_column(at)
            return
        with self._opened() as file:
            next(file, None)
            for line in file:
                values = line.rstrip("\r\n").split(",", at + 1)
                if len(values) > at:
                    yield values[at]

    @contextmanager
    def _opened(self) -> Iterator[TextIO]:
        """Yield the open file. Raises BadData if it cannot be read."""
        try:
            with self.path.open(encoding=self._encoding, newline="") as file:
                yield file
        except (OSError, csv.Error) as error:
            raise _unreadable(self.path, error) from error


class _JsonLinesFile(SourceFile):
    """JSON lines: an object in each, whose names are those of the first one or fewer."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._encoding, _has_quotes = _find_encoding(path)

    def _read(self) -> Iterator[tuple[int, Values]]:
        decoder = msgspec.json.Decoder(dict[str, str | int | float | bool | None])
        names: tuple[str, ...] = ()
        with self.path.open(encoding=self._encoding) as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    values = decoder.decode(line)
                except (msgspec.DecodeError, RecursionError) as error:
                    raise BadData(
                        "{path}, line {number}: not an object of texts and numbers.", path=self.path, number=number
                    ) from error
                if not names:
                    names = tuple(values)
                    yield 0, names
                if unknown := set(values).difference(names):
                    raise BadData(
                        "{path}, line {number}: the first line has no {name}.",
                        path=self.path,
                        number=number,
                        name=min(unknown),
                    )
                yield number, [values.get(name) for name in names]


class _Workbook(SourceFile):
    """The first sheet of a workbook, read row by row. Formulas have the value that was stored with them."""

    most_rows: ClassVar[int] = 1_048_576
    """Rows of a full sheet. A program that saves more rows leaves the others out."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        require_harmless_workbook(path)

    def _read(self) -> Iterator[tuple[int, Values]]:
        try:
            from openpyxl import load_workbook
        except ImportError as error:
            raise BadData("Workbooks need the extra package: pip install 'clerk[xlsx]'") from error
        try:
            book = load_workbook(self.path, read_only=True, data_only=True, keep_links=False)
            try:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()  # what the file states may be wrong
                for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
                    if number >= self.most_rows:
                        raise BadData(_FULL_SHEET, path=self.path, limit=self.most_rows)
                    yield number, values
            finally:
                book.close()
        except BadData:
            raise
        except Exception as error:  # whatever a damaged file causes
            raise _unreadable(self.path, error) from error
