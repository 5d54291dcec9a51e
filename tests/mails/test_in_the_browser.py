"""Every mail as phones and desks show it: nothing is cut, small, pale, or lost with its style."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.mails.painting import DESK, PHONE, VIEWS, View, as_in_word, shown, without_style
from tests.mails.scene import Sample
from tests.parts.browser import axe_violations

pytestmark = pytest.mark.xdist_group("browser")
MEASURE = """() => {
  const seen = one => one.checkVisibility() && one.textContent.trim();
  const all = [...document.querySelectorAll("body *")].filter(seen);
  const own = one => [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  const size = one => parseFloat(getComputedStyle(one).fontSize);
  return {
    width: document.documentElement.scrollWidth,
    small: all.filter(one => own(one) && size(one) < (one.closest(".foot") ? 15 : 16))
      .map(one => one.textContent.slice(0, 40)),
    low: all.filter(one => one.matches(".button a") && one.getBoundingClientRect().height < 44)
      .map(one => one.textContent),
  };
}"""


@pytest.fixture
def one_of_each(samples: dict[str, Sample]) -> list[Sample]:
    """The first mail of every kind, and all with long words."""
    firsts: dict[str, Sample] = {}
    for one in samples.values():
        firsts.setdefault(one.kind, one)
    return [*firsts.values(), *(one for one in samples.values() if "long" in one.name)]


def measured(page: Page) -> dict[str, object]:
    found: dict[str, object] = page.evaluate(MEASURE)
    return found


def found_by_axe(page: Page) -> list[str]:
    """A mail stands inside a page of its program, which has the landmarks."""
    return [one for one in axe_violations(page) if not one.startswith("region:")]


@pytest.mark.parametrize("treated", ["as it is", "without its style"])
def test_on_a_phone_nothing_is_wider_smaller_or_lower_than_a_thumb_and_an_eye_want(
    browser: Browser, samples: dict[str, Sample], treated: str
) -> None:
    page = shown(browser, "", VIEWS[0])
    for one in samples.values():
        html = one.letter.html
        page.set_content(html if treated == "as it is" else without_style(html))
        found = measured(page)
        assert found == {"width": PHONE, "small": [], "low": []}, one.name
    page.context.close()


@pytest.mark.parametrize("view", [VIEWS[0], VIEWS[1]], ids=lambda view: view.name)
def test_axe_finds_nothing(browser: Browser, one_of_each: list[Sample], view: View) -> None:
    page = shown(browser, "", view)
    for one in one_of_each:
        page.set_content(one.letter.html)
        assert found_by_axe(page) == [], one.name
    page.context.close()


def test_without_its_style_sheet_a_mail_keeps_its_colours(
    browser: Browser, one_of_each: list[Sample]
) -> None:
    """Dark is lost, nothing else: axe counts the contrast of what is left."""
    page = shown(browser, "", View("dark", PHONE, "dark"))
    for one in one_of_each:
        page.set_content(without_style(one.letter.html))
        assert found_by_axe(page) == [], one.name
    page.context.close()


def test_in_words_engine_a_button_is_a_box_that_stands_apart(
    browser: Browser, samples: dict[str, Sample]
) -> None:
    page = shown(browser, as_in_word(samples["relance-first"].letter.html), View("", DESK))
    boxes = [cell.bounding_box() for cell in page.locator(".button").all()]
    tall = [box["height"] for box in boxes if box]
    assert len(tall) == 3 and min(tall) >= 44
    colours = page.locator(".button").first.evaluate("one => getComputedStyle(one).backgroundColor")
    assert colours == "rgb(10, 92, 97)"
    page.context.close()
