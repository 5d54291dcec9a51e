"""Bytes of a mail as text, whatever it says of them. Pure, and in time linear in size."""

from __future__ import annotations

import re
import unicodedata

# tables and Unicode; codecs such as punycode take a time of their own
_KNOWN = re.compile(
    r"(?:utf-?8|utf-?16(?:[bl]e)?|(?:us-)?ascii|iso-?8859-?\d{1,2}|latin-?\d|windows-?125\d|"
    r"cp\d{3,4}|koi8-[ru]|macintosh|mac-roman|gb2312|gbk|gb18030|big5|euc-(?:jp|kr)|shift_jis)",
    re.IGNORECASE,
)


def decoded(content: bytes, charset: str | None) -> str:
    """Text by the charset that is said, else by the one that fits; never an error."""
    said = (charset or "").strip().strip("\"'")
    names = ["utf-8", "windows-1252"]
    if _KNOWN.fullmatch(said):
        names.insert(0, said)
    for name in names:
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")


def printable(text: str) -> str:
    """One line without control characters and halves of signs."""
    return " ".join(
        "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text).split()
    )


def clean(text: str) -> str:
    """Lines without control characters, which no database and no page wants."""
    return (
        "".join(
            c
            for c in text
            if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")
        )
        .replace("\ufeff", "")
        .replace("\u200b", "")
    )
