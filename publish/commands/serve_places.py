"""Where the preview builds, and which folders it watches."""

from __future__ import annotations

from pathlib import Path

from publish import folders, place
from publish.contract.catalogue import N_
from publish.trouble import WrongUsage


def generation(output: str | None, content: Path, here: Path) -> Path:
    """Return where the preview builds, which is never where the finished site lies.

    Raises:
        WrongUsage: the folder is for the finished site.

    """
    given = (here / Path(output).expanduser()).resolve() if output else None
    wanted = given or folders.preview_output(content)
    folders.check_output(content, wanted)
    if wanted == folders.default_output(content) or folders.is_production(wanted):
        raise WrongUsage(
            N_(
                'output "{output}" is for the finished site, and a preview shows drafts'
                " (name another folder, or leave --output away)"
            ),
            output=wanted,
        )
    return wanted


def watched(content: Path) -> tuple[Path, ...]:
    """Return the folders to watch: the creator's, and the engine's own in a source checkout."""
    engine = place.engine_root()
    own = (engine / "theme", engine / "plugins") if place.is_source() else ()
    return (content, *(each for each in own if each.is_dir()))
