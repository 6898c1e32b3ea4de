"""Pelican's settings for a content folder: resolved from `site.toml`, nothing to edit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, StrictUndefined
from jinja2.bccache import Bucket

import plugins.feeds
import plugins.head
import plugins.reader
from plugins.model.problems import Problems
from plugins.model.site_file import load_site


class _Compiled(BytecodeCache):
    """Templates compiled once for all generators and for all builds of a living process.

    The key holds the template's source, so a changed one is compiled again.
    """

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket from what is known."""
        known = self.known.get(f"{bucket.key}{bucket.checksum}")
        if known:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.known[f"{bucket.key}{bucket.checksum}"] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def engine_root() -> Path:
    """Return the folder that holds theme/ and content/: the checkout, else the wheel's own."""
    here = Path(__file__).resolve().parents[2]
    packed = here / "publish" / "engine"
    return packed if packed.is_dir() else here


def default_content() -> Path:
    """Return the folder that INKSTEAD_CONTENT names, else the demo."""
    return Path(os.environ.get("INKSTEAD_CONTENT") or engine_root() / "content").absolute()


def pelican_settings(content: Path) -> dict[str, Any]:
    """Return settings for a folder; what is wrong in its site.toml is said by the build."""
    site = load_site(content, Problems())
    theme, own = engine_root() / "theme", content / "theme"
    return {
        "PATH": str(content),
        "THEME": str(theme),
        "THEME_TEMPLATES_OVERRIDES": [str(own / "templates")],
        "SITENAME": site.main.title,
        "SITESUBTITLE": site.main.description,
        "SITEURL": site.url,
        "AUTHOR": site.main.author.name or site.main.title,
        "TIMEZONE": site.time_zone,
        "DEFAULT_LANG": site.main.code,
        "DEFAULT_PAGINATION": site.per_page,
        # As modules: one of ours that is broken stops right here, not with a line in a log.
        "PLUGINS": [plugins.reader, plugins.head, plugins.feeds, *site.plugins],
        # Autoescape is off in Pelican; StrictUndefined stops at a misspelt variable.
        "JINJA_ENVIRONMENT": {
            "autoescape": True,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "undefined": StrictUndefined,
            "extensions": ["jinja2.ext.i18n"],
            "auto_reload": False,  # a build reads each template once
            "bytecode_cache": _COMPILED,
        },
        "SLUGIFY_USE_UNICODE": True,
        "RELATIVE_URLS": False,
        "CACHE_CONTENT": False,
        "LOAD_CONTENT_CACHE": False,
        "DELETE_OUTPUT_DIRECTORY": False,
        "TYPOGRIFY": False,
        "READERS": {"html": None, "htm": None, "rst": None},
        "ARTICLE_SAVE_AS": "{slug}/index.html",
        "ARTICLE_URL": "{slug}/",
        "PAGE_SAVE_AS": "{slug}/index.html",
        "PAGE_URL": "{slug}/",
        "TAG_URL": "tags/{slug}/",
        "CATEGORY_URL": "categories/{slug}/",
        "AUTHOR_SAVE_AS": "",
        "STATIC_PATHS": [],
        **dict.fromkeys(
            (
                "FEED_ALL_ATOM",
                "CATEGORY_FEED_ATOM",
                "TRANSLATION_FEED_ATOM",
                "AUTHOR_FEED_ATOM",
                "AUTHOR_FEED_RSS",
            )
        ),
    }
