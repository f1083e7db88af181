"""Kinds that are numbers: plain, money, quantity and percent. Never a float."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from dougong.kernel.fields.kind import FieldProblem, Kind
from dougong.kernel.values import ZERO, decimals_of, parse_decimal

if TYPE_CHECKING:
    from dougong.kernel.fields.field import Field

MOST_WHOLE_DIGITS = 18
LONGEST_NUMBER = 60


class Number(Kind):
    name = "number"
    column = "numeric"
    compares_as = "number"
    summable = True
    json_schema: ClassVar[dict[str, object]] = {
        "type": ["string", "number"],
        "format": "decimal",
    }

    def parse(self, raw: object, field: Field) -> object:
        number = self.read(raw)
        if number.adjusted() >= MOST_WHOLE_DIGITS:
            raise FieldProblem("too_large", "10^18")
        if decimals_of(number) > field.digits:
            raise FieldProblem("too_many_digits", str(field.digits))
        if field.least is not None and number < field.least:
            raise FieldProblem("too_small", str(field.least))
        if field.most is not None and number > field.most:
            raise FieldProblem("too_large", str(field.most))
        return number

    def read(self, raw: object) -> Decimal:
        """Take a number as JSON has it: text is exact, a float is taken as it was printed."""
        if isinstance(raw, bool):
            raise FieldProblem("wrong_type", "number")
        if isinstance(raw, Decimal):
            if not raw.is_finite() or len(raw.as_tuple().digits) > LONGEST_NUMBER:
                raise FieldProblem("wrong_type", "number")
            return raw or ZERO
        if not isinstance(raw, str | int | float) or len(str(raw)) > LONGEST_NUMBER:
            raise FieldProblem("wrong_type", "number")
        try:
            return parse_decimal(str(raw).strip()) or ZERO
        except ValueError:
            raise FieldProblem("wrong_type", "number") from None


class Money(Number):
    name = "money"


class Quantity(Number):
    name = "quantity"


class Percent(Number):
    """A share, held as a fraction: fifteen percent is 0.15."""

    name = "percent"
    summable = False
