"""Expressions in memory: compiled once into plain functions of a frame, then run on records.

A frame is ``(today, record, line of the outermost for, line of the next …)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import singledispatch
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any

from dougong.kernel.rules.scope import Tag
from dougong.kernel.rules.tree import (
    TODAY_AT,
    Call,
    Choose,
    Comparison,
    Either,
    Every,
    Field,
    Literal,
    Membership,
    Node,
    Not,
    Over,
    Today,
)

if TYPE_CHECKING:
    from dougong.kernel.rules.expression import Expression

Frame = tuple[Any, ...]
Run = Callable[[Frame], Any]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
_NULL_SAFE = frozenset({"==", "!="})


@singledispatch
def compiled(node: Node) -> Run:
    """Make a function of a frame that gives the node's value, None where it is missing.

    What gives yes or no may give None for no; whoever asks, asks for its truth.
    """
    raise AssertionError(f"no meaning in memory for {node!r}")


@compiled.register
def _literal(node: Literal) -> Run:
    value = node.value
    return lambda _frame: value


@compiled.register
def _today(_node: Today) -> Run:
    def today(frame: Frame) -> Any:
        day = frame[TODAY_AT]
        assert day is not None, "an expression that speaks of today is told which day it is"
        return day

    return today


@compiled.register
def _field(node: Field) -> Run:
    if node.formula is not None:
        return _computed(node, node.formula)
    return _asked(node, "identity" if node.type.tag is Tag.RECORD else "value")


def _computed(node: Field, formula: Expression) -> Run:
    """Compute a formula of the record that a path leads to; of no record there is nothing."""
    follow = [
        scope.reader.reference(name)
        for name, scope in zip(node.path[:-1], node.scopes[:-1], strict=True)
    ]
    whose = _reached(node.at, follow)

    def computed(frame: Frame) -> Any:
        record = whose(frame)
        return None if record is None else formula.evaluate(record, frame[TODAY_AT])

    return computed


def _asked(node: Field, how: str) -> Run:
    """Follow the references of a path and ask the last record for the field."""
    *through, (name, scope) = zip(node.path, node.scopes, strict=True)
    get = getattr(scope.reader, how)(name)
    follow = [scope.reader.reference(name) for name, scope in through]
    whose = _reached(node.at, follow)
    if node.type.tag is Tag.NUMBER:
        return _number_of(whose, get) if follow else _own_number(node.at, get)
    return _value_of(whose, get) if follow else _own_value(node.at, get)


def _own_value(at: int, get: Run) -> Run:
    return lambda frame: get(frame[at])


def _own_number(at: int, get: Run) -> Run:
    def number(frame: Frame) -> Decimal | None:
        found = get(frame[at])
        return found if found is None or type(found) is Decimal else _as_decimal(found)

    return number


def _value_of(whose: Run, get: Run) -> Run:
    def value(frame: Frame) -> Any:
        record = whose(frame)
        return None if record is None else get(record)

    return value


def _number_of(whose: Run, get: Run) -> Run:
    def number(frame: Frame) -> Decimal | None:
        record = whose(frame)
        found = None if record is None else get(record)
        return found if found is None or type(found) is Decimal else _as_decimal(found)

    return number


def _as_decimal(found: object) -> Decimal:
    """Take a count, which records hold as a whole number, as a decimal."""
    assert isinstance(found, int), f"a number that is not exact: {found!r}"
    return Decimal(found)


def _reached(at: int, follow: list[Run]) -> Run:
    """Go from reference to reference, as far as they lead."""
    match follow:
        case [step]:
            return lambda frame: step(frame[at])

    def reached(frame: Frame) -> Any:
        record = frame[at]
        for step in follow:
            if record is not None:
                record = step(record)
        return record

    return reached


@compiled.register
def _call(node: Call) -> Run:
    function = node.function.memory
    arguments = [compiled(argument) for argument in node.arguments]
    if not node.function.strict:
        return lambda frame: function(*[argument(frame) for argument in arguments])
    match arguments:
        case [only]:

            def of_one(frame: Frame) -> Any:
                value = only(frame)
                return None if value is None else function(value)

            return of_one
        case [left, right]:

            def of_two(frame: Frame) -> Any:
                first = left(frame)
                if first is None:
                    return None
                second = right(frame)
                return None if second is None else function(first, second)

            return of_two
    raise AssertionError(f"{node.function.name} takes one argument or two where it is strict")


@compiled.register
def _comparison(node: Comparison) -> Run:
    if len(node.rest) == 1:
        sign, operand = node.rest[0]
        return _compared(sign, compiled(node.first), operand)
    first = compiled(node.first)
    rest = [(_COMPARE[sign], sign in _NULL_SAFE, compiled(operand)) for sign, operand in node.rest]

    def chained(frame: Frame) -> bool:
        left = first(frame)
        for compare, null_safe, operand in rest:
            right = operand(frame)
            if not null_safe and (left is None or right is None):
                return False
            if not compare(left, right):
                return False
            left = right
        return True

    return chained


def _compared(sign: str, left: Run, operand: Node) -> Run:
    compare = _COMPARE[sign]
    right = compiled(operand)
    if sign in _NULL_SAFE:
        return lambda frame: compare(left(frame), right(frame))
    if isinstance(operand, Literal) and operand.value is not None:
        limit = operand.value

        def against_literal(frame: Frame) -> bool:
            value = left(frame)
            return value is not None and compare(value, limit)

        return against_literal

    def against_value(frame: Frame) -> bool:
        first = left(frame)
        if first is None:
            return False
        second = right(frame)
        return second is not None and compare(first, second)

    return against_value


@compiled.register
def _membership(node: Membership) -> Run:
    value = compiled(node.value)
    among = frozenset(literal.value for literal in node.among)
    if node.or_missing:
        among |= {None}
    return lambda frame: value(frame) in among


@compiled.register
def _not(node: Not) -> Run:
    condition = compiled(node.condition)
    return lambda frame: not condition(frame)


@compiled.register
def _every(node: Every) -> Run:
    conditions = [compiled(condition) for condition in node.conditions]
    match conditions:
        case [left, right]:
            return lambda frame: bool(left(frame) and right(frame))

    def every(frame: Frame) -> bool:
        for condition in conditions:  # noqa: SIM110  a generator would cost more than the conditions
            if not condition(frame):
                return False
        return True

    return every


@compiled.register
def _either(node: Either) -> Run:
    conditions = [compiled(condition) for condition in node.conditions]

    def either(frame: Frame) -> bool:
        for condition in conditions:  # noqa: SIM110  a generator would cost more than the conditions
            if condition(frame):
                return True
        return False

    return either


@compiled.register
def _choose(node: Choose) -> Run:
    condition, then, otherwise = map(compiled, (node.condition, node.then, node.otherwise))
    return lambda frame: then(frame) if condition(frame) else otherwise(frame)


@compiled.register
def _over(node: Over) -> Run:
    lines = _asked(node.lines, "lines")
    fold = node.fold.memory
    meets = compiled(Every(node.conditions))
    counts = node.fold.counts
    value: Run = (lambda _frame: True) if counts else compiled(node.value)
    before = node.at

    def over(frame: Frame) -> Any:
        return fold(values(frame[:before]))

    def values(frame: Frame) -> Iterator[Any]:
        for line in lines(frame) or ():
            inner = (*frame, line)
            if meets(inner):
                yield value(inner)

    return over
