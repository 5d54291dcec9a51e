"""Every room's part in what is held about people. A new room with tables adds its line.

In the order in which somebody leaves: what waits for them is stopped before anything else.
"""

from __future__ import annotations

from app.accounts.personal import PERSONAL as ACCOUNTS
from app.agreements.personal import PERSONAL as AGREEMENTS
from app.core.personal import PersonalData
from app.files.personal import PERSONAL as FILES
from app.frameworks.personal import PERSONAL as FRAMEWORKS
from app.imports.personal import PERSONAL as IMPORTS
from app.inbox.personal import PERSONAL as INBOX
from app.initiatives.personal import PERSONAL as INITIATIVES
from app.journal.personal import PERSONAL as JOURNAL
from app.maturity.personal import PERSONAL as MATURITY
from app.outbox.personal import PERSONAL as OUTBOX
from app.overview.personal import PERSONAL as OVERVIEW
from app.plans.personal import PERSONAL as PLANS
from app.privacy.personal import PERSONAL as PRIVACY
from app.reminders.personal import PERSONAL as REMINDERS
from app.reports.personal import PERSONAL as REPORTS

ROOMS: tuple[PersonalData, ...] = (
    OUTBOX,
    INBOX,
    REMINDERS,
    PLANS,
    OVERVIEW,
    IMPORTS,
    INITIATIVES,
    MATURITY,
    REPORTS,
    FILES,
    ACCOUNTS,
    # once places have ended, questions are put to whoever is there now
    AGREEMENTS,
    PRIVACY,
    FRAMEWORKS,
    JOURNAL,
)
HOLDINGS = tuple(holding for room in ROOMS for holding in room.holdings)
# the person first, then as they come
SECTIONS = tuple(
    section
    for room in (
        ACCOUNTS,
        PLANS,
        OVERVIEW,
        IMPORTS,
        INITIATIVES,
        AGREEMENTS,
        FILES,
        REMINDERS,
        OUTBOX,
        INBOX,
        MATURITY,
        REPORTS,
        PRIVACY,
        FRAMEWORKS,
        JOURNAL,
    )
    for section in room.sections
)
