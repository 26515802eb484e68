"""A lease drawn on A4, and a photograph of it that was taken askew."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.papers.photographs import Conditions, take_photograph
from clerk_app.paper.printers.fonts import chinese_font

ADDRESS = "示范市滨河路12号3栋301室"
LANDLORD, LANDLORD_NUMBER = "陈志远", "11010519491231002X"
ASKEW = Conditions(turn=6.0, tilt=4.0, falloff=0.15, blur=0.5, fill=0.95)


def draw_lease(tenant: str, number: str) -> Image.Image:
    """Draw the first page of a lease, 1240 x 1754 pixels."""
    title, text = chinese_font(56), chinese_font(34)
    assert title is not None
    assert text is not None
    page = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(page)
    pen.text((430, 110), "房屋租赁合同", font=title, fill="black")
    lines = (
        f"出租人：{LANDLORD}",
        f"身份证号：{LANDLORD_NUMBER}",
        f"承租人：{tenant}",
        f"身份证号：{number}",
        "",
        f"房屋坐落：{ADDRESS}，建筑面积60平方米。",
        "租赁期限自2026年1月1日起至2031年12月31日止。",
        "月租金为人民币4500元。",
        "乙方应当按照约定的方法使用房屋，不得擅自转租。",
        "本合同一式两份，甲乙双方各执一份。",
    )
    for at, line in enumerate(lines):
        pen.text((120, 300 + 90 * at), line, font=text, fill="black")
    return page


def photograph_lease(tenant: str, number: str) -> bytes:
    """Return a photograph of a lease, as JPEG, on which the page lies askew on a desk."""
    page = cv2.cvtColor(np.asarray(draw_lease(tenant, number)), cv2.COLOR_RGB2BGR)
    found, jpeg = cv2.imencode(".jpg", take_photograph(page, 7, ASKEW).picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
    assert found
    return bytes(jpeg.tobytes())
