"""Formulas as they are answered: computed from the other fields of their record, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Description, Entity
from dougong.kernel.rules import Expression
from dougong.kernel.scopes import Seen, formulas_of

if TYPE_CHECKING:
    from dougong.kernel.work import Work


def readable_formulas(
    catalogue: Catalogue, description: Description, readable: frozenset[str]
) -> Mapping[str, Expression]:
    """Give the formulas that may be read: themselves, and everything that they are made of."""
    return {
        name: formula
        for name, formula in formulas_of(catalogue, description).items()
        if name in readable and {path[0] for path in formula.names} <= readable
    }


def computed(formula: Expression, record: Entity, today: date) -> Any:
    """Compute a formula of a record in memory."""
    nobody = cast("Work", None)  # a formula follows no reference, so nobody is asked to
    return formula.evaluate(Seen(record, nobody), today)
