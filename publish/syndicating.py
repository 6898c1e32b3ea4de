"""Write down where a post was posted: `content/syndication.toml`, a creator's comments kept."""

from __future__ import annotations

import contextlib
import datetime
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import tomlkit

from publish.contract import manifest, syndication
from publish.contract.catalogue import N_, Words
from publish.contract.report import Place
from publish.contract.syndication import FILE, Copy, Ledger, Mistake, normal
from publish.trouble import Failure, WrongUsage

_Values: TypeAlias = dict[str, dict[str, dict[str, Any]]]
_Way: TypeAlias = Callable[[str, _Values, str, str], str]


def read(content: Path) -> Ledger:
    """Return the ledger as far as it is right; what is wrong in it is for the build to say."""
    return syndication.read(_text(content))[0]


def mistakes(content: Path, words: Words) -> list[str]:
    """Return what is wrong in the ledger, each with its line."""
    return [
        f"{Place(FILE, line)}: {words.gettext(message).format(**values)}"
        for line, message, values in sorted(syndication.read(_text(content))[1], key=_line)
    ]


def _line(mistake: Mistake) -> int:
    return mistake[0]


def is_old(copy: Copy, post: manifest.Post) -> bool:
    """Tell whether a post changed since it was posted."""
    return syndication.is_old(copy, post.hash, post.updated)


def check_address(url: str) -> str:
    """Return an address without the space round it.

    Raises:
        WrongUsage: nobody can be sent there.

    """
    if not syndication.is_address(url.strip()):
        raise WrongUsage(syndication.NO_ADDRESS, url=url)
    return url.strip()


def record(
    content: Path, post: str, platform: str, url: str, at: datetime.date, hash: str = ""
) -> None:
    """Write down that a post is on a platform; the same again changes nothing.

    `hash` is the post's hash in the manifest.

    Raises:
        WrongUsage: nobody can be sent to the address.
        Failure: the file cannot be read as a ledger, or not be written.

    """
    url = check_address(url)
    day = at.date() if isinstance(at, datetime.datetime) else at
    values: dict[str, Any] = {"url": url, "date": day}
    if hash:
        values["hash"] = hash[: syndication.HASH_LENGTH]
    post, platform = normal(post), platform.strip()

    def change(held: _Values) -> _Values:
        return {**held, post: {**held.get(post, {}), platform: values}}

    _rewrite(content, change, (_updated, _replaced, _built), post, platform)


def forget(content: Path, post: str, platform: str) -> None:
    """Take a copy out of the ledger; one that it does not hold is no mistake.

    Raises:
        Failure: the file cannot be read as a ledger, or not be written.

    """
    post = normal(post)

    def change(held: _Values) -> _Values:
        rest = {name: each for name, each in held.get(post, {}).items() if name != platform}
        return {**held, post: rest}

    _rewrite(content, change, (_without, _built), post, platform)


def _rewrite(
    content: Path,
    change: Callable[[_Values], _Values],
    ways: Iterable[_Way],
    post: str,
    platform: str,
) -> None:
    """Change the file in the first way that leaves everything else as it was."""
    with _alone(content):
        text = _text(content)
        try:
            held = _values(text)
            wanted = change(held)
            if _bare(wanted) == _bare(held):
                return
            new = next(_good(ways, text, wanted, post, platform), None)
        except (ValueError, AttributeError, TypeError):
            new = None
        if new is None:
            raise Failure(
                N_('{file} cannot be changed as it is (inkstead check says why, "{post}" waits)'),
                file=FILE,
                post=post,
            )
        _write(content / FILE, new)


def _good(
    ways: Iterable[_Way], text: str, wanted: _Values, post: str, platform: str
) -> Iterator[str]:
    for way in ways:
        with contextlib.suppress(Exception):  # the next way is there for what this one cannot
            new = way(text, wanted, post, platform)
            if _bare(_values(new)) == _bare(wanted):
                yield new


def _updated(text: str, wanted: _Values, post: str, platform: str) -> str:
    """Return the text with new values of a copy where the old ones stand."""
    document = tomlkit.parse(text)
    name = next(each for each in document if normal(each) == post)
    table = document[name][platform]
    values = wanted[post][platform]
    for key in [key for key in table if key not in values]:
        del table[key]
    for key, value in values.items():
        table[key] = value
    return document.as_string()


def _replaced(text: str, wanted: _Values, post: str, platform: str) -> str:
    """Return the text with a copy at its end, and nowhere else."""
    return _with(_without(text, wanted, post, platform), wanted, post, platform)


def _with(text: str, wanted: _Values, post: str, platform: str) -> str:
    """Return the text with a table after it."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = [f"[{_key(post)}.{_key(platform)}]", *_lines(wanted[post][platform])]
    before = text.rstrip()
    return "".join([before, end * 2 if before else "", *(f"{line}{end}" for line in lines)])


def _built(text: str, wanted: _Values, post: str, platform: str) -> str:
    """Return the file written anew, for what stands in it in a way of the creator's own."""
    blocks = [
        "\n".join([f"[{_key(name)}.{_key(other)}]", *_lines(values)])
        for name, each in _bare(wanted).items()
        for other, values in each.items()
    ]
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    return "\n\n".join(filter(None, ["\n".join(comments), *blocks])) + "\n"


def _without(text: str, wanted: _Values, post: str, platform: str) -> str:
    """Return the text without the table of a copy; comments between tables stay."""
    lines = text.splitlines(keepends=True)
    heads = [(n, path) for n, line in enumerate(lines) if (path := _head(line))]
    starts = [n for n, path in heads if (normal(path[0]), *path[1:]) == (post, platform)]
    if not starts:
        return text
    first = starts[0]
    end = next((n for n, _ in heads if n > first), len(lines))
    said = [n for n in range(first, end) if lines[n].strip() and lines[n].strip()[0] != "#"]
    before, after = lines[:first], lines[said[-1] + 1 :]
    if after and not after[0].strip() and not (before and before[-1].strip()):
        after = after[1:]
    elif not after:
        before = ["".join(before).rstrip() + lines[first][-1:]] if "".join(before).strip() else []
    return "".join([*before, *after])


def _head(line: str) -> tuple[str, ...]:
    """Return the keys in a line that begins a table, else nothing."""
    if not line.lstrip().startswith("["):
        return ()
    try:
        values: Any = tomllib.loads(line.strip("\r\n"))
    except ValueError:
        return ()
    path = []
    while isinstance(values, dict) and values:
        [key] = values
        path.append(key)
        values = values[key]
    return tuple(path)


def _lines(values: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {tomlkit.item(value).as_string()}" for key, value in values.items()]


def _key(name: str) -> str:
    """Return a key, bare where TOML reads it so and no dot or number could be mistaken."""
    bare = name.isascii() and name.replace("_", "").isalpha()
    return name if bare else tomlkit.string(name).as_string()


def _values(text: str) -> _Values:
    """Return what the file holds, ids as we write them.

    Raises:
        ValueError: it is not TOML.

    """
    return {normal(post): each for post, each in tomllib.loads(text).items()}


def _bare(values: _Values) -> _Values:
    """Return the copies alone, without tables that hold none."""
    return {post: each for post, each in values.items() if each}


def _text(content: Path) -> str:
    try:
        return (content / FILE).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as cause:
        raise Failure(N_("{file} cannot be read: {cause}"), file=FILE, cause=cause) from cause


def _write(path: Path, text: str) -> None:
    """Put a file in the place of another at once, for whoever reads it meanwhile."""
    path = path.resolve()  # a link to where the creator keeps it stays one
    spare = path.with_name(f".{path.name}.new")
    try:
        with spare.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            spare.chmod(path.stat().st_mode & 0o7777)
        spare.replace(path)
    except OSError as cause:
        spare.unlink(missing_ok=True)
        raise Failure(
            N_("{file} cannot be written: {cause}"), file=path.name, cause=cause.strerror
        ) from cause


@contextlib.contextmanager
def _alone(content: Path) -> Iterator[None]:
    """Let the preview and a command change the file one after the other."""
    import fcntl

    handle = os.open(content, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
