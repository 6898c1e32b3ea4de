"""The table [publish] of site.toml: where a site is deployed to, checked whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Deployment:
    """Where a site lives on AWS.

    `name` is the name of the stack and begins the names of what belongs to it; `host` the site's
    own host; `account` the twelve digits of the only account that is right ("" for any); `alarms`
    whom alarms and the budget write to; `budget` US dollars a month; `keep` how many releases stay;
    `github` the repository ("owner/name") that may publish; `embeds` the origins that pages may
    show in frames; `hub` where changed feeds are told; `firewall` whether a web firewall stands in
    front.
    """

    name: str
    region: str
    host: str
    account: str = ""
    alarms: str = ""
    budget: int = 10
    keep: int = 10
    github: str = ""
    embeds: tuple[str, ...] = ()
    hub: str = ""
    firewall: bool = False
