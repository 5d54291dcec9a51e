"""What a person typed, without what their mail program put below: quotations and signatures.

Pure, one pass a rule. When in doubt a line is kept: a quotation too much is a nuisance, a lost
sentence is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.inbox.markup import SEPARATOR

_SIGNATURE = "-- "
_LONGEST_LINE = 1000
# « Le dim. 12 avr. 2026 à 10:04, Anne Vasseur <anne@…> a écrit : », on three lines at most
_WROTE = re.compile(
    r"^(?:Le|On|Em|Am|Il)\b.{0,600}(?:a écrit|a ecrit|wrote|schrieb|ha scritto)\s*:$",
    re.IGNORECASE | re.DOTALL,
)
_OPENS = re.compile(r"^(?:Le|On)\b", re.IGNORECASE)
_SURE = re.compile(r"@[\w.-]+>|\b20\d\d\b.{0,40}\d{1,2}\s?[:h]\s?\d\d", re.DOTALL)
_ORIGINAL = re.compile(
    r"^\s*[-_]{2,}\s*(?:Message d[’'` ]origine|Message original|Original Message|"
    r"Message transféré|Forwarded message|Mail original|E-?mail d[’']origine)\s*[-_]{0,}\s*:?\s*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*[_-]{10,}\s*$")
_FIELD = re.compile(
    r"^[\s*]*(De|From|Envoyé(?: le)?|Sent|Date|À|A|To|Objet|Sujet|Subject|Cc|Copie à)[\s*\u00a0]*:",
    re.IGNORECASE,
)
_FIRST_FIELD = frozenset({"de", "from", "objet", "subject", "date", "envoyé", "sent"})
_TELLING = frozenset({"objet", "sujet", "subject", "envoyé", "envoyé le", "sent", "date"})
_SENT_FROM = re.compile(
    r"^(?:Envoyé(?:e)? (?:de mon|de ma|depuis|à partir d|avec|via|par)|Sent from|Sent with|"
    r"Get Outlook|Obtenir Outlook|Télécharger Outlook|Téléchargez Outlook|Provenance\s*:|"
    r"Expédié de mon|De mon i(?:Phone|Pad)).{0,120}$",
    re.IGNORECASE,
)


def typed(text: str) -> str:
    """The message without quotations, signature and « Envoyé de mon iPhone »."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    above = _until_signature(_above_separator(lines))
    kept, is_reply = _without_attributions(above)
    # below « … a écrit : » every « > » is quoted; elsewhere somebody may have typed it
    own = [one for one in kept if not one.startswith(">")] if is_reply else _bare(kept)
    return _tidy(_without_sent_from(own))


def unflowed(text: str, *, delsp: bool = False) -> str:
    """Text with « format=flowed » (RFC 3676): lines that end in a space go on in the next."""
    lines: list[str] = []
    goes_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        own = line.removeprefix(" ")
        if goes_on and not own.startswith(">"):
            lines[-1] += own
        else:
            lines.append(own)
        goes_on = own.endswith(" ") and own != _SIGNATURE and not own.startswith(">")
        if goes_on and delsp:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _above_separator(lines: Sequence[str]) -> list[str]:
    """What stands above « Message d’origine » or a block of « De : », « Envoyé : », « Objet : »."""
    for number, line in enumerate(lines):
        if line == SEPARATOR or (len(line) <= _LONGEST_LINE and _ORIGINAL.match(line)):
            return list(lines[:number])
        if _begins_header(lines, number):
            above = list(lines[:number])
            while above and (not above[-1].strip() or _RULE.match(above[-1][:_LONGEST_LINE])):
                above.pop()
            return above
    return list(lines)


def _begins_header(lines: Sequence[str], number: int) -> bool:
    """Three fields of a head in a row, one of which nobody types by chance."""
    first = _field(lines[number])
    if first not in _FIRST_FIELD:
        return False
    following = [line for line in lines[number : number + 8] if line.strip()][:5]
    fields = {name for line in following if (name := _field(line))}
    return len(fields) >= 3 and bool(fields & {"de", "from"}) and bool(fields & _TELLING)


def _field(line: str) -> str | None:
    found = _FIELD.match(line[:60])
    return found[1].lower() if found else None


def _until_signature(lines: list[str]) -> list[str]:
    return lines[: lines.index(_SIGNATURE)] if _SIGNATURE in lines else lines


def _without_attributions(lines: Sequence[str]) -> tuple[list[str], bool]:
    """The lines without « Le …, … a écrit : », and whether there was one.

    Where no « > » follows it, all that stands below is the quotation.
    """
    kept: list[str] = []
    number, found = 0, False
    while number < len(lines):
        length = _attribution(lines, number)
        if not length:
            kept.append(lines[number])
            number += 1
            continue
        following = _next_line(lines, number + length)
        if following is not None and not following.startswith(">"):
            if _is_sure(lines[number : number + length]):
                return kept, True
            kept.extend(lines[number : number + length])
        else:
            found = True
        number += length
    return kept, found


def _next_line(lines: Sequence[str], number: int) -> str | None:
    """The first line from this one on that is not empty."""
    return next((lines[n] for n in range(number, len(lines)) if lines[n].strip()), None)


def _attribution(lines: Sequence[str], number: int) -> int:
    """How many lines, from this one on, say who wrote what follows: 0 to 3."""
    if not _OPENS.match(lines[number][:10].lstrip()):
        return 0
    for length in (1, 2, 3):
        last = lines[number + length - 1] if number + length <= len(lines) else ""
        begins_anew = last.startswith(">") or _OPENS.match(last[:10].lstrip())
        if not last.strip() or (length > 1 and begins_anew):
            # a sentence of one's own, and the attribution below it
            return 0
        said = " ".join(line.strip() for line in lines[number : number + length])
        if len(said) > _LONGEST_LINE:
            return 0
        if _WROTE.match(said.replace("\u00a0", " ").replace("\u202f", " ")):
            return length
    return 0


def _is_sure(lines: Sequence[str]) -> bool:
    return bool(_SURE.search(" ".join(lines)[:_LONGEST_LINE]))


def _bare(lines: list[str]) -> list[str]:
    """Without the quotation that a text begins or ends with."""
    first, last = 0, len(lines)
    while last and (not lines[last - 1].strip() or lines[last - 1].startswith(">")):
        last -= 1
    while first < last and (not lines[first].strip() or lines[first].startswith(">")):
        first += 1
    return lines[first:last]


def _without_sent_from(lines: list[str]) -> list[str]:
    kept = list(lines)
    while kept and (not kept[-1].strip() or _RULE.match(kept[-1][:_LONGEST_LINE])):
        kept.pop()
    if kept and len(kept[-1]) < 200 and _SENT_FROM.match(kept[-1].strip()):
        return _without_sent_from(kept[:-1])
    return kept


def _tidy(lines: Sequence[str]) -> str:
    """No blanks at the ends, one empty line at most between two paragraphs."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1]):
            kept.append(line.rstrip())
    return "\n".join(kept).strip()
