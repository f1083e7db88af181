"""A company as the house holds it in memory: its catalogue, small tables, rules and settings.

The memory is valid for one version of the company; whoever changes a small table or the
configuration raises the version, and everybody reads anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Entity
from dougong.kernel.fields import text
from dougong.kernel.operations import settles
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.store.database import Transaction
from dougong.kernel.store.shapes import shape_of

if TYPE_CHECKING:
    from dougong.kernel.work import Work

CURRENCY = re.compile(r"[A-Z]{3}")
LANGUAGES = ("zh", "en")
TAX_ROUNDINGS = ("line", "document")


class Company(Entity, name="company", cached=True, operations=("edit",)):
    """The company itself: how it is called, where it is and in what it counts."""

    name: str = text()
    currency: str = text(default="CNY", longest=3, once=True)
    time_zone: str = text(default="Asia/Shanghai", longest=60)
    locale: str = text(default="zh", longest=10)
    tax_rounding: str = text(default="line", longest=10)
    """Whether tax is rounded by ``line`` or by ``document``."""


def wrong_in_company(company: Company) -> Iterator[Refusal]:
    """Name what nobody could work with: every day and every amount depends on it."""
    if not CURRENCY.fullmatch(company.currency):
        yield InvalidField("currency", "not_a_currency", "CNY, EUR, USD…")
    if company.time_zone not in available_timezones():
        yield InvalidField("time_zone", "not_a_time_zone", "Asia/Shanghai, Europe/Berlin…")
    if company.locale not in LANGUAGES:
        yield InvalidField("locale", "not_a_choice", ", ".join(LANGUAGES))
    if company.tax_rounding not in TAX_ROUNDINGS:
        yield InvalidField("tax_rounding", "not_a_choice", ", ".join(TAX_ROUNDINGS))


def obstacles_to_a_company(company: Company, _command: object, _work: Work) -> Iterator[Refusal]:
    """Ask the same of what is edited."""
    return wrong_in_company(company)


@settles(Company, unless=obstacles_to_a_company)
def settle_company(_company: Company, _work: Work) -> None:
    """Nothing follows from what is said of a company."""


@dataclass(eq=False)
class State:
    """One version of a company's memory."""

    slug: str
    version: int
    catalogue: Catalogue
    small: Mapping[str, Mapping[UUID, Entity]]
    extras: dict[str, Any] = field(default_factory=dict)
    """What other kernel parts derive from the small tables and keep while they are valid."""

    @cached_property
    def company(self) -> Company:
        """The company's own record."""
        found = next(iter(self.small["company"].values()))
        assert isinstance(found, Company)
        return found

    @cached_property
    def time_zone(self) -> ZoneInfo:
        """Where the company's business days begin."""
        return ZoneInfo(self.company.time_zone)

    @property
    def currency(self) -> str:
        """What the company counts in."""
        return self.company.currency

    def cached(self, entity: str) -> Mapping[UUID, Entity]:
        """Give a small table, whole; empty for an entity that isn't kept in memory."""
        return self.small.get(entity, {})


def read_small_tables(
    transaction: Transaction, catalogue: Catalogue
) -> dict[str, dict[UUID, Entity]]:
    """Read every small table of the company, with lines."""
    small: dict[str, dict[UUID, Entity]] = {}
    for description in catalogue.entities.values():
        if not description.cached:
            continue
        shape = shape_of(description)
        records = [shape.build(row) for row in transaction.rows(f"{shape.select} ORDER BY id")]
        small[description.name] = {record.id: record for record in records}
        for lines_field in description.lines:
            line_shape = shape_of(catalogue.entities[lines_field.target])
            for record in records:
                lines_field.set(record, [])
            for row in transaction.rows(f"{line_shape.select} ORDER BY parent, position"):
                line: Any = line_shape.build(row)
                document = small[description.name].get(line.parent)
                if document is not None:  # else it was made a moment ago, and all is read again
                    lines_field.get(document).append(line)
    return small
