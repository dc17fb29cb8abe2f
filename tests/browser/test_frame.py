"""The frame of every page: logging in, who sees what, and that everybody can read it."""

import pytest

from scraper.accounts import hash_password
from storage.records import Role
from tests.browser.conftest import WIDTHS, grave, overflows
from tests.storage.making import NOW

PASSWORD = "correct horse battery"


def hire(desk, name="ann", role=Role.ADMIN):
    with desk.database.begin() as unit:
        unit.accounts.add(name, role, password=hash_password(PASSWORD), now=NOW)


def log_in(page, name="ann", password=PASSWORD):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_the_first_page_needs_no_account_at_this_machine(desk):
    page = desk.open("/")
    assert page.title().startswith("Tocsin")
    assert page.get_by_role("navigation", name="Main").is_visible()


def test_one_logs_in_and_comes_where_one_wanted_to_be(desk):
    hire(desk)
    page = desk.open("/?page=2")
    assert page.get_by_role("heading", name="Log in").is_visible()
    log_in(page, password="wrong password")
    assert "not the name and password" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Name").input_value() == "ann"
    log_in(page)
    page.wait_for_url("**/?page=2")
    assert page.get_by_text("ann", exact=True).is_visible()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    page.goto("/")
    assert "/login" in page.url


def test_the_keyboard_comes_to_the_content_first(desk):
    page = desk.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_can_log_in(desk, width, scheme):
    hire(desk)
    page = desk.open("/login", width=width, scheme=scheme)
    assert grave(page) == []
    assert not overflows(page)
