"""The words of every tracked model of the rooms below; rooms above register their own."""

from __future__ import annotations

from app.logbook.words.agreements import ASK, COMMITMENT, DOCUMENT, FLOW_ACCESS, PROPOSAL
from app.logbook.words.flows import COMMENT, FLOW
from app.logbook.words.indicators import INDICATOR, MEASUREMENT, TARGET
from app.logbook.words.leads import CAMPAIGN, OPPORTUNITY
from app.logbook.words.lexicon import Lexicon
from app.logbook.words.maturity import ASSESSMENT, CRITERION, DEADLINE, EVIDENCE, SHARED_READING
from app.logbook.words.meetings import DECISION, GROUP, MEETING, RESULTS
from app.logbook.words.people import (
    ABSENCE,
    CLAIM,
    CLOSURE,
    DEPARTURE,
    IDENTITY,
    MEMBERSHIP,
    MERGE,
    ORGANISATION,
    PERSON,
    SECOND_FACTOR,
)
from app.logbook.words.places import (
    CHARTER,
    MANNER,
    PATIENCE,
    PAUSE,
    POLICY,
    RELANCES,
    TERRITORY,
    TERRITORY_ROLE,
    ZONE,
)
from app.logbook.words.projects import PARTNER, PATTERN, PLAN, PROJECT, THEME
from app.logbook.words.reality import BARRIER, EXCHANGE
from app.logbook.words.stages import CONDITION_TICK, INITIATIVE, STAGE_PASSAGE
from app.logbook.words.steps import CHECK, DEPENDENCY, STEP
from app.logbook.words.tracking import FUNDING, IMPORT, SHEET

# what an entry is about first stands first: a new project brings its partners, not they it
VOCABULARY: tuple[Lexicon, ...] = (
    TERRITORY,
    CHARTER,
    IMPORT,
    PLAN,
    PROJECT,
    OPPORTUNITY,
    CAMPAIGN,
    STEP,
    EXCHANGE,
    BARRIER,
    DEPENDENCY,
    CHECK,
    SHEET,
    FUNDING,
    PROPOSAL,
    FLOW,
    FLOW_ACCESS,
    DOCUMENT,
    COMMENT,
    INDICATOR,
    TARGET,
    MEASUREMENT,
    ASSESSMENT,
    CRITERION,
    EVIDENCE,
    DEADLINE,
    SHARED_READING,
    PARTNER,
    COMMITMENT,
    ASK,
    MEETING,
    DECISION,
    RESULTS,
    GROUP,
    STAGE_PASSAGE,
    CONDITION_TICK,
    INITIATIVE,
    THEME,
    PATTERN,
    ZONE,
    RELANCES,
    PATIENCE,
    POLICY,
    MANNER,
    PAUSE,
    TERRITORY_ROLE,
    ORGANISATION,
    PERSON,
    MEMBERSHIP,
    ABSENCE,
    CLOSURE,
    SECOND_FACTOR,
    IDENTITY,
    MERGE,
    CLAIM,
    DEPARTURE,
)
