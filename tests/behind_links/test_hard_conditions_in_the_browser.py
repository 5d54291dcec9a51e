"""An old phone, one hand, a slow network, large letters: what is asked can be answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from app.web import assets
from tests.behind_links.conftest import House
from tests.behind_links.visits import (
    NEW,
    OPEN_ALL,
    PAGES,
    anew,
    counting,
    go,
    shape,
    sideways,
    visiting,
    without_what_is_new,
)
from tests.parts.browser import axe_violations

THUMB = 44
# bytes over the wire: the page as the server wrote it, then all it needs with it
HEAVIEST = {"one step": (14_000, 32_000), "ten steps": (32_000, 50_000)}
OTHERS = (20_000, 38_000)
LOW = f"""() => [...document.querySelectorAll("main :is(button, summary, .input, .button)")]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < {THUMB})
  .map(one => one.outerHTML.slice(0, 90))"""
LARGE_DRAWINGS = """() => [...document.querySelectorAll("svg, img")]
  .filter(one => one.getBoundingClientRect().width > 40 && !one.closest(".qr")).length"""
# where an element stands and how it begins
_NAME = """const NAME = one =>
  [...document.querySelectorAll("*")].indexOf(one) + one.outerHTML.slice(0, 60); """
FOCUSED = f"""() => {{ {_NAME} const one = document.activeElement, style = getComputedStyle(one);
  return [one.matches("main *"), NAME(one),
    style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2]; }}"""
REACHABLE = f"""() => {{ {_NAME}
  return [...document.querySelectorAll("main :is(a, button, summary, .input)")]
    .filter(one => one.checkVisibility()).map(NAME); }}"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_few_bytes_and_few_requests(browser: Browser, house: House, name: str) -> None:
    """Nothing that runs, one style sheet, the drawings: what a slow network can carry."""
    with visiting(browser) as page:
        arrived = counting(page)
        go(page, house, name)
        assert page.evaluate("document.scripts.length") == 0
        assert page.locator("link[rel=stylesheet]").count() == 1
        sizes = arrived.all_of(page)
    own, whole = HEAVIEST.get(name, OTHERS)
    assert len(set(arrived.names.values())) <= 6, arrived.names
    assert sizes[0] <= own and sum(sizes) <= whole, sizes


@pytest.mark.parametrize("name", PAGES)
def test_without_its_style_sheet_a_page_reads_in_its_order_and_nothing_is_in_the_way(
    browser: Browser, house: House, name: str
) -> None:
    with visiting(browser, width=320) as page:
        page.route("**/*.css", lambda route: route.abort())
        go(page, house, name)
        assert page.evaluate(LARGE_DRAWINGS) == 0
        assert sideways(page) == 0
        heading = page.locator("main h1").bounding_box()
        assert heading is not None and heading["y"] < 200
        for control in page.locator("main button:visible, main summary:visible").all():
            box = control.bounding_box()
            assert box is not None and box["y"] > heading["y"]


def test_without_style_and_script_the_three_answers_follow_their_step(
    browser: Browser, house: House
) -> None:
    with visiting(browser, java_script_enabled=False) as page:
        page.route("**/*.css", lambda route: route.abort())
        go(page, house, "one step")
        words = page.locator("main").inner_text()
    order = ("Où en êtes-vous", "Fabriquer les caisses", "C’est fait", "Nouvelle date", "Ça coince")
    places = [words.index(said) for said in (*order, "Autre")]
    assert places == sorted(places)


def test_the_three_answers_of_a_step_lie_under_the_thumb(browser: Browser, house: House) -> None:
    """All on the first screen, none in its upper third, which one hand does not reach."""
    with visiting(browser) as page:
        go(page, house, "one step")
        boxes = [one.bounding_box() for one in page.locator(".button--thumb:visible").all()]
        tall = [box for box in boxes if box]
        assert len(tall) == 3
        assert all(box["y"] > 740 / 3 and box["y"] + box["height"] < 740 for box in tall)


@pytest.mark.parametrize("name", PAGES)
def test_everything_unfolded_nothing_is_small_cut_off_or_found_by_axe(
    browser: Browser, house: House, name: str
) -> None:
    """In light and dark, and with letters twice as large."""
    with visiting(browser, width=320) as page:
        go(page, house, name)
        page.evaluate(OPEN_ALL)
        assert page.evaluate(LOW) == []
        assert sideways(page) == 0
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert axe_violations(page) == [], scheme
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert sideways(page) == 0


@pytest.mark.parametrize("name", PAGES)
def test_an_old_phone_shows_the_same_and_no_sheet_is_missing_from_the_light_one(
    browser: Browser, house: House, name: str
) -> None:
    whole = f"{house.site}{assets.url_path()}/css/whole.css"
    with visiting(browser) as page:
        go(page, house, name)
        assert NEW.findall(page.content()) == []
        new = opened_shape(page)
        page.route("**/light.css", without_what_is_new)
        anew(page)
        assert opened_shape(page) == new
        page.unroute("**/light.css")
        page.route("**/light.css", lambda route: route.fulfill(response=route.fetch(url=whole)))
        anew(page)
        assert opened_shape(page) == new


def opened_shape(page: Page) -> list[str]:
    """With all that unfolds."""
    page.evaluate(OPEN_ALL)
    return shape(page)


@pytest.mark.parametrize("name", ["one step", "fewer mails", "meeting", "charter"])
def test_the_keyboard_reaches_everything_and_is_seen_there(
    browser: Browser, house: House, name: str
) -> None:
    with visiting(browser) as page:
        go(page, house, name)
        page.evaluate(OPEN_ALL)
        wanted = page.evaluate(REACHABLE)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
        page.keyboard.press("Enter")
        assert _tabbed(page, len(wanted)) == wanted


def _tabbed(page: Page, most: int) -> list[str]:
    """What takes the focus in the page's main part, once each, in the order of Tab."""
    found: list[str] = []
    # a field for a day has several places to stop at, and draws the later ones itself
    for _press in range(5 * most):
        page.keyboard.press("Tab")
        is_inside, what, is_seen = page.evaluate(FOCUSED)
        if not is_inside:
            return found
        if what not in found[-1:]:
            assert is_seen, what
            found.append(what)
    return found
