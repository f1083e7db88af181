"""What follows from an order's given values: defaults, prices, amounts, costs and margin.

It runs after every create and edit, and on the revised order when a binding one is changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.api import (
    Customer,
    DocumentLine,
    DocumentTotals,
    Product,
    convert_quantity,
    convert_unit_price,
    count_obstacles,
    exchange_rate,
    in_company_currency,
    rate_obstacles,
    rate_of,
    tax_obstacles,
    totals,
    unit_obstacles,
)
from dougong.apps.inventory.api import average_cost
from dougong.apps.sales.discounts import is_chain, read_chain
from dougong.apps.sales.entities import SalesOrder, SalesOrderLine, share_of
from dougong.apps.sales.lifecycles import OrderState
from dougong.apps.sales.pricing import price_of
from dougong.apps.sales.refusals import ProductNotSold
from dougong.kernel.operations import Touch, read, settles
from dougong.kernel.refusals import InvalidField, Refusal, UnknownReference, WrongState
from dougong.kernel.values import EXACT, ZERO
from dougong.kernel.verbs import Delete
from dougong.kernel.work import Work


def touches_of_settling(order: SalesOrder, command: object, work: Work) -> Iterable[Touch]:
    """Look at what settling needs; what is deleted needs nothing."""
    if not isinstance(command, Delete):
        yield from needed_to_settle(order, order.lines, work)


def needed_to_settle(
    order: SalesOrder, lines: Sequence[SalesOrderLine], work: Work
) -> Iterator[Touch]:
    """Look at the customer, the products of some lines, their prices and what they cost us."""
    products = {line.product for line in lines if line.product is not None}
    warehouse = order.warehouse or only_warehouse(work)
    yield read("customer", [order.customer])
    yield read("product", products, lines=any(line.unit is not None for line in lines))
    yield read("price_list_item", products, by="product")
    yield read(
        "stock_position",
        {(product, warehouse) for product in products if warehouse is not None},
        by=("product", "warehouse"),
    )


def obstacles_to_settling(order: SalesOrder, command: object, work: Work) -> Iterator[Refusal]:
    """Name all that is wrong with the given values; only drafts are edited and deleted."""
    if order.state is not OrderState.DRAFT:
        yield WrongState(order.state, OrderState.DRAFT)
    if isinstance(command, Delete):
        return
    yield from wrong_in_order(order, order.lines, work)


def wrong_in_order(
    order: SalesOrder, lines: Sequence[SalesOrderLine], work: Work
) -> Iterator[Refusal]:
    """Name all that is wrong with what an order says in its header and in some of its lines."""
    yield from wrong_in_header(order, work)
    some = {line.id for line in lines}
    for at, line in enumerate(order.lines):
        if line.id in some:
            yield from wrong_in_line(order, line, f"lines[{at}].", at, work)


def wrong_in_header(order: SalesOrder, work: Work) -> Iterator[Refusal]:
    """Name what is wrong with the order as a whole."""
    customer = work.maybe(Customer, order.customer)
    if customer is None:
        yield UnknownReference("customer", "customer", str(order.customer))
        return
    if not is_chain(order.header_discounts):
        yield InvalidField("header_discounts", "not_a_discount_chain", "10+5")
    if not order.rate:
        currency = order.currency or customer.currency or work.currency
        yield from rate_obstacles(work, currency, order.day or work.today)


def wrong_in_line(
    order: SalesOrder, line: SalesOrderLine, path: str, at: int, work: Work
) -> Iterator[Refusal]:
    """Name what is wrong with one line."""
    if not is_chain(line.discounts):
        yield InvalidField(f"{path}discounts", "not_a_discount_chain", "10+5")
    if line.product is None:
        yield from wrong_without_product(line, path)
        return
    product = work.maybe(Product, line.product)
    if product is None:
        yield UnknownReference(f"{path}product", "product", str(line.product))
        return
    if not product.active and "_row" not in line.__dict__:
        yield ProductNotSold(at + 1, product.code)
    customer = work.maybe(Customer, order.customer)
    tax = line.tax or (customer and customer.tax) or product.tax
    yield from tax_obstacles(work, tax, order.day or work.today, field=f"{path}tax")
    unit = line.unit or product.unit
    yield from unit_obstacles(work, product, unit, field=f"{path}unit")
    yield from count_obstacles(work, unit, line.quantity, field=f"{path}quantity")


def wrong_without_product(line: SalesOrderLine, path: str) -> Iterator[Refusal]:
    """A line without a product has to say itself what it is and what it costs."""
    if not line.wording:
        yield InvalidField(f"{path}wording", "required")
    if line.unit_price is None:
        yield InvalidField(f"{path}unit_price", "required")


@settles(SalesOrder, touches=touches_of_settling, unless=obstacles_to_settling)
def settle_sales_order(order: SalesOrder, work: Work) -> None:
    """Fill in what the customer and the products say, then compute the order."""
    settle_lines(order, order.lines, work)


def settle_lines(order: SalesOrder, lines: Sequence[SalesOrderLine], work: Work) -> None:
    """Settle an order of which only some lines can have become others."""
    customer = work.get(Customer, order.customer)
    take_from_customer(order, customer, work)
    for line in lines:
        if line.product is None:
            describe_free_line(order, line, work)
        else:
            take_from_product(order, line, customer, work)
    compute(order, lines, work)


def take_from_customer(order: SalesOrder, customer: Customer, work: Work) -> None:
    """Give the order what its customer says, where the order says nothing itself."""
    order.day = order.day or work.today
    order.currency = order.currency or customer.currency or work.currency
    if not order.rate:
        order.rate = exchange_rate(work, order.currency, order.day)
    order.warehouse = order.warehouse or only_warehouse(work)
    order.salesperson = order.salesperson or customer.owner
    order.region = order.region or customer.region
    order.channel = order.channel or customer.channel
    order.payment_term = order.payment_term or customer.payment_term
    order.backorders = order.backorders or customer.backorders
    if order.prices_include_tax is None:
        order.prices_include_tax = customer.prices_include_tax


def only_warehouse(work: Work) -> UUID | None:
    """Give the company's first warehouse, from which goods leave unless an order says otherwise."""
    warehouses = work.state.cached("warehouse")
    return min(warehouses, default=None)


def describe_free_line(order: SalesOrder, line: SalesOrderLine, work: Work) -> None:
    """Complete a line without a product: freight, a fee, whatever has a name and a price."""
    line.tax_rate = rate_of(work, line.tax, order.day)
    line.stock_quantity = line.quantity
    line.list_price = line.unit_price
    line.goods = False
    line.category = None


def take_from_product(
    order: SalesOrder, line: SalesOrderLine, customer: Customer, work: Work
) -> None:
    """Give a line what its product says, where the line says nothing itself."""
    assert line.product is not None, "the caller has seen the product"
    product = work.get(Product, line.product)
    line.wording = line.wording or product.name
    line.unit = line.unit or product.unit
    line.tax = line.tax or customer.tax or product.tax
    line.tax_rate = rate_of(work, line.tax, order.day)
    line.stock_quantity = convert_quantity(work, product, line.quantity, line.unit)
    line.goods = product.is_goods
    line.category = product.category
    price = price_of(
        work, order, customer, product, quantity=line.stock_quantity, tax_rate=line.tax_rate
    )
    line.list_price = convert_unit_price(work, product, price, product.unit, line.unit)
    if line.unit_price is None:
        line.unit_price = line.list_price
    line.cost = cost_of(order, line, product, work)


def cost_of(order: SalesOrder, line: SalesOrderLine, product: Product, work: Work) -> Decimal:
    """Say what a line costs us: what is to come at today's average, else at standard cost."""
    average = None
    if line.goods and order.warehouse is not None:
        average = average_cost(work, product.id, order.warehouse)
    unit_cost = product.standard_cost if average is None else average
    to_come = line.stock_quantity - line.delivered
    return line.delivered_cost + in_company_currency(work, to_come, unit_cost)


def compute(order: SalesOrder, lines: Sequence[SalesOrderLine], work: Work) -> None:
    """Compute amounts, margin and the share that discounts take, by the one function for totals."""
    found = totals(
        [as_document_line(line) for line in order.lines],
        currency=order.currency,
        tax_included=bool(order.prices_include_tax),
        tax_rounding="document" if rounds_documents(work) else "line",
        header_discounts=read_chain(order.header_discounts),
        header_amount=order.header_discount,
    )
    some = {line.id for line in lines}
    for line, amounts in zip(order.lines, found.lines, strict=True):
        if line.id in some:
            line.net, line.tax_amount, line.gross = amounts.net, amounts.tax, amounts.gross
    sum_lines(order, work)
    order.discount_rate = discount_rate(order, found)


def rounds_documents(work: Work) -> bool:
    """Tell whether the company rounds the tax of a document, not of each line."""
    return bool(work.state.company.tax_rounding == "document")


def sum_lines(order: SalesOrder, work: Work) -> None:
    """Bring the order to what its lines come to, in its own currency and in the company's."""
    for line in order.lines:
        line.revenue = in_company_currency(work, line.net, order.rate)
        line.margin = line.revenue - line.cost
    order.net = sum((line.net for line in order.lines), ZERO)
    order.tax = sum((line.tax_amount for line in order.lines), ZERO)
    order.gross = order.net + order.tax
    order.revenue = sum((line.revenue for line in order.lines), ZERO)
    order.owed = sum(
        (in_company_currency(work, line.gross, order.rate) for line in order.lines), ZERO
    )
    order.sum_up()


def as_document_line(line: SalesOrderLine) -> DocumentLine:
    """Say a line as totals are computed; freight and fees don't bear the header discount.

    A preview also settles lines that are still being written: without a price they come to nothing.
    """
    return DocumentLine(
        quantity=line.quantity,
        unit_price=line.unit_price or ZERO,
        discounts=read_chain(line.discounts),
        tax_rate=line.tax_rate,
        bears_header_discount=line.product is not None,
    )


def discount_rate(order: SalesOrder, found: DocumentTotals) -> Decimal:
    """Tell which share of the products' prices all discounts together take.

    A price typed below the list price is a discount too, so that no approval can be got around.
    """
    full = left = ZERO
    for line, amounts in zip(order.lines, found.lines, strict=True):
        if line.product is not None:
            assert line.unit_price is not None, "the totals needed it"
            price = max(line.list_price or ZERO, line.unit_price)
            full += EXACT.multiply(line.quantity, price)
            left += amounts.amount_before_header - amounts.header_share
    return share_of(full - left, full)
