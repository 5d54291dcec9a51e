"""A file's bytes → its lines, with remarks about what the file as a whole holds.

Lines end at \\n, \\r\\n or \\r and nowhere else: U+2028 stands inside lines of real files,
so `splitlines()` would cut them (domain.md §4). Text is changed only where it says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from app.frameworks.format.drafts import Diagnostic, remark
from app.frameworks.kinds import DiagnosticCode as Code

_LONG_BLANK_RUN = 10

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SEPARATOR = re.compile("[\u2028\u2029\x85]")
_COMBINING = re.compile("[\u0300-\u036f]")
# At most three marks: composing an endless run of them would cost the square of its length.
_DECOMPOSED = re.compile("[A-Za-z][\u0300-\u036f]{1,3}")
_DASH_TAB = re.compile(r"^([ \t]{0,8}[-*+])\t+", re.MULTILINE)
_HTML = re.compile(r"<(?:[A-Za-z/]|!--)")

_MESSAGES = {
    Code.LINE_ENDINGS: "fins de ligne Windows ou Mac : lues comme des fins de ligne simples.",
    Code.CONTROL_CHARACTER: "caractère de contrôle invisible : remplacé par « \ufffd ».",
    Code.LINE_SEPARATOR: "séparateur de ligne invisible (U+2028 ou voisin) : gardé dans la "
    "ligne, qui n’est pas coupée ; un retour à la ligne simple est attendu.",
    Code.DECOMPOSED_ACCENTS: "accents décomposés : recomposés (forme NFC attendue).",
    Code.TAB_AFTER_DASH: "tabulation après un tiret de liste : remplacée par une espace.",
    Code.RAW_HTML: "balise HTML : gardée telle quelle dans le texte, filtrée à l’affichage ; "
    "du Markdown est attendu.",
}


def read_lines(file: str, content: bytes) -> tuple[list[str], list[Diagnostic]]:
    """Lines without their ends. Not UTF-8 → no line and one error."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as fault:
        return [], [_not_utf8(file, content, fault.start)]
    found: list[Diagnostic] = []
    if "\ufeff" in text:
        text = text.replace("\ufeff", "")
        message = "marque d’ordre des octets (BOM) : ignorée ; de l’UTF-8 sans BOM est attendu."
        found.append(remark(file, 1, Code.BOM, message))
    text = _clean(file, text, found)
    lines = text.split("\n")
    found += _blank_runs(file, lines)
    return lines, found


def _not_utf8(file: str, content: bytes, start: int) -> Diagnostic:
    line = content.count(b"\n", 0, start) + 1
    message = (
        f"l’octet {start + 1} n’est pas de l’UTF-8 : le fichier n’est pas lu ; "
        "enregistrez-le en UTF-8."
    )
    return remark(file, line, Code.NOT_UTF8, message)


def _clean(file: str, text: str, found: list[Diagnostic]) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        found.append(remark(file, 1, Code.LINE_ENDINGS, _MESSAGES[Code.LINE_ENDINGS]))
    # Each pattern is looked for only where its sign stands: most files hold none of them.
    text = _replace(file, text, found, Code.CONTROL_CHARACTER, _CONTROL, lambda _: "\ufffd")
    if _COMBINING.search(text):
        text = _replace(file, text, found, Code.DECOMPOSED_ACCENTS, _DECOMPOSED, _compose)
    if "\t" in text:
        text = _replace(file, text, found, Code.TAB_AFTER_DASH, _DASH_TAB, _dash_space)
    _report(file, text, found, Code.LINE_SEPARATOR, _SEPARATOR)
    if "<" in text:
        _report(file, text, found, Code.RAW_HTML, _HTML)
    return text


def _replace(
    file: str,
    text: str,
    found: list[Diagnostic],
    code: Code,
    pattern: re.Pattern[str],
    by: Callable[[re.Match[str]], str],
) -> str:
    return pattern.sub(by, text) if _report(file, text, found, code, pattern) else text


def _report(
    file: str, text: str, found: list[Diagnostic], code: Code, pattern: re.Pattern[str]
) -> bool:
    """One remark a file, at the first place, with the number of places; False for none."""
    first = pattern.search(text)
    if first is None:
        return False
    places = sum(1 for _ in pattern.finditer(text))
    line = text.count("\n", 0, first.start()) + 1
    more = f" ({places} endroits)" if places > 1 else ""
    found.append(remark(file, line, code, _MESSAGES[code] + more))
    return True


def _compose(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match[0])


def _dash_space(match: re.Match[str]) -> str:
    return f"{match[1]} "


def _blank_runs(file: str, lines: list[str]) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    run = 0
    for number, line in enumerate(lines, start=1):
        if not line or line.isspace():
            run += 1
            continue
        if run >= _LONG_BLANK_RUN:
            message = f"{run} lignes vides de suite : lues comme une seule séparation."
            found.append(remark(file, number - run, Code.BLANK_RUN, message))
        run = 0
    return found
