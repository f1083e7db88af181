"""The customer's page: everything in one look and one request; every number leads to its records."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Sit


def best_customer(page: Page) -> tuple[str, str]:
    """The customer with most orders: where their page is, and their name."""
    answer = page.request.get("/api/v1/sales_order/group?by=customer&sort=-count&limit=1")
    [group] = answer.json()["groups"]
    return f"/customer/{group['customer']['id']}", group["customer"]["title"]


def open_best(sit: Sit, login: str) -> tuple[Page, str]:
    """Somebody looks at the customer with most orders."""
    page = sit(login)
    place, name = best_customer(page)
    page.goto(place)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page, name


def test_one_request_shows_what_a_customer_is_worth_owes_and_waits_for(sit: Sit) -> None:
    page, _ = open_best(sit, "wang.wei")
    asked: list[str] = []

    def hear(request: Request) -> None:
        asked.append(request.url)

    page.on("request", hear)
    page.reload()

    for card in ("信用", "应收账龄", "付款习惯", "近 12 个月订单额", "未完成订单", "最近发货"):
        expect(page.get_by_role("region", name=card)).to_be_visible()
    expect(page.get_by_role("region", name="近 12 个月订单额")).to_contain_text("毛利")
    about = [one.rpartition("/")[2] for one in asked if "/api/v1/customer/" in one]
    assert [one for one in about if not one.startswith("history")] == ["overview"]


def test_a_representative_sees_no_margin(sit: Sit) -> None:
    page, _ = open_best(sit, "li.na")

    revenue = page.get_by_role("region", name="近 12 个月订单额")

    expect(revenue).to_be_visible()
    expect(revenue).not_to_contain_text("毛利")


def test_a_month_leads_to_its_orders(sit: Sit) -> None:
    page, _ = open_best(sit, "wang.wei")

    page.get_by_role("region", name="近 12 个月订单额").get_by_role(
        "link", name=re.compile(r"^20")
    ).last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("销售订单")
    expect(page).to_have_url(re.compile("/sales_order.*filter"))


def test_a_new_order_begins_with_the_customer(sit: Sit) -> None:
    page, name = open_best(sit, "li.na")

    page.get_by_role("button", name="新建订单").click()

    expect(page.get_by_text(name).first).to_be_visible()
    expect(page.get_by_role("combobox", name=re.compile("产品"))).to_be_focused()


def test_a_payment_is_recorded_where_the_customer_is_looked_at(sit: Sit) -> None:
    page, _ = open_best(sit, "zhou.fang")

    page.get_by_role("button", name="登记收款").click()
    form = page.get_by_role("dialog")
    form.get_by_label("金额").fill("123.45")
    form.get_by_role("button", name=re.compile("确.?定")).click()

    expect(form).to_be_hidden()
    expect(page.get_by_role("region", name="付款习惯")).to_contain_text("123.45")
