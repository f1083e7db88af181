"""The day of a manager and of an accountant: what waits, what needs them, the live numbers."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from dougong.demo.company import SLUG
from tests.browser.conftest import PHONE, Sit
from tests.browser.site import Site


def rows(site: Site, sql: str) -> list[tuple[Any, ...]]:
    with site.house.database.transaction(SLUG) as transaction:
        return transaction.rows(sql)


def test_what_waits_is_approved_on_a_phone_and_performed_for_its_requester(
    sit: Sit, site: Site
) -> None:
    waiting = rows(
        site,
        "SELECT id, title FROM parked_command WHERE state = 'waiting' AND role = 'accountant'",
    )
    assert waiting
    page = sit("zhou.fang", screen=PHONE, at="/inbox")

    for _, title in waiting:
        page.get_by_role("checkbox", name=title).check()
    page.get_by_role("button", name=f"同意所选（{len(waiting)}）").click()

    expect(page.get_by_text("没有等待您审批的事项")).to_be_visible()
    states = rows(site, "SELECT DISTINCT state FROM parked_command WHERE role = 'accountant'")
    assert ("waiting",) not in states


def test_the_first_page_says_what_needs_a_manager_today(sit: Sit, site: Site) -> None:
    [(drafts,)] = rows(site, "SELECT count(*) FROM sales_order WHERE state = 'draft'")
    page = sit("wang.wei")

    page.get_by_role("link", name=f"{drafts} 草稿订单").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("销售订单")
    expect(page.get_by_text(f"{drafts} 条", exact=True)).to_be_visible()


def test_the_dashboard_moves_within_a_moment_of_a_confirmation(sit: Sit, site: Site) -> None:
    page = sit("wang.wei", at="/dashboard")
    stamp = page.locator(".as-of")
    stamp.wait_for()
    before = stamp.get_attribute("data-place")
    backlog = page.locator(".tile", has_text="待交付订单")
    told = backlog.get_attribute("title")
    [(order,)] = rows(
        site,
        "SELECT o.id FROM sales_order o JOIN credit_position c ON c.customer = o.customer "
        "WHERE o.state = 'draft' AND o.discount_rate < 0.1 "
        "AND (c.credit_limit IS NULL OR c.credit_limit > 500000) LIMIT 1",
    )

    site.house.do(SLUG, "sales_order.confirm", {"backorders_agreed": True}, id=order)

    expect(stamp).not_to_have_attribute("data-place", before or "")
    expect(backlog).not_to_have_attribute("title", told or "")


def test_a_bar_of_the_dashboard_narrows_every_figure(sit: Sit) -> None:
    page = sit("david.miller", language="en", at="/dashboard")
    page.locator(".tile", has_text="Revenue").wait_for()

    page.locator(".ranking").first.get_by_role("button").first.click()

    expect(page.get_by_text("Only ")).to_be_visible()
