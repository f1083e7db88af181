"""One order from the customer's wish to the reconciled payment, each step one request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from desk import Desk, model, unchecked
from meter import Meter
from shop import Shop


@dataclass(kw_only=True)
class Cycle:
    """One order on its way; ids, since every step reads what it needs anew."""

    desk: Desk
    shop: Shop
    lines: int
    today: date
    order: int = 0
    shipment: int = 0
    invoice: int = 0
    total: Decimal = field(default=Decimal(0))

    def run(self, meter: Meter) -> None:
        """All steps. What a client would look up between them is not measured."""
        self.take(meter, "create", self.create)
        self.take(meter, "quote", lambda: model("sale.sale").quote(self.orders))
        self.take(meter, "confirm", lambda: model("sale.sale").confirm(self.orders))
        self.desk.request(self.look_up_shipment)
        self.take(meter, "reserve", self.reserve)
        self.take(meter, "pick", lambda: model("stock.shipment.out").pick(self.shipments))
        self.take(meter, "pack", lambda: model("stock.shipment.out").pack(self.shipments))
        self.take(meter, "ship", lambda: model("stock.shipment.out").do(self.shipments))
        self.desk.request(self.look_up_invoice)
        self.take(meter, "post", lambda: model("account.invoice").post(self.invoices))
        self.take(meter, "pay_and_reconcile", self.pay)
        self.desk.request(self.check)

    def take(self, meter: Meter, name: str, step: Callable[[], Any]) -> None:
        with meter.step(name):
            self.desk.request(step)

    def create(self) -> None:
        """The order with its prices and taxes worked out as the form works them out."""
        sale = blank("sale.sale")
        sale.party = self.shop.customer
        sale.on_change_party()
        sale.lines = [self.line(sale, number) for number in range(self.lines)]
        sale.save()
        self.order = sale.id

    def line(self, sale: Any, number: int) -> Any:
        line = blank("sale.line")
        line.sale = sale
        line.product = self.shop.products[number % len(self.shop.products)]
        line.quantity = float(1 + number)
        line.on_change_product()
        return line

    def reserve(self) -> None:
        model("stock.shipment.out").assign_try(self.shipments)

    def pay(self) -> None:
        """What the pay wizard does once it is filled in: the payment's entry and its reconciliation."""
        (invoice,) = self.invoices
        amount = invoice.amount_to_pay
        owed, _ = invoice.get_reconcile_lines_for_amount(
            amount, invoice.currency, party=invoice.party
        )
        method = model("account.invoice.payment.method")(self.shop.payment_method)
        with unchecked():  # as every wizard and button does once it is allowed
            paid = invoice.pay_invoice(amount, method, self.today, party=invoice.party)
            model("account.move.line").reconcile(owed + paid)

    def look_up_shipment(self) -> None:
        (shipment,) = self.orders[0].shipments
        self.shipment = shipment.id

    def look_up_invoice(self) -> None:
        (invoice,) = self.orders[0].invoices
        self.invoice = invoice.id

    def check(self) -> None:
        """It did all that it was measured for."""
        (order,), (shipment,), (invoice,) = self.orders, self.shipments, self.invoices
        assert (order.state, shipment.state, invoice.state) == ("done", "done", "paid")
        assert len(shipment.outgoing_moves) == len(invoice.lines) == self.lines
        assert invoice.reconciled
        assert invoice.total_amount == order.total_amount
        self.total = order.total_amount

    @property
    def orders(self) -> Any:
        return model("sale.sale").browse([self.order])

    @property
    def shipments(self) -> Any:
        return model("stock.shipment.out").browse([self.shipment])

    @property
    def invoices(self) -> Any:
        return model("account.invoice").browse([self.invoice])


def blank(kind: str) -> Any:
    """A new record as the form opens it, with its defaults."""
    of = model(kind)
    return of(**of.default_get(list(of._fields), with_rec_name=False))
