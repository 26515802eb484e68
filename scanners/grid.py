"""A QR symbol that was seen but not read, measured module by module: on cloth, on a bottle, tilted, blurred, in glare.

A decoder lays a flat grid over the symbol. Here the grid follows the picture. Wherever the symbol bends, the edges
between its modules lie a little beside the lines of the flat grid, and by how much shows in their phase along the grid,
as the pitch of a hum does in a recording. The grid is shifted by that and laid again, a few times. Then an equaliser,
taught by the modules that every symbol of this version has, takes the blur out.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import zxingcpp

from scanners.layout import Matrix, Modules, layout, size_of
from scanners.opencv import cv2, np
from scanners.symbol import agreement, corrected

if TYPE_CHECKING:
    from scanners.opencv import NDArray, Picture
    from scanners.opencv import Picture as Field
    from scanners.views import Corners

    Waves = NDArray[np.complex64]


STEP = 6
"""Pixels a module in the flattened picture."""

MARGIN = 3
"""Modules of ground that are flattened around the symbol."""

ROUNDS = 4
REACHES = (2.0, 1.4)
"""Modules over which the bend is taken to be the same: more are surer in noise and glare, fewer follow narrow folds."""

SMALLEST = 1.2
"""Pixels a module: with less there is nothing to measure."""

PLAUSIBLE = 0.6
"""With less agreement than this the other polarity is tried."""

REACH = 2
"""The equaliser hears so many modules to each side."""


def read_bent(picture: Picture, corners: Corners, version: int) -> zxingcpp.Barcode | None:
    """The symbol of `version` about between `corners` (its own top left first) of a grey picture, if it can be read."""
    for reach in REACHES:
        for modules in measured(picture, corners, version, reach):
            if barcode := spelled(modules, version):
                return barcode
    return None


def measured(picture: Picture, corners: Corners, version: int, reach: float = REACHES[0]) -> tuple[Modules, ...]:
    """The modules of that symbol: equalised, and against the mean of a near and of a wide neighbourhood.

    Empty if it is out of view or too small to be measured. The equalised ones are right for white on black too.
    """
    quad = np.array(corners, np.float32)
    if cv2.contourArea(quad) < (SMALLEST * size_of(version)) ** 2:
        return ()
    flat = _flattened(picture, quad, version, reach)
    return () if flat is None else _measured(flat, version)


def spelled(modules: Modules, version: int) -> zxingcpp.Barcode | None:
    """The content of a symbol that was measured so; None if too much of it is lost."""
    for polarity in (1, -1) if agreement(modules, version) < PLAUSIBLE else (1,):
        matrix = corrected(polarity * modules, version)
        if matrix is not None and (barcode := _spelled(matrix)):
            return barcode
    return None


def _spelled(matrix: Matrix) -> zxingcpp.Barcode | None:
    """The content of a symbol without errors; zxing-cpp knows every mode and character set."""
    drawn = np.kron(np.pad(~matrix, 4, constant_values=True), np.ones((3, 3), np.bool_)).astype(np.uint8) * 255
    found = zxingcpp.read_barcodes(
        drawn,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        text_mode=zxingcpp.TextMode.Plain,
        is_pure=True,
    )
    return found[0] if found else None


def _flattened(picture: Picture, quad: Field, version: int, reach: float) -> Picture | None:
    """The symbol with its margin, STEP pixels a module, every module where the grid says; None if it is not in view."""
    size, whole = size_of(version), size_of(version) + 2 * MARGIN
    picture, quad = _cut_out(picture, quad, float(cv2.contourArea(quad)) ** 0.5 / size, size)
    if not picture.size:
        return None
    square = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
    lay = cv2.getPerspectiveTransform(square, quad).astype(np.float32)
    line = (np.arange(whole * STEP, dtype=np.float32) + 0.5) / STEP - MARGIN
    wave = np.exp(2j * np.pi * line).astype(np.complex64)
    across, down = np.meshgrid(line, line)
    shift = np.zeros((2, whole, whole), np.float32)  # of the grid, in modules, at each module
    flat = _laid(picture, lay, across, down)
    for round_ in range(ROUNDS):
        for axis, edges in enumerate(_edges(flat)):
            waves = edges * (wave[None, :] if axis == 0 else wave[:, None])
            shift[axis] += _bend(waves, edges, whole, reach if round_ < 2 else 0)
        wide, high = (cv2.resize(field, across.shape, interpolation=cv2.INTER_CUBIC) for field in shift)
        flat = _laid(picture, lay, across + wide, down + high)
    return flat


def _cut_out(picture: Picture, quad: Field, pitch: float, size: int) -> tuple[Picture, Field]:
    """The part of the picture about the symbol, made smaller if it has more pixels than are looked at."""
    slack = pitch * (MARGIN + 0.1 * size)
    left, top = np.maximum(np.floor(quad.min(axis=0) - slack), 0).astype(int)
    right, bottom = np.ceil(quad.max(axis=0) + slack).astype(int)
    part, quad = picture[top:bottom, left:right], quad - np.array([left, top], np.float32)
    if pitch <= 1.7 * STEP or not part.size:
        return part, quad
    factor = 1.2 * STEP / pitch
    smaller = cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return smaller, (quad * factor).astype(np.float32)


def _laid(picture: Picture, lay: Field, x: Field, y: Field) -> Picture:
    """The picture as the grid sees it: `x` and `y` in modules, `lay` from modules to pixels."""
    below = lay[2, 0] * x + lay[2, 1] * y + lay[2, 2]
    columns = (lay[0, 0] * x + lay[0, 1] * y + lay[0, 2]) / below - 0.5
    rows = (lay[1, 0] * x + lay[1, 1] * y + lay[1, 2]) / below - 0.5
    return cv2.remap(picture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _edges(flat: Picture) -> tuple[Field, Field]:
    """How strongly the picture changes along rows and along columns, as a share of the contrast around."""
    light = flat.astype(np.float32)
    around = (5 * STEP, 5 * STEP)
    contrast = cv2.blur(np.abs(light - cv2.blur(light, around)), around) + 4
    along, across = np.zeros_like(light), np.zeros_like(light)
    along[:, 1:-1] = np.abs(light[:, 2:] - light[:, :-2])
    across[1:-1] = np.abs(light[2:] - light[:-2])
    return np.minimum(along / contrast, 2), np.minimum(across / contrast, 2)


def _bend(waves: Waves, edges: Field, whole: int, reach: float) -> Field:
    """By how many modules the edges lie beside the grid's lines, at each module.

    A `reach` of 0 says that the lines are within half a module already.
    """
    real, imaginary, strength = (
        cv2.GaussianBlur(_inside(part, whole), (0, 0), reach or 1.6, borderType=cv2.BORDER_CONSTANT)
        for part in (waves.real, waves.imag, edges)
    )
    phases = np.arctan2(imaginary, real)
    sure = np.hypot(real, imaginary) / (strength + 1e-3)
    if reach:
        phases = _continued(phases, sure, whole)
    weight = sure * sure + 1e-4
    smooth = cv2.GaussianBlur(phases / (2 * np.pi) * weight, (0, 0), 1.2) / cv2.GaussianBlur(weight, (0, 0), 1.2)
    bend: Field = np.clip(smooth, -1.5, 1.5)
    return bend


def _inside(part: Field, whole: int) -> Field:
    """`part` by modules, and nothing from outside the symbol."""
    small = cv2.resize(part, (whole, whole), interpolation=cv2.INTER_AREA)
    ground = MARGIN - 1
    small[:ground] = small[-ground:] = small[:, :ground] = small[:, -ground:] = 0
    return small


def _continued(phases: Field, sure: Field, whole: int) -> Field:
    """Phases that go on beyond half a module: followed from the finders, where the grid is right, the surest way."""
    if max(np.abs(np.diff(phases, axis=axis)).max() for axis in (0, 1)) < np.pi:
        return phases
    turn = 2 * np.pi
    here, trust = phases.ravel().tolist(), (-sure).ravel().tolist()
    inside = np.zeros((whole, whole), np.bool_)
    inside[1:-1, 1:-1] = True
    waiting = inside.ravel().tolist()
    near, far = MARGIN + 3, whole - MARGIN - 4
    heap = [(-9.0, place, here[place]) for place in (near * whole + near, near * whole + far, far * whole + near)]
    while heap:
        _, place, before = heappop(heap)
        if waiting[place]:
            waiting[place] = False
            here[place] = value = here[place] + turn * round((before - here[place]) / turn)
            for beside in (place + 1, place - 1, place + whole, place - whole):
                if waiting[beside]:
                    heappush(heap, (trust[beside], beside, value))
    return np.array(here, np.float32).reshape(whole, whole)


def _measured(flat: Picture, version: int) -> tuple[Modules, Modules, Modules]:
    whole = len(flat) // STEP
    middle = slice(STEP // 4 + (STEP % 4 > 1), STEP - STEP // 4 - (STEP % 4 > 1))
    light = flat.astype(np.float32).reshape(whole, STEP, whole, STEP)[:, middle, :, middle].mean(axis=(1, 3))
    inner = slice(MARGIN, -MARGIN)
    near, wide = _darkness(light, 3.0)[inner, inner], _darkness(light, 8.0)[inner, inner]
    return _equalised(_darkness(light, 4.0), version), near, wide


def _darkness(light: Field, reach: float) -> Modules:
    mean = cv2.GaussianBlur(light, (0, 0), reach)
    spread = np.sqrt(np.maximum(cv2.GaussianBlur(light * light, (0, 0), reach) - mean * mean, 0)) + 2
    dark: Modules = ((mean - light) / spread).astype(np.float32)
    return dark


def _equalised(dark: Modules, version: int) -> Modules:
    """Each module as the weighted sum of its neighbours that comes nearest to what the known modules are.

    Taught by the fixed patterns first, then twice by its own decisions, by the sure ones most.
    """
    size = size_of(version)
    inner = slice(MARGIN, MARGIN + size)
    reach = range(-REACH, REACH + 1)
    heard: list[Field] = [
        np.roll(dark, (-down, -right), (0, 1))[inner, inner].ravel() for down in reach for right in reach
    ]
    heard += [cv2.GaussianBlur(dark, (0, 0), 2.0)[inner, inner].ravel(), np.ones(size * size, np.float32)]
    rows = np.stack(heard, axis=1)
    wanted = layout(version).fixed.ravel()
    trust = np.abs(wanted)
    calm = np.eye(rows.shape[1], dtype=np.float32) * 2
    for _ in range(3):
        weighted = rows * trust[:, None]
        values = rows @ np.linalg.solve(weighted.T @ rows + calm, weighted.T @ wanted)
        known = layout(version).fixed.ravel()
        wanted = np.where(known != 0, known, np.sign(values))
        trust = np.where(known != 0, 1, np.minimum(np.abs(values), 1) ** 2)
    return values.reshape(size, size).astype(np.float32)
