"""What is sold: price lists, orders and their lines, returns, and the facts that figures sum."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.api import Backorders
from dougong.apps.finance.api import BillableChange, BillableLine, Claim, Invoice, Returned
from dougong.apps.inventory.api import (
    Demand,
    Movement,
    PlannedLine,
    Reserved,
    ShipmentPlan,
    ShortPolicy,
    TakeBack,
)
from dougong.apps.sales.lifecycles import (
    ORDER_LIFECYCLE,
    RETURN_LIFECYCLE,
    EntryKind,
    OrderState,
    ReturnState,
)
from dougong.apps.sales.price_breaks import BreakKind
from dougong.apps.sales.refusals import (
    AlreadyUnderway,
    NothingOrdered,
    NothingReturned,
    NothingUnderway,
    OrderExpired,
)
from dougong.kernel.entities import Entity, Line
from dougong.kernel.fields import (
    auto_number,
    choice,
    lines,
    long_text,
    money,
    percent,
    reference,
    text,
    yes_no,
)
from dougong.kernel.fields import day as business_day
from dougong.kernel.fields import number as figure
from dougong.kernel.fields import quantity as counted
from dougong.kernel.refusals import InvalidField, Refusal, WrongState
from dougong.kernel.rollups import RollUp
from dougong.kernel.values import EXACT, ZERO, rounded

LEAST_RATE = Decimal("0.0000000001")
UNIT_PRICE_DIGITS = 8
NOWHERE = UUID(int=0)
"""Stands where an order of services alone has no warehouse: nothing is planned from it."""
RATE_DIGITS = 8


def share_of(part: Decimal, whole: Decimal) -> Decimal:
    """Give a share as a fraction; of nothing it is zero."""
    return rounded(EXACT.divide(part, whole), RATE_DIGITS) if whole else ZERO


class PriceList(Entity, name="price_list", rank=18, cached=True):
    """Prices that belong together: in one currency, switched on and off as one."""

    code: str = text(longest=40, unique=True, searchable=True)
    name: str = text(searchable=True)
    currency: str = text(longest=3)
    includes_tax: bool = yes_no(default=False)
    breaks: BreakKind = choice(BreakKind, default=BreakKind.ALL_UNITS)
    active: bool = yes_no(default=True)


class PriceListItem(
    Entity,
    name="price_list_item",
    rank=19,
    checks={
        "valid_from_before_to": "valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to"
    },
):
    """One price of a product: for whom, from which quantity on, between which days.

    Without a customer and a group it holds for everyone; the narrower wins.
    """

    price_list: UUID = reference("price_list")
    product: UUID = reference("product")
    group: UUID | None = reference("customer_group", default=None)
    customer: UUID | None = reference("customer", default=None)
    min_quantity: Decimal = counted(default=ZERO, least=0)
    price: Decimal = money(digits=6, least=0)
    valid_from: date | None = business_day(default=None)
    valid_to: date | None = business_day(default=None)
    priority: Decimal = figure(default=ZERO, digits=0)


class SalesOrderLine(
    Line,
    name="sales_order_line",
    indexes=[("product", "parent")],
    checks={
        "delivered_within": "delivered >= 0 AND delivered <= stock_quantity",
        "quantity_positive": "quantity >= 0",
        "amounts_add_up": "net + tax_amount = gross",
    },
):
    """So much of a product, or of anything that has a name, at a price."""

    product: UUID | None = reference("product", default=None, indexed=False)
    wording: str = text(default="", longest=500)
    unit: UUID | None = reference("unit", default=None, indexed=False)
    quantity: Decimal = counted(least=0)
    stock_quantity: Decimal = counted(default=ZERO, kept=True)
    """The quantity in the product's own unit, in which it is stocked, delivered and invoiced."""
    unit_price: Decimal | None = money(default=None, digits=6, currency="currency")
    discounts: str = text(default="", longest=60)
    """A chain of percent steps, each taken from what the one before has left: "10+5"."""
    tax: UUID | None = reference("tax", default=None, indexed=False)
    promised: date | None = business_day(default=None)
    tax_rate: Decimal = percent(default=ZERO, kept=True)
    list_price: Decimal | None = money(default=None, digits=6, kept=True)
    """What the product costs this customer at this quantity before any discount."""
    net: Decimal = money(default=ZERO, kept=True)
    tax_amount: Decimal = money(default=ZERO, kept=True)
    gross: Decimal = money(default=ZERO, kept=True)
    revenue: Decimal = money(default=ZERO, kept=True)
    """The net in the company's currency."""
    cost: Decimal = money(default=ZERO, kept=True, secret=True)
    """What was delivered at what it cost, the rest at what it would cost now."""
    delivered_cost: Decimal = money(default=ZERO, kept=True, secret=True)
    margin: Decimal = money(default=ZERO, kept=True, secret=True)
    goods: bool = yes_no(default=False, kept=True)
    """Whether it must be delivered; services and freight are not."""
    category: UUID | None = reference("product_category", default=None, kept=True, indexed=False)
    reserved: Decimal = counted(default=ZERO, kept=True)
    """What was set aside for it so far, delivered or not; the rest is on backorder."""
    delivered: Decimal = counted(default=ZERO, kept=True)
    invoiced: Decimal = counted(default=ZERO, kept=True)
    returned: Decimal = counted(default=ZERO, kept=True)

    def deliver(self, moved: Decimal, cost: Decimal, estimate: Decimal) -> None:
        """Be delivered so much further, at a cost that takes the place of its estimate."""
        self.delivered += moved
        self.delivered_cost += cost
        self.cost += cost - estimate
        self.margin = self.revenue - self.cost

    @property
    def stock_unit_price(self) -> Decimal:
        """The price of one of the product's own unit."""
        assert self.unit_price is not None, "a settled line has its price"
        if self.stock_quantity in (self.quantity, ZERO):
            return self.unit_price
        whole = EXACT.multiply(self.unit_price, self.quantity)
        return rounded(EXACT.divide(whole, self.stock_quantity), UNIT_PRICE_DIGITS)


class SalesOrder(
    Entity,
    name="sales_order",
    rank=36,
    indexes=[("customer", "state"), ("day", "id"), ("state", "day")],
    checks={"amounts_add_up": "net + tax = gross", "rate_positive": "rate > 0"},
):
    """What a customer asked for, and from confirmation on what we owe them."""

    number: str = auto_number("SO-{year}-{n:05}")
    customer: UUID = reference("customer", once=True)
    customer_reference: str = text(default="", searchable=True)
    day: date = business_day(default=None)
    valid_until: date | None = business_day(default=None)
    promised: date | None = business_day(default=None)
    """When it shall be delivered; a line may say otherwise."""
    currency: str = text(default=None, longest=3, once=True)
    rate: Decimal = figure(default=None, digits=10, least=LEAST_RATE)
    """How much of the company's currency one of the order's is worth."""
    warehouse: UUID | None = reference("warehouse", default=None)
    campaign: UUID | None = reference("campaign", default=None)
    salesperson: UUID | None = reference("person", default=None)
    region: UUID | None = reference("region", default=None)
    channel: UUID | None = reference("channel", default=None)
    payment_term: UUID | None = reference("payment_term", default=None, indexed=False)
    prices_include_tax: bool | None = yes_no(default=None)
    header_discounts: str = text(default="", longest=60)
    """A chain of percent steps on everything but freight, after the lines' own discounts."""
    header_discount: Decimal = money(default=ZERO, currency="currency")
    """An amount off, after the chain."""
    backorders: Backorders = choice(Backorders, default=None)
    note: str = long_text(default="")
    state: OrderState = choice(OrderState, default=OrderState.DRAFT, lifecycle=ORDER_LIFECYCLE)
    lines: list[SalesOrderLine] = lines(SalesOrderLine)
    confirmed_on: date | None = business_day(default=None, kept=True, indexed=True)
    net: Decimal = money(default=ZERO, currency="currency", kept=True)
    tax: Decimal = money(default=ZERO, currency="currency", kept=True)
    gross: Decimal = money(default=ZERO, currency="currency", kept=True)
    discount_rate: Decimal = percent(default=ZERO, kept=True)
    """What share of the products' prices all discounts together take."""
    revenue: Decimal = money(default=ZERO, kept=True)
    """The net in the company's currency."""
    owed: Decimal = money(default=ZERO, kept=True)
    """What the customer owes for all of it, with tax, in the company's currency."""
    cost: Decimal = money(default=ZERO, kept=True, secret=True)
    margin: Decimal = money(default=ZERO, kept=True, secret=True)
    margin_rate: Decimal = percent(default=ZERO, kept=True, secret=True)

    @property
    def as_document(self) -> str:
        """How others refer to it."""
        return f"sales_order:{self.id}"

    @property
    def goods_lines(self) -> list[SalesOrderLine]:
        """The lines that must be delivered."""
        return [line for line in self.lines if line.goods and line.stock_quantity > ZERO]

    @property
    def claim(self) -> Claim:
        """What the customer will owe us for all of it, in the company's currency."""
        return Claim(customer=self.customer, amount=self.owed)

    @property
    def demands(self) -> list[Demand]:
        """The goods that it takes, by line; without a warehouse it can't be confirmed."""
        if self.warehouse is None:
            return []
        return [self.demand_of(line, line.stock_quantity) for line in self.goods_lines]

    @property
    def billables(self) -> list[BillableLine]:
        """What invoicing needs to know of each line."""
        return [self.billable_of(line) for line in self.lines]

    def billable_of(self, line: SalesOrderLine) -> BillableLine:
        """Say a line as invoicing needs it."""
        return BillableLine(
            source=line.id,
            document=self.as_document,
            customer=self.customer,
            product=line.product,
            description=line.wording,
            goods=line.goods,
            ordered=line.stock_quantity,
            net=line.net,
            tax_amount=line.tax_amount,
            currency=self.currency,
            rate=self.rate,
            unit_price=line.stock_unit_price,
            discounts=line.discounts,
            tax=line.tax,
            tax_rate=line.tax_rate,
            tax_included=bool(self.prices_include_tax),
            promised=self.promised_for(line),
            payment_term=self.payment_term,
        )

    def billable_change_of(self, line: SalesOrderLine) -> BillableChange:
        """Say what a line that invoicing knows comes to now."""
        return BillableChange(
            source=line.id,
            ordered=line.stock_quantity,
            net=line.net,
            tax_amount=line.tax_amount,
            unit_price=line.stock_unit_price,
            discounts=line.discounts,
            description=line.wording,
            promised=self.promised_for(line),
        )

    def demand_of(self, line: SalesOrderLine, wanted: Decimal) -> Demand:
        """Say what goods a quantity of a line takes, from where and when."""
        assert line.product is not None, "goods have a product"
        assert self.warehouse is not None, "goods leave from a warehouse"
        return Demand(
            purpose=line.id,
            product=line.product,
            warehouse=self.warehouse,
            quantity=wanted,
            due=self.promised_for(line),
            title=line.wording,
        )

    def promised_for(self, line: SalesOrderLine) -> date:
        """Tell when a line shall be delivered."""
        return line.promised or self.promised or self.day

    def when_short(self, agreed: bool) -> ShortPolicy:
        """Say what shall happen when goods are short; who wants to be asked has to agree."""
        waits = self.backorders is Backorders.ALWAYS or (
            self.backorders is Backorders.ASK and agreed
        )
        return ShortPolicy.ALWAYS if waits else ShortPolicy.NEVER

    def sum_up(self) -> None:
        """Bring cost and margin to what the lines say."""
        self.cost = sum((line.cost for line in self.lines), ZERO)
        self.margin = self.revenue - self.cost
        self.margin_rate = share_of(self.margin, self.revenue)

    @property
    def is_delivered(self) -> bool:
        """Whether nothing of it is left to deliver."""
        return all(line.delivered == line.stock_quantity for line in self.goods_lines)

    def obstacles_to_confirming(self, today: date) -> Iterator[Refusal]:
        """Name all that keeps it from being confirmed, without asking other apps."""
        if self.state is not OrderState.DRAFT:
            yield WrongState(self.state, OrderState.CONFIRMED)
        if not any(line.quantity > ZERO for line in self.lines):
            yield NothingOrdered()
        if self.valid_until is not None and self.valid_until < today:
            yield OrderExpired(self.valid_until)
        if self.goods_lines and self.warehouse is None:
            yield InvalidField("warehouse", "required")

    @property
    def expected_demand(self) -> list[Movement]:
        """What planning must know: the goods that will leave, and when."""
        return self.expected_for(self.demands)

    def expected_for(self, demands: Iterable[Demand]) -> list[Movement]:
        """Say demands as planning reads them."""
        return [
            Movement(
                purpose=demand.purpose,
                product=demand.product,
                warehouse=demand.warehouse,
                quantity=-demand.quantity,
                due=demand.due,
                document=self.as_document,
            )
            for demand in demands
        ]

    def pick_task(self, reserved: Mapping[UUID, Reserved]) -> ShipmentPlan:
        """Say what the warehouse shall pick: what was set aside."""
        lines = [line for line in self.goods_lines if line.id in reserved]
        assert self.warehouse is not None or not lines, "goods leave from a warehouse"
        return ShipmentPlan(
            document=self.as_document,
            customer=self.customer,
            warehouse=self.warehouse or NOWHERE,
            due=min((self.promised_for(line) for line in lines), default=None),
            lines=[
                PlannedLine(
                    purpose=line.id,
                    product=line.product or NOWHERE,
                    quantity=reserved[line.id].quantity,
                    description=line.wording,
                )
                for line in lines
            ],
        )

    @property
    def undelivered(self) -> list[Demand]:
        """The goods that are still to be delivered."""
        return [
            self.demand_of(line, line.stock_quantity - line.delivered)
            for line in self.goods_lines
            if line.delivered < line.stock_quantity
        ]

    @property
    def backordered(self) -> list[Demand]:
        """The goods that could not be set aside yet."""
        return [
            self.demand_of(line, line.stock_quantity - line.reserved)
            for line in self.goods_lines
            if line.reserved < line.stock_quantity
        ]

    def note_reserved(self, reserved: Mapping[UUID, Reserved]) -> None:
        """Note what more was set aside for its lines."""
        for line in self.lines:
            if line.id in reserved:
                line.reserved += reserved[line.id].quantity

    @property
    def progress(self) -> tuple[Decimal, Decimal]:
        """How much of it was delivered and how much invoiced, over all lines."""
        return (
            sum((line.delivered for line in self.lines), ZERO),
            sum((line.invoiced for line in self.lines), ZERO),
        )

    def obstacles_to_cancelling(self) -> Iterator[Refusal]:
        """Name all that keeps it from being cancelled, without asking other apps."""
        delivered, invoiced = self.progress
        if delivered or invoiced:
            yield AlreadyUnderway(delivered, invoiced)
        elif not ORDER_LIFECYCLE.allows(self.state, OrderState.CANCELLED):
            yield WrongState(self.state, OrderState.CANCELLED)

    def cancel(self, reason: str) -> None:
        """Be of no consequence any more; what was asked stays to be read."""
        self.state = OrderState.CANCELLED
        if reason:
            self.note = f"{self.note}\n{reason}".strip()

    def obstacles_to_closing(self) -> Iterator[Refusal]:
        """Name all that keeps it from being closed, without asking other apps."""
        if self.state is not OrderState.CONFIRMED:
            yield WrongState(self.state, OrderState.SHIPPED)
        elif not any(self.progress):
            yield NothingUnderway()

    def confirm(self, today: date, reserved: Mapping[UUID, Reserved], reference: str) -> None:
        """Become binding, with what could be set aside for each line."""
        self.state = OrderState.CONFIRMED
        self.confirmed_on = today
        self.customer_reference = reference or self.customer_reference
        self.note_reserved(reserved)


class SalesReturnLine(Line, name="sales_return_line", checks={"some": "quantity > 0"}):
    """So much of what was delivered comes back."""

    order_line: UUID = reference("sales_order_line")
    quantity: Decimal = counted(least=0)
    """In the product's own unit."""
    reason: str = text(default="")
    product: UUID | None = reference("product", default=None, kept=True)
    cost: Decimal = money(default=ZERO, kept=True, secret=True)
    """What the delivery had cost; the goods are worth it again."""


class SalesReturn(Entity, name="sales_return", rank=24):
    """Goods that a customer sends back, and what we credit for them."""

    number: str = auto_number("RT-{year}-{n:05}")
    order: UUID = reference("sales_order", once=True)
    customer: UUID = reference("customer", default=None, kept=True)
    warehouse: UUID | None = reference("warehouse", default=None)
    day: date = business_day(default=None)
    reason: str = text(default="")
    state: ReturnState = choice(ReturnState, default=ReturnState.DRAFT, lifecycle=RETURN_LIFECYCLE)
    lines: list[SalesReturnLine] = lines(SalesReturnLine)
    credit_note: UUID | None = reference("invoice", default=None, kept=True)

    @property
    def as_document(self) -> str:
        """How others refer to it."""
        return f"sales_return:{self.id}"

    @property
    def to_credit(self) -> list[Returned]:
        """What comes back, as finance credits it."""
        return [Returned(line.order_line, line.quantity) for line in self.lines]

    @property
    def to_take_back(self) -> list[TakeBack]:
        """What comes back, as the warehouse takes it."""
        assert self.warehouse is not None, "goods were delivered from a warehouse"
        return [
            TakeBack(
                purpose=line.order_line,
                product=line.product,
                warehouse=self.warehouse,
                quantity=line.quantity,
            )
            for line in self.lines
            if line.product is not None
        ]

    def receive(self, costs: Mapping[UUID, Decimal], credit_note: Invoice | None) -> None:
        """Be received: with what the goods are worth again, and credited if they were invoiced."""
        left = dict(costs)
        for line in self.lines:
            line.cost = left.pop(line.order_line, ZERO)
        self.state = ReturnState.CREDITED if credit_note else ReturnState.RECEIVED
        self.credit_note = credit_note.id if credit_note else None

    def obstacles_to_receiving(self) -> Iterator[Refusal]:
        """Name all that keeps it from being received, without asking other apps."""
        if self.state is not ReturnState.DRAFT:
            yield WrongState(self.state, ReturnState.RECEIVED)
        if not self.lines:
            yield NothingReturned()


class SalesEntry(
    Entity,
    name="sales_entry",
    append_only=True,
    indexes=[("day", "kind"), ("product", "day")],
    rolled_up=RollUp(day="day", by=("kind", "product"), sums=("quantity", "net", "cost")),
):
    """One fact that figures sum: signed, with everything that it may be grouped by as it was then.

    Amounts are in the company's currency and without tax.
    """

    kind: EntryKind = choice(EntryKind)
    day: date = business_day()
    order: UUID = reference("sales_order")
    order_line: UUID = reference("sales_order_line")
    customer: UUID = reference("customer")
    product: UUID | None = reference("product", default=None, indexed=False)
    category: UUID | None = reference("product_category", default=None, indexed=False)
    region: UUID | None = reference("region", default=None, indexed=False)
    channel: UUID | None = reference("channel", default=None, indexed=False)
    salesperson: UUID | None = reference("person", default=None, indexed=False)
    campaign: UUID | None = reference("campaign", default=None)
    document: str = text(default="", longest=80)
    """The shipment, invoice or return that it tells of, written ``entity:id``."""
    quantity: Decimal = counted(default=ZERO)
    net: Decimal = money(default=ZERO)
    cost: Decimal = money(default=ZERO, secret=True)
