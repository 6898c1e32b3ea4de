"""What /api/ answers until a service stands there: kindly, in the reader's language."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from publish.contract.catalogue import N_, speak
from publish.contract.manifest import Language, Manifest, ManifestError, load
from publish.contract.slots import Prepared, SlotError
from publish.preview.guard import Asked

STATUS = 503
_NAME = "unavailable"
_HTML = "text/html; charset=utf-8"


def unavailable(generation: Path, asked: Asked) -> tuple[int, str, bytes]:
    """Return status, content type and body: the prepared page, or JSON for those who ask for it."""
    manifest = _manifest(generation)
    lang = reader_language(manifest.site.languages if manifest else (), asked)
    message = speak("zh" if lang.startswith("zh") else "en").gettext(
        N_("Buying and signing in are not switched on here yet.")
    )
    if "application/json" in asked.accept and "text/html" not in asked.accept:
        error = {"error": {"code": _NAME, "message": message}}
        body = json.dumps(error, ensure_ascii=False).encode()
        return STATUS, "application/json; charset=utf-8", body
    return STATUS, _HTML, _prepared(generation, manifest, lang) or _plain(lang, message)


def reader_language(languages: Sequence[Language], asked: Asked) -> str:
    """Return the language of the page the reader came from, else the browser's, else the first."""
    scheme, _, came = asked.referer.partition("://")
    host, _, rest = came.partition("/")
    if scheme == "http" and host.lower() == asked.host.lower():
        path = "/" + unquote(rest.partition("?")[0])
        homes = [each for each in languages if path.startswith(each.home)]
        if homes:
            return max(homes, key=lambda each: len(each.home)).code
    for wish in _wishes(asked.accept_language):
        for language in languages:
            if language.code.lower().split("-")[0] == wish:
                return language.code
    return languages[0].code if languages else (_wishes(asked.accept_language) or ["en"])[0]


def _wishes(accept_language: str) -> list[str]:
    """Return the primary languages of an Accept-Language header, the dearest first."""
    ranked = []
    for each in accept_language.split(","):
        name, _, weight = each.partition(";")
        try:
            rank = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            rank = 0.0
        ranked.append((-rank, name.strip().lower().split("-")[0]))
    return [name for _, name in sorted(ranked, key=lambda pair: pair[0]) if name and name != "*"]


def _manifest(generation: Path) -> Manifest | None:
    try:
        return load(generation / "manifest.json")
    except ManifestError:
        return None


def _prepared(generation: Path, manifest: Manifest | None, lang: str) -> bytes | None:
    """Return the notice page of the site, filled; None where there is none yet."""
    pages = manifest.pages.get("notice", {}) if manifest else {}
    path = pages.get(lang) or next(iter(pages.values()), "")
    if not manifest or not path:
        return None
    home = next((each.home for each in manifest.site.languages if each.code == lang), "/")
    try:
        words = json.loads((generation / path).with_name("words.json").read_bytes())
        title, body = words["messages"][_NAME]
        values = {"title": title, "body": body, "link": home, "link_text": words["terms"]["Home"]}
        return Prepared((generation / path).read_text("utf-8")).fill(values).encode()
    except (OSError, ValueError, KeyError, SlotError):
        return None


def _plain(lang: str, message: str) -> bytes:
    return (
        f'<!doctype html>\n<html lang="{html.escape(lang)}"><head><meta charset="utf-8">'
        f"<title>{html.escape(message)}</title></head><body><p>{html.escape(message)}</p></body></html>\n"
    ).encode()
