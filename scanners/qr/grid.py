"""Reads a QR symbol that a decoder located but did not read: bent, on a bottle, tilted, blurred, with glare.

A decoder samples a flat grid. This module fits the grid to the picture. Where the symbol bends, the edges between
modules are displaced from the lines of the flat grid. The displacement is measured as the phase of the edge strength
along the grid. The grid is shifted by the displacement and sampled again, ROUNDS times. Then an equaliser, trained on
the modules that are fixed for the version, removes the blur.
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
"""Pixels per module in the flattened picture."""

MARGIN_MODULES = 3
"""Width in modules of the margin that is flattened around the symbol."""

ROUNDS = 4
"""How often the grid is shifted and sampled again."""

SMOOTHING_RADII = (2.0, 1.4)
"""Radii in modules over which the bend is averaged, tried in turn. The larger one tolerates noise and glare, the
smaller one narrow folds."""

MEASURABLE_PIXELS = 1.2
"""Pixels per module below which a symbol cannot be measured."""

MIN_AGREEMENT = 0.6
"""Agreement with the fixed patterns below which the symbol is also read inverted (light on dark)."""

EQUALISER_REACH = 2
"""Number of modules on each side that the equaliser uses."""


def read_symbol(picture: Picture, corners: Corners, version: int) -> zxingcpp.Barcode | None:
    """Return the content of the symbol of `version` at `corners` of a grey picture; None if unreadable.

    `corners` begin with the top left corner of the symbol, whatever its rotation.
    """
    for radius in SMOOTHING_RADII:
        for modules in measure_modules(picture, corners, version, radius):
            if barcode := decode_modules(modules, version):
                return barcode
    return None


def measure_modules(
    picture: Picture, corners: Corners, version: int, radius: float = SMOOTHING_RADII[0]
) -> tuple[Modules, ...]:
    """Return three measurements of the modules; an empty tuple if the symbol is out of view or too small.

    They are: equalised, relative to the mean of a near neighbourhood, relative to the mean of a wide one. The equalised
    modules have the right sign for light-on-dark symbols too. The arguments are those of `read_symbol`; `radius` is one
    of SMOOTHING_RADII.
    """
    quad = np.array(corners, np.float32)
    if cv2.contourArea(quad) < (MEASURABLE_PIXELS * symbol_size(version)) ** 2:
        return ()
    flat = _flatten(picture, quad, version, radius)
    return () if flat is None else _measure_flat(flat, version)


def decode_modules(modules: Modules, version: int) -> zxingcpp.Barcode | None:
    """Return the content of a measured symbol; None if too many modules are wrong."""
    for polarity in (1, -1) if fixed_pattern_agreement(modules, version) < MIN_AGREEMENT else (1,):
        matrix = correct_modules(polarity * modules, version)
        if matrix is not None and (barcode := _decode_matrix(matrix)):
            return barcode
    return None


def _decode_matrix(matrix: Matrix) -> zxingcpp.Barcode | None:
    """Return the content of a corrected symbol. zxing-cpp is used because it supports all modes and character sets."""
    drawn = np.kron(np.pad(~matrix, 4, constant_values=True), np.ones((3, 3), np.bool_)).astype(np.uint8) * 255
    found = zxingcpp.read_barcodes(
        drawn,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        text_mode=zxingcpp.TextMode.Plain,
        is_pure=True,
    )
    return found[0] if found else None


def _flatten(picture: Picture, quad: Field, version: int, radius: float) -> Picture | None:
    """Return the symbol with its margin, resampled along the fitted grid; None if it is not in view."""
    size, total = symbol_size(version), symbol_size(version) + 2 * MARGIN_MODULES
    picture, quad = _crop(picture, quad, float(cv2.contourArea(quad)) ** 0.5 / size, size)
    if not picture.size:
        return None
    square = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
    homography = cv2.getPerspectiveTransform(square, quad).astype(np.float32)
    line = (np.arange(total * PIXELS_PER_MODULE, dtype=np.float32) + 0.5) / PIXELS_PER_MODULE - MARGIN_MODULES
    wave = np.exp(2j * np.pi * line).astype(np.complex64)
    across, down = np.meshgrid(line, line)
    shift = np.zeros((2, total, total), np.float32)  # shift of the grid at each module, in modules
    flat = _resample(picture, homography, across, down)
    for round_ in range(ROUNDS):
        for axis, edges in enumerate(_edge_strengths(flat)):
            waves = edges * (wave[None, :] if axis == 0 else wave[:, None])
            shift[axis] += _estimate_bend(waves, edges, total, radius if round_ < 2 else 0)
        shift_x, shift_y = (cv2.resize(field, across.shape, interpolation=cv2.INTER_CUBIC) for field in shift)
        flat = _resample(picture, homography, across + shift_x, down + shift_y)
    return flat


def _crop(picture: Picture, quad: Field, pitch: float, size: int) -> tuple[Picture, Field]:
    """Return the part of the picture around the symbol, and the corners of the symbol in that part.

    The part is reduced if it has more pixels per module than needed.
    """
    slack = pitch * (MARGIN_MODULES + 0.1 * size)
    left, top = np.maximum(np.floor(quad.min(axis=0) - slack), 0).astype(int)
    right, bottom = np.ceil(quad.max(axis=0) + slack).astype(int)
    part, quad = picture[top:bottom, left:right], quad - np.array([left, top], np.float32)
    if pitch <= 1.7 * PIXELS_PER_MODULE or not part.size:
        return part, quad
    factor = 1.2 * PIXELS_PER_MODULE / pitch
    smaller = cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return smaller, (quad * factor).astype(np.float32)


def _resample(picture: Picture, homography: Field, x: Field, y: Field) -> Picture:
    """Sample the picture at `x` and `y` in modules; `homography` maps modules to pixels."""
    below = homography[2, 0] * x + homography[2, 1] * y + homography[2, 2]
    columns = (homography[0, 0] * x + homography[0, 1] * y + homography[0, 2]) / below - 0.5
    rows = (homography[1, 0] * x + homography[1, 1] * y + homography[1, 2]) / below - 0.5
    return cv2.remap(picture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _edge_strengths(flat: Picture) -> tuple[Field, Field]:
    """Return the strength of edges along rows and along columns, relative to the local contrast."""
    light = flat.astype(np.float32)
    around = (5 * PIXELS_PER_MODULE, 5 * PIXELS_PER_MODULE)
    contrast = cv2.blur(np.abs(light - cv2.blur(light, around)), around) + 4
    along, across = np.zeros_like(light), np.zeros_like(light)
    along[:, 1:-1] = np.abs(light[:, 2:] - light[:, :-2])
    across[1:-1] = np.abs(light[2:] - light[:-2])
    return np.minimum(along / contrast, 2), np.minimum(across / contrast, 2)


def _estimate_bend(waves: Waves, edges: Field, total: int, radius: float) -> Field:
    """Return the displacement of the edges from the grid lines at each module, in modules.

    `radius` is the averaging radius in modules. With 0, the displacement is assumed to be below half a module already,
    so that phases are not unwrapped and a small radius is used.
    """
    real, imaginary, strength = (
        cv2.GaussianBlur(_inside_symbol(part, total), (0, 0), radius or 1.6, borderType=cv2.BORDER_CONSTANT)
        for part in (waves.real, waves.imag, edges)
    )
    phases = np.arctan2(imaginary, real)
    certainty = np.hypot(real, imaginary) / (strength + 1e-3)
    if radius:
        phases = _unwrap_phases(phases, certainty, total)
    weight = certainty * certainty + 1e-4
    smooth = cv2.GaussianBlur(phases / (2 * np.pi) * weight, (0, 0), 1.2) / cv2.GaussianBlur(weight, (0, 0), 1.2)
    bend: Field = np.clip(smooth, -1.5, 1.5)
    return bend


def _inside_symbol(part: Field, total: int) -> Field:
    """Return `part` reduced to one value per module, zero outside the symbol."""
    small = cv2.resize(part, (total, total), interpolation=cv2.INTER_AREA)
    ground = MARGIN_MODULES - 1
    small[:ground] = small[-ground:] = small[:, :ground] = small[:, -ground:] = 0
    return small


def _unwrap_phases(phases: Field, certainty: Field, total: int) -> Field:
    """Return the phases with steps of more than half a module between neighbours removed (phase unwrapping).

    Unwrapping starts at the finders, where the grid fits, and continues along the most certain phases.
    """
    if max(np.abs(np.diff(phases, axis=axis)).max() for axis in (0, 1)) < np.pi:
        return phases
    turn = 2 * np.pi
    values, uncertainty = phases.ravel().tolist(), (-certainty).ravel().tolist()
    inside = np.zeros((total, total), np.bool_)
    inside[1:-1, 1:-1] = True
    waiting = inside.ravel().tolist()
    near, far = MARGIN_MODULES + 3, total - MARGIN_MODULES - 4
    heap = [(-9.0, place, values[place]) for place in (near * total + near, near * total + far, far * total + near)]
    while heap:
        _, place, before = heappop(heap)
        if waiting[place]:
            waiting[place] = False
            values[place] = value = values[place] + turn * round((before - values[place]) / turn)
            for neighbour in (place + 1, place - 1, place + total, place - total):
                if waiting[neighbour]:
                    heappush(heap, (uncertainty[neighbour], neighbour, value))
    return np.array(values, np.float32).reshape(total, total)


def _measure_flat(flat: Picture, version: int) -> tuple[Modules, Modules, Modules]:
    total = len(flat) // PIXELS_PER_MODULE
    middle = slice(
        PIXELS_PER_MODULE // 4 + (PIXELS_PER_MODULE % 4 > 1),
        PIXELS_PER_MODULE - PIXELS_PER_MODULE // 4 - (PIXELS_PER_MODULE % 4 > 1),
    )
    light = (
        flat.astype(np.float32)
        .reshape(total, PIXELS_PER_MODULE, total, PIXELS_PER_MODULE)[:, middle, :, middle]
        .mean(axis=(1, 3))
    )
    inner = slice(MARGIN_MODULES, -MARGIN_MODULES)
    near, wide = _darkness(light, 3.0)[inner, inner], _darkness(light, 8.0)[inner, inner]
    return _equalise(_darkness(light, 4.0), version), near, wide


def _darkness(light: Field, radius: float) -> Modules:
    mean = cv2.GaussianBlur(light, (0, 0), radius)
    spread = np.sqrt(np.maximum(cv2.GaussianBlur(light * light, (0, 0), radius) - mean * mean, 0)) + 2
    dark: Modules = ((mean - light) / spread).astype(np.float32)
    return dark


def _equalise(dark: Modules, version: int) -> Modules:
    """Return each module as a weighted sum of its neighbours, with the weights that fit the known modules best.

    The weights are fitted to the fixed patterns first, then twice to the previous result too, weighted by certainty.
    """
    size = symbol_size(version)
    inner = slice(MARGIN_MODULES, MARGIN_MODULES + size)
    offsets = range(-EQUALISER_REACH, EQUALISER_REACH + 1)
    inputs: list[Field] = [
        np.roll(dark, (-down, -right), (0, 1))[inner, inner].ravel() for down in offsets for right in offsets
    ]
    inputs += [cv2.GaussianBlur(dark, (0, 0), 2.0)[inner, inner].ravel(), np.ones(size * size, np.float32)]
    rows = np.stack(inputs, axis=1)
    wanted = symbol_layout(version).fixed.ravel()
    trust = np.abs(wanted)
    damping = np.eye(rows.shape[1], dtype=np.float32) * 2
    for _ in range(3):
        weighted = rows * trust[:, None]
        values = rows @ np.linalg.solve(weighted.T @ rows + damping, weighted.T @ wanted)
        known = symbol_layout(version).fixed.ravel()
        wanted = np.where(known != 0, known, np.sign(values))
        trust = np.where(known != 0, 1, np.minimum(np.abs(values), 1) ** 2)
    return values.reshape(size, size).astype(np.float32)
