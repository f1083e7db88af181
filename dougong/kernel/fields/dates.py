"""Kinds that are times: a business day, an instant; and yes or no."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, ClassVar

from dougong.kernel.fields.kind import FieldProblem, Kind

if TYPE_CHECKING:
    from dougong.kernel.fields.field import Field


class Day(Kind):
    name = "day"
    column = "date"
    compares_as = "day"
    json_schema: ClassVar[dict[str, object]] = {"type": "string", "format": "date"}

    def parse(self, raw: object, field: Field) -> object:  # noqa: ARG002  every day is like the other
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        if not isinstance(raw, str):
            raise FieldProblem("wrong_type", "YYYY-MM-DD")
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise FieldProblem("not_a_day", "YYYY-MM-DD") from None


class Instant(Kind):
    name = "instant"
    column = "timestamptz"
    compares_as = "instant"
    json_schema: ClassVar[dict[str, object]] = {"type": "string", "format": "date-time"}

    def parse(self, raw: object, field: Field) -> object:  # noqa: ARG002  every instant is like the other
        if isinstance(raw, str):
            try:
                raw = datetime.fromisoformat(raw)
            except ValueError:
                raise FieldProblem("not_an_instant", "YYYY-MM-DDTHH:MM:SSZ") from None
        if not isinstance(raw, datetime):
            raise FieldProblem("wrong_type", "YYYY-MM-DDTHH:MM:SSZ")
        if raw.tzinfo is None:
            raise FieldProblem("no_time_zone", "YYYY-MM-DDTHH:MM:SSZ")
        try:
            return raw.astimezone(UTC)
        except OverflowError:
            raise FieldProblem("not_an_instant", "YYYY-MM-DDTHH:MM:SSZ") from None


class YesNo(Kind):
    name = "yes_no"
    column = "boolean"
    compares_as = "yes_no"
    json_schema: ClassVar[dict[str, object]] = {"type": "boolean"}

    def parse(self, raw: object, field: Field) -> object:  # noqa: ARG002  every answer is like the other
        if not isinstance(raw, bool):
            raise FieldProblem("wrong_type", "true, false")
        return raw
