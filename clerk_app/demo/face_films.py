"""What the sample city's window camera sees: for each code, its holder before the window, as a folder of pictures."""

from __future__ import annotations

from math import sin, tau
from pathlib import Path

from db.files import create_folder

FACES_FOLDER = "faces"  # in the folder of the city
_PICTURES = 10
_ROOM = (960, 720)
_HEIGHT = 680  # of the drawing of the person, pixels
_WALL = (112, 122, 116)


def ensure_face_film(folder: Path, name: str, person: str) -> Path:
    """Return the pictures of a person; missing ones are drawn first, which takes about a second."""
    out = folder / FACES_FOLDER / name
    if len(list(out.glob("*.jpg"))) < _PICTURES:
        create_folder(out)
        _draw_pictures(out, person)
    return out


def _draw_pictures(folder: Path, person: str) -> None:
    from PIL import Image

    from clerk_app.demo.portraits import View, draw_portrait, features_of

    features = features_of(person)
    for number in range(_PICTURES):
        turn = sin(tau * number / _PICTURES)
        view = View(tilt=5 * turn, light=0.6, brightness=0.92, background=_WALL, smile=round(4 + 4 * turn))
        drawn = draw_portrait(features, view)
        person_size = (drawn.width * _HEIGHT // drawn.height, _HEIGHT)
        room = Image.new("RGB", _ROOM, _WALL)
        room.paste(
            drawn.resize(person_size, Image.Resampling.LANCZOS),
            ((_ROOM[0] - person_size[0]) // 2 + round(50 * turn), _ROOM[1] - _HEIGHT),
        )
        room.save(folder / f"{number}.jpg", quality=85)
