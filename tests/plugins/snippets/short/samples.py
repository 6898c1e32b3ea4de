"""Posts and platforms made by hand, for tests of short forms."""

from __future__ import annotations

from plugins.model.snippets import Own
from plugins.snippets.values import Hashtags, Limit, Platform, Post

HOME = "https://ink.test"
ENGLISH = """
<p>The roof leaked onto the old server in the night. I carried the pages to a rented machine before
breakfast, and no reader noticed.</p>
<h2>What a server is</h2>
<p>A server is only a computer that other people can reach. Every page on a server is a file that
you can carry away. But it felt like more than that.</p>
<pre><code>print("never quote code")</code></pre>
<p>As shown below, the shelf was wet.</p>
<h2>What stays</h2>
<p>Readers follow an address, and not the machine behind it. Keep the name of the address in your
own hands, and the machine may drown. The list of readers matters more than any machine.</p>
<table><tr><td>Tables of numbers are never quoted.</td></tr></table>
"""
CHINESE = """
<p>夜里屋顶漏雨，正好滴在那台旧服务器上。早饭之前，我把页面搬到一台租来的机器上，没有一个读者发觉。</p>
<h2>服务器是什么</h2>
<p>服务器只是一台别人连得上的电脑。服务器上的每个页面，都是一份拿得走的文件。但当时我没有这么想。</p>
<pre><code>print("代码不要引用")</code></pre>
<p>如下图所示，架子全湿了。</p>
<h2>留下来的</h2>
<p>读者跟着网址走，不跟着网址背后的机器走。把网址的名字攥在自己手里，机器淹了也不要紧。读者的名单比哪台机器都要紧。</p>
<table><tr><td>表格里的数字不要引用。</td></tr></table>
"""


def post(html: str = ENGLISH, **fields) -> Post:
    """Return a post; what is not said of it is plain and public."""
    values = {
        "id": "rain",
        "lang": "en",
        "title": "Rain on the server",
        "summary": "A wet night, and what was still there in the morning.",
        "url": f"{HOME}/rain/",
        "canonical": f"{HOME}/rain/",
        "site": "Inkstead",
        "home": HOME,
        "tags": ("sales letter", "SEO", "读者"),
        "kind": "classic",
        "short_links": True,
        **fields,
    }
    return Post(html=html, **values)


def chinese(html: str = CHINESE, **fields) -> Post:
    """Return a post in Chinese."""
    said = {
        "lang": "zh-Hans",
        "title": "雨下在服务器上",
        "summary": "一个漏雨的夜晚，早上还在的东西。",
    }
    return post(html, **{**said, **fields})


def own(**fields) -> Own:
    """Return what a creator wrote under `snippets:`."""
    return Own(**fields)


def platform(
    text: int = 280,
    counting: str = "characters",
    limits: dict[str, int | Limit] | None = None,
    hashtags: tuple[str, int] = ("#{tag}", 3),
    **fields,
) -> Platform:
    """Return a platform of short texts; `limits` beside that of the text count characters."""
    bounds = {"text": Limit(text, counting)} if text else {}
    for name, limit in (limits or {}).items():
        bounds[name] = limit if isinstance(limit, Limit) else Limit(limit, "characters")
    values = {"id": "square", "names": {"en": "Square"}, "form": "short", "format": "text"}
    return Platform(**{**values, "limits": bounds, "hashtags": Hashtags(*hashtags), **fields})
