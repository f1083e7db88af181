"""Understanding an expression: names become fields, types are checked, all that is wrong is named."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from dougong.kernel.rules.folds import FOLDS, Fold
from dougong.kernel.rules.functions import (
    ANY,
    CONTAINS,
    FUNCTIONS,
    HOLDS,
    NEGATIVE,
    OPERATORS,
    ORDERED,
    TEXTS,
    Accepts,
    Function,
    common_type,
)
from dougong.kernel.rules.problems import ExpressionError, Problem
from dougong.kernel.rules.scope import (
    MISSING,
    NUMBER,
    TEXT,
    YES_NO,
    FieldType,
    Scope,
    Tag,
    reference_to,
)
from dougong.kernel.rules.semantics import negated
from dougong.kernel.rules.source import Source
from dougong.kernel.rules.tree import (
    BROKEN,
    RECORD_AT,
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
    parts,
)

MOST_DIGITS = 60
FARTHEST = 4
DEEPEST_LINES = 2
MOST_PLACES = 12
_PLACES = frozenset(map(Decimal, range(-MOST_PLACES, MOST_PLACES + 1)))

_NUMBER = re.compile(r"[0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})")

_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_SAMENESS = frozenset({"==", "!="})


def understood(text: str, scope: Scope, wanted: Accepts | None) -> Node:
    """Read a text as an expression over records of a scope, or raise all that is wrong with it."""
    source = Source(text)
    reading = _Reading(source, scope)
    node = reading.result(source.tree, wanted)
    if reading.problems:
        raise ExpressionError(text, reading.problems)
    return node


class _Reading:
    """One text being read; what is wrong is collected, and reading goes on behind it."""

    def __init__(self, source: Source, scope: Scope) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._scope = scope
        self._lines: list[tuple[str, Scope]] = []
        self._readers: dict[type[ast.expr], Callable[[Any], Node]] = {
            ast.Constant: self._constant,
            ast.Name: self._path,
            ast.Attribute: self._path,
            ast.UnaryOp: self._unary,
            ast.BinOp: self._binary,
            ast.BoolOp: self._joined,
            ast.Compare: self._compared,
            ast.IfExp: self._chosen,
            ast.Call: self._called,
        }

    def expression(self, node: ast.expr) -> Node:
        """Read one node of the grammar."""
        read = self._readers.get(type(node))
        if read is None:
            return self._not_allowed(node, type(node).__name__)
        return read(node)

    def result(self, tree: ast.expr, wanted: Accepts | None) -> Node:
        """Read the whole, and see that it gives a value of the type that is wanted."""
        node = self._adapted(self.expression(tree), tree, wanted or ANY)
        return self._accept(node, tree, wanted or ANY)

    # values

    def _constant(self, node: ast.Constant) -> Node:
        match node.value:
            case None:
                return Literal(None, MISSING)
            case bool(answer):
                return Literal(answer, YES_NO)
            case str(text):
                return Literal(text, TEXT)
            case int() | float():
                return self._number(node)
            case other:
                return self._not_allowed(node, type(other).__name__)

    def _number(self, node: ast.Constant) -> Node:
        """Read a number from the text itself: the parser would have made a float of 0.1."""
        written = self._source.written(node)
        if not _NUMBER.fullmatch(written):
            return self._not_allowed(node, "number_notation")
        number = Decimal(written.replace("_", ""))
        if len(written.replace("_", "").replace(".", "")) > MOST_DIGITS:
            return self._problem("number_too_long", node, limit=MOST_DIGITS)
        return Literal(number, NUMBER)

    def _path(self, node: ast.expr) -> Node:
        steps: list[ast.Attribute] = []
        start = node
        while isinstance(start, ast.Attribute):
            steps.append(start)
            start = start.value
        if not isinstance(start, ast.Name):
            return self._not_allowed(node, "attribute")
        found = self._start(start)
        for step in reversed(steps):
            found = self._step(found, step)
        if isinstance(found, Field) and not found.path:
            return self._mistyped(node, ANY - {Tag.RECORD}, found)
        return found

    def _start(self, node: ast.Name) -> Node:
        for at, (name, scope) in reversed(list(enumerate(self._lines, RECORD_AT + 1))):
            if name == node.id:
                return Field(at, (), (), reference_to(scope))
        if node.id == "today":
            return Today()
        return self._field_of(Field(RECORD_AT, (), (), reference_to(self._scope)), node.id, node)

    def _step(self, found: Node, node: ast.Attribute) -> Node:
        if found is BROKEN:
            return BROKEN
        if not isinstance(found, Field):
            return self._not_allowed(node, "attribute")
        if found.type.tag not in {Tag.RECORD, Tag.PARTS}:
            return self._mistyped(node.value, {Tag.RECORD, Tag.PARTS}, found)
        return self._field_of(found, node.attr, node)

    def _field_of(self, record: Field, name: str, at: ast.expr) -> Node:
        scope = record.type.scope
        assert scope is not None, "a reference says what it refers to"
        if name.startswith("_"):
            return self._not_allowed(at, "underscore")
        if len(record.path) > FARTHEST:
            return self._problem("follows_too_far", at, limit=FARTHEST)
        type_ = scope.field(name)
        if type_ is None:
            return self._problem("unknown_name", self._end_of(at, name), name=name)
        path, scopes = (*record.path, name), (*record.scopes, scope)
        return Field(record.at, path, scopes, type_, scope.formula(name))

    def _end_of(self, node: ast.expr, name: str) -> tuple[int, int]:
        _, end = self._source.place(node)
        return end - len(name), end

    # operators

    def _unary(self, node: ast.UnaryOp) -> Node:
        operand = self.expression(node.operand)
        match node.op:
            case ast.Not():
                return Not(self._condition(operand, node.operand))
            case ast.USub():
                if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
                    return Literal(negated(operand.value), NUMBER)
                return self._applied(NEGATIVE, [operand], [node.operand])
            case other:
                return self._not_allowed(node, type(other).__name__)

    def _binary(self, node: ast.BinOp) -> Node:
        overloads = OPERATORS.get(type(node.op))
        operands = [self.expression(node.left), self.expression(node.right)]
        if overloads is None:
            return self._not_allowed(node, type(node.op).__name__)
        if BROKEN in operands:
            return BROKEN
        for function in overloads:
            pairs = zip(operands, function.takes, strict=True)
            if all(operand.type.tag in accepts for operand, accepts in pairs):
                return self._applied(function, operands, [node.left, node.right])
        return self._no_such_operator(overloads, operands, [node.left, node.right])

    def _no_such_operator(
        self, overloads: Sequence[Function], operands: list[Node], at: list[ast.expr]
    ) -> Node:
        """Blame the right side where the left one fits some overload, else the left one."""
        left, right = operands
        fitting = [each for each in overloads if left.type.tag in each.takes[0]]
        if fitting:
            expected = frozenset[Tag]().union(*(each.takes[1] for each in fitting))
            return self._mistyped(at[1], expected, right)
        return self._mistyped(
            at[0], frozenset[Tag]().union(*(each.takes[0] for each in overloads)), left
        )

    def _joined(self, node: ast.BoolOp) -> Node:
        conditions = tuple(self._condition(self.expression(at), at) for at in node.values)
        return Every(conditions) if isinstance(node.op, ast.And) else Either(conditions)

    def _condition(self, node: Node, at: ast.expr) -> Node:
        return self._accept(node, at, frozenset({Tag.YES_NO}))

    def _chosen(self, node: ast.IfExp) -> Node:
        condition = self._condition(self.expression(node.test), node.test)
        branches = [self.expression(node.body), self.expression(node.orelse)]
        then, otherwise = self._alike(branches, [node.body, node.orelse])
        if BROKEN in (then, otherwise):
            return BROKEN
        return Choose(condition, then, otherwise, common_type([then.type, otherwise.type]))

    # comparisons

    def _compared(self, node: ast.Compare) -> Node:
        if any(isinstance(sign, ast.In | ast.NotIn) for sign in node.ops):
            return self._sought(node)
        at = [node.left, *node.comparators]
        operands = self._alike([self.expression(each) for each in at], at)
        if any(type(sign) not in _SIGNS for sign in node.ops):
            return self._not_allowed(node, "is")
        signs = [_SIGNS[type(sign)] for sign in node.ops]
        for sign, left, right in zip(signs, range(len(at)), range(1, len(at)), strict=False):
            accepts = ANY if sign in _SAMENESS else ORDERED
            self._accept(operands[left], at[left], accepts)
            self._accept(operands[right], at[right], accepts)
        if any(map(_is_chain, operands[1:-1])):
            return self._not_allowed(node, "chain_in_chain")
        return Comparison(operands[0], tuple(zip(signs, operands[1:], strict=True)))

    def _sought(self, node: ast.Compare) -> Node:
        if len(node.ops) > 1:
            return self._not_allowed(node, "in_within_chain")
        where = node.comparators[0]
        value = self.expression(node.left)
        found = (
            self._among(value, node.left, where)
            if isinstance(where, ast.Tuple | ast.List)
            else self._held(self.expression(where), value, [where, node.left])
        )
        return Not(found) if found is not BROKEN and isinstance(node.ops[0], ast.NotIn) else found

    def _held(self, whole: Node, value: Node, at: Sequence[ast.expr]) -> Node:
        """Look for a word among a field's words, or for a text within a text."""
        if whole.type.tag is not Tag.WORDS:
            return self._applied(CONTAINS, [whole, value], at)
        sought = self._adapted(value, at[1], TEXTS, whole.type)
        return self._applied(HOLDS, [whole, sought], at)

    def _among(self, value: Node, at: ast.expr, listed: ast.Tuple | ast.List) -> Node:
        among: list[Literal] = []
        for each in listed.elts:
            _, found = self._alike([value, self.expression(each)], [at, each])
            if found is BROKEN:
                continue
            if isinstance(found, Literal):
                among.append(found)
            else:
                self._not_allowed(each, "list_of_fields")
        if value is BROKEN:
            return BROKEN
        there = tuple(literal for literal in among if literal.value is not None)
        return Membership(value, there, or_missing=len(there) < len(among))

    # calls

    def _called(self, node: ast.Call) -> Node:
        if not isinstance(node.func, ast.Name):
            return self._not_allowed(node.func, "call")
        name = node.func.id
        if node.keywords or any(isinstance(each, ast.Starred) for each in node.args):
            return self._problem("wrong_arguments", node, function=name)
        if len(node.args) == 1 and name in FOLDS:
            return self._folded(FOLDS[name], node, node.args[0])
        function = FUNCTIONS.get(name)
        if function is None and name not in FOLDS:
            return self._problem("unknown_function", node.func, name=name)
        arguments = [self.expression(each) for each in node.args]
        if function is None or not _fits(function, len(arguments)):
            return self._problem("wrong_arguments", node, function=name)
        return self._applied(function, arguments, node.args)

    def _applied(self, function: Function, arguments: list[Node], at: Sequence[ast.expr]) -> Node:
        if function.alike:
            arguments = self._alike(arguments, at)
        else:
            arguments = [
                self._adapted(argument, each, accepts)
                for argument, each, accepts in zip(
                    arguments, at, _accepted(function, len(arguments)), strict=True
                )
            ]
        if function.places is not None and function.places == len(arguments):
            arguments.append(Literal(Decimal(0), NUMBER))
        elif function.places is not None:
            self._check_places(arguments[function.places], at[function.places])
        accepted = _accepted(function, len(arguments))
        for argument, each, accepts in zip(arguments, at, accepted, strict=False):
            self._accept(argument, each, accepts)
        if BROKEN in arguments:
            return BROKEN
        result = function.result([argument.type for argument in arguments])
        return Call(function, tuple(arguments), result)

    def _check_places(self, digits: Node, at: ast.expr) -> None:
        if digits is BROKEN:
            return
        if (
            not isinstance(digits, Literal)
            or not isinstance(digits.value, Decimal)
            or digits.value not in _PLACES
        ):
            self._problem("wrong_literal", at, expected="places", limit=MOST_PLACES)

    # lines

    def _folded(self, fold: Fold, node: ast.Call, over: ast.expr) -> Node:
        if not isinstance(over, ast.GeneratorExp):
            return self._counted(fold, node, over)
        each = over.generators[0]
        lines = self._lines_of(each.iter)
        if len(over.generators) > 1 or each.is_async:
            return self._not_allowed(over, "second_for")
        if len(self._lines) >= DEEPEST_LINES:
            return self._problem("too_deep", over, limit=DEEPEST_LINES)
        if not isinstance(each.target, ast.Name) or each.target.id.startswith("_"):
            return self._not_allowed(each.target, "target")
        return self._over(fold, lines, each.target.id, over.elt, each.ifs)

    def _over(
        self, fold: Fold, lines: Node, name: str, at: ast.expr, tests: Sequence[ast.expr]
    ) -> Node:
        if not isinstance(lines, Field) or lines.type.scope is None:
            return BROKEN
        line = Field(RECORD_AT + len(self._lines) + 1, (), (), reference_to(lines.type.scope))
        self._lines.append((name, lines.type.scope))
        value = self._folded_value(fold, at, line, name)
        conditions = tuple(self._condition(self.expression(test), test) for test in tests)
        self._lines.pop()
        if value is BROKEN:
            return BROKEN
        return Over(fold, lines, line.at, value, conditions, fold.result(value.type))

    def _folded_value(self, fold: Fold, at: ast.expr, line: Field, name: str) -> Node:
        if not fold.counts:
            return self._accept(self.expression(at), at, fold.accepts)
        if isinstance(at, ast.Name) and at.id == name:
            return line
        return self._problem("wrong_arguments", at, function=fold.name)

    def _counted(self, fold: Fold, node: ast.Call, over: ast.expr) -> Node:
        """Read ``count(lines)``, the one fold that needs no value of each line."""
        lines = self._lines_of(over) if fold.counts else BROKEN
        if not fold.counts:
            return self._problem("wrong_arguments", node, function=fold.name)
        if not isinstance(lines, Field) or lines.type.scope is None:
            return BROKEN
        at = RECORD_AT + len(self._lines) + 1
        line = Field(at, (), (), reference_to(lines.type.scope))
        return Over(fold, lines, at, line, (), fold.result(line.type))

    def _lines_of(self, at: ast.expr) -> Node:
        return self._accept(self.expression(at), at, frozenset({Tag.LINES}))

    # types

    def _alike(self, nodes: list[Node], at: Sequence[ast.expr]) -> list[Node]:
        """Bring values that meet to one type: the first one's that is more than a written text."""
        known = [node.type for node in nodes if node is not BROKEN and not _is_flexible(node)]
        flexible = [node.type for node in nodes if node.type.tag is not Tag.MISSING]
        if not known and not flexible:
            return nodes
        leading = (known or flexible)[0]
        together = TEXTS if leading.tag in TEXTS else frozenset({leading.tag})
        alike = []
        for node, each in zip(nodes, at, strict=True):
            found = self._adapted(node, each, together, leading)
            if found.type.tag is Tag.MISSING and found is not BROKEN:
                found = Literal(None, leading)
            alike.append(self._accept(found, each, together))
        return alike

    def _adapted(
        self, node: Node, at: ast.expr, accepts: Accepts, type_: FieldType | None = None
    ) -> Node:
        """Read a written text as the day, instant, record or choice that it stands beside."""
        if not isinstance(node, Literal) or not isinstance(node.value, str):
            return node
        if node.type.tag in accepts and not (type_ and type_.choices):
            return node
        for tag, read in _WRITTEN.items():
            if tag in accepts and Tag.TEXT not in accepts:
                value = read(node.value)
                if value is None:
                    return self._problem("wrong_literal", at, expected=tag.value)
                return Literal(value, FieldType(tag))
        if type_ and type_.choices and node.value not in type_.choices:
            choices = sorted(type_.choices)
            return self._problem("unknown_choice", at, choice=node.value, choices=choices)
        return node

    def _accept(self, node: Node, at: ast.expr, accepts: Accepts) -> Node:
        if node is BROKEN or node.type.tag in accepts:
            return node
        return self._mistyped(at, accepts, node)

    # problems

    def _problem(self, code: str, at: ast.AST | tuple[int, int], **facts: Any) -> Node:
        place = at if isinstance(at, tuple) else self._source.place(at)
        problem = Problem(code, place, facts)
        if problem not in self.problems:
            self.problems.append(problem)
        return BROKEN

    def _not_allowed(self, at: ast.AST, what: str) -> Node:
        return self._problem("not_allowed", at, what=what)

    def _mistyped(self, at: ast.AST, expected: Accepts | set[Tag], found: Node) -> Node:
        wanted = sorted(tag.value for tag in expected)
        return self._problem("wrong_type", at, expected=wanted, found=found.type.tag.value)


def _fits(function: Function, arguments: int) -> bool:
    fewest = len(function.takes) - (1 if function.places is not None else 0)
    return arguments >= fewest and (
        arguments <= len(function.takes) or function.further is not None
    )


def _accepted(function: Function, arguments: int) -> list[Accepts]:
    further = function.further or frozenset()
    return [*function.takes, *[further] * (arguments - len(function.takes))][:arguments]


def _is_chain(node: Node) -> bool:
    """Tell whether a chained comparison is in it: SQL writes its middle twice, chain in chain more."""
    return any(isinstance(part, Comparison) and len(part.rest) > 1 for part in parts(node))


def _is_flexible(node: Node) -> bool:
    return isinstance(node, Literal) and node.type.tag in {Tag.TEXT, Tag.MISSING}


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _read_instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if _INSTANT.fullmatch(text) else None
    except (ValueError, OverflowError):
        return None


def _read_record(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


_WRITTEN: dict[Tag, Callable[[str], Any]] = {
    Tag.DAY: _read_day,
    Tag.INSTANT: _read_instant,
    Tag.RECORD: _read_record,
}
