"""Shared ownership, and what came with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite changes no constraint in place: these tables are written anew, with their rows.
# table → (its new shape, values of columns that are new and not empty)
REBUILT = {
    "change": (
        """
CREATE TABLE change (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at DATETIME NOT NULL,
    actor_id INTEGER,
    via VARCHAR(40) NOT NULL,
    territory_id INTEGER,
    project_id INTEGER,
    entity VARCHAR(40) NOT NULL,
    entity_id INTEGER NOT NULL,
    action VARCHAR(40) NOT NULL,
    fields JSON NOT NULL,
    batch VARCHAR(16) NOT NULL,
    undoes VARCHAR(16),
    CONSTRAINT ck_change_via CHECK (via IN ('page', 'mail_link', 'import', 'job', 'command')),
    CONSTRAINT ck_change_action CHECK (action IN ('created', 'updated', 'removed'))
)
""",
        {},
    ),
    "territory": (
        """
CREATE TABLE territory (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    name VARCHAR(200) NOT NULL,
    siren VARCHAR(9),
    holiday_zone VARCHAR(20) NOT NULL,
    time_zone VARCHAR(40) NOT NULL,
    send_hour INTEGER NOT NULL,
    is_demo BOOLEAN NOT NULL,
    second_factor_demanded BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT ck_territory_send_hour_of_day CHECK (send_hour BETWEEN 4 AND 20),
    CONSTRAINT uq_territory_public_id UNIQUE (public_id),
    CONSTRAINT uq_territory_siren UNIQUE (siren)
)
""",
        {"second_factor_demanded": "false"},
    ),
    "access_grant": (
        """
CREATE TABLE access_grant (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    person_id INTEGER NOT NULL,
    purpose VARCHAR(40) NOT NULL,
    subject_kind VARCHAR(40) NOT NULL,
    subject_id INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    expires_at DATETIME,
    revoked_at DATETIME,
    CONSTRAINT uq_access_grant_person_id_purpose_subject_kind_subject_id_created_at UNIQUE (person_id, purpose, subject_kind, subject_id, created_at),
    CONSTRAINT uq_access_grant_public_id UNIQUE (public_id),
    CONSTRAINT fk_access_grant_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT ck_access_grant_grant_purpose CHECK (purpose IN ('sign_in', 'invitation', 'address', 'answer', 'relance', 'unsubscribe'))
)
""",
        {},
    ),
    "relance": (
        """
CREATE TABLE relance (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    subject_kind VARCHAR(20) NOT NULL,
    subject_id INTEGER NOT NULL,
    basis DATE NOT NULL,
    code VARCHAR(12) NOT NULL,
    nominal_on DATE NOT NULL,
    recipient_id INTEGER,
    mail_id INTEGER,
    mailed_on DATE,
    state VARCHAR(40) NOT NULL,
    reason VARCHAR(40),
    decided_at DATETIME NOT NULL,
    answer VARCHAR(40),
    answered_at DATETIME,
    answered_by_id INTEGER,
    answered_as VARCHAR(120),
    CONSTRAINT uq_relance_occasion UNIQUE (subject_kind, subject_id, basis, code),
    CONSTRAINT ck_relance_told_by_a_mail CHECK (state <> 'told' OR (mail_id IS NOT NULL AND mailed_on IS NOT NULL)),
    CONSTRAINT ck_relance_not_told_for_a_reason CHECK ((state = 'told') = (reason IS NULL)),
    CONSTRAINT ck_relance_answer_is_dated CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT fk_relance_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_relance_recipient_id FOREIGN KEY(recipient_id) REFERENCES person (id),
    CONSTRAINT fk_relance_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id),
    CONSTRAINT ck_relance_relance_state CHECK (state IN ('told', 'dropped', 'released')),
    CONSTRAINT ck_relance_reason CHECK (reason IN ('superseded', 'before_start', 'before_resume', 'too_late', 'entered_past', 'answered', 'no_recipient', 'no_address', 'opted_out', 'not_started', 'paused', 'project_idle', 'blocked', 'news_promised', 'day_off', 'too_recent', 'not_me', 'digest', 'one_a_day', 'one_a_week', 'facts_changed')),
    CONSTRAINT ck_relance_answer CHECK (answer IN ('fait', 'date', 'coince', 'accord', 'pas-moi')),
    CONSTRAINT fk_relance_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)
)
""",
        {},
    ),
    "sign_in": (
        """
CREATE TABLE sign_in (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key_hash VARCHAR(64) NOT NULL,
    person_id INTEGER NOT NULL,
    opened_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    closed_at DATETIME,
    browser VARCHAR(200),
    way VARCHAR(40) NOT NULL,
    sealed_id_token TEXT,
    CONSTRAINT uq_sign_in_key_hash UNIQUE (key_hash),
    CONSTRAINT fk_sign_in_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT ck_sign_in_sign_in_way CHECK (way IN ('password', 'link', 'provider', 'demo'))
)
""",
        {"way": "CASE WHEN by_link THEN 'link' ELSE 'password' END"},
    ),
    "territory_role": (
        """
CREATE TABLE territory_role (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    role VARCHAR(40) NOT NULL,
    function VARCHAR(120),
    started_on DATE NOT NULL,
    ended_on DATE,
    own_leave BOOLEAN NOT NULL,
    CONSTRAINT fk_territory_role_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_territory_role_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_territory_role_territory_role_kind CHECK (role IN ('pilot', 'facilitator', 'observer'))
)
""",
        {"own_leave": "false"},
    ),
    "organisation": (
        """
CREATE TABLE organisation (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    name VARCHAR(200) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    siret VARCHAR(14),
    sole_siret VARCHAR(14),
    siren VARCHAR(9),
    naf VARCHAR(10),
    naf_edition VARCHAR(40),
    size VARCHAR(40),
    phone VARCHAR(30),
    address VARCHAR(300),
    postcode VARCHAR(5),
    commune_code VARCHAR(5),
    city VARCHAR(120),
    zone_id INTEGER,
    named_publicly BOOLEAN NOT NULL,
    naming_decided_at DATETIME,
    naming_decided_by_id INTEGER,
    search_key VARCHAR(400) NOT NULL,
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT ck_organisation_siren_of_its_siret CHECK (siret IS NULL OR siren = substr(siret, 1, 9)),
    CONSTRAINT ck_organisation_sole_is_its_own CHECK (sole_siret IS NULL OR sole_siret = siret),
    CONSTRAINT ck_organisation_naf_has_edition CHECK ((naf IS NULL) = (naf_edition IS NULL)),
    CONSTRAINT uq_organisation_public_id UNIQUE (public_id),
    CONSTRAINT ck_organisation_organisation_kind CHECK (kind IN ('collectivite', 'chamber', 'company', 'association', 'funder', 'research', 'other')),
    CONSTRAINT uq_organisation_sole_siret UNIQUE (sole_siret),
    CONSTRAINT ck_organisation_naf_edition CHECK (naf_edition IN ('rev2', 'naf2025')),
    CONSTRAINT ck_organisation_size_band CHECK (size IN ('00', '01', '02', '03', '11', '12', '21', '22', '31', '32', '41', '42', '51', '52', '53')),
    CONSTRAINT fk_organisation_zone_id FOREIGN KEY(zone_id) REFERENCES activity_zone (id)
)
""",
        {
            "siren": "substr(siret, 1, 9)",
            "naf_edition": "CASE WHEN naf IS NULL THEN NULL ELSE 'rev2' END",
        },
    ),
    "action_plan": (
        """
CREATE TABLE action_plan (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    state VARCHAR(40) NOT NULL,
    lead_organisation_id INTEGER,
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT uq_action_plan_public_id UNIQUE (public_id),
    CONSTRAINT fk_action_plan_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_action_plan_plan_state CHECK (state IN ('active', 'closed', 'archived')),
    CONSTRAINT fk_action_plan_lead_organisation_id FOREIGN KEY(lead_organisation_id) REFERENCES organisation (id)
)
""",
        {},
    ),
    "ask": (
        """
CREATE TABLE ask (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    subject_kind VARCHAR(40) NOT NULL,
    subject_id INTEGER NOT NULL,
    asker_id INTEGER NOT NULL,
    asked_person_id INTEGER,
    asked_organisation_id INTEGER,
    payload JSON NOT NULL,
    text_version VARCHAR(20) NOT NULL,
    territory_id INTEGER,
    project_id INTEGER,
    words VARCHAR(400),
    asked_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    state VARCHAR(40) NOT NULL,
    answered_by_id INTEGER,
    answered_at DATETIME,
    CONSTRAINT ck_ask_somebody_asked CHECK (asked_person_id IS NOT NULL OR asked_organisation_id IS NOT NULL),
    CONSTRAINT ck_ask_answer_dated CHECK ((state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)),
    CONSTRAINT uq_ask_public_id UNIQUE (public_id),
    CONSTRAINT ck_ask_ask_kind CHECK (kind IN ('invitation', 'agreement', 'hand_over', 'commitment', 'opening', 'rsvp', 'address', 'territory_role', 'operator')),
    CONSTRAINT fk_ask_asker_id FOREIGN KEY(asker_id) REFERENCES person (id),
    CONSTRAINT fk_ask_asked_person_id FOREIGN KEY(asked_person_id) REFERENCES person (id),
    CONSTRAINT fk_ask_asked_organisation_id FOREIGN KEY(asked_organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_ask_ask_state CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn', 'expired')),
    CONSTRAINT fk_ask_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)
)
""",
        {},
    ),
    "membership": (
        """
CREATE TABLE membership (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    role VARCHAR(40) NOT NULL,
    function VARCHAR(120),
    is_default BOOLEAN NOT NULL,
    started_on DATE NOT NULL,
    ended_on DATE,
    own_leave BOOLEAN NOT NULL,
    CONSTRAINT fk_membership_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_membership_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_membership_membership_role CHECK (role IN ('member', 'manager'))
)
""",
        {"own_leave": "false"},
    ),
    "theme": (
        """
CREATE TABLE theme (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    plan_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    "key" VARCHAR(40),
    title VARCHAR(200) NOT NULL,
    aliases VARCHAR(400) NOT NULL,
    rank VARCHAR(64) NOT NULL,
    lead_organisation_id INTEGER,
    lead_person_id INTEGER,
    CONSTRAINT uq_theme_plan_id_title UNIQUE (plan_id, title),
    CONSTRAINT uq_theme_public_id UNIQUE (public_id),
    CONSTRAINT fk_theme_plan_id FOREIGN KEY(plan_id) REFERENCES action_plan (id),
    CONSTRAINT fk_theme_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_theme_lead_organisation_id FOREIGN KEY(lead_organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_theme_lead_person_id FOREIGN KEY(lead_person_id) REFERENCES person (id)
)
""",
        {},
    ),
    "flow": (
        """
CREATE TABLE flow (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    direction VARCHAR(40) NOT NULL,
    resource VARCHAR(40) NOT NULL,
    label VARCHAR(200) NOT NULL,
    quantity NUMERIC(18, 3),
    unit VARCHAR(30),
    price_cents INTEGER,
    opened_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT ck_flow_quantity_has_unit CHECK (quantity IS NULL OR unit IS NOT NULL),
    CONSTRAINT ck_flow_price_of_a_quantity CHECK (price_cents IS NULL OR quantity IS NOT NULL),
    CONSTRAINT uq_flow_public_id UNIQUE (public_id),
    CONSTRAINT fk_flow_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_flow_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_flow_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_flow_flow_direction CHECK (direction IN ('output', 'input')),
    CONSTRAINT ck_flow_resource_kind CHECK (resource IN ('material', 'energy', 'water', 'waste', 'by_product', 'logistics', 'capacity', 'expertise', 'equipment', 'space', 'service'))
)
""",
        {},
    ),
}

NEW_IN_SQLITE = (
    """
CREATE TABLE directory_use (
    name VARCHAR(40) NOT NULL,
    second INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    silent_until DATETIME,
    CONSTRAINT pk_directory_use PRIMARY KEY (name)
)
""",
    """
CREATE TABLE absence (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    person_id INTEGER NOT NULL,
    substitute_id INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    CONSTRAINT ck_absence_ends_after_it_starts CHECK (ends_on >= starts_on),
    CONSTRAINT ck_absence_somebody_else CHECK (person_id <> substitute_id),
    CONSTRAINT uq_absence_public_id UNIQUE (public_id),
    CONSTRAINT fk_absence_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_absence_substitute_id FOREIGN KEY(substitute_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE external_identity (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL,
    issuer VARCHAR(300) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    linked_at DATETIME NOT NULL,
    unlinked_at DATETIME,
    CONSTRAINT uq_external_identity_issuer_subject UNIQUE (issuer, subject),
    CONSTRAINT uq_external_identity_person_id_issuer UNIQUE (person_id, issuer),
    CONSTRAINT fk_external_identity_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE half_sign_in (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key_hash VARCHAR(64) NOT NULL,
    person_id INTEGER NOT NULL,
    way VARCHAR(40) NOT NULL,
    expires_at DATETIME NOT NULL,
    issuer VARCHAR(300),
    subject VARCHAR(255),
    sealed_id_token TEXT,
    CONSTRAINT uq_half_sign_in_key_hash UNIQUE (key_hash),
    CONSTRAINT fk_half_sign_in_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT ck_half_sign_in_sign_in_way CHECK (way IN ('password', 'link', 'provider', 'demo'))
)
""",
    """
CREATE TABLE merge (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    territory_id INTEGER,
    kept_id INTEGER NOT NULL,
    gone_id INTEGER NOT NULL,
    gone_public_id VARCHAR(16) NOT NULL,
    merged_at DATETIME NOT NULL,
    merged_by_id INTEGER NOT NULL,
    moves JSON,
    undone_at DATETIME,
    undone_by_id INTEGER,
    CONSTRAINT ck_merge_two_records CHECK (kept_id <> gone_id),
    CONSTRAINT uq_merge_public_id UNIQUE (public_id),
    CONSTRAINT ck_merge_merge_kind CHECK (kind IN ('organisation', 'person')),
    CONSTRAINT fk_merge_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_merge_merged_by_id FOREIGN KEY(merged_by_id) REFERENCES person (id),
    CONSTRAINT fk_merge_undone_by_id FOREIGN KEY(undone_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE provider_visit (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key_hash VARCHAR(64) NOT NULL,
    state_hash VARCHAR(64) NOT NULL,
    nonce VARCHAR(64) NOT NULL,
    verifier VARCHAR(128) NOT NULL,
    way_on VARCHAR(2000) NOT NULL,
    person_id INTEGER,
    expires_at DATETIME NOT NULL,
    CONSTRAINT uq_provider_visit_key_hash UNIQUE (key_hash),
    CONSTRAINT fk_provider_visit_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE recovery_code (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL,
    code_hash VARCHAR(64) NOT NULL,
    CONSTRAINT uq_recovery_code_person_id_code_hash UNIQUE (person_id, code_hash),
    CONSTRAINT fk_recovery_code_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE second_factor (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL,
    sealed_secret VARCHAR(500) NOT NULL,
    last_step INTEGER NOT NULL,
    set_up_at DATETIME NOT NULL,
    CONSTRAINT uq_second_factor_person_id UNIQUE (person_id),
    CONSTRAINT fk_second_factor_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE territory_text (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    published_at DATETIME NOT NULL,
    published_by_id INTEGER NOT NULL,
    CONSTRAINT uq_territory_text_territory_id_kind_version UNIQUE (territory_id, kind, version),
    CONSTRAINT ck_territory_text_version_counts_from_one CHECK (version > 0),
    CONSTRAINT fk_territory_text_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_territory_text_territory_text_kind CHECK (kind IN ('charter')),
    CONSTRAINT fk_territory_text_published_by_id FOREIGN KEY(published_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE claim (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    local_id INTEGER NOT NULL,
    known_id INTEGER NOT NULL,
    asked_at DATETIME NOT NULL,
    asked_by_id INTEGER NOT NULL,
    accepted_at DATETIME,
    declined_at DATETIME,
    answered_by_id INTEGER,
    CONSTRAINT ck_claim_two_records CHECK (local_id <> known_id),
    CONSTRAINT ck_claim_one_answer CHECK (accepted_at IS NULL OR declined_at IS NULL),
    CONSTRAINT uq_claim_public_id UNIQUE (public_id),
    CONSTRAINT fk_claim_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT uq_claim_local_id UNIQUE (local_id),
    CONSTRAINT fk_claim_local_id FOREIGN KEY(local_id) REFERENCES organisation (id),
    CONSTRAINT fk_claim_known_id FOREIGN KEY(known_id) REFERENCES organisation (id),
    CONSTRAINT fk_claim_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES person (id),
    CONSTRAINT fk_claim_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE departure (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    organisation_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    zone_id INTEGER,
    left_at DATETIME NOT NULL,
    left_by_id INTEGER NOT NULL,
    undone_at DATETIME,
    CONSTRAINT uq_departure_public_id UNIQUE (public_id),
    CONSTRAINT fk_departure_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_departure_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_departure_zone_id FOREIGN KEY(zone_id) REFERENCES activity_zone (id),
    CONSTRAINT fk_departure_left_by_id FOREIGN KEY(left_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE document (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    project_id INTEGER,
    subject_kind VARCHAR(20) NOT NULL,
    subject_id INTEGER NOT NULL,
    organisation_id INTEGER,
    given_by_id INTEGER,
    given_at DATETIME NOT NULL,
    title VARCHAR(200) NOT NULL,
    file_name VARCHAR(100) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    size INTEGER NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    stored_as VARCHAR(32),
    audience VARCHAR(40) NOT NULL,
    opened_at DATETIME NOT NULL,
    removed_at DATETIME,
    version INTEGER NOT NULL,
    CONSTRAINT ck_document_bytes_while_there CHECK (stored_as IS NOT NULL OR removed_at IS NOT NULL),
    CONSTRAINT ck_document_not_empty CHECK (size > 0),
    CONSTRAINT uq_document_public_id UNIQUE (public_id),
    CONSTRAINT fk_document_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_document_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_document_given_by_id FOREIGN KEY(given_by_id) REFERENCES person (id),
    CONSTRAINT ck_document_file_kind CHECK (kind IN ('pdf', 'png', 'jpeg', 'webp', 'text', 'csv', 'calendar', 'docx', 'xlsx', 'odt', 'ods')),
    CONSTRAINT uq_document_stored_as UNIQUE (stored_as),
    CONSTRAINT ck_document_audience CHECK (audience IN ('partners', 'everyone'))
)
""",
    """
CREATE TABLE commitment (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    project_id INTEGER,
    kind VARCHAR(40) NOT NULL,
    subject_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    person_id INTEGER,
    noted_by_id INTEGER,
    given_by VARCHAR(40) NOT NULL,
    text_version VARCHAR(20) NOT NULL,
    given_at DATETIME NOT NULL,
    withdrawn_at DATETIME,
    CONSTRAINT ck_commitment_word_was_noted CHECK ((given_by = 'word') = (noted_by_id IS NOT NULL)),
    CONSTRAINT fk_commitment_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_commitment_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT ck_commitment_commitment_kind CHECK (kind IN ('charter', 'part', 'step')),
    CONSTRAINT fk_commitment_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_commitment_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_commitment_noted_by_id FOREIGN KEY(noted_by_id) REFERENCES person (id),
    CONSTRAINT ck_commitment_given_by CHECK (given_by IN ('page', 'mail', 'word'))
)
""",
    """
CREATE TABLE flow_access (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    flow_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    is_open BOOLEAN NOT NULL,
    decided_at DATETIME NOT NULL,
    CONSTRAINT uq_flow_access_flow_id_organisation_id UNIQUE (flow_id, organisation_id),
    CONSTRAINT fk_flow_access_flow_id FOREIGN KEY(flow_id) REFERENCES flow (id),
    CONSTRAINT fk_flow_access_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_flow_access_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_flow_access_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)
""",
    """
CREATE TABLE proposal (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    partner_id INTEGER,
    subject_id INTEGER NOT NULL,
    role VARCHAR(40),
    reason VARCHAR(400),
    proposed_by_id INTEGER NOT NULL,
    proposed_at DATETIME NOT NULL,
    open_until DATE NOT NULL,
    state VARCHAR(40) NOT NULL,
    settled_at DATETIME,
    note VARCHAR(400),
    version INTEGER NOT NULL,
    CONSTRAINT ck_proposal_subject_is_partner CHECK (subject_id = coalesce(partner_id, 0)),
    CONSTRAINT ck_proposal_about_a_partner CHECK ((kind IN ('lead', 'role', 'remove')) = (partner_id IS NOT NULL)),
    CONSTRAINT ck_proposal_role_is_said CHECK ((kind = 'role') = (role IS NOT NULL)),
    CONSTRAINT ck_proposal_settled_is_dated CHECK ((state IN ('open', 'objected')) = (settled_at IS NULL)),
    CONSTRAINT uq_proposal_public_id UNIQUE (public_id),
    CONSTRAINT fk_proposal_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_proposal_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT ck_proposal_proposal_kind CHECK (kind IN ('lead', 'role', 'remove', 'close', 'abandon')),
    CONSTRAINT fk_proposal_partner_id FOREIGN KEY(partner_id) REFERENCES partner (id),
    CONSTRAINT ck_proposal_partner_role CHECK (role IN ('lead', 'co_owner', 'contributor', 'funder', 'observer')),
    CONSTRAINT fk_proposal_proposed_by_id FOREIGN KEY(proposed_by_id) REFERENCES person (id),
    CONSTRAINT ck_proposal_proposal_state CHECK (state IN ('open', 'objected', 'effective', 'withdrawn', 'dropped', 'lapsed'))
)
""",
)

SQLITE_INDEXES = (
    """CREATE INDEX ix_absence_person_id ON absence (person_id)""",
    """CREATE INDEX ix_absence_substitute_id ON absence (substitute_id)""",
    """CREATE INDEX ix_external_identity_person_id ON external_identity (person_id)""",
    """CREATE INDEX ix_half_sign_in_person_id ON half_sign_in (person_id)""",
    """CREATE INDEX ix_merge_gone_public_id ON merge (gone_public_id)""",
    """CREATE INDEX ix_merge_kept ON merge (kind, kept_id)""",
    """CREATE INDEX ix_merge_merged_by_id ON merge (merged_by_id)""",
    """CREATE INDEX ix_merge_territory_id ON merge (territory_id)""",
    """CREATE INDEX ix_merge_undone_by_id ON merge (undone_by_id)""",
    """CREATE INDEX ix_provider_visit_person_id ON provider_visit (person_id)""",
    """CREATE INDEX ix_recovery_code_person_id ON recovery_code (person_id)""",
    """CREATE INDEX ix_territory_text_published_by_id ON territory_text (published_by_id)""",
    """CREATE INDEX ix_territory_text_territory_id ON territory_text (territory_id)""",
    """CREATE INDEX ix_claim_answered_by_id ON claim (answered_by_id)""",
    """CREATE INDEX ix_claim_asked_by_id ON claim (asked_by_id)""",
    """CREATE INDEX ix_claim_known_id ON claim (known_id)""",
    """CREATE INDEX ix_claim_territory_id ON claim (territory_id)""",
    """CREATE INDEX ix_departure_left_by_id ON departure (left_by_id)""",
    """CREATE INDEX ix_departure_organisation_id ON departure (organisation_id)""",
    """CREATE INDEX ix_departure_territory_id ON departure (territory_id)""",
    """CREATE INDEX ix_departure_zone_id ON departure (zone_id)""",
    """CREATE INDEX ix_document_given_by_id ON document (given_by_id)""",
    """CREATE INDEX ix_document_organisation_id ON document (organisation_id)""",
    """CREATE INDEX ix_document_subject ON document (subject_kind, subject_id, id)""",
    """CREATE INDEX ix_document_territory_id ON document (territory_id)""",
    """CREATE UNIQUE INDEX uq_document_bytes ON document (subject_kind, subject_id, organisation_id, sha256) WHERE removed_at IS NULL""",
    """CREATE INDEX ix_commitment_noted_by_id ON commitment (noted_by_id)""",
    """CREATE INDEX ix_commitment_organisation_id ON commitment (organisation_id)""",
    """CREATE INDEX ix_commitment_person_id ON commitment (person_id)""",
    """CREATE INDEX ix_commitment_project_id ON commitment (project_id)""",
    """CREATE INDEX ix_commitment_subject ON commitment (kind, subject_id)""",
    """CREATE INDEX ix_commitment_territory_id ON commitment (territory_id)""",
    """CREATE UNIQUE INDEX uq_commitment_standing ON commitment (kind, subject_id, organisation_id, text_version) WHERE withdrawn_at IS NULL""",
    """CREATE INDEX ix_flow_access_flow_id ON flow_access (flow_id)""",
    """CREATE INDEX ix_flow_access_organisation_id ON flow_access (organisation_id)""",
    """CREATE INDEX ix_flow_access_project_id ON flow_access (project_id)""",
    """CREATE INDEX ix_flow_access_territory_id ON flow_access (territory_id)""",
    """CREATE INDEX ix_proposal_partner_id ON proposal (partner_id)""",
    """CREATE INDEX ix_proposal_project_id ON proposal (project_id)""",
    """CREATE INDEX ix_proposal_proposed_by_id ON proposal (proposed_by_id)""",
    """CREATE INDEX ix_proposal_territory_id ON proposal (territory_id)""",
    """CREATE UNIQUE INDEX uq_proposal_live ON proposal (project_id, kind, subject_id) WHERE state IN ('open', 'objected')""",
    """CREATE INDEX ix_change_actor_at ON change (actor_id, at)""",
    """CREATE INDEX ix_change_batch ON change (batch)""",
    """CREATE INDEX ix_change_entity ON change (entity, entity_id)""",
    """CREATE INDEX ix_change_project ON change (project_id, id)""",
    """CREATE INDEX ix_change_territory_at ON change (territory_id, at)""",
    """CREATE INDEX ix_access_grant_person_id ON access_grant (person_id)""",
    """CREATE INDEX ix_relance_answered_by_id ON relance (answered_by_id)""",
    """CREATE INDEX ix_relance_mail_id ON relance (mail_id)""",
    """CREATE INDEX ix_relance_mailed_on ON relance (mailed_on, recipient_id)""",
    """CREATE INDEX ix_relance_recipient_id ON relance (recipient_id)""",
    """CREATE INDEX ix_relance_territory_id ON relance (territory_id)""",
    """CREATE INDEX ix_sign_in_person_id ON sign_in (person_id)""",
    """CREATE INDEX ix_territory_role_person_id ON territory_role (person_id)""",
    """CREATE INDEX ix_territory_role_territory_id ON territory_role (territory_id)""",
    """CREATE UNIQUE INDEX uq_territory_role_active ON territory_role (person_id, territory_id) WHERE ended_on IS NULL""",
    """CREATE INDEX ix_organisation_search_key ON organisation (search_key)""",
    """CREATE INDEX ix_organisation_siren ON organisation (siren)""",
    """CREATE INDEX ix_organisation_siret ON organisation (siret)""",
    """CREATE INDEX ix_organisation_zone_id ON organisation (zone_id)""",
    """CREATE INDEX ix_action_plan_lead_organisation_id ON action_plan (lead_organisation_id)""",
    """CREATE INDEX ix_action_plan_territory_id ON action_plan (territory_id)""",
    """CREATE INDEX ix_ask_answered_by_id ON ask (answered_by_id)""",
    """CREATE INDEX ix_ask_asked_organisation_id ON ask (asked_organisation_id)""",
    """CREATE INDEX ix_ask_asked_person_id ON ask (asked_person_id)""",
    """CREATE INDEX ix_ask_asker_id ON ask (asker_id)""",
    """CREATE INDEX ix_ask_subject ON ask (subject_kind, subject_id)""",
    """CREATE UNIQUE INDEX uq_ask_open_invitation ON ask (kind, subject_kind, subject_id, asked_person_id) WHERE state = 'open' AND kind IN ('invitation', 'territory_role', 'operator')""",
    """CREATE INDEX ix_membership_organisation_id ON membership (organisation_id)""",
    """CREATE INDEX ix_membership_person_id ON membership (person_id)""",
    """CREATE UNIQUE INDEX uq_membership_active ON membership (person_id, organisation_id) WHERE ended_on IS NULL""",
    """CREATE UNIQUE INDEX uq_membership_default_contact ON membership (organisation_id) WHERE ended_on IS NULL AND is_default""",
    """CREATE INDEX ix_theme_lead_organisation_id ON theme (lead_organisation_id)""",
    """CREATE INDEX ix_theme_lead_person_id ON theme (lead_person_id)""",
    """CREATE INDEX ix_theme_plan_id ON theme (plan_id)""",
    """CREATE INDEX ix_theme_territory_id ON theme (territory_id)""",
    """CREATE INDEX ix_flow_organisation_id ON flow (organisation_id)""",
    """CREATE INDEX ix_flow_project_id ON flow (project_id)""",
    """CREATE INDEX ix_flow_territory_id ON flow (territory_id)""",
)

POSTGRESQL = (
    """
CREATE TABLE directory_use (
    name VARCHAR(40) NOT NULL,
    second BIGINT NOT NULL,
    spent INTEGER NOT NULL,
    silent_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_directory_use PRIMARY KEY (name)
)
""",
    """
CREATE TABLE absence (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    person_id BIGINT NOT NULL,
    substitute_id BIGINT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    CONSTRAINT pk_absence PRIMARY KEY (id),
    CONSTRAINT ck_absence_ends_after_it_starts CHECK (ends_on >= starts_on),
    CONSTRAINT ck_absence_somebody_else CHECK (person_id <> substitute_id),
    CONSTRAINT uq_absence_public_id UNIQUE (public_id),
    CONSTRAINT fk_absence_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_absence_substitute_id FOREIGN KEY(substitute_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_absence_person_id ON absence (person_id)""",
    """CREATE INDEX ix_absence_substitute_id ON absence (substitute_id)""",
    """
CREATE TABLE external_identity (
    id BIGSERIAL NOT NULL,
    person_id BIGINT NOT NULL,
    issuer VARCHAR(300) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    unlinked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_external_identity PRIMARY KEY (id),
    CONSTRAINT uq_external_identity_issuer_subject UNIQUE (issuer, subject),
    CONSTRAINT uq_external_identity_person_id_issuer UNIQUE (person_id, issuer),
    CONSTRAINT fk_external_identity_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_external_identity_person_id ON external_identity (person_id)""",
    """
CREATE TABLE half_sign_in (
    id BIGSERIAL NOT NULL,
    key_hash VARCHAR(64) NOT NULL,
    person_id BIGINT NOT NULL,
    way VARCHAR(40) NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    issuer VARCHAR(300),
    subject VARCHAR(255),
    sealed_id_token TEXT,
    CONSTRAINT pk_half_sign_in PRIMARY KEY (id),
    CONSTRAINT uq_half_sign_in_key_hash UNIQUE (key_hash),
    CONSTRAINT fk_half_sign_in_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT ck_half_sign_in_sign_in_way CHECK (way IN ('password', 'link', 'provider', 'demo'))
)
""",
    """CREATE INDEX ix_half_sign_in_person_id ON half_sign_in (person_id)""",
    """
CREATE TABLE merge (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    territory_id BIGINT,
    kept_id BIGINT NOT NULL,
    gone_id BIGINT NOT NULL,
    gone_public_id VARCHAR(16) NOT NULL,
    merged_at TIMESTAMP WITH TIME ZONE NOT NULL,
    merged_by_id BIGINT NOT NULL,
    moves JSON,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_by_id BIGINT,
    CONSTRAINT pk_merge PRIMARY KEY (id),
    CONSTRAINT ck_merge_two_records CHECK (kept_id <> gone_id),
    CONSTRAINT uq_merge_public_id UNIQUE (public_id),
    CONSTRAINT ck_merge_merge_kind CHECK (kind IN ('organisation', 'person')),
    CONSTRAINT fk_merge_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_merge_merged_by_id FOREIGN KEY(merged_by_id) REFERENCES person (id),
    CONSTRAINT fk_merge_undone_by_id FOREIGN KEY(undone_by_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_merge_gone_public_id ON merge (gone_public_id)""",
    """CREATE INDEX ix_merge_kept ON merge (kind, kept_id)""",
    """CREATE INDEX ix_merge_merged_by_id ON merge (merged_by_id)""",
    """CREATE INDEX ix_merge_territory_id ON merge (territory_id)""",
    """CREATE INDEX ix_merge_undone_by_id ON merge (undone_by_id)""",
    """
CREATE TABLE provider_visit (
    id BIGSERIAL NOT NULL,
    key_hash VARCHAR(64) NOT NULL,
    state_hash VARCHAR(64) NOT NULL,
    nonce VARCHAR(64) NOT NULL,
    verifier VARCHAR(128) NOT NULL,
    way_on VARCHAR(2000) NOT NULL,
    person_id BIGINT,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_provider_visit PRIMARY KEY (id),
    CONSTRAINT uq_provider_visit_key_hash UNIQUE (key_hash),
    CONSTRAINT fk_provider_visit_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_provider_visit_person_id ON provider_visit (person_id)""",
    """
CREATE TABLE recovery_code (
    id BIGSERIAL NOT NULL,
    person_id BIGINT NOT NULL,
    code_hash VARCHAR(64) NOT NULL,
    CONSTRAINT pk_recovery_code PRIMARY KEY (id),
    CONSTRAINT uq_recovery_code_person_id_code_hash UNIQUE (person_id, code_hash),
    CONSTRAINT fk_recovery_code_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_recovery_code_person_id ON recovery_code (person_id)""",
    """
CREATE TABLE second_factor (
    id BIGSERIAL NOT NULL,
    person_id BIGINT NOT NULL,
    sealed_secret VARCHAR(500) NOT NULL,
    last_step BIGINT NOT NULL,
    set_up_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_second_factor PRIMARY KEY (id),
    CONSTRAINT uq_second_factor_person_id UNIQUE (person_id),
    CONSTRAINT fk_second_factor_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE territory_text (
    id BIGSERIAL NOT NULL,
    territory_id BIGINT NOT NULL,
    kind VARCHAR(40) NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_by_id BIGINT NOT NULL,
    CONSTRAINT pk_territory_text PRIMARY KEY (id),
    CONSTRAINT uq_territory_text_territory_id_kind_version UNIQUE (territory_id, kind, version),
    CONSTRAINT ck_territory_text_version_counts_from_one CHECK (version > 0),
    CONSTRAINT fk_territory_text_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_territory_text_territory_text_kind CHECK (kind IN ('charter')),
    CONSTRAINT fk_territory_text_published_by_id FOREIGN KEY(published_by_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_territory_text_published_by_id ON territory_text (published_by_id)""",
    """CREATE INDEX ix_territory_text_territory_id ON territory_text (territory_id)""",
    """
CREATE TABLE claim (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    territory_id BIGINT NOT NULL,
    local_id BIGINT NOT NULL,
    known_id BIGINT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by_id BIGINT NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE,
    declined_at TIMESTAMP WITH TIME ZONE,
    answered_by_id BIGINT,
    CONSTRAINT pk_claim PRIMARY KEY (id),
    CONSTRAINT ck_claim_two_records CHECK (local_id <> known_id),
    CONSTRAINT ck_claim_one_answer CHECK (accepted_at IS NULL OR declined_at IS NULL),
    CONSTRAINT uq_claim_public_id UNIQUE (public_id),
    CONSTRAINT fk_claim_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT uq_claim_local_id UNIQUE (local_id),
    CONSTRAINT fk_claim_local_id FOREIGN KEY(local_id) REFERENCES organisation (id),
    CONSTRAINT fk_claim_known_id FOREIGN KEY(known_id) REFERENCES organisation (id),
    CONSTRAINT fk_claim_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES person (id),
    CONSTRAINT fk_claim_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_claim_answered_by_id ON claim (answered_by_id)""",
    """CREATE INDEX ix_claim_asked_by_id ON claim (asked_by_id)""",
    """CREATE INDEX ix_claim_known_id ON claim (known_id)""",
    """CREATE INDEX ix_claim_territory_id ON claim (territory_id)""",
    """
CREATE TABLE departure (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    organisation_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    zone_id BIGINT,
    left_at TIMESTAMP WITH TIME ZONE NOT NULL,
    left_by_id BIGINT NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_departure PRIMARY KEY (id),
    CONSTRAINT uq_departure_public_id UNIQUE (public_id),
    CONSTRAINT fk_departure_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_departure_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_departure_zone_id FOREIGN KEY(zone_id) REFERENCES activity_zone (id),
    CONSTRAINT fk_departure_left_by_id FOREIGN KEY(left_by_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_departure_left_by_id ON departure (left_by_id)""",
    """CREATE INDEX ix_departure_organisation_id ON departure (organisation_id)""",
    """CREATE INDEX ix_departure_territory_id ON departure (territory_id)""",
    """CREATE INDEX ix_departure_zone_id ON departure (zone_id)""",
    """
CREATE TABLE document (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    territory_id BIGINT NOT NULL,
    project_id BIGINT,
    subject_kind VARCHAR(20) NOT NULL,
    subject_id BIGINT NOT NULL,
    organisation_id BIGINT,
    given_by_id BIGINT,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    title VARCHAR(200) NOT NULL,
    file_name VARCHAR(100) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    size INTEGER NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    stored_as VARCHAR(32),
    audience VARCHAR(40) NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_document PRIMARY KEY (id),
    CONSTRAINT ck_document_bytes_while_there CHECK (stored_as IS NOT NULL OR removed_at IS NOT NULL),
    CONSTRAINT ck_document_not_empty CHECK (size > 0),
    CONSTRAINT uq_document_public_id UNIQUE (public_id),
    CONSTRAINT fk_document_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_document_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_document_given_by_id FOREIGN KEY(given_by_id) REFERENCES person (id),
    CONSTRAINT ck_document_file_kind CHECK (kind IN ('pdf', 'png', 'jpeg', 'webp', 'text', 'csv', 'calendar', 'docx', 'xlsx', 'odt', 'ods')),
    CONSTRAINT uq_document_stored_as UNIQUE (stored_as),
    CONSTRAINT ck_document_audience CHECK (audience IN ('partners', 'everyone'))
)
""",
    """CREATE INDEX ix_document_given_by_id ON document (given_by_id)""",
    """CREATE INDEX ix_document_organisation_id ON document (organisation_id)""",
    """CREATE INDEX ix_document_subject ON document (subject_kind, subject_id, id)""",
    """CREATE INDEX ix_document_territory_id ON document (territory_id)""",
    """CREATE UNIQUE INDEX uq_document_bytes ON document (subject_kind, subject_id, organisation_id, sha256) WHERE removed_at IS NULL""",
    """
CREATE TABLE commitment (
    id BIGSERIAL NOT NULL,
    territory_id BIGINT NOT NULL,
    project_id BIGINT,
    kind VARCHAR(40) NOT NULL,
    subject_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    person_id BIGINT,
    noted_by_id BIGINT,
    given_by VARCHAR(40) NOT NULL,
    text_version VARCHAR(20) NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_commitment PRIMARY KEY (id),
    CONSTRAINT ck_commitment_word_was_noted CHECK ((given_by = 'word') = (noted_by_id IS NOT NULL)),
    CONSTRAINT fk_commitment_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_commitment_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT ck_commitment_commitment_kind CHECK (kind IN ('charter', 'part', 'step')),
    CONSTRAINT fk_commitment_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_commitment_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_commitment_noted_by_id FOREIGN KEY(noted_by_id) REFERENCES person (id),
    CONSTRAINT ck_commitment_given_by CHECK (given_by IN ('page', 'mail', 'word'))
)
""",
    """CREATE INDEX ix_commitment_noted_by_id ON commitment (noted_by_id)""",
    """CREATE INDEX ix_commitment_organisation_id ON commitment (organisation_id)""",
    """CREATE INDEX ix_commitment_person_id ON commitment (person_id)""",
    """CREATE INDEX ix_commitment_project_id ON commitment (project_id)""",
    """CREATE INDEX ix_commitment_subject ON commitment (kind, subject_id)""",
    """CREATE INDEX ix_commitment_territory_id ON commitment (territory_id)""",
    """CREATE UNIQUE INDEX uq_commitment_standing ON commitment (kind, subject_id, organisation_id, text_version) WHERE withdrawn_at IS NULL""",
    """
CREATE TABLE flow_access (
    id BIGSERIAL NOT NULL,
    flow_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    is_open BOOLEAN NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_flow_access PRIMARY KEY (id),
    CONSTRAINT uq_flow_access_flow_id_organisation_id UNIQUE (flow_id, organisation_id),
    CONSTRAINT fk_flow_access_flow_id FOREIGN KEY(flow_id) REFERENCES flow (id),
    CONSTRAINT fk_flow_access_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_flow_access_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_flow_access_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)
""",
    """CREATE INDEX ix_flow_access_flow_id ON flow_access (flow_id)""",
    """CREATE INDEX ix_flow_access_organisation_id ON flow_access (organisation_id)""",
    """CREATE INDEX ix_flow_access_project_id ON flow_access (project_id)""",
    """CREATE INDEX ix_flow_access_territory_id ON flow_access (territory_id)""",
    """
CREATE TABLE proposal (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    territory_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    kind VARCHAR(40) NOT NULL,
    partner_id BIGINT,
    subject_id BIGINT NOT NULL,
    role VARCHAR(40),
    reason VARCHAR(400),
    proposed_by_id BIGINT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    open_until DATE NOT NULL,
    state VARCHAR(40) NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    note VARCHAR(400),
    version INTEGER NOT NULL,
    CONSTRAINT pk_proposal PRIMARY KEY (id),
    CONSTRAINT ck_proposal_subject_is_partner CHECK (subject_id = coalesce(partner_id, 0)),
    CONSTRAINT ck_proposal_about_a_partner CHECK ((kind IN ('lead', 'role', 'remove')) = (partner_id IS NOT NULL)),
    CONSTRAINT ck_proposal_role_is_said CHECK ((kind = 'role') = (role IS NOT NULL)),
    CONSTRAINT ck_proposal_settled_is_dated CHECK ((state IN ('open', 'objected')) = (settled_at IS NULL)),
    CONSTRAINT uq_proposal_public_id UNIQUE (public_id),
    CONSTRAINT fk_proposal_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_proposal_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT ck_proposal_proposal_kind CHECK (kind IN ('lead', 'role', 'remove', 'close', 'abandon')),
    CONSTRAINT fk_proposal_partner_id FOREIGN KEY(partner_id) REFERENCES partner (id),
    CONSTRAINT ck_proposal_partner_role CHECK (role IN ('lead', 'co_owner', 'contributor', 'funder', 'observer')),
    CONSTRAINT fk_proposal_proposed_by_id FOREIGN KEY(proposed_by_id) REFERENCES person (id),
    CONSTRAINT ck_proposal_proposal_state CHECK (state IN ('open', 'objected', 'effective', 'withdrawn', 'dropped', 'lapsed'))
)
""",
    """CREATE INDEX ix_proposal_partner_id ON proposal (partner_id)""",
    """CREATE INDEX ix_proposal_project_id ON proposal (project_id)""",
    """CREATE INDEX ix_proposal_proposed_by_id ON proposal (proposed_by_id)""",
    """CREATE INDEX ix_proposal_territory_id ON proposal (territory_id)""",
    """CREATE UNIQUE INDEX uq_proposal_live ON proposal (project_id, kind, subject_id) WHERE state IN ('open', 'objected')""",
    """ALTER TABLE change ADD COLUMN undoes VARCHAR(16)""",
    """CREATE INDEX ix_change_actor_at ON change (actor_id, at)""",
    """CREATE INDEX ix_change_batch ON change (batch)""",
    """ALTER TABLE territory ADD COLUMN second_factor_demanded BOOLEAN""",
    """UPDATE territory SET second_factor_demanded = false""",
    """ALTER TABLE territory ALTER COLUMN second_factor_demanded SET NOT NULL""",
    """ALTER TABLE access_grant DROP CONSTRAINT ck_access_grant_grant_purpose""",
    """ALTER TABLE access_grant ADD CONSTRAINT ck_access_grant_grant_purpose CHECK (purpose IN ('sign_in', 'invitation', 'address', 'answer', 'relance', 'unsubscribe'))""",
    """ALTER TABLE relance ADD COLUMN answered_as VARCHAR(120)""",
    """ALTER TABLE relance ADD COLUMN answered_by_id BIGINT""",
    """ALTER TABLE relance ADD CONSTRAINT fk_relance_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)""",
    """CREATE INDEX ix_relance_answered_by_id ON relance (answered_by_id)""",
    """ALTER TABLE sign_in ADD COLUMN sealed_id_token TEXT""",
    """ALTER TABLE sign_in ADD COLUMN way VARCHAR(40)""",
    """UPDATE sign_in SET way = CASE WHEN by_link THEN 'link' ELSE 'password' END""",
    """ALTER TABLE sign_in ALTER COLUMN way SET NOT NULL""",
    """ALTER TABLE sign_in ADD CONSTRAINT ck_sign_in_sign_in_way CHECK (way IN ('password', 'link', 'provider', 'demo'))""",
    """ALTER TABLE sign_in DROP COLUMN by_link""",
    """ALTER TABLE territory_role ADD COLUMN function VARCHAR(120)""",
    """ALTER TABLE territory_role ADD COLUMN own_leave BOOLEAN""",
    """UPDATE territory_role SET own_leave = false""",
    """ALTER TABLE territory_role ALTER COLUMN own_leave SET NOT NULL""",
    """ALTER TABLE organisation DROP CONSTRAINT uq_organisation_siret""",
    """ALTER TABLE organisation ADD COLUMN address VARCHAR(300)""",
    """ALTER TABLE organisation ADD COLUMN commune_code VARCHAR(5)""",
    """ALTER TABLE organisation ADD COLUMN naf_edition VARCHAR(40)""",
    """UPDATE organisation SET naf_edition = CASE WHEN naf IS NULL THEN NULL ELSE 'rev2' END""",
    """ALTER TABLE organisation ADD COLUMN naming_decided_at TIMESTAMP WITH TIME ZONE""",
    """ALTER TABLE organisation ADD COLUMN naming_decided_by_id BIGINT""",
    """ALTER TABLE organisation ADD COLUMN postcode VARCHAR(5)""",
    """ALTER TABLE organisation ADD COLUMN siren VARCHAR(9)""",
    """UPDATE organisation SET siren = substr(siret, 1, 9)""",
    """ALTER TABLE organisation ADD COLUMN size VARCHAR(40)""",
    """ALTER TABLE organisation ADD COLUMN sole_siret VARCHAR(14)""",
    """ALTER TABLE organisation ADD CONSTRAINT ck_organisation_naf_edition CHECK (naf_edition IN ('rev2', 'naf2025'))""",
    """ALTER TABLE organisation ADD CONSTRAINT ck_organisation_naf_has_edition CHECK ((naf IS NULL) = (naf_edition IS NULL))""",
    """ALTER TABLE organisation ADD CONSTRAINT ck_organisation_siren_of_its_siret CHECK (siret IS NULL OR siren = substr(siret, 1, 9))""",
    """ALTER TABLE organisation ADD CONSTRAINT ck_organisation_size_band CHECK (size IN ('00', '01', '02', '03', '11', '12', '21', '22', '31', '32', '41', '42', '51', '52', '53'))""",
    """ALTER TABLE organisation ADD CONSTRAINT ck_organisation_sole_is_its_own CHECK (sole_siret IS NULL OR sole_siret = siret)""",
    """ALTER TABLE organisation ADD CONSTRAINT uq_organisation_sole_siret UNIQUE (sole_siret)""",
    """CREATE INDEX ix_organisation_siren ON organisation (siren)""",
    """CREATE INDEX ix_organisation_siret ON organisation (siret)""",
    """ALTER TABLE action_plan ADD COLUMN lead_organisation_id BIGINT""",
    """ALTER TABLE action_plan ADD CONSTRAINT fk_action_plan_lead_organisation_id FOREIGN KEY(lead_organisation_id) REFERENCES organisation (id)""",
    """CREATE INDEX ix_action_plan_lead_organisation_id ON action_plan (lead_organisation_id)""",
    """ALTER TABLE ask DROP CONSTRAINT ck_ask_ask_kind""",
    """ALTER TABLE ask ADD COLUMN project_id BIGINT""",
    """ALTER TABLE ask ADD COLUMN territory_id BIGINT""",
    """ALTER TABLE ask ADD COLUMN words VARCHAR(400)""",
    """ALTER TABLE ask ADD CONSTRAINT ck_ask_ask_kind CHECK (kind IN ('invitation', 'agreement', 'hand_over', 'commitment', 'opening', 'rsvp', 'address', 'territory_role', 'operator'))""",
    """CREATE UNIQUE INDEX uq_ask_open_invitation ON ask (kind, subject_kind, subject_id, asked_person_id) WHERE state = 'open' AND kind IN ('invitation', 'territory_role', 'operator')""",
    """ALTER TABLE membership ADD COLUMN own_leave BOOLEAN""",
    """UPDATE membership SET own_leave = false""",
    """ALTER TABLE membership ALTER COLUMN own_leave SET NOT NULL""",
    """ALTER TABLE theme ADD COLUMN lead_organisation_id BIGINT""",
    """ALTER TABLE theme ADD COLUMN lead_person_id BIGINT""",
    """ALTER TABLE theme ADD CONSTRAINT fk_theme_lead_organisation_id FOREIGN KEY(lead_organisation_id) REFERENCES organisation (id)""",
    """ALTER TABLE theme ADD CONSTRAINT fk_theme_lead_person_id FOREIGN KEY(lead_person_id) REFERENCES person (id)""",
    """CREATE INDEX ix_theme_lead_organisation_id ON theme (lead_organisation_id)""",
    """CREATE INDEX ix_theme_lead_person_id ON theme (lead_person_id)""",
    """ALTER TABLE flow ADD CONSTRAINT ck_flow_price_of_a_quantity CHECK (price_cents IS NULL OR quantity IS NOT NULL)""",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, (shape, values) in REBUILT.items():
            _rebuild(table, shape, values)
        statements = (*NEW_IN_SQLITE, *SQLITE_INDEXES)
    else:
        statements = POSTGRESQL
    for statement in statements:
        op.execute(sa.text(statement.replace(":", "\\:")))


def _rebuild(table: str, shape: str, values: dict[str, str]) -> None:
    """The table in its new shape, with every row; its ids go on from where they were."""
    bind = op.get_bind()
    kept = [
        column["name"]
        for column in sa.inspect(bind).get_columns(table)
        if f"    {column['name']} " in shape and column["name"] not in values
    ]
    last = bind.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).scalar()
    head = f"CREATE TABLE {table} ("
    assert head in shape
    bind.exec_driver_sql(shape.replace(head, f"CREATE TABLE new_{table} (", 1))
    into, of = ", ".join([*kept, *values]), ", ".join([*kept, *values.values()])
    bind.exec_driver_sql(f"INSERT INTO new_{table} ({into}) SELECT {of} FROM {table}")
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE new_{table} RENAME TO {table}")
    if last is not None:
        bind.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        bind.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))


def downgrade() -> None:
    """There is no way back that keeps what people agreed to: restore the backup made before."""
    raise RuntimeError("0002 cannot be taken back: restore the backup made before the upgrade")
