"""Lists: found, filtered by choosing, put together, done in bulk, moved on a board."""

from __future__ import annotations

from playwright.sync_api import expect

from dougong.demo.company import SLUG
from tests.browser.conftest import PHONE, Sit
from tests.browser.site import Site


def number(site: Site, sql: str) -> int:
    with site.house.database.transaction(SLUG) as transaction:
        return int(transaction.rows(sql)[0][0])


def test_a_manager_finds_large_orders_of_a_region_by_choosing(sit: Sit, site: Site) -> None:
    page = sit("wang.wei", at="/sales_order")
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("combobox", name="字段").click()
    page.get_by_role("menuitemcheckbox", name="价税合计").click()
    page.keyboard.press("Escape")
    page.get_by_role("spinbutton", name="价税合计").fill("10000")
    page.get_by_role("button", name="应用").click()

    large = number(site, "SELECT count(*) FROM sales_order WHERE gross = 10000")
    expect(page.get_by_text(f"{large} 条", exact=True)).to_be_visible()
    expect(page.get_by_text("价税合计 等于 10,000.00")).to_be_visible()


def test_a_filter_begins_with_a_condition_that_can_be_asked(sit: Sit) -> None:
    page = sit("wang.wei", at="/customer")
    page.get_by_role("button", name="筛选").click()
    builder = page.locator(".filter-builder")
    builder.locator(".filter-value input").fill("C-NOBODY")
    page.get_by_role("button", name="应用").click()

    expect(page.locator(".chips")).to_contain_text("包含 C-NOBODY")
    expect(page.get_by_text("0 条", exact=True)).to_be_visible()


def test_views_groups_and_the_sum_of_all_agree_with_the_books(sit: Sit, site: Site) -> None:
    page = sit("wang.wei", at="/sales_order")
    page.get_by_role("tab", name="草稿").click()

    drafts = number(site, "SELECT count(*) FROM sales_order WHERE state = 'draft'")
    expect(page.get_by_text(f"{drafts} 条", exact=True)).to_be_visible()
    with site.house.database.transaction(SLUG) as transaction:
        [(owed,)] = transaction.rows("SELECT sum(owed) FROM sales_order WHERE state = 'draft'")
    expect(page.locator(".list-totals")).to_contain_text(f"{owed:,.2f}")


def test_the_keyboard_walks_the_list_and_opens_a_record(sit: Sit) -> None:
    page = sit("wang.wei", at="/customer?sort=number")
    page.get_by_role("row").nth(3).wait_for()
    page.get_by_role("grid").focus()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_text("客户 C-00003", exact=True)).to_be_visible()


def test_many_are_confirmed_at_once_and_each_refusal_says_why(sit: Sit, site: Site) -> None:
    page = sit("wang.wei", at="/sales_order")
    page.get_by_role("tab", name="草稿").click()
    page.get_by_role("row").nth(2).wait_for()
    page.get_by_role("checkbox", name="全选已载入").check()

    page.get_by_role("button", name="确认", exact=True).click()

    told = page.get_by_role("dialog").or_(page.get_by_text("确认：成功"))
    expect(told.first).to_contain_text("成功")


def test_a_card_that_may_not_move_says_so_and_stays(sit: Sit, site: Site) -> None:
    page = sit("wang.wei", at="/sales_order?mode=board")
    card = page.get_by_role("region", name="已发齐").locator(".board-card").first
    card.wait_for()
    title = card.locator("a").inner_text()

    box, there = card.bounding_box(), page.get_by_role("region", name="草稿").bounding_box()
    assert box
    assert there
    page.mouse.move(box["x"] + 60, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(there["x"] + 80, there["y"] + 120, steps=8)
    page.mouse.up()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("region", name="已发齐").get_by_text(title)).to_be_visible()


def test_on_a_phone_a_list_is_cards(sit: Sit) -> None:
    page = sit("li.na", at="/customer", screen=PHONE)

    expect(page.locator(".card").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
