"""What people call a device, guessed from what its browser says of itself."""

from __future__ import annotations

from collections.abc import Callable

_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def name(agent: str, term: Callable[[str], str]) -> str:
    """Return a device's name; `term` translates its kind. What nobody knows is only a kind."""
    found = [_first(_SYSTEMS, agent), term(_first(_BROWSERS, agent)) if agent else ""]
    return " · ".join([term(_kind(agent)), *(each for each in found if each)])


def _kind(agent: str) -> str:
    if "iPad" in agent or "Tablet" in agent:
        return "Tablet"
    if "Android" in agent and "Mobile" not in agent:
        return "Tablet"
    return "Phone" if "Mobile" in agent or "iPhone" in agent else "Computer"


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((told for mark, told in known if mark in agent), "")
