"""What an operator sets: read from the environment, checked as a whole before anything starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SHORTEST_KEY = 32
_SHORTEST_SECRET = 16
_PARAMETER = "ssm:"
_OPTIONAL = "STRIPE_"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PLACES = {
    "INKSTEAD_STORE": (r"(sqlite|dynamodb):.+", "sqlite:PATH, dynamodb:TABLE"),
    "INKSTEAD_BODIES": (r"folder:.+|s3://[^/]+(/.*)?", "folder:PATH, s3://BUCKET/PREFIX"),
    "INKSTEAD_MAIL": (
        r"outbox:.+|smtps?://.+|ses:[A-Za-z0-9_-]{0,64}",
        "outbox:PATH, smtp://HOST, smtps://HOST, ses:CONFIGURATION-SET",
    ),
}

NAMES = (
    "INKSTEAD_ORIGIN",
    "INKSTEAD_STORE",
    "INKSTEAD_BODIES",
    "INKSTEAD_MAIL",
    "INKSTEAD_KEYS",
    "INKSTEAD_ORIGIN_SECRET",
    "INKSTEAD_PROXIES",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRETS",
    "STRIPE_ACCOUNT",
    "STRIPE_API",
)


def N_(message: str) -> str:  # noqa: N802 - the name by which the catalogue finds messages
    """Mark a message for the catalogue, which the service does not load: it needs babel."""
    return message


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a message of the catalogue and what stands in its gaps."""

    message: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return it in English."""
        return self.message.format(**self.values)


class SettingsError(ValueError):
    """The service cannot start; `problems` are all of them, secrets never quoted."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Settings:
    """What a composition root needs to build a world.

    `origin` is the site's scheme and host. `store`, `bodies` and `mail` name an adapter and its
    place: "sqlite:PATH", "dynamodb:TABLE"; "folder:PATH", "s3://bucket/prefix"; "outbox:PATH",
    "smtp://host:port", "ses:configuration-set". `keys` sign, the newest last. `proxies` of our own
    stand in front. Without `stripe_key` the site takes codes only.
    """

    origin: str
    store: str
    bodies: str
    mail: str
    keys: tuple[str, ...] = field(repr=False)
    origin_secrets: tuple[str, ...] = field(default=(), repr=False)
    proxies: int = 0
    stripe_key: str = field(default="", repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    stripe_account: str = ""
    stripe_api: str = ""


Fetch = Callable[[Sequence[str]], Mapping[str, str]]
"""Return the values of parameters by name; a name that is not there is left out."""


def read(environ: Mapping[str, str], fetch: Fetch | None = None) -> Settings:
    """Return the settings of an environment; `fetch` resolves values of the form `ssm:/name`.

    Raises:
        SettingsError: something is missing or wrong; it says everything at once.

    """
    told, problems = _resolved(environ, fetch)
    found = Settings(
        origin=_as_browsers_send(told["INKSTEAD_ORIGIN"].rstrip("/")),
        store=told["INKSTEAD_STORE"],
        bodies=told["INKSTEAD_BODIES"],
        mail=told["INKSTEAD_MAIL"],
        keys=_list(told["INKSTEAD_KEYS"]),
        origin_secrets=_list(told["INKSTEAD_ORIGIN_SECRET"]),
        proxies=int(told["INKSTEAD_PROXIES"]) if told["INKSTEAD_PROXIES"].isdigit() else 0,
        stripe_key=told["STRIPE_SECRET_KEY"],
        webhook_secrets=_list(told["STRIPE_WEBHOOK_SECRETS"]),
        stripe_account=told["STRIPE_ACCOUNT"],
        stripe_api=told["STRIPE_API"],
    )
    unread = {problem.values["name"] for problem in problems}
    wrong = [each for each in _problems(found, told) if each.values["name"] not in unread]
    if problems or wrong:
        raise SettingsError([*problems, *wrong])
    return found


def _resolved(
    environ: Mapping[str, str], fetch: Fetch | None
) -> tuple[dict[str, str], list[Problem]]:
    """Return every setting with its value, parameters fetched all at once.

    What Stripe needs may be absent: a site that takes codes only never writes those parameters.
    """
    told = {name: environ.get(name, "").strip() for name in NAMES}
    wanted = {
        name: value.removeprefix(_PARAMETER)
        for name, value in told.items()
        if value.startswith(_PARAMETER)
    }
    values = (fetch or _parameters)(sorted(set(wanted.values()))) if wanted else {}
    problems = []
    for name, parameter in wanted.items():
        told[name] = values.get(parameter, "").strip()
        if parameter not in values and not name.startswith(_OPTIONAL):
            missing = N_('{name}: there is no parameter "{parameter}" (write it, or allow reading)')
            problems.append(Problem(missing, {"name": name, "parameter": parameter}))
    return told, problems


def _parameters(names: Sequence[str]) -> Mapping[str, str]:
    """Fetch secrets from the parameter store of AWS."""
    from publish.paywall import cloud

    client = cloud.client("ssm")
    found: dict[str, str] = {}
    for at in range(0, len(names), 10):
        told = client.get_parameters(Names=list(names[at : at + 10]), WithDecryption=True)
        found |= {each["Name"]: each["Value"] for each in told["Parameters"]}
    return found


def _list(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _problems(found: Settings, told: Mapping[str, str]) -> list[Problem]:
    return [
        *_places(found, told),
        *_secrets(found),
        *_stripe(found),
    ]


_UNSET = N_("{name}: not set (write {known})")
_UNSET_ORIGIN = N_(
    '{name}: not set (write the address that readers see, such as "https://example.com")'
)
_NO_PLACE = N_('{name}: "{value}" names no place (write {known})')


def _places(found: Settings, told: Mapping[str, str]) -> list[Problem]:
    problems = []
    if not found.origin:
        problems.append(Problem(_UNSET_ORIGIN, {"name": "INKSTEAD_ORIGIN"}))
    elif not _is_origin(found.origin):
        problems.append(
            Problem(
                N_(
                    '{name}: "{value}" is not the address of a site without a path'
                    ' (write "https://example.com")'
                ),
                {"name": "INKSTEAD_ORIGIN", "value": found.origin},
            )
        )
    for name, (shape, known) in _PLACES.items():
        if not re.fullmatch(shape, told[name]):
            values = {"name": name, "value": _without_password(told[name]), "known": known}
            problems.append(Problem(_NO_PLACE if told[name] else _UNSET, values))
    if told["INKSTEAD_PROXIES"] and not told["INKSTEAD_PROXIES"].isdigit():
        problems.append(
            Problem(
                N_('{name}: "{value}" is no number (how many proxies of your own stand in front)'),
                {"name": "INKSTEAD_PROXIES", "value": told["INKSTEAD_PROXIES"]},
            )
        )
    return problems


def _secrets(found: Settings) -> list[Problem]:
    problems = []
    if not found.keys or any(len(each) < SHORTEST_KEY for each in found.keys):
        problems.append(
            Problem(
                N_(
                    "{name}: signing keys are missing or shorter than {letters} characters"
                    " (make one: python -c 'import secrets; print(secrets.token_urlsafe(32))')"
                ),
                {"name": "INKSTEAD_KEYS", "letters": str(SHORTEST_KEY)},
            )
        )
    if any(len(each) < SHORTEST_KEY for each in found.origin_secrets):
        problems.append(
            Problem(
                N_("{name}: a secret is shorter than {letters} characters (make a longer one)"),
                {"name": "INKSTEAD_ORIGIN_SECRET", "letters": str(SHORTEST_KEY)},
            )
        )
    return problems


def _stripe(found: Settings) -> list[Problem]:
    problems = []
    weak = any(len(each) < _SHORTEST_SECRET for each in found.webhook_secrets)
    if found.stripe_key and (weak or not found.webhook_secrets):
        problems.append(
            Problem(
                N_(
                    "{name}: missing or too short, so anybody could tell of payments"
                    " (copy the signing secret of the webhook from Stripe; it begins with whsec_)"
                ),
                {"name": "STRIPE_WEBHOOK_SECRETS"},
            )
        )
    if found.webhook_secrets and not found.stripe_key:
        problems.append(
            Problem(
                N_("{name}: missing, but there are webhook secrets (set it, or take those away)"),
                {"name": "STRIPE_SECRET_KEY"},
            )
        )
    if found.stripe_api and urlsplit(found.stripe_api).hostname not in _LOOPBACK:
        problems.append(
            Problem(
                N_('{name}: "{value}" is not on this machine (only a sandbox here may stand in)'),
                {"name": "STRIPE_API", "value": found.stripe_api},
            )
        )
    return problems


def _is_origin(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    plain = bool(parts.hostname) and not (parts.path or parts.query or parts.username)
    return plain and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


def _as_browsers_send(origin: str) -> str:
    """Return an origin with its host in ASCII: forms are compared to it, headers hold nothing else.

    What is none stays as it is.
    """
    scheme, sign, place = origin.partition("://")
    host, colon, port = place.partition(":")
    try:
        return f"{scheme}{sign}{host.encode('idna').decode()}{colon}{port}"
    except UnicodeError:
        return origin


def _without_password(value: str) -> str:
    """Return a place fit for a log."""
    before, sign, host = value.rpartition("@")
    return f"{before.partition('://')[0]}://…@{host}" if sign else value
