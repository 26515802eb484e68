"""Pictures and video clips of codes as a camera sees them, drawn by an independent generator."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import segno
from cv2.typing import MatLike as Picture


def qr(text: str | bytes, scale: int = 4) -> Picture:
    """Draw a QR code with its quiet zone, black on white, `scale` pixels per module."""
    code = segno.make(text, error="m", micro=False, mode="byte" if isinstance(text, bytes) else None, encoding=None)
    modules = np.array([list(row) for row in code.matrix_iter(scale=1, border=4)], np.uint8)
    dark = np.kron(255 * (1 - modules), np.ones((scale, scale), np.uint8))
    return np.array(dark, np.uint8)


def scene(*codes: Picture, width: int = 640, height: int = 480, seed: int = 1) -> Picture:
    """Draw a desk seen by a webcam (BGR): textured and noisy, with `codes` side by side."""
    dice = np.random.default_rng(seed)
    rough = dice.integers(60, 190, (height // 40, width // 40), np.uint8)
    desk = cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
    for place, code in enumerate(codes):
        room = width // len(codes)
        left, top = place * room + (room - code.shape[1]) // 2, (height - code.shape[0]) // 2
        desk[top : top + code.shape[0], left : left + code.shape[1]] = code
    return cv2.cvtColor(add_noise(desk, 4, seed), cv2.COLOR_GRAY2BGR)


def add_noise(picture: Picture, strength: float, seed: int = 1) -> Picture:
    noise = np.random.default_rng(seed).normal(0, strength, picture.shape)
    return np.array(np.clip(picture + noise, 0, 255), np.uint8)


def tilt(picture: Picture, angle: float, depth: float = 0.12) -> Picture:
    """Rotate `picture` by `angle` degrees and tilt it back, so that its far edge is shorter by `depth` at both ends."""
    height, width = picture.shape[:2]
    grey = (128, 128, 128)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 0.9)
    turned = cv2.warpAffine(picture, turn, (width, height), borderValue=grey)
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    leaned = flat + np.array([[width * depth, 0], [-width * depth, 0], [0, 0], [0, 0]], np.float32)
    return cv2.warpPerspective(turned, cv2.getPerspectiveTransform(flat, leaned), (width, height), borderValue=grey)


def jpeg(picture: Picture, quality: int = 80) -> bytes:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def png(picture: Picture) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()


def clip(path: Path, frames: Iterable[Picture], rate: float = 10.0) -> str:
    """Write a Motion JPEG video and return its path as a source."""
    frames = list(frames)
    height, width = frames[0].shape[:2]
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, (width, height))
    assert video.isOpened()
    for frame in frames:
        video.write(frame)
    video.release()
    return str(path)
