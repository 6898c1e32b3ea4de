"""Prepare one file for publishing: pure from bytes to bytes."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image, ImageOps, UnidentifiedImageError

from plugins.model.slugs import slugify

LARGE = 200 * 1024  # bytes above which a picture is scaled and re-encoded
WIDEST = 1600  # pixels
TALLEST = 16383  # pixels, the most that WebP takes; screenshots of chats are taller
WISHED = 100 * 1024  # bytes that the largest picture of a page may weigh
QUALITIES = (82, 74, 66, 58)
REVISION = 2

_RASTER = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}
_SIZE = re.compile(rb"<svg\b[^>]*?>", re.S)


@dataclass(frozen=True)
class Media:
    """A file ready to publish; `width` and `height` in pixels, 0 for what is no picture."""

    name: str
    data: bytes
    width: int = 0
    height: int = 0


def prepare(path: str, raw: bytes) -> Media:
    """Return a file as it is published, named after its stem and a hash of its bytes.

    Raises:
        ValueError: the file has a picture's ending but is none.

    """
    ending = PurePosixPath(path).suffix.lower()
    if ending in (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".bmp", ".tif", ".tiff"):
        data, ending, width, height = _picture(raw)
    elif ending == ".svg":
        data, (width, height) = raw, _svg_size(raw)
    else:
        data, width, height = raw, 0, 0
    stem = slugify(PurePosixPath(path).stem) or "file"
    return Media(f"{stem}.{hashlib.sha256(data).hexdigest()[:8]}{ending}", data, width, height)


def _picture(raw: bytes) -> tuple[bytes, str, int, int]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(raw))
            picture.load()
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        Warning,
        Image.DecompressionBombError,
    ) as cause:
        raise ValueError(str(cause)) from cause
    ending = _RASTER.get(picture.format or "", "")
    animated = getattr(picture, "is_animated", False)
    turned = picture.getexif().get(0x0112, 1) != 1
    if animated and ending:
        return raw, ending, *picture.size
    if len(raw) > LARGE or not ending:
        return _smaller(ImageOps.exif_transpose(picture))
    if turned or _has_metadata(picture):
        return _stripped(picture, ending)
    return raw, ending, *picture.size


def _has_metadata(picture: Image.Image) -> bool:
    named = {"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "Raw profile type exif"}
    texts = getattr(picture, "text", {})
    return bool(named & set(picture.info)) or bool(texts) or len(picture.getexif()) > 0


def _stripped(picture: Image.Image, ending: str) -> tuple[bytes, str, int, int]:
    """Return the same picture upright and without metadata; colours are kept by their profile."""
    upright = ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile")
    for key in list(upright.info):
        if key not in ("transparency", "gamma"):
            del upright.info[key]
    out = io.BytesIO()
    if ending == ".jpg":
        upright.save(out, "JPEG", quality=90, optimize=True, progressive=True, icc_profile=profile)
    elif ending == ".png":
        upright.save(out, "PNG", optimize=True, icc_profile=profile)
    elif ending == ".webp":
        upright.save(out, "WEBP", quality=90, method=6, icc_profile=profile)
    else:
        upright.save(out, "GIF")
    return out.getvalue(), ending, *upright.size


def _smaller(picture: Image.Image) -> tuple[bytes, str, int, int]:
    """Return the picture as WebP, at most WIDEST pixels wide, near WISHED bytes."""
    profile = picture.info.get("icc_profile")
    clear = picture.has_transparency_data
    if picture.mode not in ("RGB", "RGBA"):
        if picture.mode != "P":
            profile = None  # it is of other channels
        picture = picture.convert("RGBA" if clear else "RGB")
    if picture.width > WIDEST:
        height = max(1, round(picture.height * WIDEST / picture.width))
        picture = picture.resize((WIDEST, height), Image.Resampling.LANCZOS)
    if picture.height > TALLEST:
        return _stripped(picture, ".png" if clear else ".jpg")
    data = b""
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=4, icc_profile=profile, exif=b"", xmp=b"")
        data = out.getvalue()
        if len(data) <= WISHED:
            break
    return data, ".webp", *picture.size


def _svg_size(raw: bytes) -> tuple[int, int]:
    match = _SIZE.search(raw)
    tag = match[0].decode("utf-8", "replace") if match else ""
    sides = [re.search(rf"\s{side}=[\"']([\d.]+)(?:px)?[\"']", tag) for side in ("width", "height")]
    if all(sides):
        return round(float(sides[0][1])), round(float(sides[1][1]))  # type: ignore[index]
    box = re.search(r"viewBox=[\"'][\d.-]+[ ,]+[\d.-]+[ ,]+([\d.]+)[ ,]+([\d.]+)[\"']", tag)
    return (round(float(box[1])), round(float(box[2]))) if box else (0, 0)
