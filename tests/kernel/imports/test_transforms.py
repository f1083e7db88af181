"""Values are made of cells as the mapping states, in the order written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dougong.kernel.fields import FieldProblem
from dougong.kernel.imports.transforms import Row, Wanted, compute
from dougong.kernel.sheets import CellUnreadable


class Names:
    def look_up(self, file: str, key: str, value: str) -> dict[str, Any] | None:
        return {"no": "2", "name": "Andrew"} if (file, key, value) == ("staff", "no", "2") else None


CELLS = {
    "price": "9.80000019",
    "discount": "0.150000006",
    "zero": "0",
    "first": "Ann",
    "last": None,
    "day": "2026-03-05",
    "german": "05.03.2026",
    "boss": "2",
    "phone": "(5) 555-4729",
}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("first", "Ann"),
        ("last", None),
        ("no such column", None),
        ({"column": "price", "round": 4}, Decimal("9.8000")),
        ({"column": "price", "round": 4, "times": 0.7}, Decimal("6.86000")),
        ({"column": "discount", "round": 4, "times": 100, "text": True}, "15"),
        ({"column": "zero", "round": 4, "text": True, "empty_if": "0"}, None),
        ({"constant": 1}, 1),
        ({"join": ["first", "last", "zero"]}, "Ann 0"),
        ({"join": {"columns": ["first", "zero"], "with": "-"}}, "Ann-0"),
        ({"column": "first", "map": {"Ann": "A"}}, "A"),
        ({"column": "last", "or": "none"}, "none"),
        ({"column": "german", "day": "%d.%m.%Y"}, date(2026, 3, 5)),
        ({"column": "day", "add_days": 30}, date(2026, 4, 4)),
        ({"column": "day", "until": "2026-03-05"}, date(2026, 3, 5)),
        ({"column": "day", "until": "2026-03-04"}, None),
        ({"column": "phone", "replace": {"(": "", ")": ""}}, "5 555-4729"),
        ([{"column": "first"}, {"upper": True}, {"prefix": "X-"}], "X-ANN"),
        (
            {
                "column": "boss",
                "lookup": {
                    "file": "staff",
                    "key": "no",
                    "value": {"column": "name", "lower": True},
                },
                "find": "login",
            },
            Wanted("login", "andrew"),
        ),
        ({"parts": {"city": "first", "street": "last"}}, {"city": "Ann"}),
    ],
)
def test_a_value_is_made_as_written(written: Any, value: object) -> None:
    assert compute(written, Row(CELLS, Names())) == value


@pytest.mark.parametrize(
    ("written", "error"),
    [
        ({"column": "first", "round": 2}, CellUnreadable),
        ({"column": "first", "map": {"Bob": "B"}}, FieldProblem),
        ({"column": "first", "day": "%d.%m.%Y"}, CellUnreadable),
        (
            {"column": "zero", "lookup": {"file": "staff", "key": "no", "value": "name"}},
            FieldProblem,
        ),
    ],
)
def test_what_can_not_be_made_is_no_value(written: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        compute(written, Row(CELLS, Names()))
