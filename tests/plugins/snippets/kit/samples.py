"""A post and what six platforms take of it, written by hand."""

from __future__ import annotations

from plugins.snippets.values import Made, Note, Piece, Platform, Post, Snippet

FOLD = 12
NASTY = '</template></script><script>alert("1")</script>\' " & <b>bold</b> ]]> <!-- {{ x }}'
STYLED = '<p style="color:#333;line-height:1.75">First <strong>strong</strong> words</p>'
MAIL = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mail</title>'
    "<style>p{color:#222}</style></head>"
    '<body><p>"Hello" &amp; welcome</p></body></html>'
)
PICTURE = '<p><img src="https://ink.example/a.png" alt="A house"></p>'
WIDE = f'<pre style="overflow-x:auto;white-space:pre">{"wide " * 99}</pre>'
RICH = STYLED + PICTURE + WIDE
PARTS = ("The first part. 1/3", "The second part. 2/3", "The third part. 3/3")
LONG = "Twelve chars and then what is hidden until somebody asks for more."
MADE = (
    Made("cover-1x1.png", 8, 8, 'Cover: "A & B"', "cover", "1:1"),
    Made("cover-16x9.png", 16, 9, "A wide cover", "cover", "16:9"),
    Made("page-01.png", 6, 8, "Page 1", "page", "pages"),
)


def post(lang: str = "en", **values: object) -> Post:
    """Return a post of a language; Chinese ones have an id that needs quoting everywhere."""
    zh = lang.startswith("zh")
    fields: dict[str, object] = {
        "id": "信/第一 封" if zh else "first-letter",
        "lang": lang,
        "title": "第一封信" if zh else "The first letter",
        "summary": "",
        "html": STYLED,
        "url": "https://ink.example/first/",
        "canonical": "https://ink.example/first/",
        "site": "Inkstead",
        "home": "https://ink.example",
        "author": "Lin",
    }
    return Post(**{**fields, **values})  # type: ignore[arg-type]


def platform(name: str, **values: object) -> Platform:
    """Return a short platform whose name in Chinese is told from that in English."""
    fields: dict[str, object] = {"form": "short", "format": "text", "look": name}
    names = {"en": name.title(), "zh": f"平台{name}"}
    return Platform(**{"id": name, "names": names, **fields, **values})  # type: ignore[arg-type]


def shown() -> list[tuple[Platform, Snippet]]:
    """Return every kind of piece once: rich, whole mail, thread, fold, source, too long."""
    wechat = platform(
        "wechat",
        form="long",
        format="html",
        adapter="wechat",
        pictures=("1:1",),
        hint={"en": "Paste it there.", "zh": "粘贴进去。"},
    )
    letter = platform("newsletter", form="long", format="html", adapter="newsletter")
    linked = platform("linkedin")
    note = platform("xiaohongshu", pictures=("pages",))
    source = platform("devto", form="long", format="markdown", adapter="markdown")
    return [
        (
            wechat,
            Snippet(
                "wechat",
                (
                    Piece("title", "The first letter", count=16, most=64, counting="characters"),
                    Piece(
                        "text",
                        "First strong words",
                        RICH,
                        120,
                        20000,
                        counting="characters",
                    ),
                    Piece("link", "https://ink.example/first/?utm_source=wechat"),
                ),
            ),
        ),
        (
            platform("x", thread=True, pictures=("16:9",)),
            Snippet(
                "x",
                (
                    Piece(
                        "text", "Short. https://ink.example/go/a/ #ink", "", 231, 280, 0, "weighted"
                    ),
                    *(Piece("thread", each, "", 20, 280, 0, "weighted") for each in PARTS),
                ),
                (Note("retreat", "{count} hashtags left out", (("count", "2"),)),),
            ),
        ),
        (linked, Snippet("linkedin", (Piece("text", LONG, "", 66, 3000, 0, "characters", FOLD),))),
        (
            letter,
            Snippet(
                "newsletter",
                (
                    Piece("title", "A subject", "", 9, 50, 0, "graphemes"),
                    Piece("text", "\nHello and welcome", MAIL),
                ),
            ),
        ),
        (
            note,
            Snippet(
                "xiaohongshu",
                (
                    Piece("title", NASTY, "", 21, 20, 0, "xiaohongshu"),
                    Piece("text", "Words & <words>", "", 15, 1000, 0, "characters"),
                    Piece("tags", "#ink #home", "", 2, 10, 0, "items"),
                ),
                (Note("misfit", 'the title "{title}" is too long', (("title", NASTY),)),),
            ),
        ),
        (
            source,
            Snippet("devto", (Piece("text", "# Heading\n\n*Words*", "", 18, 0, 0, "characters"),)),
        ),
    ]
