"""The stylesheet and other files of the theme, the creator's own laid over them."""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Iterator
from pathlib import Path

import rcssmin

from plugins.model.colours import contrast, parts, written

# The raised papers, on which the accent stands too: theme/static/inkstead.css has the same.
LIGHT_PAPER, DARK_PAPER = "#f3f0ea", "#211f1c"
# The theme's own accent has a dark one that was chosen by eye.
DEFAULT_ACCENT, DEFAULT_ACCENT_DARK = "#1f5a80", "#8fc1e3"
SCRIPT = "unlock.js"
READABLE = 4.5  # WCAG 2.2, 1.4.3: contrast of text
CALM = 8.0  # on dark paper a colour that only just passes glows


def stylesheet(theme: Path, own: Path, accent: str) -> tuple[str, bytes]:
    """Return path and bytes of the one stylesheet: tokens, accent, the creator's tokens last."""
    texts = [path.read_text("utf-8") for _, path in _layers(theme, own) if path.suffix == ".css"]
    light, dark = accent_pair(accent)
    texts.append(f":root{{--accent-light:{light};--accent-dark:{dark}}}")
    tokens = own / "tokens.css"
    if tokens.is_file():
        texts.append(tokens.read_text("utf-8"))
    css = str(rcssmin.cssmin("\n".join(texts))).encode()
    return f"/assets/site.{hashlib.sha256(css).hexdigest()[:8]}.css", css


def script(theme: Path, own: Path) -> tuple[str, bytes]:
    """Return path and bytes of the one script, which opens gated posts in place."""
    code = dict(_layers(theme, own))[SCRIPT].read_bytes()
    return f"/assets/unlock.{hashlib.sha256(code).hexdigest()[:8]}.js", code


def other_files(theme: Path, own: Path) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of everything else that the theme ships."""
    for name, path in _layers(theme, own):
        if path.suffix != ".css" and name != SCRIPT:
            yield f"/{name}" if name.startswith("favicon") else f"/assets/{name}", path.read_bytes()


def _layers(theme: Path, own: Path) -> list[tuple[str, Path]]:
    """Return the static files by name, the creator's in place of the theme's."""
    found: dict[str, Path] = {}
    for folder in (theme / "static", own / "static"):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.name.startswith("."):
                found[path.relative_to(folder).as_posix()] = path
    # The tokens stand first in inkstead.css; what follows may use them.
    return sorted(found.items(), key=lambda item: (item[0] != "inkstead.css", item[0]))


def accent_pair(accent: str) -> tuple[str, str]:
    """Return the accent readable on light paper and on dark paper, changed as little as needed."""
    if accent == DEFAULT_ACCENT:
        return DEFAULT_ACCENT, DEFAULT_ACCENT_DARK
    return (
        _readable(accent, LIGHT_PAPER, READABLE, -0.01),
        _readable(accent, DARK_PAPER, CALM, 0.01),
    )


def _readable(colour: str, paper: str, wanted: float, step: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*parts(colour))
    while contrast(colour, paper) < wanted and 0 <= lightness + step <= 1:
        lightness += step
        colour = written(colorsys.hls_to_rgb(hue, lightness, saturation))
    return colour
