"""A small trade with files to import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dougong.kernel.access.actor import HOUSE
from dougong.kernel.catalogue import discover
from dougong.kernel.furnishing import furnished
from dougong.kernel.house import House
from dougong.kernel.questions import Question, ask
from dougong.kernel.verbs import VERBS
from tests.kernel.house import MONDAY, PACKAGES

CATALOGUE = discover((*PACKAGES, "dougong.kernel.imports"), VERBS)

CLIENTS = """\
entity: client
file: clients.csv
key: code
fields:
  code: id
  name: {join: [first, last]}
  grade: {column: class, map: {gold: A, silver: B}}
"""
TRADE = """\
name: trade
sheets:
  - entity: client
    file: clients.csv
    key: code
    fields: {code: id, name: {join: [first, last]}}
  - entity: purchase
    file: orders.csv
    order: days
    at: ordered
    fields:
      client: {column: client, find: code}
      wanted: ordered
      discount: {column: off, round: 2}
    lines:
      lines:
        - file: lines.csv
          group: order
          of: no
          fields: {what: thing, quantity: pieces, price: {column: price, round: 4}}
        - when: {column: freight, number: true}
          fields:
            what: {constant: Freight}
            quantity: {constant: 1}
            price: freight
    steps:
      - do: confirm
        at: confirmed
        with: {remark: "for {id}"}
"""
CLIENT_ROWS = "id,first,last,class\nX1,Ann,Lee,gold\nX2,Bob,Ray,silver\n"
ORDER_ROWS = (
    "no,client,ordered,confirmed,off,freight\n"
    "1,X1,2026-03-05,2026-03-09,0,0\n"
    "2,X2,2026-03-02,2026-03-10,0.150000006,7.50\n"
    "3,X1,2026-03-06,,0,0\n"
)
LINE_ROWS = (
    "order,thing,pieces,price\n1,nut,10,9.80000019\n2,bolt,4,25\n1,screw,3,1.5\n3,nail,1,1\n"
)


def trade_house(dsn: str, company: str) -> House:
    house = furnished(dsn, CATALOGUE, size=4, clock=lambda: MONDAY)
    house.create_company(company, name="小店")
    return house


def folder(place: Path, **files: str) -> Path:
    place.mkdir(exist_ok=True)
    for name, text in files.items():
        (place / f"{name}.csv").write_text(text, encoding="utf-8")
    return place


def records(house: House, company: str, entity: str, *fields: str, **more: Any) -> list[list[Any]]:
    with house.database.transaction(company) as transaction:
        page = ask(
            transaction,
            house.state(transaction),
            HOUSE,
            Question(entity=entity, fields=fields, sort=more.get("sort", ()), limit=1000),
        )
    return [[record[name] for name in fields] for record in page.records]
