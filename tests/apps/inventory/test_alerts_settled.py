"""An alert that is over before anybody looked needs no answer."""

from __future__ import annotations

from dougong.kernel.log.failures import failures
from dougong.kernel.log.runner import Readers
from tests.shop import Shop


def test_an_alert_that_closed_before_it_was_read_is_no_failure(shop: Shop) -> None:
    shop.stock("BOLT-M8", 5)
    shop.reorder_at("BOLT-M8", 10, 100)
    shop.stock("BOLT-M8", 50)

    Readers(shop.house).catch_up()

    assert failures(shop.house, shop.company) == []
    assert shop.rows("SELECT count(*) FROM replenishment_proposal") == [(0,)]
