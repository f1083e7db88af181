"""What a draft fills in by itself, and what it refuses to be."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dougong.apps.sales.refusals import AmbiguousPrice, ProductNotSold
from dougong.kernel.refusals import InvalidField, UnknownReference, WrongState
from dougong.kernel.values import new_id
from tests.shop import Shop


def test_a_draft_takes_from_the_customer_what_nobody_said(shop: Shop) -> None:
    east = shop.make("region", code="EAST", name="华东").id
    dealers = shop.make("channel", code="DEALER", name="经销").id
    customer = shop.customer(region=east, channel=dealers, backorders="never")

    order = shop.sales_order(("BOLT-M8", 3))

    assert order.customer == customer
    assert (order.region, order.channel) == (east, dealers)
    assert (order.currency, order.rate) == ("CNY", 1)
    assert order.backorders == "never"
    assert order.warehouse == shop.warehouse
    assert order.day == shop.today
    assert order.number == "SO-2026-00001"


def test_a_line_takes_from_its_product_what_nobody_said(shop: Shop) -> None:
    shop.product("BOLT-M8", name="螺栓 M8", list_price="2.5")

    [line] = shop.sales_order(("BOLT-M8", 40)).lines

    assert line.wording == "螺栓 M8"
    assert (line.unit_price, line.list_price) == (Decimal("2.5"), Decimal("2.5"))
    assert (line.net, line.tax_amount, line.gross) == (100, 13, 113)
    assert line.goods
    assert line.stock_quantity == 40


def test_discounts_are_taken_one_after_the_other(shop: Shop) -> None:
    order = shop.sales_order(
        {"product": shop.product("P"), "quantity": 3, "unit_price": "200", "discounts": "10+5"}
    )

    assert order.net == 513


def test_freight_bears_no_header_discount(shop: Shop) -> None:
    order = shop.sales_order(
        ("P", 10), {"wording": "运费", "quantity": 1, "unit_price": "50"}, header_discounts="10"
    )

    assert [line.net for line in order.lines] == [90, 50]


def test_a_header_amount_is_shared_to_the_cent(shop: Shop) -> None:
    order = shop.sales_order(("A", 1, 100), ("B", 1, 100), ("C", 1, 100), header_discount="10")

    assert [line.net for line in order.lines] == [
        Decimal("96.66"),
        Decimal("96.67"),
        Decimal("96.67"),
    ]
    assert order.net == 290


def test_prices_with_tax_leave_the_gross_as_agreed(shop: Shop) -> None:
    order = shop.sales_order(("P", 7, "9.99"), prices_include_tax=True)

    assert (order.gross, order.net, order.tax) == (
        Decimal("69.93"),
        Decimal("61.88"),
        Decimal("8.05"),
    )


def test_a_list_price_with_tax_is_said_without_it(shop: Shop) -> None:
    shop.product("P", list_price="113", price_includes_tax=True)

    assert shop.sales_order(("P", 1)).lines[0].unit_price == 100


def test_the_margin_is_what_the_stock_leaves(shop: Shop) -> None:
    shop.stock("P", 100, cost=10)
    shop.stock("P", 50, cost=13)

    order = shop.sales_order(("P", 60, 15))

    assert (order.revenue, order.cost, order.margin) == (900, 660, 240)
    assert order.margin_rate == Decimal("0.26666667")


def test_a_price_below_the_list_counts_as_a_discount(shop: Shop) -> None:
    shop.product("P", list_price="100")

    assert shop.sales_order(("P", 1, 80)).discount_rate == Decimal("0.2")
    assert shop.sales_order(("P", 1, 120)).discount_rate == 0


def test_another_unit_is_counted_in_the_products_own(shop: Shop) -> None:
    box = shop.make("unit", code="BOX", name="盒", category="packing").id
    product = shop.product("P", list_price="2", units=[{"unit": box, "factor": "200"}])

    [line] = shop.sales_order({"product": product, "quantity": 3, "unit": box}).lines

    assert (line.unit_price, line.stock_quantity, line.net) == (400, 600, 1200)
    assert line.stock_unit_price == 2


def test_an_order_in_another_currency_counts_in_ours(shop: Shop) -> None:
    shop.make("exchange_rate", currency="USD", day="2026-03-01", rate="7.1")

    order = shop.sales_order(("P", 100, 10), currency="USD")

    assert (order.net, order.revenue, order.rate) == (1000, 7100, Decimal("7.1"))


class TestPriceLists:
    """Who pays which price for how much."""

    @pytest.fixture
    def shop(self, shop: Shop) -> Shop:
        shop.product("P", list_price="50")
        self.dealers = shop.make("customer_group", code="DEALER", name="经销商").id
        self.prices = shop.make("price_list", code="2026", name="2026 价目表", currency="CNY").id
        return shop

    def price(self, shop: Shop, price: str, **item: object) -> None:
        shop.make(
            "price_list_item",
            price_list=self.prices,
            product=shop.product("P"),
            price=price,
            **item,
        )

    def asked(self, shop: Shop, quantity: int, **order: object) -> Decimal | None:
        return shop.sales_order(("P", quantity), **order).lines[0].unit_price

    def test_the_list_comes_before_the_product(self, shop: Shop) -> None:
        assert self.asked(shop, 1) == 50
        self.price(shop, "45")
        assert self.asked(shop, 1) == 45

    def test_a_group_has_its_own_price(self, shop: Shop) -> None:
        self.price(shop, "45")
        self.price(shop, "40", group=self.dealers)
        dealer = shop.customer("经销商甲", group=self.dealers)

        assert self.asked(shop, 1, customer=dealer) == 40
        assert self.asked(shop, 1, customer=shop.customer("散客")) == 45

    def test_more_is_cheaper(self, shop: Shop) -> None:
        self.price(shop, "45")
        self.price(shop, "38", min_quantity="100")

        assert [self.asked(shop, many) for many in (99, 100)] == [45, 38]

    def test_a_price_holds_between_its_days(self, shop: Shop) -> None:
        self.price(shop, "45", valid_from="2026-03-10", valid_to="2026-03-20")

        days = ("2026-03-09", "2026-03-10", "2026-03-20", "2026-03-21")
        assert [self.asked(shop, 1, day=day) for day in days] == [50, 45, 45, 50]

    def test_what_nothing_tells_apart_is_not_saved(self, shop: Shop) -> None:
        self.price(shop, "45")

        with shop.nothing_changes() as no:
            self.price(shop, "44")

        assert no.by == AmbiguousPrice(
            price=Decimal(44), other=Decimal(45), from_quantity=Decimal(0)
        )


class TestRefusals:
    """What a draft can't be."""

    def test_a_chain_that_is_none_is_named_with_its_field(self, shop: Shop) -> None:
        product = shop.product("P")
        shop.customer()
        with shop.nothing_changes() as no:
            shop.sales_order(
                {"product": product, "quantity": 1, "discounts": "10-5"}, header_discounts="ten"
            )

        assert set(no.refusals) == {
            InvalidField("header_discounts", "not_a_discount_chain", "10+5"),
            InvalidField("lines[0].discounts", "not_a_discount_chain", "10+5"),
        }

    def test_a_line_without_a_product_says_what_it_is_and_costs(self, shop: Shop) -> None:
        shop.customer()
        with shop.nothing_changes() as no:
            shop.sales_order({"quantity": 1})

        assert set(no.refusals) == {
            InvalidField("lines[0].wording", "required"),
            InvalidField("lines[0].unit_price", "required"),
        }

    def test_nobody_knows_the_product(self, shop: Shop) -> None:
        shop.customer()
        nothing = new_id()
        with shop.nothing_changes() as no:
            shop.sales_order({"product": nothing, "quantity": 1})

        assert no.by == UnknownReference("lines[0].product", "product", str(nothing))

    def test_what_is_no_longer_sold_is_not_ordered(self, shop: Shop) -> None:
        product = shop.product("P", active=False)
        shop.customer()
        with shop.nothing_changes() as no:
            shop.sales_order({"product": product, "quantity": 1})

        assert no.by == ProductNotSold(1, "P")

    def test_a_binding_order_is_changed_and_not_edited(self, shop: Shop) -> None:
        order = shop.confirm(shop.sales_order(("P", 1)))

        with shop.nothing_changes() as no:
            shop.edit(order, note="今天要货")

        assert no.by == WrongState("confirmed", "draft")
