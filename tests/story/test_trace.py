"""What did this order set in motion? Answered as a tree, within a second of each commit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from dougong.apps.sales.entities import SalesOrder
from dougong.cli.trace import meant
from dougong.kernel.access.entities import Role, RolePermission
from dougong.kernel.log.runner import Readers
from dougong.kernel.log.trace import as_text, caused_by
from dougong.kernel.refusals import Refused
from dougong.web.app import web_app
from tests.kernel.house import published
from tests.shop import COMPANY, Shop
from tests.web.conftest import CHEAP, Somebody, hired

PATIENCE = 20.0
"""Seconds to wait on a busy machine; readers answer within one where nothing else runs."""


@pytest.fixture
def readers(shop: Shop) -> Iterator[Readers]:
    """The readers, running as they do beside the door."""
    running = Readers(shop.house)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def chief(shop: Shop) -> Somebody:
    """Who may do everything, by HTTP."""
    role = Role(code="chief", name="老板", permissions=[RolePermission(entity="*", operation="*")])
    published(shop.house, COMPANY, role)
    app = web_app(shop.house, passwords=CHEAP)
    return hired(shop.house, app, COMPANY, "chief", role)


def names(nodes: list[dict[str, Any]]) -> set[str]:
    """Every event in some trees."""
    return {name for node in nodes for name in {node["name"], *names(node["caused"])}}


def node(nodes: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The first event of a name in some trees."""
    for each in nodes:
        if each["name"] == name:
            return each
        if name in names(each["caused"]):
            return node(each["caused"], name)
    raise AssertionError(name)


def trees(chief: Somebody, order: SalesOrder) -> list[dict[str, Any]]:
    """What the order set in motion, as the API answers it."""
    answer = chief.get(f"/trace/{order.id}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["caused"]
    return found


def test_an_order_shows_all_it_set_in_motion_from_confirmation_to_payment(
    shop: Shop, chief: Somebody, readers: Readers
) -> None:
    shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 25, 100)
    order = shop.sales_order(("BOLT-M8", 20))

    began = time.monotonic()
    shop.confirm(order)
    while "replenishment_proposal.proposed" not in names(trees(chief, order)):
        assert time.monotonic() - began < PATIENCE, names(trees(chief, order))
        time.sleep(0.02)

    confirmed = node(trees(chief, order), "sales_order.confirmed")
    assert confirmed["title"] == order.number
    assert {each["name"] for each in confirmed["caused"]} == {
        "credit_position.held",
        "reservation.reserved",
        "shipment.planned",
        "stock_alert.raised",
    }
    alert = node(confirmed["caused"], "stock_alert.raised")
    assert [each["name"] for each in alert["caused"]] == ["replenishment_proposal.proposed"]
    assert alert["caused"][0]["waited"] >= 0

    shop.ship(order)
    invoice = shop.invoice(order)
    payment = shop.pay(invoice)

    path = ["sales_order.confirmed", "shipment.planned", "shipment.picked", "shipment.packed"]
    path += ["shipment.shipped", "sales_order.shipped", "invoice.drafted", "invoice.issued"]
    path += ["invoice.numbered", "payment.received", "journal_entry.posted"]
    under = trees(chief, order)
    for name in path:
        step = next(each for each in under if each["name"] == name)
        under = step["caused"]
    for document in (*shop.shipments(order), invoice, payment):
        answer = chief.get(f"/trace/{document.id}")
        assert answer.status_code == 200, answer.text
        posted = names(answer.json()["caused"])
        assert "journal_entry.posted" in posted, posted


def test_the_command_line_draws_the_same_tree(shop: Shop, readers: Readers) -> None:
    shop.stock("BOLT-M8", 30)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 20)))

    for what in (order.number, f"sales_order:{order.number}", str(order.id)):
        assert meant(shop.house, COMPANY, what) == order.id
    with shop.house.database.transaction(COMPANY) as transaction:
        drawn = as_text(caused_by(transaction, shop.house.catalogue_of(COMPANY), order.id))
    lines = drawn.splitlines()
    assert lines[0].startswith(f"sales_order.created {order.number} 2026-03-02")
    assert [line for line in lines if "├─ " in line or "└─ " in line]
    with pytest.raises(Refused) as refused:
        meant(shop.house, COMPANY, "SO-1999-00001")
    assert refused.value.by.code == "not_found"
