"""What tests of the money side share: a house with a till."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from publish.contract import manifest as contract
from tests.publish.paywall import house
from tests.publish.paywall.tills import FakeTill, SandboxTill, sandbox_state
from tests.publish.paywall.wire import Line


@pytest.fixture(scope="session")
def line() -> Iterator[Line]:
    """A real server, for all tests of this process."""
    found = Line()
    yield found
    found.close()


@pytest.fixture(scope="session")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generation that no test changes."""
    return house.make_generation(tmp_path_factory.mktemp("paywall") / "generation")


@pytest.fixture
def clock() -> house.MovableClock:
    return house.MovableClock()


@pytest.fixture
def manifest(generation: Path) -> contract.Manifest:
    return contract.load(generation / "manifest.json")


@pytest.fixture
def till(manifest: contract.Manifest, clock: house.MovableClock) -> FakeTill:
    return FakeTill(manifest, clock)


@pytest.fixture
def shop(
    tmp_path: Path, generation: Path, clock: house.MovableClock, till: FakeTill, line: Line
) -> Iterator[house.House]:
    """A house whose payments are the double's, behind a real server."""
    made = house.world(tmp_path, generation=generation, payments=till.payments, clock=clock)
    with line.to(made.service) as wired:
        yield replace(made, service=wired)


@pytest.fixture
def sandbox(
    tmp_path: Path, manifest: contract.Manifest, clock: house.MovableClock
) -> Iterator[SandboxTill]:
    """Stripe's sandbox over HTTP."""
    from publish.sandbox.running import running

    state = sandbox_state(tmp_path, clock)
    with running(state) as address:
        yield SandboxTill(tmp_path, manifest, clock, address, state)


@pytest.fixture
def stripe_shop(
    tmp_path: Path,
    generation: Path,
    clock: house.MovableClock,
    sandbox: SandboxTill,
    line: Line,
) -> Iterator[house.House]:
    """A house whose payments are Stripe's sandbox, behind a real server."""
    made = house.world(tmp_path, generation=generation, payments=sandbox.payments, clock=clock)
    with line.to(made.service) as wired:
        yield replace(made, service=wired)
