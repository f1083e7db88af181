"""A year of the demo company's trade, told through the same operations that everybody uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from dougong.apps.base.demo import BaseDemo, base_demo
from dougong.apps.crm.demo import crm_demo
from dougong.apps.finance.demo import finance_demo
from dougong.apps.inventory.demo import Stocked, inventory_demo
from dougong.demo.buyers import Buyer, buyers, daily_demand
from dougong.demo.calendar import days, is_month_end, is_working, moment
from dougong.demo.closing import LOCKING_DAY, close_month, lock_month
from dougong.demo.collecting import Collecting
from dougong.demo.firm import Firm
from dougong.demo.people import hire
from dougong.demo.selling import ORDERS_A_DAY, leave_open_work, take_orders
from dougong.demo.supplying import ORDERING_DAYS, Supply, in_cartons
from dougong.kernel.house import House
from dougong.kernel.log.runner import Readers

SEED = 20260103
REORDER_DAYS, BATCH_DAYS, OPENING_DAYS = 14, 35, 40
"""Goods for how many days: when to order more, how much, and what is there at the beginning."""
RETURNS = 0.025

Tell = Callable[[int, int, str], None]


def untold(_done: int, _total: int, _what: str) -> None:
    """Tell nobody."""


def tell_year(
    house: House,
    company: str,
    *,
    today: date,
    begin: date | None = None,
    seed: int = SEED,
    tell: Tell = untold,
) -> Firm:
    """Make the company's masters, open its books, and trade from ``begin`` until yesterday.

    The company must be there with its roles. The same seed tells the same story.
    """
    first = begin or first_day(today)
    last = today - timedelta(days=1)
    with clock_of(house) as set_clock:
        firm = set_up(house, company, first=first, last=last, seed=seed, set_clock=set_clock)
        trade(firm, first, tell)
    return firm


def first_day(today: date) -> date:
    """Begin with the month a year ago."""
    return date(today.year - 1, today.month, 1)


@contextmanager
def clock_of(house: House) -> Iterator[Callable[[Callable[[], datetime]], None]]:
    """Let the house go by another clock for a while."""
    before = house.clock

    def set_clock(clock: Callable[[], datetime]) -> None:
        house.clock = clock

    try:
        yield set_clock
    finally:
        house.clock = before


def set_up(
    house: House,
    company: str,
    *,
    first: date,
    last: date,
    seed: int,
    set_clock: Callable[[Callable[[], datetime]], None],
) -> Firm:
    """Hire everybody, enter the masters, open the books and fill the shelves."""
    opened = first - timedelta(days=1)
    evening = moment(opened, 17)
    set_clock(lambda: evening)
    people = hire(house, company, now=evening)
    regions = region_codes()
    masters = base_demo(
        house, company, today=last + timedelta(days=1), owners=people.owners(regions)
    )
    dice = Random(seed)  # noqa: S311  a story, no secret
    everybody = buyers(masters.customers, masters.products, dice)
    finance_demo(
        house,
        company,
        opened=opened,
        grades={one.id: one.grade for one in masters.customers if one.currency == "CNY"},
        suppliers=list(masters.suppliers.values()),
    )
    warehouse = inventory_demo(
        house, company, opened=opened, stock=list(shelves(masters, everybody))
    )
    campaigns = crm_demo(
        house,
        company,
        today=last + timedelta(days=1),
        channels=masters.channels,
        regions=masters.regions,
    )
    firm = Firm(
        house=house,
        company=company,
        people=people,
        masters=masters,
        buyers=everybody,
        warehouse=warehouse,
        campaigns=campaigns,
        dice=dice,
        last=last,
        now=evening,
    )
    set_clock(lambda: firm.now)
    return firm


def region_codes() -> Sequence[str]:
    """Name the regions in the order in which the masters have them: the outer first."""
    return ("CN", "OS", "EC", "SC", "NC", "CC", "SW", "NW", "NE", "EU", "AM", "AP")


def shelves(masters: BaseDemo, everybody: Sequence[Buyer]) -> Iterator[Stocked]:
    """Put on the shelves what will be asked for, as far as one can know."""
    demand = daily_demand(everybody, ORDERS_A_DAY * 0.7)
    for product in masters.products:
        if not product.is_goods:
            continue
        a_day = demand.get(product.code, Decimal(0))
        least = Decimal(product.popularity)
        yield Stocked(
            product=product.id,
            opening=in_cartons(max(a_day * OPENING_DAYS, least), product),
            unit_cost=product.cost,
            reorder_point=in_cartons(a_day * REORDER_DAYS, product),
            reorder_quantity=in_cartons(a_day * BATCH_DAYS, product),
        )


def trade(firm: Firm, first: date, tell: Tell) -> None:
    """Let one day follow the other."""
    supply, collecting = Supply(firm=firm), Collecting(firm=firm)
    collecting.foresee(firm.rows("SELECT id, customer, due FROM receivable ORDER BY due, amount"))
    readers = Readers(firm.house)
    whole = (firm.last - first).days + 1
    try:
        for at, day in enumerate(days(first, firm.last)):
            tell(at, whole, f"{day}")
            live_through(firm, supply, collecting, readers, day)
        leave_open_work(firm, firm.last)
        supply.begin_work(firm.last)
        read_log(readers)
    finally:
        readers.let_go()
    tell(whole, whole, "")


def live_through(
    firm: Firm, supply: Supply, collecting: Collecting, readers: Readers, day: date
) -> None:
    """Go through one day, from the first lorry to the last voucher."""
    came = do_planned(firm, day, 8)
    do_planned(firm, day, 9)
    take_orders(firm, day)
    do_planned(firm, day, 11)
    do_planned(firm, day, 15)
    if is_working(day):
        if came or day.weekday() in ORDERING_DAYS:
            read_log(readers)
        supply.order_more(day)
        supply.plan_sending(day)
        gone = supply.send(day)
        firm.at(day, 17)
        for order in collecting.invoice_shipped(gone):
            if firm.dice.random() < RETURNS:
                supply.expect_return(order)
    if is_month_end(day):
        firm.at(day, 17, 30)
        collecting.invoice_month()
        close_month(firm, day)
    if day.day == LOCKING_DAY and day.replace(day=1) > first_month(firm):
        lock_month(firm, day)


def first_month(firm: Firm) -> date:
    """Give the month in which the books were opened."""
    [(opened,)] = firm.rows("SELECT min(day) FROM journal_entry")
    return date(opened.year, opened.month, 1)


def do_planned(firm: Firm, day: date, hour: int) -> bool:
    """Do what was planned for an hour of the day; tells whether there was anything."""
    tasks = firm.due(day, hour)
    for at, task in enumerate(tasks):
        firm.at(day, hour, min(at * 4, 59))
        task()
    return bool(tasks)


def read_log(readers: Readers) -> None:
    """Let the readers of the log answer: goods for backorders, proposals for what runs short."""
    while readers.round():
        pass
