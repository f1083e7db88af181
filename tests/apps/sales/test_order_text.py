"""Reading what customers write: what is asked for, how many, and in what."""

from __future__ import annotations

import pytest

from dougong.apps.sales.order_text import items_in


def read(text: str) -> list[tuple[str, str, str]]:
    return [(one.words, str(one.quantity), one.unit) for one in items_in(text)]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("M8螺栓 40个, 垫片 200", [("M8螺栓", "40", "个"), ("垫片", "200", "")]),
        ("六角头螺栓 M8×40 100个；垫片x200", [("六角头螺栓 M8×40", "100", "个"), ("垫片", "200", "")]),
        ("4箱 M8螺母", [("M8螺母", "4", "箱")]),
        ("40* 垫片", [("垫片", "40", "")]),
        ("垫片 40*", [("垫片", "40", "")]),
        ("M10 nuts x40", [("M10 nuts", "40", "")]),
        ("4 boxes of M8 nuts", [("M8 nuts", "4", "boxes")]),
        ("100 pcs washer M8 and 50 nut M8", [("washer M8", "100", "pcs"), ("nut M8", "50", "")]),
        ("平垫片 M8，1,200", [("平垫片 M8", "1200", "")]),
        ("平垫片 Ｍ８ １２００支", [("平垫片 M8", "1200", "支")]),
        ("二十盒尼龙扎带、自攻钉三百五十个", [("尼龙扎带", "20", "盒"), ("自攻钉", "350", "个")]),
        ("你好，请发：\n1. 内六角 500支\n③ 垫片 两箱", [("内六角", "500", "支"), ("垫片", "2", "箱")]),
        ("垫片 200片 加急", [("垫片", "200", "片")]),
        ("cable 2.5 kg", [("cable", "2.5", "kg")]),
    ],
)  # fmt: skip
def test_a_message_is_taken_apart(text: str, items: list[tuple[str, str, str]]) -> None:
    assert read(text) == items


@pytest.mark.parametrize("text", ["M8×40", "6901234567892", "BOLT-M8-40"])
def test_a_size_a_barcode_and_a_code_are_no_quantity(text: str) -> None:
    assert read(text) == [(text, "None", "")]


def test_columns_of_a_sheet_may_come_in_any_order() -> None:
    by_looks = "BOLT-M8\t200\tpcs\nNUT-M8\t１００\t个"
    by_heads = "数量\t单价\t品名\t单位\n40\t1.20\tM8螺栓\t箱"

    assert read(by_looks) == [("BOLT-M8", "200", "pcs"), ("NUT-M8", "100", "个")]
    assert read(by_heads) == [("M8螺栓", "40", "箱")]


def test_nothing_is_read_out_of_nothing() -> None:
    assert read("  \n , ；\n") == []
