"""Everything that may stand between a creator and a site that is live, looked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from publish.contract.catalogue import N_
from publish.deploy.checks import account, here, site
from publish.deploy.checks.case import Case
from publish.deploy.findings import Check, Finding, Look, looked

Of = Callable[[Case], Iterable[Finding]]
SKIPPED = N_("the rest")

_HERE: tuple[tuple[str, Of], ...] = (
    (here.BUILD, here.built),
    (here.GIT, here.ignored),
    (here.GIT, here.remotes),
)
_FIRST: tuple[tuple[str, Of], ...] = (
    (here.ADDRESS, here.address),
    (account.CLOCK, account.clock),
    (account.CREDENTIALS, account.credentials),
)
_CLOUD: tuple[tuple[str, Of], ...] = (
    (account.PERMISSIONS, account.permissions),
    (account.STACK, account.stack),
    (site.SECRETS, site.secrets),
    (site.RELEASE, site.release),
    (site.CERTIFICATE, site.certificate),
    (site.DOMAIN, site.domain),
    (site.MAIL, site.mail),
    (site.QUOTA, site.quota),
    (account.LIMIT, account.limit),
)


def examined(case: Case, more: Iterable[tuple[str, Of]] = ()) -> Iterator[Finding]:
    """Yield every finding; `more` are checks that are asked when AWS knows us.

    Whoever is not known to AWS, or knocks at the wrong account, gets no further answer there: one
    line says so, instead of one a check.
    """
    yield from looked(_of(case, _HERE))
    if case.deployment is None:
        return
    first = list(looked(_of(case, _FIRST)))
    yield from first
    known = (account.CREDENTIALS, account.ACCOUNT)
    if any(each.level in ("wrong", "unknown") for each in first if each.name in known):
        text = N_("stack, secrets, certificate, mails and Stripe were not looked at")
        yield Finding("unknown", SKIPPED, text, N_("first put right what is said above"))
        return
    yield from looked(_of(case, (*_CLOUD, *more)))


def _of(case: Case, checks: Iterable[tuple[str, Of]]) -> list[Check]:
    return [(name, _bound(check, case)) for name, check in checks]


def _bound(check: Of, case: Case) -> Look:
    return lambda: check(case)
