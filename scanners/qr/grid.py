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

from scanners.opencv import cv2, np
from scanners.qr.layout import Matrix, Modules, symbol_layout, symbol_size
from scanners.qr.symbol import correct_modules, fixed_pattern_agreement

if TYPE_CHECKING:
    from scanners.codes import Corners
    from scanners.opencv import NDArray, Picture
    from scanners.opencv import Picture as Field

    Waves = NDArray[np.complex64]


PIXELS_PER_MODULE = 6
"""Pixels a module in the flattened picture."""

MARGIN_MODULES = 3
"""Modules of ground that are flattened around the symbol."""

ROUNDS = 4
SMOOTHING_RADII = (2.0, 1.4)
"""Modules over which the bend is taken to be the same: more are surer in noise and glare, fewer follow narrow folds."""

MEASURABLE_PIXELS = 1.2
"""Pixels a module: with less there is nothing to measure."""

MIN_AGREEMENT = 0.6
"""With less agreement than this the other polarity is tried."""

EQUALISER_REACH = 2
"""The equaliser hears so many modules to each side."""


def read_symbol(picture: Picture, corners: Corners, version: int) -> zxingcpp.Barcode | None:
    """The symbol of `version` about between `corners` (its own top left first) of a grey picture, if it can be read."""
    for reach in SMOOTHING_RADII:
        for modules in measure_modules(picture, corners, version, reach):
            if barcode := decode_modules(modules, version):
                return barcode
    return None


def measure_modules(
    picture: Picture, corners: Corners, version: int, reach: float = SMOOTHING_RADII[0]
) -> tuple[Modules, ...]:
    """The modules of that symbol: equalised, and against the mean of a near and of a wide neighbourhood.

    Empty if it is out of view or too small to be measured. The equalised ones are right for white on black too.
    """
    quad = np.array(corners, np.float32)
    if cv2.contourArea(quad) < (MEASURABLE_PIXELS * symbol_size(version)) ** 2:
        return ()
    flat = _flatten(picture, quad, version, reach)
    return () if flat is None else _measure_flat(flat, version)


def decode_modules(modules: Modules, version: int) -> zxingcpp.Barcode | None:
    """The content of a symbol that was measured so; None if too much of it is lost."""
    for polarity in (1, -1) if fixed_pattern_agreement(modules, version) < MIN_AGREEMENT else (1,):
        matrix = correct_modules(polarity * modules, version)
        if matrix is not None and (barcode := _decode_matrix(matrix)):
            return barcode
    return None


def _decode_matrix(matrix: Matrix) -> zxingcpp.Barcode | None:
    """The content of a symbol without errors; zxing-cpp knows every mode and character set."""
    drawn = np.kron(np.pad(~matrix, 4, constant_values=True), np.ones((3, 3), np.bool_)).astype(np.uint8) * 255
    found = zxingcpp.read_barcodes(
        drawn,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        text_mode=zxingcpp.TextMode.Plain,
        is_pure=True,
    )
    return found[0] if found else None


def _flatten(picture: Picture, quad: Field, version: int, reach: float) -> Picture | None:
    """The symbol with its margin, STEP pixels a module, every module where the grid says; None if it is not in view."""
    size, whole = symbol_size(version), symbol_size(version) + 2 * MARGIN_MODULES
    picture, quad = _crop(picture, quad, float(cv2.contourArea(quad)) ** 0.5 / size, size)
    if not picture.size:
        return None
    square = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
    lay = cv2.getPerspectiveTransform(square, quad).astype(np.float32)
    line = (np.arange(whole * PIXELS_PER_MODULE, dtype=np.float32) + 0.5) / PIXELS_PER_MODULE - MARGIN_MODULES
    wave = np.exp(2j * np.pi * line).astype(np.complex64)
    across, down = np.meshgrid(line, line)
    shift = np.zeros((2, whole, whole), np.float32)  # of the grid, in modules, at each module
    flat = _resample(picture, lay, across, down)
    for round_ in range(ROUNDS):
        for axis, edges in enumerate(_edge_strengths(flat)):
            waves = edges * (wave[None, :] if axis == 0 else wave[:, None])
            shift[axis] += _estimate_bend(waves, edges, whole, reach if round_ < 2 else 0)
        wide, high = (cv2.resize(field, across.shape, interpolation=cv2.INTER_CUBIC) for field in shift)
        flat = _resample(picture, lay, across + wide, down + high)
    return flat


def _crop(picture: Picture, quad: Field, pitch: float, size: int) -> tuple[Picture, Field]:
    """The part of the picture about the symbol, made smaller if it has more pixels than are looked at."""
    slack = pitch * (MARGIN_MODULES + 0.1 * size)
    left, top = np.maximum(np.floor(quad.min(axis=0) - slack), 0).astype(int)
    right, bottom = np.ceil(quad.max(axis=0) + slack).astype(int)
    part, quad = picture[top:bottom, left:right], quad - np.array([left, top], np.float32)
    if pitch <= 1.7 * PIXELS_PER_MODULE or not part.size:
        return part, quad
    factor = 1.2 * PIXELS_PER_MODULE / pitch
    smaller = cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return smaller, (quad * factor).astype(np.float32)


def _resample(picture: Picture, lay: Field, x: Field, y: Field) -> Picture:
    """The picture as the grid sees it: `x` and `y` in modules, `lay` from modules to pixels."""
    below = lay[2, 0] * x + lay[2, 1] * y + lay[2, 2]
    columns = (lay[0, 0] * x + lay[0, 1] * y + lay[0, 2]) / below - 0.5
    rows = (lay[1, 0] * x + lay[1, 1] * y + lay[1, 2]) / below - 0.5
    return cv2.remap(picture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _edge_strengths(flat: Picture) -> tuple[Field, Field]:
    """How strongly the picture changes along rows and along columns, as a share of the contrast around."""
    light = flat.astype(np.float32)
    around = (5 * PIXELS_PER_MODULE, 5 * PIXELS_PER_MODULE)
    contrast = cv2.blur(np.abs(light - cv2.blur(light, around)), around) + 4
    along, across = np.zeros_like(light), np.zeros_like(light)
    along[:, 1:-1] = np.abs(light[:, 2:] - light[:, :-2])
    across[1:-1] = np.abs(light[2:] - light[:-2])
    return np.minimum(along / contrast, 2), np.minimum(across / contrast, 2)


def _estimate_bend(waves: Waves, edges: Field, whole: int, reach: float) -> Field:
    """By how many modules the edges lie beside the grid's lines, at each module.

    A `reach` of 0 says that the lines are within half a module already.
    """
    real, imaginary, strength = (
        cv2.GaussianBlur(_inside_symbol(part, whole), (0, 0), reach or 1.6, borderType=cv2.BORDER_CONSTANT)
        for part in (waves.real, waves.imag, edges)
    )
    phases = np.arctan2(imaginary, real)
    sure = np.hypot(real, imaginary) / (strength + 1e-3)
    if reach:
        phases = _unwrap_phases(phases, sure, whole)
    weight = sure * sure + 1e-4
    smooth = cv2.GaussianBlur(phases / (2 * np.pi) * weight, (0, 0), 1.2) / cv2.GaussianBlur(weight, (0, 0), 1.2)
    bend: Field = np.clip(smooth, -1.5, 1.5)
    return bend


def _inside_symbol(part: Field, whole: int) -> Field:
    """`part` by modules, and nothing from outside the symbol."""
    small = cv2.resize(part, (whole, whole), interpolation=cv2.INTER_AREA)
    ground = MARGIN_MODULES - 1
    small[:ground] = small[-ground:] = small[:, :ground] = small[:, -ground:] = 0
    return small


def _unwrap_phases(phases: Field, sure: Field, whole: int) -> Field:
    """Phases that go on beyond half a module: followed from the finders, where the grid is right, the surest way."""
    if max(np.abs(np.diff(phases, axis=axis)).max() for axis in (0, 1)) < np.pi:
        return phases
    turn = 2 * np.pi
    here, trust = phases.ravel().tolist(), (-sure).ravel().tolist()
    inside = np.zeros((whole, whole), np.bool_)
    inside[1:-1, 1:-1] = True
    waiting = inside.ravel().tolist()
    near, far = MARGIN_MODULES + 3, whole - MARGIN_MODULES - 4
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


def _measure_flat(flat: Picture, version: int) -> tuple[Modules, Modules, Modules]:
    whole = len(flat) // PIXELS_PER_MODULE
    middle = slice(
        PIXELS_PER_MODULE // 4 + (PIXELS_PER_MODULE % 4 > 1),
        PIXELS_PER_MODULE - PIXELS_PER_MODULE // 4 - (PIXELS_PER_MODULE % 4 > 1),
    )
    light = (
        flat.astype(np.float32)
        .reshape(whole, PIXELS_PER_MODULE, whole, PIXELS_PER_MODULE)[:, middle, :, middle]
        .mean(axis=(1, 3))
    )
    inner = slice(MARGIN_MODULES, -MARGIN_MODULES)
    near, wide = _darkness(light, 3.0)[inner, inner], _darkness(light, 8.0)[inner, inner]
    return _equalise(_darkness(light, 4.0), version), near, wide


def _darkness(light: Field, reach: float) -> Modules:
    mean = cv2.GaussianBlur(light, (0, 0), reach)
    spread = np.sqrt(np.maximum(cv2.GaussianBlur(light * light, (0, 0), reach) - mean * mean, 0)) + 2
    dark: Modules = ((mean - light) / spread).astype(np.float32)
    return dark


def _equalise(dark: Modules, version: int) -> Modules:
    """Each module as the weighted sum of its neighbours that comes nearest to what the known modules are.

    Taught by the fixed patterns first, then twice by its own decisions, by the sure ones most.
    """
    size = symbol_size(version)
    inner = slice(MARGIN_MODULES, MARGIN_MODULES + size)
    reach = range(-EQUALISER_REACH, EQUALISER_REACH + 1)
    heard: list[Field] = [
        np.roll(dark, (-down, -right), (0, 1))[inner, inner].ravel() for down in reach for right in reach
    ]
    heard += [cv2.GaussianBlur(dark, (0, 0), 2.0)[inner, inner].ravel(), np.ones(size * size, np.float32)]
    rows = np.stack(heard, axis=1)
    wanted = symbol_layout(version).fixed.ravel()
    trust = np.abs(wanted)
    calm = np.eye(rows.shape[1], dtype=np.float32) * 2
    for _ in range(3):
        weighted = rows * trust[:, None]
        values = rows @ np.linalg.solve(weighted.T @ rows + calm, weighted.T @ wanted)
        known = symbol_layout(version).fixed.ravel()
        wanted = np.where(known != 0, known, np.sign(values))
        trust = np.where(known != 0, 1, np.minimum(np.abs(values), 1) ** 2)
    return values.reshape(size, size).astype(np.float32)
