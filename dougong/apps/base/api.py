"""What other apps may ask of the masters: totals, rates, due dates, units; and the masters' shapes.

Units, currencies, exchange rates, taxes, payment terms, regions, channels, groups and categories
are in memory: they need no touches. Customers, suppliers and products are touched by their id.
"""

from __future__ import annotations

from dougong.apps.base.entities import (
    Backorders,
    Channel,
    Currency,
    Customer,
    CustomerGroup,
    ExchangeRate,
    Grade,
    PaymentTerm,
    Product,
    ProductCategory,
    ProductKind,
    Region,
    Supplier,
    Tax,
    Unit,
)
from dougong.apps.base.measuring import (
    convert_quantity,
    convert_unit_price,
    count_obstacles,
    measure_of,
    unit_obstacles,
)
from dougong.apps.base.payment_terms import AmountDue, Instalment, due_date, due_dates
from dougong.apps.base.questions.similar import similar_customers, similar_suppliers
from dougong.apps.base.rates import (
    amounts_due,
    exchange_rate,
    in_company_currency,
    rate_obstacles,
    rate_of,
    tax_obstacles,
)
from dougong.apps.base.refusals import (
    DuplicateCustomer,
    DuplicateSupplier,
    NoConversion,
    NoExchangeRate,
    NotCountable,
    TaxNotInForce,
)
from dougong.apps.base.totals import (
    DocumentLine,
    DocumentTotals,
    LineTotals,
    RateTotals,
    after_discounts,
    totals,
)

__all__ = [
    "AmountDue",
    "Backorders",
    "Channel",
    "Currency",
    "Customer",
    "CustomerGroup",
    "DocumentLine",
    "DocumentTotals",
    "DuplicateCustomer",
    "DuplicateSupplier",
    "ExchangeRate",
    "Grade",
    "Instalment",
    "LineTotals",
    "NoConversion",
    "NoExchangeRate",
    "NotCountable",
    "PaymentTerm",
    "Product",
    "ProductCategory",
    "ProductKind",
    "RateTotals",
    "Region",
    "Supplier",
    "Tax",
    "TaxNotInForce",
    "Unit",
    "after_discounts",
    "amounts_due",
    "convert_quantity",
    "convert_unit_price",
    "count_obstacles",
    "due_date",
    "due_dates",
    "exchange_rate",
    "in_company_currency",
    "measure_of",
    "rate_obstacles",
    "rate_of",
    "similar_customers",
    "similar_suppliers",
    "tax_obstacles",
    "totals",
    "unit_obstacles",
]
