"""A content folder with a canary in every place that a gated text has."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from PIL import Image

from tests.engine.house import post, product, site, write

PLACES = (
    "heading",
    "body",
    "bold",
    "note",
    "alt",
    "imagetitle",
    "code",
    "inlinecode",
    "link",
    "cell",
    "comment",
    "attribute",
    "item",
    "term",
    "quote",
    "raw",
)


def canary(name: str, place: str) -> str:
    """Return a word that stands nowhere else."""
    return f"kanari{name}{place}q7z"


def phrase(name: str) -> str:
    """Return Chinese words that stand nowhere else."""
    return f"鹭鸶衔着给{name}的第七封信飞过结冰的河面又绕回旧码头数了一遍桅杆"


def premium(name: str) -> str:
    """Return a premium part with a canary in every place."""
    word = {place: canary(name, place) for place in PLACES}
    return f"""\
## The heading {word["heading"]}

Words {word["body"]} and **{word["bold"]}** with a note[^{name}].

{phrase(name)}。

![A picture {word["alt"]}]({name}-picture.png "Title {word["imagetitle"]}")

[The file](../files/{name}-sheet.csv), [its notes](../files/{name}-notes.md) and
[elsewhere](https://elsewhere.example/{word["link"]}).

| column | {word["cell"]} |
|---|---|
| a | b |

```python
print("{word["code"]}")
```

Inline `{word["inlinecode"]}`.

<!-- a remark {word["comment"]} -->

A paragraph.
{{: data-word="{word["attribute"]}" }}

- item {word["item"]}

{word["term"]}
: what it is

> {word["quote"]}

<div class="{word["raw"]}">raw</div>

[^{name}]: The note {word["note"]}.
"""


def picture(seed: str, side: int = 24) -> bytes:
    """Return a PNG that no other seed gives."""
    noise = random.Random(seed)
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise.randbytes(side * side * 3)).save(out, "PNG")
    return out.getvalue()


def _gated(name: str, access: str, folder: str, **more: str) -> dict[str, str | bytes]:
    teaser = f"The open teaser of {name}.\n\n<!-- paywall -->\n\n"
    return {
        f"{folder}/{name}.md": post(teaser + premium(name), title=name, access=access, **more),
        f"{folder}/{name}-picture.png": picture(name),
        **_files(name),
    }


def _files(name: str) -> dict[str, str | bytes]:
    return {
        f"files/{name}-sheet.csv": f"a,b\n1,{canary(name, 'sheet')}\n",
        f"files/{name}-notes.md": f"---\ntitle: {canary(name, 'front')}\n---\n\nNotes.\n",
    }


BUILT = {
    "lettera": "private/posts/lettera",
    "letterb": "private/posts/letterb",
    "letterc": "private/posts/letterc",
    "letterd": "private/posts/letterd",
    "hiddena": "private/posts/hiddena",
    "aparta": "private/posts/aparta",
    "pagea": "private/posts/pagea",
    "membership": "private/products/membership/en",
}
WAITING = ("drafta", "latera")


def plant(folder: Path, *plugin_names: str) -> Path:
    """Write the folder: every access word, a page, a product, a draft, a scheduled post."""
    files: dict[str, str | bytes] = {
        "site.toml": site(*plugin_names),
        "posts/open.md": post("Anybody may read this.", title="Open", date="2026-01-05"),
        "posts/zh/open-zh.md": post("谁都可以读这一篇。", title="开放", lang="zh-Hans"),
        **_gated("lettera", "subscribers", "posts", date="2026-01-01", tags="[one, two]"),
        **_gated("letterb", "paid", "posts", date="2026-01-02", category="Letters"),
        **_gated("letterc", "[paid, course]", "posts", date="2026-01-03", series="A row"),
        **_gated("letterd", "circle", "posts", date="2026-01-04"),
        **_gated("hiddena", "paid", "posts", status="hidden"),
        **_gated("drafta", "paid", "posts", status="draft"),
        **_gated("latera", "paid", "posts", date="2031-01-01"),
        **_gated("pagea", "paid", "pages"),
        "posts/aparta.md": post(
            premium("aparta"), title="aparta", access="paid", summary="Only a summary is open."
        ),
        "posts/aparta-picture.png": picture("aparta"),
        **_files("aparta"),
        "products/membership.md": product(
            "membership", "[paid]", f"What you get.\n\n<!-- paywall -->\n\n{premium('membership')}"
        ),
        "products/membership-picture.png": picture("membership"),
        **_files("membership"),
        "products/course.md": product("course", "[course]"),
        "products/everything.md": product("everything", "[paid, course, circle]").replace(
            "kind: item", "kind: bundle"
        ),
    }
    return write(folder, files)


def canaries() -> set[str]:
    """Return every word that must never be public."""
    names = (*BUILT, *WAITING)
    places = (*PLACES, "sheet", "front")
    return {canary(name, place) for name in names for place in places} | {
        phrase(name) for name in names
    }


def readings(name: str, data: bytes) -> Iterator[str]:
    """Yield a file's text in every way in which a program could read it."""
    text = data.decode("utf-8", "replace")
    for _ in range(3):
        yield text
        text = unquote(html.unescape(text))
    if name.endswith(".json"):
        yield json.dumps(json.loads(data), ensure_ascii=False)
    if data[:2] == b"\x1f\x8b":
        yield from readings(name.removesuffix(".gz"), gzip.decompress(data))
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield from readings(inner, archive.read(inner))
    for word in data.split(b"base64,")[1:]:
        yield base64.b64decode(word[: len(word) // 4 * 4][:4096] + b"==").decode("utf-8", "replace")


def seen(folder: Path, wanted: set[str]) -> set[str]:
    """Return which words are in any file or any name under a folder."""
    found = set()
    for path in sorted(folder.rglob("*")):
        texts = [path.name]
        if path.is_file():
            texts += readings(path.name, path.read_bytes())
        found |= {word for word in wanted for text in texts if word.casefold() in text.casefold()}
    return found
