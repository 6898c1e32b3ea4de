"""The secrets of a site: in the parameter store of AWS, encrypted, and nowhere else.

They are written and never shown. The service reads them when it starts, so after a change it is
made to start again: another description of the function is enough for that. Publishing by itself
(from GitHub) may neither read nor write them, nor touch how the function is set up.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from publish.contract.catalogue import N_
from publish.deploy import answers
from publish.deploy.clients import Client
from publish.deploy.ports import Refused
from publish.deploy.stack.names import Names
from publish.trouble import Failure, WrongUsage

KEYS = "INKSTEAD_KEYS"
ORIGIN_SECRET = "INKSTEAD_ORIGIN_SECRET"  # noqa: S105 - the name of it
STRIPE_KEY = "STRIPE_SECRET_KEY"
WEBHOOK_SECRETS = "STRIPE_WEBHOOK_SECRETS"
NAMES = (KEYS, ORIGIN_SECRET, STRIPE_KEY, WEBHOOK_SECRETS)
MADE = (KEYS, ORIGIN_SECRET)
"""Those that are made by themselves at the first publish."""
SHORTEST = 32
_KEPT = 2
_THERE = "ParameterAlreadyExists"
_GONE = "ParameterNotFound"

_SHAPES = {
    STRIPE_KEY: (
        ("sk_live_", "rk_live_", "sk_test_", "rk_test_"),
        N_("{name}: that is no secret key of Stripe (it begins with {begins})"),
    ),
    WEBHOOK_SECRETS: (
        ("whsec_",),
        N_("{name}: that is no signing secret of a webhook at Stripe (it begins with {begins})"),
    ),
}


@dataclass(frozen=True)
class Kept:
    """A secret that is there: its name, and when it was last set (None for not yet)."""

    name: str
    at: datetime | None


@dataclass(frozen=True)
class Vault:
    """The secrets of one stack; `client` is one of SSM."""

    stack: str
    client: Client

    def path(self, name: str) -> str:
        """Return the name of the parameter that holds a secret."""
        return f"{Names(self.stack).parameters}/{name}"

    def listed(self) -> list[Kept]:
        """Return every secret with when it was set, never its value.

        Raises:
            Refused, Unreachable: what AWS says.

        """
        found = dict(self._found())
        return [Kept(name, found.get(self.path(name))) for name in NAMES]

    def _found(self) -> Iterator[tuple[str, datetime]]:
        prefix = Names(self.stack).parameters
        wanted = [{"Key": "Name", "Option": "BeginsWith", "Values": [prefix + "/"]}]
        pages = self.client.get_paginator("describe_parameters")
        told = answers.ask(
            lambda: list(pages.paginate(ParameterFilters=wanted)), "ssm:DescribeParameters", prefix
        )
        for page in told:
            for each in page["Parameters"]:
                yield each["Name"], each["LastModifiedDate"]

    def get(self, name: str) -> str:
        """Return a secret, "" where it was never set.

        Raises:
            Refused, Unreachable: what AWS says.

        """
        path = self.path(name)
        try:
            told = answers.ask(
                lambda: self.client.get_parameter(Name=path, WithDecryption=True),
                "ssm:GetParameter",
                path,
            )
        except Refused as cause:
            if cause.code == _GONE:
                return ""
            raise
        return str(told["Parameter"]["Value"])

    def put(self, name: str, value: str, *, over: bool = True) -> bool:
        """Write a secret; tell whether it was written (not so where one is there and `over` no).

        Raises:
            Refused, Unreachable: what AWS says.

        """
        path = self.path(name)
        try:
            answers.ask(
                lambda: self.client.put_parameter(
                    Name=path, Value=value, Type="SecureString", Overwrite=over
                ),
                "ssm:PutParameter",
                path,
            )
        except Refused as cause:
            if cause.code == _THERE and not over:
                return False
            raise
        return True

    def ensure(self) -> str:
        """Make the secrets that make themselves where they are missing; return that of the origin.

        Raises:
            Refused, Unreachable: what AWS says.

        """
        for name in MADE:
            if not self.get(name):
                self.put(name, made(), over=False)
        return self.get(ORIGIN_SECRET).split(",")[-1]

    def rotate(self) -> int:
        """Append a new signing key and keep the one before; return how many there are now.

        What was signed with an older one (sessions, links in mails) stops working.

        Raises:
            Refused, Unreachable: what AWS says.

        """
        known = [each.strip() for each in self.get(KEYS).split(",") if each.strip()]
        keys = [*known, made()][-_KEPT:]
        self.put(KEYS, ",".join(keys))
        return len(keys)

    def drop(self) -> list[str]:
        """Delete every secret; return the names of those that were there.

        Raises:
            Refused, Unreachable: what AWS says.

        """
        there = [each.name for each in self.listed() if each.at]
        if there:
            paths = [self.path(name) for name in there]
            answers.ask(
                lambda: self.client.delete_parameters(Names=paths),
                "ssm:DeleteParameters",
                Names(self.stack).parameters,
            )
        return there


_NAME = re.compile(r"[A-Z_]{1,40}")


def made() -> str:
    """Return a new secret."""
    return secrets.token_urlsafe(SHORTEST)


def known(name: str) -> None:
    """Refuse a name that may not be set.

    Raises:
        WrongUsage: it is none of a secret, or one that only publishing may set.

    """
    if name == ORIGIN_SECRET:
        raise WrongUsage(
            N_('"{name}" is set by publishing alone: CloudFront must know the same'), name=name
        )
    if not _NAME.fullmatch(name):  # the value in its place, perhaps: not to be quoted
        raise WrongUsage(
            N_("first comes the name of the secret, and never its value (known: {known})"),
            known=", ".join(each for each in NAMES if each != ORIGIN_SECRET),
        )
    if name not in NAMES:
        raise WrongUsage(
            N_('"{name}" is no secret of a site (known: {known})'),
            name=name,
            known=", ".join(each for each in NAMES if each != ORIGIN_SECRET),
        )


def checked(name: str, value: str) -> str:
    """Return a value that fits its name, without what a terminal adds round it; never say it.

    Raises:
        Failure: the value cannot be right.

    """
    value = ",".join(each.strip() for each in value.split(",") if each.strip())
    if not value:
        raise Failure(N_("nothing came: {name} was not changed"), name=name)
    if any(letter.isspace() or not letter.isprintable() for letter in value):
        raise Failure(N_("{name}: there are spaces in it (copy it once more, whole)"), name=name)
    if name == KEYS and min(map(len, value.split(","))) < SHORTEST:
        raise Failure(
            N_("{name}: a key is shorter than {letters} characters (inkstead secrets new {name})"),
            name=name,
            letters=SHORTEST,
        )
    if name in _SHAPES and not _shaped(name, value):
        begins, message = _SHAPES[name]
        raise Failure(message, name=name, begins=", ".join(begins))
    return value


def _shaped(name: str, value: str) -> bool:
    begins, each = _SHAPES[name][0], value.split(",")
    return all(one.startswith(begins) for one in each) and (name != STRIPE_KEY or len(each) == 1)


Mode = Literal["live", "test"]


def mode_of(key: str) -> Mode:
    """Return the mode of a key of Stripe."""
    return "test" if "_test_" in key else "live"


def refresh(client: Client, function: str, now: datetime) -> bool:
    """Make the running service start again, so that it reads its secrets; tell whether it is there.

    `client` is one of Lambda. Nothing that the stack knows of is changed.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    said = f"Inkstead: settings of {now:%Y-%m-%dT%H:%M:%SZ}"
    try:
        answers.ask(
            lambda: client.update_function_configuration(FunctionName=function, Description=said),
            "lambda:UpdateFunctionConfiguration",
            function,
        )
    except Refused as cause:
        if cause.code == "ResourceNotFoundException":
            return False
        raise
    return True
