"""Words and blocks, written one after another: paragraphs open and close by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from lxml import etree

from plugins.model.text import writable

Element = etree._Element
Mode = Literal["blocks", "item", "line"]
Wrapper = tuple[str, Mapping[str, str]]

NONE: Mapping[str, str] = {}


class Flow:
    """One place that is being filled.

    In "blocks" all words stand in paragraphs; in an "item" the first ones stand bare; in a "line"
    there is nothing but words, and what would be a block is a line. `path` are the elements around
    the words to come: they are made when a word comes, in each paragraph anew.
    """

    __slots__ = ("_last", "_space", "_stack", "mode", "path", "target")

    def __init__(self, target: Element, mode: Mode, path: Sequence[Wrapper] = ()) -> None:
        self.target, self.mode = target, mode
        self.path = list(path)
        self._stack: list[Element] = []
        self._space = True
        self._last: tuple[Element, bool] | None = None

    def text(self, text: str) -> None:
        """Add words; their spaces are single ones."""
        if text[:1] == " ":
            if self._space:
                text = text[1:]
            elif len(self._stack) <= len(self.path):
                self._write(self._stack[-1], " ")
                self._space, text = True, text[1:]
        if text:
            self._write(self._point(), text)
            self._space = text[-1] == " "

    def add(self, tag: str, attributes: Mapping[str, str]) -> Element:
        """Add an element that stands between words."""
        made = etree.SubElement(self._point(), tag, dict(attributes))
        self._space, self._last = False, None
        return made

    def br(self) -> None:
        """End the line, if there is one."""
        if self._stack:
            self._trim(" ")
            etree.SubElement(self._stack[-1], "br")
            self._space, self._last = True, None

    def enter(self, tag: str, attributes: Mapping[str, str] = NONE) -> None:
        """Let the words to come stand in an element."""
        self.path.append((tag, attributes))

    def leave(self) -> None:
        """Let them stand outside of it again; a space at its end does, too."""
        self.path.pop()
        if len(self._stack) > len(self.path) + 1:
            left = self._stack.pop()
            if self._space and self._last and _within(self._last, left):
                self._trim(" ")
                self._write(self._stack[-1], " ")

    def block(self, tag: str) -> Element:
        """Add an element that stands for itself, and return it."""
        self.close()
        return etree.SubElement(self.target, tag)

    def close(self) -> None:
        """End the paragraph, if there is one."""
        if not self._stack:
            return
        run = self._stack[0]
        self._trim(" \u00a0")
        self._prune(run)
        while len(run) and run[-1].tag == "br" and not run[-1].tail:
            run.remove(run[-1])
        if run is not self.target and is_empty(run):
            self.target.remove(run)
        self._stack.clear()
        self._space, self._last = True, None

    def _point(self) -> Element:
        stack, target = self._stack, self.target
        if not stack:
            if self.mode == "line" and not is_empty(target):
                etree.SubElement(target, "br")
            bare = self.mode == "line" or (self.mode == "item" and is_empty(target))
            stack.append(target if bare else etree.SubElement(target, "p"))
        while len(stack) <= len(self.path):
            tag, attributes = self.path[len(stack) - 1]
            stack.append(etree.SubElement(stack[-1], tag, dict(attributes)))
        return stack[-1]

    def _write(self, where: Element, text: str) -> None:
        behind = len(where) > 0
        element = where[-1] if behind else where
        try:
            _append(element, behind, text)
        except ValueError:  # a control character, written as a number
            _append(element, behind, writable(text))
        self._last = (element, behind)

    def _prune(self, run: Element) -> None:
        """Take away what has no words any more since the space at its end is gone."""
        element, behind = self._last or (run, False)
        while not behind and element is not run and is_empty(element):
            parent = element.getparent()
            if parent is None:
                return
            parent.remove(element)
            behind = len(parent) > 0
            element = parent[-1] if behind else parent
            self._last = (element, behind)
            self._trim(" \u00a0")

    def _trim(self, spaces: str) -> None:
        if self._last:
            element, behind = self._last
            if behind:
                element.tail = (element.tail or "").rstrip(spaces) or None
            else:
                element.text = (element.text or "").rstrip(spaces) or None


def is_empty(element: Element) -> bool:
    """Tell whether there is nothing in an element."""
    return not len(element) and not element.text


def _append(element: Element, behind: bool, text: str) -> None:
    if behind:
        element.tail = element.tail + text if element.tail else text
    else:
        element.text = element.text + text if element.text else text


def _within(last: tuple[Element, bool], element: Element) -> bool:
    written, behind = last
    return (written.getparent() if behind else written) is element
