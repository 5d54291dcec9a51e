"""What a hostile visitor sends: addresses, forms, files and headers, near enough to get in deep.

A request begins with one that the access matrix knows, so that new routes are attacked from the
day that they have their line; then parts of it are replaced.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from tests.access.matrix import Line
from tests.files.samples import GOOD, PDF, PNG
from tests.hostile.forms import Pair

ELSEWHERE = "evil.example"
SCRIPT = "<script>alert(1)</script>"
NUMBERS = (
    "0",
    "-1",
    "1",
    "9" * 30,
    "-" + "9" * 19,
    "9223372036854775808",
    "1e999999",
    "1e-999999",
    "NaN",
    "sNaN",
    "Infinity",
    "-0",
    "0x10",
    "1_0",
    "²",
    "१२",
    "1.5",
    "12,5",
    "1 000",
)
DATES = (
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "2026-04-17T10:00",
    "17/04/2026",
    "-2026-04-17",
    "2026-4-7",
    "١٢٣٤-٠١-٠١",
)
TEXTS = (
    "",
    " ",
    "\t",
    "x",
    "null",
    "true",
    SCRIPT,
    "' OR 1=1 --",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "%s%n%(x)s%",
    "${7*7}",
    "../../etc/passwd",
    "\x00",
    "a\x00b",
    "\u202e\u200f",
    "é" * 300,
    "A" * 9000,
    "👩🏽\u200d🌾" * 50,
    "\r\nX-Evil: 1",
    "a;b=c",
    "[]",
    "{}",
    "\ufeff",
    "\u2028",
)
WAYS_OUT = (
    f"https://{ELSEWHERE}/",
    f"//{ELSEWHERE}",
    f"/\\{ELSEWHERE}",
    f"\\\\{ELSEWHERE}",
    f"/\t/{ELSEWHERE}",
    f"https:{ELSEWHERE}",
    f"javascript:alert(1)//{ELSEWHERE}",
    f"http://localhost@{ELSEWHERE}",
    f"/%09/{ELSEWHERE}",
    f"/.//{ELSEWHERE}",
    "//[",
    "//\uff0f",
)
RAW_SEGMENTS = (
    "%FF",
    "%00",
    "%ED%A0%80",
    "%2e%2e",
    "..%2f..",
    "%",
    "%zz",
    "a%0d%0ab",
    "%C0%AF",
    ";x=1",
    "x" * 3000,
    "%E2%80%A8",
    "*",
    "~",
    "nouveau",
    "0",
)
QUERY_NAMES = (
    "q",
    "page",
    "apres",
    "next",
    "annee",
    "organisation",
    "stade",
    "etat",
    "statut",
    "retard",
    "liste",
    "qui",
    "nature",
    "etape",
    "reponse",
    "merci",
    "a",
    "voir",
    "vue",
    "jour",
    "depuis",
    "id",
    "",
    "q[]",
    "__proto__",
)
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "QUERY")
HEADERS: Mapping[str, tuple[str, ...]] = {
    "HX-Request-Type": ("partial", "full", "x"),
    "HX-Request": ("true",),
    "HX-Current-URL": (f"https://{ELSEWHERE}/x", "http://[", "\\", f"//{ELSEWHERE}"),
    "X-Forwarded-For": ("1.2.3.4", "x, y, z", "::1"),
    "X-Forwarded-Host": (ELSEWHERE,),
    "X-Forwarded-Proto": ("https", "gopher"),
    "X-Forwarded-Prefix": (f"//{ELSEWHERE}",),
    "X-Original-URL": ("/projets",),
    "X-HTTP-Method-Override": ("DELETE", "GET"),
    "Forwarded": (f"host={ELSEWHERE}",),
    "Accept": ("application/json", "*/*;q=x", "text/html;q=1e999"),
    "Accept-Language": ("zz-ZZ", "fr;q=NaN", "x" * 500, "../../fr"),
    "If-None-Match": ("*", 'W/"x', "x" * 500),
    "If-Modified-Since": ("yesterday", "Thu, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 99999 00:00:00 GMT"),
    "Range": ("bytes=0-", "bytes=9-1", "bytes=-99999999999999999999", "x=1", "bytes=0-0,1-1"),
    "If-Range": ("x",),
    "Origin": (f"https://{ELSEWHERE}", "null", "http://["),
    "Referer": (f"https://{ELSEWHERE}/", "http://["),
    "Sec-Fetch-Site": ("cross-site", "x"),
    "User-Agent": ("x" * 5000, ""),
    "Authorization": ("Basic Og==", "Bearer x", "Digest x"),
    "Cookie": ("maillage=x", "maillage=.eJ.x.y", "maillage=" + "A" * 9000, "=;;;", "maillage=é"),
    "Host": (ELSEWHERE, f"localhost@{ELSEWHERE}", "localhost:99999", "", "[::1", "LOCALHOST."),
    "Content-Type": ("application/json", "text/plain", "multipart/form-data", "x/y; charset=zz",
                     "multipart/form-data; boundary=" + "b" * 300, "application/x-www-form-urlencoded; charset=utf-7"),
    "Expect": ("100-continue",),
}  # fmt: skip
BODIES = (
    b"", b"\x00", b"\xff\xfe", b"a=%FF&b=%ED%A0%80", b"a" * 5000 + b"=1", b"&" * 2000 + b"=", b"[" * 5000,
    b'{"a":' * 2000, b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\r\n\r\nx",
    b"--b\r\n" * 100, b"title=a&title=b&title=c", b"status=done&status=todo&version=1&version=2",
)  # fmt: skip
BODY_TYPES = (
    "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=b", "text/plain",
)  # fmt: skip
FILES = (
    *((name, data) for (name, _kind), data in GOOD.items()),
    ("../../x.pdf", PDF), ("a.svg", SCRIPT.encode()), ("a.pdf\x00.html", PDF), ("", PDF), ("con.png", PNG),
    ("x" * 500 + ".pdf", PDF), ("a.docx", b"PK\x03\x04" + b"\x00" * 60), ("\u202efdp.exe", PDF), ("a.jpg", b"\xff\xd8\xff"),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request. `body` stands in for the form where it is not None."""

    method: str
    path: str
    query: tuple[Pair, ...] = ()
    form: tuple[Pair, ...] = ()
    files: tuple[tuple[str, tuple[str, bytes]], ...] = ()
    headers: tuple[Pair, ...] = ()
    body: tuple[str, bytes] | None = None

    def options(self) -> dict[str, Any]:
        """For the test client."""
        options: dict[str, Any] = {"method": self.method, "headers": list(self.headers)}
        if self.query:
            options["query_string"] = "&".join(
                f"{quote(name)}={quote(value)}" for name, value in self.query
            )
        if self.body is not None:
            return options | {"content_type": self.body[0], "data": self.body[1]}
        data: dict[str, Any] = {}
        for name, value in self.form:
            data.setdefault(name, []).append(value)
        for name, (filename, content) in self.files:
            data[name] = (io.BytesIO(content), filename)
        return options | ({"data": data} if data else {})

    def says(self, words: str) -> bool:
        """Whether the request itself holds these words: an echo is no leak."""
        held = (*self.query, *self.form, ("", self.path), *self.headers)
        return any(words in one or words in value for one, value in held)


@dataclass(frozen=True)
class Known:
    """What an attacker knows: the lines of the matrix, everybody's ids, the pages' forms."""

    lines: tuple[Line, ...]
    rows: Mapping[str, str]
    forms: Mapping[str, list[list[Pair]]] = field(default_factory=dict)

    @functools.cached_property
    def values(self) -> st.SearchStrategy[str]:
        """Made once: making a strategy takes longer than drawing from it."""
        return hostile_values(self.rows)

    def among(self, rows: Mapping[str, str], names: Mapping[str, str]) -> Known:
        """The same of another installation, where the same things have other ids and links."""
        others = {**names, **{mine: rows[name] for name, mine in self.rows.items()}}
        known = re.compile("|".join(map(re.escape, others)))

        def there(text: str) -> str:
            return known.sub(lambda found: others[found[0]], text)

        forms = {
            there(path): [[(name, there(value)) for name, value in pairs] for pairs in found]
            for path, found in self.forms.items()
        }
        return Known(self.lines, rows, forms)


def hostile_values(rows: Mapping[str, str]) -> st.SearchStrategy[str]:
    ids = [value for name, value in rows.items() if not name.endswith("_link")]
    return st.one_of(
        st.sampled_from(TEXTS),
        st.sampled_from(NUMBERS),
        st.sampled_from(DATES),
        st.sampled_from(WAYS_OUT),
        st.sampled_from(ids),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    )


@st.composite
def requests(draw: st.DrawFn, known: Known) -> Asked:
    """A request that begins as one of the matrix, with up to a handful of parts replaced."""
    line = draw(st.sampled_from(known.lines))
    values = known.values
    path, query = draw(_addresses(line, known, values))
    method = draw(st.sampled_from(METHODS)) if draw(st.integers(0, 5)) == 5 else line.method
    asked = {"method": method, "path": path, "query": query, "headers": draw(_headers())}
    if method in {"GET", "HEAD", "OPTIONS", "TRACE"}:
        return Asked(**asked)
    if draw(st.integers(0, 7)) == 7:
        body = (draw(st.sampled_from(BODY_TYPES)), draw(st.sampled_from(BODIES)))
        return Asked(**asked, body=body)
    files = draw(
        st.lists(
            st.tuples(st.sampled_from(["file", "file", "x"]), st.sampled_from(FILES)), max_size=1
        )
    )
    return Asked(**asked, form=draw(_forms(line, path, known, values)), files=tuple(files))


@st.composite
def _addresses(
    draw: st.DrawFn, line: Line, known: Known, values: st.SearchStrategy[str]
) -> tuple[str, tuple[Pair, ...]]:
    """The line's address; now and then one of its ids is another's, or none at all."""
    bare, _mark, asked = line.address.partition("?")
    names = re.findall(r"\{(\w+)\}", bare)
    filled = {name: known.rows[name] for name in names}
    if names and draw(st.integers(0, 2)) == 2:
        other = st.sampled_from(list(known.rows.values()))
        hostile = st.one_of(
            other, st.sampled_from(RAW_SEGMENTS), values.map(lambda text: quote(text, safe=""))
        )
        filled[draw(st.sampled_from(names))] = draw(hostile)
    pairs = draw(st.lists(st.tuples(st.sampled_from(QUERY_NAMES), values), max_size=2))
    given = [tuple(one.split("=", 1)) for one in asked.split("&") if "=" in one]
    return bare.format(**filled), (*given, *pairs)  # type: ignore[return-value]


@st.composite
def _forms(
    draw: st.DrawFn, line: Line, path: str, known: Known, values: st.SearchStrategy[str]
) -> tuple[Pair, ...]:
    """A form that a page of ours holds, or the matrix, with some fields replaced or missing."""
    offered = [*known.forms.get(path, []), list(line.sent(known.rows).items())]
    pairs = list(draw(st.sampled_from(offered)))
    for _ in range(draw(st.integers(0, 3))):
        if not pairs:
            break
        at = draw(st.integers(0, len(pairs) - 1))
        name = pairs.pop(at)[0]
        if draw(st.booleans()):
            pairs.insert(at, (name, draw(values)))
    if draw(st.integers(0, 4)) == 4:
        pairs.append((draw(st.sampled_from(QUERY_NAMES)), draw(values)))
    return tuple(pairs)


@st.composite
def _headers(draw: st.DrawFn) -> tuple[Pair, ...]:
    if draw(st.integers(0, 2)) < 2:
        return ()
    names = draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=2, unique=True))
    return tuple((name, draw(st.sampled_from(HEADERS[name]))) for name in names)
