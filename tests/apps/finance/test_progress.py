"""Parts of a line, whatever the order in which it is delivered, invoiced and credited."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.finance.entities import Billable
from dougong.apps.finance.exposure import Exposure
from dougong.apps.finance.progress import (
    Amounts,
    add_credited,
    add_invoiced,
    advance,
    may_be_invoiced,
    part_to_credit,
    part_to_invoice,
    set_whole,
)
from dougong.kernel.values import ZERO, new_id, round_money

CURRENCIES = st.sampled_from(["CNY", "JPY", "KWD", "USD"])


@st.composite
def billables(draw: st.DrawFn) -> Billable:
    currency = draw(CURRENCIES)
    net = round_money(draw(st.decimals(0, 10**7, places=3)), currency)
    tax = round_money(
        net * draw(st.sampled_from([ZERO, Decimal("0.06"), Decimal("0.13")])), currency
    )
    rate = draw(st.decimals(Decimal("0.01"), 20, places=6))
    billable = Billable(
        source=new_id(),
        document="deal:1",
        customer=new_id(),
        currency=currency,
        rate=rate,
        ordered=Decimal(draw(st.integers(1, 12))),
        tax_included=draw(st.booleans()),
    )
    whole = Amounts(
        net=net,
        gross=net + tax,
        company_net=round_money(net * rate, "CNY"),
        company_gross=round_money((net + tax) * rate, "CNY"),
    )
    set_whole(billable, whole)
    return billable


@given(billables(), st.data())
def test_an_orders_money_neither_vanishes_nor_counts_twice(
    billable: Billable, data: st.DataObject
) -> None:
    exposure = advance(billable, "CNY")
    invoiced: list[Amounts] = []
    while billable.invoiced < billable.ordered:
        waiting = int(billable.delivered == billable.invoiced)
        more = data.draw(st.integers(waiting, int(billable.ordered - billable.delivered)))
        billable.delivered += more
        exposure += advance(billable, "CNY")
        ready = int(may_be_invoiced(billable))
        quantity = Decimal(data.draw(st.integers(1, ready)))
        part = part_to_invoice(billable, quantity, "CNY")
        add_invoiced(billable, quantity, part)
        exposure += advance(billable, "CNY") + Exposure(receivable=part.company_gross)
        invoiced.append(part)
        assert exposure.total == billable.company_gross
        assert exposure.on_order == billable.on_order
    whole = sum(invoiced, Amounts())
    assert (whole.net, whole.gross) == (billable.net, billable.gross)
    assert (whole.company_net, whole.company_gross) == (
        billable.company_net,
        billable.company_gross,
    )
    assert exposure == Exposure(receivable=billable.company_gross)


@given(billables(), st.data())
def test_what_is_credited_piece_by_piece_leaves_nothing(
    billable: Billable, data: st.DataObject
) -> None:
    billable.delivered = billable.ordered
    add_invoiced(billable, billable.ordered, part_to_invoice(billable, billable.ordered, "CNY"))
    credited = Amounts()
    while billable.credited < billable.invoiced:
        left = int(billable.invoiced - billable.credited)
        quantity = Decimal(data.draw(st.integers(1, left)))
        part = part_to_credit(billable, quantity, "CNY")
        add_credited(billable, quantity, part)
        credited += part
    assert (credited.net, credited.gross) == (billable.net, billable.gross)
    assert credited.company_gross == billable.company_gross
