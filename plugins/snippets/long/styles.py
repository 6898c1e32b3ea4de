"""The rules of a theme as style attributes: read once, looked up by name.

css-inline does the same for any sheet and took 1.5 ms a post; this takes a tenth of that, for
themes whose every rule is for one name, an element's or a class's, with `.han` before it where it
is for Chinese and Japanese alone.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from plugins.model.colours import contrast
from plugins.snippets.long.colours import readable, tint

Element = etree._Element

THEMES = ("ink", "paper")
_FOLDER = Path(__file__).parent / "themes"
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"(?:\.(han) )?\.?([a-z][a-z0-9-]*)")
_GROUND = re.compile(r"background:\s*(#[0-9a-f]{6})")
_LOOSE = re.compile(r"\s*([;:,])\s*")


def dress(root: Element, theme: str, accent: str, han: bool) -> None:
    """Give every element of a tree the style of its class, else of its name; classes go."""
    known = styles(theme if theme in THEMES else THEMES[0], accent, han)
    for element in root.iter():
        style = known.get(element.get("class") or str(element.tag))
        if style:
            own = element.get("style")
            element.set("style", f"{style};{own}" if own else style)
    etree.strip_attributes(root, "class")


@functools.lru_cache(maxsize=8)
def styles(theme: str, accent: str, han: bool) -> Mapping[str, str]:
    """Return the styles of a theme by name.

    Raises:
        ValueError: a selector is none that this module understands.

    """
    text = _COMMENT.sub("", (_FOLDER / f"{theme}.css").read_text("utf-8"))
    grounds = ["#ffffff", *_GROUND.findall(text)]
    colour = readable(accent, max(grounds, key=lambda ground: contrast(ground, "#ffffff")))
    for name, value in (("accent", colour), ("line", tint(colour, 0.35))):
        text = text.replace(f"var(--{name})", value)
    found: dict[str, dict[str, str]] = {}
    for selectors, body in _RULE.findall(text):
        rules = dict(
            part.split(":", 1) for part in _LOOSE.sub(r"\1", body).strip(" ;\n").split(";")
        )
        for selector in selectors.split(","):
            only, name = _parts(selector.strip())
            if han or not only:
                found.setdefault(name, {}).update(rules)
    return {
        name: ";".join(f"{rule}:{value}" for rule, value in rules.items())
        for name, rules in found.items()
    }


def _parts(selector: str) -> tuple[str, str]:
    match = _SELECTOR.fullmatch(selector)
    if not match:
        raise ValueError(f'"{selector}" is more than a theme may say')
    return match[1] or "", match[2]
