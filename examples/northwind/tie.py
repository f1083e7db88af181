"""Tie the imported company's revenue to totals that are computed from the CSV files alone.

Revenue is what lines come to, without freight: by year, by employee and by category, once as ordered
(by the order's day) and once as invoiced (by the day it was shipped). Price and discount are rounded
to 4 places, each line to cents, half-up; what that makes against the unrounded sums is listed.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from dougong.kernel.access.actor import HOUSE
from dougong.kernel.house import House
from dougong.kernel.questions import Grouping, group
from dougong.main import build_tools

ZERO = Decimal(0)
VIEWS = ("year", "employee", "category")
KINDS = {"ordered": "order_date", "invoiced": "shipped_date"}
"""What a sales entry counts, and the column of its day."""


@dataclass(frozen=True)
class Sold:
    """One line of an order, as the files have it."""

    kind: str
    year: str
    employee: str
    category: str
    exact: Decimal
    """Without any rounding."""
    net: Decimal

    def under(self, view: str) -> tuple[str, str, str]:
        """Give the total that the line belongs to."""
        return self.kind, view, str(getattr(self, view))


Totals = dict[tuple[str, str, str], Decimal]
"""Amount by kind, view and what the view shows: ``ordered``, ``year``, ``1997``."""


def half_up(number: Decimal, digits: int) -> Decimal:
    """Round half-up."""
    return number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Read a file."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def sold(folder: Path) -> Iterator[Sold]:
    """Give every line as ordered, and those that were shipped as invoiced too."""
    orders = {row["order_id"]: row for row in rows(folder, "orders")}
    employees = {
        row["employee_id"]: f"{row['first_name']} {row['last_name']}"
        for row in rows(folder, "employees")
    }
    names = {row["category_id"]: row["category_name"] for row in rows(folder, "categories")}
    categories = {row["product_id"]: names[row["category_id"]] for row in rows(folder, "products")}
    for line in rows(folder, "order_details"):
        order = orders[line["order_id"]]
        quantity = Decimal(line["quantity"])
        price, discount = Decimal(line["unit_price"]), Decimal(line["discount"])
        exact = quantity * price * (1 - discount)
        net = half_up(quantity * half_up(price, 4) * (1 - half_up(discount, 4)), 2)
        for kind, column in KINDS.items():
            if order[column]:
                yield Sold(
                    kind,
                    order[column][:4],
                    employees[order["employee_id"]],
                    categories[line["product_id"]],
                    exact,
                    net,
                )


def totals_of_files(folder: Path) -> tuple[Totals, Totals]:
    """Add the lines up: rounded as the trade does, and not at all."""
    rounded: Totals = defaultdict(lambda: ZERO)
    exact: Totals = defaultdict(lambda: ZERO)
    for line in sold(folder):
        for view in VIEWS:
            rounded[line.under(view)] += line.net
            exact[line.under(view)] += line.exact
    return dict(rounded), dict(exact)


def totals_of_company(house: House, company: str) -> Totals:
    """Add up what the company's sales entries say; a line without category is freight."""
    found: Totals = defaultdict(lambda: ZERO)
    for kind in KINDS:
        grouping = Grouping(
            entity="sales_entry",
            filter=f'kind == "{kind}"',
            by=[("day", "year"), ("salesperson", None), ("category", None)],
            sums=["net"],
        )
        with house.database.transaction(company) as transaction:
            groups = group(transaction, house.state(transaction), HOUSE, grouping)
        assert not groups.more, "all groups fit into one answer"
        for row in groups.rows:
            if row["category"] is None:
                continue
            shown = {
                "year": row["day"][:4],
                "employee": row["salesperson"]["title"],
                "category": row["category"]["title"],
            }
            for view in VIEWS:
                found[kind, view, shown[view]] += Decimal(row["net"])
    return dict(found)


def compare(files: Totals, exact: Mapping[tuple[str, str, str], Decimal], company: Totals) -> int:
    """Print every total beside its counterpart; answers how many differ."""
    differing = 0
    for kind in KINDS:
        for view in VIEWS:
            keys = sorted(key for key in {*files, *company} if (key[0], key[1]) == (kind, view))
            print(f"\nRevenue {kind}, by {view}")
            print(f"{'':28}{'files':>16}{'company':>16}{'difference':>12}{'rounding':>14}")
            for key in keys:
                here, there = files.get(key, ZERO), company.get(key, ZERO)
                differing += here != there
                print(line_of(key[2], here, there, exact.get(key, ZERO)))
            whole = [
                sum((of.get(key, ZERO) for key in keys), ZERO) for of in (files, company, exact)
            ]
            print(line_of("total", *whole))
    return differing


def line_of(name: str, files: Decimal, company: Decimal, exact: Decimal) -> str:
    """Write one line of the table."""
    mark = "" if files == company else "  ←"
    return (
        f"{name:28}{files:>16,.2f}{company:>16,.2f}{company - files:>12,.2f}"
        f"{files - exact:>14,.6f}{mark}"
    )


def run() -> int:
    """Compare, and say how it came out; exit code 1 on any difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, help="the folder with Northwind's CSV files")
    parser.add_argument("--company", default="northwind")
    parser.add_argument(
        "--folder", type=Path, default=Path(os.environ.get("DOUGONG_FOLDER", ".dougong"))
    )
    args = parser.parse_args()
    files, exact = totals_of_files(args.files)
    tools = build_tools(args.folder.absolute(), os.environ.get("DATABASE_URL") or None)
    with tools.opened() as house:
        company = totals_of_company(house, args.company)
    differing = compare(files, exact, company)
    print(f"\n{differing} differences in {len({*files, *company})} totals")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(run())
