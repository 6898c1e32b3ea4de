"""Every text is rendered once, in any number of processes, and remembered."""

from __future__ import annotations

import pytest

from plugins.engine.cache import Cache
from plugins.engine.texts import WORTH_A_PROCESS, processes, render_all
from plugins.reader.render import Job, render

JOBS = {f"p{n}": Job(f"## Head {n}\n\n中文\n换行 {n}", premium=n % 2 == 0) for n in range(6)}


def test_every_job_comes_back_rendered():
    seen = []
    found = render_all(JOBS, Cache(None), lambda done, total: seen.append((done, total)))
    assert found == {name: render(job) for name, job in JOBS.items()}
    assert seen[-1] == (6, 6)


def test_what_is_remembered_is_what_was_rendered(tmp_path):
    cache = Cache(tmp_path / "cache.db")
    first = render_all(JOBS, cache, lambda *_: None)
    cache.save()
    seen = []
    again = render_all(JOBS, Cache(tmp_path / "cache.db"), lambda *step: seen.append(step))
    assert again == first
    assert seen == []


def test_a_public_and_a_premium_text_are_remembered_apart():
    cache = Cache(None)
    jobs = {"a": Job("T[^1]\n\n[^1]: N"), "b": Job("T[^1]\n\n[^1]: N", premium=True)}
    first = render_all(jobs, cache, lambda *_: None)
    assert first["a"] != first["b"]
    assert render_all(jobs, cache, lambda *_: None) == first


def test_one_bad_text_does_not_hide_the_others():
    found = render_all(
        {"bad": Job("- " * 1000 + "x"), "good": Job("Text")}, Cache(None), lambda *_: None
    )
    assert isinstance(found["bad"], ValueError)
    assert found["good"] == render(Job("Text"))


def test_more_processes_give_the_same(monkeypatch):
    jobs = {f"p{n}": Job(f"# {n}\n\nText[^1]\n\n[^1]: {n}") for n in range(WORTH_A_PROCESS * 2)}
    results = []
    for count in ("1", "3"):
        monkeypatch.setenv("INKSTEAD_PROCESSES", count)
        results.append(render_all(jobs, Cache(None), lambda *_: None))
    assert results[0] == results[1]


@pytest.mark.parametrize(("wish", "count"), [("3", 3), ("0", None), ("x", None), ("", None)])
def test_the_number_of_processes_may_be_asked_for(monkeypatch, wish, count):
    monkeypatch.setenv("INKSTEAD_PROCESSES", wish)
    monkeypatch.setattr("os.cpu_count", lambda: 7)
    assert processes() == (count or 7)
