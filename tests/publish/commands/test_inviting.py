"""What lets a phone into the preview, on the creator's screen."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from publish.commands import inviting
from publish.contract.catalogue import speak
from publish.preview import qr

ADDRESS = "http://192.168.1.5:8000/_snippets/_key/AbCdEfGhIjKlMnOpQrStUv"


@pytest.mark.parametrize(
    ("terminal", "columns", "drawn"), [(True, 80, True), (True, 30, False), (False, 80, False)]
)
def test_a_code_is_drawn_on_a_terminal_that_has_room_for_it(
    monkeypatch, capsys, terminal, columns, drawn
):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_: os.terminal_size((columns, 24)))
    inviting.invite(speak("zh"), ADDRESS)
    said = capsys.readouterr().out
    assert "扫这个码" in said
    assert f"  {ADDRESS}\n" in said
    bare = "".join(qr.lines(ADDRESS)[3]).split("m", 1)[1].split("\x1b")[0]
    assert (bare in said) is drawn
