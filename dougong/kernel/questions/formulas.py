"""Formulas: fields that are computed from the other fields of their record, in SQL and in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Description, Entity
from dougong.kernel.rules import Expression, ExpressionError, Tag, parse
from dougong.kernel.scopes import CatalogueScope, Seen

if TYPE_CHECKING:
    from dougong.kernel.work import Work

RESULTS = frozenset(Tag) - {Tag.LINES, Tag.RECORD, Tag.MISSING}

_formulas: WeakKeyDictionary[Description, Mapping[str, Expression]] = WeakKeyDictionary()


def formulas_of(catalogue: Catalogue, description: Description) -> Mapping[str, Expression]:
    """Give an entity's formulas, understood once; one that speaks of other records isn't one."""
    found = _formulas.get(description)
    if found is None:
        understood = {
            field.name: understand(catalogue, description, field.pattern)
            for field in description.formulas
        }
        found = {name: one for name, one in understood.items() if one is not None}
        _formulas[description] = found
    return found


def understand(catalogue: Catalogue, description: Description, text: str) -> Expression | None:
    """Understand one formula, or answer None where it is none over the record's own fields."""
    try:
        formula = parse(text, CatalogueScope(catalogue, description.name), RESULTS)
    except ExpressionError:
        return None
    own = all(
        len(path) == 1 and description.fields[path[0]].kind.name != "lines"
        for path in formula.names
    )
    return formula if own else None


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
