"""Paints every mail: `python -m tests.mails.gallery FOLDER [WORD…]`.

Writes each mail (whose name holds one of the words, where some are given) as .html, .txt and .eml,
and as pictures: a phone and a desk, light and dark; besides a phone that drops the style sheet, a
desk roughly as Outlook’s Word engine shows it, and a phone that turns colours dark by itself.
Look at them after every change of a mail.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.mails.collection import collect
from tests.mails.painting import DESK, PHONE, VIEWS, View, as_in_word, shown, without_style
from tests.mails.scene import Sample
from tests.parts.browser import running_browser

# what a phone does that paints every page dark, whatever it says of itself
FORCED_DARK = (
    "--enable-features=WebContentsForceDark",
    "--blink-settings=forceDarkModeEnabled=true,forceDarkModeInversionAlgorithm=4",
)


def main(folder: Path, words: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as databases:
        samples = collect(Path(databases))
    chosen = [one for one in samples if not words or any(word in one.name for word in words)]
    for one in chosen:
        (folder / f"{one.name}.html").write_text(one.letter.html, encoding="utf-8")
        (folder / f"{one.name}.txt").write_text(
            f"{one.letter.subject}\n\n{one.letter.text}", encoding="utf-8"
        )
        (folder / f"{one.name}.eml").write_bytes(one.raw)
    with running_browser() as browser:
        for one in chosen:
            _paint_all(browser, one, folder)
    with running_browser(*FORCED_DARK) as browser:
        for one in chosen:
            _paint(browser, one.letter.html, View("360-forced", PHONE), folder / one.name)


def _paint_all(browser: Browser, one: Sample, folder: Path) -> None:
    html = one.letter.html
    for view in VIEWS:
        _paint(browser, html, view, folder / one.name)
    _paint(browser, without_style(html), View("360-plain", PHONE), folder / one.name)
    _paint(browser, as_in_word(html), View("700-word", DESK), folder / one.name)


def _paint(browser: Browser, html: str, view: View, stem: Path) -> None:
    page = shown(browser, html, view)
    page.screenshot(path=stem.with_name(f"{stem.name}.{view.name}.png"), full_page=True)
    page.context.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Usage: python -m tests.mails.gallery FOLDER [WORD…]")
    main(Path(sys.argv[1]), sys.argv[2:])
