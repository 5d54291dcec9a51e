"""The questions to partners in French, the same in the mail and on its page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.agreements.kinds import ProposalKind
from app.core.french import count, in_short, long_date, of, that, to

# a title that stands before a question leaves it in sight: phones show some forty-five signs
LONGEST_BEFORE = 28


@dataclass(frozen=True)
class Context:
    """Who asks whom about what. `asks` is « Anne Vasseur (CC du Val d’Aubrive) »."""

    asks: str
    organisation: str
    project: str
    until: date

    @property
    def yours(self) -> str:
        """Whom the question is put to, said so that no name asks for an article."""
        return f"votre organisation, {self.organisation},"

    def asking(self, what: str) -> str:
        """The subject of its mail: what it is about in short, then what is asked."""
        return f"{in_short(self.project, LONGEST_BEFORE)} : {what} ?"


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
    is_objected: bool = False,
) -> Question:
    """A shared decision. `concerns_them`: the partner it is about is the one asked.

    `is_objected`: somebody objects already, and it waits for the meeting whatever the others say.
    """
    named = partner or ""
    what = _proposed(about, kind, named, role, concerns_them=concerns_them)
    if must_agree:
        silence = "Sans votre accord, rien ne change."
    elif is_objected:
        silence = "Un partenaire a une objection : rien ne change avant la prochaine rencontre."
    else:
        day = long_date(about.until)
        silence = f"Sans réponse d’ici le {day}, la décision prend effet le lendemain."
    return Question(
        subject=about.asking(f"{_in_short(kind, in_short(named), concerns_them)}, d’accord"),
        title=_title(kind, named, concerns_them),
        paragraphs=(
            f"{about.asks} {what}",
            "Rien ne s’arrête en attendant. Une objection sera vue à la prochaine rencontre.",
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
        f"{about.asks} propose à {about.yours} de prendre part au projet "
        f"« {about.project} », comme {role.lower()}."
    )
    return Question(
        subject=about.asking("votre organisation en est-elle"),
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
        f"{about.asks} propose à {about.yours} d’adhérer à la charte de la démarche d’écologie "
        f"industrielle du territoire {about.project}."
    )
    renewed = (
        f"{firm} avait adhéré à la version {former}. La version {number} la remplace : rien n’est "
        "reconduit sans vous."
    )
    stays = f"l’adhésion à la version {former} reste notée comme telle"
    nothing = f"rien n’est engagé au nom {of(firm)}"
    return Question(
        subject=about.asking("votre organisation adhère-t-elle à la charte"),
        title="Adhérer à la charte ?",
        paragraphs=(asked, renewed) if former else (asked,),
        charter=body,
        version=version,
        silence=f"Sans réponse, {stays if former else nothing}.",
        yes="Nous adhérons",
        no="Pas cette fois",
        after_yes=f"Merci, l’adhésion {of(firm)} est notée. Elle peut se retirer à tout moment.",
        after_no=f"C’est noté : {stays if former else nothing}.",
        because=f"votre organisation fait partie du territoire {about.project}",
    )


def step_hand_over(
    about: Context, title: str, due_on: date | None, *, word: str | None, text: tuple[str, ...]
) -> Question:
    """Whether an organisation takes a step over from the one that carried it."""
    day = f", prévue pour le {long_date(due_on)}" if due_on else ""
    asked = (
        f"{about.asks} propose à {about.yours} de reprendre l’étape « {title} » du projet "
        f"« {about.project} »{day}."
    )
    return _hand_over(
        (asked,),
        subject=about.asking(f"reprendre « {in_short(title, LONGEST_BEFORE)} »"),
        title="Prendre la suite ?",
        word=word,
        text=text,
        after_yes="Merci, c’est à vous : les prochains rappels vous arriveront.",
    )


def theme_hand_over(
    about: Context, title: str, *, open_steps: int, word: str | None, text: tuple[str, ...]
) -> Question:
    """Whether an organisation drives a theme from now on; its steps stay with their leads."""
    asked = f"{about.asks} propose à {about.yours} d’animer l’axe « {title} » du plan d’action."
    return _hand_over(
        (asked, *([steps_stay(open_steps)] if open_steps else [])),
        subject=about.asking(f"animer l’axe « {in_short(title)} »"),
        title="Animer un axe du plan ?",
        word=word,
        text=text,
        after_yes="Merci, cet axe est à vous : ses projets vous attendent dans le plan d’action.",
        because=f"votre organisation fait partie du territoire {about.project}",
    )


def steps_stay(open_steps: int) -> str:
    """What becomes of a theme's open steps when somebody else drives it: nothing."""
    if open_steps == 1:
        return "Une étape y est ouverte : elle reste à qui s’en charge."
    return (
        f"{count(open_steps, 'étape', 'étapes')} y sont ouvertes : elles restent à qui s’en charge."
    )


def _hand_over(
    paragraphs: tuple[str, ...],
    *,
    subject: str,
    title: str,
    word: str | None,
    text: tuple[str, ...],
    after_yes: str,
    because: str | None = None,
) -> Question:
    return Question(
        subject=subject,
        title=title,
        paragraphs=paragraphs,
        quote=word,
        text=text,
        silence="Sans réponse, rien ne change : ceux qui s’en chargent continuent.",
        yes="Nous prenons la suite",
        no="Non, pas nous",
        after_yes=after_yes,
        after_no="C’est noté, rien ne change.",
        because=because,
    )


def piloting(
    about: Context, former: str, *, stays: bool, word: str | None, steps: int, text: tuple[str, ...]
) -> Question:
    """Whether a person takes the piloting of a territory over; `former` pilots it today. They
    are who reads it: nobody else may answer."""
    follows = {
        0: (),
        1: ("Une étape ouverte suit, avec ses rappels.",),
    }.get(steps, (f"{count(steps, 'étape', 'étapes')} ouvertes suivent, avec leurs rappels.",))
    role = "co-animera le territoire à vos côtés" if stays else "quittera l’équipe du territoire"
    asked = (
        f"{about.asks} vous propose, pour {about.organisation}, d’animer le territoire "
        f"{about.project}."
    )
    return Question(
        subject=about.asking("animer le territoire"),
        title="Animer le territoire ?",
        paragraphs=(asked, *follows, f"Ensuite, {former} {role}."),
        quote=word,
        text=text,
        silence=f"Sans réponse, rien ne change : {former} continue.",
        yes="Je prends la suite",
        no="Non, pas moi",
        after_yes=(
            f"Merci, vous animez maintenant le territoire {about.project}. Entrez avec votre "
            f"adresse ; jusqu’à votre première venue, {former} reste à vos côtés."
        ),
        after_no="C’est noté, rien ne change.",
        because=f"l’animation du territoire {about.project} vous est proposée",
    )


def opening(about: Context, label: str, reader: str, role: str) -> Question:
    """Whether an organisation opens one of its quantities to one reader."""
    asked = (
        f"{about.asks} souhaite lire la quantité que {about.yours} a indiquée pour "
        f"« {label} », dans le projet « {about.project} ». {reader} y est {role.lower()}."
    )
    return Question(
        subject=about.asking(f"montrer votre quantité {to(in_short(reader))}"),
        title=f"Montrer votre quantité {to(reader)} ?",
        paragraphs=(
            asked,
            "Vous pourrez la refermer à tout moment, sur la page du projet.",
        ),
        silence="Sans réponse, elle reste fermée.",
        yes=f"La montrer {to(reader)}",
        no="Non",
        after_yes=f"C’est fait : {reader} lit cette quantité, et personne d’autre en plus.",
        after_no="C’est noté : elle reste fermée.",
    )


def _proposed(
    about: Context,
    kind: ProposalKind,
    partner: str,
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
            whom = f"à {about.yours}" if concerns_them else to(partner)
            return f"propose de confier {whom} le rôle de chef de file du projet {project}."
        case ProposalKind.REMOVE:
            who = about.yours if concerns_them else partner
            return f"propose {that(who)} ne soit plus partenaire du projet {project}."
        case ProposalKind.ROLE:
            who = about.yours if concerns_them else partner
            return f"propose {that(who)} devienne {(role or '').lower()} du projet {project}."


def _in_short(kind: ProposalKind, partner: str, concerns_them: bool) -> str:
    match kind:
        case ProposalKind.CLOSE:
            return "clore le projet"
        case ProposalKind.ABANDON:
            return "arrêter le projet"
        case ProposalKind.LEAD:
            return "en prendre la tête" if concerns_them else f"passer la main {to(partner)}"
        case ProposalKind.REMOVE:
            return "votre place" if concerns_them else f"le départ {of(partner)}"
        case ProposalKind.ROLE:
            return "votre rôle" if concerns_them else f"le rôle {of(partner)}"


def _title(kind: ProposalKind, partner: str, concerns_them: bool) -> str:
    match kind:
        case ProposalKind.CLOSE:
            return "Clore ce projet ?"
        case ProposalKind.ABANDON:
            return "Arrêter ce projet ?"
        case ProposalKind.LEAD:
            return "Devenir chef de file ?" if concerns_them else f"Passer la main {to(partner)} ?"
        case ProposalKind.REMOVE:
            return "Votre place dans ce projet" if concerns_them else f"Le départ {of(partner)} ?"
        case ProposalKind.ROLE:
            return "Votre rôle dans ce projet" if concerns_them else f"Le rôle {of(partner)} ?"
