"""The table [publish] of site.toml: where a site is deployed to, checked whole."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from publish.contract.catalogue import N_
from publish.contract.deployment import KEYS
from publish.deploy.hubs import is_hub
from publish.deploy.stack import regions
from publish.deploy.tables import SettingsWrong, Tables, opened, text_of
from publish.trouble import Failure

LONGEST_NAME = 40
TABLE = "publish"
_PREFIX = "inkstead-"
_NAME = re.compile(r"[a-z](?:-?[a-z0-9])+")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
_ADDRESS = re.compile(r"[^@\s\"<>,;]+@[^@\s\"<>,;]+\.[^@\s\"<>,;]+")
# Nothing in it can end a rule of a Content-Security-Policy or add one.
_ORIGIN = re.compile(r"https://[A-Za-z0-9.*-]+\.[A-Za-z]{2,}(:\d+)?")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

_NO_TABLE = N_(
    "there is no table [publish], which says where to publish to (write [publish] and below it"
    ' region = "ap-northeast-1" for Tokyo, near readers in China, "eu-central-1" for Frankfurt'
    ' or "us-east-1" for Virginia)'
)
_NO_REGION = N_(
    "{key} is missing (write where the site shall live: ap-northeast-1 Tokyo, ap-southeast-1"
    " Singapore and ap-east-1 Hong Kong are near readers in China, but Hong Kong must be switched"
    " on for the account first and sends no mails; eu-central-1 is Frankfurt, us-east-1 Virginia)"
)
_REGION_WRONG = N_('{key} "{value}" is no region of AWS (write one like "ap-northeast-1")')
_CHINA = N_(
    '{key} "{value}" belongs to AWS China, an AWS of its own that this does not speak to'
    ' (take "ap-northeast-1" or "ap-southeast-1", or run the site on one server)'
)
_MAILLESS = N_(
    '{key} "{value}" cannot send the mails that [mail] speaks of'
    ' (take "ap-northeast-1" or "ap-southeast-1", or take [mail] away)'
)
_SERVICELESS = N_(
    '{key} "{value}" has no address for a function yet, which the paywall needs'
    ' (take "ap-northeast-1", "ap-southeast-1", "eu-central-1" or "us-east-1")'
)
_NAME_WRONG = N_(
    '{key} "{value}" is no name for a stack (lower case, digits and single hyphens, a letter first,'
    " at most 40 characters)"
)
_ACCOUNT_WRONG = N_(
    '{key} "{value}" is no account of AWS (write its twelve digits;'
    " aws sts get-caller-identity shows them)"
)
_MAIL_WRONG = N_('{key} "{value}" is no mail address (write "me@example.com")')
_REPOSITORY_WRONG = N_('{key} "{value}" is no repository on GitHub (write "owner/name")')
_HUB_WRONG = N_('{key} "{value}" is no hub (write its address: "https://pubsubhubbub.appspot.com")')
_ORIGIN_WRONG = N_(
    '{key}: "{value}" is no origin (write scheme and host: "https://player.bilibili.com")'
)
_URL_WRONG = N_(
    'url "{value}" is no address to publish at (write "https://" and the host, such as'
    ' "https://example.com")'
)
_ELSEWHERE = N_(
    'these credentials are of account "{account}", site.toml names "{wanted}"'
    " (sign in to that one, or correct account under [publish])"
)


@dataclass(frozen=True)
class Deployment:
    """Where a site lives on AWS.

    `name` is the name of the stack and begins the names of what belongs to it; `host` the site's
    own host; `account` the twelve digits of the only account that is right ("" for any); `alarms`
    whom alarms and the budget write to; `budget` US dollars a month (0 for none); `keep` how many
    releases stay; `github` the repository ("owner/name") that may publish; `embeds` the origins
    that pages may show in frames; `hub` where changed feeds are told; `firewall` whether a web
    firewall stands in front; `sender` the address that mails to readers come from ("" for none).
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
    sender: str = ""

    @property
    def mail_domain(self) -> str:
        """Return the domain that mails come from, "" for no mails."""
        return self.sender.rpartition("@")[2].lower()


def is_there(content: Path) -> bool:
    """Tell whether site.toml has a table [publish], right or wrong."""
    try:
        return TABLE in tomllib.loads(text_of(content))
    except (OSError, ValueError):
        return False


def read(content: Path) -> Deployment:
    """Return where the site of a content folder is deployed to.

    Raises:
        SettingsWrong: something is missing or wrong; it says everything at once.

    """
    tables = opened(content)
    host, sender = _host(tables), _sender(tables)
    tables.refuse_unknown(TABLE, KEYS)
    made = Deployment(
        name=tables.text(TABLE, "name", _is_name, _NAME_WRONG, default_name(host)),
        region=_region(tables, sender),
        host=host,
        account=tables.text(TABLE, "account", re.compile(r"\d{12}").fullmatch, _ACCOUNT_WRONG),
        alarms=tables.text(TABLE, "alarms", _ADDRESS.fullmatch, _MAIL_WRONG),
        budget=tables.number(TABLE, "budget", Deployment.budget, 0, 100_000),
        keep=tables.number(TABLE, "keep", Deployment.keep, 2, 100),
        github=tables.text(TABLE, "github", _REPOSITORY.fullmatch, _REPOSITORY_WRONG),
        embeds=_embeds(tables),
        hub=tables.text(TABLE, "hub", is_hub, _HUB_WRONG),
        firewall=tables.flag(TABLE, "firewall"),
        sender=sender,
    )
    if tables.problems:
        raise SettingsWrong(tables.problems)
    return made


def embeds(content: Path) -> tuple[str, ...]:
    """Return the origins that pages may show in frames, wherever the site stands.

    Raises:
        SettingsWrong: one of them is none.

    """
    if not is_there(content):
        return ()
    tables = opened(content)
    found = _embeds(tables)
    if tables.problems:
        raise SettingsWrong(tables.problems)
    return found


def guard(deployment: Deployment, account: str) -> None:
    """Refuse to touch another account than the one that site.toml names.

    Raises:
        Failure: it is another one.

    """
    if deployment.account and account != deployment.account:
        raise Failure(_ELSEWHERE, account=account, wanted=deployment.account)


def default_name(host: str) -> str:
    """Return the name of a stack for a host, always the same: "inkstead-example-com"."""
    plain = re.sub(r"[^a-z0-9]+", "-", in_ascii(host)).strip("-") or "site"
    if len(_PREFIX + plain) <= LONGEST_NAME:
        return _PREFIX + plain
    mark = hashlib.sha256(host.encode()).hexdigest()[:6]
    return f"{(_PREFIX + plain)[: LONGEST_NAME - 7].rstrip('-')}-{mark}"


def in_ascii(host: str) -> str:
    """Return a host as it stands in DNS."""
    try:
        return host.lower().encode("idna").decode()
    except UnicodeError:
        return host.lower()


def _embeds(tables: Tables) -> tuple[str, ...]:
    return tables.texts(TABLE, "embeds", _ORIGIN.fullmatch, _ORIGIN_WRONG)


def _region(tables: Tables, sender: str) -> str:
    if not isinstance(tables.values.get(TABLE, {}), dict):
        return ""
    if TABLE not in tables.values:
        tables.wrong("", TABLE, _NO_TABLE)
    elif "region" not in tables.table(TABLE):
        tables.wrong(TABLE, "region", _NO_REGION)
    found = tables.text(TABLE, "region", _REGION.fullmatch, _REGION_WRONG)
    if found.startswith("cn-"):
        tables.wrong(TABLE, "region", _CHINA, value=found)
    if found in regions.WITHOUT_SERVICE:
        tables.wrong(TABLE, "region", _SERVICELESS, value=found)
    elif found in regions.WITHOUT_MAIL and sender:
        tables.wrong(TABLE, "region", _MAILLESS, value=found)
    return found


def _host(tables: Tables) -> str:
    url = tables.values.get("url", "https://example.com")
    parts = _split(url) if isinstance(url, str) else None
    host = (parts.hostname or "") if parts else ""
    if not (parts and host and (parts.scheme == "https" or host in _LOOPBACK)):
        tables.wrong("", "url", _URL_WRONG, value=url)
    return in_ascii(host)


def _sender(tables: Tables) -> str:
    told = tables.table("mail").get("from", "")
    address = parseaddr(told)[1] if isinstance(told, str) else ""
    if told and not _ADDRESS.fullmatch(address):
        tables.wrong("mail", "from", _MAIL_WRONG, value=told)
    return address


def _is_name(value: str) -> bool:
    return bool(_NAME.fullmatch(value)) and len(value) <= LONGEST_NAME


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts
