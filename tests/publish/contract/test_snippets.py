"""Where kits lie, and what is no kit."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish.contract.snippets import KIT, NoKit, folder_of, load


def test_an_id_with_steps_is_one_folder():
    assert folder_of(Path("out"), "系列/第一封") == Path("out/snippets/系列+第一封")


@pytest.mark.parametrize("letter", ["a", "é", "汉", "𠮷"])
def test_every_file_system_takes_the_name_of_a_folder(letter):
    names = {folder_of(Path("out"), f"{letter * 90}/{letter * n}").name for n in range(1, 120)}
    assert len(names) == 119
    assert max(len(name.encode()) for name in names) <= 200


@pytest.mark.parametrize("text", ["", "5", "[]", "null", '{"version": 1}', '{"version": 2}'])
def test_what_is_no_kit_is_said_to_be_none(tmp_path, text):
    (tmp_path / KIT).write_text(text, "utf-8")
    with pytest.raises(NoKit):
        load(tmp_path)
