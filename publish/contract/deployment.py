"""The table [publish] of site.toml: the build knows its keys, those who publish their values."""

from __future__ import annotations

KEYS = (
    "name",
    "region",
    "account",
    "alarms",
    "budget",
    "keep",
    "github",
    "embeds",
    "hub",
    "firewall",
)
