"""This room's tables: places, people, what they are asked, and how they enter."""

from app.accounts.models.asks import Ask, Grant
from app.accounts.models.claims import Claim, Departure
from app.accounts.models.directory import DirectoryUse
from app.accounts.models.entering import SignIn, SignInFailure
from app.accounts.models.merges import Merge
from app.accounts.models.people import (
    MailPreference,
    Membership,
    Person,
    PersonId,
    TerritoryRole,
)
from app.accounts.models.places import (
    DEFAULT_ZONE,
    SEARCH_KEY_LENGTH,
    ActivityZone,
    Organisation,
    OrganisationId,
    Territory,
    TerritoryId,
    organisation_territory,
)

__all__ = [
    "DEFAULT_ZONE",
    "SEARCH_KEY_LENGTH",
    "ActivityZone",
    "Ask",
    "Claim",
    "Departure",
    "DirectoryUse",
    "Grant",
    "MailPreference",
    "Membership",
    "Merge",
    "Organisation",
    "OrganisationId",
    "Person",
    "PersonId",
    "SignIn",
    "SignInFailure",
    "Territory",
    "TerritoryId",
    "TerritoryRole",
    "organisation_territory",
]
