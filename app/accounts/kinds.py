"""Kinds of organisations, roles and asks."""

from __future__ import annotations

import enum


class OrganisationKind(enum.StrEnum):
    COLLECTIVITE = "collectivite"
    CHAMBER = "chamber"
    COMPANY = "company"
    ASSOCIATION = "association"
    FUNDER = "funder"
    RESEARCH = "research"
    OTHER = "other"


class NafEdition(enum.StrEnum):
    """The nomenclature that an activity's code is of: NAF 2025 is in force from 2027-01-01."""

    REV2 = "rev2"
    NAF2025 = "naf2025"


class SizeBand(enum.StrEnum):
    """How many work there: the bands of INSEE (« tranches d’effectifs »), by their codes."""

    NONE = "00"
    FROM_1 = "01"
    FROM_3 = "02"
    FROM_6 = "03"
    FROM_10 = "11"
    FROM_20 = "12"
    FROM_50 = "21"
    FROM_100 = "22"
    FROM_200 = "31"
    FROM_250 = "32"
    FROM_500 = "41"
    FROM_1000 = "42"
    FROM_2000 = "51"
    FROM_5000 = "52"
    FROM_10000 = "53"


class MergeKind(enum.StrEnum):
    """Of what two records were made one."""

    ORGANISATION = "organisation"
    PERSON = "person"


class TerritoryRoleKind(enum.StrEnum):
    PILOT = "pilot"
    FACILITATOR = "facilitator"
    OBSERVER = "observer"


class TerritoryTextKind(enum.StrEnum):
    """Texts that a territory publishes; each version is kept."""

    CHARTER = "charter"


class MembershipRole(enum.StrEnum):
    MEMBER = "member"
    MANAGER = "manager"


class MailRhythm(enum.StrEnum):
    """How a person wants the relances: at once, gathered daily or weekly, or not at all."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


class AskKind(enum.StrEnum):
    """What can wait for an answer. Each kind has a handler that runs the verb."""

    INVITATION = "invitation"
    AGREEMENT = "agreement"
    HAND_OVER = "hand_over"
    COMMITMENT = "commitment"
    OPENING = "opening"
    RSVP = "rsvp"
    ADDRESS = "address"
    TERRITORY_ROLE = "territory_role"
    OPERATOR = "operator"


# invitations that are answered behind the same kind of link, on the same page
JOINING = (AskKind.INVITATION, AskKind.TERRITORY_ROLE, AskKind.OPERATOR)


class AskState(enum.StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class GrantPurpose(enum.StrEnum):
    """What a link in a mail opens; a link for one purpose opens nothing else."""

    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    ADDRESS = "address"
    ANSWER = "answer"
    RELANCE = "relance"
    UNSUBSCRIBE = "unsubscribe"
    PERSONAL_DATA = "personal_data"


class SignInWay(enum.StrEnum):
    """How a session was opened."""

    PASSWORD = "password"
    LINK = "link"
    PROVIDER = "provider"
    DEMO = "demo"


class SecurityEvent(enum.StrEnum):
    """What a person is told by mail about the ways into their account."""

    PASSWORD_CHOSEN = "password_chosen"
    PASSWORD_CHANGED = "password_changed"
    ADDRESS_CHANGED = "address_changed"
    FACTOR_SET_UP = "factor_set_up"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_RESET = "factor_reset"
    RECOVERY_USED = "recovery_used"
    RECOVERY_RENEWED = "recovery_renewed"
    CODES_GUESSED = "codes_guessed"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
