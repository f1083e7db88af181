"""Which goods a customer's words mean: a message, a pasted column, or what is typed into a cell.

All items are looked up together. What the customer bought before ranks higher; what is doubtful is
answered with its alternatives, for somebody to pick from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from dougong.apps.base.api import Unit
from dougong.apps.inventory.api import availabilities
from dougong.apps.sales.lifecycles import EntryKind
from dougong.apps.sales.order_text import MOST_ITEMS, Item, items_in, same_unit
from dougong.kernel.panels import Inquiry
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.search import find_each, fold
from dougong.kernel.sight import Sight, among
from dougong.kernel.values import ZERO

LOOKED_BACK = timedelta(days=730)
ALTERNATIVES = 8
SAME, SURE, HOLDS, CLEARLY = 1.0, 0.8, 0.5, 0.1
BOUGHT, BOUGHT_OFTEN = 0.2, 0.1
OFTEN = 20
LONGEST_WORDS = 200
SOME = 0.4
"""What having all of the pieces, though not as they were written, is worth."""
MOST_FOR_A_PIECE = 100
PIECE = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
"""A Chinese character, or a word of letters and digits."""
LETTERS_AND_NUMBER = re.compile(r"(?P<letters>[a-z]+)(?P<last>[a-z])(?P<number>\d+)")


@dataclass(frozen=True, kw_only=True)
class Understand:
    """A text to take apart, or texts that each name one product; of which customer."""

    text: str = ""
    texts: list[str] = field(default_factory=list)
    customer: UUID | None = None
    warehouse: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A product that may be meant."""

    product: UUID
    name: str
    code: str
    specification: str
    unit: UUID
    score: float
    bought: int
    """In how many orders the customer had it in the last two years."""
    bought_on: date | None
    free: Decimal | None
    """What nobody has set aside, in the product's own unit."""


@dataclass(frozen=True, kw_only=True)
class Understood:
    """One item, and what it is taken to mean."""

    text: str
    words: str
    quantity: Decimal | None
    unit: UUID | None
    """The unit that was written, as far as the likeliest product is sold in it."""
    unit_word: str
    candidates: list[Candidate]
    sure: bool
    """Whether the likeliest product, its quantity and its unit are beyond doubt."""


@dataclass(frozen=True, kw_only=True)
class Goods:
    """A product, as far as it must be known to be told from others."""

    id: UUID
    code: str
    name: str
    specification: str
    unit: UUID
    barcode: str


@dataclass(frozen=True, kw_only=True)
class Bought:
    """How often a customer had a product, and when last."""

    times: int = 0
    last: date | None = None


def understand(asked: Understand, sight: Sight) -> list[Understood]:
    """Answer what each item is taken to mean, in the order in which they were written."""
    items = asked_items(asked)
    bought = bought_by(asked.customer, sight)
    usual = sorted(bought, key=lambda one: -bought[one].times)[:ALTERNATIVES]
    found = scores_of([item.words for item in items], sight)
    scores = [
        each if item.words else dict.fromkeys(usual, 0.0)
        for item, each in zip(items, found, strict=True)
    ]
    goods = goods_among({one for each in scores for one in each}, sight)
    units = further_units(goods, sight)
    free = free_of(goods, asked.warehouse, sight)
    return [
        understood(
            item,
            [candidate(goods[one], score, item, bought, free) for one, score in each.items() if one in goods],
            units,
            sight,
        )
        for item, each in zip(items, scores, strict=True)
    ]  # fmt: skip


def asked_items(asked: Understand) -> list[Item]:
    """Give the items of the text, or the texts as they are."""
    if len(asked.texts) > MOST_ITEMS:
        raise Refused(InvalidField("texts", "too_many", str(MOST_ITEMS)))
    if asked.text:
        return items_in(asked.text)
    return [
        Item(text=one[:LONGEST_WORDS], words=one[:LONGEST_WORDS].strip(), quantity=None, unit="")
        for one in asked.texts
    ]


def scores_of(words: Sequence[str], sight: Sight) -> list[dict[UUID, float]]:
    """Find products by their words; where none has all of them, those that have some."""
    connection = sight.transaction.connection
    hits = find_each(connection, words, "product", ALTERNATIVES * 3)
    scores = [{hit.record: hit.score for hit in each} for each in hits]
    pieces = [
        (at, piece) for at, text in enumerate(words) if not scores[at] for piece in pieces_of(text)
    ]
    many = Counter(at for at, _ in pieces)
    by_piece = find_each(connection, [piece for _, piece in pieces], "product", MOST_FOR_A_PIECE)
    for (at, _), each in zip(pieces, by_piece, strict=True):
        for hit in each:
            scores[at][hit.record] = scores[at].get(hit.record, 0.0) + SOME / many[at]
    return scores


def pieces_of(text: str) -> list[str]:
    """Take words apart into characters, letters and numbers: ``lm8`` into ``lm`` and ``m8``."""
    parts = LETTERS_AND_NUMBER.sub(r"\g<letters>\g<last> \g<last>\g<number>", fold(text))
    return list(dict.fromkeys(PIECE.findall(parts)))


def bought_by(customer: UUID | None, sight: Sight) -> dict[UUID, Bought]:
    """Tell what a customer bought, as far as it may be seen."""
    if customer is None or not sight.sees("sales_entry", "customer", "product", "day", "kind"):
        return {}
    reading = sight.reading("sales_entry")
    column = reading.tables.column
    permitted = reading.permitted()
    statement = (
        sa.select(
            column(("product",)),
            sa.func.count(sa.distinct(column(("order",)))),
            sa.func.max(column(("day",))),
        )
        .select_from(reading.tables.source)
        .where(
            *permitted,
            column(("customer",)) == sa.literal(customer, sa.Uuid()),
            column(("kind",)) == sa.literal(str(EntryKind.ORDERED), sa.Text()),
            column(("day",)) >= sa.literal(sight.today - LOOKED_BACK, sa.Date()),
            column(("product",)).is_not(None),
        )
        .group_by(column(("product",)))
    )
    return {row[0]: Bought(times=row[1], last=row[2]) for row in sight.rows(statement)}


def goods_among(products: set[UUID], sight: Sight) -> dict[UUID, Goods]:
    """Give the products that are sold and may be seen."""
    fields = ("code", "name", "specification", "unit", "barcode", "active")
    if not products or not sight.sees("product", *fields):
        return {}
    reading = sight.reading("product")
    column = reading.tables.column
    permitted = reading.permitted()
    statement = (
        sa.select(reading.identity, *(column((name,)) for name in fields))
        .select_from(reading.tables.source)
        .where(*permitted, among(reading.identity, products))
    )
    return {
        row[0]: Goods(
            id=row[0], code=row[1], name=row[2], specification=row[3], unit=row[4], barcode=row[5] or ""
        )
        for row in sight.rows(statement)
        if row[6]
    }  # fmt: skip


def further_units(goods: Mapping[UUID, Goods], sight: Sight) -> dict[UUID, list[UUID]]:
    """Give the units that each product is sold in, its own first."""
    units = {one.id: [one.unit] for one in goods.values()}
    if goods and sight.sees("product_unit", "unit"):
        for product, unit in sight.transaction.rows(
            "SELECT parent, unit FROM product_unit WHERE parent = ANY(%s) ORDER BY position",
            [list(goods)],
        ):
            units[product].append(unit)
    return units


def free_of(
    goods: Mapping[UUID, Goods], warehouse: UUID | None, sight: Sight
) -> dict[UUID, Decimal]:
    """Tell what is free of each product in a warehouse, the company's first unless one is named."""
    place = warehouse or min(sight.state.cached("warehouse"), default=None)
    if not goods or place is None or not sight.sees_all("stock_position", "on_hand", "reserved"):
        return {}
    found = availabilities(sight.transaction, goods.keys(), place, today=sight.today)
    return {product: there.free for product, there in found.items()}


def candidate(
    goods: Goods,
    score: float,
    item: Item,
    bought: Mapping[UUID, Bought],
    free: Mapping[UUID, Decimal],
) -> Candidate:
    """Say how well a product fits, what the customer bought before before what they never did."""
    before = bought.get(goods.id, Bought())
    known = (goods.code.lower(), goods.barcode.lower(), goods.name.lower())
    exact = bool(item.words) and item.words.lower() in known
    return Candidate(
        product=goods.id,
        name=goods.name,
        code=goods.code,
        specification=goods.specification,
        unit=goods.unit,
        score=SAME + BOUGHT + BOUGHT_OFTEN if exact else min(score, SURE) + credit_for(before, score),
        bought=before.times,
        bought_on=before.last,
        free=free.get(goods.id),
    )  # fmt: skip


def credit_for(before: Bought, score: float) -> float:
    """Say how much likelier a product is because it was bought before; without words, only that."""
    often = min(before.times, OFTEN) / OFTEN
    if not score:
        return often
    return min(score / HOLDS, 1.0) * (BOUGHT + often * BOUGHT_OFTEN) if before.times else 0.0


def understood(
    item: Item,
    candidates: Iterable[Candidate],
    units: Mapping[UUID, Sequence[UUID]],
    sight: Sight,
) -> Understood:
    """Say what an item is taken to mean, and whether that is beyond doubt."""
    ranked = sorted(candidates, key=lambda one: (-one.score, len(one.name), one.code))
    best = ranked[0] if ranked else None
    unit = unit_meant(item.unit, units[best.product], sight) if best and item.unit else None
    is_clear = best is not None and (
        len(ranked) == 1 or best.score - ranked[1].score >= CLEARLY or best.score >= SAME
    )
    return Understood(
        text=item.text,
        words=item.words,
        quantity=item.quantity,
        unit=unit,
        unit_word=item.unit,
        candidates=[replace(one, score=round(one.score, 3)) for one in ranked[:ALTERNATIVES]],
        sure=is_clear
        and item.quantity is not None
        and item.quantity > ZERO
        and (unit is not None or not item.unit),
    )


def unit_meant(word: str, sold_in: Sequence[UUID], sight: Sight) -> UUID | None:
    """Find the unit that a word means among those that a product is sold in."""
    known = cast("Mapping[UUID, Unit]", sight.state.cached("unit"))
    fits = (one for one in sold_in if same_unit(word, known[one].name, known[one].code))
    return next(fits, None)


UNDERSTAND = Inquiry("sales_order", "understand", Understand, understand, reads=("product",))
