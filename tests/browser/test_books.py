"""An accountant reads the books: every statement ties, every figure leads to its vouchers."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Sit


def test_the_balance_sheet_balances_and_leads_to_the_vouchers(sit: Sit) -> None:
    page = sit("zhou.fang", at="/books?part=balance")
    expect(page.get_by_text("借贷平衡")).to_be_visible()

    page.get_by_role("row", name="1122").get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("凭证")
    expect(page.get_by_role("row").nth(3)).to_be_visible()


def test_the_ages_of_what_is_owed_add_up_to_the_ledger(sit: Sit) -> None:
    page = sit("zhou.fang", language="en", at="/books")
    owed = page.locator("tfoot th").last
    expect(owed).to_contain_text(",")
    told = owed.inner_text()

    page.get_by_role("tab", name="Trial balance").click()

    expect(page.get_by_role("row", name="1122").get_by_role("cell").last).to_have_text(told)
