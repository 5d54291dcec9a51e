"""What accounts hold about people, and how somebody leaves."""

from app.accounts.personal.holdings import HOLDINGS
from app.accounts.personal.leaving import known_as, let_go, seen_since
from app.accounts.personal.records import SECTIONS as RECORDS
from app.accounts.personal.sections import SECTIONS
from app.accounts.personal.ways_in import SECTIONS as WAYS_IN
from app.core.personal import PersonalData

PERSONAL = PersonalData(
    holdings=HOLDINGS,
    sections=(*SECTIONS, *WAYS_IN, *RECORDS),
    known_as=known_as,
    let_go=let_go,
    seen_since=seen_since,
)
