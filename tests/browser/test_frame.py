"""The frame: signing in, finding one's way by mouse and by keyboard, in both languages."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Sit


def test_a_visitor_tries_the_demo_company_with_one_click(sit: Sit) -> None:
    page = sit()

    page.get_by_role("button", name="李娜").click()

    expect(page.get_by_role("navigation", name="菜单")).to_be_visible()
    expect(page.get_by_role("button", name="李娜")).to_be_visible()


def test_a_wrong_password_is_told_and_the_right_one_lets_in(sit: Sit) -> None:
    page = sit(language="en")
    page.get_by_label("Login").fill("wang.wei")
    page.get_by_label("Password").fill("guessed")
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()

    page.get_by_label("Password").fill("dougong-demo")
    page.get_by_label("Password").press("Enter")

    expect(page.get_by_role("navigation", name="Menu")).to_be_visible()


def test_the_palette_leads_to_a_record_by_the_initials_of_its_name(sit: Sit) -> None:
    page = sit("wang.wei")
    page.get_by_role("navigation", name="菜单").wait_for()

    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("nbbl")
    page.get_by_role("option", name="宁波北仑港务工程有限公司").first.wait_for()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("宁波北仑港务工程有限公司")


def test_the_language_changes_at_once_and_stays(sit: Sit) -> None:
    page = sit("wang.wei", at="/sales_order")
    expect(page.get_by_role("heading", level=1)).to_have_text("销售订单")

    page.get_by_role("button", name="王伟").click()
    page.get_by_role("menuitem", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sales order")
    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sales order")
