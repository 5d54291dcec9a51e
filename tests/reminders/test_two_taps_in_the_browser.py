"""On a phone, from the mail to the updated step: one tap in the mail, one on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.calendar import next_working_day
from app.outbox.jobs import deliver
from app.outbox.models import Mail
from app.plans.kinds import StepStatus
from app.web.database import db
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


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def with_scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def phone(browser: Browser, with_scripts: bool) -> Iterator[BrowserContext]:
    """A browser that was never here; one that runs scripts, and one that does not."""
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]  # as its stub says it
        locale="fr-FR",
        java_script_enabled=with_scripts,
    )
    yield context
    context.close()


def test_done_in_two_taps_without_signing_in(
    app: Flask,
    phone: BrowserContext,
    mailed: Mailed,
    session: Session,
    started: Cast,
    with_scripts: bool,
) -> None:
    with serving(app) as site:
        inbox = phone.new_page()
        inbox.set_content(mailed.letter.html.replace("http://localhost", site))
        inbox.get_by_role("link", name="C’est fait").click()
        inbox.get_by_role("button", name="C’est fait").click()
        expect(inbox.get_by_role("heading", level=1)).to_have_text("Merci, c’est noté")
        expect(inbox.get_by_text("La suite peut commencer")).to_be_visible()
        if with_scripts:
            assert axe_violations(inbox) == []
            assert inbox.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert phone.cookies() == []
    session.rollback()
    assert started.step().status is StepStatus.DONE


def test_from_the_mailbox_to_the_updated_step(
    app: Flask,
    browser: Browser,
    mailed: Mailed,
    session: Session,
    started: Cast,
    change: Begin,
    tmp_path: Path,
) -> None:
    """The mail as it was delivered: its file in the mailbox, read by a mail program."""
    change()
    session.execute(update(Mail).values(not_before=clock.now()))
    session.commit()
    with app.app_context():
        assert deliver(app.extensions["maillage_settings"], db.engine, Event()).failed == 0
    file = tmp_path / "mailbox" / "new" / f"{mailed.mail.public_id}.maillage"
    received = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(received, EmailMessage)
    html = received.get_body(("html",))
    assert html is not None
    context = browser.new_context(viewport=PHONE, locale="fr-FR")
    with serving(app) as site:
        inbox = context.new_page()
        inbox.set_content(html.get_content().replace("http://localhost", site))
        assert inbox.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        inbox.get_by_role("link", name="C’est fait").click()
        inbox.get_by_role("button", name="C’est fait").click()
        expect(inbox.get_by_role("heading", level=1)).to_have_text("Merci, c’est noté")
        assert context.cookies() == []
    context.close()
    session.rollback()
    assert started.step().status is StepStatus.DONE


def test_in_progress_with_a_day_of_news_beside_the_three_buttons(
    app: Flask,
    phone: BrowserContext,
    mailed: Mailed,
    session: Session,
    started: Cast,
    with_scripts: bool,
) -> None:
    news = clock.now().date() + timedelta(days=20)
    with serving(app) as site:
        page = phone.new_page()
        page.goto(site + mailed.answer_path)
        page.get_by_text("Autre", exact=True).click()
        page.get_by_text("C’est en cours", exact=True).click()
        if with_scripts:
            assert axe_violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            assert _small_targets(page) == []
        page.get_by_label("Prochaines nouvelles le").fill(news.isoformat())
        page.get_by_role("button", name="Dire que c’est en cours").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Merci, c’est noté")
        assert phone.cookies() == []
    session.rollback()
    step = started.step()
    assert (step.status, step.news_on) == (StepStatus.IN_PROGRESS, news)


def _small_targets(page: Page) -> list[str]:
    """What a thumb would miss: lower than 44 px."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main button, main summary, main .input")]
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)
        .map(one => one.outerHTML.slice(0, 80))"""
    )
    return found
