"""Records: edited by two people at once, confirmed and undone, looked back at."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from dougong.apps.finance.operations.set_credit_limit import SetCreditLimit
from dougong.demo.company import SLUG
from dougong.kernel.perform import Done
from dougong.kernel.verbs import Create, Edit
from tests.browser.conftest import Sit
from tests.browser.site import Site


@pytest.fixture
def somebody(site: Site) -> str:
    """A customer of Li Na's."""
    return str(
        only(
            site,
            "SELECT c.id FROM customer c JOIN person p ON p.id = c.owner "
            "WHERE p.name = '李娜' ORDER BY c.number LIMIT 1",
        )
    )


def first(site: Site, sql: str) -> tuple[Any, ...]:
    with site.house.database.transaction(SLUG) as transaction:
        return transaction.rows(sql)[0]


def only(site: Site, sql: str) -> Any:
    return first(site, sql)[0]


def details_of(page: Page) -> Page:
    """Turn a customer's page to all its fields."""
    page.locator(".customer .ant-segmented-item").nth(1).click()
    return page


def typed(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)


def meanwhile(site: Site, customer: str, **values: str) -> None:
    """Somebody else changes the same customer."""
    site.house.perform(SLUG, Edit(entity="customer", id=UUID(customer), values=values))


def test_two_people_who_change_different_fields_both_keep_their_change(
    sit: Sit, site: Site, somebody: str
) -> None:
    page = details_of(sit("li.na", at=f"/customer/{somebody}"))
    page.get_by_role("button", name="编辑").click()
    typed(page, "行业", "风电")
    meanwhile(site, somebody, website="https://example.com")

    page.keyboard.press("Control+s")

    expect(page.get_by_text("已完成")).to_be_visible()
    row = f"SELECT industry || ' ' || website FROM customer WHERE id = '{somebody}'"
    assert only(site, row) == "风电 https://example.com"


def test_two_people_who_change_the_same_field_see_both_and_choose(
    sit: Sit, site: Site, somebody: str
) -> None:
    page = details_of(sit("li.na", at=f"/customer/{somebody}"))
    page.get_by_role("button", name="编辑").click()
    typed(page, "行业", "造船")
    meanwhile(site, somebody, industry="高铁")

    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("造船")
    expect(dialog).to_contain_text("高铁")
    dialog.get_by_role("radio", name="行业: 我的").check()
    dialog.get_by_role("button", name="按所选保存").click()

    expect(dialog).to_be_hidden()
    expect(page.get_by_text("已完成")).to_be_visible()
    assert only(site, f"SELECT industry FROM customer WHERE id = '{somebody}'") == "造船"


def test_what_was_typed_survives_a_closed_tab(sit: Sit, somebody: str) -> None:
    page = details_of(sit("li.na", at=f"/customer/{somebody}"))
    page.get_by_role("button", name="编辑").click()
    typed(page, "行业", "新能源")
    page.reload()

    details_of(page).get_by_role("button", name="继续编辑").click()

    expect(page.get_by_label("行业", exact=True)).to_have_value("新能源")
    page.get_by_role("button", name="放弃修改").click()


def test_a_confirmation_is_taken_back_with_one_click(sit: Sit, site: Site) -> None:
    order = only(
        site,
        "SELECT o.id FROM sales_order o JOIN credit_position c ON c.customer = o.customer "
        "WHERE o.state = 'draft' AND (c.credit_limit IS NULL OR c.credit_limit > 1000000) LIMIT 1",
    )
    page = sit("wang.wei", at=f"/sales_order/{order}")

    page.get_by_role("button", name="确认", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="确认").click()
    expect(page.get_by_role("listitem").filter(has_text="已确认").first).to_have_attribute(
        "aria-current", "step"
    )
    page.get_by_role("button", name="撤销").click()

    expect(page.get_by_text("已撤销")).to_be_visible()
    assert only(site, f"SELECT state FROM sales_order WHERE id = '{order}'") == "cancelled"


def test_who_must_agree_is_said_before_anything_is_pressed(
    sit: Sit, site: Site, somebody: str
) -> None:
    product, warehouse = first(
        site,
        "SELECT s.product, s.warehouse FROM stock_position s JOIN product p ON p.id = s.product "
        "WHERE s.on_hand - s.reserved > 100 AND p.list_price > 0 ORDER BY p.code LIMIT 1",
    )
    line = {"product": product, "quantity": 100}
    made = site.house.perform(
        SLUG,
        Create(
            entity="sales_order",
            values={"customer": somebody, "warehouse": warehouse, "lines": [line]},
        ),
    )
    assert isinstance(made, Done)
    order, customer = made.id, UUID(somebody)
    site.house.perform(SLUG, SetCreditLimit(customer=customer, credit_limit=Decimal(1)))

    page = sit("li.na", at=f"/sales_order/{order}")
    confirm = page.get_by_role("button", name="确认 …")
    expect(confirm).to_have_attribute("aria-description", re.compile("需要会计审批"))
    confirm.click()
    page.get_by_role("dialog").get_by_role("button", name="确认").click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    assert only(site, f"SELECT state FROM sales_order WHERE id = '{order}'") == "draft"
    waits = f"SELECT role FROM parked_command WHERE record = 'sales_order:{order}'"
    assert only(site, waits) == "accountant"


def test_the_chain_tells_what_was_shipped_invoiced_and_paid(sit: Sit, site: Site) -> None:
    order, owed = first(
        site,
        "SELECT o.id, o.owed FROM sales_order o WHERE o.state = 'shipped' AND EXISTS ("
        "SELECT FROM billable b WHERE b.document = 'sales_order:' || o.id) AND NOT EXISTS ("
        "SELECT FROM billable b WHERE b.document = 'sales_order:' || o.id "
        "AND (b.invoiced < b.ordered OR b.credited > 0)) ORDER BY o.number LIMIT 1",
    )
    page = sit("wang.wei", at=f"/sales_order/{order}", language="en")

    chain = page.get_by_role("navigation", name="The chain")
    for stage in ("Sales order", "Shipment", "Invoice"):
        expect(chain.get_by_role("listitem").filter(has_text=stage)).to_contain_text(f"{owed:,.2f}")
    chain.get_by_role("button", name="Invoice").click()
    page.get_by_role("tooltip").get_by_role("link").first.click()

    expect(page).to_have_url(re.compile("/invoice/"))
    expect(page.get_by_role("navigation", name="The chain")).to_contain_text(f"{owed:,.2f}")


def test_a_customer_is_shown_as_it_was(sit: Sit, site: Site, somebody: str) -> None:
    before = only(site, f"SELECT industry FROM customer WHERE id = '{somebody}'")
    meanwhile(site, somebody, industry="航天")

    page = details_of(sit("li.na", at=f"/customer/{somebody}"))
    expect(page.get_by_text("航天").first).to_be_visible()
    page.get_by_role("button", name="更多").last.click()
    page.get_by_text("回看某天").click()

    changed = page.locator(".field.marked").filter(has_text="行业")
    expect(changed).to_be_visible()
    expect(changed).not_to_contain_text("航天")
    page.get_by_role("button", name="回到现在").click()
    expect(page.locator(".field.marked")).to_have_count(0)
    assert before != "航天"


def test_a_customer_who_is_there_already_is_named_while_one_types(sit: Sit, site: Site) -> None:
    name = only(
        site,
        "SELECT c.name FROM customer c JOIN person p ON p.id = c.owner "
        "WHERE p.name = '李娜' ORDER BY c.number LIMIT 1",
    )
    page = sit("li.na", at="/customer/new")

    typed(page, "名称", name)

    expect(page.get_by_role("alert").filter(has_text="可能重复")).to_contain_text("名称相同")
