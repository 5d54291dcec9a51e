"""This room's tables: places, people, what they are asked, and how they enter."""

from app.accounts.models.asks import Ask, Grant
from app.accounts.models.claims import Claim, Departure
from app.accounts.models.closures import LONGEST_CLOSURE, Closure
from app.accounts.models.directory import DirectoryUse
from app.accounts.models.entering import (
    ExternalIdentity,
    HalfSignIn,
    ProviderVisit,
    RecoveryCode,
    SecondFactor,
    SignIn,
    SignInFailure,
)
from app.accounts.models.merges import Merge
from app.accounts.models.people import (
    Absence,
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
    "LONGEST_CLOSURE",
    "SEARCH_KEY_LENGTH",
    "Absence",
    "ActivityZone",
    "Ask",
    "Claim",
    "Closure",
    "Departure",
    "DirectoryUse",
    "ExternalIdentity",
    "Grant",
    "HalfSignIn",
    "MailPreference",
    "Membership",
    "Merge",
    "Organisation",
    "OrganisationId",
    "Person",
    "PersonId",
    "ProviderVisit",
    "RecoveryCode",
    "SecondFactor",
    "SignIn",
    "SignInFailure",
    "Territory",
    "TerritoryId",
    "TerritoryRole",
    "TerritoryText",
    "organisation_territory",
]
