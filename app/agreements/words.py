"""The questions to partners in French, the same in the mail and on its page. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.agreements.kinds import ProposalKind
from app.core.french import long_date


@dataclass(frozen=True)
class Context:
    """Who asks whom about what. `asks` is « Anne Vasseur (CC du Val d’Aubrive) »."""

    asks: str
    organisation: str
    project: str
    until: date


@dataclass(frozen=True)
class Question:
    """A question as it is read: what is asked, what each answer does, and what silence does.

    `text` is what a yes commits to, word for word; `needs_words` whether a no says why. A text
    that a territory wrote is `charter`, Markdown, of this `version`; `because` is why the mail
    comes, where it is not about a project.
    """

    subject: str
    title: str
    paragraphs: tuple[str, ...]
    silence: str
    yes: str
    no: str
    after_yes: str
    after_no: str
    words_label: str = "Un mot, si vous voulez"
    needs_words: bool = False
    quote: str | None = None
    text: tuple[str, ...] = ()
    charter: str | None = None
    version: str | None = None
    because: str | None = None


def agreement(
    about: Context,
    kind: ProposalKind,
    *,
    partner: str | None,
    role: str | None,
    reason: str | None,
    concerns_them: bool,
    must_agree: bool,
) -> Question:
    """A shared decision. `concerns_them`: the partner it is about is the one asked."""
    what = _proposed(about, kind, partner, role, concerns_them=concerns_them)
    silence = "Sans votre accord, rien ne change."
    if not must_agree:
        day = long_date(about.until)
        silence = f"Sans réponse d’ici le {day}, la décision prend effet le lendemain."
    return Question(
        subject=f"{about.project} : {_in_short(kind, partner, concerns_them)}, d’accord ?",
        title=_title(kind, partner, concerns_them),
        paragraphs=(
            f"{about.asks} {what}",
            "Rien ne s’arrête en attendant, et une objection va à la prochaine rencontre.",
        ),
        quote=reason,
        silence=silence,
        yes="D’accord",
        no="J’ai une objection" if not must_agree else "Non",
        words_label="Ce qui vous retient" if not must_agree else "Un mot, si vous voulez",
        needs_words=not must_agree,
        after_yes="Merci, votre accord est noté.",
        after_no=(
            "C’est noté : la prochaine rencontre en parlera."
            if not must_agree
            else "C’est noté : rien ne change."
        ),
    )


def part(about: Context, role: str, text: tuple[str, ...]) -> Question:
    """Whether an organisation confirms its part of a project."""
    asked = (
        f"{about.asks} propose à {about.organisation} de prendre part au projet "
        f"« {about.project} », comme {role.lower()}."
    )
    return Question(
        subject=f"{about.project} : votre organisation en est-elle ?",
        title="Prendre part à ce projet ?",
        paragraphs=(asked,),
        text=text,
        silence="Sans réponse, votre organisation reste « invitée » : rien ne lui est imputé.",
        yes="Nous en sommes",
        no="Pas cette fois",
        after_yes="Merci, votre engagement est noté.",
        after_no="C’est noté : votre organisation n’apparaît plus parmi les partenaires.",
    )


def charter(
    about: Context, *, body: str, version: str, number: int, former: int | None
) -> Question:
    """Whether an organisation adheres to a territory's charter; `former`: it did to that one."""
    firm = about.organisation
    asked = (
        f"{about.asks} propose à {firm} d’adhérer à la charte de la démarche d’écologie "
        f"industrielle de {about.project}."
    )
    renewed = (
        f"{firm} avait adhéré à la version {former}. La version {number} la remplace : rien n’est "
        "reconduit sans vous."
    )
    stays = f"l’adhésion à la version {former} reste notée comme telle"
    nothing = f"rien n’est engagé au nom de {firm}"
    return Question(
        subject=f"{about.project} : votre organisation adhère-t-elle à la charte ?",
        title="Adhérer à la charte ?",
        paragraphs=(asked, renewed) if former else (asked,),
        charter=body,
        version=version,
        silence=f"Sans réponse, {stays if former else nothing}.",
        yes="Nous adhérons",
        no="Pas cette fois",
        after_yes=f"Merci, l’adhésion de {firm} est notée. Elle peut se retirer à tout moment.",
        after_no=f"C’est noté : {stays if former else nothing}.",
        because=f"votre organisation fait partie du territoire {about.project}",
    )


def hand_over(
    about: Context, what: str, *, word: str | None, steps: int, text: tuple[str, ...]
) -> Question:
    """Whether an organisation takes over what another one carried; `what` with its article."""
    more = (f"{steps} étapes ouvertes suivent.",) if steps > 1 else ()
    return Question(
        subject=f"{about.project} : prendre la suite ?",
        title="Prendre la suite ?",
        paragraphs=(f"{about.asks} propose à {about.organisation} de reprendre {what}.", *more),
        quote=word,
        text=text,
        silence="Sans réponse, rien ne change : ceux qui s’en chargent continuent.",
        yes="Nous prenons la suite",
        no="Non, pas nous",
        after_yes="Merci, c’est à vous : les prochains rappels vous arriveront.",
        after_no="C’est noté, rien ne change.",
    )


def piloting(
    about: Context, former: str, *, stays: bool, word: str | None, steps: int, text: tuple[str, ...]
) -> Question:
    """Whether a person takes the piloting of a territory over; `former` pilots it today."""
    asked = hand_over(
        about, f"l’animation du territoire {about.project}", word=word, steps=steps, text=text
    )
    role = "co-animera le territoire à vos côtés" if stays else "quittera l’équipe du territoire"
    one = ("Une étape ouverte suit, avec ses rappels.",) if steps == 1 else ()
    return replace(
        asked,
        paragraphs=(*asked.paragraphs, *one, f"Ensuite, {former} {role}."),
        silence=f"Sans réponse, rien ne change : {former} continue.",
        yes="Je prends la suite",
        no="Non, pas moi",
        after_yes=(
            f"Merci, vous animez maintenant le territoire {about.project}. Entrez avec votre "
            f"adresse ; jusqu’à votre première venue, {former} reste à vos côtés."
        ),
        because=f"on vous propose d’animer le territoire {about.project}",
    )


def opening(about: Context, label: str, reader: str, role: str) -> Question:
    """Whether an organisation opens one of its quantities to one reader."""
    asked = (
        f"{about.asks} souhaite lire la quantité que {about.organisation} a indiquée pour "
        f"« {label} », dans le projet « {about.project} ». {reader} y est {role.lower()}."
    )
    return Question(
        subject=f"{about.project} : montrer votre quantité à {reader} ?",
        title=f"Montrer votre quantité à {reader} ?",
        paragraphs=(
            asked,
            "Vous pourrez la refermer à tout moment, sur la page du projet.",
        ),
        silence="Sans réponse, elle reste fermée.",
        yes=f"La montrer à {reader}",
        no="Non",
        after_yes=f"C’est fait : {reader} lit cette quantité, et personne d’autre en plus.",
        after_no="C’est noté : elle reste fermée.",
    )


def _proposed(
    about: Context,
    kind: ProposalKind,
    partner: str | None,
    role: str | None,
    *,
    concerns_them: bool,
) -> str:
    project = f"« {about.project} »"
    match kind:
        case ProposalKind.CLOSE:
            return f"propose de clore le projet {project} : ce qu’il y avait à faire est fait."
        case ProposalKind.ABANDON:
            return f"propose d’arrêter le projet {project}."
        case ProposalKind.LEAD:
            who = f"votre organisation, {about.organisation}," if concerns_them else partner
            return f"propose de confier à {who} le rôle de chef de file du projet {project}."
        case ProposalKind.REMOVE:
            who = f"{about.organisation}, votre organisation," if concerns_them else f"{partner}"
            return f"propose que {who} ne soit plus partenaire du projet {project}."
        case ProposalKind.ROLE:
            who = f"votre organisation, {about.organisation}," if concerns_them else f"{partner}"
            return f"propose que {who} devienne {(role or '').lower()} du projet {project}."


def _in_short(kind: ProposalKind, partner: str | None, concerns_them: bool) -> str:
    match kind:
        case ProposalKind.CLOSE:
            return "clore le projet"
        case ProposalKind.ABANDON:
            return "arrêter le projet"
        case ProposalKind.LEAD:
            return "en prendre la tête" if concerns_them else f"passer la main à {partner}"
        case ProposalKind.REMOVE:
            return "votre place" if concerns_them else f"le départ de {partner}"
        case ProposalKind.ROLE:
            return "votre rôle" if concerns_them else f"le rôle de {partner}"


def _title(kind: ProposalKind, partner: str | None, concerns_them: bool) -> str:
    match kind:
        case ProposalKind.CLOSE:
            return "Clore ce projet ?"
        case ProposalKind.ABANDON:
            return "Arrêter ce projet ?"
        case ProposalKind.LEAD:
            return "Devenir chef de file ?" if concerns_them else f"Passer la main à {partner} ?"
        case ProposalKind.REMOVE:
            return "Votre place dans ce projet" if concerns_them else f"Le départ de {partner} ?"
        case ProposalKind.ROLE:
            return "Votre rôle dans ce projet" if concerns_them else f"Le rôle de {partner} ?"
