"""A plugin that puts a premium part where LEAKY says; only for tests, loaded by name."""

from __future__ import annotations

import base64
import bz2
import functools
import gzip
import html
import io
import json
import lzma
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from pelican import signals
from PIL import Image

Leak = Callable[[Path, Path, str], None]
LEAKS: dict[str, Leak] = {}


def mode() -> str:
    return Path(os.environ["LEAKY"]).read_text("utf-8").strip()


def leak(function: Leak) -> Leak:
    LEAKS[function.__name__] = function
    return function


def body_of(content: Path) -> str:
    return (content / "posts/secret.md").read_text("utf-8").split("<!-- paywall -->")[1]


def words_of(content: Path) -> str:
    return body_of(content).split("\n\n")[2]


def line_of(body: str, start: str) -> str:
    return next(line for line in body.split("\n") if line.startswith(start))


def put(out: Path, name: str, data: str | bytes) -> None:
    place = out / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data if isinstance(data, bytes) else data.encode())


@leak
def text_file(out: Path, content: Path, body: str) -> None:
    put(out, "leak/search.txt", body)


@leak
def raw_source(out: Path, content: Path, body: str) -> None:
    shutil.copy(content / "posts/secret.md", out / "secret.md.txt")


@leak
def the_page_itself(out: Path, content: Path, body: str) -> None:
    place = out / "secret/index.html"
    put(out, "secret/index.html", place.read_text("utf-8").replace("</main>", f"{body}</main>"))


@leak
def feed_entry(out: Path, content: Path, body: str) -> None:
    place = out / "feeds/atom.xml"
    added = f"<entry><content type='html'>{html.escape(f'<p>{body}</p>')}</content></entry></feed>"
    put(out, "feeds/atom.xml", place.read_text("utf-8").replace("</feed>", added))


@leak
def feed_cdata(out: Path, content: Path, body: str) -> None:
    put(
        out,
        "leak/feed.xml",
        f"<rss><item><description><![CDATA[{body}]]></description></item></rss>",
    )


@leak
def json_escaped(out: Path, content: Path, body: str) -> None:
    put(out, "leak/search.json", json.dumps({"text": body}))


@leak
def json_in_json(out: Path, content: Path, body: str) -> None:
    put(out, "leak/search.json", json.dumps(json.dumps({"text": f"<p>{body}</p>"})))


@leak
def json_of_html(out: Path, content: Path, body: str) -> None:
    markup = "".join(f'<p class="a">{html.escape(part)}</p>' for part in body.split("\n\n"))
    put(out, "leak/feed.json", json.dumps({"content_html": markup}))


@leak
def every_character_escaped(out: Path, content: Path, body: str) -> None:
    put(
        out, "leak/data.js", '"' + "".join(f"\\u{ord(c):04x}" for c in body if ord(c) < 65536) + '"'
    )


@leak
def braced_escapes(out: Path, content: Path, body: str) -> None:
    put(out, "leak/data.js", "`" + "".join(f"\\u{{{ord(c):x}}}" for c in body) + "`")


@leak
def css_escapes(out: Path, content: Path, body: str) -> None:
    text = "".join(c if ord(c) < 128 else f"\\{ord(c):x} " for c in words_of(content))
    put(out, "leak/a.css", f".a::after {{ content: '{text}' }}")


@leak
def entities(out: Path, content: Path, body: str) -> None:
    put(out, "leak/page.html", "".join(f"&#{ord(c)};" for c in body))


@leak
def entities_twice(out: Path, content: Path, body: str) -> None:
    put(out, "leak/page.html", "".join(f"&amp;#x{ord(c):x};" for c in body))


@leak
def percent_encoded(out: Path, content: Path, body: str) -> None:
    put(out, "leak/page.html", f'<a href="/share?text={quote(words_of(content))}">share</a>')


@leak
def attribute(out: Path, content: Path, body: str) -> None:
    put(out, "leak/page.html", f'<p data-body="{html.escape(words_of(content))}">Hello.</p>')


@leak
def comment(out: Path, content: Path, body: str) -> None:
    put(out, "leak/page.html", f"<p>Hello.</p><!-- {words_of(content)} -->")


@leak
def script(out: Path, content: Path, body: str) -> None:
    put(out, "leak/page.html", f"<script>const words = {json.dumps(words_of(content))}</script>")


@leak
def split_by_inline_tags(out: Path, content: Path, body: str) -> None:
    text = re.sub(r"(\w)(\w)", r"<b>\1</b><i class='x'>\2</i>", words_of(content))
    put(out, "leak/page.html", f"<p>{text}</p>")


@leak
def split_by_breaks(out: Path, content: Path, body: str) -> None:
    text = re.sub(r"(\w\w)(\w)", "\\1<wbr>\u00ad\u200b<!-- x -->\\2", words_of(content))
    put(out, "leak/page.html", f"<p>{text}</p>")


@leak
def a_tag_for_every_word(out: Path, content: Path, body: str) -> None:
    put(out, "leak/page.html", "".join(f"<span>{w}</span>" for w in words_of(content).split()))


@leak
def another_case_and_width(out: Path, content: Path, body: str) -> None:
    wide = {n: n + 0xFEE0 for n in range(0x21, 0x7F)}
    put(out, "leak/page.html", words_of(content).upper().translate(wide))


@leak
def other_white_space(out: Path, content: Path, body: str) -> None:
    put(out, "leak/page.html", "\u3000\n".join(words_of(content).split()))


@leak
def unseen_characters(out: Path, content: Path, body: str) -> None:
    put(out, "leak/page.html", "\u200d\u2066\ufe0f".join(words_of(content)))


@leak
def vector_picture(out: Path, content: Path, body: str) -> None:
    lines = "".join(f"<tspan>{w} </tspan>" for w in words_of(content).split())
    put(out, "leak/card.svg", f"<svg xmlns='http://www.w3.org/2000/svg'><text>{lines}</text></svg>")


@leak
def calendar(out: Path, content: Path, body: str) -> None:
    line = f"DESCRIPTION:{words_of(content)}"
    folded = "\r\n ".join(line[at : at + 40] for at in range(0, len(line), 40))
    put(out, "leak/a.ics", f"BEGIN:VCALENDAR\r\n{folded}\r\nEND:VCALENDAR\r\n")


@leak
def table_file(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.csv", ",".join(f'"{word}"' for word in words_of(content).split()))


@leak
def utf16(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.txt", body.encode("utf-16"))


@leak
def utf32(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.txt", body.encode("utf-32"))


@leak
def gb18030(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.txt", body.encode("gb18030"))


@leak
def gzipped(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.html.gz", gzip.compress(body.encode()))


@leak
def gzipped_without_saying(out: Path, content: Path, body: str) -> None:
    put(out, "leak/index.pf_fragment", gzip.compress(body.encode()))


@leak
def bzipped(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.bz2", bz2.compress(body.encode()))


@leak
def xzipped(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.xz", lzma.compress(body.encode()))


@leak
def zipped(out: Path, content: Path, body: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("chapter.xhtml", gzip.compress(body.encode()))
    put(out, "leak/book.epub", packed.getvalue())


@leak
def zipped_behind_something(out: Path, content: Path, body: str) -> None:
    packed = io.BytesIO(b"<p>Hello.</p>")
    packed.seek(0, io.SEEK_END)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", body)
    put(out, "leak/a.html", packed.getvalue())


@leak
def text_named_as_a_picture(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.png", body)


@leak
def text_in_a_picture(out: Path, content: Path, body: str) -> None:
    packed = io.BytesIO()
    Image.new("RGB", (8, 8)).save(packed, "JPEG", comment=words_of(content).encode())
    put(out, "leak/a.jpg", packed.getvalue())


@leak
def base64_text(out: Path, content: Path, body: str) -> None:
    packed = base64.b64encode(body.encode()).decode()
    put(out, "leak/a.html", f'<iframe src="data:text/html;charset=utf-8;base64,{packed}"></iframe>')


@leak
def base64_in_json(out: Path, content: Path, body: str) -> None:
    packed = base64.urlsafe_b64encode(gzip.compress(body.encode())).decode()
    put(out, "leak/a.json", json.dumps({"body": packed}))


@leak
def one_short_line(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.html", f"<p>{line_of(body, '- M')}</p>")


@leak
def one_number(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.html", f"<p>{line_of(body, '- G').split()[-1]}</p>")


@leak
def one_code(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.html", "<p>" + re.findall(r"\w+-\d+-[a-z]+", body, re.A)[0] + "</p>")


@leak
def one_address(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.html", "<a href='" + re.findall(r"https:[^)]+", body)[0] + "'>room</a>")


@leak
def heading(out: Path, content: Path, body: str) -> None:
    put(out, "leak/toc.html", f"<li>{line_of(body, '## ')[3:]}</li>")


@leak
def file_name(out: Path, content: Path, body: str) -> None:
    put(out, f"leak/{'-'.join(words_of(content).split()[:14])}.html", "<p>Hello.</p>")


@leak
def folder_name(out: Path, content: Path, body: str) -> None:
    put(out, f"leak/{'-'.join(words_of(content).split()[:14])}/index.html", "<p>Hello.</p>")


@leak
def empty_folder_name(out: Path, content: Path, body: str) -> None:
    (out / "leak" / "-".join(words_of(content).split()[:14])).mkdir(parents=True)


@leak
def private_picture(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.png", (content / "posts" / "heron.png").read_bytes())


@leak
def private_file(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.bin.zip", (content / "files/sheet.zip").read_bytes())


@leak
def private_file_nobody_names(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.dat", (content / "files/unnamed.bin").read_bytes())


@leak
def private_file_of_a_draft(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.png", (content / "posts/draft.png").read_bytes())


@leak
def words_of_a_private_file(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.html", (content / "files/notes.txt").read_text("utf-8").split("\n")[2])


@leak
def words_of_a_draft(out: Path, content: Path, body: str) -> None:
    text = (content / "posts/draft.md").read_text("utf-8").split("<!-- paywall -->")[1]
    put(out, "leak/a.html", text)


@leak
def private_picture_inside_a_page(out: Path, content: Path, body: str) -> None:
    packed = base64.b64encode((content / "posts" / "heron.png").read_bytes()).decode()
    put(out, "leak/a.html", f'<img src="data:image/png;base64,{packed}">')


@leak
def private_path(out: Path, content: Path, body: str) -> None:
    manifest = json.loads((content.parent / "out/manifest.json").read_text("utf-8"))
    put(out, "leak/a.json", manifest["posts"]["secret"]["premium"]["files"][0]["path"])


@leak
def private_address(out: Path, content: Path, body: str) -> None:
    manifest = json.loads((content.parent / "out/manifest.json").read_text("utf-8"))
    put(out, "leak/a.json", manifest["posts"]["secret"]["premium"]["files"][0]["url"])


@leak
def source_path(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.json", json.dumps(["/".join(("posts", "heron.png"))]))


@leak
def link_to_the_private_folder(out: Path, content: Path, body: str) -> None:
    (out / "leak").symlink_to(content / "posts", target_is_directory=True)


@leak
def link_to_a_file(out: Path, content: Path, body: str) -> None:
    (out / "leak.html").symlink_to(content / "posts/open.md")


@leak
def brotli(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.html.br", bytes.fromhex("8b0580") + b"hello world" + b"\x03")


@leak
def portable_document(out: Path, content: Path, body: str) -> None:
    put(out, "leak/a.pdf", b"%PDF-1.7\nall of it\n")


@leak
def locked_archive(out: Path, content: Path, body: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "words")
    data = bytearray(packed.getvalue())
    data[6] |= 1  # says that a password is needed
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    put(out, "leak/a.zip", bytes(data))


@leak
def unknown_bytes(out: Path, content: Path, body: str) -> None:
    put(out, "leak/index.bin", bytes(range(256)) * 20)


def _in_content(generators: list[object]) -> None:
    if mode() != "article_content":
        return
    for generator in generators:
        for article in getattr(generator, "articles", []):
            article._content = f"{article._content}<p>{words_of(Path(generator.path))}</p>"


def _at_the_end(pelican: object) -> None:
    name = mode()
    if name in LEAKS:
        content = Path(pelican.settings["PATH"])
        LEAKS[name](Path(pelican.output_path), content, body_of(content))


def register() -> None:
    signals.all_generators_finalized.connect(_in_content)
    signals.finalized.connect(_at_the_end)


everything = functools.partial(sorted, [*LEAKS, "article_content"])
