"""What accounts hold about people, and how somebody leaves."""

from app.accounts.personal.holdings import HOLDINGS
from app.accounts.personal.leaving import known_as, let_go, seen_since
from app.accounts.personal.sections import SECTIONS
from app.core.personal import PersonalData

PERSONAL = PersonalData(
    holdings=HOLDINGS,
    sections=SECTIONS,
    known_as=known_as,
    let_go=let_go,
    seen_since=seen_since,
)
