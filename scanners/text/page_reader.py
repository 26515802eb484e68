"""Finds and reads the lines of a page with rapidocr and onnxruntime; turns the page first if it lies on a side."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image
from rapidocr import RapidOCR
from rapidocr.main import RapidOCRError

from scanners.text.models import DETECTION, DIRECTION, RECOGNITION

MAX_SIDE = 1280  # pixels of the longer side while reading: half the time and memory of 2000, the same fields
MAX_PIXELS = 50_000_000
_LONG = 1.5  # length of a line over its height, from which its direction counts
_MAX_DIRECTION_LINES = 24  # the longest lines, whose direction decides that of the page

Picture = npt.NDArray[np.uint8]


class NotAPicture(Exception):
    """The content cannot be decoded as a picture, or has too many pixels."""


class PageReader:
    """Reads pages with the models in `folder`. Raises what onnxruntime raises if they cannot be loaded."""

    def __init__(self, folder: Path) -> None:
        self._engine = RapidOCR(params=engine_settings(folder))
        self._load_models()

    def read(self, content: bytes) -> dict[str, Any]:
        """Return quarters turned and lines of a page, in the form of a reply. Raises NotAPicture."""
        picture, _ = self._engine.preprocess_img(decode(content))
        crops, boxes = self._find_lines(picture)
        turned = 0
        if _is_sideways(boxes):
            picture, turned = _turn(picture, 1), 1
            crops, boxes = self._find_lines(picture)
        if crops and self._is_upside_down(crops):
            height, width = picture.shape[:2]
            # the boxes of the page upside down, the last line first, each box from its other end
            boxes = (np.array((width, height)) - boxes)[::-1, [2, 3, 0, 1]]
            crops = [_turn(crop, 2) for crop in reversed(crops)]
            turned += 2
        return {"turned": turned, "lines": self._read_lines(crops, boxes / _size(picture))}

    def _load_models(self) -> None:
        blank = np.full((64, 64, 3), 255, np.uint8)
        self._find_lines(blank)
        self._engine.cls_and_rotate([blank])
        self._engine.recognize_txt([blank])

    def _find_lines(self, picture: Picture) -> tuple[list[Picture], npt.NDArray[np.float64]]:
        try:
            crops, found = self._engine.detect_and_crop(picture, {"preprocess": {"ratio_h": 1.0, "ratio_w": 1.0}})
        except RapidOCRError:  # raised if there is no line
            return [], np.zeros((0, 4, 2))
        return crops, np.asarray(found.boxes, dtype=np.float64)

    def _is_upside_down(self, crops: list[Picture]) -> bool:
        longest = sorted(crops, key=lambda crop: crop.shape[1] / crop.shape[0], reverse=True)[:_MAX_DIRECTION_LINES]
        found: Any = self._engine.cls_and_rotate(longest)[1]
        weights = [
            crop.shape[1] / crop.shape[0] * (1 if label == "0" else -1)
            for crop, (label, _score) in zip(longest, found.cls_res, strict=True)
        ]
        return bool(sum(weights) < 0)

    def _read_lines(self, crops: list[Picture], boxes: npt.NDArray[np.float64]) -> list[list[Any]]:
        if not crops:
            return []
        found: Any = self._engine.recognize_txt(crops)  # its annotations differ from what it returns
        results = zip(found.txts, found.scores, boxes, found.word_results, strict=True)
        return [
            [text, round(float(score), 4), _round(box.ravel()), _round(details.confs), _round(_places(text, details))]
            for text, score, box, details in results
            if text.strip()
        ]


def _places(text: str, details: Any) -> list[float]:
    """Return where each character begins, as a fraction of the line; a blank has the place of the one before it."""
    columns = [column for word in details.word_cols for column in word]
    places: list[float] = []
    for character in text:
        place = (
            places[-1] if character.isspace() and places else columns.pop(0) / details.line_txt_len if columns else 0.0
        )
        places.append(min(1.0, place))
    return places


def _round(numbers: Iterable[float]) -> list[float]:
    return [round(float(number), 5) for number in numbers]


def engine_settings(folder: Path) -> dict[str, Any]:
    """Return the settings of rapidocr: a file for each model, so that none is downloaded; one thread; no message."""
    return {
        "Global.log_level": "critical",
        "Global.max_side_len": MAX_SIDE,
        "Global.return_word_box": True,  # certainty and place of each character
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "Det.model_path": str(folder / DETECTION.name),
        "Cls.model_path": str(folder / DIRECTION.name),
        "Rec.model_path": str(folder / RECOGNITION.name),
        "Rec.rec_batch_num": 1,  # 700 MB at most, against 771 MB with 6 lines at once, and not slower
    }


def decode(content: bytes) -> Picture:
    """Return the pixels of a JPEG or PNG picture (BGR). Raises NotAPicture."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NotAPicture
            image.draft("RGB", (2 * MAX_SIDE, 2 * MAX_SIDE))  # a JPEG is decoded in about this size at once
            rgb = np.asarray(image.convert("RGB"))
    except MemoryError:
        raise
    except Exception as error:  # whatever a damaged file makes the decoder raise
        raise NotAPicture from error
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _is_sideways(boxes: npt.NDArray[np.float64]) -> bool:
    """Return whether most of the length of all lines runs up or down."""
    across = np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1)
    down = np.linalg.norm(boxes[:, 3] - boxes[:, 0], axis=1)
    return bool(down[down > _LONG * across].sum() > across[across > _LONG * down].sum())


def _turn(picture: Picture, quarters: int) -> Picture:
    """Return the picture turned clockwise."""
    return np.ascontiguousarray(np.rot90(picture, -quarters))


def _size(picture: Picture) -> npt.NDArray[np.float64]:
    height, width = picture.shape[:2]
    return np.array((width, height), dtype=np.float64)
