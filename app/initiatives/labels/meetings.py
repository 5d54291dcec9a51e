"""French words of meetings, groups and answers."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from app.initiatives.kinds.meetings import GroupKind, Matter, MeetingKind, MeetingState, Rsvp

KINDS: Mapping[MeetingKind, str] = {
    MeetingKind.GATHERING: "Rencontre",
    MeetingKind.WORKSHOP: "Atelier",
    MeetingKind.STEERING: "COPIL",
    MeetingKind.TECHNICAL: "COTECH",
    MeetingKind.PLENARY: "Plénière",
    MeetingKind.NETWORK: "Réseau régional",
}
# beside the choice, for whoever is new
MEANT: Mapping[MeetingKind, str] = {
    MeetingKind.GATHERING: "les entreprises font connaissance",
    MeetingKind.WORKSHOP: "un thème, un poster, des actions",
    MeetingKind.STEERING: "le comité de pilotage décide",
    MeetingKind.TECHNICAL: "le comité technique prépare",
    MeetingKind.PLENARY: "la rencontre annuelle",
    MeetingKind.NETWORK: "avec les autres territoires",
}
STATES: Mapping[MeetingState, str] = {
    MeetingState.PLANNED: "Prévue",
    MeetingState.HELD: "Tenue",
    MeetingState.CANCELLED: "Annulée",
}
ANSWERS: Mapping[Rsvp, str] = {
    Rsvp.YES: "Vient",
    Rsvp.NO: "Ne vient pas",
    Rsvp.SUBSTITUTE: "Se fait remplacer",
}
GROUPS: Mapping[GroupKind, str] = {
    GroupKind.STEERING: "Comité de pilotage",
    GroupKind.WORKING: "Groupe de travail",
}
MATTERS: Mapping[Matter, str] = {
    Matter.LEADERLESS: "Son chef de file s’est retiré : à qui passer la main ?",
    Matter.PAUSED: "En pause : le reprendre, ou l’arrêter ?",
    Matter.STUDIED: "Faisabilité étudiée : passer à la mise en œuvre, et avec quels moyens ?",
}
LABELS: Mapping[type[enum.StrEnum], Mapping[Any, str]] = {
    MeetingKind: KINDS,
    MeetingState: STATES,
    Rsvp: ANSWERS,
    GroupKind: GROUPS,
    Matter: MATTERS,
}
