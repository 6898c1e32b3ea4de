"""What snippets cost a build: `python -m benchmarks.snippets` (`--posts`, `--rounds`, `--json`).

One folder of posts of about 900 words, Chinese and English in turn, once without snippets and once
with every platform of the rule pack. What `inkstead check` takes from nothing is the text alone,
what `inkstead build` takes has the files and pages of the kits, too; then one post is changed and
both are built again. Rounds alternate, medians are told, and what counts is the ratio: what the
snippets add, as a part of the build's own time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_WORDS = """a reader who pays once for something useful comes back when the next letter keeps its
promise because trust grows slowly from small things done well and told plainly week after week"""
_LATIN = _WORDS.split()
_HAN = "写信的人把自己会的东西一封一封说清楚读者留下地址下次有用的时候就会回来买一点再带一位朋友"
_SITE = """\
url = "https://example.test"
title = "Bench"
languages = ["en", "zh-Hans"]
[snippets]
platforms = {platforms}
"""
_SECTION = """\
## {title}

{first} **{bold}** [{link}](https://example.com/{number}).

{second}

- {item}
- {item}

"""
_CODE = (
    "```python\ndef price(n):\n    # what it costs\n    return [n * 2 for n in range(n)]\n```\n\n"
)
_TABLE = "| a | b |\n|---|---|\n| one | 1 |\n| two | 2 |\n\n"


def post(number: int) -> str:
    """Return one post, the same for the same number."""
    chance = random.Random(number)  # noqa: S311
    han = number % 2 == 1

    def said(count: int) -> str:
        if han:
            return "，".join("".join(chance.choices(_HAN, k=14)) for _ in range(count // 8)) + "。"
        lengths = [min(14, count - done) for done in range(0, count, 14)]
        sentences = (" ".join(chance.choices(_LATIN, k=k)) for k in lengths if k)
        return ". ".join(each.capitalize() for each in sentences) + "."

    sections = "".join(
        _SECTION.format(
            title=said(8).rstrip("."),
            first=said(70),
            bold=said(8),
            link=said(8),
            number=number,
            second=said(80),
            item=said(8),
        )
        for _ in range(5)
    )
    head = f"---\ntitle: {said(8)[:40]} {number}\ndate: {2000 + number % 25}-01-01\n"
    lang = "zh-Hans" if han else "en"
    return f"{head}lang: {lang}\ntags: [one, two]\n---\n\n{sections}{_CODE}{_TABLE}"


def fill(folder: Path, posts: int, platforms: Sequence[str]) -> None:
    """Write a content folder."""
    (folder / "posts").mkdir(parents=True)
    (folder / "site.toml").write_text(_SITE.format(platforms=json.dumps(list(platforms))), "utf-8")
    for number in range(posts):
        (folder / "posts" / f"post-{number}.md").write_text(post(number), "utf-8")


def run(do: str, content: Path, output: Path) -> float:
    """Build or check, and return how many seconds it took."""
    command = [sys.executable, "-m", "publish.cli", do, "--quiet"]
    where = ["--content", str(content), "--output", str(output), "--at", "2026-11-22"]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    started = time.perf_counter()
    subprocess.run([*command, *where], env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def measure(folder: Path, posts: int, rounds: int) -> Mapping[str, Mapping[str, float]]:
    """Return the medians: without, with, and what is added as a part of without."""
    sites = {"without": folder / "without", "with": folder / "with"}
    fill(sites["without"], posts, ())
    fill(sites["with"], posts, ("all",))
    times: dict[str, dict[str, list[float]]] = {
        name: {"without": [], "with": []} for name in ("text alone", "kits", "one post changed")
    }
    for number in range(rounds):
        for name, content in sites.items():
            output = folder / f"output-{name}-{number}"
            times["text alone"][name].append(run("check", content, output))
            times["kits"][name].append(run("build", content, output))
            with (content / "posts" / "post-0.md").open("a", encoding="utf-8") as changed:
                changed.write(f"Changed {number}.\n")
            times["one post changed"][name].append(run("build", content, output))
    return {name: _told(found) for name, found in times.items()}


def _told(found: Mapping[str, Sequence[float]]) -> dict[str, float]:
    medians = {name: round(statistics.median(each), 2) for name, each in found.items()}
    added = (medians["with"] - medians["without"]) / medians["without"]
    return {**medians, "added": round(added, 2)}


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inkstead-snippets-") as place:
        found = measure(Path(place), options.posts, options.rounds)
    if options.json:
        print(json.dumps(found, indent=1))
        return
    print(f"{options.posts:,} posts, {os.cpu_count()} processors")
    for name, each in found.items():
        seconds = f"{each['without']:6.2f} s without, {each['with']:6.2f} s with snippets"
        print(f"{name:18} {seconds}: {each['added']:+.0%} of the build's own time")


if __name__ == "__main__":
    main()
