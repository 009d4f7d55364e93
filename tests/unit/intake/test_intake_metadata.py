"""Pictures lose where they were taken, and nothing of what they show."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.attachments.metadata import jpeg, png, strip, webp

GPS = b"GPS 48.2082 N 16.3738 E"
NOISE = st.binary(max_size=300)


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def scan(data):
    """A scan as an encoder writes it: each FF of the data is followed by a zero."""
    return segment(jpeg.SOS, b"\x01\x01\x00\x00\x3f\x00") + data.replace(b"\xff", b"\xff\x00")


def exif(side, order=">"):
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, side, 0)
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}I", 8)
    return b"Exif\0\0" + head + struct.pack(f"{order}H", 1) + entry + b"\0\0\0\0" + GPS


JPEG_NEEDED = st.one_of(
    NOISE.map(lambda data: segment(0xDB, data)),
    NOISE.map(lambda data: segment(0xC4, data)),
    NOISE.map(lambda data: segment(0xC2, data)),
    NOISE.map(lambda data: segment(jpeg.APP0, b"JFIF\0" + data)),
    NOISE.map(lambda data: segment(jpeg.APP2, b"ICC_PROFILE\0" + data)),
    NOISE.map(lambda data: segment(jpeg.APP14, b"Adobe" + data)),
    NOISE.map(scan),
)
JPEG_DROPPED = st.one_of(
    st.just(segment(jpeg.APP1, b"http://ns.adobe.com/xap/1.0/\0" + GPS)),
    st.just(segment(jpeg.APP2, b"MPF\0" + GPS)),
    st.just(segment(0xED, b"Photoshop 3.0\0" + GPS)),
    st.just(segment(jpeg.COM, GPS)),
    st.just(segment(jpeg.APP1, exif(1))),
)


def parts(needed, dropped):
    """Needed and dropped parts in any order, each with which of the two it is."""
    marked = st.one_of(needed.map(lambda x: (True, x)), dropped.map(lambda x: (False, x)))
    return st.lists(marked, min_size=1, max_size=12)


def joined(found, *, all_of=True):
    return b"".join(part for needed, part in found if needed or all_of)


@given(parts(JPEG_NEEDED, JPEG_DROPPED), NOISE)
def test_a_jpeg_keeps_every_byte_of_its_picture_and_no_place(found, behind):
    whole = b"\xff\xd8" + joined(found) + b"\xff\xd9" + behind + GPS

    assert strip("image/jpeg", whole) == b"\xff\xd8" + joined(found, all_of=False) + b"\xff\xd9"


def png_chunk(kind, data):
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


PNG_NEEDED = st.builds(
    png_chunk, st.sampled_from((b"IDAT", b"PLTE", b"gAMA", b"iCCP", b"fdAT")), NOISE
)
PNG_DROPPED = st.builds(
    png_chunk, st.sampled_from((b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME", b"prVt")), st.just(GPS)
)


@given(parts(PNG_NEEDED, PNG_DROPPED), NOISE)
def test_a_png_keeps_every_byte_of_its_picture_and_no_place(found, behind):
    start, end = png.SIGNATURE + png_chunk(b"IHDR", b"x" * 13), png_chunk(b"IEND", b"")

    stripped = strip("image/png", start + joined(found) + end + behind + GPS)

    assert stripped == start + joined(found, all_of=False) + end


def riff(kind, data):
    return struct.pack("<4sI", kind, len(data)) + data + b"\0" * (len(data) % 2)


def container(body):
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


WEBP_NEEDED = st.builds(riff, st.sampled_from((b"VP8 ", b"VP8L", b"ALPH", b"ANMF", b"ICCP")), NOISE)
WEBP_DROPPED = st.builds(riff, st.sampled_from((b"EXIF", b"XMP ", b"priv")), st.just(GPS))


@given(parts(WEBP_NEEDED, WEBP_DROPPED), st.integers(0, 255), NOISE)
def test_a_webp_keeps_every_byte_of_its_picture_and_no_place(found, flags, behind):
    def head(bits):
        return riff(b"VP8X", bytes([bits]) + b"\0" * 9)

    stripped = strip("image/webp", container(head(flags) + joined(found)) + behind + GPS)

    assert stripped == container(head(flags & ~0x0C) + joined(found, all_of=False))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("side", range(2, 9))
def test_a_jpeg_still_says_which_side_is_up(order, side):
    found = strip("image/jpeg", b"\xff\xd8" + segment(jpeg.APP1, exif(side, order)) + b"\xff\xd9")

    ((_, kept), _) = jpeg.segments(found)
    assert jpeg.orientation(kept[10:]) == side
    assert GPS not in found


@given(st.sampled_from(("image/jpeg", "image/png", "image/webp")), NOISE, st.integers(0, 40))
def test_a_picture_that_cannot_be_walked_says_so(media_type, noise, cut):
    start = {"image/jpeg": b"\xff\xd8\xff", "image/png": png.SIGNATURE, "image/webp": b"RIFF"}
    try:
        stripped = strip(media_type, start[media_type] + noise[:cut])
    except ValueError:
        return
    assert strip(media_type, stripped) == stripped


@pytest.mark.parametrize(
    ("media_type", "walk"), [("image/webp", webp.chunks), ("image/png", png.chunks)]
)
def test_half_a_picture_is_none(media_type, walk):
    whole = {
        "image/webp": container(riff(b"VP8 ", b"x" * 50)),
        "image/png": png.SIGNATURE + png_chunk(b"IDAT", b"x" * 50) + png_chunk(b"IEND", b""),
    }[media_type]
    assert list(walk(whole))
    for cut in range(len(whole)):
        with pytest.raises(ValueError, match=r"."):
            list(walk(whole[:cut]))
