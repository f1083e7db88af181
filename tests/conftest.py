"""What every test may ask for: a real database of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.ground import TestGround, clear_away, ground_of

DATABASE_URL = os.environ.get("DATABASE_URL") or None
RUN = "DOUGONG_TEST_RUN"


def pytest_configure(config: pytest.Config) -> None:
    """Name the run, for this process and for the workers it starts."""
    if not hasattr(config, "workerinput"):
        os.environ[RUN] = f"{os.getpid()}-{os.urandom(4).hex()}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """When all workers are done, remove the server that they shared."""
    if not hasattr(session.config, "workerinput"):
        clear_away(os.environ[RUN], DATABASE_URL)


@pytest.fixture(scope="session")
def ground(worker_id: str) -> Iterator[TestGround]:
    """The server of this run, with this worker's template in it."""
    with ground_of(os.environ[RUN], worker_id, DATABASE_URL) as ground:
        yield ground


@pytest.fixture(scope="module")
def database_url(ground: TestGround) -> Iterator[str]:
    """A database like the template, for one module of tests."""
    dsn = ground.clone()
    yield dsn
    ground.remove(dsn)


@pytest.fixture
def fresh_database(ground: TestGround) -> Iterator[str]:
    """A database like the template, for one test alone."""
    dsn = ground.clone()
    yield dsn
    ground.remove(dsn)
