"""Write a staged generation: everything that templates and plugins make of a library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pelican.contents import Content
from pelican.plugins import signals

from plugins.engine.assemble import Assembled, Behind, private_folder
from plugins.engine.assets import other_files, script, stylesheet
from plugins.engine.desk import Desk
from plugins.engine.generators import Pages, Posts
from plugins.engine.handing import Handouts
from plugins.engine.preparing import Shelf, prepare
from plugins.engine.settings import engine_root
from plugins.engine.short_ways import write_short_ways
from plugins.engine.stage import Stage
from plugins.engine.words import speeches
from plugins.links.resolve import Map
from plugins.model.feeds import Feed
from plugins.model.library import Library
from plugins.model.listings import Listing
from plugins.model.moments import Build, ready
from plugins.model.problems import Problems

if TYPE_CHECKING:
    from plugins.engine.build import Inkstead


@dataclass(frozen=True)
class Draft:
    """All that is read and rendered, and is now to be written; `url` is the site's address."""

    library: Library
    listings: Sequence[Listing]
    feeds: Sequence[Feed]
    assembled: Assembled
    premium: Mapping[str, Behind]
    handouts: Handouts
    links: Map
    url: str
    problems: Problems


def write_site(
    builder: Inkstead, folder: Path, draft: Draft, on_views: Callable[[Desk], None]
) -> tuple[Desk, Shelf]:
    """Write both parts of a generation; return what the manifest says of them.

    `on_views` is told as soon as every text has its view, before pages are written.

    Raises:
        OSError: a file cannot be written.

    """
    library, public = draft.library, folder / "public"
    own, theme = library.content / "theme", engine_root() / "theme"
    css, style = stylesheet(theme, own, library.site.accent)
    js, unlocking = script(theme, own)
    speech = speeches(
        tuple(language.code for language in library.site.languages),
        (own / "locale", theme / "locale"),
    )
    desk = Desk(
        library, draft.assembled, speech, draft.feeds, draft.links, draft.url, draft.problems
    )
    stage = Stage(library, draft.assembled, desk, draft.listings, css, builder.tell, js)
    generators = _generators(builder, stage)
    on_views(desk)
    build = Build(library, draft.url, public, desk.views, draft.listings, draft.feeds, builder.tell)
    for path, data in [*other_files(theme, own), (css, style), (js, unlocking)]:
        if not (public / path.lstrip("/")).exists():
            build.write(path, data)
    for path, media in draft.assembled.media.items():
        build.write(path, media.data)
    write_short_ways(build)
    ready.send(build)
    writer = builder.writer()
    for generator in generators:
        if hasattr(generator, "generate_output"):
            generator.generate_output(writer)
    for finish in build.finish:
        finish()
    signals.finalized.send(builder)
    _write_premium(builder, folder, stage, generators[0], draft.premium)
    shelf = prepare(
        folder, stage, generators[0], build, draft.premium, draft.handouts, draft.problems
    )
    return desk, shelf


def _generators(builder: Inkstead, stage: Stage) -> list[Any]:
    """Return the generators with their lists filled, and every view made."""
    context = _context(builder, stage)
    Content.get_content.cache.clear()  # memoised on the class, so stale in a living process
    generators = [
        kind(
            context=context,
            settings=builder.settings,
            path=builder.path,
            theme=builder.theme,
            output_path=builder.output_path,
        )
        for kind in _kinds(builder)
    ]
    for generator in generators:
        stage.prepare(generator.env)
    for generator in generators:
        if hasattr(generator, "generate_context"):
            generator.generate_context()
    signals.all_generators_finalized.send(generators)
    stage.make_views(generators[0])
    return generators


def _kinds(builder: Inkstead) -> list[type[Any]]:
    """Return our generators and those of plugins; Pelican's own would read the folder."""
    found: list[type[Any]] = [Posts, Pages]
    for _, values in signals.get_generators.send(builder):
        many = values if isinstance(values, list | tuple | set) else (values,)
        found += [generator for generator in many if isinstance(generator, type)]
    return found


def _context(builder: Inkstead, stage: Stage) -> dict[str, Any]:
    context = dict(builder.settings.copy())
    context.pop("INKSTEAD_ORDER", None)
    context |= {
        "generated_content": {},
        "static_links": set(),
        "static_content": {},
        "localsiteurl": builder.settings["SITEURL"],
        "stage": stage,
    }
    return context


def _write_premium(
    builder: Inkstead, folder: Path, stage: Stage, generator: Any, premium: Mapping[str, Behind]
) -> None:
    for number, (source, behind) in enumerate(sorted(premium.items())):
        entry = stage.library.by_source[source]
        place = folder / private_folder(entry)
        place.mkdir(parents=True, exist_ok=True)
        page = stage.private_page(generator, entry, behind)
        piece = stage.private_piece(generator, entry, behind)
        (place / "fragment.html").write_text(piece, "utf-8")
        (place / "page.html").write_text(page, "utf-8")
        for each in behind.files:
            (place / each.media.name).write_bytes(each.media.data)
        builder.tell("private", number + 1, len(premium))
