"""Read a finished site as a visitor's software does: from its files alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

HOST = "https://inkstead.example"


class Page:
    """One HTML page; `path` is its address without the host."""

    def __init__(self, path: str, file: Path) -> None:
        self.path, self.file = path, file
        self.text = file.read_text("utf-8")

    def __repr__(self) -> str:
        return self.path

    @cached_property
    def root(self) -> Any:
        return html.document_fromstring(self.text.encode(), parser=html.HTMLParser(encoding="utf8"))

    def all(self, xpath: str) -> list[Any]:
        return list(self.root.xpath(xpath))

    def one(self, xpath: str) -> Any:
        found = self.all(xpath)
        assert len(found) == 1, f"{self.path}: {len(found)} of {xpath}"
        return found[0]

    @cached_property
    def ids(self) -> list[str]:
        return [str(value) for value in self.all("//@id")]

    @property
    def lang(self) -> str:
        return str(self.root.get("lang"))

    @property
    def words(self) -> str:
        return " ".join(self.one("//main").text_content().split())

    @property
    def alias(self) -> bool:
        return bool(self.all("//meta[@http-equiv='refresh']"))

    @property
    def noindex(self) -> bool:
        return bool(self.all("//meta[@name='robots'][@content='noindex']"))

    @property
    def canonical(self) -> str:
        return str(self.one("//link[@rel='canonical']/@href"))

    @property
    def alternates(self) -> dict[str, str]:
        links = self.all("//link[@rel='alternate'][@hreflang]")
        return {link.get("hreflang"): link.get("href") for link in links}

    def meta(self, name: str) -> str | None:
        found = self.all(f"//meta[@name='{name}' or @property='{name}']/@content")
        assert len(found) < 2, f"{self.path}: several {name}"
        return str(found[0]) if found else None

    @property
    def json_ld(self) -> dict[str, Any]:
        found = self.all("//script[@type='application/ld+json']")
        assert len(found) < 2, self.path
        return dict(json.loads(found[0].text)) if found else {}

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield tag and absolute address of everything that the page leads to or loads."""
        for element in self.root.iter(etree.Element):
            for name in ("href", "src", "poster", "action", "data", "cite"):
                if element.get(name) is not None:
                    yield element.tag, urljoin(HOST + self.path, element.get(name).strip())
            for candidate in (element.get("srcset") or "").split(","):
                if candidate.strip():
                    yield element.tag, urljoin(HOST + self.path, candidate.split()[0])


class Site:
    """All public pages of a generation."""

    def __init__(self, generation: Path) -> None:
        self.generation = generation
        self.public = generation / "public"
        self.manifest = json.loads((generation / "manifest.json").read_text("utf-8"))
        files = sorted(self.public.resolve().rglob("*"))
        self.files = {
            f"/{file.relative_to(self.public.resolve()).as_posix()}": file
            for file in files
            if file.is_file()
        }
        self.pages = {
            path.removesuffix("index.html"): Page(path.removesuffix("index.html"), file)
            for path, file in self.files.items()
            if path.endswith(".html")
        }

    def page(self, path: str) -> Page:
        return self.pages[path]

    @property
    def real(self) -> list[Page]:
        """Every page but those at old addresses."""
        return [page for page in self.pages.values() if not page.alias]

    def leads_to(self, address: str) -> tuple[str, str]:
        """Return path and fragment of an address of this site."""
        parts = urlsplit(address)
        return unquote(parts.path), unquote(parts.fragment)

    def has(self, path: str) -> bool:
        """Tell whether a plain web server would answer this path."""
        return path in self.files or f"{path}index.html" in self.files

    @cached_property
    def sitemap(self) -> Any:
        return etree.fromstring((self.public / "sitemap.xml").read_bytes())

    @cached_property
    def stylesheet(self) -> Path:
        found = [file for path, file in self.files.items() if path.endswith(".css")]
        assert len(found) == 1
        return found[0]
