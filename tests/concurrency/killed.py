"""A server under load, to be killed: ``python -m tests.concurrency.killed DSN RUN``.

Each line that it writes is an answer that somebody got: what happened, and to which record.
"""

from __future__ import annotations

import os
import sys
import threading
from itertools import count
from uuid import UUID

from dougong.main import open_house
from tests.shop import Shop

PEOPLE = 4
PRODUCTS = 3


def answer(happened: str, record: UUID) -> None:
    """Tell the other side, in one piece."""
    os.write(1, f"{happened} {record}\n".encode())


def sell(shop: Shop, customer: UUID, codes: list[str]) -> None:
    """Take orders from nothing to paid, one after the other, for ever."""
    for at in count(1):
        order = shop.sales_order(*((code, 1 + at % 3) for code in codes), customer=customer)
        answer("sales_order.created", order.id)
        shop.confirm(order)
        answer("sales_order.confirmed", order.id)
        shipment = shop.ship(order)
        answer("shipment.shipped", shipment.id)
        invoice = shop.invoice(order)
        assert invoice.number
        answer("invoice.issued", invoice.id)
        payment = shop.pay(invoice)
        answer("payment.received", payment.id)


def run(dsn: str, name: str) -> None:
    """Sell to several people at once."""
    shop = Shop(open_house(dsn, size=PEOPLE))
    codes = [f"{name}-{at}" for at in range(PRODUCTS)]
    for code in codes:
        shop.stock(code, 100_000)
    people = [
        threading.Thread(target=sell, args=(shop, shop.customer(f"{name}-{at}"), codes))
        for at in range(PEOPLE)
    ]
    for one in people:
        one.start()


if __name__ == "__main__":
    run(*sys.argv[1:])
