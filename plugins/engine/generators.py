"""Pelican's generators, fed from the library: its signals, lists and objects, our pages.

Plugins from elsewhere find what they know: `generator.articles`, `article.content`, tags and
categories. They find the public part of each text and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup
from pelican.contents import Article, Page
from pelican.generators import ArticlesGenerator, PagesGenerator
from pelican.plugins import signals
from pelican.urlwrappers import Author, Category, Tag

from plugins.engine.stage import Stage, file_of
from plugins.model.entries import Entry
from plugins.model.slugs import slugify


class _Text:
    """What our posts and pages override in Pelican's: addresses are the library's."""

    entry: Entry

    @property
    def url(self) -> str:
        """Return the path, as Pelican has it: without the first slash."""
        return self.entry.url.lstrip("/")

    @property
    def save_as(self) -> str:
        """Return the file the page is written to."""
        return file_of(self.entry.url)


class Post(_Text, Article):  # type: ignore[misc]
    """A post as Pelican sees it."""


class SitePage(_Text, Page):  # type: ignore[misc]
    """A page or product page as Pelican sees it."""


def _make(kind: type[Any], entry: Entry, stage: Stage, generator: Any) -> Any:
    settings = generator.settings
    metadata: dict[str, Any] = {
        "title": Markup.escape(entry.title),
        "date": entry.date or stage.undated(entry),
        "slug": entry.slug,
        "lang": entry.lang,
        "status": "published" if entry.status == "retired" else entry.status,
        "summary": Markup.escape(stage.summary(entry)),
        "template": entry.room,
        "authors": [Author(entry.author or settings["AUTHOR"], settings)],
        "entry": entry,
    }
    if entry.updated:
        metadata["modified"] = entry.updated
    if entry.room == "post":
        metadata["tags"] = [Tag(name, settings) for name in entry.tags]
        metadata["category"] = Category(entry.category or "misc", settings)
    for signal in _CONTEXT[kind]:
        signal.send(generator, metadata=metadata)
    text = kind(
        stage.assembled.public[entry.source],
        metadata,
        settings=settings,
        source_path=str(stage.library.content / entry.source),
        context=generator.context,
    )
    stage.pages[entry.source] = text
    generator.add_source_path(text)
    return text


_CONTEXT = {
    Post: (signals.article_generator_context,),
    SitePage: (signals.page_generator_context,),
}


def _translate(pages: dict[str, Any], stage: Stage) -> Iterator[tuple[Any, bool]]:
    """Yield each text and whether it is the original; originals know their translations."""
    for source, page in pages.items():
        twins = [
            pages[e.source] for e in stage.library.translations_of(page.entry) if e.source in pages
        ]
        page.translations = twins
        original = not page.entry.translation_of or all(twin.entry.translation_of for twin in twins)
        del source
        yield page, original


class Posts(ArticlesGenerator):  # type: ignore[misc]
    """All posts of the library, as Pelican's articles."""

    def generate_context(self) -> None:
        """Fill the lists that Pelican and its plugins know."""
        stage: Stage = self.context["stage"]
        signals.article_generator_preread.send(self)
        entries = [e for e in stage.library.entries if e.room == "post"]
        made = {e.source: _make(Post, e, stage, self) for e in entries}
        lists: dict[str, tuple[list[Any], list[Any]]] = {
            "published": (self.articles, self.translations),
            "hidden": (self.hidden_articles, self.hidden_translations),
            "draft": (self.drafts, self.drafts_translations),
        }
        for post, original in _translate(made, stage):
            lists[post.status][0 if original else 1].append(post)
        signals.article_generator_pretaxonomy.send(self)
        categories: dict[Any, list[Any]] = defaultdict(list)
        authors: dict[Any, list[Any]] = defaultdict(list)
        for post in self.articles:
            categories[post.category].append(post)
            for tag in post.tags:
                self.tags[tag].append(post)
            for author in post.authors:
                authors[author].append(post)
        self.dates = list(self.articles)
        self.categories = sorted(categories.items(), key=lambda item: slugify(item[0].name))
        self.authors = sorted(authors.items(), key=lambda item: item[0].name)
        self._update_context(
            (
                "articles",
                "drafts",
                "hidden_articles",
                "dates",
                "tags",
                "categories",
                "authors",
                "related_posts",
            )
        )
        self.context["period_archives"] = {}
        signals.article_generator_finalized.send(self)

    def generate_output(self, writer: Any) -> None:
        """Write every post."""
        stage: Stage = self.context["stage"]
        posts = [e for e in stage.library.entries if e.room == "post"]
        for number, entry in enumerate(posts):
            signals.article_generator_write_article.send(self, content=stage.pages[entry.source])
            stage.write_entry(self, writer, entry)
            stage.tell("pages", number + 1, len(posts))
        signals.article_writer_finalized.send(self, writer=writer)


class Pages(PagesGenerator):  # type: ignore[misc]
    """All pages and product pages of the library, as Pelican's pages, and every list page."""

    def generate_context(self) -> None:
        """Fill the lists that Pelican and its plugins know."""
        stage: Stage = self.context["stage"]
        signals.page_generator_preread.send(self)
        entries = [e for e in stage.library.entries if e.room != "post"]
        made = {e.source: _make(SitePage, e, stage, self) for e in entries}
        lists: dict[str, tuple[list[Any], list[Any]]] = {
            "published": (self.pages, self.translations),
            "hidden": (self.hidden_pages, self.hidden_translations),
            "draft": (self.draft_pages, self.draft_translations),
        }
        for page, original in _translate(made, stage):
            lists[page.status][0 if original else 1].append(page)
        self._update_context(("pages", "hidden_pages", "draft_pages"))
        signals.page_generator_finalized.send(self)

    def generate_output(self, writer: Any) -> None:
        """Write every page, every list page, and the pages that old addresses lead to."""
        stage: Stage = self.context["stage"]
        for entry in stage.library.entries:
            if entry.room != "post":
                signals.page_generator_write_page.send(self, content=stage.pages[entry.source])
                stage.write_entry(self, writer, entry)
        for listing in stage.listings:
            stage.write_listing(self, writer, listing)
        stage.write_aliases(self, writer)
        signals.page_writer_finalized.send(self, writer=writer)
