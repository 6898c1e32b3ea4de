"""What Python-Markdown lacks for texts as people write them: Chinese line breaks, loose lists."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from plugins.model.marks import MARK, rendered
from plugins.model.text import HAN, KANA, WIDE

_WIDE = f"[{HAN}{KANA}{WIDE}]"
_CLOSERS = r"(?:[*_~=`]+|\]\([^)\n]*\))*"
_OPENERS = r"[*_~=`\[]*"
_BROKEN = re.compile(rf"(?<={_WIDE})({_CLOSERS})\n[ \t]*(?={_OPENERS}{_WIDE})")

_ITEM = re.compile(r"^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+)(?=\S)")
_OPENS_LIST = re.compile(r"^ {0,3}(?:[-*+]|1[.)])[ \t]+\S")
_BREAK = re.compile(r"^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_NO_PARAGRAPH = re.compile(r"^ {0,3}(?:#{1,6}[ \t]|>|\||:[ \t]|\[\^?[^\]]+\]:|!!!|\x02)|^ {4}|^\t")


class HanLines(Treeprocessor):
    """Join lines that break between two Han characters: there the break is no space."""

    def run(self, root: Element) -> None:
        """Join the lines of every text that is not code."""
        for element in root.iter():
            if element.tag in ("code", "pre"):
                continue
            if element.text and "\n" in element.text:
                element.text = _BROKEN.sub(r"\1", element.text)
            if element.tail and "\n" in element.tail:
                element.tail = _BROKEN.sub(r"\1", element.tail)


class LooseLists(Preprocessor):
    """Let lists follow a paragraph directly and nest by two spaces, as CommonMark does.

    Python-Markdown wants an empty line before a list and four spaces a level; this rewrites
    what people write into that.
    """

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with every list in Python-Markdown's own form."""
        done: list[str] = []
        levels: list[tuple[int, int]] = []  # indent of the marker, indent of its text
        paragraph = False
        for line in lines:
            if not line.strip():
                done.append(line)
                paragraph = False
                continue
            indent = len(line) - len(line.lstrip(" "))
            item = _ITEM.match(line) if not _BREAK.match(line) else None
            if item and (levels or indent < 4):
                opens = not levels
                if opens and paragraph and not _OPENS_LIST.match(line):
                    done.append(line)
                    continue
                levels = _enter(levels, indent, len(item[0]))
                if opens and paragraph:
                    done.append("")
                marker = item[2].replace(")", ".")  # Python-Markdown knows no "1)"
                done.append("    " * (len(levels) - 1) + marker + line[item.end(2) :])
                paragraph = False
                continue
            if levels:
                before = done[-1].strip() if done else ""
                levels = _leave(levels, indent, lazy=bool(before))
                if levels:
                    done.append(_indented(line, levels, indent))
                    continue
            done.append(line)
            paragraph = not _NO_PARAGRAPH.match(line)
        return done


class Marks(Preprocessor):
    """Set the marks of lead magnets aside as blocks of their own, in one form."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with every mark between two empty ones."""
        done: list[str] = []
        for line in lines:
            mark = MARK.match(line)
            done += ["", self.md.htmlStash.store(rendered(mark[1])), ""] if mark else [line]
        return done


def _enter(levels: list[tuple[int, int]], indent: int, text: int) -> list[tuple[int, int]]:
    """Return the levels after an item: deeper when it stands under the text of the last."""
    kept = [level for level in levels if level[0] < indent]
    if kept and indent < min(kept[-1][1], kept[-1][0] + 2):
        kept = kept[:-1]
    return [*kept, (indent, text)]


def _leave(levels: list[tuple[int, int]], indent: int, *, lazy: bool) -> list[tuple[int, int]]:
    """Return the levels that a line which is no item still belongs to."""
    if lazy:
        return levels
    return [level for level in levels if indent >= min(level[1], level[0] + 2)]


def _indented(line: str, levels: list[tuple[int, int]], indent: int) -> str:
    depth = len(levels)
    extra = max(0, indent - levels[-1][1])
    return "    " * depth + " " * extra + line.lstrip(" ") if indent else line


class Written(Extension):
    """Both of them as one extension."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Add what this module has."""
        # After fenced code (25) and raw HTML (20) are set aside, before inline patterns (20).
        md.preprocessors.register(Marks(md), "magnets", 22)
        md.preprocessors.register(LooseLists(md), "loose_lists", 15)
        md.treeprocessors.register(HanLines(md), "han_lines", 30)
