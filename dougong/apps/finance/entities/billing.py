"""Billing: what was ordered, delivered and invoiced of each line, and the invoices made of it."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from dougong.kernel.entities import Entity, Line
from dougong.kernel.fields import (
    auto_number,
    choice,
    day,
    lines,
    money,
    percent,
    quantity,
    reference,
    reference_any,
    tags,
    text,
    yes_no,
)
from dougong.kernel.fields import number as rate_number
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.values import ONE, ZERO


class Billable(
    Entity,
    name="billable",
    rank=50,
    operations=(),
    history=False,
    indexes=[("customer", "to_invoice"), ("document", "to_invoice")],
    checks={
        "progress": "ordered >= 0 AND delivered >= 0 AND credited >= 0 AND credited <= invoiced",
        "exposed": "on_order >= 0 AND not_invoiced >= 0",
    },
):
    """What one line of an order lets us invoice, and how far that has come.

    ``net``, ``tax_amount`` and ``gross`` are of the quantity ordered, in the order's currency;
    the ``company_`` amounts are the same in the company's. Parts are cumulative, so that they
    always sum to the whole.
    """

    source: UUID = reference("", unique=True)
    """The order line that it is for; what it is called there is not known here."""
    document: str = reference_any(indexed=False)
    customer: UUID = reference("customer", indexed=False)
    product: UUID | None = reference("product", default=None, indexed=False)
    wording: str = text(default="", longest=500)
    goods: bool = yes_no(default=True)
    currency: str = text(longest=3)
    rate: Decimal = rate_number(default=ONE, digits=10)
    unit_price: Decimal = money(default=ZERO, digits=8, currency="currency")
    discounts: str = text(default="")
    tax: UUID | None = reference("tax", default=None, indexed=False)
    tax_rate: Decimal = percent(default=ZERO)
    tax_included: bool = yes_no(default=False)
    promised: date | None = day(default=None)
    payment_term: UUID | None = reference("payment_term", default=None, indexed=False)

    ordered: Decimal = quantity(default=ZERO)
    delivered: Decimal = quantity(default=ZERO)
    invoiced: Decimal = quantity(default=ZERO)
    credited: Decimal = quantity(default=ZERO)
    to_invoice: bool = yes_no(default=False)

    net: Decimal = money(default=ZERO, currency="currency")
    tax_amount: Decimal = money(default=ZERO, currency="currency")
    gross: Decimal = money(default=ZERO, currency="currency")
    company_net: Decimal = money(default=ZERO)
    company_gross: Decimal = money(default=ZERO)

    invoiced_net: Decimal = money(default=ZERO, currency="currency")
    invoiced_gross: Decimal = money(default=ZERO, currency="currency")
    invoiced_company_net: Decimal = money(default=ZERO)
    invoiced_company_gross: Decimal = money(default=ZERO)

    credited_net: Decimal = money(default=ZERO, currency="currency")
    credited_gross: Decimal = money(default=ZERO, currency="currency")
    credited_company_net: Decimal = money(default=ZERO)
    credited_company_gross: Decimal = money(default=ZERO)

    on_order: Decimal = money(default=ZERO)
    """Exposure of what is ordered and neither delivered nor invoiced; company currency."""
    not_invoiced: Decimal = money(default=ZERO)
    """Exposure of what is delivered and not invoiced; company currency."""


class InvoiceKind(StrEnum):
    """What an invoice says: you owe us, we owe you, or you owed us before these books began."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    OPENING = "opening"


class InvoiceState(StrEnum):
    """How far an invoice has come; once issued it is answered by a credit note, never changed."""

    DRAFT = "draft"
    ISSUED = "issued"
    CANCELLED = "cancelled"


INVOICE_LIFECYCLE = Lifecycle.of(
    {InvoiceState.DRAFT: [InvoiceState.ISSUED, InvoiceState.CANCELLED]}
)


class InvoiceLine(Line, name="invoice_line", indexes=[("source",)]):
    """One line of an invoice, which invoices a part of a billable; negative on a credit note."""

    source: UUID | None = reference("", default=None, kept=True, indexed=False)
    document: str | None = reference_any(default=None, kept=True, indexed=False)
    product: UUID | None = reference("product", default=None, kept=True, indexed=False)
    wording: str = text(default="", longest=500, kept=True)
    quantity: Decimal = quantity(default=ONE, kept=True)
    unit_price: Decimal = money(default=ZERO, digits=8, kept=True)
    discounts: str = text(default="", kept=True)
    tax: UUID | None = reference("tax", default=None, kept=True, indexed=False)
    tax_rate: Decimal = percent(default=ZERO, kept=True)
    net: Decimal = money(default=ZERO, kept=True)
    tax_amount: Decimal = money(default=ZERO, kept=True)
    gross: Decimal = money(default=ZERO, kept=True)
    company_net: Decimal = money(default=ZERO, kept=True)
    company_gross: Decimal = money(default=ZERO, kept=True)


class Invoice(
    Entity,
    name="invoice",
    rank=30,
    operations=(),
    indexes=[("customer", "state"), ("day",)],
    numbered_when=("state", ("issued",)),
):
    """What we ask of a customer, or give back; from its issue on it is a fact of the ledger."""

    number: str | None = auto_number("INV-{year}-{n:05}", gapless=True)
    kind: InvoiceKind = choice(InvoiceKind, default=InvoiceKind.INVOICE, kept=True)
    customer: UUID = reference("customer", indexed=False)
    credits: UUID | None = reference("invoice", default=None, kept=True)
    """The invoice that a credit note answers."""
    their_number: str = text(default="", searchable=True, kept=True)
    """The number that an opening item had in the books before these, or the customer's own."""
    currency: str = text(longest=3, kept=True)
    rate: Decimal = rate_number(default=ONE, digits=10, kept=True)
    day: date = day(kept=True)
    payment_term: UUID | None = reference("payment_term", default=None, kept=True, indexed=False)
    documents: list[str] = tags(default_factory=list)
    state: InvoiceState = choice(
        InvoiceState, default=InvoiceState.DRAFT, lifecycle=INVOICE_LIFECYCLE
    )
    net: Decimal = money(default=ZERO, currency="currency", kept=True)
    tax_amount: Decimal = money(default=ZERO, currency="currency", kept=True)
    gross: Decimal = money(default=ZERO, currency="currency", kept=True)
    company_net: Decimal = money(default=ZERO, kept=True)
    company_gross: Decimal = money(default=ZERO, kept=True)
    lines: list[InvoiceLine] = lines(InvoiceLine, kept=True)
