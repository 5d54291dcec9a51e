"""The page behind a relance: each step of that mail with its answers, no sign-in.

Scanners open the links of mails: a GET changes nothing, the buttons act. What was answered is
read from the ledger, so that a page sent twice, or opened again, shows the same.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Grant
from app.accounts.queries.people import colleague_named
from app.accounts.typed import stripped
from app.core import clock
from app.core.folding import fold
from app.core.refusals import RefusedError
from app.files.labels import weight
from app.outbox.models import Mail
from app.plans.kinds import StepStatus
from app.plans.periods import usual_year
from app.reminders.forms import AddingForm, AnswerForm
from app.reminders.kinds import Answer
from app.reminders.labels import ANSWERS, OUTCOMES
from app.reminders.queries.answer import answer_page
from app.reminders.queries.mail import ToldStep
from app.reminders.queries.slipping import slipping
from app.reminders.routes.blueprint import reminders
from app.reminders.routes.opening import Opened, dead_link, open_link
from app.reminders.services.answering import Answerer, answer_step
from app.web.database import db
from app.web.gate import act_as, public
from app.web.limits import largest_file

# asked for in the place of an answer: what is rarely wanted, in the page for one step of several
MORE = "autre"


@reminders.route("/r/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> ResponseReturnValue:
    opened = open_link(token, clock.now())
    if opened is None or opened.is_over:
        return dead_link(opened)
    if request.method != "POST":
        return show(token, opened.mail, opened.grant, opened.today)
    return _take(token, opened)


def _take(token: str, opened: Opened) -> ResponseReturnValue:
    mail, grant, today = opened.mail, opened.grant, opened.today
    form = AnswerForm()
    if trouble := _trouble(form, today):
        return show(token, mail, grant, today, trouble=trouble, form=form)
    answerer = answerer_of(grant, form.qui.data)
    act_as(answerer.person_id if answerer else grant.person_id, by_link=True)
    try:
        outcome = answer_step(
            db.session(),
            answerer=answerer,
            mail_id=mail.id,
            step_public_id=str(form.etape.data),
            person_id=grant.person_id,
            given=form.given,
            now=opened.now,
            today=today,
        )
    except RefusedError as refusal:
        db.session.rollback()
        return show(token, mail, grant, today, trouble=_(str(refusal)), form=form)
    db.session.commit()
    if outcome in OUTCOMES:
        return show(token, mail, grant, today, trouble=_(OUTCOMES[outcome]), form=form)
    thanks = {"merci": form.etape.data, "qui": answerer.name if answerer else None}
    return redirect(url_for("reminders.answer", token=token, **thanks, _anchor="content"), 303)


def answerer_of(grant: Grant, typed: str | None) -> Answerer | None:
    """« Je réponds à la place de… »: a colleague found by the name typed, or that name alone.

    None where nobody says so, or the person names themselves.
    """
    name = stripped(typed)
    if name is None or fold(name) == fold(grant.person.name):
        return None
    return Answerer(colleague_named(db.session(), grant.person_id, name), name)


def _trouble(form: AnswerForm, today: date) -> str | None:
    """What is missing before an answer can be taken, in one sentence."""
    if not form.validate():
        return str(_("La réponse n’a pas pu être lue. Rien n’a été changé ; réessayez."))
    if form.reponse.data == Answer.NEW_DATE.value:
        if form.date.data is None:
            return str(_("Choisissez la nouvelle date, puis validez."))
        if form.date.data < today:
            return str(_("Cette date est déjà passée : choisissez-en une à venir."))
    if form.reponse.data == Answer.IN_PROGRESS.value and (
        form.nouvelles.data is None or form.nouvelles.data <= today
    ):
        return str(_("Choisissez le jour, à venir, où vous donnerez des nouvelles."))
    if form.reponse.data == Answer.PASSED_ON.value and form.adresse.data and not form.to.reaches:
        return str(_("Cette adresse est incomplète : il faut par exemple nom@exemple.fr."))
    return None


def show(
    token: str,
    mail: Mail,
    grant: Grant,
    today: date,
    *,
    trouble: str | None = None,
    form: AnswerForm | None = None,
    adding: AddingForm | None = None,
) -> ResponseReturnValue:
    """The page of a mail; 422 with what was typed where something is missing."""
    page = answer_page(db.session(), mail, grant.person, today)
    if not page.lines:
        return dead_link()
    thanks = page.thanks(request.args.get("merci"))
    typed = form or adding
    chosen = typed.etape.data if typed else request.args.get("etape")
    wanted = form.reponse.data if form else request.args.get("reponse")
    answers_for = stripped((request.values.get("qui") or "")[:120])
    body = render_template(
        "reminders/answer.html",
        page=page,
        thanks=thanks,
        slips=slipping(db.session(), thanks.told) if thanks else [],
        trouble=trouble,
        form=form or AnswerForm(formdata=None, date=_asked_day()),
        adding=adding,
        added=page.line_of(request.args.get("merci")) if request.args.get("ajoute") else None,
        added_what=request.args.get("ajoute"),
        usual_year=usual_year(today),
        tomorrow=today + timedelta(days=1),
        largest=weight(largest_file()),
        chosen=chosen,
        wanted=wanted,
        changes=any(_changes(line.told, chosen, wanted) for line in page.closed_lines),
        today=today,
        action=url_for("reminders.answer", token=token),
        more=partial(
            url_for, "reminders.answer", token=token, reponse=MORE, qui=answers_for or None
        ),
        answers_for=answers_for,
        answers=ANSWERS,
        territory=page.territory,
    )
    return body, 422 if trouble else 200


def _asked_day() -> date | None:
    """The day that a mail's link proposes; whoever follows it sees it and says so."""
    try:
        return date.fromisoformat(request.args.get("date", ""))
    except ValueError:
        return None


def _changes(told: ToldStep, chosen: str | None, wanted: str | None) -> bool:
    """Whether a link of the mail asks to say otherwise than what was said of this step."""
    said = told.answer is not None and told.status is not StepStatus.DONE
    return said and told.public_id == chosen and wanted in set(Answer) - {told.answer}
