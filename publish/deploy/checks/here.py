"""What is looked at on this machine: the build, and whether git keeps paid text to itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

from publish import folders
from publish.contract.catalogue import N_
from publish.deploy.checks.case import Case, NoAnswer
from publish.deploy.domains import is_example
from publish.deploy.findings import Finding

BUILD = N_("build")
GIT = N_("git")
ADDRESS = N_("address")
_MARKER = re.compile(rb"^ {0,3}<!--\s*paywall\s*-->\s*$", re.I | re.M)
_FILES = "files"
_SPOKEN = (".md", ".markdown", ".toml")
# How to ask, without signing in, whether a repository is public. Answers 404 for one that is not.
_HOSTS = {
    "github.com": "https://api.github.com/repos/{path}",
    "gitlab.com": "https://gitlab.com/api/v4/projects/{whole}",
    "gitee.com": "https://gitee.com/api/v5/repos/{path}",
    "codeberg.org": "https://codeberg.org/api/v1/repos/{path}",
    "bitbucket.org": "https://api.bitbucket.org/2.0/repositories/{path}",
}


def built(case: Case) -> Iterator[Finding]:
    """Look whether there is a site of now: nothing was written after it was built."""
    again = N_("run: inkstead build (publish does it by itself)")
    path = case.output / "current" / "manifest.json"
    path = path if path.exists() else case.output / "manifest.json"
    if not folders.is_production(case.output) or not path.exists():
        yield Finding("warning", BUILD, N_("the site was not built yet"), again)
        return
    newer = next(_newer(case, path.stat().st_mtime), None)
    if newer:
        text = N_('"{file}" was changed after the site was built')
        yield Finding("warning", BUILD, text, again, {"file": newer})
    else:
        yield Finding("ok", BUILD, N_("the built site is that of the content"))


def _newer(case: Case, moment: float) -> Iterator[str]:
    for path in _own(case):
        if path.suffix in _SPOKEN and path.stat().st_mtime > moment:
            yield path.relative_to(case.content).as_posix()


def _own(case: Case) -> Iterator[Path]:
    """Yield the files that the site is made of."""
    yield case.content / folders.SETTINGS
    for room in ("posts", "pages", "products", "magnets", _FILES):
        yield from (each for each in sorted((case.content / room).rglob("*")) if each.is_file())


def address(case: Case) -> Iterator[Finding]:
    """Look whether the site has an address of its own."""
    host = case.where.host
    if is_example(host):
        text = N_('the address in site.toml is still "{host}"')
        way = N_("write your own as url; until then the site is found on CloudFront's address only")
        yield Finding("warning", ADDRESS, text, way, {"host": host})


def ignored(case: Case) -> Iterator[Finding]:
    """Look whether git leaves alone what holds paid text: the output and the sandbox."""
    top = case.git(case.content, "rev-parse", "--show-toplevel").strip()
    places = [case.output, folders.preview_output(case.content).parent]
    inside = [each for each in places if top and each.is_relative_to(Path(top).resolve())]
    found = [_kept(case, each) for each in inside]
    yield from filter(None, found)
    if inside and not any(found):
        yield Finding("ok", GIT, N_("it leaves alone what a build makes"))


def _kept(case: Case, place: Path) -> Finding | None:
    values = {"folder": place.name}
    if case.git(case.content, "ls-files", "--", str(place)):
        text = N_('git keeps "{folder}", which holds paid text whole')
        way = N_("run: git rm -r --cached {folder}, and write {folder}/ into .gitignore")
        return Finding("wrong", GIT, text, way, values)
    if not case.git(case.content, "check-ignore", "--no-index", str(place / "x")):
        text = N_('git does not leave "{folder}" alone, which holds paid text whole')
        return Finding("wrong", GIT, text, N_("write {folder}/ into .gitignore"), values)
    return None


def remotes(case: Case) -> Iterator[Finding]:
    """Look whether gated texts are in a repository that everybody may read."""
    gated = _gated(case)
    if not gated:
        return
    for host, path in sorted(set(_repositories(case.git(case.content, "remote", "-v")))):
        yield _remote(case, host, path, gated)


def _gated(case: Case) -> list[str]:
    """Return the files with a premium part that git keeps."""
    listed = case.git(case.content, "ls-files", "-z", "--", ".").split("\0")
    kept = {case.content / each for each in listed if each}
    return [
        each.relative_to(case.content).as_posix()
        for each in _own(case)
        if each in kept and _is_gated(each, case.content)
    ]


def _is_gated(path: Path, content: Path) -> bool:
    if path.is_relative_to(content / _FILES):
        return True
    return path.suffix == ".md" and bool(_MARKER.search(path.read_bytes()))


def _repositories(told: str) -> Iterable[tuple[str, str]]:
    """Yield host and path of each remote, whatever way it is written."""
    for line in told.splitlines():
        address = line.split("\t", 1)[-1].rsplit(" ", 1)[0].strip()
        short = re.fullmatch(r"(?:[^@/]+@)?([^:/]+):(?!/)(.+)", address)
        parts = urlsplit(address) if "://" in address else None
        host, path = (
            (short[1], short[2]) if short and not parts
            else ((parts.hostname or "", parts.path) if parts else ("", ""))
        )  # fmt: skip
        if host:
            yield host.lower(), path.strip("/").removesuffix(".git")


def _remote(case: Case, host: str, path: str, gated: list[str]) -> Finding:
    values = {"remote": f"{host}/{path}", "file": gated[0], "n": len(gated)}
    unknown = N_(
        '"{remote}" could not be asked whether it is public; it holds paid text ("{file}")'
    )
    look = N_("look there yourself: a repository with paid text must be private")
    if host not in _HOSTS:
        return Finding("warning", GIT, unknown, look, values)
    asked = _HOSTS[host].format(path=quote(path), whole=quote(path, safe=""))
    try:
        answer = case.fetch(asked)
    except NoAnswer:
        return Finding("warning", GIT, unknown, look, values)
    if answer.status == 404 or (answer.status == 200 and _says_private(answer.body)):
        return Finding("ok", GIT, N_('"{remote}" is not public'), "", values)
    if answer.status != 200:  # asked too often, or it wants a name
        return Finding("warning", GIT, unknown, look, values)
    text = N_('everybody can read "{remote}", and paid text is in it ("{file}")')
    way = N_("make the repository private; who saw it may have a copy, so think of new text, too")
    return Finding("wrong", GIT, text, way, values)


def _says_private(body: bytes) -> bool:
    try:
        told = json.loads(body)
    except ValueError:
        return False
    return isinstance(told, dict) and (
        bool(told.get("private") or told.get("is_private"))
        or told.get("visibility", "public") not in ("public", None)
    )
