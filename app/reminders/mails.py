"""The mail of a day's relances, as it stands at the moment it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.links import Links
from app.accounts.models import DEFAULT_ZONE
from app.core.clock import local_day
from app.outbox.bounces import is_refused
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.reminders.kinds import NEVER_WRITTEN, Following, Reason, RelanceState
from app.reminders.letters import RelanceLetter
from app.reminders.models import Relance
from app.reminders.queries.decided import decided_beside
from app.reminders.queries.facts import facts_of
from app.reminders.queries.lines import lines_of
from app.reminders.queries.mail import ToldStep, is_outrun, links_of, told_steps
from app.reminders.schedule.clocks import in_one_zone
from app.reminders.schedule.facts import Entry, Ledger, Recipient, StepFacts, TerritoryFacts
from app.reminders.schedule.following import follows
from app.reminders.schedule.judging import why_untrue
from app.reminders.schedule.occasions import next_hour

NAME = "relance"
# a mail that leaves within this time of its hour leaves as it was decided
PROMPT = timedelta(hours=1)


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
    facts = _in_one_zone(facts_of(session, [one.id for one in told]), now)
    today = local_day(now, _zone(mail, [facts[one.id] for one in told if one.id in facts]))
    decided = decided_beside(session, mail.id, [one.id for one in told])
    kept, reasons = _sorted_out(told, facts, decided.said, mail, today)
    decided_on = date.fromisoformat(mail.refs.get("on", today.isoformat()))
    lines = lines_of(session, mail, max(today, decided_on))
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
    told_ids = [*(one.relance_id for one in kept), *lines.ids]
    if recipient is None or recipient.email is None or len(granted) < 2:
        # the next mail has links of its own
        _release(session, dict.fromkeys(told_ids, Reason.FACTS_CHANGED))
        return Skip("link_revoked")
    if is_refused(session, recipient.email):
        _release(session, dict.fromkeys(told_ids, Reason.NO_ADDRESS))
        return Skip(Reason.NO_ADDRESS.value)
    places = [*(facts[one.id].territory for one in kept), *(one.territory for one in lines.true)]
    if later := _not_now(mail, places, recipient, now):
        _move_to(session, mail, local_day(later, recipient.time_zone))
        return Wait(later)
    mail.to = recipient.email
    letter = RelanceLetter(links, mail, recipient, granted, today)
    absent = _absent(kept, facts, recipient)
    coming = _following([facts[one.id] for one in kept], decided.ledger, recipient, today)
    return letter.written(session, kept, lines.true, absent, coming)


def _following(
    steps: Sequence[StepFacts], decided: Ledger, here: Recipient, today: date
) -> set[Following]:
    """What comes next for these steps after a mail of today."""
    ledger = decided.with_mails({here.id: today}, {}, {})
    return {follows(step, ledger, today) for step in steps}


def _in_one_zone(facts: Mapping[int, StepFacts], now: datetime) -> Mapping[int, StepFacts]:
    steps, _projects = in_one_zone(tuple(facts.values()), {}, now.date())
    return {step.id: step for step in steps}


def _zone(mail: Mail, facts: Sequence[StepFacts]) -> str:
    """The clock of whoever the mail is for: the recipient of a step, or who stands in for them."""
    for step in facts:
        for one in (step.recipient, *(absence.stand_in for absence in step.away)):
            if one is not None and one.id == mail.recipient_id:
                return one.time_zone
    return DEFAULT_ZONE


def _absent(told: Sequence[ToldStep], facts: Mapping[int, StepFacts], here: Recipient) -> list[str]:
    """The names of those whom this person stands in for in this mail."""
    meant = (facts[one.id].recipient for one in told)
    return sorted({one.name for one in meant if one is not None and one.id != here.id})


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
    told: Sequence[ToldStep],
    facts: Mapping[int, StepFacts],
    said: Mapping[int, Sequence[Entry]],
    mail: Mail,
    today: date,
) -> tuple[list[ToldStep], dict[int, Reason]]:
    """(what may be told, why not by relance id)."""
    reasons = {
        one.relance_id: reason
        for one in told
        if (
            reason := why_untrue(
                facts.get(one.id),
                one.basis,
                mail.recipient_id,
                today,
                announces=one.code.announces,
                said=said.get(one.id, []),
            )
        )
    }
    return [one for one in told if one.relance_id not in reasons], reasons


def _release(session: Session, reasons: Mapping[int, Reason]) -> None:
    for relance_id, reason in reasons.items():
        session.execute(
            update(Relance)
            .where(Relance.id == relance_id, Relance.state == RelanceState.TOLD)
            .values(
                state=RelanceState.RELEASED,
                reason=Reason.FACTS_CHANGED if reason in NEVER_WRITTEN else reason,
            )
        )
