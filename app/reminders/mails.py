"""The mail of a day's relances, as it stands at the moment it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.fewer import LEAVE_PATH, one_click
from app.accounts.kinds import GrantPurpose
from app.accounts.links import Links
from app.accounts.models import DEFAULT_ZONE, Person
from app.core.clock import local_day
from app.outbox.bounces import is_refused
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import render
from app.reminders.kinds import Reason, RelanceState
from app.reminders.labels import (
    Topic,
    buttons,
    choices_for,
    noticed,
    notices_subject,
    question,
    subject,
    what_follows,
    what_is_due,
    who_writes,
    why_it_matters,
    why_this_mail,
)
from app.reminders.models import Relance
from app.reminders.queries.facts import facts_of
from app.reminders.queries.lines import lines_of
from app.reminders.queries.mail import (
    NextStep,
    Pilot,
    ToldStep,
    is_outrun,
    links_of,
    next_steps,
    partners_of,
    pilot_of,
    told_steps,
)
from app.reminders.schedule.facts import Recipient, StepFacts, TerritoryFacts
from app.reminders.schedule.judging import why_untrue
from app.reminders.schedule.occasions import next_hour
from app.reminders.schedule.watching import Notice

NAME = "relance"
# a mail that leaves within this time of its hour leaves as it was decided
PROMPT = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """One step in the letter; `asks` are (address, words) of the three answers offered."""

    title: str
    due_on: date
    project: str
    what: str
    why: str
    question: str
    asks: list[tuple[str, str]]


def mail_kind(links: Links) -> MailKind:
    """The kind to register with the outbox."""

    def renew(session: Session, mail: Mail, now: datetime) -> Letter | Skip | Wait:
        return _renew(session, links, mail, now)

    return MailKind(
        NAME,
        renew,
        takes_replies=True,
        offers_fewer=True,
        follows_wish=True,
        undelivered=_take_back,
    )


def _take_back(session: Session, mail: Mail) -> None:
    """A mail that came back told nobody: what it asked is decided again, once there is an address.

    What was answered all the same stays answered.
    """
    session.execute(
        update(Relance)
        .where(
            Relance.mail_id == mail.id,
            Relance.state == RelanceState.TOLD,
            Relance.answer.is_(None),
        )
        .values(state=RelanceState.RELEASED, reason=Reason.NO_ADDRESS)
        .execution_options(synchronize_session=False)
    )


def _renew(session: Session, links: Links, mail: Mail, now: datetime) -> Letter | Skip | Wait:
    """Tell what is still true; give the rest back to the ledger, to be decided again."""
    told = [one for one in told_steps(session, mail.id) if one.state is RelanceState.TOLD]
    facts = facts_of(session, [one.id for one in told])
    today = local_day(now, _zone(mail, [facts[one.id] for one in told if one.id in facts]))
    kept, reasons = _sorted_out(told, facts, mail, today)
    lines = lines_of(session, mail, today)
    _release(session, {**reasons, **lines.untrue})
    if not kept and not lines.true:
        return Skip(
            next(iter([*reasons.values(), *lines.untrue.values()]), Reason.FACTS_CHANGED).value
        )
    recipient = facts[kept[0].id].recipient_on(today) if kept else lines.true[0].recipient
    if is_outrun(session, mail.id, mail.recipient_id or 0, today):
        # everything stood still since: the later mail tells the present state, and is one of a day
        _release(
            session,
            dict.fromkeys([*(one.relance_id for one in kept), *lines.ids], Reason.ONE_A_DAY),
        )
        return Skip(Reason.ONE_A_DAY.value)
    granted = links_of(session, mail.id, mail.recipient_id or 0)
    if recipient is None or recipient.email is None or len(granted) < 2:
        return Skip("link_revoked")
    if is_refused(session, recipient.email):
        told_ids = [*(one.relance_id for one in kept), *lines.ids]
        _release(session, dict.fromkeys(told_ids, Reason.NO_ADDRESS))
        return Skip(Reason.NO_ADDRESS.value)
    places = [*(facts[one.id].territory for one in kept), *(one.territory for one in lines.true)]
    if later := _not_now(mail, places, recipient, now):
        _move_to(session, mail, local_day(later, recipient.time_zone))
        return Wait(later)
    mail.to = recipient.email
    person = session.get_one(Person, recipient.id)
    letter = _Letter(links, mail, person, granted, today)
    weekly = any(facts[one.id].policy.weekly for one in kept)
    absent = _absent(kept, facts, person)
    return letter.written(session, kept, lines.true, absent, weekly=weekly)


def _zone(mail: Mail, facts: Sequence[StepFacts]) -> str:
    """The clock of whoever the mail is for: the recipient of a step, or who stands in for them."""
    for step in facts:
        for one in (step.recipient, *(absence.stand_in for absence in step.away)):
            if one is not None and one.id == mail.recipient_id:
                return one.time_zone
    return DEFAULT_ZONE


def _absent(told: Sequence[ToldStep], facts: Mapping[int, StepFacts], person: Person) -> list[str]:
    """The names of those whom this person stands in for in this mail."""
    meant = (facts[one.id].recipient for one in told)
    return sorted({one.name for one in meant if one is not None and one.id != person.id})


def _not_now(
    mail: Mail, places: Sequence[TerritoryFacts], recipient: Recipient, now: datetime
) -> datetime | None:
    """A mail that the relay or a standstill delayed does not arrive on a Sunday or at night."""
    if mail.attempts == 0 and now - mail.not_before < PROMPT:
        return None
    return next_hour(
        now,
        time_zone=recipient.time_zone,
        holiday_zone=places[0].holiday_zone,
        send_hour=min(place.send_hour for place in places),
    )


def _move_to(session: Session, mail: Mail, day: date) -> None:
    """It counts as that day's mail, so that no other one joins it."""
    session.execute(
        update(Relance)
        .where(Relance.mail_id == mail.id, Relance.mailed_on < day)
        .values(mailed_on=day)
    )


def _sorted_out(
    told: Sequence[ToldStep], facts: Mapping[int, StepFacts], mail: Mail, today: date
) -> tuple[list[ToldStep], dict[int, Reason]]:
    """(what may be told, why not by relance id)."""
    reasons = {
        one.relance_id: reason
        for one in told
        if (reason := why_untrue(facts.get(one.id), one.basis, mail.recipient_id, today))
    }
    return [one for one in told if one.relance_id not in reasons], reasons


def _release(session: Session, reasons: Mapping[int, Reason]) -> None:
    for relance_id, reason in reasons.items():
        session.execute(
            update(Relance)
            .where(Relance.id == relance_id, Relance.state == RelanceState.TOLD)
            .values(state=RelanceState.RELEASED, reason=reason)
        )


@dataclass(frozen=True)
class _Letter:
    """Whom a letter is for, by which links, and on which day."""

    links: Links
    mail: Mail
    person: Person
    granted: Mapping[GrantPurpose, str]
    today: date

    def written(
        self,
        session: Session,
        told: Sequence[ToldStep],
        noticed: Sequence[Notice],
        absent: Sequence[str],
        *,
        weekly: bool,
    ) -> Letter:
        pilot = pilot_of(session, self.mail.territory_id)
        # nobody is told of themselves by name
        other = None if pilot and pilot.id == self.person.id else pilot
        answer_url = self.links.url("/r", self.granted[GrantPurpose.RELANCE])
        leave_url = self.links.url(LEAVE_PATH, self.granted[GrantPurpose.UNSUBSCRIBE])
        lines = _lines(session, told, answer_url, self.today)
        about = self._subject(told, noticed)
        is_past = bool(lines) and self.today > lines[0].due_on
        rendered = render(
            NAME,
            {
                "subject": about,
                "person": self.person.name,
                "lines": lines,
                "noticed": [self._line(one) for one in noticed],
                "pilot": other,
                "leave_url": leave_url,
                **(
                    _around(told, other, absent, is_past=is_past, weekly=weekly)
                    if told
                    else _WATCHING
                ),
            },
        )
        return Letter(
            subject=about,
            text=rendered.text,
            html=rendered.html,
            from_name=f"{pilot.name} ({pilot.organisation or pilot.territory})" if pilot else None,
            reply_to=pilot.email if pilot else None,
            headers=one_click(self.links, leave_url, "relances"),
            thread=_thread(told, noticed),
        )

    def _subject(self, told: Sequence[ToldStep], noticed: Sequence[Notice]) -> str:
        if told:
            return subject([Topic(one.title, one.basis, one.is_first) for one in told], self.today)
        return notices_subject([one.code for one in noticed])

    def _line(self, one: Notice) -> tuple[str, str]:
        """(what is said, the address of its project)."""
        url = f"{self.links.base_url}/projets/{one.project_public_id}"
        return noticed(one.code, one.title, one.project, one.basis, self.today), url


# around a mail that asks nothing
_WATCHING = {
    "who": "",
    "after": "Rien à répondre ici : ce point vient au plus une fois par semaine.",
    "why": "Vous recevez ce point parce que vous animez le territoire ou menez ces projets.",
}


def _thread(told: Sequence[ToldStep], noticed: Sequence[Notice]) -> str:
    """A mail about several steps stands with the nearest one."""
    return f"etape-{told[0].public_id}" if told else f"projet-{noticed[0].project_public_id}"


def _around(
    told: Sequence[ToldStep],
    pilot: Pilot | None,
    absent: Sequence[str],
    *,
    is_past: bool,
    weekly: bool,
) -> dict[str, str]:
    """What is said before and after the steps: who writes, what follows, why this mail."""
    return {
        "who": who_writes(pilot.name, pilot.territory, absent) if pilot else "",
        "after": what_follows(
            [one.code for one in told],
            pilot.name if pilot else None,
            is_past=is_past,
            weekly=weekly,
        ),
        "why": why_this_mail(
            sorted({one.organisation for one in told}), len(told), is_past=is_past, absent=absent
        ),
    }


def _lines(session: Session, told: Sequence[ToldStep], answer_url: str, today: date) -> list[Line]:
    partners = partners_of(session, {one.project_id for one in told})
    follows = next_steps(session, [one.id for one in told])
    lines = []
    for one in told:
        others = [name for id_, name in partners[one.project_id] if id_ != one.organisation_id]
        answers, _others = choices_for(one.is_first, one.due_on, today)
        lines.append(
            Line(
                title=one.title,
                due_on=one.basis,
                project=one.project,
                what=what_is_due(one.title, one.organisation, one.basis, today),
                why=why_it_matters(one.project, others, _next_of(follows.get(one.id))),
                question=question(answers, one.basis, today),
                asks=[
                    (f"{answer_url}?etape={one.public_id}&reponse={answer.value}", words)
                    for answer, words in buttons(answers)
                ],
            )
        )
    return lines


def _next_of(step: NextStep | None) -> tuple[str, str] | None:
    return (step.title, step.organisation) if step else None
