"""Everybody's masters: what is counted and in what, who we trade with, what we sell."""

from dougong.apps.base.entities.grouping import Channel, CustomerGroup, ProductCategory, Region
from dougong.apps.base.entities.measures import (
    Currency,
    ExchangeRate,
    PaymentTerm,
    PaymentTermInstalment,
    Tax,
    TaxKind,
    TaxRate,
    Unit,
    UnitCategory,
)
from dougong.apps.base.entities.parties import (
    AddressUse,
    Backorders,
    Customer,
    CustomerAddress,
    CustomerContact,
    Grade,
    InvoiceType,
    Supplier,
    SupplierContact,
)
from dougong.apps.base.entities.products import Product, ProductKind, ProductUnit

__all__ = [
    "AddressUse",
    "Backorders",
    "Channel",
    "Currency",
    "Customer",
    "CustomerAddress",
    "CustomerContact",
    "CustomerGroup",
    "ExchangeRate",
    "Grade",
    "InvoiceType",
    "PaymentTerm",
    "PaymentTermInstalment",
    "Product",
    "ProductCategory",
    "ProductKind",
    "ProductUnit",
    "Region",
    "Supplier",
    "SupplierContact",
    "Tax",
    "TaxKind",
    "TaxRate",
    "Unit",
    "UnitCategory",
]
