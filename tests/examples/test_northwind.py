"""Northwind's first orders, imported through the real operations, come to what the files say."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from dougong.kernel.access.actor import HOUSE
from dougong.kernel.house import House
from dougong.kernel.imports import Result, preview_import, run_import, undo_import
from dougong.kernel.questions import Question, ask
from dougong.kernel.verify import verify
from dougong.main import open_house
from examples.northwind import tie

ROOT = Path(__file__).parents[2]
FILES = ROOT.parent / "shared/data/northwind"
MAPPING = (ROOT / "examples/northwind/mapping.yaml").read_text(encoding="utf-8")
ORDERS = 60
MASTERS = {
    "account",
    "customer",
    "person",
    "product",
    "product_category",
    "region",
    "supplier",
    "unit",
    "warehouse",
}

pytestmark = pytest.mark.skipif(
    not FILES.is_dir(),
    reason="the Northwind files are not beside the project: ../shared/data/northwind",
)


@dataclass(frozen=True)
class Replay:
    house: House
    files: Path
    result: Result

    def records(self, entity: str, *fields: str, filter: str = "") -> list[list[object]]:  # noqa: A002  the question's word
        question = Question(
            entity=entity, fields=fields, filter=filter, sort=[(fields[0], False)], limit=1000
        )
        with self.house.database.transaction("northwind") as transaction:
            page = ask(transaction, self.house.state(transaction), HOUSE, question)
        return [[record[name] for name in fields] for record in page.records]


def slice_of(folder: Path) -> Path:
    """Take the last orders, of which some have no ship date, with their lines."""
    folder.mkdir()
    chosen: set[str] = set()
    for file in sorted(FILES.glob("*.csv")):
        if file.name not in ("orders.csv", "order_details.csv"):
            (folder / file.name).symlink_to(file)
    for name in ("orders", "order_details"):
        rows = tie.rows(FILES, name)
        if name == "orders":
            rows = rows[-ORDERS:]
            chosen = {row["order_id"] for row in rows}
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, rows[0].keys())
            writer.writeheader()
            writer.writerows(row for row in rows if row["order_id"] in chosen)
    return folder


@pytest.fixture(scope="module")
def replay(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    files = slice_of(tmp_path_factory.mktemp("northwind") / "files")
    house = open_house(database_url)
    house.create_company(
        "northwind", name="Northwind Traders", currency="USD", time_zone="America/Los_Angeles"
    )
    foretold = preview_import(house, "northwind", MAPPING, files)
    assert [row.reasons for row in foretold if row.would == "refuse"] == []
    yield Replay(house, files, run_import(house, "northwind", MAPPING, files))
    house.close()


def test_every_row_is_taken(replay: Replay) -> None:
    assert (replay.result.counts.bad, replay.result.loose) == (0, ())
    assert len(replay.records("sales_order", "customer_reference")) == ORDERS


def test_revenue_is_what_the_files_say_to_the_cent(replay: Replay) -> None:
    files, exact = tie.totals_of_files(replay.files)

    company = tie.totals_of_company(replay.house, "northwind")

    assert company == files
    assert {key: abs(files[key] - exact[key]) < Decimal("0.5") for key in files} == dict.fromkeys(
        files, True
    )


def test_orders_without_a_ship_date_stay_open(replay: Replay) -> None:
    unshipped = {
        row["order_id"] for row in tie.rows(replay.files, "orders") if not row["shipped_date"]
    }

    states = dict(replay.records("sales_order", "customer_reference", "state"))

    assert unshipped
    assert {order for order, state in states.items() if state == "confirmed"} == unshipped
    assert set(states.values()) == {"confirmed", "shipped"}


def test_what_is_left_in_stock_is_what_the_open_orders_have_reserved(replay: Replay) -> None:
    left = replay.records("stock_position", "on_hand", "reserved")

    assert all(on_hand == reserved for on_hand, reserved in left)


def test_freight_is_a_line_of_its_own_and_there_is_no_tax(replay: Replay) -> None:
    first = tie.rows(replay.files, "orders")[0]
    goods = sum((line.net for line in tie.sold(replay.files) if line.kind == "ordered"), Decimal(0))
    freight = sum(
        (
            tie.half_up(tie.half_up(Decimal(row["freight"]), 4), 2)
            for row in tie.rows(replay.files, "orders")
        ),
        Decimal(0),
    )

    orders = replay.records("sales_order", "customer_reference", "net", "tax", "gross")

    assert orders[0][0] == first["order_id"]
    assert {Decimal(str(tax)) for _, _, tax, _ in orders} == {Decimal(0)}
    assert sum(Decimal(str(gross)) for _, _, _, gross in orders) == goods + freight


def test_documents_carry_the_days_of_the_files(replay: Replay) -> None:
    shipped = {row["shipped_date"] for row in tie.rows(replay.files, "orders")} - {""}

    assert {day for day, _ in replay.records("invoice", "day", "number")} == shipped
    assert {
        day for day, _ in replay.records("shipment", "day", "state", filter='state == "shipped"')
    } == shipped


def test_people_report_as_they_do(replay: Replay) -> None:
    bosses = dict(replay.records("person", "name", "reports_to"))

    assert bosses["Andrew Fuller"] is None
    assert bosses["Anne Dodsworth"]["title"] == "Steven Buchanan"


def test_everything_ties(replay: Replay) -> None:
    assert verify(replay.house, "northwind") == []


def test_undoing_reverses_what_was_posted_and_everything_still_ties(replay: Replay) -> None:
    undone = undo_import(replay.house, "northwind", replay.result.batch)

    assert {left.entity for left in undone.left} <= MASTERS | {"goods_receipt"}
    assert {state for (state,) in replay.records("sales_order", "state")} == {"cancelled"}
    owed = replay.records("receivable", "open")
    assert {Decimal(str(amount)) for (amount,) in owed} == {Decimal(0)}
    assert {
        Decimal(str(reserved)) for (reserved,) in replay.records("stock_position", "reserved")
    } == {Decimal(0)}
    assert verify(replay.house, "northwind") == []
