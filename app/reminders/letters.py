"""What a day's relances say to one person: the steps, the answers, and what stands around them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.fewer import LEAVE_PATH, one_click
from app.accounts.kinds import GrantPurpose
from app.accounts.links import Links
from app.core.french import near_date
from app.outbox.message import Letter
from app.outbox.models import Mail
from app.outbox.rendering import render
from app.reminders.kinds import Following
from app.reminders.labels import Topic, buttons, choices_for, question, subject
from app.reminders.queries.mail import (
    NextStep,
    Pilot,
    ToldStep,
    next_steps,
    partners_of,
    pilot_of,
)
from app.reminders.schedule.facts import Recipient
from app.reminders.schedule.watching import Notice
from app.reminders.words import (
    noticed,
    notices_subject,
    what_follows,
    what_is_due,
    who_writes,
    why_it_matters,
    why_this_mail,
)

# Three buttons a step: more of them no thumb scrolls through, and programs that clip long mails
# (at 100 KB) would take the foot away. The other steps are a line each, answered on the page.
MOST_WITH_BUTTONS = 5
MOST_NAMED = 25


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


@dataclass(frozen=True)
class RelanceLetter:
    """Whom a letter is for, by which links, and on which day."""

    links: Links
    mail: Mail
    recipient: Recipient
    granted: Mapping[GrantPurpose, str]
    today: date

    def written(
        self,
        session: Session,
        told: Sequence[ToldStep],
        noticed: Sequence[Notice],
        absent: Sequence[str],
        following: Collection[Following],
    ) -> Letter:
        """About the steps, with what comes next for them, and what is noticed: one of the two."""
        pilot = pilot_of(session, self.mail.territory_id)
        # nobody is told of themselves by name
        other = None if pilot and pilot.id == self.recipient.id else pilot
        answer_url = self.links.url("/r", self.granted[GrantPurpose.RELANCE])
        leave_url = self.links.url(LEAVE_PATH, self.granted[GrantPurpose.UNSUBSCRIBE])
        about = self._subject(told, noticed)
        is_past = bool(told) and self.today > told[0].basis
        rendered = render(
            "relance",
            {
                "subject": about,
                "person": self.recipient.name,
                "lines": _lines(session, told, answer_url, self.today),
                "others": _others(told, answer_url, self.today),
                "unnamed": max(0, len(told) - MOST_WITH_BUTTONS - MOST_NAMED),
                "answer_url": answer_url,
                "noticed": [self._line(one) for one in noticed],
                "pilot": other,
                "leave_url": leave_url,
                **(_around(told, other, absent, following, is_past) if told else _WATCHING),
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
    following: Collection[Following],
    is_past: bool,
) -> dict[str, str]:
    """What is said before and after the steps: who writes, what follows, why this mail."""
    return {
        "who": who_writes(pilot.name, pilot.territory, absent) if pilot else "",
        "after": what_follows(following, pilot.name if pilot else None, is_past=is_past),
        "why": why_this_mail(
            sorted({one.organisation for one in told}), len(told), is_past=is_past, absent=absent
        ),
    }


def _lines(session: Session, told: Sequence[ToldStep], answer_url: str, today: date) -> list[Line]:
    """The nearest steps, each with its buttons."""
    nearest, is_alone = told[:MOST_WITH_BUTTONS], len(told) == 1
    partners = partners_of(session, {one.project_id for one in nearest})
    follows = next_steps(session, [one.id for one in nearest])
    lines = []
    for one in nearest:
        others = [name for id_, name in partners[one.project_id] if id_ != one.organisation_id]
        answers, _others = choices_for(one.is_first, one.due_on, today)
        lines.append(
            Line(
                title=one.title,
                due_on=one.basis,
                project=one.project,
                what=what_is_due(
                    one.title if is_alone else None, one.organisation, one.basis, today
                ),
                why=why_it_matters(one.project, others, _next_of(follows.get(one.id))),
                question=question(answers, one.basis, today),
                asks=[
                    (f"{answer_url}?etape={one.public_id}&reponse={answer.value}", words)
                    for answer, words in buttons(answers)
                ],
            )
        )
    return lines


def _others(told: Sequence[ToldStep], answer_url: str, today: date) -> list[tuple[str, str, str]]:
    """(title, day, where it is answered) of the steps behind those with buttons."""
    later = told[MOST_WITH_BUTTONS : MOST_WITH_BUTTONS + MOST_NAMED]
    return [
        (one.title, near_date(one.basis, today), f"{answer_url}?etape={one.public_id}")
        for one in later
    ]


def _next_of(step: NextStep | None) -> tuple[str, str] | None:
    return (step.title, step.organisation) if step else None
