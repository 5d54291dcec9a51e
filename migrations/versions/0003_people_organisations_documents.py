"""A second factor, several territories, documents, a team, what was undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.rebuilding import rebuild

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# one invitation to a place is open at a time: the last one asked stays
OLDER_INVITATIONS = """
UPDATE ask SET state = 'withdrawn' WHERE state = 'open' AND kind = 'invitation' AND EXISTS (
    SELECT 1 FROM ask AS later WHERE later.id > ask.id AND later.state = 'open'
    AND later.kind = ask.kind AND later.subject_kind = ask.subject_kind
    AND later.subject_id = ask.subject_id AND later.asked_person_id = ask.asked_person_id
)
"""

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
    CONSTRAINT ck_access_grant_grant_purpose CHECK (purpose IN ('sign_in', 'invitation', 'address', 'answer', 'relance', 'unsubscribe', 'personal_data'))
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
            "sole_siret": "siret",
            "naming_decided_at": "CASE WHEN named_publicly THEN created_at ELSE NULL END",
            "naf_edition": "CASE WHEN naf IS NULL THEN NULL ELSE 'rev2' END",
        },
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
    "commitment": (
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
    CONSTRAINT ck_commitment_charter_of_a_territory CHECK (kind <> 'charter' OR (subject_id = territory_id AND project_id IS NULL)),
    CONSTRAINT fk_commitment_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_commitment_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT ck_commitment_commitment_kind CHECK (kind IN ('charter', 'part', 'step')),
    CONSTRAINT fk_commitment_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_commitment_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_commitment_noted_by_id FOREIGN KEY(noted_by_id) REFERENCES person (id),
    CONSTRAINT ck_commitment_given_by CHECK (given_by IN ('page', 'mail', 'word'))
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
CREATE TABLE contact_review (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    kept_until DATE NOT NULL,
    reviewed_at DATETIME NOT NULL,
    reviewed_by_id INTEGER,
    CONSTRAINT fk_contact_review_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_contact_review_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_contact_review_reviewed_by_id FOREIGN KEY(reviewed_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE erasure (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    person_id INTEGER NOT NULL,
    person_public_id VARCHAR(16) NOT NULL,
    cause VARCHAR(40) NOT NULL,
    asked_at DATETIME NOT NULL,
    asked_by_id INTEGER,
    due_at DATETIME NOT NULL,
    mail_id INTEGER,
    cancelled_at DATETIME,
    done_at DATETIME,
    CONSTRAINT ck_erasure_done_or_cancelled CHECK (done_at IS NULL OR cancelled_at IS NULL),
    CONSTRAINT uq_erasure_public_id UNIQUE (public_id),
    CONSTRAINT fk_erasure_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT ck_erasure_cause CHECK (cause IN ('own', 'pilot', 'operator', 'idle')),
    CONSTRAINT fk_erasure_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES person (id),
    CONSTRAINT fk_erasure_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id)
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
CREATE TABLE privacy_notice (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    means VARCHAR(40) NOT NULL,
    text_version VARCHAR(40) NOT NULL,
    told_at DATETIME NOT NULL,
    mail_id INTEGER,
    noted_by_id INTEGER,
    CONSTRAINT uq_privacy_notice_person_id_territory_id_mail_id UNIQUE (person_id, territory_id, mail_id),
    CONSTRAINT fk_privacy_notice_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_privacy_notice_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_privacy_notice_means CHECK (means IN ('invitation', 'first_mail', 'information', 'phone', 'page')),
    CONSTRAINT fk_privacy_notice_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id),
    CONSTRAINT fk_privacy_notice_noted_by_id FOREIGN KEY(noted_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE privacy_text (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    controller VARCHAR(200) NOT NULL,
    address VARCHAR(400) NOT NULL,
    contact VARCHAR(254) NOT NULL,
    dpo VARCHAR(400) NOT NULL,
    purposes TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    complement TEXT NOT NULL,
    idle_years INTEGER NOT NULL,
    contact_years INTEGER NOT NULL,
    written_at DATETIME NOT NULL,
    written_by_id INTEGER,
    CONSTRAINT uq_privacy_text_territory_id_number UNIQUE (territory_id, number),
    CONSTRAINT ck_privacy_text_idle_years_legal CHECK (idle_years BETWEEN 1 AND 3),
    CONSTRAINT ck_privacy_text_contact_years_legal CHECK (contact_years BETWEEN 1 AND 5),
    CONSTRAINT fk_privacy_text_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_privacy_text_written_by_id FOREIGN KEY(written_by_id) REFERENCES person (id)
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
)

SQLITE_INDEXES = (
    """CREATE INDEX ix_contact_review_person_id ON contact_review (person_id)""",
    """CREATE INDEX ix_contact_review_reviewed_by_id ON contact_review (reviewed_by_id)""",
    """CREATE INDEX ix_contact_review_territory_id ON contact_review (territory_id)""",
    """CREATE INDEX ix_erasure_asked_by_id ON erasure (asked_by_id)""",
    """CREATE INDEX ix_erasure_due_at ON erasure (due_at)""",
    """CREATE INDEX ix_erasure_mail_id ON erasure (mail_id)""",
    """CREATE INDEX ix_erasure_person_id ON erasure (person_id)""",
    """CREATE UNIQUE INDEX uq_erasure_open ON erasure (person_id) WHERE done_at IS NULL AND cancelled_at IS NULL""",
    """CREATE INDEX ix_external_identity_person_id ON external_identity (person_id)""",
    """CREATE INDEX ix_half_sign_in_person_id ON half_sign_in (person_id)""",
    """CREATE INDEX ix_merge_gone_public_id ON merge (gone_public_id)""",
    """CREATE INDEX ix_merge_kept ON merge (kind, kept_id)""",
    """CREATE INDEX ix_merge_merged_by_id ON merge (merged_by_id)""",
    """CREATE INDEX ix_merge_territory_id ON merge (territory_id)""",
    """CREATE INDEX ix_merge_undone_by_id ON merge (undone_by_id)""",
    """CREATE INDEX ix_privacy_notice_mail_id ON privacy_notice (mail_id)""",
    """CREATE INDEX ix_privacy_notice_noted_by_id ON privacy_notice (noted_by_id)""",
    """CREATE INDEX ix_privacy_notice_person_id ON privacy_notice (person_id)""",
    """CREATE INDEX ix_privacy_notice_territory_id ON privacy_notice (territory_id)""",
    """CREATE UNIQUE INDEX uq_privacy_notice_told ON privacy_notice (person_id, territory_id, text_version) WHERE mail_id IS NULL""",
    """CREATE INDEX ix_privacy_text_territory_id ON privacy_text (territory_id)""",
    """CREATE INDEX ix_privacy_text_written_by_id ON privacy_text (written_by_id)""",
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
    """CREATE INDEX ix_change_actor_at ON change (actor_id, at)""",
    """CREATE INDEX ix_change_batch ON change (batch)""",
    """CREATE INDEX ix_change_entity ON change (entity, entity_id)""",
    """CREATE INDEX ix_change_project ON change (project_id, id)""",
    """CREATE INDEX ix_change_territory_at ON change (territory_id, at)""",
    """CREATE INDEX ix_access_grant_person_id ON access_grant (person_id)""",
    """CREATE INDEX ix_sign_in_person_id ON sign_in (person_id)""",
    """CREATE INDEX ix_territory_role_person_id ON territory_role (person_id)""",
    """CREATE INDEX ix_territory_role_territory_id ON territory_role (territory_id)""",
    """CREATE UNIQUE INDEX uq_territory_role_active ON territory_role (person_id, territory_id) WHERE ended_on IS NULL""",
    """CREATE INDEX ix_organisation_search_key ON organisation (search_key)""",
    """CREATE INDEX ix_organisation_siren ON organisation (siren)""",
    """CREATE INDEX ix_organisation_siret ON organisation (siret)""",
    """CREATE INDEX ix_organisation_zone_id ON organisation (zone_id)""",
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
    """CREATE INDEX ix_commitment_noted_by_id ON commitment (noted_by_id)""",
    """CREATE INDEX ix_commitment_organisation_id ON commitment (organisation_id)""",
    """CREATE INDEX ix_commitment_person_id ON commitment (person_id)""",
    """CREATE INDEX ix_commitment_project_id ON commitment (project_id)""",
    """CREATE INDEX ix_commitment_subject ON commitment (kind, subject_id)""",
    """CREATE INDEX ix_commitment_territory_id ON commitment (territory_id)""",
    """CREATE UNIQUE INDEX uq_commitment_charter ON commitment (territory_id, organisation_id) WHERE kind = 'charter' AND withdrawn_at IS NULL""",
    """CREATE UNIQUE INDEX uq_commitment_standing ON commitment (kind, subject_id, organisation_id, text_version) WHERE withdrawn_at IS NULL""",
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
CREATE TABLE contact_review (
    id BIGSERIAL NOT NULL,
    person_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    kept_until DATE NOT NULL,
    reviewed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reviewed_by_id BIGINT,
    CONSTRAINT pk_contact_review PRIMARY KEY (id),
    CONSTRAINT fk_contact_review_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_contact_review_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_contact_review_reviewed_by_id FOREIGN KEY(reviewed_by_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_contact_review_person_id ON contact_review (person_id)""",
    """CREATE INDEX ix_contact_review_reviewed_by_id ON contact_review (reviewed_by_id)""",
    """CREATE INDEX ix_contact_review_territory_id ON contact_review (territory_id)""",
    """
CREATE TABLE erasure (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    person_id BIGINT NOT NULL,
    person_public_id VARCHAR(16) NOT NULL,
    cause VARCHAR(40) NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by_id BIGINT,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    mail_id BIGINT,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_erasure PRIMARY KEY (id),
    CONSTRAINT ck_erasure_done_or_cancelled CHECK (done_at IS NULL OR cancelled_at IS NULL),
    CONSTRAINT uq_erasure_public_id UNIQUE (public_id),
    CONSTRAINT fk_erasure_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT ck_erasure_cause CHECK (cause IN ('own', 'pilot', 'operator', 'idle')),
    CONSTRAINT fk_erasure_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES person (id),
    CONSTRAINT fk_erasure_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id)
)
""",
    """CREATE INDEX ix_erasure_asked_by_id ON erasure (asked_by_id)""",
    """CREATE INDEX ix_erasure_due_at ON erasure (due_at)""",
    """CREATE INDEX ix_erasure_mail_id ON erasure (mail_id)""",
    """CREATE INDEX ix_erasure_person_id ON erasure (person_id)""",
    """CREATE UNIQUE INDEX uq_erasure_open ON erasure (person_id) WHERE done_at IS NULL AND cancelled_at IS NULL""",
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
CREATE TABLE privacy_notice (
    id BIGSERIAL NOT NULL,
    person_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    means VARCHAR(40) NOT NULL,
    text_version VARCHAR(40) NOT NULL,
    told_at TIMESTAMP WITH TIME ZONE NOT NULL,
    mail_id BIGINT,
    noted_by_id BIGINT,
    CONSTRAINT pk_privacy_notice PRIMARY KEY (id),
    CONSTRAINT uq_privacy_notice_person_id_territory_id_mail_id UNIQUE (person_id, territory_id, mail_id),
    CONSTRAINT fk_privacy_notice_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_privacy_notice_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_privacy_notice_means CHECK (means IN ('invitation', 'first_mail', 'information', 'phone', 'page')),
    CONSTRAINT fk_privacy_notice_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id),
    CONSTRAINT fk_privacy_notice_noted_by_id FOREIGN KEY(noted_by_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_privacy_notice_mail_id ON privacy_notice (mail_id)""",
    """CREATE INDEX ix_privacy_notice_noted_by_id ON privacy_notice (noted_by_id)""",
    """CREATE INDEX ix_privacy_notice_person_id ON privacy_notice (person_id)""",
    """CREATE INDEX ix_privacy_notice_territory_id ON privacy_notice (territory_id)""",
    """CREATE UNIQUE INDEX uq_privacy_notice_told ON privacy_notice (person_id, territory_id, text_version) WHERE mail_id IS NULL""",
    """
CREATE TABLE privacy_text (
    id BIGSERIAL NOT NULL,
    territory_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    controller VARCHAR(200) NOT NULL,
    address VARCHAR(400) NOT NULL,
    contact VARCHAR(254) NOT NULL,
    dpo VARCHAR(400) NOT NULL,
    purposes TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    complement TEXT NOT NULL,
    idle_years INTEGER NOT NULL,
    contact_years INTEGER NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    written_by_id BIGINT,
    CONSTRAINT pk_privacy_text PRIMARY KEY (id),
    CONSTRAINT uq_privacy_text_territory_id_number UNIQUE (territory_id, number),
    CONSTRAINT ck_privacy_text_idle_years_legal CHECK (idle_years BETWEEN 1 AND 3),
    CONSTRAINT ck_privacy_text_contact_years_legal CHECK (contact_years BETWEEN 1 AND 5),
    CONSTRAINT fk_privacy_text_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_privacy_text_written_by_id FOREIGN KEY(written_by_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_privacy_text_territory_id ON privacy_text (territory_id)""",
    """CREATE INDEX ix_privacy_text_written_by_id ON privacy_text (written_by_id)""",
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
    """ALTER TABLE change ADD COLUMN undoes VARCHAR(16)""",
    """CREATE INDEX ix_change_actor_at ON change (actor_id, at)""",
    """CREATE INDEX ix_change_batch ON change (batch)""",
    """ALTER TABLE territory ADD COLUMN second_factor_demanded BOOLEAN""",
    """UPDATE territory SET second_factor_demanded = false""",
    """ALTER TABLE territory ALTER COLUMN second_factor_demanded SET NOT NULL""",
    """ALTER TABLE access_grant DROP CONSTRAINT ck_access_grant_grant_purpose""",
    """ALTER TABLE access_grant ADD CONSTRAINT ck_access_grant_grant_purpose CHECK (purpose IN ('sign_in', 'invitation', 'address', 'answer', 'relance', 'unsubscribe', 'personal_data'))""",
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
    """UPDATE organisation SET naming_decided_at = CASE WHEN named_publicly THEN created_at ELSE NULL END""",
    """ALTER TABLE organisation ADD COLUMN naming_decided_by_id BIGINT""",
    """ALTER TABLE organisation ADD COLUMN postcode VARCHAR(5)""",
    """ALTER TABLE organisation ADD COLUMN siren VARCHAR(9)""",
    """UPDATE organisation SET siren = substr(siret, 1, 9)""",
    """ALTER TABLE organisation ADD COLUMN size VARCHAR(40)""",
    """ALTER TABLE organisation ADD COLUMN sole_siret VARCHAR(14)""",
    """UPDATE organisation SET sole_siret = siret""",
    """ALTER TABLE organisation ADD CONSTRAINT ck_organisation_naf_edition CHECK (naf_edition IN ('rev2', 'naf2025'))""",
    """ALTER TABLE organisation ADD CONSTRAINT ck_organisation_naf_has_edition CHECK ((naf IS NULL) = (naf_edition IS NULL))""",
    """ALTER TABLE organisation ADD CONSTRAINT ck_organisation_siren_of_its_siret CHECK (siret IS NULL OR siren = substr(siret, 1, 9))""",
    """ALTER TABLE organisation ADD CONSTRAINT ck_organisation_size_band CHECK (size IN ('00', '01', '02', '03', '11', '12', '21', '22', '31', '32', '41', '42', '51', '52', '53'))""",
    """ALTER TABLE organisation ADD CONSTRAINT ck_organisation_sole_is_its_own CHECK (sole_siret IS NULL OR sole_siret = siret)""",
    """ALTER TABLE organisation ADD CONSTRAINT uq_organisation_sole_siret UNIQUE (sole_siret)""",
    """CREATE INDEX ix_organisation_siren ON organisation (siren)""",
    """CREATE INDEX ix_organisation_siret ON organisation (siret)""",
    """ALTER TABLE ask DROP CONSTRAINT ck_ask_ask_kind""",
    """ALTER TABLE ask ADD CONSTRAINT ck_ask_ask_kind CHECK (kind IN ('invitation', 'agreement', 'hand_over', 'commitment', 'opening', 'rsvp', 'address', 'territory_role', 'operator'))""",
    """CREATE UNIQUE INDEX uq_ask_open_invitation ON ask (kind, subject_kind, subject_id, asked_person_id) WHERE state = 'open' AND kind IN ('invitation', 'territory_role', 'operator')""",
    """ALTER TABLE membership ADD COLUMN own_leave BOOLEAN""",
    """UPDATE membership SET own_leave = false""",
    """ALTER TABLE membership ALTER COLUMN own_leave SET NOT NULL""",
    """ALTER TABLE commitment ADD CONSTRAINT ck_commitment_charter_of_a_territory CHECK (kind <> 'charter' OR (subject_id = territory_id AND project_id IS NULL))""",
    """CREATE UNIQUE INDEX uq_commitment_charter ON commitment (territory_id, organisation_id) WHERE kind = 'charter' AND withdrawn_at IS NULL""",
)


def upgrade() -> None:
    bind = op.get_bind()
    op.execute(OLDER_INVITATIONS)
    if bind.dialect.name == "sqlite":
        for table, (shape, values) in REBUILT.items():
            rebuild(bind, table, shape, values)
        statements = (*NEW_IN_SQLITE, *SQLITE_INDEXES)
    else:
        statements = POSTGRESQL
    for statement in statements:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    """There is no way back that keeps what people wrote: restore the backup made before."""
    raise RuntimeError("0003 cannot be taken back: restore the backup made before the upgrade")
