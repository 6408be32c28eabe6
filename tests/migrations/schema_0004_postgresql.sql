-- The schema at revision 0004, as foundations got it that began then. It never changes.

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE dealer (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(32) NOT NULL,
    number VARCHAR(12) NOT NULL,
    name VARCHAR(120) NOT NULL,
    street VARCHAR(120) NOT NULL,
    postcode VARCHAR(10) NOT NULL,
    place VARCHAR(80) NOT NULL,
    country VARCHAR(2) NOT NULL,
    email VARCHAR(254) NOT NULL,
    phone VARCHAR(40) NOT NULL,
    ceased_on DATE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_dealer PRIMARY KEY (id),
    CONSTRAINT uq_dealer_number UNIQUE (number),
    CONSTRAINT uq_dealer_public_id UNIQUE (public_id)
);

CREATE INDEX ix_dealer_name ON dealer (name);

CREATE TABLE farm (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(32) NOT NULL,
    name VARCHAR(120) NOT NULL,
    email VARCHAR(254) NOT NULL,
    phone VARCHAR(40) NOT NULL,
    ceased_on DATE,
    merged_into_id BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_farm PRIMARY KEY (id),
    CONSTRAINT fk_farm_merged_into_id FOREIGN KEY(merged_into_id) REFERENCES farm (id),
    CONSTRAINT uq_farm_public_id UNIQUE (public_id)
);

CREATE INDEX ix_farm_merged_into_id ON farm (merged_into_id);

CREATE INDEX ix_farm_name ON farm (name);

CREATE TABLE mechanic (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(32) NOT NULL,
    number VARCHAR(12) NOT NULL,
    name VARCHAR(120) NOT NULL,
    email VARCHAR(254) NOT NULL,
    phone VARCHAR(40) NOT NULL,
    merged_into_id BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_mechanic PRIMARY KEY (id),
    CONSTRAINT fk_mechanic_merged_into_id FOREIGN KEY(merged_into_id) REFERENCES mechanic (id),
    CONSTRAINT uq_mechanic_number UNIQUE (number),
    CONSTRAINT uq_mechanic_public_id UNIQUE (public_id)
);

CREATE INDEX ix_mechanic_merged_into_id ON mechanic (merged_into_id);

CREATE INDEX ix_mechanic_name ON mechanic (name);

CREATE TABLE search_term (
    subject_kind VARCHAR(12) NOT NULL,
    term VARCHAR(40) COLLATE "C" NOT NULL,
    subject_id BIGINT NOT NULL,
    CONSTRAINT pk_search_term PRIMARY KEY (subject_kind, term, subject_id)
);

CREATE INDEX ix_search_term_subject ON search_term (subject_kind, subject_id);

CREATE TABLE certificate (
    id BIGSERIAL NOT NULL,
    mechanic_id BIGINT NOT NULL,
    number VARCHAR(20) NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_certificate PRIMARY KEY (id),
    CONSTRAINT ck_certificate_period_forward CHECK (valid_until >= valid_from),
    CONSTRAINT fk_certificate_mechanic_id FOREIGN KEY(mechanic_id) REFERENCES mechanic (id),
    CONSTRAINT uq_certificate_number UNIQUE (number)
);

CREATE INDEX ix_certificate_mechanic ON certificate (mechanic_id, valid_from);

CREATE TABLE customer (
    id BIGSERIAL NOT NULL,
    dealer_id BIGINT NOT NULL,
    farm_id BIGINT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE,
    CONSTRAINT pk_customer PRIMARY KEY (id),
    CONSTRAINT ck_customer_period_forward CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT fk_customer_dealer_id FOREIGN KEY(dealer_id) REFERENCES dealer (id),
    CONSTRAINT fk_customer_farm_id FOREIGN KEY(farm_id) REFERENCES farm (id)
);

CREATE INDEX ix_customer_farm ON customer (farm_id);

CREATE UNIQUE INDEX uq_customer_open ON customer (dealer_id, farm_id) WHERE until_on IS NULL;

CREATE TABLE employment (
    id BIGSERIAL NOT NULL,
    mechanic_id BIGINT NOT NULL,
    dealer_id BIGINT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE,
    CONSTRAINT pk_employment PRIMARY KEY (id),
    CONSTRAINT ck_employment_period_forward CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT fk_employment_dealer_id FOREIGN KEY(dealer_id) REFERENCES dealer (id),
    CONSTRAINT fk_employment_mechanic_id FOREIGN KEY(mechanic_id) REFERENCES mechanic (id)
);

CREATE INDEX ix_employment_dealer ON employment (dealer_id, from_on);

CREATE INDEX ix_employment_mechanic ON employment (mechanic_id, from_on);

CREATE UNIQUE INDEX uq_employment_open ON employment (mechanic_id) WHERE until_on IS NULL;

CREATE TABLE farm_identifier (
    id BIGSERIAL NOT NULL,
    farm_id BIGINT NOT NULL,
    kind VARCHAR(8) NOT NULL,
    value VARCHAR(20) NOT NULL,
    CONSTRAINT pk_farm_identifier PRIMARY KEY (id),
    CONSTRAINT ck_farm_identifier_kind_known CHECK (kind IN ('ubn', 'kvk', 'kbo', 'pe', 'herd')),
    CONSTRAINT fk_farm_identifier_farm_id FOREIGN KEY(farm_id) REFERENCES farm (id)
);

CREATE INDEX ix_farm_identifier_farm_id ON farm_identifier (farm_id);

CREATE UNIQUE INDEX uq_farm_identifier_kind_value ON farm_identifier (kind, value);

CREATE TABLE site (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(32) NOT NULL,
    farm_id BIGINT NOT NULL,
    street VARCHAR(120) NOT NULL,
    postcode VARCHAR(10) NOT NULL,
    place VARCHAR(80) NOT NULL,
    country VARCHAR(2) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_site PRIMARY KEY (id),
    CONSTRAINT fk_site_farm_id FOREIGN KEY(farm_id) REFERENCES farm (id),
    CONSTRAINT uq_site_public_id UNIQUE (public_id)
);

CREATE INDEX ix_site_farm_id ON site (farm_id);

CREATE INDEX ix_site_place ON site (place);

CREATE INDEX ix_site_postcode ON site (postcode);

CREATE TABLE certificate_module (
    certificate_id BIGINT NOT NULL,
    module VARCHAR(12) NOT NULL,
    CONSTRAINT pk_certificate_module PRIMARY KEY (certificate_id, module),
    CONSTRAINT ck_certificate_module_module_known CHECK (module IN ('ams')),
    CONSTRAINT fk_certificate_module_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id)
);

CREATE TABLE installation (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(32) NOT NULL,
    site_id BIGINT NOT NULL,
    name VARCHAR(60) NOT NULL,
    state VARCHAR(12) NOT NULL,
    ceased_on DATE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_installation PRIMARY KEY (id),
    CONSTRAINT ck_installation_state_known CHECK (state IN ('unchecked', 'checked')),
    CONSTRAINT fk_installation_site_id FOREIGN KEY(site_id) REFERENCES site (id),
    CONSTRAINT uq_installation_public_id UNIQUE (public_id)
);

CREATE INDEX ix_installation_site_id ON installation (site_id);

CREATE INDEX ix_installation_state ON installation (state);

CREATE TABLE installation_configuration (
    id BIGSERIAL NOT NULL,
    installation_id BIGINT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE,
    parlour_type VARCHAR(16) NOT NULL,
    species VARCHAR(8) NOT NULL,
    unit_count INTEGER NOT NULL,
    vacuum_pump_count INTEGER NOT NULL,
    cleaning_facility_count INTEGER NOT NULL,
    box_count INTEGER NOT NULL,
    delivered_or_renovated_on DATE,
    CONSTRAINT pk_installation_configuration PRIMARY KEY (id),
    CONSTRAINT ck_installation_configuration_parlour_type_known CHECK (parlour_type IN ('rotary', 'tie_stall', 'tandem', 'robot', 'rotopol', 'diamond', 'herringbone', 'trigon', 'side_by_side', 'pasture_wagon')),
    CONSTRAINT ck_installation_configuration_species_known CHECK (species IN ('cows', 'goats', 'sheep')),
    CONSTRAINT ck_installation_configuration_boxes_in_range CHECK (box_count BETWEEN 0 AND 20),
    CONSTRAINT ck_installation_configuration_facilities_in_range CHECK (cleaning_facility_count BETWEEN 1 AND 20),
    CONSTRAINT ck_installation_configuration_units_in_range CHECK (unit_count BETWEEN 1 AND 200),
    CONSTRAINT ck_installation_configuration_period_forward CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT ck_installation_configuration_pumps_in_range CHECK (vacuum_pump_count BETWEEN 1 AND 20),
    CONSTRAINT fk_installation_configuration_installation_id FOREIGN KEY(installation_id) REFERENCES installation (id)
);

CREATE INDEX ix_installation_configuration_from ON installation_configuration (installation_id, from_on);

CREATE UNIQUE INDEX uq_installation_configuration_open ON installation_configuration (installation_id) WHERE until_on IS NULL;

INSERT INTO alembic_version (version_num) VALUES ('0004');

CREATE TABLE login_attempt (
    id BIGSERIAL NOT NULL,
    key VARCHAR(64) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_login_attempt PRIMARY KEY (id)
);

CREATE INDEX ix_login_attempt_key_at ON login_attempt (key, at);

CREATE TABLE user_account (
    id BIGSERIAL NOT NULL,
    email VARCHAR(254) NOT NULL,
    name VARCHAR(120) NOT NULL,
    role VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    dealer_id BIGINT,
    mechanic_id BIGINT,
    password_hash VARCHAR(200),
    language VARCHAR(5) NOT NULL,
    keys_on BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_user_account PRIMARY KEY (id),
    CONSTRAINT ck_user_account_dealer_belongs CHECK ((role = 'dealer') = (dealer_id IS NOT NULL)),
    CONSTRAINT ck_user_account_mechanic_belongs CHECK ((role = 'mechanic') = (mechanic_id IS NOT NULL)),
    CONSTRAINT ck_user_account_role_known CHECK (role IN ('office', 'inspector', 'dealer', 'mechanic', 'reader')),
    CONSTRAINT ck_user_account_state_known CHECK (state IN ('invited', 'active', 'locked')),
    CONSTRAINT ck_user_account_email_lower CHECK (email = lower(email)),
    CONSTRAINT fk_user_account_dealer_id FOREIGN KEY(dealer_id) REFERENCES dealer (id),
    CONSTRAINT fk_user_account_mechanic_id FOREIGN KEY(mechanic_id) REFERENCES mechanic (id),
    CONSTRAINT uq_user_account_email UNIQUE (email)
);

CREATE INDEX ix_user_account_dealer_id ON user_account (dealer_id);

CREATE INDEX ix_user_account_mechanic_id ON user_account (mechanic_id);

CREATE TABLE api_token (
    id BIGSERIAL NOT NULL,
    user_id BIGINT NOT NULL,
    name VARCHAR(80) NOT NULL,
    token_hash VARCHAR(64) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_api_token PRIMARY KEY (id),
    CONSTRAINT fk_api_token_user_id FOREIGN KEY(user_id) REFERENCES user_account (id),
    CONSTRAINT uq_api_token_token_hash UNIQUE (token_hash)
);

CREATE INDEX ix_api_token_user_id ON api_token (user_id);

CREATE TABLE invitation (
    id BIGSERIAL NOT NULL,
    user_id BIGINT NOT NULL,
    token_hash VARCHAR(64) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT fk_invitation_user_id FOREIGN KEY(user_id) REFERENCES user_account (id),
    CONSTRAINT uq_invitation_token_hash UNIQUE (token_hash)
);

CREATE INDEX ix_invitation_user_id ON invitation (user_id);

CREATE TABLE journal_entry (
    id BIGSERIAL NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id BIGINT,
    action VARCHAR(40) NOT NULL,
    subject_kind VARCHAR(24) NOT NULL,
    subject_id VARCHAR(64) NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    CONSTRAINT pk_journal_entry PRIMARY KEY (id),
    CONSTRAINT fk_journal_entry_actor_id FOREIGN KEY(actor_id) REFERENCES user_account (id)
);

CREATE INDEX ix_journal_entry_actor_id ON journal_entry (actor_id);

CREATE INDEX ix_journal_entry_subject ON journal_entry (subject_kind, subject_id);

CREATE TABLE login_session (
    id BIGSERIAL NOT NULL,
    user_id BIGINT NOT NULL,
    token_hash VARCHAR(64) NOT NULL,
    agent VARCHAR(200) NOT NULL,
    address VARCHAR(45) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_login_session PRIMARY KEY (id),
    CONSTRAINT fk_login_session_user_id FOREIGN KEY(user_id) REFERENCES user_account (id),
    CONSTRAINT uq_login_session_token_hash UNIQUE (token_hash)
);

CREATE INDEX ix_login_session_user_id ON login_session (user_id);

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;

CREATE TRIGGER journal_entry_no_change BEFORE UPDATE OR DELETE ON journal_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER journal_entry_no_truncate BEFORE TRUNCATE ON journal_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE chain_head (
    id INTEGER NOT NULL,
    chain_number BIGINT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    CONSTRAINT pk_chain_head PRIMARY KEY (id),
    CONSTRAINT ck_chain_head_one_row CHECK (id = 1)
);

CREATE TABLE document (
    id VARCHAR(32) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    reference VARCHAR(60) NOT NULL,
    version INTEGER NOT NULL,
    dated_on DATE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id BIGINT,
    note TEXT NOT NULL,
    content TEXT NOT NULL,
    file_name VARCHAR(120),
    file_sha256 VARCHAR(64),
    CONSTRAINT pk_document PRIMARY KEY (id),
    CONSTRAINT ck_document_kind_known CHECK (kind IN ('print_order', 'delivery_note', 'packing_list', 'receipt', 'handover', 'report', 'spoil_note', 'statement', 'police_report', 'return_note', 'return_receipt', 'destruction_record', 'decision')),
    CONSTRAINT fk_document_actor_id FOREIGN KEY(actor_id) REFERENCES user_account (id)
);

CREATE INDEX ix_document_reference ON document (reference);

CREATE TABLE document_number (
    kind VARCHAR(20) NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT pk_document_number PRIMARY KEY (kind, year),
    CONSTRAINT ck_document_number_kind_known CHECK (kind IN ('print_order', 'delivery_note', 'packing_list', 'receipt', 'handover', 'report', 'spoil_note', 'statement', 'police_report', 'return_note', 'return_receipt', 'destruction_record', 'decision'))
);

CREATE TABLE sticker_series (
    id BIGSERIAL NOT NULL,
    code VARCHAR(12) NOT NULL,
    width INTEGER NOT NULL,
    has_check_digits BOOLEAN NOT NULL,
    shape VARCHAR(16) NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    CONSTRAINT pk_sticker_series PRIMARY KEY (id),
    CONSTRAINT ck_sticker_series_period_forward CHECK (valid_until >= valid_from),
    CONSTRAINT ck_sticker_series_width_in_range CHECK (width BETWEEN 3 AND 12),
    CONSTRAINT uq_sticker_series_code UNIQUE (code)
);

CREATE INDEX ix_sticker_series_shape ON sticker_series (shape);

CREATE TABLE sticker (
    series_id BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    account VARCHAR(40) COLLATE "C" NOT NULL,
    dealer_id BIGINT,
    issued_on DATE,
    CONSTRAINT pk_sticker PRIMARY KEY (series_id, serial),
    CONSTRAINT ck_sticker_serial_positive CHECK (serial > 0),
    CONSTRAINT fk_sticker_dealer_id FOREIGN KEY(dealer_id) REFERENCES dealer (id),
    CONSTRAINT fk_sticker_series_id FOREIGN KEY(series_id) REFERENCES sticker_series (id)
);

CREATE INDEX ix_sticker_account ON sticker (account, series_id, serial);

CREATE INDEX ix_sticker_dealer ON sticker (dealer_id, series_id, serial);

CREATE TABLE movement (
    chain_number BIGINT NOT NULL,
    kind VARCHAR(12) NOT NULL,
    series_id BIGINT NOT NULL,
    first_serial BIGINT NOT NULL,
    last_serial BIGINT NOT NULL,
    source_account VARCHAR(32) NOT NULL,
    target_account VARCHAR(32) NOT NULL,
    dealer_id BIGINT,
    effective_on DATE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id BIGINT,
    document_id VARCHAR(32) NOT NULL,
    counters BIGINT,
    canonical TEXT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    CONSTRAINT pk_movement PRIMARY KEY (chain_number),
    CONSTRAINT ck_movement_kind_known CHECK (kind IN ('order', 'deliver', 'issue', 'confirm', 'hand_out', 'hand_in', 'hand_over', 'apply', 'spoil', 'lose', 'steal', 'find', 'send_back', 'take_back', 'restock', 'destroy')),
    CONSTRAINT ck_movement_range_forward CHECK (first_serial > 0 AND last_serial >= first_serial),
    CONSTRAINT fk_movement_actor_id FOREIGN KEY(actor_id) REFERENCES user_account (id),
    CONSTRAINT fk_movement_counters FOREIGN KEY(counters) REFERENCES movement (chain_number),
    CONSTRAINT fk_movement_dealer_id FOREIGN KEY(dealer_id) REFERENCES dealer (id),
    CONSTRAINT fk_movement_document_id FOREIGN KEY(document_id) REFERENCES document (id),
    CONSTRAINT fk_movement_series_id FOREIGN KEY(series_id) REFERENCES sticker_series (id)
);

CREATE INDEX ix_movement_dealer ON movement (dealer_id, series_id, effective_on);

CREATE INDEX ix_movement_document_id ON movement (document_id);

CREATE INDEX ix_movement_range ON movement (series_id, first_serial, last_serial);

CREATE INDEX ix_movement_wide ON movement (series_id, first_serial, last_serial) WHERE last_serial > first_serial;

INSERT INTO chain_head (id, chain_number, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TRIGGER document_no_change BEFORE UPDATE OR DELETE ON document FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER document_no_truncate BEFORE TRUNCATE ON document FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER movement_no_change BEFORE UPDATE OR DELETE ON movement FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER movement_no_truncate BEFORE TRUNCATE ON movement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE device (
    id VARCHAR(36) NOT NULL,
    user_id BIGINT NOT NULL,
    name VARCHAR(80) NOT NULL,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    shut_out_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_device PRIMARY KEY (id),
    CONSTRAINT fk_device_user_id FOREIGN KEY(user_id) REFERENCES user_account (id)
);

CREATE INDEX ix_device_user_id ON device (user_id);

CREATE TABLE report (
    id VARCHAR(32) NOT NULL,
    version INTEGER NOT NULL,
    state VARCHAR(12) NOT NULL,
    ending VARCHAR(12) NOT NULL,
    service_date DATE NOT NULL,
    stop VARCHAR(64) NOT NULL,
    installation_id BIGINT NOT NULL,
    mechanic_id BIGINT NOT NULL,
    dealer_id BIGINT NOT NULL,
    series_id INTEGER,
    serial BIGINT,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_report PRIMARY KEY (id),
    CONSTRAINT ck_report_number_iff_approved CHECK ((ending = 'sticker') = (series_id IS NOT NULL AND serial IS NOT NULL)),
    CONSTRAINT ck_report_ending_known CHECK (ending IN ('sticker', 'geen_kom', 'kb')),
    CONSTRAINT ck_report_state_known CHECK (state IN ('incomplete', 'complete', 'withdrawn')),
    CONSTRAINT fk_report_dealer_id FOREIGN KEY(dealer_id) REFERENCES dealer (id),
    CONSTRAINT fk_report_installation_id FOREIGN KEY(installation_id) REFERENCES installation (id),
    CONSTRAINT fk_report_mechanic_id FOREIGN KEY(mechanic_id) REFERENCES mechanic (id),
    CONSTRAINT fk_report_series_id_serial FOREIGN KEY(series_id, serial) REFERENCES sticker (series_id, serial)
);

CREATE INDEX ix_report_dealer ON report (dealer_id, service_date);

CREATE INDEX ix_report_installation ON report (installation_id, service_date);

CREATE INDEX ix_report_mechanic ON report (mechanic_id, service_date);

CREATE INDEX ix_report_recorded ON report (recorded_at);

CREATE INDEX ix_report_service_date ON report (service_date);

CREATE UNIQUE INDEX uq_report_number ON report (series_id, serial) WHERE series_id IS NOT NULL AND state <> 'withdrawn';

CREATE TABLE scan_event (
    id VARCHAR(64) NOT NULL,
    device_id VARCHAR(36) NOT NULL,
    origin_device VARCHAR(64) NOT NULL,
    sequence BIGINT NOT NULL,
    captured_at TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    raw BYTEA NOT NULL,
    raw_length INTEGER NOT NULL,
    raw_sha256 VARCHAR(64) NOT NULL,
    source VARCHAR(12) NOT NULL,
    kind VARCHAR(12) NOT NULL,
    corrects VARCHAR(64),
    body TEXT NOT NULL,
    body_hash VARCHAR(64) NOT NULL,
    user_id BIGINT NOT NULL,
    CONSTRAINT pk_scan_event PRIMARY KEY (id),
    CONSTRAINT ck_scan_event_length_positive CHECK (raw_length >= 0),
    CONSTRAINT fk_scan_event_device_id FOREIGN KEY(device_id) REFERENCES device (id),
    CONSTRAINT fk_scan_event_user_id FOREIGN KEY(user_id) REFERENCES user_account (id)
);

CREATE TABLE office_case (
    id BIGSERIAL NOT NULL,
    kind VARCHAR(24) NOT NULL,
    state VARCHAR(12) NOT NULL,
    event_id VARCHAR(64),
    installation_id BIGINT,
    dealer_id BIGINT,
    series_id INTEGER,
    serial BIGINT,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_on DATE NOT NULL,
    decision VARCHAR(24),
    reason TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by_id BIGINT,
    CONSTRAINT pk_office_case PRIMARY KEY (id),
    CONSTRAINT ck_office_case_kind_known CHECK (kind IN ('scan_waiting', 'sticker_claimed_twice', 'installation_unchecked')),
    CONSTRAINT ck_office_case_state_known CHECK (state IN ('raised', 'opened', 'decided')),
    CONSTRAINT fk_office_case_dealer_id FOREIGN KEY(dealer_id) REFERENCES dealer (id),
    CONSTRAINT fk_office_case_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES user_account (id),
    CONSTRAINT fk_office_case_event_id FOREIGN KEY(event_id) REFERENCES scan_event (id),
    CONSTRAINT fk_office_case_installation_id FOREIGN KEY(installation_id) REFERENCES installation (id),
    CONSTRAINT fk_office_case_series_id_serial FOREIGN KEY(series_id, serial) REFERENCES sticker (series_id, serial)
);

CREATE INDEX ix_office_case_dealer_id ON office_case (dealer_id);

CREATE INDEX ix_office_case_event_id ON office_case (event_id);

CREATE INDEX ix_office_case_installation_id ON office_case (installation_id);

CREATE INDEX ix_office_case_number ON office_case (series_id, serial);

CREATE INDEX ix_office_case_state ON office_case (state, due_on);

CREATE TABLE scan_conflict (
    event_id VARCHAR(64) NOT NULL,
    body_hash VARCHAR(64) NOT NULL,
    device_id VARCHAR(36) NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    raw BYTEA NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_scan_conflict PRIMARY KEY (event_id, body_hash),
    CONSTRAINT fk_scan_conflict_device_id FOREIGN KEY(device_id) REFERENCES device (id),
    CONSTRAINT fk_scan_conflict_event_id FOREIGN KEY(event_id) REFERENCES scan_event (id)
);

CREATE TABLE scan_decision (
    event_id VARCHAR(64) NOT NULL,
    outcome VARCHAR(12) NOT NULL,
    state VARCHAR(12) NOT NULL,
    code VARCHAR(60),
    objections TEXT NOT NULL,
    number VARCHAR(20) NOT NULL,
    series_id INTEGER,
    serial BIGINT,
    installation_id BIGINT,
    dealer_id BIGINT,
    report_id VARCHAR(32),
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_scan_decision PRIMARY KEY (event_id),
    CONSTRAINT ck_scan_decision_outcome_known CHECK (outcome IN ('accepted', 'refused', 'queued', 'conflict', 'failed')),
    CONSTRAINT ck_scan_decision_state_known CHECK (state IN ('posted', 'waiting', 'withdrawn', 'rejected')),
    CONSTRAINT fk_scan_decision_dealer_id FOREIGN KEY(dealer_id) REFERENCES dealer (id),
    CONSTRAINT fk_scan_decision_event_id FOREIGN KEY(event_id) REFERENCES scan_event (id),
    CONSTRAINT fk_scan_decision_installation_id FOREIGN KEY(installation_id) REFERENCES installation (id)
);

CREATE TRIGGER scan_event_no_change BEFORE UPDATE OR DELETE ON scan_event FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER scan_event_no_truncate BEFORE TRUNCATE ON scan_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER scan_conflict_no_change BEFORE UPDATE OR DELETE ON scan_conflict FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER scan_conflict_no_truncate BEFORE TRUNCATE ON scan_conflict FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
