"""What the documents say of costs and commands is what the program says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publish.deploy import costs
from publish.registry import COMMANDS

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
POSTS = sorted((ROOT / "content" / "posts").rglob("*.md"))


@pytest.mark.parametrize("path", ["README.md", "docs/aws.md"])
def test_the_costs_are_those_of_the_price_table(path: str) -> None:
    assert costs.markdown().strip() in (ROOT / path).read_text("utf-8")


def test_the_chinese_costs_are_the_same_numbers() -> None:
    numbers = re.findall(r"\$[\d.]+", costs.markdown())
    chinese = (ROOT / "docs" / "aws.zh.md").read_text("utf-8")
    rows = [line for line in chinese.splitlines() if re.match(r"\| [\d,]+ \|", line)]
    assert re.findall(r"\$[\d.]+", "\n".join(rows)) == numbers


@pytest.mark.parametrize("path", [*DOCUMENTS, *POSTS], ids=lambda path: path.name)
def test_every_command_that_is_named_exists(path: Path) -> None:
    known = {each.name for each in COMMANDS}
    named = re.findall(r"`inkstead ([a-z]+)", path.read_text("utf-8"))
    named += re.findall(r"^(?:\.\./)*(?:\S*/bin/)?inkstead ([a-z]+)", path.read_text("utf-8"), re.M)
    assert set(named) <= known


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#\s]+)", text):
        assert (path.parent / link).exists(), link
