"""What stands round a letter: the addresses that it may link to, and the theme's frame for it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from plugins.engine.assemble import Assembled
from plugins.engine.desk import Desk
from plugins.engine.settings import engine_root, pelican_settings
from plugins.engine.stage import Stage
from plugins.engine.statics import static_paths
from plugins.engine.words import speeches
from plugins.links.resolve import Map, map_of, paths_of
from plugins.model.feeds import plan as plan_feeds
from plugins.model.library import Claims, Library, load
from plugins.model.listings import claim_listings
from plugins.model.problems import Problems
from plugins.model.sources import Vault, is_inside
from plugins.service.checking import unmarked_values
from plugins.service.mails import inlined, tidy

NAME = "letter"


@dataclass(frozen=True)
class Frame:
    """One folder, read as a build reads it, and the stage on which its mails are set."""

    library: Library
    vault: Vault
    map: Map
    stage: Stage
    environment: Environment

    @classmethod
    def of(cls, content: Path, url: str, at: datetime.datetime, problems: Problems) -> Self:
        """Read a folder; what is wrong in it is in `problems` afterwards."""
        library, vault = load(content, at, False, problems)
        listings = claim_listings(library, Claims(Problems()))
        feeds = list(plan_feeds(library))
        paths = paths_of(library, listings, feeds, static_paths(content))
        site = map_of(library, paths, partial(is_inside, content))
        theme, own = engine_root() / "theme", content / "theme"
        codes = tuple(language.code for language in library.site.languages)
        speech = speeches(codes, (own / "locale", theme / "locale"))
        nothing = Assembled({}, {}, {}, {}, {})
        desk = Desk(library, nothing, speech, feeds, site, url, Problems())
        stage = Stage(library, nothing, desk, listings, "", lambda *_: None)
        return cls(library, vault, site, stage, _environment(content, stage))

    def filled(self, lang: str, subject: str, title: str, html: str, text: str) -> tuple[str, str]:
        """Return both parts of a letter in the theme's frame, its slots still empty."""
        values: dict[str, Any] = self.stage.service_mail(NAME, lang)
        letter = {"subject": subject, "title": title, "text": text}
        values["letter"] = {**unmarked_values(letter), "html": Markup(html)}  # noqa: S704 - ours
        page, words = (
            self.environment.get_template(f"mails/{NAME}{ending}").render(values)
            for ending in (".html", ".txt")
        )
        return inlined(page), tidy(words)


def _environment(content: Path, stage: Stage) -> Environment:
    folders = [content / "theme" / "templates", engine_root() / "theme" / "templates"]
    options = {**pelican_settings(content)["JINJA_ENVIRONMENT"], "bytecode_cache": None}
    del options["autoescape"]  # said below, whatever the settings say
    made = Environment(loader=FileSystemLoader(folders), autoescape=True, **options)
    stage.prepare(made)
    return made
