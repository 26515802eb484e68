"""Search for repeated values in a file of any number of rows, with bounded memory: sorted runs in a temporary file."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from clerk_app.errors import BadData
from clerk_app.locales import mark

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.int64]

RUN = 1 << 19  # hashes that are sorted in memory, of 8 bytes each
MOST_REPEATED = 100_000
"""Values that may be repeated in one file. A file with more has another column in the place of the identifier."""
_TOO_MANY = mark("More than {limit} identifiers are in several rows. Check their column.")
_RANGES = 256  # of hashes; one is in memory at a time
_BYTES = 8


class RepeatedValues:
    """Collects the hashes of values (64 bits, signed) and finds those that were added more than once.

    The last `run` ones are in memory, the others in a temporary file, as sorted runs that are compared range by range.
    The file has no value, only hashes that are different in each process.
    """

    def __init__(self, file: IO[bytes], run: int = RUN) -> None:
        self._hashes = array("q")
        self._file, self._run = file, run
        self._runs: list[tuple[int, ...]] = []  # of each run: where its ranges begin and end in the file, in hashes
        self._written = 0

    def add(self, values: Iterable[str]) -> None:
        """Add values. Raises OSError."""
        self._hashes.extend(map(hash, values))
        if len(self._hashes) >= self._run:
            self._write_run()

    def find(self) -> frozenset[int]:
        """Return the hashes of the repeated values. Raises BadData for more than MOST_REPEATED, OSError."""
        self._write_run()
        found: set[int] = set()
        for part in range(_RANGES):
            found.update(self._find_in_range(part))
            if len(found) > MOST_REPEATED:
                raise BadData(_TOO_MANY, limit=MOST_REPEATED)
        return frozenset(found)

    def _write_run(self) -> None:
        import numpy as np

        run: Hashes = np.sort(np.frombuffer(self._hashes, dtype=np.int64)) if self._hashes else np.empty(0, np.int64)
        least = np.iinfo(np.int64).min
        bounds = np.searchsorted(run, [least + part * (2**64 // _RANGES) for part in range(1, _RANGES)])
        self._runs.append((self._written, *(self._written + int(at) for at in bounds), self._written + len(run)))
        self._file.seek(0, 2)
        self._file.write(run.tobytes())
        self._written += len(run)
        self._hashes = array("q")

    def _find_in_range(self, part: int) -> list[int]:
        import numpy as np

        hashes = np.sort(np.concatenate([self._read(run[part], run[part + 1]) for run in self._runs]))
        repeated: list[int] = np.unique(hashes[1:][hashes[1:] == hashes[:-1]]).tolist()
        return repeated

    def _read(self, begin: int, end: int) -> Hashes:
        import numpy as np

        self._file.seek(begin * _BYTES)
        return np.frombuffer(self._file.read((end - begin) * _BYTES), dtype=np.int64)
