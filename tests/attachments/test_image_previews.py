"""Previews: small, upright, telling nothing; and no image fills the memory."""

import io
import random
import tracemalloc
from pathlib import Path

import pytest
from PIL import Image
from sample_files import (
    GIF,
    JPEG,
    PNG,
    WEBP,
    photo_with_place,
    picture,
    png_bomb,
    png_of_claimed_size,
)

from chatkit.attachments import AttachmentLimits, AttachmentRefused, AttachmentTooLarge
from chatkit.attachments.images import make_preview
from chatkit.attachments.previews import preview

LIMITS = AttachmentLimits(preview_side=64)


def opened(encoded: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(encoded))
    image.load()
    return image


@pytest.mark.parametrize(
    ("form", "kind"), [("PNG", PNG), ("JPEG", JPEG), ("GIF", GIF), ("WEBP", WEBP)]
)
async def test_an_image_gets_a_small_preview(form: str, kind: str, tmp_path: Path) -> None:
    """One format for all, within the side that was asked for, from memory or from a file."""
    path = tmp_path / "content"
    path.write_bytes(picture(form, (400, 200)))
    small = opened(await make_preview(path, kind, LIMITS))
    assert (small.format, small.size) == ("WEBP", (64, 32))
    assert await make_preview(path.read_bytes(), kind, LIMITS) == preview(path, kind, LIMITS)


def test_a_preview_is_upright_and_does_not_say_where_it_was_taken() -> None:
    """A phone's photo lies on its side and knows the photographer's home."""
    taken = photo_with_place(orientation=6)
    assert opened(taken).getexif()
    small = opened(preview(taken, JPEG, LIMITS))
    assert small.size == (20, 40)
    red, _, blue = small.convert("RGB").getpixel((10, 5))
    assert red > 150 > blue
    assert not small.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(small.info)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixels_gets_a_preview(mode: str) -> None:
    """Black and white, palettes, transparency, print colours: all are shown."""
    encoded = io.BytesIO()
    form, kind = ("JPEG", JPEG) if mode == "CMYK" else ("PNG", PNG)
    Image.new(mode, (8, 8)).save(encoded, form)
    small = opened(preview(encoded.getvalue(), kind, LIMITS))
    assert small.mode == ("RGBA" if mode in ("LA", "RGBA") else "RGB")


@pytest.mark.requirement("sec-19")
@pytest.mark.parametrize("side", [7_000, 15_000, 50_000])
def test_an_image_of_too_many_pixels_is_refused_before_it_is_unpacked(side: int) -> None:
    """A megabyte that unpacks to gigabytes: the header is enough to refuse it."""
    bomb = png_bomb(side, side // 10) if side < 50_000 else png_of_claimed_size(side, side)
    limits = AttachmentLimits(pixels=side * side // 10 - 1)
    tracemalloc.start()
    try:
        with pytest.raises(AttachmentTooLarge, match="pixels"):
            preview(bomb, PNG, limits)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.requirement("sec-19")
def test_an_image_at_the_limit_is_taken() -> None:
    """The limit is what it says."""
    assert preview(picture(size=(40, 20)), PNG, AttachmentLimits(pixels=800))
    with pytest.raises(AttachmentTooLarge):
        preview(picture(size=(40, 20)), PNG, AttachmentLimits(pixels=799))


@pytest.mark.requirement("sec-19")
def test_text_packed_into_an_image_is_not_unpacked_without_end() -> None:
    """PNG has compressed comments, which are bombs of their own."""
    from PIL import PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 100_000_000, zip=True)
    with pytest.raises(AttachmentRefused, match="damaged"):
        preview(picture("PNG", pnginfo=info), PNG, LIMITS)


@pytest.mark.parametrize("cut", [10, 60, 0.5])
@pytest.mark.parametrize(
    ("form", "kind"), [("PNG", PNG), ("JPEG", JPEG), ("GIF", GIF), ("WEBP", WEBP)]
)
def test_a_damaged_image_is_refused_with_a_clear_error(form: str, kind: str, cut: float) -> None:
    """Half an image is an error of the client's, and never one of ours."""
    whole = picture(form, (300, 300), **({} if form == "GIF" else {"quality": 95}))
    end = int(len(whole) * cut) if isinstance(cut, float) else cut
    with pytest.raises(AttachmentRefused, match="damaged"):
        preview(whole[:end], kind, LIMITS)


def test_an_image_of_another_format_is_not_opened() -> None:
    """Only the declared format's decoder ever runs: the others are attack surface."""
    with pytest.raises(AttachmentRefused, match="damaged"):
        preview(picture("JPEG"), PNG, LIMITS)


@pytest.mark.requirement("sec-19")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("form", "kind"), [("PNG", PNG), ("JPEG", JPEG), ("GIF", GIF), ("WEBP", WEBP)]
)
def test_hostile_bytes_are_refused_or_shown_and_never_an_error_of_ours(
    form: str, kind: str, seed: int
) -> None:
    """Decoders raise all sorts of things for files that were bent on purpose."""
    dice = random.Random(f"{form} {seed}")
    whole = photo_with_place() if form == "JPEG" else picture(form, (60, 40))
    for _ in range(100):
        bent = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            bent[dice.randrange(len(bent))] = dice.randrange(256)
        try:
            assert opened(preview(bytes(bent), kind, LIMITS)).format == "WEBP"
        except AttachmentRefused:
            continue


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_an_image_with_broken_metadata_is_shown_as_it_lies() -> None:
    """Browsers show it too; only how to turn it is not known."""
    taken = photo_with_place()
    at = taken.index(b"Exif\0\0") + 10
    broken = taken[:at] + b"\xff" * 60 + taken[at + 60 :]
    assert opened(preview(broken, JPEG, LIMITS)).size == (40, 20)
