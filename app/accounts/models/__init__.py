"""This room's tables: places, people, what they are asked, and how they enter."""

from app.accounts.models.asks import Ask, Grant
from app.accounts.models.entering import SignIn, SignInFailure
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
from app.accounts.models.texts import TerritoryText

__all__ = [
    "DEFAULT_ZONE",
    "SEARCH_KEY_LENGTH",
    "ActivityZone",
    "Ask",
    "Grant",
    "MailPreference",
    "Membership",
    "Organisation",
    "OrganisationId",
    "Person",
    "PersonId",
    "SignIn",
    "SignInFailure",
    "Territory",
    "TerritoryId",
    "TerritoryRole",
    "TerritoryText",
    "organisation_territory",
]
