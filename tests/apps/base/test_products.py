"""Products and their units: what a box holds, what a kilogram costs, what can't be counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dougong.apps.base.api import (
    NoConversion,
    NotCountable,
    convert_quantity,
    convert_unit_price,
    count_obstacles,
    unit_obstacles,
)
from dougong.kernel.refusals import InvalidField, NotUnique
from tests.apps.base.masters import Masters


@pytest.fixture(scope="module")
def bolt(masters: Masters) -> Any:
    for code, factor in (("dozen", 12), ("thousand", 1000)):
        masters.unit(code, factor=factor)
    masters.unit("kg", category="mass", rounding="0.001")
    masters.unit("g", category="mass", factor="0.001")
    masters.unit("box", category="packing")
    return masters.create(
        "product",
        code="BOLT-M8",
        name="外六角螺栓 M8×25",
        unit=str(masters.unit("pc")),
        list_price="0.385",
        units=[
            {"unit": str(masters.unit("box")), "factor": 200},
            {"unit": str(masters.unit("kg")), "factor": "62.5"},
        ],
    )


def test_a_box_holds_what_the_product_says(masters: Masters, bolt: Any) -> None:
    work, box, dozen = masters.work(), masters.unit("box"), masters.unit("dozen")
    assert convert_quantity(work, bolt, Decimal(3), box) == 600
    assert convert_quantity(work, bolt, Decimal(3), dozen) == 36
    assert convert_quantity(work, bolt, Decimal(300), bolt.unit, box) == 2
    assert convert_quantity(work, bolt, Decimal(2), masters.unit("kg")) == 125
    assert convert_quantity(work, bolt, Decimal(1), box, masters.unit("kg")) == Decimal("3.200")


def test_a_price_follows_its_unit(masters: Masters, bolt: Any) -> None:
    work, thousand = masters.work(), masters.unit("thousand")
    assert convert_unit_price(work, bolt, Decimal("0.385"), bolt.unit, thousand) == 385
    assert convert_unit_price(work, bolt, Decimal(77), masters.unit("box"), bolt.unit) == Decimal(
        "0.385"
    )


def test_a_unit_that_the_product_does_not_have_is_named(masters: Masters, bolt: Any) -> None:
    metre = masters.unit("m", category="length")
    assert list(unit_obstacles(masters.work(), bolt, metre, field="lines[0].unit")) == [
        NoConversion("lines[0].unit", "BOLT-M8", "m", "pc")
    ]
    assert list(unit_obstacles(masters.work(), bolt, masters.unit("box"))) == []


def test_there_is_no_half_a_bolt(masters: Masters, bolt: Any) -> None:
    work = masters.work()
    assert list(count_obstacles(work, bolt.unit, Decimal("1.5"))) == [
        NotCountable("quantity", "pc", "1", "1.5")
    ]
    assert list(count_obstacles(work, masters.unit("kg"), Decimal("1.525"))) == []


def test_units_that_contradict_each_other_are_refused(masters: Masters, bolt: Any) -> None:
    box, dozen = str(masters.unit("box")), str(masters.unit("dozen"))
    for units, problem in (
        ([{"unit": box, "factor": 0}], InvalidField("units[0].factor", "not_positive", "> 0")),
        (
            [{"unit": box, "factor": 100}, {"unit": box, "factor": 200}],
            InvalidField("units[1].unit", "repeated"),
        ),
        ([{"unit": str(bolt.unit), "factor": 1}], InvalidField("units[0].unit", "own_unit")),
        ([{"unit": dozen, "factor": 10}], InvalidField("units[0].factor", "fixed_by_unit", "12")),
    ):
        with masters.nothing_changes() as refused:
            masters.edit(bolt, units=units)
        assert refused.by == problem


def test_what_a_product_is_counted_in_stays(masters: Masters, bolt: Any) -> None:
    with masters.nothing_changes() as refused:
        masters.edit(bolt, unit=str(masters.unit("kg")))
    assert refused.by == InvalidField("unit", "read_only")


def test_a_code_and_a_barcode_belong_to_one_product(masters: Masters, bolt: Any) -> None:
    unit = str(bolt.unit)
    masters.create("product", code="NUT-M8", name="螺母", unit=unit, barcode="6908321000017")
    for values, field, value in (
        ({"code": "BOLT-M8"}, "code", "BOLT-M8"),
        ({"code": "N2", "barcode": "6908321000017"}, "barcode", "6908321000017"),
    ):
        with masters.nothing_changes() as refused:
            masters.create("product", name="另一个", unit=unit, **values)
        assert refused.by == NotUnique("product", field, value)
    for code in ("N3", "N4"):
        masters.create("product", code=code, name="没有条码", unit=unit, barcode="")


def test_a_packing_says_nothing_by_itself(masters: Masters) -> None:
    with masters.nothing_changes() as refused:
        masters.create("unit", code="carton", name="箱", category="packing", factor=24)
    assert refused.by == InvalidField("factor", "said_by_each_product", "1")


def test_a_price_below_nothing_is_refused(masters: Masters, bolt: Any) -> None:
    with masters.nothing_changes() as refused:
        masters.edit(bolt, list_price="-1")
    assert refused.by == InvalidField("list_price", "too_small", "0")
