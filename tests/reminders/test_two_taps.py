"""On a phone, from the mail to the updated step: one tap in the mail, one on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from app.core import clock
from app.core.calendar import next_working_day
from app.plans.kinds import StepStatus
from tests.cast import Cast
from tests.parts.browser import axe_violations, serving
from tests.reminders.conftest import Mailed, at

MailTo = Callable[[str, date], Mailed]
Begin = Callable[[], None]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def mailed(mail_to: MailTo, started: Cast, session: Session, change: Begin) -> Mailed:
    """A relance about a date of last week, in the real present that the browser lives in."""
    change()
    today = next_working_day(clock.now().date(), "metropole")
    step = started.step()
    step.due_on, step.scheduled_at = today - timedelta(days=9), at(today - timedelta(days=60))
    session.commit()
    return mail_to("Lucie", today)


@pytest.mark.parametrize("with_scripts", [True, False])
def test_done_in_two_taps_without_signing_in(
    app: Flask,
    browser: Browser,
    mailed: Mailed,
    session: Session,
    started: Cast,
    with_scripts: bool,
) -> None:
    context = browser.new_context(
        viewport=PHONE,
        locale="fr-FR",
        java_script_enabled=with_scripts,  # type: ignore[arg-type]
    )
    with serving(app) as site:
        inbox = context.new_page()
        inbox.set_content(mailed.letter.html.replace("http://localhost", site))
        inbox.get_by_role("link", name="C’est fait").click()
        inbox.get_by_role("button", name="C’est fait").click()
        expect(inbox.get_by_role("heading", level=1)).to_have_text("Merci, c’est noté")
        expect(inbox.get_by_text("La suite peut commencer")).to_be_visible()
        if with_scripts:
            assert axe_violations(inbox) == []
            assert inbox.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert context.cookies() == []
    context.close()
    session.rollback()
    assert started.step().status is StepStatus.DONE
