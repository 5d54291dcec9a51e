"""What the page says of a mail that leaves in a few minutes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash
from flask_babel import gettext as _

from app.core.french import listing

MOST_NAMES = 4


def say_who_is_told(names: Sequence[str]) -> None:
    """Whoever is responsible from now on, by name while they are few; nothing where nobody is."""
    if not names:
        return
    if len(names) > MOST_NAMES:
        said = _("Un courriel part dans quelques minutes vers %(n)s personnes.", n=len(names))
    else:
        who = listing(list(names))
        said = _("Un courriel part dans quelques minutes vers %(who)s.", who=who)
    flash(said, "info")
