"""One page of every type in both languages, by its place in the generation of the demo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """A page to look at: where it lies, and at which address a browser finds it."""

    kind: str
    lang: str
    place: str

    @property
    def url(self) -> str:
        room, _, rest = self.place.partition("/")
        path = "/" + rest.removesuffix("index.html")
        return path if room == "public" else f"/unlocked{path}"

    @property
    def public(self) -> bool:
        return self.place.startswith("public/")

    def __str__(self) -> str:
        return f"{self.kind} ({self.lang})"


_BOTH = {
    "home": ("", "en/"),
    "second page of home": ("page/2/", "en/page/2/"),
    "post": ("租来的读者/", "en/renting-and-owning/"),
    "post with everything in it": ("markdown-guide/", "en/markdown-guide/"),
    "post with a paywall": ("pricing/", "en/pricing/"),
    "post for subscribers": ("读者的路/", "en/road-of-a-reader/"),
    "page": ("about/", "en/about/"),
    "product": ("membership/", "en/membership/"),
    "lead magnet": ("get/checklist/", "en/get/checklist/"),
    "lead magnet over WeChat": ("get/sign-up-sheet/", "en/get/sign-up-sheet/"),
    "archive": ("archive/", "en/archive/"),
    "categories": ("categories/", "en/categories/"),
    "category": ("categories/方法/", "en/categories/method/"),
    "tags": ("tags/", "en/tags/"),
    "tag": ("tags/会员/", "en/tags/membership/"),
    "all series": ("series/", "en/series/"),
    "series": ("series/manual/", "en/series/manual/"),
    "feeds": ("feeds/", "en/feeds/"),
    "404": ("404.html", "en/404.html"),
    "alias": ("rented-readers/", "en/paywall/"),
}
_PRIVATE = {
    "unlocked post": ("posts/pricing/page.html", "posts/en/pricing/page.html"),
    "unlocked product": (
        "products/membership/zh-Hans/page.html",
        "products/membership/en/page.html",
    ),
}
LANGUAGES = ("zh-Hans", "en")


def _file(path: str) -> str:
    return path if path.endswith(".html") else f"{path}index.html"


SHOWN = [
    Shown(kind, lang, f"{room}/{_file(path)}")
    for room, table in (("public", _BOTH), ("private", _PRIVATE))
    for kind, paths in table.items()
    for lang, path in zip(LANGUAGES, paths, strict=True)
]


def of(kind: str, lang: str = "zh-Hans") -> Shown:
    """Return one of them."""
    return next(shown for shown in SHOWN if (shown.kind, shown.lang) == (kind, lang))
