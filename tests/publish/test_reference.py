"""The command reference is what `--help` says."""

from pathlib import Path

from publish import place
from publish.reference import reference
from publish.registry import COMMANDS

PAGE = Path("docs") / "commands.md"


def test_the_page_is_what_the_commands_say():
    """Made again by: python -m publish.reference > docs/commands.md."""
    assert (place.engine_root() / PAGE).read_text(encoding="utf-8") == reference()


def test_every_command_is_in_it():
    for entry in COMMANDS:
        assert f"## inkstead {entry.name}\n" in reference()


def test_it_fits_a_page_in_both_languages():
    for lang in ("en", "zh"):
        assert [line for line in reference(lang).splitlines() if len(line) > 90] == []
