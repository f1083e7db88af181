"""Order entry: ten lines in under a minute by keyboard alone, a customer's message, and what confirming sets in motion."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Sit

CUSTOMER = "嘉兴南湖紧固件贸易有限公司"
GOODS = (
    "BOLT-M8x25", "BOLT-M8x40", "LNUT-M10x10", "WASHER-M8x2", "WASHER-M10x2",
    "LNUT-M6x6", "LNUT-M8x8", "SPRING-M8x2", "SBOLT-M8x25", "SBOLT-M8x40",
)  # fmt: skip
A_MINUTE = 300
"""Keystrokes of a practised typist: five a second."""

DRAWN = 60
"""Rows in the page, however many there are."""


class Keyboard:
    """Somebody's hands, which never touch the mouse; every stroke is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.strokes = 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.strokes += len(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1


def until_found(page: Page, words: str) -> None:
    """Wait until the index of a company that was opened just now has been filled."""
    found = f"fetch('/api/v1/search?entity=customer&q={words}').then(it => it.json()).then(it => it.hits.length > 0)"
    page.wait_for_function(found, polling=200)


def for_customer(page: Page, keys: Keyboard | None = None, initials: str = "jxnh") -> Keyboard:
    """Choose the customer; then the cursor stands in the first line."""
    keys = keys or Keyboard(page)
    until_found(page, initials)
    expect(page.get_by_role("combobox", name="客户：名称、拼音或编号")).to_be_focused()
    keys.type(initials)
    keys.press("Enter")
    expect(page.get_by_role("combobox", name=re.compile("产品"))).to_be_focused()
    return keys


def cell(page: Page, row: int, column: str) -> str:
    """What stands in a cell, under its column's head."""
    heads = page.get_by_role("columnheader").all_inner_texts()
    at = next(index for index, head in enumerate(heads) if head.startswith(column))
    shown = page.locator(f'[data-row="{row - 1}"] > *').nth(at)
    expect(shown).not_to_be_empty()
    return shown.inner_text()


def test_ten_lines_are_typed_in_less_than_a_minute_by_keyboard_alone(sit: Sit) -> None:
    page = sit("li.na", at="/sales_order/new")
    keys = for_customer(page)

    for code in GOODS:
        keys.type(code)
        keys.press("Tab")
        keys.type("20")
        keys.press("Enter")
    expect(page.locator(".order-totals")).to_have_attribute("data-lines", "10")
    expect(page.locator(".order-totals")).to_have_attribute("data-busy", "false")
    assert cell(page, 2, "产品") == "外六角螺栓 M8×40"
    assert cell(page, 2, "可承诺日") == "现货"
    keys.press("Control+Shift+Enter")

    done = page.get_by_role("dialog")
    expect(done).to_contain_text("已确认")
    expect(done).to_contain_text("已预留 10 行货物")
    expect(done).to_contain_text("已生成拣货任务 SH-2026-")
    expect(done).to_contain_text("信用占用")
    assert keys.strokes < A_MINUTE, keys.strokes


def test_a_message_becomes_lines_and_what_is_doubtful_is_picked_by_keyboard(sit: Sit) -> None:
    page = sit("li.na", at="/sales_order/new")
    keys = for_customer(page, initials="njqh")
    page.evaluate("navigator.clipboard.writeText('M8螺栓 40个, 尼龙螺母M6 200')")
    keys.press("Control+v")
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("请核对")

    keys.press("2", "Enter")

    expect(asked).to_be_hidden()
    expect(page.locator(".order-totals")).to_have_attribute("data-lines", "2")
    assert cell(page, 1, "产品").endswith("M8×40") or cell(page, 1, "产品").endswith("M8×25")
    assert (cell(page, 1, "数量"), cell(page, 2, "数量")) == ("40", "200")
    assert cell(page, 2, "产品") == "尼龙自锁螺母 M6×6"


def test_columns_from_excel_are_pasted_and_undone(sit: Sit) -> None:
    page = sit("li.na", at="/sales_order/new")
    keys = for_customer(page)
    page.evaluate("navigator.clipboard.writeText('BOLT-M8x40\\t１,２００\\nnothing like it\\t3')")

    keys.press("Control+v")

    expect(page.locator('[data-row="0"]')).to_contain_text("外六角螺栓 M8×40")
    assert cell(page, 1, "数量") == "1,200"
    expect(page.get_by_role("status").filter(has_text="没有找到“nothing like it”")).to_be_visible()
    keys.press("Control+z")
    expect(page.locator('[data-row="0"]')).to_contain_text("在此输入")


def test_a_thousand_pasted_lines_are_drawn_only_where_they_are_seen(sit: Sit) -> None:
    page = sit("li.na", at="/sales_order/new")
    keys = for_customer(page)
    rows = "\\n".join("BOLT-M8x40\\t1" for _ in range(1000))
    page.evaluate(f"navigator.clipboard.writeText('{rows}')")

    keys.press("Control+v")

    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "1002")
    expect(page.locator(".order-totals")).to_have_attribute("data-lines", "1000")
    keys.press("Control+End", "Control+Home", "ArrowRight")
    keys.type("7")
    keys.press("Enter")
    assert cell(page, 1, "数量") == "7"
    assert page.locator("[data-row]").count() < DRAWN


def test_chinese_is_composed_right_in_the_cell(sit: Sit) -> None:
    page = sit("li.na", at="/sales_order/new")
    for_customer(page)
    keyboard = page.context.new_cdp_session(page)

    composed = {"text": "luomu", "selectionStart": 5, "selectionEnd": 5}
    keyboard.send("Input.imeSetComposition", composed)
    expect(page.locator(".cell-editor")).to_have_value("luomu")
    keyboard.send("Input.insertText", {"text": "螺母"})

    expect(page.locator(".cell-editor")).to_have_value("螺母")
    expect(page.get_by_role("option").first).to_contain_text("螺母")


def test_what_is_short_is_shown_and_agreed_and_what_needs_approval_says_whose(sit: Sit) -> None:
    page = sit("li.na", at="/sales_order/new")
    keys = for_customer(page)
    keys.type("BOLT-M8x40")
    keys.press("Tab")
    keys.type("9000000")
    keys.press("Enter")
    expect(page.locator(".order-totals")).to_have_attribute("data-lines", "1")
    expect(page.locator(".credit-head")).to_contain_text("超出额度")

    keys.press("Control+Shift+Enter")

    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("需要会计审批")
    expect(asked).to_contain_text("外六角螺栓 M8×40：缺")
    asked.get_by_role("button", name="留作草稿").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("修改草稿 SO-2026-")


def test_what_was_typed_survives_a_closed_tab(sit: Sit) -> None:
    page = sit("zhang.min", at="/sales_order/new")
    keys = for_customer(page, initials="gz")
    keys.type("BOLT-M8x40")
    keys.press("Tab")
    keys.type("77")
    keys.press("Enter")
    expect(page.locator(".order-totals")).to_have_attribute("data-lines", "1")
    context = page.context
    page.close()

    again = context.new_page()
    again.goto("/sales_order/new")

    expect(again.get_by_text("已恢复上次未保存的录入")).to_be_visible()
    assert (cell(again, 1, "产品"), cell(again, 1, "数量")) == ("外六角螺栓 M8×40", "77")


def test_the_last_order_is_repeated_and_a_fee_is_added(sit: Sit) -> None:
    page = sit("li.na", at="/sales_order/new")
    keys = for_customer(page)
    page.get_by_role("button", name="重复上一单").click()
    expect(page.locator('[data-row="0"]')).not_to_contain_text("在此输入")
    many = page.locator("[data-handle]").count()

    page.get_by_role("button", name="免产品行").click()
    page.locator(f'[data-row="{many}"] [data-col="1"]').click()
    keys.type("加急费")
    keys.press("Tab", "Tab", "Tab")
    keys.type("50")
    keys.press("Enter")

    expect(page.locator(".order-totals")).to_have_attribute("data-lines", str(many + 1))
    assert cell(page, many + 1, "不含税金额") == "50.00"


def test_the_key_n_begins_an_order_and_for_a_customer_theirs(sit: Sit) -> None:
    page = sit("li.na")
    page.get_by_role("navigation", name="菜单").wait_for()
    page.keyboard.press("n")
    expect(page.get_by_role("combobox", name="客户：名称、拼音或编号")).to_be_focused()

    page.goto("/customer/C-00002")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("n")

    expect(page.get_by_role("combobox", name=re.compile("产品"))).to_be_focused()


@pytest.mark.parametrize(("who", "shown"), [("li.na", False), ("wang.wei", True)])
def test_the_margin_is_for_who_may_see_it(sit: Sit, who: str, shown: bool) -> None:
    page = sit(who, at="/sales_order/new")
    keys = for_customer(page)
    keys.type("BOLT-M8x40")
    keys.press("Tab")
    keys.type("10")
    keys.press("Enter")
    expect(page.locator(".order-totals")).to_have_attribute("data-lines", "1")

    assert ("毛利" in page.locator(".order-totals").inner_text()) is shown


def test_on_a_phone_lines_are_cards_with_steps(sit: Sit) -> None:
    page = sit("li.na", at="/sales_order/new", screen=PHONE)
    finder = page.get_by_role("combobox", name="客户：名称、拼音或编号")
    finder.fill("jxnh")
    page.get_by_role("option", name=CUSTOMER).click()
    page.get_by_role("button", name="粘贴客户的话").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("BOLT-M8x40 1支")
    page.get_by_role("button", name="加入 1 行").click()

    expect(page.locator(".line-card output")).to_have_text("1")
    page.get_by_role("button", name="增加").click()

    expect(page.locator(".line-card output")).to_have_text("2")
