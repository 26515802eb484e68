"""The page by which a hand scanner is set up: what to set, and codes that show whether it was.

The codes that change a scanner differ from maker to maker and stand in its manual; the page names the settings as the
manuals do. Its own codes hold every character that codes of this program hold, so that `clerk camera wedge` can tell a
scanner that is set up from one that types through another layout.
"""

from __future__ import annotations

from html import escape
from io import BytesIO

import segno

from clerk_app.locales import _, current_language
from clerk_app.paper.printers.symbols import code128_modules

TEST_TEXT = "EL1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""The alphabet of base45 (RFC 9285) behind the prefix of a signed code: no licence, and read as none."""

TEST_NUMBER = "000000000000"

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<style>body {{ font: 12pt sans-serif; max-width: 170mm; margin: 15mm auto }} svg {{ display: block; margin: 6mm 0 }}
li {{ margin: 2mm 0 }} code {{ font: 11pt monospace }}</style></head>
<body><h1>{title}</h1><ol>{steps}</ol>{codes}</body></html>
"""


def build_scanner_sheet(prefix: str = "") -> str:
    """The page as HTML; `prefix` is what the office has scanners send where they know no AIM identifiers."""
    steps = [
        _("Connect the scanner. If it can be a keyboard or a serial port, choose the keyboard (USB HID)."),
        _("From its manual, scan: back to factory settings."),
        _("Scan: keyboard country or layout, United States. Set the computer to the same while you scan."),
        _("Scan: AIM identifiers on, for all codes (called AIM ID, Transmit AIM ID or AIM Code ID Character)."),
        _("Scan: end each code with Enter (a suffix of CR)."),
        _("Scan: QR codes and Code 128 on. Letters are left as they are (no change of case)."),
    ]
    if prefix:
        step = _("If it knows no AIM identifiers: scan a prefix of {prefix} for all codes instead.")
        steps.append(step.format(prefix=prefix))
    steps.append(_("Start clerk camera wedge, scan both codes below, and see that it calls the first one good."))
    return _PAGE.format(
        language=current_language().replace("_", "-"),
        title=escape(_("Setting up a hand scanner")),
        steps="".join(f"<li>{escape(step)}</li>" for step in steps),
        codes=_draw_qr(TEST_TEXT) + _draw_code128(TEST_NUMBER),
    )


def _draw_qr(text: str) -> str:
    drawn = BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="svg", unit="mm", scale=0.8, xmldecl=False, svgns=True)
    return f"{drawn.getvalue().decode()}<code>{escape(text)}</code>"


def _draw_code128(text: str) -> str:
    """Code 128 with modules of 0.375 mm and quiet zones of ten of them."""
    modules = code128_modules(text)
    bars = "".join(f"M{10 + place} 0h1v30h-1z" for place, module in enumerate(modules) if module == "1")
    wide = len(modules) + 20
    size = f'width="{wide * 0.375:.2f}mm" height="11.25mm" viewBox="0 0 {wide} 30"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="{bars}"/></svg><code>{escape(text)}</code>'
