"""Answering a question: behind its mail without an account, or signed in, on the same page.

Scanners open the links of mails: a GET changes nothing, the buttons answer.
"""

from __future__ import annotations

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.grants import live_grant
from app.accounts.kinds import AskKind, AskState, GrantPurpose
from app.accounts.models import Ask
from app.accounts.routes.blueprint import links
from app.accounts.services import asks
from app.agreements.forms import WordsForm
from app.agreements.kinds import LIVE
from app.agreements.models import Proposal
from app.agreements.queries.questions import may_still_answer, question_of
from app.agreements.routes.blueprint import agreements
from app.agreements.rules import KINDS, answerable_asks
from app.agreements.services import proposals
from app.agreements.services.telling import tell_asker
from app.core import clock
from app.core.refusals import RefusedError
from app.web.database import db
from app.web.gate import act_as, fetch, public, viewer

ANSWERED = frozenset({AskState.ACCEPTED, AskState.DECLINED})


@agreements.route("/demande/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> ResponseReturnValue:
    """The token is the authority, as long as its person belongs to the organisation asked."""
    now, session = clock.now(), db.session()
    grant = live_grant(session, links(), token, GrantPurpose.ANSWER, now)
    ask = session.get(Ask, grant.subject_id) if grant else None
    if grant is None or ask is None or ask.kind not in KINDS:
        return over()
    if not may_still_answer(session, ask, grant.person_id):
        return over()
    if request.method == "POST":
        act_as(grant.person_id, by_link=True)
    return _page_of(ask, grant.person_id, url_for("agreements.answer", token=token), now)


@agreements.route("/demandes/<public_id>", methods=["GET", "POST"])
def question(public_id: str) -> ResponseReturnValue:
    """The same for a member who is signed in."""
    ask = fetch(answerable_asks(viewer()), public_id)
    action = url_for("agreements.question", public_id=public_id)
    return _page_of(ask, viewer().person_id, action, clock.now())


def _page_of(ask: Ask, person_id: int, action: str, now: datetime) -> ResponseReturnValue:
    answered = ask.state in ANSWERED
    if not answered and not asks.stands(db.session(), ask, now):
        return over()
    if request.method == "POST" and (not answered or _may_change(ask)):
        return _take(ask, person_id, action, now)
    return _told(ask, action) if answered else _asked(ask, action)


def _take(ask: Ask, person_id: int, action: str, now: datetime) -> ResponseReturnValue:
    form = WordsForm()
    said = request.form.get("reponse")
    if said not in ("oui", "non") or len(form.words.data or "") > 400:
        return _asked(ask, action, _("La réponse n’a pas pu être lue. Rien n’a été changé."))
    if said == "oui" and (changed := _take_version(ask)):
        return _asked(ask, action, changed)
    words = (form.words.data or "").strip() or None
    ask_id = ask.id
    try:
        _answer(ask, agrees=said == "oui", words=words, person_id=person_id, now=now)
    except asks.NoLongerStandsError:
        db.session.rollback()
        return over()
    except RefusedError as refusal:
        db.session.rollback()
        return _asked(db.session.get_one(Ask, ask_id), action, _(str(refusal)))
    db.session.commit()
    return redirect(action, code=303)


def _take_version(ask: Ask) -> str | None:
    """A yes goes to the text that stood above its button; says so where that text has changed."""
    put = question_of(db.session(), ask)
    if put is None or put.question.version is None:
        return None
    if request.form.get("texte") != put.question.version:
        return str(_("La charte a changé entre-temps : voici la version en vigueur."))
    ask.text_version = put.question.version
    return None


def _answer(ask: Ask, *, agrees: bool, words: str | None, person_id: int, now: datetime) -> None:
    session = db.session()
    if ask.kind is AskKind.AGREEMENT:
        proposal = session.get_one(Proposal, ask.subject_id)
        proposals.speak(
            session, proposal, ask, agrees=agrees, words=words, person_id=person_id, now=now
        )
        return
    asked = asks.locked(session, ask.id)
    if asked.state in ANSWERED:
        return
    if agrees:
        asks.accept(session, asked, person_id=person_id, now=now, words=words)
    else:
        asks.decline(session, asked, person_id=person_id, now=now, words=words)
    tell_asker(session, asked, now=now)


def _asked(ask: Ask, action: str, trouble: str | None = None) -> ResponseReturnValue:
    put = question_of(db.session(), ask)
    if put is None:
        return over()
    body = render_template(
        "agreements/question.html",
        put=put,
        question=put.question,
        action=action,
        trouble=trouble,
        wanted=request.values.get("reponse"),
        words=request.form.get("words", ""),
        territory=put.territory,
    )
    return body, 422 if trouble else 200


def _told(ask: Ask, action: str) -> ResponseReturnValue:
    put = question_of(db.session(), ask)
    if put is None:
        return over()
    return render_template(
        "agreements/answered.html",
        put=put,
        question=put.question,
        action=action,
        accepted=ask.state is AskState.ACCEPTED,
        words=ask.words,
        may_change=_may_change(ask),
        territory=put.territory,
    )


def _may_change(ask: Ask) -> bool:
    """Whoever objected may come round, and the other way, as long as it is not settled."""
    if ask.kind is not AskKind.AGREEMENT:
        return False
    return db.session.get_one(Proposal, ask.subject_id).state in LIVE


def over() -> ResponseReturnValue:
    """The same for a link revoked, a question settled without them, or one that was never ours."""
    return render_template("agreements/over.html"), 410
