"""The company of a million orders is made of whole orders: its books tie, at any size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.large.company import COMPANY, STORIES
from bench.large.making import make
from dougong.kernel.house import House
from dougong.kernel.verify import verify
from dougong.main import open_house
from tests.ground import TestGround

ORDERS = 300


@pytest.fixture(scope="module")
def made(ground: TestGround) -> Iterator[House]:
    """A company of a few hundred such orders."""
    address = ground.clone()
    house = open_house(address, size=4)
    make(house, ORDERS)
    yield house
    house.close()
    ground.remove(address)


def test_the_books_of_the_copied_orders_tie(made: House) -> None:
    assert verify(made, COMPANY) == []


def test_every_order_is_there_with_its_three_lines_and_its_number(made: House) -> None:
    with made.database.transaction(COMPANY) as transaction:
        ((orders, numbers, lines),) = transaction.rows(
            "SELECT count(*), count(DISTINCT number), "
            "(SELECT count(*) FROM sales_order_line) FROM sales_order"
        )
    assert (orders, numbers, lines) == (
        ORDERS + len(STORIES),
        ORDERS + len(STORIES),
        3 * (ORDERS + len(STORIES)),
    )


def test_making_it_again_makes_nothing_again(made: House) -> None:
    def orders() -> int:
        with made.database.transaction(COMPANY) as transaction:
            ((many,),) = transaction.rows("SELECT count(*) FROM sales_order")
        return int(many)

    before = orders()
    make(made, ORDERS)
    assert orders() == before


def test_a_real_order_goes_on_where_the_copied_ones_end(made: House) -> None:
    with made.database.transaction(COMPANY) as transaction:
        ((customer, product),) = transaction.rows(
            "SELECT o.customer, l.product FROM sales_order o JOIN sales_order_line l "
            "ON l.parent = o.id WHERE o.state = 'shipped' LIMIT 1"
        )
    line = {"product": str(product), "quantity": "1"}
    done = made.do(COMPANY, "sales_order.create", {"customer": str(customer), "lines": [line]})
    made.do(COMPANY, "sales_order.confirm", {}, id=done.id)  # type: ignore[union-attr]  it is done
    assert verify(made, COMPANY) == []
