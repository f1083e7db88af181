"""The dashboard: from the whole to a product's orders, live, and as a sheet that says the same."""

from __future__ import annotations

import re
from decimal import Decimal

from playwright.sync_api import Page, expect

from dougong.kernel.sheets import as_text, open_sheet
from tests.browser.conftest import PHONE, Sit


def tile(page: Page, label: str) -> str:
    """Read the exact figure of a tile."""
    told = page.locator(".tile").filter(has_text=label).first.get_attribute("title") or ""
    return told.split("\n")[0]


def test_a_manager_goes_from_the_margin_of_all_to_the_orders_of_a_product(sit: Sit) -> None:
    page = sit("wang.wei", at="/dashboard")
    expect(page.get_by_role("button", name="毛利率")).to_contain_text("%")
    whole = tile(page, "毛利")

    page.get_by_role("combobox", name="区域").click()
    page.get_by_role("option").nth(0).wait_for(state="attached")
    page.keyboard.press("Enter")
    margin = page.locator(".tile").filter(has_text="毛利").first
    expect(margin).not_to_have_attribute("title", re.compile("^" + re.escape(whole)))
    product = page.locator(".chart").filter(has_text="按产品").filter(has=page.locator("table"))
    product.first.get_by_role("link").first.click()

    expect(page).to_have_url(re.compile(r"/sales_entry\?.*product"))
    expect(page.get_by_role("row").nth(1)).to_contain_text("SO-")


def test_an_order_that_is_confirmed_moves_the_dashboard(sit: Sit) -> None:
    page = sit("wang.wei", at="/dashboard")
    expect(page.get_by_role("button", name="订单额")).to_contain_text("万")
    before = tile(page, "订单额")

    drafts = page.request.get(
        "/api/v1/sales_order", params={"filter": 'state == "draft"', "limit": 20}
    ).json()["records"]
    head = {"Dougong-Request": "1"}
    confirmed = any(
        page.request.post(f"/api/v1/sales_order/{one['id']}/confirm", data={}, headers=head).status
        == 200
        for one in drafts
    )

    assert confirmed
    moved = page.locator(".tile").filter(has_text="订单额").first
    expect(moved).not_to_have_attribute("title", re.compile("^" + re.escape(before)))


def test_the_sheet_of_a_ranking_comes_to_what_the_tile_says(sit: Sit) -> None:
    page = sit("wang.wei", at="/dashboard", language="en")
    expect(page.get_by_role("button", name="Revenue").first).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Export Customer").click()

    content = download.value.path().read_bytes()
    with open_sheet(content) as sheet:
        last = [[as_text(cell) for cell in row.cells] for row in sheet.rows][-1]
    assert last[0] == "Total"
    told = page.locator(".tile").filter(has_text="Revenue").first
    expect(told).to_have_attribute("title", re.compile(re.escape(f"{Decimal(last[1]):,.2f}")))


def test_on_a_phone_the_dashboard_fits(sit: Sit) -> None:
    page = sit("wang.wei", at="/dashboard", screen=PHONE)

    expect(page.locator(".ranking tbody tr").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
