"""What came back in the last days, by the real rules: answers from mails, a reply, an address that
fails; who is left in peace, and who shuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import select

from app.accounts.services.closures import close
from app.demo.chronicle import public_id
from app.demo.days import moment
from app.demo.ground import Ground
from app.inbox.services.receiving import receive_in
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.models import Mail
from app.reminders.kinds import Answer, RelanceState
from app.reminders.models import Relance
from app.reminders.schedule.facts import STEP
from app.reminders.services.answering import Answerer, Given, answer_step
from app.reminders.services.passing import Receiver
from app.reminders.services.pauses import pause_for

# after all else that is told of the eve
_EVENING = 17
# days from the first day of the visit
_LEFT_IN_PEACE = 30
_SHUT = (25, 36)
_NEWS = 13
OPENING = ("palettes", "Ouvrir la reprise aux entreprises du Pré-Corneille")
INVENTORY = ("friche", "Inventaire des chutes disponibles chez chacun")
TRAINERS = ("competences", "Comparer trois formateurs")
GRANT = ("chaleur", "Dossier de subvention à la Région")
WEIGHING = ("pain", "Peser les invendus deux semaines et donner le relevé")

_REPLY = """Bonjour Anne,

Nous en sommes à la moitié : quatorze kilos par soir en semaine, le double le samedi.
Le relevé complet part après la dernière pesée.

Nadège
"""
_STRANGER = """Bonjour,

Le toit de la matériauthèque intéresse aussi notre atelier d’insertion. Qui puis-je appeler ?

Béatrice Vaugrenard, L’Établi d’Aubrive
"""


@dataclass(frozen=True)
class _Spoken:
    """The last mail about a step that reached somebody."""

    relance: Relance
    mail: Mail


def tell_lately(ground: Ground) -> None:
    """Called when the mails of the past stand. Where no such mail does, as may be around
    holidays, its part is left out."""
    deeds: tuple[tuple[str, Via, Callable[[Ground, datetime], None]], ...] = (
        ("anne", Via.PAGE, _leave_in_peace),
        ("sophie", Via.PAGE, _shut),
        ("julie", Via.MAIL_LINK, _in_her_place),
        ("julie", Via.MAIL_LINK, _not_hers),
        ("bastien", Via.MAIL_LINK, _pass_on),
        ("nadege", Via.MAIL_LINK, _take_mail),
    )
    at = moment(ground.story.days.at(-1), _EVENING, "")
    for who, via, deed in deeds:
        at += timedelta(minutes=7)
        acting(ground.session, ground.people[who].id, via, at)
        deed(ground, at)
        ground.session.flush()


def _leave_in_peace(ground: Ground, at: datetime) -> None:
    """Who is away, and a project that waits for the diagnosis of its soil."""
    until = ground.story.days.at(_LEFT_IN_PEACE)
    for of in (ground.people["damien"], ground.projects["friche"]):
        pause_for(ground.session, ground.territory.id, of, until=until, today=at.date())


def _shut(ground: Ground, _at: datetime) -> None:
    first, last = (ground.story.days.at(days) for days in _SHUT)
    close(ground.session, ground.organisations["brasserie"], starts_on=first, ends_on=last)


def _in_her_place(ground: Ground, at: datetime) -> None:
    """She passed the mail on, and the workshop answered."""
    news_on = ground.story.days.at(_NEWS)
    given = Given(Answer.IN_PROGRESS, news_on=news_on)
    _answer(ground, OPENING, given, at, Answerer(None, "Maël, à l’atelier"))


def _not_hers(ground: Ground, at: datetime) -> None:
    _answer(ground, INVENTORY, Given(Answer.NOT_ME), at)


def _pass_on(ground: Ground, at: datetime) -> None:
    colleague = Receiver(ground.people["ines"].public_id)
    _answer(ground, TRAINERS, Given(Answer.PASSED_ON, to=colleague), at)


def _answer(
    ground: Ground,
    step: tuple[str, str],
    given: Given,
    at: datetime,
    answerer: Answerer | None = None,
) -> None:
    spoken = _last_mail(ground, step)
    if spoken is None or spoken.mail.recipient_id is None:
        return
    answer_step(
        ground.session,
        mail_id=spoken.mail.id,
        step_public_id=ground.steps[step].public_id,
        person_id=spoken.mail.recipient_id,
        given=given,
        now=at,
        today=at.date(),
        answerer=answerer,
    )


def _last_mail(ground: Ground, step: tuple[str, str]) -> _Spoken | None:
    row = ground.session.execute(
        select(Relance, Mail)
        .join(Mail, Mail.id == Relance.mail_id)
        .where(
            Relance.subject_kind == STEP,
            Relance.subject_id == ground.steps[step].id,
            Relance.state == RelanceState.TOLD,
            Relance.basis == ground.steps[step].due_on,
        )
        .order_by(Relance.mailed_on.desc())
        .limit(1)
    ).first()
    return _Spoken(*row) if row else None


def _take_mail(ground: Ground, at: datetime) -> None:
    """What came into the mailbox that evening: a reply, a stranger's question, a mail that came
    back."""
    messages = [_stranger()]
    if spoken := _last_mail(ground, WEIGHING):
        messages.append(_reply(spoken.mail))
    if spoken := _last_mail(ground, GRANT):
        messages.append(_returned(spoken.mail))
    for number, message in enumerate(messages):
        message["Message-ID"] = f"<{public_id(f'came in {number}')}@courrier.example>"
        receive_in(ground.session, message.as_bytes(), own=(), now=at)


def _reply(mail: Mail) -> EmailMessage:
    message = _message(mail.to, f"Re: {mail.subject}", _REPLY)
    message["In-Reply-To"] = _id_of(mail)
    return message


def _stranger() -> EmailMessage:
    return _message("contact@letabli.example", "Matériauthèque de la Verrerie-Noire", _STRANGER)


def _returned(mail: Mail) -> EmailMessage:
    """As a mail server says that nobody has this address (RFC 3464)."""
    notice = _message("MAILER-DAEMON@courrier.example", "Undelivered Mail Returned to Sender", "")
    notice["Auto-Submitted"] = "auto-replied"
    notice.set_content(
        f"<{mail.to}>: host mx.example.org said: 550 5.1.1 unknown user\n\n"
        f"Message-ID: {_id_of(mail)}\nTo: {mail.to}\n"
    )
    return notice


def _message(sender: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, subject
    message["To"] = "maillage@example.org"
    message.set_content(text)
    return message


def _id_of(mail: Mail) -> str:
    return f"<{mail.public_id}@example.org>"
