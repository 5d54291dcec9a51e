"""The French of relances: « rappel » before the date, « relance » after it (domain.md §2, §6).

Never « en retard » to the person concerned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from app.core.french import (
    MONTHS,
    NBSP,
    count,
    day_number,
    in_short,
    near_date,
)
from app.outbox.kinds import MailState
from app.plans.kinds import BarrierKind
from app.reminders.kinds import (
    Answer,
    Audience,
    CallOutcome,
    Fate,
    Manner,
    NotReached,
    OccasionCode,
    Outcome,
    Reason,
)
from app.reminders.schedule.policy import Rule

OCCASIONS: Mapping[OccasionCode, str] = {
    OccasionCode.MILESTONE: "annonce d’un jalon",
    OccasionCode.WEEK_BEFORE: "premier rappel",
    OccasionCode.DAY_BEFORE: "rappel la veille",
    OccasionCode.DAY_OF: "rappel le jour même",
    OccasionCode.AFTER: "relance après la date",
    OccasionCode.EACH_WEEK: "point de la semaine",
}
# below the columns of a chart
OCCASIONS_IN_SHORT: Mapping[OccasionCode, str] = {
    OccasionCode.MILESTONE: "jalon",
    OccasionCode.WEEK_BEFORE: "premier",
    OccasionCode.DAY_BEFORE: "veille",
    OccasionCode.DAY_OF: "jour même",
    OccasionCode.AFTER: "relance",
    OccasionCode.EACH_WEEK: "semaine",
}
ANSWERS: Mapping[Answer, str] = {
    Answer.DONE: "C’est fait",
    Answer.NEW_DATE: "Nouvelle date",
    Answer.STUCK: "Ça coince",
    Answer.AGREED: "C’est d’accord",
    Answer.NOT_ME: "Ce n’est pas moi",
    Answer.IN_PROGRESS: "C’est en cours",
    Answer.PASSED_ON: "Je passe la main",
}
REASONS: Mapping[Reason, str] = {
    Reason.SUPERSEDED: "un message plus récent l’a remplacé",
    Reason.BEFORE_START: "d’avant le démarrage des relances",
    Reason.BEFORE_RESUME: "d’avant le lancement ou la reprise du projet",
    Reason.TOO_LATE: "la date était déjà passée",
    Reason.ENTERED_PAST: "étape notée après sa date",
    Reason.ANSWERED: "la personne a déjà répondu",
    Reason.NO_RECIPIENT: "aucun contact connu",
    Reason.NO_ADDRESS: "pas d’adresse électronique",
    Reason.OPTED_OUT: "la personne s’est désabonnée",
    Reason.NOT_STARTED: "les relances ne sont pas démarrées",
    Reason.PAUSED: "en pause",
    Reason.PROJECT_IDLE: "projet en brouillon ou en pause",
    Reason.BLOCKED: "étape bloquée",
    Reason.WAITS: "attend une autre étape",
    Reason.ASKED: "attend sa réponse sur sa part dans le projet",
    Reason.SWITCHED_OFF: "relances coupées pour ce projet ou cette étape",
    Reason.NEWS_PROMISED: "des nouvelles sont promises",
    Reason.CALLED: "relance par téléphone récente, ou reposée",
    Reason.DAY_OFF: "jour non travaillé",
    Reason.TOO_RECENT: "étape créée ou déplacée tout récemment",
    Reason.NOT_ME: "la personne dit que ce n’est pas à elle",
    Reason.DIGEST: "attend le relevé de la semaine",
    Reason.ONE_A_DAY: "un seul message par jour",
    Reason.ONE_A_WEEK: "un seul message en sept jours",
    Reason.FACTS_CHANGED: "l’étape a changé avant l’envoi",
}
_SAY_THEIR_DAY = (OccasionCode.DAY_BEFORE, OccasionCode.DAY_OF, OccasionCode.EACH_WEEK)
AUDIENCES: Mapping[Audience, str] = {
    Audience.COMPANY: "Entreprises, associations et autres",
    Audience.AGENT: "Collectivité et chambres",
}
# between whose mails days are counted
GAPS: Mapping[Audience, str] = {
    Audience.COMPANY: (
        "À une même entreprise, toutes ses personnes comprises. Le rappel de la veille, les "
        "convocations et la sécurité ne comptent pas. Ce qui attend le message d’un collègue "
        "part au plus tard la veille de la date, ou deux semaines après son jour."
    ),
    Audience.AGENT: (
        "À une même personne. Le rappel de la veille, les convocations et la sécurité ne "
        "comptent pas."
    ),
}
MANNERS: Mapping[Manner, str] = {
    Manner.USUAL: "Comme le territoire",
    Manner.ONCE: "Un seul rappel, avant la date",
    Manner.NONE: "Aucun courriel",
}
# what is in the way, in the words of whoever meets it
BARRIERS: Mapping[BarrierKind, str] = {
    BarrierKind.ORGANISATION: "le temps, l’organisation",
    BarrierKind.GOVERNANCE: "une décision qui manque",
    BarrierKind.FLOW_ADAPTATION: "la matière ou le matériel ne convient pas",
    BarrierKind.REGULATORY: "une règle, une autorisation",
    BarrierKind.ECONOMIC: "le coût",
}


def rule_words(rule: Rule) -> str:
    """« premier rappel, 10 jours avant »: the rule that decides, with its distance as it is."""
    words = OCCASIONS[rule.code]
    if rule.code in _SAY_THEIR_DAY or not rule.days:
        return words
    days = count(abs(rule.days), "jour", "jours")
    if rule.code is OccasionCode.AFTER:
        return f"relance, {days} après la date"
    return f"{words}, {days} avant"


def the_day(day: date, today: date) -> str:
    """« 17 avril », and its year where that is another one: short enough for a subject."""
    year = "" if day.year == today.year else f"{NBSP}{day.year}"
    return f"{day_number(day)}{NBSP}{MONTHS[day.month - 1]}{year}"


class Topic(NamedTuple):
    """A step as a subject names it; `is_first`: no mail has spoken of this date before."""

    title: str
    due_on: date
    is_first: bool


# signs of a title: by itself, and where it says that there are others
_ALONE, _BESIDE_OTHERS = 48, 24


def heading(topic: Topic, today: date, longest: int = _ALONE) -> str:
    """« Pesée des invendus : d’accord pour le 17 avril ? », « … : c’est demain 17 avril, où en
    êtes-vous ? », « … (17 avril) : où en êtes-vous ? » once it has passed.

    It asks what the buttons of the mail answer. The date stays in sight behind a long title.
    """
    title, day = in_short(topic.title, longest), the_day(topic.due_on, today)
    offered, _others = choices_for(topic.is_first, topic.due_on, today)
    if Answer.AGREED in offered:
        return f"{title}{NBSP}: d’accord pour le {day}{NBSP}?"
    if today > topic.due_on:
        return f"{title} ({day}){NBSP}: où en êtes-vous{NBSP}?"
    near = _near(topic.due_on, today)
    return f"{title}{NBSP}: c’est {near or 'le'} {day}, où en êtes-vous{NBSP}?"


def _near(due_on: date, today: date) -> str | None:
    """« aujourd’hui », « demain »; never without the day itself: a mail is read when it is read."""
    return {0: "aujourd’hui", 1: "demain"}.get((due_on - today).days)


def subject(steps: Sequence[Topic], today: date) -> str:
    """The subject of a mail about these steps, the nearest date first."""
    more = len(steps) - 1
    if not more:
        return heading(steps[0], today)
    first = heading(steps[0], today, longest=_BESIDE_OTHERS)
    return f"{first} (et {count(more, 'autre étape', 'autres étapes')})"


_GOOD = (Answer.DONE, Answer.NEW_DATE, Answer.STUCK)
_FIRST = (Answer.AGREED, Answer.NEW_DATE, Answer.NOT_ME)


def choices_for(
    is_first: bool, due_on: date | None, today: date
) -> tuple[tuple[Answer, ...], tuple[Answer, ...]]:
    """(the three large answers, the others): the first mail before a date asks to agree."""
    if is_first and due_on is not None and today <= due_on:
        return _FIRST, (Answer.DONE, Answer.STUCK, Answer.IN_PROGRESS, Answer.PASSED_ON)
    return _GOOD, (Answer.IN_PROGRESS, Answer.PASSED_ON, Answer.NOT_ME)


def buttons(answers: Sequence[Answer]) -> list[tuple[Answer, str]]:
    """The words of three answers offered together."""
    return [
        (answer, "Une autre date" if _is_other_date(answer, answers) else ANSWERS[answer])
        for answer in answers
    ]


def _is_other_date(answer: Answer, answers: Sequence[Answer]) -> bool:
    return answer is Answer.NEW_DATE and Answer.AGREED in answers


def question(answers: Sequence[Answer], due_on: date, today: date) -> str:
    """What is asked, in one line."""
    if Answer.AGREED in answers:
        return f"Est-ce d’accord pour cette date{NBSP}?"
    if today > due_on:
        return f"Où en êtes-vous{NBSP}?"
    near, day = _near(due_on, today), near_date(due_on, today)
    return f"C’est pour {f'{near},' if near else 'le'} {day}{NBSP}: où en êtes-vous{NBSP}?"


# why an answer could not be taken; the others need no excuse
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.CLOSED: "Cette étape est déjà terminée : il n’y a plus rien à répondre. Merci !",
    Outcome.MOVED: "La date a changé entre-temps. Voici la nouvelle : répondez pour celle-ci.",
    Outcome.CHANGED: "L’étape a changé entre-temps. La voici : répondez de nouveau si besoin.",
    Outcome.NOT_YOURS: "Cette étape est maintenant suivie par quelqu’un d’autre. Merci !",
}

# why a step stands under « À appeler »; no reason means that the last relance stayed unanswered
CALLS: Mapping[Reason | NotReached | Answer | None, str] = {
    None: "pas de réponse au dernier message",
    Answer.AGREED: "d’accord pour la date, pas de nouvelles depuis",
    Reason.NO_RECIPIENT: "aucun contact connu",
    Reason.NO_ADDRESS: "pas d’adresse électronique",
    Reason.OPTED_OUT: "ne veut plus de messages",
    Reason.NOT_ME: "dit que ce n’est pas à elle ou à lui",
    NotReached.ADDRESS: "adresse en erreur : le message est revenu",
    NotReached.LOST: "le message n’est pas arrivé",
}
CALL_OUTCOMES: Mapping[CallOutcome, str] = {
    CallOutcome.NOTHING: "Rien de neuf",
    CallOutcome.DONE: "C’est fait",
    CallOutcome.NEW_DATE: "Nouvelle date",
    CallOutcome.IN_PROGRESS: "En cours",
    CallOutcome.BLOCKED: "Ça coince",
}
# why a mail was skipped as it was about to leave
SKIPS: Mapping[str, str] = {
    **{reason.value: words for reason, words in REASONS.items()},
    "link_revoked": "son lien a été retiré",
}
FATES: Mapping[Fate, str] = {
    Fate.ANSWERED: "répondu",
    Fate.UNANSWERED: "sans réponse",
    Fate.LEAVING: "va partir",
    Fate.LOST: "non remis ou revenu",
    Fate.SKIPPED: "non envoyé",
}
MAIL_STATES: Mapping[MailState, str] = {
    MailState.WAITING: "va partir",
    MailState.SENDING: "en train de partir",
    MailState.SENT: "parti",
    MailState.FAILED: "non remis",
    MailState.SKIPPED: "non envoyé",
    MailState.BOUNCED: "revenu",
}
