"""The model files of the extra `text`: their names, sizes and digests. Nothing is ever downloaded."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple


class ModelFile(NamedTuple):
    """A file inside the package rapidocr 3.10."""

    name: str
    size: int  # bytes
    sha256: str


DETECTION = ModelFile(
    "PP-OCRv6_det_small.onnx", 9929594, "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"
)
DIRECTION = ModelFile(
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx", 585532, "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c"
)
RECOGNITION = ModelFile(
    "PP-OCRv6_rec_small.onnx", 21234383, "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"
)
MODEL_FILES = (DETECTION, DIRECTION, RECOGNITION)


class ModelMissing(Exception):
    """A model file is missing or has other content; the argument is its name."""


def check_models(folder: Path) -> None:
    """Raise ModelMissing if one of the three files in `folder` is missing or differs from what was tested."""
    for model in MODEL_FILES:
        path = folder / model.name
        try:
            is_right = path.stat().st_size == model.size and _digest(path) == model.sha256
        except OSError as error:
            raise ModelMissing(model.name) from error
        if not is_right:
            raise ModelMissing(model.name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
