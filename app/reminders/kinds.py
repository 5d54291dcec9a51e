"""Occasions, what became of them, why one was not told, and what people answer."""

from __future__ import annotations

import enum
import re

_WEEK = re.compile(r"\d{4}-W\d{2}")


class OccasionCode(enum.StrEnum):
    """When a step is spoken of, relative to its due date (domain.md §6), by the usual distance."""

    MILESTONE = "J-14"
    WEEK_BEFORE = "J-7"
    DAY_BEFORE = "J-1"
    DAY_OF = "J0"
    AFTER = "J+5"
    EACH_WEEK = "semaine"

    @property
    def announces(self) -> bool:
        """Whether it speaks of a date to come; the others ask about one that has passed."""
        return self not in (OccasionCode.AFTER, OccasionCode.EACH_WEEK)

    @classmethod
    def _missing_(cls, value: object) -> OccasionCode | None:
        """A week's own key, such as 2026-W16, in the ledger."""
        is_week = isinstance(value, str) and _WEEK.fullmatch(value) is not None
        return cls.EACH_WEEK if is_week else None


def last_words(*, is_chased: bool) -> tuple[OccasionCode, ...]:
    """After which occasions nobody is written to any more: the relance after the date, and where
    none is foreseen, whatever was said before it."""
    if is_chased:
        return (OccasionCode.AFTER,)
    return (
        OccasionCode.MILESTONE,
        OccasionCode.WEEK_BEFORE,
        OccasionCode.DAY_BEFORE,
        OccasionCode.AFTER,
    )


class NoticeCode(enum.StrEnum):
    """What those who keep an eye on a project are told, in a line of a mail."""

    BLOCKED = "bloque"
    UNANSWERED = "muet"
    TO_THE_LEAD = "muet-lead"
    SILENT = "silence"
    SILENT_TO_LEAD = "silence-lead"


class Following(enum.StrEnum):
    """The message that comes next about a step that stays as it is."""

    BEFORE = "avant"
    EVE = "veille"
    AFTER = "apres"
    AFTER_THEN_WEEKLY = "apres-puis-semaine"
    EACH_WEEK = "semaine"
    NOTHING = "rien"


class Audience(enum.StrEnum):
    """Whom a policy speaks to: firms and their like, or those whose trade the follow-up is."""

    COMPANY = "company"
    AGENT = "agent"


class Manner(enum.StrEnum):
    """How a project or a step wants its relances, where not as its territory says."""

    USUAL = "usual"
    ONCE = "once"
    NONE = "none"


class RelanceState(enum.StrEnum):
    """`released`: a mail was to tell it, and could not truthfully; it is decided again."""

    TOLD = "told"
    DROPPED = "dropped"
    RELEASED = "released"


class Answer(enum.StrEnum):
    """What a person answers from the mail."""

    DONE = "fait"
    NEW_DATE = "date"
    STUCK = "coince"
    AGREED = "accord"
    NOT_ME = "pas-moi"
    IN_PROGRESS = "cours"
    PASSED_ON = "relais"


class Addition(enum.StrEnum):
    """What a person adds to a step from the mail; it answers nothing, and silences nothing."""

    WORD = "mot"
    FIGURE = "chiffre"
    FILE = "fichier"


class Wish(enum.StrEnum):
    """How somebody wants the relances from now on; a mail client’s one click says `off`."""

    AT_ONCE = "aussitot"
    DAILY = "jour"
    WEEKLY = "semaine"
    PAUSE = "pause"
    OFF = "rien"
    BACK = "retour"


class CallOutcome(enum.StrEnum):
    """What a call brought for one step; `nothing`: spoken of, and it stands as it stood."""

    NOTHING = "rien"
    DONE = "fait"
    NEW_DATE = "date"
    IN_PROGRESS = "cours"
    BLOCKED = "coince"


class Reason(enum.StrEnum):
    """Why an occasion was not told, is held for now, or was released."""

    # dropped for good
    SUPERSEDED = "superseded"
    BEFORE_START = "before_start"
    BEFORE_RESUME = "before_resume"
    TOO_LATE = "too_late"
    ENTERED_PAST = "entered_past"
    ANSWERED = "answered"
    # dropped until somebody mends it
    NO_RECIPIENT = "no_recipient"
    NO_ADDRESS = "no_address"
    OPTED_OUT = "opted_out"
    # held: nothing is decided yet
    NOT_STARTED = "not_started"
    PAUSED = "paused"
    PROJECT_IDLE = "project_idle"
    BLOCKED = "blocked"
    WAITS = "waits"
    ASKED = "asked"
    SWITCHED_OFF = "switched_off"
    NEWS_PROMISED = "news_promised"
    CALLED = "called"
    DAY_OFF = "day_off"
    TOO_RECENT = "too_recent"
    NOT_ME = "not_me"
    DIGEST = "digest"
    ONE_A_DAY = "one_a_day"
    ONE_A_WEEK = "one_a_week"
    # released
    FACTS_CHANGED = "facts_changed"


# no word of the ledger: a mail that is held for it was written before, hence its facts changed
NEVER_WRITTEN = frozenset({Reason.ASKED})
# an occasion dropped for one of these is told after all once its cause is mended
CURABLE = frozenset({Reason.NO_RECIPIENT, Reason.NO_ADDRESS, Reason.OPTED_OUT})


class NotReached(enum.StrEnum):
    """Why a mail that was written did not reach anybody."""

    ADDRESS = "address"
    LOST = "lost"


class Fate(enum.StrEnum):
    """How an occasion of the ledger stands, in one word; each has exactly one."""

    ANSWERED = "repondu"
    UNANSWERED = "sans-reponse"
    LEAVING = "a-partir"
    LOST = "non-remis"
    SKIPPED = "non-envoye"


class Outcome(enum.StrEnum):
    """What an answer from a mail came to."""

    TAKEN = "taken"
    ALREADY = "already"
    CLOSED = "closed"
    MOVED = "moved"
    CHANGED = "changed"
    NOT_YOURS = "not_yours"
