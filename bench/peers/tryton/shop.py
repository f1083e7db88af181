"""The shop that Tryton sells from: one company with its books, one customer, goods in stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from desk import current_user, model, sit_down, wizard

PRODUCTS = 10
IN_STOCK = 1_000_000.0
VAT = Decimal("0.13")
CUSTOMER = "Customer"

# the accounts of Tryton's universal chart
CASH, RECEIVABLE, PAYABLE, TAX_OWED = "1.1.1", "1.2.1", "2.1.1", "2.2.3"
REVENUE, EXPENSE = "4.1.1", "5.2.1"


@dataclass(frozen=True, kw_only=True)
class Shop:
    """The ids that the steps name."""

    customer: int
    products: list[int]
    payment_method: int


def find_shop() -> Shop:
    """The shop in this transaction's database."""
    products = model("product.product").search([], order=[("code", "ASC")])
    return Shop(
        customer=model("party.party").search([("name", "=", CUSTOMER)])[0].id,
        products=[product.id for product in products],
        payment_method=model("account.invoice.payment.method").search([])[0].id,
    )


def open_shop(database: str, today: date, invoice: str) -> None:
    """Everything before the first order; `invoice` says by what orders are invoiced."""
    sit_down(database).request(found_company)
    desk = sit_down(database)
    for step in (open_books, lambda: open_year(today), lambda: fill_shop(today, invoice)):
        desk.request(step)


def found_company() -> None:
    currency = model("currency.currency")(name="Yuan", symbol="¥", code="CNY")
    currency.save()
    party = model("party.party")(name="Company", addresses=[{}])
    party.save()
    company = model("company.company")(party=party, currency=currency)
    company.save()
    user = current_user()
    user.companies = [company]
    user.company = company
    user.save()


def open_books() -> None:
    """Tryton's own universal chart, its defaults, and a way to be paid in cash."""
    create_chart = wizard("account.create_chart")

    session, _, _ = create_chart.create()
    chart = create_chart(session)
    chart.account.company = company()
    chart.account.account_template = model("account.account.template")(
        model("ir.model.data").get_id("account", "account_template_root_en")
    )
    chart.transition_create_account()
    chart.properties.company = company()
    chart.properties.account_receivable = account(RECEIVABLE)
    chart.properties.account_payable = account(PAYABLE)
    chart.properties.category_account_revenue = account(REVENUE)
    chart.properties.category_account_expense = account(EXPENSE)
    chart.transition_create_properties()
    create_chart.delete(session)

    cash = account(CASH)
    (journal,) = model("account.journal").search([("type", "=", "cash")])
    model("account.invoice.payment.method")(
        name="Cash", journal=journal, credit_account=cash, debit_account=cash
    ).save()


def open_year(today: date) -> None:
    """The fiscal year of today, by months, numbering its entries and invoices."""
    invoices = sequence("Invoice")
    year = model("account.fiscalyear")(
        name=str(today.year),
        company=company(),
        start_date=date(today.year, 1, 1),
        end_date=date(today.year, 12, 31),
        move_sequence=sequence("Account Move"),
        invoice_sequences=[
            {
                "company": company().id,
                "out_invoice_sequence": invoices.id,
                "out_credit_note_sequence": invoices.id,
                "in_invoice_sequence": invoices.id,
                "in_credit_note_sequence": invoices.id,
            }
        ],
    )
    year.save()
    model("account.fiscalyear").create_period([year])


def fill_shop(today: date, invoice: str) -> None:
    """A customer who pays at once, and products under VAT in plenty."""
    term = model("account.invoice.payment_term")(name="At once", lines=[{"type": "remainder"}])
    term.save()
    model("party.party")(
        name=CUSTOMER,
        addresses=[{}],
        customer_payment_term=term,
        sale_invoice_method=invoice,
    ).save()

    category = taxed_category()
    products = [product(number, category) for number in range(PRODUCTS)]
    take_stock(today, products)


def taxed_category() -> Any:
    tax = model("account.tax")(
        name="VAT",
        description="VAT",
        type="percentage",
        rate=VAT,
        company=company(),
        invoice_account=account(TAX_OWED),
        credit_note_account=account(TAX_OWED),
    )
    tax.save()
    category = model("product.category")(
        name="Goods",
        accounting=True,
        account_revenue=account(REVENUE),
        account_expense=account(EXPENSE),
        customer_taxes=[tax],
    )
    category.save()
    return category


def product(number: int, category: Any) -> Any:
    (piece,) = model("product.uom").search([("name", "=", "Unit")])
    template = model("product.template")(
        name=f"Product {number}",
        code=f"P{number:02}",
        type="goods",
        default_uom=piece,
        salable=True,
        sale_uom=piece,
        list_price=Decimal(100 + number),
        cost_price_method="fixed",
        account_category=category,
        products=[{}],
    )
    template.save()
    return template.products[0]


def take_stock(today: date, products: list[Any]) -> None:
    (storage,) = model("stock.location").search([("code", "=", "STO")])
    inventory = model("stock.inventory")(
        company=company(),
        location=storage,
        date=today,
        lines=[{"product": product.id, "quantity": IN_STOCK} for product in products],
    )
    inventory.save()
    model("stock.inventory").confirm([inventory])


def company() -> Any:
    (found,) = model("company.company").search([])
    return found


def account(code: str) -> Any:
    (found,) = model("account.account").search([("code", "=", code)])
    return found


def sequence(kind: str) -> Any:
    """A gapless sequence for this kind of document."""
    (of,) = model("ir.sequence.type").search([("name", "=", kind)])
    made = model("ir.sequence.strict")(name=kind, sequence_type=of, company=company())
    made.save()
    return made
