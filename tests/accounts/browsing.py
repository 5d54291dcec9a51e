"""Signing in with a real browser, and what every page owes it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.accounts.entering import PASSWORD
from tests.parts.browser import axe_violations


def type_password(page: Page, site: str, goal: str) -> None:
    page.goto(f"{site}{goal}")
    page.get_by_label("Adresse e-mail").fill("anne@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")


def sign_in(page: Page, site: str, goal: str) -> None:
    type_password(page, site, goal)
    page.wait_for_url(f"{site}{goal}")


def assert_good(page: Page, url: str, width: int) -> None:
    page.goto(url)
    assert axe_violations(page) == [], url
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids)), url
    assert page.evaluate("document.documentElement.scrollWidth") <= width, url
