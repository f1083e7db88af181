"""Who we trade with: customers and suppliers, with their people and addresses."""

from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from dougong.apps.base.duplicates import Party
from dougong.apps.base.entities.grouping import Channel, CustomerGroup, Region
from dougong.apps.base.entities.measures import PaymentTerm, Tax
from dougong.kernel.entities import Entity, Line
from dougong.kernel.fields import (
    address,
    auto_number,
    choice,
    email,
    lines,
    long_text,
    phone,
    reference,
    tags,
    text,
    url,
    yes_no,
)
from dougong.kernel.fields import (
    number as numeric,
)
from dougong.kernel.values import Id


class Grade(StrEnum):
    """How good a customer is, from best to worst."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class Backorders(StrEnum):
    """What a customer wants when not everything is there."""

    ALWAYS = "always"
    """Send what is there, the rest later."""
    NEVER = "never"
    """All or nothing."""
    ASK = "ask"


class InvoiceType(StrEnum):
    """Which kind of VAT invoice a customer gets."""

    SPECIAL = "special"
    ORDINARY = "ordinary"
    NONE = "none"


class AddressUse(StrEnum):
    """What an address is for."""

    DELIVERY = "delivery"
    INVOICE = "invoice"
    OFFICE = "office"


class CustomerContact(Line, name="customer_contact"):
    """A person at a customer's whom we talk to."""

    name: str = text(longest=60, searchable=True)
    job: str = text(longest=60, default="")
    phone: str = phone(default="", searchable=True)
    email: str = email(default="", searchable=True)
    decides: bool = yes_no(default=False)
    """Whether this person decides about buying."""
    note: str = text(default="")


class CustomerAddress(Line, name="customer_address"):
    """A place of a customer's: where goods or invoices go."""

    name: str = text(longest=60, default="")
    use: AddressUse = choice(AddressUse, default=AddressUse.DELIVERY)
    address: dict[str, Any] | None = address()
    recipient: str = text(longest=60, default="")
    phone: str = phone(default="")
    preferred: bool = yes_no(default=False)


class Customer(Entity, name="customer", rank=14, title="name", indexes=[("name", "id")]):
    """Someone who buys from us: a company, in most cases, with its people and places."""

    number: str = auto_number("C-{n:05}")
    name: str = text(searchable=True)
    short_name: str = text(longest=60, default="", searchable=True)
    group: Id[CustomerGroup] | None = reference(CustomerGroup, default=None)
    region: Id[Region] | None = reference(Region, default=None)
    channel: Id[Channel] | None = reference(Channel, default=None)
    grade: Grade = choice(Grade, default=Grade.C, indexed=True)
    industry: str = text(longest=60, default="")
    owner: UUID | None = reference("person", default=None, acting=True)
    """The colleague who looks after the customer."""
    country: str = text(longest=2, default="CN")
    tax_number: str | None = text(longest=30, default=None, unique=True, searchable=True)
    invoice_type: InvoiceType = choice(InvoiceType, default=InvoiceType.ORDINARY)
    bank: str = text(default="")
    bank_account: str = text(longest=60, default="")
    payment_term: Id[PaymentTerm] | None = reference(PaymentTerm, default=None)
    currency: str = text(longest=3, default="")
    """The currency that the customer is invoiced in; empty for the company's own."""
    tax: Id[Tax] | None = reference(Tax, default=None)
    """The tax that applies instead of the products' own: exports, exempt customers."""
    prices_include_tax: bool = yes_no(default=False)
    backorders: Backorders = choice(Backorders, default=Backorders.ALWAYS)
    phone: str = phone(default="", searchable=True)
    email: str = email(default="", searchable=True)
    website: str = url(default="")
    address: dict[str, Any] | None = address()
    contacts: list[CustomerContact] = lines(CustomerContact)
    addresses: list[CustomerAddress] = lines(CustomerAddress)
    tags: list[str] = tags()
    note: str = long_text(default="")
    active: bool = yes_no(default=True, indexed=True)
    normalised_name: str = text(default="", kept=True, indexed=True)
    """The name without what doesn't tell it from others; duplicates are found by it."""
    normalised_phone: str = text(longest=60, default="", kept=True, indexed=True)
    normalised_email: str = text(longest=254, default="", kept=True, indexed=True)

    def party(self) -> Party:
        """Give what duplicates are judged by."""
        return party_of(self)


class SupplierContact(Line, name="supplier_contact"):
    """A person at a supplier's whom we talk to."""

    name: str = text(longest=60, searchable=True)
    job: str = text(longest=60, default="")
    phone: str = phone(default="", searchable=True)
    email: str = email(default="", searchable=True)
    note: str = text(default="")


class Supplier(Entity, name="supplier", rank=15, title="name", indexes=[("name", "id")]):
    """Someone we buy from."""

    number: str = auto_number("V-{n:05}")
    name: str = text(searchable=True)
    short_name: str = text(longest=60, default="", searchable=True)
    grade: Grade = choice(Grade, default=Grade.C)
    country: str = text(longest=2, default="CN")
    tax_number: str | None = text(longest=30, default=None, unique=True, searchable=True)
    bank: str = text(default="")
    bank_account: str = text(longest=60, default="")
    payment_term: Id[PaymentTerm] | None = reference(PaymentTerm, default=None)
    currency: str = text(longest=3, default="")
    tax: Id[Tax] | None = reference(Tax, default=None)
    lead_days: Decimal = numeric(default=Decimal(7), digits=0, least=0, most=1000)
    """How many days its deliveries take as a rule."""
    buyer: UUID | None = reference("person", default=None)
    phone: str = phone(default="", searchable=True)
    email: str = email(default="", searchable=True)
    website: str = url(default="")
    address: dict[str, Any] | None = address()
    contacts: list[SupplierContact] = lines(SupplierContact)
    tags: list[str] = tags()
    note: str = long_text(default="")
    active: bool = yes_no(default=True)
    normalised_name: str = text(default="", kept=True, indexed=True)
    normalised_phone: str = text(longest=60, default="", kept=True, indexed=True)
    normalised_email: str = text(longest=254, default="", kept=True, indexed=True)

    def party(self) -> Party:
        """Give what duplicates are judged by."""
        return party_of(self)


def party_of(record: Customer | Supplier) -> Party:
    """Give what is known of a customer or a supplier, as duplicates are judged by."""
    return Party(
        name=record.name,
        tax_number=record.tax_number or "",
        phones=(record.phone,) if record.phone else (),
        emails=(record.email,) if record.email else (),
    )
