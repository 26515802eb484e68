"""Checks a portrait photo: one face, size, position, tilt, background, light, sharpness. Advice, never a refusal.

Few people were tested (docs/faces.md), so each finding is a reason to look, with what was measured and the limit.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanners.faces.crops import is_frontal
from scanners.faces.detector import find_faces
from scanners.faces.face import Face
from scanners.faces.photo_rules import PhotoFinding, PhotoRules
from scanners.opencv import Picture, cv2, np

MIN_SCORE = 0.7  # of a face that counts; the detector finds textures with less
TURNED_MARGIN = 0.06  # by which a turned photo has to be the better one; the detector finds faces upside down too
FACE_WIDTH = 2.25  # of a face from cheek to cheek, in distances of the eyes
PROPORTION_PERCENT = 3  # difference from the proportion of the sides
_SHARPNESS_PIXELS = 160  # width of the face at which sharpness is measured
_STRONG_EDGE = 40  # range of lightness of the places at which it is measured


def check_photo(rgb: Picture, rules: PhotoRules) -> tuple[PhotoFinding, ...]:
    """Return what a photo (RGB, 8 bit) lacks; empty for a good one. Without a face nothing else is measured."""
    scores = [_find_best_score(np.ascontiguousarray(np.rot90(rgb, quarters))) for quarters in range(4)]
    if max(scores) < MIN_SCORE:
        return (PhotoFinding("no_face"),)
    if max(scores) > scores[0] + TURNED_MARGIN:
        return (PhotoFinding("turned"),)
    faces = [face for face in find_faces(rgb) if face.score >= MIN_SCORE]
    if len(faces) > 1:
        return (PhotoFinding("several_faces", len(faces), 1),)
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    found = (
        *_check_size(rgb, rules),
        *_check_place(rgb, faces[0], rules),
        *_check_background(lab, faces[0], rules),
        *_check_light(lab[:, :, 0], faces[0], rules),
        *_check_sharpness(lab[:, :, 0], faces[0], rules),
    )
    return tuple(found)


def _find_best_score(rgb: Picture) -> float:
    return max((face.score for face in find_faces(rgb)), default=0.0)


def _check_size(rgb: Picture, rules: PhotoRules) -> Iterator[PhotoFinding]:
    height, width = rgb.shape[:2]
    if width < rules.width or height < rules.height:
        yield PhotoFinding("few_pixels", width, rules.width)
    proportion = round(100 * width * rules.height / (height * rules.width))
    if abs(proportion - 100) > PROPORTION_PERCENT:
        yield PhotoFinding("proportion", proportion, 100)


def _check_place(rgb: Picture, face: Face, rules: PhotoRules) -> Iterator[PhotoFinding]:
    """Compare the face with the requirements, scaled to the height of the photo."""
    height, width = rgb.shape[:2]
    scale = rules.height / height
    (x0, y0), (x1, y1) = face.eyes
    size = round(FACE_WIDTH * face.eye_distance * scale)
    if not is_frontal(face):
        yield PhotoFinding("turned_away")
    elif size < rules.least_face * (100 - rules.face_tolerance) / 100:
        yield PhotoFinding("face_small", size, rules.least_face)
    elif size > rules.largest_face * (100 + rules.face_tolerance) / 100:
        yield PhotoFinding("face_large", size, rules.largest_face)
    off_centre = round(abs((x0 + x1) / 2 - width / 2) * scale)
    if off_centre > rules.largest_off_centre:
        yield PhotoFinding("off_centre", off_centre, rules.largest_off_centre)
    from_bottom = round((height - (y0 + y1) / 2) * scale)
    if from_bottom < rules.least_eyes_from_bottom:
        yield PhotoFinding("too_low", from_bottom, rules.least_eyes_from_bottom)
    tilt = round(abs(face.tilt))
    if tilt >= rules.largest_tilt:
        yield PhotoFinding("tilted", tilt, rules.largest_tilt)


def _check_background(lab: Picture, face: Face, rules: PhotoRules) -> Iterator[PhotoFinding]:
    """Measure strips at the upper left, upper right and top, which show neither hair nor shoulders in most photos."""
    height, width = lab.shape[:2]
    side, top = max(2, width // 14), max(2, height // 40)
    eyes = max(4, min(height, round(sum(y for _x, y in face.eyes) / 2)))
    strips = (lab[:eyes, :side], lab[:eyes, -side:], lab[:top])
    lightness = [float(np.median(strip[:, :, 0])) for strip in strips]
    darkest = round(min(lightness))
    if darkest < rules.least_background:
        yield PhotoFinding("background_dark", darkest, rules.least_background)
    pixels = np.concatenate([strip.reshape(-1, 3) for strip in strips]).astype(np.float32)
    spread = round(float(np.linalg.norm(np.percentile(pixels, 90, axis=0) - np.percentile(pixels, 10, axis=0))))
    if spread > rules.largest_background_spread:
        yield PhotoFinding("background_uneven", spread, rules.largest_background_spread)


def _check_light(light: Picture, face: Face, rules: PhotoRules) -> Iterator[PhotoFinding]:
    part = _face_part(light, face)
    mean = round(float(part.mean()))
    if mean < rules.least_face_light:
        yield PhotoFinding("dark", mean, rules.least_face_light)
    elif mean > rules.largest_face_light:
        yield PhotoFinding("bright", mean, rules.largest_face_light)
    half = part.shape[1] // 2
    difference = round(abs(float(part[:, :half].mean()) - float(part[:, -half:].mean()))) if half else 0
    if difference > rules.largest_side_difference:
        yield PhotoFinding("uneven_light", difference, rules.largest_side_difference)


def _check_sharpness(light: Picture, face: Face, rules: PhotoRules) -> Iterator[PhotoFinding]:
    sharpness = measure_sharpness(_face_part(light, face))
    if sharpness < rules.least_sharpness:
        yield PhotoFinding("unsharp", sharpness, rules.least_sharpness)


def measure_sharpness(light: Picture) -> int:
    """Return how steep the edges are, in hundredths: median of gradient by range of lightness at strong edges."""
    height = max(8, round(light.shape[0] * _SHARPNESS_PIXELS / light.shape[1]))
    method = cv2.INTER_AREA if light.shape[1] > _SHARPNESS_PIXELS else cv2.INTER_LINEAR
    scaled = cv2.resize(np.ascontiguousarray(light), (_SHARPNESS_PIXELS, height), interpolation=method)
    grey = cv2.medianBlur(scaled, 3).astype(np.float32)
    steps = np.maximum(np.abs(cv2.Sobel(grey, cv2.CV_32F, 1, 0)), np.abs(cv2.Sobel(grey, cv2.CV_32F, 0, 1))) / 8
    around = np.ones((9, 9), np.uint8)
    span = cv2.dilate(grey, around) - cv2.erode(grey, around)
    steepest = cv2.dilate(steps, around)
    strong = span > _STRONG_EDGE
    return round(100 * float(np.median(steepest[strong] / span[strong]))) if strong.any() else 0


def _face_part(light: Picture, face: Face) -> Picture:
    """Return the inner part of the face: from cheek to cheek, from the brows to the mouth."""
    (x0, y0), (x1, y1) = face.eyes
    distance, x, y = face.eye_distance, (x0 + x1) / 2, (y0 + y1) / 2
    left, right = max(0, round(x - 0.9 * distance)), round(x + 0.9 * distance)
    top, bottom = max(0, round(y - 0.5 * distance)), round(y + 1.3 * distance)
    part = light[top:bottom, left:right]
    return part if part.size else light
