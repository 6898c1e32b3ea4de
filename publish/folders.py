"""Which folder holds the content, and where the finished site may go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from publish.contract.catalogue import N_
from publish.trouble import WrongUsage

SETTINGS = "site.toml"
VARIABLE = "INKSTEAD_CONTENT"
# Folders of the content that the build reads: what lies in them may become public.
_READ = frozenset({"posts", "pages", "products", "files", "static", "theme", "magnets"})


def find_content(flag: str | None, environ: Mapping[str, str], here: Path) -> Path:
    """Return the content folder: named, else upwards from here, else ./content.

    Raises:
        WrongUsage: the named folder does not exist, or there is none to be found.

    """
    for name, value in (("--content", flag), (VARIABLE, environ.get(VARIABLE))):
        if value:
            return _existing(name, value, here)
    here = here.resolve()
    for folder in (here, *here.parents, here / "content"):
        if (folder / SETTINGS).is_file():
            return folder
    raise WrongUsage(
        N_(
            'no site.toml in "{here}" or above it'
            " (start a site with: inkstead init my-site, or name its folder with --content)"
        ),
        here=here,
    )


def find_output(flag: str | None, content: Path, here: Path) -> Path:
    """Return the folder for the finished site, after `check_output`.

    Raises:
        WrongUsage: the folder is in the way of something.

    """
    output = (here / Path(flag).expanduser()) if flag else default_output(content)
    output = output.resolve()
    check_output(content, output)
    return output


def default_output(content: Path) -> Path:
    """Return `output/` beside a folder named content, else inside the creator's folder."""
    return (content.parent if content.name == "content" else content) / "output"


def preview_output(content: Path) -> Path:
    """Return where the preview builds: hidden, beside the default output."""
    return default_output(content).parent / ".inkstead" / "preview"


def sandbox_state(content: Path) -> Path:
    """Return where the sandbox keeps what it knows: store, mails, keys, its payment provider."""
    return default_output(content).parent / ".inkstead" / "sandbox"


def check_output(content: Path, output: Path) -> None:
    """Refuse an output folder that holds or could publish something else (resolved paths).

    Raises:
        WrongUsage: naming the folder and the way out.

    """
    if content.is_relative_to(output):
        raise WrongUsage(
            N_('output "{output}" holds the content itself (name another folder with --output)'),
            output=output,
        )
    inside = output.relative_to(content).parts if output.is_relative_to(content) else ()
    if inside and inside[0].casefold() in _READ:
        raise WrongUsage(
            N_(
                'output "{output}" lies in "{folder}/", which the site is made of'
                " (name a folder outside it with --output)"
            ),
            output=output,
            folder=inside[0],
        )
    if output.exists() and not output.is_dir():
        raise WrongUsage(
            N_('output "{output}" is a file (name a folder with --output)'), output=output
        )
    if _holds_something(output) and not is_generation(output):
        raise WrongUsage(
            N_(
                'output "{output}" holds other files, which a build would mix with the site'
                " (name an empty or new folder with --output)"
            ),
            output=output,
        )


def is_generation(folder: Path) -> bool:
    """Say whether an earlier build wrote this folder, be it one that was killed."""
    return "built_at" in _manifest(folder) or (folder / ".generations").is_dir()


def is_production(folder: Path) -> bool:
    """Say whether an earlier build wrote this folder for readers, not for the preview."""
    values = _manifest(folder)
    return "built_at" in values and not values.get("preview")


def _manifest(folder: Path) -> Mapping[str, object]:
    try:
        values = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _holds_something(folder: Path) -> bool:
    """Say whether there is more in a folder than hidden files (.git, what a first build left)."""
    return folder.is_dir() and any(not each.name.startswith(".") for each in folder.iterdir())


def _existing(name: str, value: str, here: Path) -> Path:
    folder = (here / Path(value).expanduser()).resolve()
    if not folder.is_dir():
        raise WrongUsage(
            N_('{name} "{value}" is no folder (name the folder that holds site.toml)'),
            name=name,
            value=value,
        )
    return folder
