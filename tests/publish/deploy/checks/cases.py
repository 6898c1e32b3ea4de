"""Cases to look at: a small folder, a clock that stands, a web that answers what is laid."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from publish.deploy.checks.case import Answer, Case, NoAnswer
from publish.deploy.resolving import Unresolved
from publish.deploy.settings import Deployment
from publish.deploy.stack.outputs import Outputs
from publish.deploy.stack.states import StackState
from tests.aws import REGION
from tests.conftest import missing

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SITE = Deployment("my-site", REGION, "ground.test", sender="lin@ground.test")
OUTPUTS = {
    "SiteBucket": "my-site-site",
    "PrivateBucket": "my-site-private",
    "Distribution": "D1",
    "Domain": "d1.cloudfront.test",
    "EdgeFunction": "my-site-edge",
    "Function": "my-site-service",
    "Origin": "https://ground.test",
}


class Web:
    """Addresses that answer; what is asked of any other is no answer."""

    def __init__(self, **answers: Answer) -> None:
        self.answers: dict[str, Answer] = dict(answers)
        self.asked: list[str] = []

    def __call__(self, address: str) -> Answer:
        self.asked.append(address)
        if address not in self.answers:
            raise NoAnswer("no route")
        return self.answers[address]


def silent_resolver(name, kind):
    raise Unresolved("no answer")


def a_case(folder: Path, clients=None, deployment: Deployment | None = SITE, **given) -> Case:
    values = {
        "environ": {},
        "resolve": silent_resolver,
        "fetch": Web(),
        "now": lambda: NOW,
        **given,
    }
    content = folder / "site"
    content.mkdir(exist_ok=True)
    return Case(content, content / "output", deployment=deployment, clients=clients, **values)


def standing(case: Case, status: str = "CREATE_COMPLETE", reason: str = "", **more: str) -> Case:
    """Return the case with a stack, without anybody being asked."""
    made = dataclasses.replace(case)
    made.__dict__["standing"] = StackState(
        "my-site", "id", status, reason, Outputs.read({**OUTPUTS, **more})
    )
    return made


def without_stack(case: Case) -> Case:
    made = dataclasses.replace(case)
    made.__dict__["standing"] = None
    return made


def git(folder: Path, *words: str) -> None:
    if not shutil.which("git"):
        missing("no git")
    own = ("-c", "user.name=T", "-c", "user.email=t@ground.test", "-c", "init.defaultBranch=main")
    subprocess.run(["git", "-C", folder, *own, *words], check=True, capture_output=True)


def told(findings) -> list[tuple[str, str]]:
    """Return level and English sentence of each finding."""
    return [(each.level, each.text.format(**each.values)) for each in findings]


def ways(findings) -> list[str]:
    return [each.way.format(**each.values) for each in findings]
