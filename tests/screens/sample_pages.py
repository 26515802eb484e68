"""A drawn lease of two pages, and pages in memory for the viewer."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

from PIL import Image, ImageDraw

from clerk_app.paper.printers.fonts import chinese_font
from clerk_app.roles.papers.viewing import FilePages, ViewTerms

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
A4_PIXELS = (1654, 2339)  # 200 pixels in an inch
LINES = (
    ("房屋租赁合同", 64),
    ("合同编号：ZL-2026-0815", 34),
    ("出租人（甲方）：欧阳建国　　身份证号：110101198001011234", 34),
    ("承租人（乙方）：王小明　　　身份证号：310101199203040017", 34),
    ("根据《中华人民共和国民法典》，甲乙双方就房屋租赁事宜订立本合同。", 34),
    ("第一条　房屋坐落：上海市徐汇区梧桐巷7号302室，建筑面积61.5平方米。", 34),
    ("第二条　租赁期限：自2026年9月1日起至2028年8月31日止。", 34),
    ("第三条　月租金人民币4,200元（大写：肆仟贰佰元整），押一付三。", 34),
    ("第四条　甲方应在2026年9月1日前将房屋交付乙方使用。", 34),
    ("第五条　乙方不得擅自转租，不得改变房屋用途。", 34),
    ("甲方签名：欧阳建国　　　　　乙方签名：王小明", 34),
    ("签订日期：2026年8月15日", 34),
)


@cache
def draw_lease() -> bytes:
    """Return the JPEG of an A4 page with a lease, 200 pixels in an inch."""
    image = Image.new("RGB", A4_PIXELS, (250, 248, 240))
    draw = ImageDraw.Draw(image)
    y = 150
    for text, size in LINES:
        font = chinese_font(size)
        assert font is not None
        draw.text((180, y), text, font=font, fill=(25, 25, 30))
        y += size * 2 + 30
    draw.ellipse((1000, y - 200, 1300, y + 100), outline=(200, 30, 30), width=8)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=85)
    return written.getvalue()


def open_pages(
    read: Callable[[], bytes],
    *,
    minutes: float = 30.0,
    purpose: str = "Residence permit",
    open_original: Callable[[], str] | None = None,
) -> FilePages:
    """Return the pages of the file that `read` returns, opened for so many minutes from NOW on."""
    return FilePages(read, ViewTerms(purpose, "2003", NOW + timedelta(minutes=minutes)), lambda: NOW, open_original)
