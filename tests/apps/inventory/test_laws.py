"""Each law of the stock names what breaks it, by key and amount."""

from __future__ import annotations

import pytest

from dougong.kernel.store.database import quoted, schema_of
from tests.shop import Shop

MOVE = """
INSERT INTO stock_move (id, created_at, product, warehouse, quantity, value, kind, day, document)
SELECT gen_random_uuid(), now(), '{product}', warehouse, {quantity}, {value}, kind, day, document
FROM stock_move LIMIT 1
"""
FREE_POSITIONS = (
    "ALTER TABLE stock_position DROP CONSTRAINT ck_stock_position_reserved, "
    "DROP CONSTRAINT ck_stock_position_value"
)


@pytest.fixture
def key(shop: Shop) -> str:
    """30 bolts for 180.00, of which 20 are set aside; an alert below 15. The key that laws name."""
    bolt = shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 15)
    shop.confirm(shop.sales_order(("BOLT-M8", 20)))
    return f"{bolt} @ {shop.warehouse}"


def differences(shop: Shop, *harm: str) -> dict[str, list[tuple[object, ...]]]:
    """Break something by hand, as only the database's owner can, and ask every law of the stock."""
    with shop.house.database.outside() as connection, connection.transaction():
        connection.execute(f"SET LOCAL search_path = {quoted(schema_of(shop.company))}".encode())
        for statement in harm:
            connection.execute(statement.encode())
    laws = [
        law
        for law in shop.house.catalogue.invariants
        if "stock" in law.name
        or "reserved" in law.name
        or "moves" in law.name
        or law.name == "shipments_have_their_reservations"
    ]
    with shop.house.database.transaction(shop.company) as transaction:
        found = {law.name: transaction.rows(law.sql) for law in laws}
    return {name: rows for name, rows in found.items() if rows}


def test_every_law_holds_until_somebody_breaks_it(shop: Shop, key: str) -> None:
    assert key
    assert differences(shop) == {}


def test_stock_is_its_moves(shop: Shop, key: str) -> None:
    found = differences(shop, "UPDATE stock_position SET on_hand = 31")

    assert found == {"stock_is_its_moves": [(key, 30, 31)]}


def test_value_is_its_moves(shop: Shop, key: str) -> None:
    found = differences(shop, "UPDATE stock_position SET value = 181")

    assert found == {"stock_value_is_its_moves": [(key, 180, 181)]}


def test_moves_have_a_position(shop: Shop, key: str) -> None:
    other = shop.product("NUT-M8")
    found = differences(shop, MOVE.format(product=other, quantity=1, value=1))

    assert key
    assert found == {
        "moves_have_a_position": [(f"{other} @ {shop.warehouse}", "a position", "none")]
    }


def test_reserved_is_its_reservations(shop: Shop, key: str) -> None:
    found = differences(shop, "UPDATE reservation SET quantity = 21")

    assert found == {"reserved_is_its_reservations": [(key, 21, 20)]}


def test_reserved_is_there(shop: Shop, key: str) -> None:
    found = differences(
        shop,
        FREE_POSITIONS,
        "UPDATE stock_position SET reserved = 40",
        "UPDATE reservation SET quantity = 40",
    )

    assert found == {"reserved_is_there": [(key, "0 … 30", "40")]}


def test_no_stock_has_no_value(shop: Shop, key: str) -> None:
    other = shop.product("NUT-M8")
    shop.reorder_at("NUT-M8", 0)
    found = differences(
        shop,
        FREE_POSITIONS,
        f"UPDATE stock_position SET value = 1 WHERE product = '{other}'",
        MOVE.format(product=other, quantity=1, value=1),
        MOVE.format(product=other, quantity=-1, value=0),
    )

    assert key
    assert found == {"no_stock_no_value": [(f"{other} @ {shop.warehouse}", "0", "1")]}


def test_shipments_have_their_reservations(shop: Shop, key: str) -> None:
    [(purpose,)] = shop.rows("SELECT purpose::text FROM shipment_line")
    found = differences(shop, "UPDATE shipment_line SET quantity = 21")

    assert found == {"shipments_have_their_reservations": [(purpose, 21, 20)]}
    assert key


def test_short_stock_has_its_alert(shop: Shop, key: str) -> None:
    found = differences(shop, "UPDATE stock_alert SET state = 'closed'")

    assert found == {"short_stock_has_its_alert": [(key, "an alert", "none")]}
