"""Checks that several masters share: countries, currencies, trees, numbers above zero."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.entities import Currency, ProductCategory, Region
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.work import Work

COUNTRY = re.compile(r"[A-Z]{2}")


def country_obstacles(country: str, *, field: str = "country") -> Iterator[Refusal]:
    """Say whether something can't be a country's code."""
    if country and not COUNTRY.fullmatch(country.upper()):
        yield InvalidField(field, "not_a_country", "CN, DE, US…")


def currency_obstacles(work: Work, currency: str, *, field: str = "currency") -> Iterator[Refusal]:
    """Say whether a currency isn't one of ours; none at all stands for the company's own."""
    if not currency or currency == work.currency:
        return
    active = sorted(each.code for each in work.all(Currency) if each.active)
    if currency not in active:
        yield InvalidField(field, "unknown_currency", ", ".join(active))


def positive(number: Decimal, *, field: str) -> Iterator[Refusal]:
    """Say whether a number isn't above zero."""
    if number <= 0:
        yield InvalidField(field, "not_positive", "> 0")


def repeated(values: Iterable[object], *, field: str) -> Iterator[Refusal]:
    """Name each line whose value an earlier line has; ``field`` has ``{}`` for the line."""
    seen: set[object] = set()
    for at, value in enumerate(values):
        if value in seen:
            yield InvalidField(field.format(at), "repeated")
        seen.add(value)


def circle(work: Work, record: Region | ProductCategory) -> Iterator[Refusal]:
    """Say whether a record would lie within itself."""
    above: set[UUID] = {record.id}
    at = record.parent
    while at is not None:
        if at in above:
            yield InvalidField("parent", "circle")
            return
        above.add(at)
        found = work.maybe(type(record), at)
        at = found.parent if found is not None else None
