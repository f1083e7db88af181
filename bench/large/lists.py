"""The twelve lists of the README, and the questions for figures, asked through the door."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from bench.large.asking import Answer, Client, let_in
from bench.large.company import COMPANY, GRADES
from dougong.kernel.house import House

INDEXED_MS, UNINDEXED_MS, FIGURES_MS = 100.0, 1000.0, 1000.0
PAGE = "50"
SOUGHT_EACH = 5003
"""Every so many orders have a note to be found."""

Parameters = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class List:
    """One list: what it is called, within what time its first page shall be there, what it asks."""

    name: str
    within_ms: float
    entity: str = "sales_order"
    asked: Callable[[Asker], Iterator[Parameters]]
    as_seller: bool = False
    goes_on: bool = False
    """Whether there is but one such list, so that each time its next page is asked for."""


@dataclass
class Asker:
    """Knows whom and what the lists ask for."""

    house: House
    client: Client
    customers: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    orders: int = 0
    all_token: str = ""
    seller_tokens: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.customers = self.known("SELECT customer FROM big.customer ORDER BY at * 7919 % 2003")
        self.regions = self.known("SELECT DISTINCT region FROM big.customer ORDER BY 1")
        self.products = self.known("SELECT unnest(ids) FROM big.product")
        (self.orders,) = (int(one) for one in self.known("SELECT max(n) FROM big.sale"))
        sellers = self.known("SELECT DISTINCT seller FROM big.customer ORDER BY 1 LIMIT 11")
        tokens = [
            let_in(self.house, UUID(one), "all" if at == 0 else "seller")
            for at, one in enumerate(sellers)
        ]
        self.all_token, *self.seller_tokens = tokens

    def known(self, sql: str) -> list[str]:
        """Read one column."""
        with self.house.database.outside() as connection:
            return [str(row[0]) for row in connection.execute(sql.encode()).fetchall()]

    def measured(self, one: List, times: int) -> dict[str, Any]:
        """Ask for a list's first page, each time another."""
        took: list[float] = []
        found, cursor, cpu = 0, "", self.client.cpu()
        tokens = cycle(self.seller_tokens if one.as_seller else [self.all_token])
        for parameters, token in zip(islice(cycle(one.asked(self)), times), tokens, strict=False):
            more = {"cursor": cursor} if cursor else {}
            answer = self.client.get(one.entity, token, limit=PAGE, **parameters, **more)
            cursor = answer.body["next_cursor"] or "" if one.goes_on else ""
            took.append(answer.ms)
            found += len(answer.body["records"])
        cpu = (self.client.cpu() - cpu) / times
        return summed_up(one.name, took, cpu, one.within_ms) | {"records": round(found / times, 1)}


def summed_up(name: str, took: list[float], cpu_ms: float, within_ms: float) -> dict[str, Any]:
    """Give median and 95th percentile beside the limit, and the mean of the processor's time."""
    p95 = quantiles(took, n=20)[-1]
    return {
        "name": name,
        "median_ms": round(median(took), 1),
        "p95_ms": round(p95, 1),
        "cpu_ms": round(cpu_ms, 1),
        "limit_ms": within_ms,
        "of_limit": round(p95 / within_ms, 3),
    }


def conditions(*all_of: dict[str, Any]) -> str:
    """Write a filter as the client's builder does."""
    return json.dumps({"all": list(all_of)})


def is_equal(name: str, value: str) -> dict[str, Any]:
    return {"field": name, "op": "eq", "value": value}


def newest(_asker: Asker) -> Iterator[Parameters]:
    yield {}


def of_a_customer(asker: Asker) -> Iterator[Parameters]:
    for one in asker.customers:
        yield {"filter": conditions(is_equal("customer", one)), "sort": "-day"}


def confirmed(_asker: Asker) -> Iterator[Parameters]:
    yield {"filter": conditions(is_equal("state", "confirmed")), "sort": "day"}


def on_a_route(_asker: Asker) -> Iterator[Parameters]:
    for at in range(1000):
        yield {"filter": conditions(is_equal("x_route", f"R-{at * 37 % 1000:04}"))}


def heaviest(_asker: Asker) -> Iterator[Parameters]:
    yield {"sort": "-x_weight"}


def of_a_kind_of_customer(asker: Asker) -> Iterator[Parameters]:
    for at, region in enumerate(asker.regions):
        for grade in GRADES[at % 2 :: 2]:
            yield {
                "filter": conditions(
                    is_equal("customer.grade", grade), is_equal("customer.region", region)
                )
            }


def with_a_product(asker: Asker) -> Iterator[Parameters]:
    for at in range(len(asker.products)):
        product = asker.products[at * 37 % len(asker.products)]
        yield {"filter": conditions(is_equal("lines.product", product))}


def overdue(_asker: Asker) -> Iterator[Parameters]:
    today = datetime.now(UTC).date()
    for days in range(30):
        due = {"field": "due", "op": "lt", "value": (today - timedelta(days=days)).isoformat()}
        is_open = {"field": "is_open", "op": "eq", "value": True}
        yield {"filter": conditions(is_open, due), "sort": "due"}


def by_an_amount(asker: Asker) -> Iterator[Parameters]:
    for region in asker.regions:
        yield {"filter": conditions(is_equal("region", region)), "sort": "-gross"}


def holding_a_text(asker: Asker) -> Iterator[Parameters]:
    for n in range(SOUGHT_EACH, asker.orders + 1, SOUGHT_EACH):
        yield {"filter": conditions({"field": "note", "op": "contains", "value": f"urgent {n}"})}
    yield {"filter": conditions({"field": "note", "op": "contains", "value": "urgent"})}


def nothing(_asker: Asker) -> Iterator[Parameters]:
    for at in range(1000):
        yield {"filter": conditions(is_equal("customer_reference", f"NO-{at}"))}


LISTS = (
    List(name="newest", within_ms=INDEXED_MS, asked=newest, goes_on=True),
    List(name="one customer's", within_ms=INDEXED_MS, asked=of_a_customer),
    List(name="in a state", within_ms=INDEXED_MS, asked=confirmed, goes_on=True),
    List(name="own field", within_ms=INDEXED_MS, asked=on_a_route),
    List(name="by own field", within_ms=INDEXED_MS, asked=heaviest, goes_on=True),
    List(name="related field", within_ms=INDEXED_MS, asked=of_a_kind_of_customer),
    List(name="row rule", within_ms=INDEXED_MS, asked=newest, as_seller=True),
    List(name="with a product", within_ms=INDEXED_MS, asked=with_a_product),
    List(name="overdue", within_ms=INDEXED_MS, asked=overdue, entity="receivable"),
    List(name="by an amount", within_ms=UNINDEXED_MS, asked=by_an_amount),
    List(name="holds a text", within_ms=UNINDEXED_MS, asked=holding_a_text),
    List(name="nothing", within_ms=UNINDEXED_MS, asked=nothing),
)
FIGURES: tuple[tuple[str, Parameters], ...] = (
    ("revenue by month", {"by": "day:month", "sums": "net"}),
    ("by product and month", {"by": "day:month,product", "sums": "net,quantity", "limit": "10000"}),
)
KINDS = ("invoiced", "shipped", "ordered")


def lists(asker: Asker, times: int) -> Iterator[dict[str, Any]]:
    """Measure the lists."""
    for one in LISTS:
        asker.measured(one, max(times // 10, 1))
        yield asker.measured(one, times)


def figures(asker: Asker, times: int) -> Iterator[dict[str, Any]]:
    """Measure the questions for figures, of each kind in turn."""
    for name, parameters in FIGURES:
        cpu = asker.client.cpu()
        took = [asked(asker, kind, parameters).ms for kind in islice(cycle(KINDS), times)]
        yield summed_up(name, took, (asker.client.cpu() - cpu) / times, FIGURES_MS)


def asked(asker: Asker, kind: str, parameters: Parameters) -> Answer:
    """Ask for figures of a kind of entry; there are some."""
    answer = asker.client.get(
        "sales_entry/group",
        asker.all_token,
        filter=conditions(is_equal("kind", kind)),
        **parameters,
    )
    assert answer.body["groups"], parameters
    return answer


__all__ = ["COMPANY", "LISTS", "Asker", "figures", "lists"]
