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


class TerritoryRoleKind(enum.StrEnum):
    PILOT = "pilot"
    FACILITATOR = "facilitator"
    OBSERVER = "observer"


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
    RSVP = "rsvp"
    ADDRESS = "address"


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
    RELANCE = "relance"
    UNSUBSCRIBE = "unsubscribe"
    PERSONAL_DATA = "personal_data"
