"""Which column goes into which field, proposed from the headers."""

from __future__ import annotations

from dougong.kernel.sheets import FieldNames, propose_mapping

FIELDS = [
    FieldNames("number", ["Number", "编号"]),
    FieldNames("customer", ["Customer", "客户"]),
    FieldNames("order_date", ["Order date", "下单日期"]),
    FieldNames("quantity", ["Quantity", "数量"]),
    FieldNames("unit_price", ["Unit price", "单价"]),
    FieldNames("discount", ["Discount", "折扣"]),
    FieldNames("phone", ["Phone", "电话"]),
    FieldNames("tax_number", ["Tax number", "税号"]),
    FieldNames("promise_date", ["Promise date", "承诺日期"]),
]


def test_english_headers_as_programs_write_them() -> None:
    headers = ["OrderID", "CustomerID", "OrderDate", "UnitPrice", "Qty.", "Discount", "Freight"]

    assert propose_mapping(headers, FIELDS) == {
        "OrderID": "number",
        "CustomerID": "customer",
        "OrderDate": "order_date",
        "UnitPrice": "unit_price",
        "Qty.": "quantity",
        "Discount": "discount",
    }


def test_chinese_headers_with_units_and_stars() -> None:
    headers = [
        "订单编号*",
        "客户名称",
        "下单时间",
        "数量（件）",
        "单价(元)",
        "折扣率",
        "联系电话",
        "备注",
    ]

    assert propose_mapping(headers, FIELDS) == {
        "订单编号*": "number",
        "客户名称": "customer",
        "下单时间": "order_date",
        "数量（件）": "quantity",
        "单价(元)": "unit_price",
        "折扣率": "discount",
        "联系电话": "phone",
    }


def test_a_field_is_proposed_for_its_best_column_only() -> None:
    assert propose_mapping(["客户编号", "客户"], FIELDS) == {
        "客户编号": "number",
        "客户": "customer",
    }


def test_a_slip_of_the_pen_is_forgiven() -> None:
    assert propose_mapping(["Quantiy", "Custommer"], FIELDS) == {
        "Quantiy": "quantity",
        "Custommer": "customer",
    }


def test_a_header_that_could_be_two_fields_is_left_to_the_user() -> None:
    assert propose_mapping(["Date", "", "Colour"], FIELDS) == {}
