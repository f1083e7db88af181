from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.apps.base.masters import Masters, masters_in


@pytest.fixture(scope="module")
def masters(database_url: str) -> Iterator[Masters]:
    with masters_in(database_url) as masters:
        yield masters
