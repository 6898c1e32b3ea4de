"""The headers with which public files are served, wherever they are served from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from publish import media_types

FOREVER = "public, max-age=31536000, immutable"
"""For what has the hash of its bytes in its name."""
ASK = "public, max-age=0, must-revalidate"
"""For everything else: browsers keep it and ask each time whether it is still the same."""
STRIPE = ("https://checkout.stripe.com", "https://billing.stripe.com")
_FINGERPRINTED = re.compile(r"(?:assets|media)/(?:.*/)?[^/]+\.([0-9a-f]{8})\.[^./]+")
_SELF = ("script", "style", "font", "connect", "media", "manifest")
_DENIED = ("camera", "geolocation", "microphone", "payment", "usb")


def of(path: str, head: bytes = b"") -> tuple[str, str]:
    """Return content type and cache-control of a public path; `head` is how the file begins."""
    return media_types.content_type(path, head), FOREVER if fingerprinted(path) else ASK


def fingerprinted(path: str) -> bool:
    """Tell whether a public path looks as if it named its bytes."""
    return bool(fingerprint(path))


def fingerprint(path: str) -> str:
    """Return the eight digits of their hash by which a path names its bytes, "" for none."""
    found = _FINGERPRINTED.fullmatch(path)
    return found[1] if found else ""


def security(
    embeds: Sequence[str] = (), forms: Sequence[str] = STRIPE, *, https: bool = True
) -> Mapping[str, str]:
    """Return the headers that every answer has.

    `embeds` are the origins that pages may show in frames, `forms` those that forms may lead to.
    Without `https` nothing is said that would bind a host to it.
    """
    found = {
        "content-security-policy": _policy(embeds, forms, https=https),
        "permissions-policy": ", ".join(f"{each}=()" for each in _DENIED),
        "referrer-policy": "strict-origin-when-cross-origin",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }
    if https:
        found["strict-transport-security"] = "max-age=31536000"
    return found


def _policy(embeds: Sequence[str], forms: Sequence[str], *, https: bool) -> str:
    told = {
        "default-src": ["'none'"],
        **{f"{each}-src": ["'self'"] for each in _SELF},
        "img-src": ["'self'", "data:"],
        "form-action": ["'self'", *forms],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "frame-src": list(embeds) or ["'none'"],
    }
    lines = [f"{name} {' '.join(values)}" for name, values in told.items()]
    return "; ".join(lines + (["upgrade-insecure-requests"] if https else []))
