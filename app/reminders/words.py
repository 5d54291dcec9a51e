"""What a day's relances say, sentence by sentence; their labels and subjects are in `labels`.

Never « en retard » to the person concerned (domain.md §6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from app.core.french import NBSP, count, listing, near_date, of
from app.reminders.kinds import NoticeCode, OccasionCode

_MOST_PARTNERS = 4


def what_is_due(title: str | None, organisation: str, due_on: date, today: date) -> str:
    """The step, whose it is, and its date; no title where it stands just above."""
    is_past, day = today > due_on, near_date(due_on, today)
    if title is None:
        was = "était prévue" if is_past else "est prévue"
        return f"Cette étape, menée par {organisation}, {was} pour le {day}."
    step = f"«{NBSP}{title}{NBSP}»"
    if is_past:
        return f"L’étape {step}, menée par {organisation}, était prévue pour le {day}."
    return f"{organisation} mène l’étape {step}, prévue pour le {day}."


def why_it_matters(project: str, partners: Sequence[str], follows: tuple[str, str] | None) -> str:
    """The project, who is in it, and the step that comes after as (title, organisation)."""
    named = list(partners[:_MOST_PARTNERS])
    if more := len(partners) - len(named):
        named.append(count(more, "autre partenaire", "autres partenaires"))
    company = f" Partenaires{NBSP}: {listing(named)}." if named else ""
    said = f"C’est une étape du projet «{NBSP}{project}{NBSP}».{company}"
    if follows is None:
        return said
    title, organisation = follows
    return f"{said} Ensuite vient «{NBSP}{title}{NBSP}» ({organisation})."


def who_writes(pilot: str, territory: str, absent: Sequence[str] = ()) -> str:
    """Who stands behind the mail, in one line, and in whose place its reader is spoken to."""
    instead = f", en l’absence {listing([of(name) for name in absent])}" if absent else ""
    return (
        f"{pilot} suit le plan d’action du territoire ({territory}) et fait le point avec "
        f"vous{instead}."
    )


def what_follows(
    codes: Sequence[OccasionCode], pilot: str | None, *, is_past: bool, weekly: bool = False
) -> str:
    """Which message comes after this one, and who sees the answer. `weekly`: what is past stays
    in a line of each Monday."""
    seen = (
        f"Votre réponse est lue par les partenaires du projet{NBSP}; elle ne montre aucune "
        "quantité."
    )
    if weekly and is_past:
        next_one = "Tant que l’étape est ouverte, elle figure dans votre point du lundi."
    elif OccasionCode.AFTER in codes:
        call = f"{pilot} vous appellera" if pilot else "nous vous appellerons"
        next_one = f"C’est notre dernier message automatique sur cette date{NBSP}: ensuite, {call}."
    elif is_past:
        next_one = "Sans nouvelles, nous vous écrirons une dernière fois dans quelques jours."
    elif OccasionCode.WEEK_BEFORE in codes:
        next_one = "Sans réponse, un seul rappel viendra la veille."
    else:
        next_one = "Sans nouvelles, nous vous écrirons une seule fois après la date."
    return f"{next_one} {seen}"


def why_this_mail(
    organisations: Sequence[str], steps: int, *, is_past: bool, absent: Sequence[str] = ()
) -> str:
    """Why this person gets it (domain.md §6): the steps, and for which organisations.

    `absent` are those in whose place the person is spoken to.
    """
    kind = "cette relance" if is_past else "ce rappel"
    if absent:
        who = listing(list(absent))
        return f"Vous recevez {kind} parce que vous remplacez {who} pendant son absence."
    what = "cette étape vous est confiée" if steps == 1 else "ces étapes vous sont confiées"
    return f"Vous recevez {kind} parce que {what} ({listing(list(organisations))})."


# one, several: what a subject counts
_NOTICED: Mapping[NoticeCode, tuple[str, str]] = {
    NoticeCode.BLOCKED: ("étape coince", "étapes coincent"),
    NoticeCode.UNANSWERED: ("étape sans réponse", "étapes sans réponse"),
    NoticeCode.SILENT: ("projet sans nouvelles", "projets sans nouvelles"),
}
_SAME: Mapping[NoticeCode, NoticeCode] = {
    NoticeCode.TO_THE_LEAD: NoticeCode.UNANSWERED,
    NoticeCode.SILENT_TO_LEAD: NoticeCode.SILENT,
}


def notices_subject(codes: Sequence[NoticeCode]) -> str:
    """« Point de la semaine : 2 étapes coincent, 1 projet sans nouvelles »."""
    counted = Counter(_SAME.get(code, code) for code in codes)
    told = [count(counted[code], *words) for code, words in _NOTICED.items() if counted[code]]
    return f"Point de la semaine{NBSP}: {', '.join(told)}"


def noticed(code: NoticeCode, title: str, project: str, basis: date, today: date) -> str:
    """One line about something that somebody keeps an eye on: a step, or the project itself."""
    named, day = f"«{NBSP}{title}{NBSP}»", near_date(basis, today)
    within = f"(projet «{NBSP}{project}{NBSP}»)"
    match code:
        case NoticeCode.BLOCKED:
            return f"{named} coince depuis le {day} {within}."
        case NoticeCode.UNANSWERED | NoticeCode.TO_THE_LEAD:
            return (
                f"{named}, prévue pour le {day} {within}{NBSP}: pas de réponse à la dernière "
                "relance. Un appel fera mieux qu’un courriel."
            )
        case NoticeCode.SILENT | NoticeCode.SILENT_TO_LEAD:
            return f"Projet {named}{NBSP}: sans nouvelles depuis le {day}."
