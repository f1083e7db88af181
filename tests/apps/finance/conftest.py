from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.apps.finance.counting_house import CountingHouse, counting_house_in
from tests.shop import shop, shop_company

__all__ = ["books", "shop", "shop_company"]


@pytest.fixture(scope="module")
def books(database_url: str) -> Iterator[CountingHouse]:
    with counting_house_in(database_url) as books:
        yield books
