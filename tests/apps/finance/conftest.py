from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.apps.finance.counting_house import CountingHouse, counting_house_in


@pytest.fixture(scope="module")
def books(database_url: str) -> Iterator[CountingHouse]:
    with counting_house_in(database_url) as books:
        yield books
