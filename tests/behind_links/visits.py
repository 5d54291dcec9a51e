"""Which pages are looked at, and how a browser is told of old phones and poor networks."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, Route

from tests.behind_links.conftest import House
from tests.behind_links.doors import DOORS
from tests.parts.browser import settle
from tests.parts.waiting import wait_until

DEAD = {
    f"dead {beginning.strip('/')}": f"{beginning}abc"
    for beginning in sorted({beginning for _mail, beginning in DOORS.values()})
}
PAGES = (*DOORS, *DEAD)
# what browsers learned after 2020: a phone that does not know it leaves out the whole rule
NEW = re.compile(r":has\(|@container|color-mix\(|subgrid|\binert\b|<dialog|popover")
SHAPE = """() => [...document.querySelectorAll("body *")].map(one => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return [one.tagName, ...[box.x, box.y, box.width, box.height].map(Math.round), style.display,
    style.color, style.backgroundColor, style.border, style.borderRadius, style.font,
    style.boxShadow, style.textDecoration].join(" "); })"""
OPEN_ALL = "document.querySelectorAll('main details').forEach(one => { one.open = true })"


@dataclass
class Arrived:
    """What came over the wire for one page, the page itself first."""

    names: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def all_of(self, page: Page) -> list[int]:
        """The sizes, once all that was asked for has come."""
        wait_until(
            lambda: page.evaluate("true") and self.names.keys() == self.sizes.keys(), "every byte"
        )
        return [self.sizes[asked] for asked in self.names]


@contextlib.contextmanager
def visiting(browser: Browser, *, width: int = 360, **options: Any) -> Iterator[Page]:
    """A phone that was never here, with an empty cache."""
    # colours that move are measured on their way
    context = browser.new_context(
        viewport={"width": width, "height": 740},
        locale="fr-FR",
        reduced_motion="reduce",
        **options,
    )
    yield context.new_page()
    context.close()


def go(page: Page, house: House, name: str) -> None:
    page.goto(house.site + (house.doors.get(name) or DEAD[name]))
    settle(page)


def anew(page: Page) -> None:
    page.reload()
    settle(page)


def counting(page: Page) -> Arrived:
    """From now on, what the browser really reads, headers included."""
    arrived = Arrived()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on(
        "Network.requestWillBeSent",
        lambda said: arrived.names.update({said["requestId"]: said["request"]["url"]}),
    )
    wire.on(
        "Network.loadingFinished",
        lambda said: arrived.sizes.update({said["requestId"]: said["encodedDataLength"]}),
    )
    return arrived


def without_what_is_new(route: Route) -> None:
    """The style sheet as an old browser understands it."""
    answer = route.fetch()
    old = NEW.sub(":unknown(", answer.text().replace("@container", "@unknown"))
    route.fulfill(response=answer, body=old)


def shape(page: Page) -> list[str]:
    """Where every element stands, and in which colours and letters."""
    drawn: list[str] = page.evaluate(SHAPE)
    return drawn


def sideways(page: Page) -> int:
    """How much is cut off at the right."""
    too_much: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return too_much
