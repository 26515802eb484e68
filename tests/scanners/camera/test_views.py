"""Encoding of views as messages."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanners.camera.views import MAX_MESSAGE_BYTES, View, pack_view, receive_view
from scanners.codes import Code
from scanners.errors import ScanError

points = st.lists(st.tuples(st.floats(-9, 9999), st.floats(-9, 9999)), min_size=4, max_size=4).map(tuple)
texts = st.text(max_size=40)
codes = st.builds(
    Code,
    text=texts,
    data=st.binary(max_size=40),
    symbology=st.sampled_from(["QRCode", "Code128", ""]),
    decoder=texts,
    corners=points,
    ms=st.floats(0, 1e6),
)
troubles = st.one_of(st.none(), st.builds(lambda text: ScanError("{source} is away.", source=text), texts))
views = st.builds(
    View,
    frame=st.integers(0, 2**40),
    width=st.just(2),
    height=st.just(1),
    rgb=st.binary(min_size=6, max_size=6),
    outlines=st.lists(points, max_size=2).map(tuple),
    codes=st.lists(codes, max_size=2).map(tuple),
    size=st.tuples(st.integers(0, 9999), st.integers(0, 9999)),
    rate=st.floats(0, 240),
    read=st.integers(0, 9),
    guidance=st.sampled_from(["", "closer", "less tilt", "glare", "hold still", "two codes"]),
    trouble=troubles,
    ms=st.dictionaries(texts, st.floats(0, 1e6), max_size=3),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(views, max_size=3))
def test_views_arrive_as_they_were_sent(sent: list[View]) -> None:
    pipe = io.BytesIO(b"".join(pack_view(view) for view in sent))
    received = []
    while view := receive_view(pipe):
        received.append(view)
    assert received == sent


@settings(max_examples=25, deadline=None)
@given(views, st.data())
def test_a_message_cut_short_is_the_end(view: View, data: st.DataObject) -> None:
    message = pack_view(view)
    cut = data.draw(st.integers(0, len(message) - 1))
    assert receive_view(io.BytesIO(message[:cut])) is None


@pytest.mark.parametrize(
    "noise", [b"Corrupt JPEG data", b"\0" * 8, b"\xff" * 64, (MAX_MESSAGE_BYTES + 1).to_bytes(8, "big")]
)
def test_noise_between_messages_is_detected(noise: bytes) -> None:
    with pytest.raises(ValueError, match="not a message"):
        receive_view(io.BytesIO(noise))


def test_the_text_of_a_trouble_is_its_sentence() -> None:
    trouble = ScanError("Camera {camera} is not there.", camera="2")
    assert str(trouble) == "Camera 2 is not there."
    assert (trouble.sentence, trouble.facts) == ("Camera {camera} is not there.", {"camera": "2"})
