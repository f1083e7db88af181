"""Records: edited by two people at once, confirmed and undone, looked back at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from dougong.demo.company import SLUG
from dougong.kernel.verbs import Edit
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


def only(site: Site, sql: str) -> Any:
    with site.house.database.transaction(SLUG) as transaction:
        return transaction.rows(sql)[0][0]


def typed(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)


def meanwhile(site: Site, customer: str, **values: str) -> None:
    """Somebody else changes the same customer."""
    site.house.perform(SLUG, Edit(entity="customer", id=UUID(customer), values=values))


def test_two_people_who_change_different_fields_both_keep_their_change(
    sit: Sit, site: Site, somebody: str
) -> None:
    page = sit("li.na", at=f"/customer/{somebody}")
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
    page = sit("li.na", at=f"/customer/{somebody}")
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
    assert only(site, f"SELECT industry FROM customer WHERE id = '{somebody}'") == "造船"


def test_what_was_typed_survives_a_closed_tab(sit: Sit, somebody: str) -> None:
    page = sit("li.na", at=f"/customer/{somebody}")
    page.get_by_role("button", name="编辑").click()
    typed(page, "行业", "新能源")
    page.reload()

    page.get_by_role("button", name="继续编辑").click()

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
