"""What importing this room costs the program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.scanners.pictures import png, qr

HEAVY = {"cv2", "numpy", "zxingcpp", "PIL", "pyzbar"}


def test_the_camera_client_imports_no_picture_library() -> None:
    script = "import sys, scanners, scanners.camera.client\n"
    script += "scanners.CameraClient, scanners.KeyboardWedge, scanners.View, scanners.list_cameras()\n"
    script += "print(*{name.partition('.')[0] for name in sys.modules})"
    names = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "scanners" in names
    assert HEAVY.isdisjoint(names)


def test_every_public_name_can_be_imported() -> None:
    import scanners

    assert all(getattr(scanners, name) for name in scanners.__all__)


def test_without_libzbar_codes_are_read_with_the_other_decoder(tmp_path: Path) -> None:
    (tmp_path / "pyzbar").mkdir()
    (tmp_path / "pyzbar" / "__init__.py").touch()
    (tmp_path / "pyzbar" / "pyzbar.py").write_text("raise ImportError('Unable to find zbar shared library')")
    (tmp_path / "code.png").write_bytes(png(qr("EL1:ABC")))
    script = "import sys, scanners; print(scanners.available_decoders(), scanners.read_picture(sys.argv[1])[0].text)"
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "code.png")],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "('zxing-cpp', 'grid') EL1:ABC\n"
    assert run.stderr == ""
