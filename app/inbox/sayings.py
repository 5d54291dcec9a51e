"""What the first line of a reply proposes: « fait », « ok », « bloqué », « reporté au 12 mai ».

And whether it asks for something about its writer’s own data. Pure. It proposes and changes
nothing: the person confirms by the usual page. So only a line that says nothing else counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.core.folding import fold
from app.plans.quick_lines.dates import read_date
from app.reminders.kinds import Answer

LONGEST = 120
_GREETING = re.compile(r"(?:bonjour|bonsoir|salut|hello|coucou|chere?|madame|monsieur)\b")
_BEFORE = re.compile(r"^(?:(?:oui|ok|voila|bonjour|bonsoir)\s+)+(?=\S)")
_BEHIND = re.compile(
    r"\s+(?:merci|cordialement|bonne journee|de notre cote|pour nous|pour moi|depuis)\b.*$"
)
_SAYINGS = {
    Answer.DONE: "fait|c est fait|tout est fait|est fait|c est bon|termine|c est termine|realise|"
    "c est realise|regle|c est regle|boucle|c est boucle",
    Answer.AGREED: "ok|oui|d accord|c est d accord|entendu|ca marche|ca me va|parfait|bien note|"
    "c est note",
    Answer.STUCK: "bloque|c est bloque|on est bloque|nous sommes bloques|ca coince|ca bloque",
    Answer.NOT_ME: "ce n est pas moi|c est pas moi|pas moi",
}
_MEANT = {words: answer for answer, all_ in _SAYINGS.items() for words in all_.split("|")}
_MOVED = re.compile(
    r"^(?:c['’]est\s+|on\s+|à\s+)?(?:reporté|repoussé|décalé|déplacé|reporter|repousser|décaler)e?s?"
    r"\s+(?:au|à|a|pour|jusqu['’]au)\s*(?:le\s+)?(?P<day>.+)$",
    re.IGNORECASE,
)


# somebody’s own data, or the mails themselves: for whoever animates, not for the partners
_OWN_DATA = re.compile(
    r"\brgpd\b|\bdesinscri|\bdesabonn|\bdroit (?:d acces|d opposition|a l effacement|a l oubli)"
    r"|\b(?:effac|supprim|retir|rectifi|corrig|oppos|consult)\w*(?: \w+){0,5} (?:mes|nos)(?: \w+)?"
    r" (?:donnees|coordonnees)\b"
    r"|\b(?:retir|supprim|effac|enlev)\w*(?: moi| nous)(?: de|$)"
    r"|\bne (?:plus|souhait\w+ plus|veux plus|voulons plus|desir\w+ plus)(?: \w+)?"
    r" (?:recevoir|contacter|ecrire|solliciter)\b"
)


def is_about_own_data(text: str) -> bool:
    """Whether a reply asks for something that a partner of the project has no part in."""
    words = re.sub(r"[^a-z0-9]+", " ", fold(text[:4000]))
    return _OWN_DATA.search(words) is not None


@dataclass(frozen=True)
class Proposal:
    """The answer that a line stands for; `due_on` where it names another day."""

    answer: Answer
    due_on: date | None = None


def proposed(text: str, today: date) -> Proposal | None:
    """What the first line says, a greeting above it left out; None where it says more."""
    for line in text[:2000].split("\n"):
        words = fold(line).split()
        if not words:
            continue
        meant = _meant(line.strip(), today)
        if meant or len(words) > 4 or not _GREETING.match(words[0]):
            return meant
    return None


def _meant(line: str, today: date) -> Proposal | None:
    if len(line) > LONGEST or "?" in line:
        return None
    plain = line.strip(" .!,;:…\u00a0\u202f")
    if found := _MOVED.match(plain):
        return _moved(found["day"], today)
    said = fold(plain)
    bare = _BEHIND.sub("", said)
    answer = next(
        (_MEANT[one] for one in (said, bare, _BEFORE.sub("", bare)) if one in _MEANT), None
    )
    return Proposal(answer) if answer else None


def _moved(words: str, today: date) -> Proposal | None:
    """« 12 mai », « 12 mai, merci »; a day that has passed is no new date."""
    for said in (words, re.split(r"[,;(!]", words, maxsplit=1)[0]):
        when = read_date(said, today)
        if when is not None and when.day is not None and when.day >= today:
            return Proposal(Answer.NEW_DATE, when.day)
    return None
