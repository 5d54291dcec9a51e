"""What a day's relances say, sentence by sentence; their labels and subjects are in `labels`.

Never « en retard » to the person concerned (domain.md §6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from app.core.french import NBSP, THIN, count, listing, near_date, of, plain_date
from app.reminders.kinds import Following, NoticeCode

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


def what_follows(following: Collection[Following], pilot: str | None, *, is_past: bool) -> str:
    """Which message comes after this one, where nobody answers, and who sees the answer.

    `following` holds what comes next for each step of the mail, at least one.
    """
    seen = (
        f"Votre réponse est lue par les partenaires du projet{NBSP}; elle ne montre aucune "
        "quantité."
    )
    call = f"{pilot} vous appellera" if pilot else "nous vous appellerons"
    comes = [one for one in Following if one in following]
    said = _one_next(comes[0], call, is_past) if len(comes) == 1 else _several_next(comes, call)
    return f"{said} {seen}"


def _one_next(comes: Following, call: str, is_past: bool) -> str:
    soon = "dans quelques jours" if is_past else "après la date"
    then = "ensuite" if is_past else "sans nouvelles après la date"
    times = "une dernière fois" if is_past else "une seule fois"
    return {
        Following.BEFORE: "Sans réponse, un rappel viendra à l’approche de la date.",
        Following.EVE: "Sans réponse, un seul rappel viendra la veille.",
        Following.AFTER: f"Sans nouvelles, nous vous écrirons {times} {soon}.",
        Following.AFTER_THEN_WEEKLY: (
            f"Sans nouvelles, nous vous écrirons {soon}, puis l’étape figurera dans votre point "
            "du lundi."
        ),
        Following.EACH_WEEK: (
            "Tant que l’étape est ouverte, elle figure dans votre point du lundi."
        ),
        Following.NOTHING: (
            f"C’est notre dernier message automatique sur cette date{NBSP}: {then}, {call}."
        ),
    }[comes]


_WHEN: Mapping[Following, str] = {
    Following.BEFORE: "à l’approche de la date",
    Following.EVE: "la veille",
    Following.AFTER: "après la date",
    Following.AFTER_THEN_WEEKLY: "après la date",
    Following.EACH_WEEK: "dans votre point du lundi",
}


def _several_next(comes: Sequence[Following], call: str) -> str:
    """Steps that differ in what comes next: each moment once, in their order."""
    moments = list(dict.fromkeys(_WHEN[one] for one in comes if one in _WHEN))
    said = f"Sans réponse, le prochain message viendra {' ou '.join(moments)}"
    said += ", selon l’étape." if len(moments) > 1 else "."
    if Following.NOTHING in comes:
        said += f" Pour d’autres étapes, c’est notre dernier message{NBSP}: ensuite, {call}."
    return said


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


def plea(
    reader: str, organisation: str, steps: Sequence[tuple[str, date]], callee: str | None, by: str
) -> str:
    """What is proposed to whoever writes to somebody’s superior: it asks, and blames nobody.

    `steps` are (title, due date) of what waits; `callee` is whom the automat spoke to.
    """
    one = len(steps) == 1
    opening = f"{organisation} prend part à notre démarche d’écologie industrielle et mène "
    opening += f"cette étape{NBSP}:" if one else f"ces étapes{NBSP}:"
    listed = "\n".join(
        f"- «{NBSP}{title}{NBSP}», prévue pour le {plain_date(due_on)}" for title, due_on in steps
    )
    them = "la" if one else "les"
    met = f"{callee} {them} suit avec nous" if callee else f"Nous {them} suivons avec vos équipes"
    asked = f"{met}, mais nous n’avons pas réussi à nous parler ces derniers temps. Pouvez-vous "
    asked += f"nous dire où cela en est, ou à qui nous adresser{THIN}? Un mot en réponse suffit."
    return f"Bonjour {reader},\n\n{opening}\n\n{listed}\n\n{asked}\n\nMerci,\n{by}"
