"""At the order desk: what is known of an order while it is typed, and what a customer's words mean."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dougong.apps.sales.questions.understand import Understand, Understood, understand
from dougong.kernel.log.runner import Readers
from dougong.kernel.panels import outlooks_on
from dougong.kernel.search.projection import search_projection
from dougong.kernel.verbs import Create
from tests.lean.wire import Wire, wire
from tests.shop import Shop

LOOKING = 6
"""Positions, expected movements, the customer, prices, credit; and the company's version."""
UNDERSTANDING = 8
"""Purchases, the index, again for pieces of words, products, their units, stock, what is expected."""


def outlook(shop: Shop, *lines: Any, **values: Any) -> Any:
    """What the order desk would see of an order that isn't saved."""
    given = {"customer": shop.customer(), "lines": [shop.line(one) for one in lines]}
    looked = shop.house.preview(
        shop.company, Create(entity="sales_order", values=given | values)
    ).record
    assert looked is not None
    with shop.sight() as sight:
        return outlooks_on(looked, shop.house.catalogue.outlooks["sales_order"], sight)


def test_each_line_says_what_is_free_and_when_it_can_all_be_promised(shop: Shop) -> None:
    shop.stock("BOLT-M8", 100)
    shop.confirm(shop.sales_order(("BOLT-M8", 30)))

    first, second = outlook(shop, ("BOLT-M8", 50), ("BOLT-M8", 30))["lines"]

    assert (first.stock.free, first.stock.short, first.stock.promise) == (70, 0, shop.today)
    assert (second.stock.free, second.stock.short, second.stock.promise) == (20, 10, None)
    assert (first.stock.late, second.stock.late) == (False, True)


def test_a_service_has_no_stock(shop: Shop) -> None:
    shop.product("SETUP", kind="service")

    [line] = outlook(shop, ("SETUP", 1))["lines"]

    assert line.stock is None


def test_a_price_says_where_it_comes_from_and_what_more_would_bring(shop: Shop) -> None:
    bolt = shop.product("BOLT-M8", list_price="10")
    vip = shop.make("price_list", code="VIP", name="贵宾价", currency="CNY").id
    ends = shop.today + timedelta(days=30)
    for least, price in ((0, "9"), (100, "8")):
        shop.make(
            "price_list_item", price_list=vip, product=bolt, customer=shop.customer(),
            min_quantity=least, price=price, valid_to=ends.isoformat(),
        )  # fmt: skip

    few, many, other = outlook(shop, ("BOLT-M8", 40), ("BOLT-M8", 100), ("NUT-M8", 1))["lines"]

    assert (few.price.price_list, few.price.audience, few.price.valid_to) == (
        "贵宾价",
        "customer",
        ends,
    )
    assert (few.price.next_quantity, few.price.next_price) == (100, 8)
    assert (many.price.from_quantity, many.price.next_quantity) == (100, None)
    assert other.price.price_list is None


def test_an_order_shows_by_how_much_it_would_exceed_the_credit(shop: Shop) -> None:
    customer = shop.customer(limit=1000)
    shop.stock("BOLT-M8", 100)
    shop.confirm(shop.sales_order(("BOLT-M8", 50)))

    seen = outlook(shop, ("BOLT-M8", 60), customer=customer)["credit"]

    assert (seen.use.used, seen.order, seen.after, seen.over) == (565, 678, 1243, 243)


def test_looking_takes_as_many_statements_for_fifty_lines_as_for_one(shop: Shop) -> None:
    for at in range(50):
        shop.product(f"P-{at}")
    customer = shop.customer(limit=1000)

    def looked(many: int) -> Wire:
        given = {"customer": customer, "lines": [shop.line((f"P-{at}", 1)) for at in range(many)]}
        record = shop.house.preview(shop.company, Create(entity="sales_order", values=given)).record
        assert record is not None
        with wire() as sent, shop.sight() as sight:
            outlooks_on(record, shop.house.catalogue.outlooks["sales_order"], sight)
        return sent

    assert [len(looked(1)), len(looked(50))] == [LOOKING, LOOKING]


@pytest.fixture
def hardware(shop: Shop) -> Shop:
    """A shop whose products can be found."""
    shop.house.projections.append(search_projection(shop.house))
    box = shop.make("unit", code="BOX", name="箱", category="packing").id
    shop.product("BOLT-M8x25", name="外六角螺栓 M8×25", units=[{"unit": str(box), "factor": 200}])
    shop.product("BOLT-M8x40", name="外六角螺栓 M8×40", barcode="6901234567892")
    shop.product("WASHER-M8", name="平垫圈 M8", specification="镀锌")
    shop.product("NUT-M8", name="六角螺母 M8")
    shop.product("OLD-M8", name="旧螺栓 M8", active=False)
    Readers(shop.house).catch_up()
    return shop


def meant(
    shop: Shop, text: str = "", customer: UUID | None = None, **asked: Any
) -> list[Understood]:
    with shop.sight() as sight:
        return understand(Understand(text=text, customer=customer, **asked), sight)


def codes(one: Understood) -> list[str]:
    return [candidate.code for candidate in one.candidates]


def test_words_lead_to_products_and_what_is_ambiguous_is_doubtful(hardware: Shop) -> None:
    bolts, washers = meant(hardware, "M8螺栓 40个, 平垫 200")

    assert codes(bolts) == ["BOLT-M8x25", "BOLT-M8x40"]
    assert (bolts.quantity, bolts.sure) == (40, False)
    assert codes(washers) == ["WASHER-M8"]
    assert (washers.quantity, washers.sure) == (200, True)


def test_what_the_customer_bought_before_is_taken_to_be_meant(hardware: Shop) -> None:
    hardware.stock("BOLT-M8x40", 100)
    hardware.confirm(hardware.sales_order(("BOLT-M8x40", 10)))

    [bolts] = meant(hardware, "M8螺栓 40个", hardware.customer())

    assert codes(bolts) == ["BOLT-M8x40", "BOLT-M8x25"]
    assert (bolts.candidates[0].bought, bolts.candidates[0].free) == (1, 90)
    assert bolts.sure


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("BOLT-M8x40", "BOLT-M8x40"),
        ("6901234567892", "BOLT-M8x40"),
        ("liujiaoluomu", "NUT-M8"),
        ("ljlm", "NUT-M8"),
        ("镀锌垫片", "WASHER-M8"),
        ("lm8", "NUT-M8"),
    ],
)
def test_a_cell_understands_codes_barcodes_pinyin_and_nearly_right_words(
    hardware: Shop, words: str, code: str
) -> None:
    [found] = meant(hardware, texts=[words])

    assert codes(found)[0] == code


def test_a_unit_is_understood_as_far_as_the_product_is_sold_in_it(hardware: Shop) -> None:
    boxes, bags = meant(hardware, "BOLT-M8x25 4箱, 六角螺母 3箱")

    assert boxes.unit == hardware.found("unit", code="BOX")
    assert boxes.sure
    assert (bags.unit, bags.unit_word, bags.sure) == (None, "箱", False)


def test_understanding_takes_as_many_statements_for_fifty_items_as_for_one(hardware: Shop) -> None:
    counts, customer = [], hardware.customer()
    for many in (1, 50):
        text = "\n".join(f"镀锌垫片 {at + 1}" for at in range(many))
        with wire() as sent:
            assert len(meant(hardware, text, customer)) == many
        counts.append(len(sent))

    assert counts == [UNDERSTANDING, UNDERSTANDING]


def test_a_line_without_a_price_yet_is_looked_at_with_the_others(shop: Shop) -> None:
    given = {
        "customer": shop.customer(),
        "lines": [shop.line(("BOLT-M8", 10)), {"wording": "运费", "quantity": "1"}],
    }

    looked = shop.house.preview(shop.company, Create(entity="sales_order", values=given))

    assert [one.code for one in looked.obstacles] == ["invalid_field"]
    assert looked.record is not None
    assert looked.record.net == Decimal(100)
