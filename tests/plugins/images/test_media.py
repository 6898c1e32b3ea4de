"""Pictures are scaled where large, stripped of metadata, and named after their bytes."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image, ImageChops, PngImagePlugin

from plugins.images.media import LARGE, TALLEST, WIDEST, prepare


def saved(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(media):
    picture = Image.open(io.BytesIO(media.data))
    picture.load()
    return picture


def noise(width, height, mode="RGB"):
    """Return a picture that no format makes small."""
    size = width * height * len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(7).randbytes(size))


def halves(mode="RGB"):
    """Return a picture 40 by 20, its left half white."""
    picture = Image.new(mode, (40, 20))
    picture.paste(Image.new(mode, (20, 20), "white"), (0, 0))
    return picture


def tagged():
    """Return EXIF with a camera, a place and a comment."""
    exif = Image.Exif()
    exif[0x010F] = "CanaryCam"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 7.0)
    return exif


def test_a_large_picture_becomes_webp_of_at_most_1600_pixels():
    raw = saved(noise(2000, 500), "JPEG", quality=95)
    assert len(raw) > LARGE
    media = prepare("a.jpg", raw)
    assert (media.width, media.height) == (WIDEST, 400)
    assert opened(media).format == "WEBP"
    assert opened(media).size == (1600, 400)
    assert media.name.endswith(".webp")


def test_a_large_but_narrow_picture_keeps_its_size():
    media = prepare("a.png", saved(noise(400, 500), "PNG"))
    assert opened(media).size == (400, 500) == (media.width, media.height)
    assert opened(media).format == "WEBP"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_small_picture_without_metadata_is_left_byte_for_byte(kind):
    raw = saved(halves(), kind)
    media = prepare(f"a.{kind.lower()}", raw)
    assert media.data == raw
    assert (media.width, media.height) == (40, 20)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("large", [False, True])
def test_camera_place_and_notes_are_gone(kind, large):
    options = {"exif": tagged(), "xmp": b"<x:xmpmeta>CanaryXmp</x:xmpmeta>"}
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", "CanaryText")
        notes.add_itxt("XML:com.adobe.xmp", "CanaryXmp")
        options = {"exif": tagged(), "pnginfo": notes}
    if kind == "JPEG":
        options["comment"] = b"CanaryComment"
    raw = saved(noise(400, 400) if large else halves(), kind, **options)
    assert b"Canary" in raw
    media = prepare("a.x.png", raw)
    assert b"Canary" not in media.data
    assert not opened(media).getexif().get_ifd(0x8825)
    assert len(opened(media).getexif()) == 0


@pytest.mark.parametrize("note", ["xmp", "comment"])
def test_one_note_alone_is_enough_to_strip(note):
    raw = saved(halves(), "JPEG", **{note: b"Canary"})
    assert b"Canary" not in prepare("a.jpg", raw).data


def test_a_text_alone_in_a_png_is_enough_to_strip():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Canary")
    assert b"Canary" not in prepare("a.png", saved(halves(), "PNG", pnginfo=notes)).data


def test_a_note_in_a_gif_is_gone():
    raw = saved(halves(), "GIF", comment=b"Canary")
    media = prepare("a.gif", raw)
    assert b"Canary" not in media.data
    assert opened(media).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("large", [False, True])
def test_a_picture_is_turned_upright(large):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = noise(600, 300) if large else halves()
    media = prepare("a.jpg", saved(picture, "JPEG", exif=exif, quality=95))
    assert (media.width, media.height) == ((300, 600) if large else (20, 40))
    if not large:
        assert opened(media).getpixel((10, 5))[0] > 200
        assert opened(media).getpixel((10, 35))[0] < 50


def test_the_colour_profile_is_kept():
    profile = b"profile" * 20
    small = prepare("a.jpg", saved(halves(), "JPEG", icc_profile=profile, exif=tagged()))
    large = prepare("a.jpg", saved(noise(400, 400), "JPEG", quality=95, icc_profile=profile))
    assert opened(small).info["icc_profile"] == opened(large).info["icc_profile"] == profile


def test_the_profile_of_other_channels_is_not():
    raw = saved(noise(400, 400, "CMYK"), "JPEG", quality=95, icc_profile=b"cmyk" * 20)
    assert "icc_profile" not in opened(prepare("a.jpg", raw)).info


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_clear_stays_clear(mode):
    picture = noise(500, 500, mode)
    picture.putalpha(Image.new("L", picture.size, 0))
    picture.paste(noise(400, 400, mode), (0, 0))
    raw = saved(picture, "PNG")
    assert len(raw) > LARGE
    assert opened(prepare("a.png", raw)).convert("RGBA").getpixel((499, 499))[3] == 0


def test_a_palette_that_is_clear_stays_clear():
    picture = noise(700, 700, "L").convert("P")
    raw = saved(picture, "PNG", transparency=0)
    assert len(raw) > LARGE
    assert opened(prepare("a.png", raw)).mode == "RGBA"


@pytest.mark.parametrize("large", [False, True])
def test_an_animated_gif_is_kept(large):
    frame = noise(400, 400, "L") if large else halves()
    frames = [frame, ImageChops.invert(frame)]
    raw = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    media = prepare("a.gif", raw)
    assert media.data == raw
    assert (len(raw) > LARGE) == large
    assert (media.width, media.height) == frame.size
    assert opened(media).n_frames == 2


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "AVIF"])
def test_a_picture_of_another_format_becomes_webp(kind):
    media = prepare(f"a.{kind.lower()}", saved(halves(), kind))
    assert opened(media).format == "WEBP"
    assert (media.width, media.height) == (40, 20)


def test_a_picture_with_a_wrong_ending_gets_the_right_one():
    assert prepare("a.jpg", saved(halves(), "PNG")).name.endswith(".png")


def test_a_very_tall_screenshot_is_not_squeezed():
    raw = saved(noise(40, TALLEST + 1), "PNG")
    assert len(raw) > LARGE
    media = prepare("a.png", raw)
    assert opened(media).size == (40, TALLEST + 1) == (media.width, media.height)
    assert opened(media).format == "JPEG"
    assert media.name.endswith(".jpg")


@pytest.mark.parametrize(
    ("tag", "size"),
    [
        ('<svg width="30" height="20.4">', (30, 20)),
        ("<svg width='30px' height='20px'>", (30, 20)),
        ('<svg\n viewBox="0 0 30 20">', (30, 20)),
        ("<svg viewBox='-1,-2,30,20'>", (30, 20)),
        ('<svg width="100%" height="100%" viewBox="0 0 3 2">', (3, 2)),
        ('<svg stroke-width="2" viewBox="0 0 3 2" line-height="9">', (3, 2)),
        ('<svg stroke-width="2" width="24" height="12">', (24, 12)),
        ("<svg>", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_a_drawing_says_its_size(tag, size):
    raw = f'<?xml version="1.0"?><!-- width="1" -->{tag}</svg>'.encode()
    media = prepare("a.svg", raw)
    assert (media.width, media.height) == size
    assert media.data == raw


@pytest.mark.parametrize("raw", [b"", b"not a picture", saved(halves(), "PNG")[:60], b"GIF89a"])
def test_a_broken_picture_is_an_error(raw):
    with pytest.raises(ValueError):
        prepare("a.png", raw)


def test_other_files_are_published_as_they_are():
    media = prepare("files/定价 表.pdf", b"%PDF")
    assert (media.data, media.width, media.height) == (b"%PDF", 0, 0)
    assert media.name.startswith("定价-表.")
    assert media.name.endswith(".pdf")


def test_a_name_is_the_stem_and_a_hash_of_the_bytes():
    one, same, other = (
        prepare(name, raw) for name, raw in [("x/a.b", b"1"), ("a.b", b"1"), ("a.b", b"2")]
    )
    assert one == same
    assert one.name != other.name
    assert prepare("!.pdf", b"1").name.startswith("file.")


def test_the_same_picture_gives_the_same_bytes():
    raw = saved(noise(500, 400), "JPEG", quality=95, exif=tagged())
    assert prepare("a.jpg", raw) == prepare("a.jpg", raw)
