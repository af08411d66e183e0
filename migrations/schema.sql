--
-- PostgreSQL database dump
--



SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: rounds; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA rounds;


--
-- Name: sealed; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA sealed;


--
-- Name: address_number; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.address_number AS text
	CONSTRAINT address_number_check CHECK ((((length(VALUE) >= 1) AND (length(VALUE) <= 24)) AND (VALUE !~ '[[:cntrl:]]'::text) AND (VALUE !~ '[0-9]{9}'::text)));


--
-- Name: address_part; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.address_part AS text
	CONSTRAINT address_part_check CHECK ((((length(VALUE) >= 1) AND (length(VALUE) <= 120)) AND (VALUE !~ '[[:cntrl:]]'::text) AND (VALUE !~ '[0-9]{9}'::text)));


--
-- Name: area_level; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.area_level AS ENUM (
    'county',
    'town',
    'village',
    'grid'
);


--
-- Name: area_name; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.area_name AS text
	CONSTRAINT area_name_check CHECK ((((length(VALUE) >= 1) AND (length(VALUE) <= 120)) AND (VALUE !~ '[[:cntrl:]]'::text) AND (VALUE !~ '[0-9]{9}'::text)));


--
-- Name: ask_method; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.ask_method AS ENUM (
    'spoken',
    'signed',
    'online',
    'phone'
);


--
-- Name: branch; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.branch AS ENUM (
    'one_stop_office',
    'mediation_committee',
    'roads',
    'utilities',
    'buildings',
    'fire_safety',
    'environment',
    'emergencies'
);


--
-- Name: browser; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.browser AS ENUM (
    'chrome',
    'edge',
    'firefox',
    'safari',
    'samsung',
    'other'
);


--
-- Name: building_type; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.building_type AS ENUM (
    'house',
    'apartments',
    'farm',
    'institution',
    'other'
);


--
-- Name: case_actor; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.case_actor AS ENUM (
    'intake',
    'member',
    'handler',
    'supervisor',
    'clock'
);


--
-- Name: case_command; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.case_command AS ENUM (
    'open',
    'triage',
    'assign',
    'hand_over',
    'note',
    'pause',
    'resume',
    'join',
    'escalate',
    'settle',
    'refuse',
    'reopen',
    'close',
    'warn',
    'breach'
);


--
-- Name: case_outcome; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.case_outcome AS ENUM (
    'done',
    'partly_done',
    'agreement',
    'no_agreement',
    'referred',
    'not_needed'
);


--
-- Name: case_stage; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.case_stage AS ENUM (
    'received',
    'triaged',
    'assigned',
    'paused',
    'settled',
    'refused',
    'closed'
);


--
-- Name: consent_method; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.consent_method AS ENUM (
    'spoken',
    'signed'
);


--
-- Name: consent_purpose; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.consent_purpose AS ENUM (
    'provide_services'
);


--
-- Name: credential_id; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.credential_id AS bytea
	CONSTRAINT credential_id_check CHECK (((length(VALUE) >= 16) AND (length(VALUE) <= 1023)));


--
-- Name: credential_key; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.credential_key AS bytea
	CONSTRAINT credential_key_check CHECK (((length(VALUE) >= 32) AND (length(VALUE) <= 4096)));


--
-- Name: day_part; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.day_part AS ENUM (
    'morning',
    'afternoon',
    'evening'
);


--
-- Name: disclosure_basis; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.disclosure_basis AS ENUM (
    'court_order',
    'statutory_duty',
    'danger_to_life',
    'consent_given'
);


--
-- Name: disclosure_content; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.disclosure_content AS ENUM (
    'addresses',
    'planned_visits',
    'hazards',
    'support_wanted',
    'sums',
    'audit_log'
);


--
-- Name: disclosure_recipient; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.disclosure_recipient AS ENUM (
    'court',
    'prosecutor',
    'police',
    'civil_protection',
    'health_authority',
    'social_services',
    'supervisory_authority',
    'other_authority'
);


--
-- Name: door_note; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.door_note AS ENUM (
    'loose_dog',
    'broken_steps',
    'unlit_path',
    'locked_gate',
    'no_phone_signal',
    'side_door',
    'ring_long'
);


--
-- Name: door_state; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.door_state AS ENUM (
    'open',
    'finished'
);


--
-- Name: emergency; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.emergency AS ENUM (
    'flood',
    'heat',
    'cold',
    'storm',
    'fire',
    'quake',
    'outage'
);


--
-- Name: erased_class; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.erased_class AS ENUM (
    'place',
    'consent',
    'report',
    'party'
);


--
-- Name: export_file; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.export_file AS text
	CONSTRAINT export_file_check CHECK (((VALUE ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$'::text) AND (VALUE !~ '[0-9]{9}'::text)));


--
-- Name: export_format; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.export_format AS ENUM (
    'geojson',
    'geojsonseq',
    'csv',
    'xlsx',
    'gpkg',
    'fgb',
    'parquet',
    'kml',
    'gpx',
    'shp',
    'pdf'
);


--
-- Name: export_layer; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.export_layer AS ENUM (
    'areas',
    'cells',
    'households',
    'routes',
    'stops',
    'incidents',
    'releases',
    'basemap'
);


--
-- Name: extract_file; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.extract_file AS text
	CONSTRAINT extract_file_check CHECK ((VALUE ~ '^[0-9a-f]{64}\.osm(\.pbf|\.bz2|\.gz)?$'::text));


--
-- Name: feed; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.feed AS ENUM (
    'cases',
    'routes'
);


--
-- Name: free_text; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.free_text AS text
	CONSTRAINT free_text_check CHECK ((((length(VALUE) >= 1) AND (length(VALUE) <= 500)) AND (VALUE !~ '[[:cntrl:]]'::text) AND (VALUE !~ '[0-9]{9}'::text)));


--
-- Name: host_name; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.host_name AS text COLLATE pg_catalog."C"
	CONSTRAINT host_name_check CHECK (((VALUE ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$'::text) AND (length(VALUE) <= 253) AND (VALUE !~ '[0-9]{9}'::text)));


--
-- Name: identity_check; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.identity_check AS ENUM (
    'in_person',
    'code_posted',
    'own_code'
);


--
-- Name: import_kind; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.import_kind AS ENUM (
    'osm',
    'areas',
    'households',
    'incidents',
    'ledger'
);


--
-- Name: incident_kind; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.incident_kind AS ENUM (
    'hazard',
    'service',
    'dispute'
);


--
-- Name: incident_source; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.incident_source AS ENUM (
    'doorstep',
    'desk',
    'public_form',
    'phone',
    'import'
);


--
-- Name: incident_state; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.incident_state AS ENUM (
    'open',
    'closed'
);


--
-- Name: language; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.language AS ENUM (
    'en',
    'zh-Hans'
);


--
-- Name: link_kind; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.link_kind AS ENUM (
    'invitation',
    'recovery'
);


--
-- Name: login; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.login AS text
	CONSTRAINT login_check CHECK ((VALUE ~ '^[a-z0-9][a-z0-9._-]{1,31}$'::text));


--
-- Name: map_class; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.map_class AS ENUM (
    'street',
    'building',
    'water',
    'green',
    'land',
    'rail',
    'boundary',
    'place'
);


--
-- Name: map_kind; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.map_kind AS text
	CONSTRAINT map_kind_check CHECK ((VALUE ~ '^[a-z0-9_:;/. -]{1,40}$'::text));


--
-- Name: map_name; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.map_name AS text
	CONSTRAINT map_name_check CHECK ((((length(VALUE) >= 1) AND (length(VALUE) <= 120)) AND (VALUE !~ '[[:cntrl:]]'::text)));


--
-- Name: matter_code; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.matter_code AS text
	CONSTRAINT matter_code_check CHECK ((VALUE ~ '^[a-z][a-z_]{2,39}$'::text));


--
-- Name: measure; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.measure AS ENUM (
    'hazards',
    'services',
    'reached',
    'support_safety',
    'support_contact',
    'support_help'
);


--
-- Name: meeting_place; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.meeting_place AS ENUM (
    'office',
    'committee_room',
    'public_room',
    'phone',
    'video'
);


--
-- Name: meeting_result; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.meeting_result AS ENUM (
    'goes_on',
    'agreement',
    'no_agreement',
    'party_absent',
    'withdrawn'
);


--
-- Name: meeting_role; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.meeting_role AS ENUM (
    'party_asked',
    'party_invited',
    'mediator',
    'second_mediator',
    'interpreter',
    'companion',
    'legal_adviser',
    'expert'
);


--
-- Name: notice_channel; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.notice_channel AS ENUM (
    'email',
    'push'
);


--
-- Name: notice_kind; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.notice_kind AS ENUM (
    'digest',
    'case_due',
    'case_escalated',
    'message',
    'case_late'
);


--
-- Name: outcome; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.outcome AS ENUM (
    'done',
    'not_home',
    'declined',
    'no_access',
    'vacant',
    'gone'
);


--
-- Name: part_step; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.part_step AS ENUM (
    'territories',
    'seams',
    'lines'
);


--
-- Name: party_side; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.party_side AS ENUM (
    'asked',
    'invited'
);


--
-- Name: passkey_kind; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.passkey_kind AS ENUM (
    'phone',
    'computer',
    'security_key',
    'password_manager',
    'other'
);


--
-- Name: password_hash; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.password_hash AS text
	CONSTRAINT password_hash_check CHECK ((VALUE ~ '^\$argon2id\$[!-~]{1,160}$'::text));


--
-- Name: pause_reason; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.pause_reason AS ENUM (
    'answer_awaited',
    'day_agreed',
    'parts_awaited',
    'other_body',
    'weather',
    'season'
);


--
-- Name: plan_failure; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.plan_failure AS ENUM (
    'interrupted',
    'no_streets',
    'no_workers',
    'no_households',
    'too_large',
    'internal'
);


--
-- Name: plan_stage; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.plan_stage AS ENUM (
    'read',
    'snap',
    'matrix',
    'territories',
    'routes',
    'seams',
    'lines',
    'save'
);


--
-- Name: plan_state; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.plan_state AS ENUM (
    'planning',
    'proposed',
    'published',
    'superseded',
    'discarded',
    'failed'
);


--
-- Name: purpose; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.purpose AS ENUM (
    'fire_safety',
    'welfare_after_event',
    'service_information',
    'census_follow_up',
    'requested_follow_up'
);


--
-- Name: read_kind; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.read_kind AS ENUM (
    'day',
    'route',
    'routes',
    'plans',
    'workers',
    'places',
    'place',
    'incidents',
    'accounts',
    'map_stops',
    'map_routes',
    'map_territories',
    'map_hazards',
    'export_households',
    'export_routes',
    'export_stops',
    'export_incidents',
    'door_notes',
    'support_wanted',
    'emergency_opening',
    'lapsed_timer',
    'reads',
    'requests',
    'access_report',
    'incident_text',
    'disputes',
    'dispute_contact',
    'cases',
    'units',
    'messages',
    'mediation',
    'agreement'
);


--
-- Name: read_purpose; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.read_purpose AS ENUM (
    'fire_safety',
    'welfare_after_event',
    'service_information',
    'census_follow_up',
    'requested_follow_up',
    'provide_services',
    'planning',
    'incidents',
    'safety',
    'administration',
    'oversight',
    'resident_request'
);


--
-- Name: reader; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.reader AS ENUM (
    'worker',
    'supervisor',
    'case_handler',
    'analyst',
    'dpo',
    'administrator',
    'operator'
);


--
-- Name: receiver_kind; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.receiver_kind AS ENUM (
    'token',
    'webhook'
);


--
-- Name: refuse_reason; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.refuse_reason AS ENUM (
    'not_ours',
    'duplicate',
    'not_found',
    'other_body',
    'withdrawn',
    'not_recorded_here'
);


--
-- Name: report_stage; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.report_stage AS ENUM (
    'received',
    'to_confirm',
    'in_hand',
    'closed'
);


--
-- Name: request_kind; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.request_kind AS ENUM (
    'access',
    'erasure'
);


--
-- Name: retention_action; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.retention_action AS ENUM (
    'delete',
    'forget',
    'close'
);


--
-- Name: retention_class; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.retention_class AS text
	CONSTRAINT retention_class_check CHECK ((VALUE ~ '^[a-z][a-z_]{2,39}$'::text));


--
-- Name: role; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.role AS ENUM (
    'worker',
    'supervisor',
    'case_handler',
    'analyst',
    'dpo',
    'administrator'
);


--
-- Name: round_name; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.round_name AS text
	CONSTRAINT round_name_check CHECK ((((length(VALUE) >= 1) AND (length(VALUE) <= 80)) AND (VALUE !~ '[[:cntrl:]]'::text) AND (VALUE !~ '[0-9]{9}'::text)));


--
-- Name: satisfaction_answer; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.satisfaction_answer AS ENUM (
    'yes',
    'partly',
    'no'
);


--
-- Name: satisfaction_question; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.satisfaction_question AS ENUM (
    'heard',
    'settled',
    'in_time'
);


--
-- Name: shown; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.shown AS ENUM (
    'withheld',
    'number',
    '90_percent_or_more'
);


--
-- Name: sign_in_means; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.sign_in_means AS ENUM (
    'password',
    'passkey',
    'provider',
    'pin',
    'link'
);


--
-- Name: source_key; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.source_key AS text
	CONSTRAINT source_key_check CHECK ((((length(VALUE) >= 1) AND (length(VALUE) <= 64)) AND (VALUE !~ '[[:cntrl:]]'::text)));


--
-- Name: spoken_language; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.spoken_language AS ENUM (
    'mandarin',
    'local_dialect',
    'english',
    'catalan',
    'spanish',
    'french',
    'portuguese',
    'sign_language'
);


--
-- Name: staff_name; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.staff_name AS text
	CONSTRAINT staff_name_check CHECK ((((length(VALUE) >= 1) AND (length(VALUE) <= 80)) AND (VALUE !~ '[[:cntrl:]]'::text) AND (VALUE !~ '[0-9]{9}'::text)));


--
-- Name: support_service; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.support_service AS ENUM (
    'smoke_alarm',
    'evacuation_help',
    'outage_contact',
    'step_free',
    'large_print',
    'text_or_sign',
    'interpreter',
    'home_repair',
    'welfare_call',
    'forms_help',
    'transport',
    'mediation'
);


--
-- Name: system; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.system AS ENUM (
    'android',
    'ios',
    'windows',
    'macos',
    'linux',
    'chromeos',
    'other'
);


--
-- Name: travel_mode; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.travel_mode AS ENUM (
    'foot',
    'bike',
    'car'
);


--
-- Name: unit_level; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.unit_level AS ENUM (
    'county',
    'town',
    'village',
    'group'
);


--
-- Name: unit_skill; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.unit_skill AS ENUM (
    'mediation',
    'legal_advice',
    'building',
    'electricity',
    'gas',
    'fire',
    'water',
    'roads',
    'trees',
    'waste',
    'social_help'
);


--
-- Name: unplanned_reason; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.unplanned_reason AS ENUM (
    'unreachable',
    'no_feasible_window',
    'beyond_horizon',
    'too_long',
    'no_grant',
    'not_yet'
);


--
-- Name: upload_state; Type: TYPE; Schema: rounds; Owner: -
--

CREATE TYPE rounds.upload_state AS ENUM (
    'sending',
    'checking',
    'checked',
    'importing',
    'imported',
    'undoing',
    'undone',
    'failed'
);


--
-- Name: url_path; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.url_path AS text COLLATE pg_catalog."C"
	CONSTRAINT url_path_check CHECK (((VALUE ~ '^/[A-Za-z0-9._~/-]{0,199}$'::text) AND (VALUE !~ '[0-9]{9}'::text)));


--
-- Name: worker_code; Type: DOMAIN; Schema: rounds; Owner: -
--

CREATE DOMAIN rounds.worker_code AS text
	CONSTRAINT worker_code_check CHECK (((VALUE ~ '^[A-Za-z0-9._-]{1,16}$'::text) AND (VALUE !~ '[0-9]{9}'::text)));


--
-- Name: account_for(uuid, date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.account_for(the_round uuid, the_day date) RETURNS TABLE(place text, households bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT CASE
            WHEN d.state = 'finished' THEN 'finished'
            WHEN p.id IS NULL THEN 'no_plan'
            WHEN s.household_id IS NOT NULL AND u.household_id IS NOT NULL THEN 'twice'
            WHEN o.day < the_day THEN 'late'
            WHEN s.household_id IS NOT NULL THEN 'planned'
            ELSE coalesce(u.reason::text, 'missing')
        END, count(*)
    FROM rounds.round_areas a JOIN rounds.households h ON h.area_id = a.area_id
        LEFT JOIN rounds.doors d ON d.round_id = a.round_id AND d.household_id = h.id
        LEFT JOIN rounds.plans p ON p.round_id = a.round_id AND p.state = 'published'
        LEFT JOIN rounds.stops s ON s.plan_id = p.id AND s.household_id = h.id
        LEFT JOIN rounds.routes o ON o.id = s.route_id
        LEFT JOIN rounds.unplanned u ON u.plan_id = p.id AND u.household_id = h.id
    WHERE a.round_id = the_round AND rounds.principal_role() IN ('service:planning', 'service:operator')
    GROUP BY 1 ORDER BY 1
$$;


--
-- Name: add_days(uuid, date, integer, boolean); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.add_days(the_area uuid, the_day date, days integer, working boolean) RETURNS date
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    off date[];
    left_over integer := days;
    at date := the_day;
BEGIN
    IF NOT working OR days <= 0 THEN
        RETURN the_day + days;
    END IF;
    SELECT coalesce(array_agg(DISTINCT h.day), '{}') INTO off
    FROM rounds.area_paths p JOIN rounds.holidays h ON h.area_id = p.ancestor_id WHERE p.area_id = the_area AND h.day > the_day;
    -- Ten years of holidays are a mistake, which stops nothing.
    WHILE left_over > 0 AND at < the_day + 3650 LOOP
        at := at + 1;
        IF extract(isodow FROM at) < 6 AND NOT at = ANY (off) THEN
            left_over := left_over - 1;
        END IF;
    END LOOP;
    RETURN at;
END
$$;


--
-- Name: add_household(uuid, text, text, text, text, text, text, smallint, bigint, public.geometry, bigint[], bytea[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.add_household(the_id uuid, the_key text, the_street text, the_number text, the_unit text, the_postcode text, the_place text, the_doors smallint, the_cell bigint, the_point public.geometry, cells bigint[], hmacs bytea[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'public', 'pg_temp'
    AS $$
DECLARE
    grid uuid;
    the_group uuid;
    known rounds.households;
BEGIN
    SELECT p.area_id INTO grid FROM rounds.place_to_add(the_point) p;
    IF grid IS NULL THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM rounds.refusals r WHERE r.address_hmac = ANY (hmacs)) THEN
        RETURN true;
    END IF;
    SELECT * INTO known FROM rounds.households h
    WHERE h.id = the_id OR (h.cell = ANY (cells)
        AND (lower(h.street), lower(h.house_number), lower(h.unit)) IS NOT DISTINCT FROM (lower(the_street), lower(the_number), lower(the_unit)))
    ORDER BY h.id = the_id DESC, h.id LIMIT 1;
    IF known.id IS NOT NULL THEN
        IF known.id <> the_id AND known.doors <> the_doors THEN
            INSERT INTO rounds.dwelling_claims (household_id, doors) VALUES (known.id, the_doors) ON CONFLICT DO NOTHING;
        END IF;
        RETURN true;
    END IF;
    -- Groups are frozen: a new cell goes to that of the nearest household.
    SELECT c.group_id INTO the_group
    FROM rounds.households h JOIN rounds.dwelling_group_cells c ON c.cell = h.cell AND c.area_id = h.area_id
    WHERE h.area_id = grid ORDER BY h.cell <> the_cell, h.at <-> the_point, h.id LIMIT 1;
    INSERT INTO rounds.households (id, area_id, source_key, street, house_number, unit, postcode, place, doors, cell, at)
    VALUES (the_id, grid, the_key, the_street, the_number, the_unit, the_postcode, the_place, the_doors, the_cell, the_point);
    UPDATE rounds.areas a SET dwellings = a.dwellings + the_doors
    WHERE a.id IN (SELECT p.ancestor_id FROM rounds.area_paths p WHERE p.area_id = grid);
    IF the_group IS NOT NULL THEN
        INSERT INTO rounds.dwelling_group_cells (cell, area_id, group_id) VALUES (the_cell, grid, the_group) ON CONFLICT DO NOTHING;
        UPDATE rounds.dwelling_groups g SET dwellings = g.dwellings + the_doors
        WHERE g.id = (SELECT c.group_id FROM rounds.dwelling_group_cells c WHERE c.cell = the_cell AND c.area_id = grid);
    END IF;
    PERFORM pg_notify('rounds_work', the_cell::text || ' ' || grid::text);
    RETURN true;
END
$$;


--
-- Name: agree_with_steps(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.agree_with_steps() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM rounds.cases c LEFT JOIN rounds.case_steps s ON s.case_id = c.id AND s.seq = c.steps
        WHERE c.id = NEW.id AND s.to_stage IS DISTINCT FROM c.stage) THEN
        RAISE EXCEPTION 'the stage of a case is that of its last step' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_stage';
    END IF;
    RETURN NULL;
END
$$;


--
-- Name: answer_report(bytea, rounds.satisfaction_answer, rounds.satisfaction_answer, rounds.satisfaction_answer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.answer_report(the_receipt bytea, heard rounds.satisfaction_answer, settled rounds.satisfaction_answer, in_time rounds.satisfaction_answer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    the_case uuid;
BEGIN
    UPDATE rounds.incidents i SET answered = true
    WHERE i.receipt_hmac = the_receipt AND i.state = 'closed' AND NOT i.answered AND rounds.principal_role() = 'service:resident'
    RETURNING coalesce(i.merged_into, i.id) INTO the_case;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.satisfaction (unit_id, quarter, question, answer, people)
    SELECT c.unit_id, date_trunc('quarter', rounds.today())::date, q, a, 1
    FROM (VALUES ('heard'::rounds.satisfaction_question, heard), ('settled', settled), ('in_time', in_time)) given (q, a)
        JOIN rounds.cases c ON c.id = the_case AND c.unit_id IS NOT NULL -- without a unit there is nobody to be asked about
    ON CONFLICT (unit_id, quarter, question, answer) DO UPDATE SET people = satisfaction.people + 1;
    RETURN true;
END
$$;


--
-- Name: answers_for(uuid, uuid, date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.answers_for(the_unit uuid, the_lead uuid, the_day date) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT CASE WHEN rounds.can_handle(the_lead, u.area_id)
            AND NOT EXISTS (SELECT FROM rounds.staff_leave l WHERE l.account_id = the_lead AND the_day BETWEEN l.first_on AND l.last_on)
        THEN the_lead ELSE rounds.on_duty(u.id, the_day) END
    FROM rounds.units u WHERE u.id = the_unit
$$;


--
-- Name: append_case_step(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.append_case_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    c rounds.cases;
    last rounds.case_stage;
BEGIN
    SELECT * INTO c FROM rounds.cases WHERE id = NEW.case_id FOR UPDATE;
    SELECT s.to_stage INTO last FROM rounds.case_steps s WHERE s.case_id = NEW.case_id AND s.seq = c.steps;
    IF NEW.seq <> c.steps + 1 OR NEW.from_stage IS DISTINCT FROM last OR NOT EXISTS (
        SELECT FROM rounds.case_moves m
        WHERE m.command = NEW.command AND m.from_stage IS NOT DISTINCT FROM NEW.from_stage AND m.to_stage = NEW.to_stage AND m.actor = NEW.actor) THEN
        RAISE EXCEPTION 'a case does not go from % to % by %', NEW.from_stage, NEW.to_stage, NEW.command
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_steps_move';
    END IF;
    UPDATE rounds.cases SET steps = NEW.seq WHERE id = NEW.case_id;
    RETURN NEW;
END
$$;


--
-- Name: ask_case_visit(uuid, uuid, text, text, text, date, time without time zone, time without time zone, boolean); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.ask_case_visit(the_id uuid, the_case uuid, the_street text, the_number text, the_unit text, the_day date, from_time time without time zone, until_time time without time zone, by_agreement boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    c rounds.cases;
    h rounds.households;
    found_round uuid;
    before rounds.case_visits;
    free smallint;
BEGIN
    SELECT * INTO c FROM rounds.cases k WHERE k.id = the_case AND k.incident_id IS NOT NULL FOR UPDATE;
    IF NOT FOUND OR NOT rounds.deals_with(the_case) THEN
        RAISE EXCEPTION 'no such case' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_none';
    END IF;
    IF EXISTS (SELECT FROM rounds.case_visits v WHERE v.id = the_id) THEN
        IF NOT EXISTS (SELECT FROM rounds.case_visits v WHERE v.id = the_id AND v.case_id = the_case AND v.visit_on = the_day) THEN
            RAISE EXCEPTION 'the id is taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_steps_taken';
        END IF;
        RETURN false;
    END IF;
    IF c.over_on IS NOT NULL THEN
        RAISE EXCEPTION 'the case is over' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_move';
    END IF;
    IF NOT by_agreement AND NOT EXISTS (SELECT FROM rounds.incidents i WHERE i.id = c.incident_id AND i.kind = 'hazard' AND i.in_home) THEN
        RAISE EXCEPTION 'only to a hazard inside a home one goes unasked' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_agreed';
    END IF;
    BEGIN
        SELECT p.* INTO STRICT h FROM rounds.households p
        WHERE p.area_id IN (SELECT rounds.granted_areas()) AND lower(p.street::text) = lower(the_street) AND lower(p.house_number::text) = lower(the_number)
            AND (the_unit IS NULL OR lower(p.unit::text) = lower(the_unit));
    EXCEPTION
        WHEN no_data_found OR too_many_rows THEN
            RAISE EXCEPTION 'no such place' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_place';
    END;
    SELECT r.id INTO found_round FROM rounds.rounds r JOIN rounds.round_areas a ON a.round_id = r.id AND a.area_id = h.area_id
    WHERE r.closed_at IS NULL AND the_day > rounds.today() AND the_day BETWEEN r.starts_on AND r.ends_on
        AND NOT EXISTS (SELECT FROM rounds.doors d WHERE d.round_id = r.id AND d.household_id = h.id AND d.state = 'finished')
    ORDER BY r.starts_on, r.id LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no round goes there on that day' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_round';
    END IF;
    -- Two cases ask for one place one after the other.
    PERFORM pg_advisory_xact_lock(hashtextextended(h.id::text, 153));
    SELECT v.* INTO before FROM rounds.case_bookings k JOIN rounds.case_visits v ON v.id = k.visit_id
    WHERE k.round_id = found_round AND k.household_id = h.id AND v.visit_on >= rounds.today();
    IF before.case_id <> the_case THEN
        RAISE EXCEPTION 'a day is agreed there' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_booked';
    ELSIF before.agreed AND NOT by_agreement THEN
        RAISE EXCEPTION 'they named a day' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_agreed';
    END IF;
    -- A visit of the round that is still ahead is moved, with what was agreed on it; that of
    -- today may have been, and counts.
    DELETE FROM rounds.case_visits v WHERE v.id = before.id AND v.visit_on > rounds.today();
    SELECT min(n) INTO free FROM generate_series(1, 3) n WHERE NOT EXISTS (SELECT FROM rounds.case_visits v WHERE v.case_id = the_case AND v.seq = n);
    IF free IS NULL THEN
        RAISE EXCEPTION 'three visits were asked for' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_three';
    END IF;
    INSERT INTO rounds.case_visits (id, case_id, seq, visit_on, agreed) VALUES (the_id, the_case, free, the_day, by_agreement);
    INSERT INTO rounds.bookings AS b (round_id, household_id, area_id, first_day, last_day, opens, closes)
    VALUES (found_round, h.id, h.area_id, the_day, the_day, from_time, until_time)
    ON CONFLICT (round_id, household_id) DO UPDATE SET (first_day, last_day, opens, closes) = (EXCLUDED.first_day, EXCLUDED.last_day, EXCLUDED.opens, EXCLUDED.closes)
        WHERE by_agreement OR before.id IS NOT NULL OR coalesce(b.first_day::text, b.last_day::text, b.opens::text) IS NULL OR b.last_day < rounds.today();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'they named a day' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_visits_agreed';
    END IF;
    INSERT INTO rounds.case_bookings (visit_id, round_id, household_id) VALUES (the_id, found_round, h.id)
    ON CONFLICT (round_id, household_id) DO UPDATE SET visit_id = EXCLUDED.visit_id;
    RETURN true;
END
$$;


--
-- Name: ask_mediation(uuid, text, uuid, rounds.incident_source, rounds.ask_method, date, bytea, bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.ask_mediation(the_id uuid, the_matter text, the_area uuid, the_source rounds.incident_source, the_method rounds.ask_method, on_day date, the_receipt bytea, the_contact bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF NOT (CASE rounds.principal_role()
        WHEN 'service:resident' THEN the_source = 'public_form' AND EXISTS (SELECT FROM rounds.areas a WHERE a.id = the_area)
        ELSE rounds.principal_role() IN ('worker', 'supervisor', 'case_handler') AND the_source IN ('doorstep', 'desk', 'phone')
            AND the_area IN (SELECT rounds.granted_areas())
        END) THEN
        RAISE EXCEPTION 'the area is not one of theirs' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM rounds.incidents i WHERE i.id = the_id AND i.receipt_hmac = the_receipt AND i.matter = the_matter) THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.incidents (id, kind, matter, area_id, source, reported_on, due_on, asked_on, ask_method, receipt_hmac)
    SELECT the_id, m.kind, m.code, the_area, the_source, on_day, on_day + rounds.due_days(m.code), on_day, the_method, the_receipt
    FROM rounds.matters m WHERE m.code = the_matter AND m.kind = 'dispute';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such matter' USING ERRCODE = 'no_data_found';
    END IF;
    IF the_contact IS NOT NULL THEN
        INSERT INTO rounds.dispute_contacts VALUES (the_id, the_contact);
    END IF;
    RETURN true;
END
$$;


--
-- Name: assigned_households(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.assigned_households() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY SELECT s.household_id
        FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.rounds o ON o.id = p.round_id
            JOIN rounds.stops s ON s.route_id = r.id
        WHERE rounds.principal_role() = 'worker' AND r.worker_id = (SELECT rounds.principal_worker())
          AND p.state = 'published' AND o.closed_at IS NULL AND o.id IN (SELECT rounds.granted_rounds());
END
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: basemap_features; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.basemap_features (
    id bigint NOT NULL,
    class rounds.map_class NOT NULL,
    kind rounds.map_kind NOT NULL,
    name rounds.map_name,
    name_zh rounds.map_name,
    min_zoom smallint NOT NULL,
    shape public.geometry(Geometry,3857) NOT NULL
);

ALTER TABLE ONLY rounds.basemap_features FORCE ROW LEVEL SECURITY;


--
-- Name: basemap_within(public.geometry, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.basemap_within(reach public.geometry, zoom integer) RETURNS SETOF rounds.basemap_features
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'public', 'pg_temp'
    AS $$
    SELECT b.* FROM rounds.basemap_features b
    WHERE b.shape && reach AND b.min_zoom <= zoom AND rounds.principal_role() <> 'nobody'
$$;


--
-- Name: began_on(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.began_on() RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT min(imported_at)::date FROM rounds.imports WHERE rounds.principal_role() = 'service:statistics'
$$;


--
-- Name: begin_epoch(uuid, bigint); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.begin_epoch(told_epoch uuid, told_sequence bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    UPDATE rounds.installation SET epoch = gen_random_uuid()
    WHERE rounds.principal_role() = 'worker' AND epoch = told_epoch AND told_sequence > rounds.last_operation()
$$;


--
-- Name: bound_device(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.bound_device() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM rounds.devices WHERE id = NEW.device_id FOR UPDATE;
    IF (SELECT count(*) FROM rounds.device_pins WHERE device_id = NEW.device_id AND account_id <> NEW.account_id) >= 5 THEN
        RAISE EXCEPTION 'five workers share a phone at most' USING ERRCODE = 'check_violation', CONSTRAINT = 'device_pins_five';
    END IF;
    RETURN NEW;
END
$$;


--
-- Name: can_handle(uuid, uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.can_handle(the_account uuid, the_area uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT EXISTS (
        SELECT FROM rounds.accounts a JOIN rounds.grants g ON g.account_id = a.id JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
        WHERE a.id = the_account AND a.disabled_at IS NULL AND g.role IN ('case_handler', 'supervisor') AND p.area_id = the_area AND rounds.holds(g))
$$;


--
-- Name: case_command(uuid, uuid, rounds.case_command, integer, uuid, uuid, rounds.pause_reason, rounds.refuse_reason, rounds.case_outcome, text); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.case_command(the_step uuid, the_case uuid, the_command rounds.case_command, seen integer, the_unit uuid, the_handler uuid, the_pause rounds.pause_reason, the_refusal rounds.refuse_reason, the_outcome rounds.case_outcome, the_text text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    c rounds.cases;
    was rounds.case_steps;
    move rounds.case_moves;
    new_unit uuid;
    day date := rounds.today();
    rule record;
BEGIN
    -- The incident first, as whoever merges two does.
    PERFORM FROM rounds.incidents i WHERE i.id = the_case FOR UPDATE;
    SELECT * INTO c FROM rounds.cases k WHERE k.id = the_case
        AND rounds.principal_role() IN ('case_handler', 'supervisor') AND k.area_id IN (SELECT rounds.granted_areas())
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such case' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_none';
    END IF;
    SELECT * INTO was FROM rounds.case_steps s WHERE s.id = the_step;
    IF FOUND THEN
        IF was.case_id <> the_case OR was.command <> the_command OR was.account_id IS DISTINCT FROM rounds.principal_account() THEN
            RAISE EXCEPTION 'the id is that of another step' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_steps_taken';
        END IF;
        RETURN false;
    END IF;
    IF seen <> c.steps THEN
        RAISE EXCEPTION 'the case has changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_seen';
    END IF;
    IF NOT EXISTS (SELECT FROM rounds.case_moves m WHERE m.command = the_command AND m.from_stage = c.stage) THEN
        RAISE EXCEPTION 'a case does not % from %', the_command, c.stage USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_move';
    END IF;
    SELECT m.* INTO move FROM rounds.case_moves m WHERE m.command = the_command AND m.from_stage = c.stage
        AND (m.actor::text = 'supervisor' AND rounds.principal_role() = 'supervisor'
            OR m.actor::text = 'handler' AND rounds.principal_role() = 'case_handler'
            OR m.actor::text = 'member' AND rounds.principal_role() = 'case_handler' AND rounds.is_case_member(c.id, c.unit_id))
        ORDER BY m.actor LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this is for the unit of the case' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_actor';
    END IF;
    IF c.dispute AND the_text IS NOT NULL THEN
        RAISE EXCEPTION 'a dispute has no text here' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_dispute_text';
    END IF;

    -- What a command needs, and nothing else.
    IF the_command IN ('assign', 'join') AND the_unit IS NULL
        OR the_command = 'hand_over' AND the_unit IS NULL AND the_handler IS NULL
        OR the_command = 'pause' AND the_pause IS NULL OR the_command = 'refuse' AND the_refusal IS NULL
        OR (the_command = 'settle' OR the_command = 'close' AND c.stage = 'assigned') AND the_outcome IS NULL
        OR the_command = 'note' AND the_text IS NULL
        OR the_unit IS NOT NULL AND the_command NOT IN ('assign', 'join', 'hand_over')
        OR the_handler IS NOT NULL AND the_command NOT IN ('assign', 'hand_over')
        OR the_pause IS NOT NULL AND the_command <> 'pause' OR the_refusal IS NOT NULL AND the_command <> 'refuse'
        OR the_outcome IS NOT NULL AND the_command <> 'settle' AND NOT (the_command = 'close' AND c.stage = 'assigned') THEN
        RAISE EXCEPTION 'the command lacks something or says too much' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_command';
    END IF;
    IF the_unit IS NOT NULL AND NOT EXISTS (
        SELECT FROM rounds.units u JOIN rounds.area_paths p ON p.ancestor_id = u.area_id
        WHERE u.id = the_unit AND u.closed_on IS NULL AND p.area_id = c.area_id) THEN
        RAISE EXCEPTION 'no such unit for the place' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_unit_there';
    END IF;
    IF the_handler IS NOT NULL AND NOT (rounds.can_handle(the_handler, c.area_id) AND EXISTS (
        SELECT FROM rounds.unit_members m WHERE m.account_id = the_handler AND m.unit_id = coalesce(the_unit, c.unit_id))) THEN
        RAISE EXCEPTION 'the handler is no member of the unit' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_handler_there';
    END IF;

    c.stage := move.to_stage;
    CASE the_command
        WHEN 'assign', 'hand_over' THEN
            IF the_unit IS NOT NULL THEN
                c.unit_id := the_unit;
                c.lead_id := rounds.lead_of(the_unit);
                DELETE FROM rounds.case_units j WHERE j.case_id = c.id AND j.unit_id = the_unit;
            END IF;
            c.handler_id := the_handler;
        WHEN 'join' THEN
            IF the_unit = c.unit_id THEN
                RAISE EXCEPTION 'the unit has the case' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_unit_there';
            END IF;
            INSERT INTO rounds.case_units (case_id, unit_id) VALUES (c.id, the_unit) ON CONFLICT DO NOTHING;
        WHEN 'pause' THEN
            c.paused_on := day;
        WHEN 'resume' THEN
            c := rounds.run_on(c, day);
        WHEN 'escalate' THEN
            c := rounds.raised(c, day);
        WHEN 'settle', 'refuse' THEN
            c.over_on := day;
            c.outcome := the_outcome;
        WHEN 'close' THEN
            c.over_on := coalesce(c.over_on, day);
            c.outcome := coalesce(the_outcome, c.outcome);
        WHEN 'reopen' THEN
            c.over_on := NULL;
            c.outcome := NULL;
            c.warned := false;
            c.breached := false;
            SELECT r.* INTO rule FROM rounds.case_rule(c.area_id, coalesce(c.matter, (SELECT i.matter FROM rounds.incidents i WHERE i.id = c.incident_id))) r;
            c.working := coalesce(rule.working, c.working);
            c.due_on := rounds.add_days(c.area_id, day, coalesce(rule.due_days, 0), c.working);
            c.escalate_on := c.due_on;
        ELSE NULL;
    END CASE;
    PERFORM rounds.save_case(c);
    INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, account_id, unit_id, handler_id, due_on, pause_reason, refuse_reason, outcome, text)
    VALUES (c.id, c.steps + 1, the_step, the_command, move.from_stage, move.to_stage, move.actor, rounds.principal_account(),
        CASE WHEN the_command = 'join' THEN the_unit ELSE c.unit_id END, c.handler_id, c.due_on, the_pause, the_refusal,
        the_outcome, nullif(the_text, ''));
    RETURN true;
END
$$;


--
-- Name: case_due(uuid, text, date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.case_due(the_area uuid, the_matter text, reported date) RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$ SELECT rounds.add_days(the_area, reported, r.due_days, r.working) FROM rounds.case_rule(the_area, the_matter) r $$;


--
-- Name: case_rule(uuid, text); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.case_rule(the_area uuid, the_matter text, OUT unit_id uuid, OUT due_days integer, OUT working boolean) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    SELECT r.unit_id INTO case_rule.unit_id
    FROM rounds.area_paths p JOIN rounds.case_rules r ON r.area_id = p.ancestor_id JOIN rounds.areas a ON a.id = r.area_id
        JOIN rounds.units u ON u.id = r.unit_id AND u.closed_on IS NULL
    WHERE p.area_id = the_area AND r.matter::text = the_matter ORDER BY a.level DESC LIMIT 1;
    case_rule.unit_id := coalesce(case_rule.unit_id, rounds.nearest_unit(the_area, (SELECT m.branch FROM rounds.matters m WHERE m.code::text = the_matter)));
    SELECT r.due_days, r.working INTO case_rule.due_days, case_rule.working
    FROM rounds.area_paths p JOIN rounds.case_rules r ON r.area_id = p.ancestor_id JOIN rounds.areas a ON a.id = r.area_id
    WHERE p.area_id = the_area AND r.matter::text = the_matter AND r.due_days IS NOT NULL ORDER BY a.level DESC LIMIT 1;
    IF case_rule.due_days IS NULL THEN
        case_rule.due_days := rounds.due_days(the_matter);
        case_rule.working := case_rule.due_days > 2;
    END IF;
END
$$;


--
-- Name: case_texts(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.case_texts(the_case uuid) RETURNS TABLE(seq integer, text text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT s.seq, s.text::text FROM rounds.case_steps s JOIN rounds.cases c ON c.id = s.case_id
    WHERE c.id = the_case AND s.text IS NOT NULL AND rounds.principal_role() = 'case_handler' AND c.area_id IN (SELECT rounds.granted_areas())
        AND rounds.is_case_member(c.id, c.unit_id)
$$;


--
-- Name: change_grant(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.change_grant() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF NEW.ends_at > OLD.ends_at THEN
        RAISE EXCEPTION 'a grant cannot be made longer' USING ERRCODE = 'check_violation', CONSTRAINT = 'grants_shorten';
    END IF;
    IF NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at THEN
        IF OLD.confirmed_at IS NOT NULL OR now() >= OLD.ends_at THEN
            RAISE EXCEPTION 'the grant is confirmed or over' USING ERRCODE = 'check_violation', CONSTRAINT = 'grants_confirm_once';
        END IF;
        NEW.confirmed_by := rounds.principal_account();
        NEW.confirmed_at := now();
    END IF;
    RETURN NEW;
END
$$;


--
-- Name: check_group(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.check_group() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF NEW.dwellings < 20 THEN
        RAISE EXCEPTION 'a group needs at least 20 dwellings' USING ERRCODE = 'check_violation', CONSTRAINT = 'dwelling_groups_twenty';
    END IF;
    RETURN NEW;
END
$$;


--
-- Name: check_unit(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.check_unit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM rounds.units u JOIN rounds.area_paths p ON p.ancestor_id = u.area_id
        WHERE u.id = NEW.parent_id AND u.level < NEW.level AND p.area_id = NEW.area_id) THEN
        RAISE EXCEPTION 'the unit above is of a higher level, for an area around' USING ERRCODE = 'check_violation', CONSTRAINT = 'units_parent';
    END IF;
    RETURN NEW;
END
$$;


--
-- Name: choose_dwellings(uuid, smallint); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.choose_dwellings(the_household uuid, the_doors smallint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    h rounds.households;
BEGIN
    SELECT * INTO h FROM rounds.households k
    WHERE k.id = the_household AND rounds.principal_role() = 'supervisor' AND k.area_id IN (SELECT rounds.granted_areas()) FOR UPDATE;
    IF h.id IS NULL THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM rounds.dwelling_claims c WHERE c.household_id = h.id AND the_doors IN (c.doors, h.doors)) THEN
        RETURN false;
    END IF;
    DELETE FROM rounds.dwelling_claims WHERE household_id = h.id;
    IF the_doors <> h.doors THEN
        UPDATE rounds.households SET doors = the_doors WHERE id = h.id;
        UPDATE rounds.areas a SET dwellings = a.dwellings + the_doors - h.doors
        WHERE a.id IN (SELECT p.ancestor_id FROM rounds.area_paths p WHERE p.area_id = h.area_id);
        UPDATE rounds.dwelling_groups g SET dwellings = g.dwellings + the_doors - h.doors
        WHERE g.id = (SELECT c.group_id FROM rounds.dwelling_group_cells c WHERE c.cell = h.cell AND c.area_id = h.area_id);
        PERFORM pg_notify('rounds_work', h.cell::text || ' ' || h.area_id::text);
    END IF;
    RETURN true;
END
$$;


--
-- Name: clock(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.clock() RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('rounds.clock', true), '')::timestamptz, now()) $$;


--
-- Name: close_emergency(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.close_emergency(the_opening uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.emergency_openings o SET closes_at = least(o.closes_at, rounds.clock())
    WHERE o.id = the_opening AND o.opened_at IS NOT NULL AND rounds.principal_role() IN ('supervisor', 'dpo')
        AND o.area_id IN (SELECT rounds.granted_areas());
    RETURN FOUND;
END
$$;


--
-- Name: close_round(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.close_round() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'the round is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_closed_for_good';
    END IF;
    DELETE FROM rounds.visits WHERE round_id = NEW.id;
    DELETE FROM rounds.bookings WHERE round_id = NEW.id;
    INSERT INTO rounds.doors (round_id, household_id, area_id, state)
    SELECT NEW.id, h.id, h.area_id, 'finished'
    FROM rounds.round_areas a JOIN rounds.households h ON h.area_id = a.area_id WHERE a.round_id = NEW.id
    ON CONFLICT (round_id, household_id) DO UPDATE SET state = 'finished', due_from = NULL, due_part = NULL;
    RETURN NULL;
END
$$;


--
-- Name: close_with(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.close_with() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM rounds.dispute_contacts c WHERE c.incident_id = NEW.id;
    PERFORM rounds.end_incident(i.id, NEW.closed_on) FROM rounds.incidents i WHERE i.merged_into = NEW.id AND i.state = 'open';
    RETURN NULL;
END
$$;


--
-- Name: colleague_name(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.colleague_name(the_account uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT a.name::text FROM rounds.accounts a
    WHERE a.id = the_account AND rounds.principal_role() IN ('supervisor', 'case_handler') AND (
        a.id = rounds.principal_account()
        OR EXISTS (SELECT FROM rounds.unit_members m JOIN rounds.units u ON u.id = m.unit_id WHERE m.account_id = a.id AND rounds.is_near(u.area_id))
        OR EXISTS (SELECT FROM rounds.grants g WHERE g.account_id = a.id AND g.role IN ('supervisor', 'case_handler') AND rounds.is_near(g.area_id)))
$$;


--
-- Name: confirm_dispute(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.confirm_dispute(the_id uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.incidents i SET confirmed_on = coalesce(i.confirmed_on, rounds.today())
    WHERE i.id = the_id AND i.kind = 'dispute' AND i.state = 'open' AND rounds.is_named(i.id);
    RETURN FOUND;
END
$$;


--
-- Name: confirm_pair(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.confirm_pair(the_household uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.pair_visits SET confirmed_by = rounds.principal_account(), ends_on = rounds.today() + 90
    WHERE household_id = the_household AND confirmed_by IS NULL AND proposed_on >= rounds.today() - 14 AND rounds.supervises(the_household);
    RETURN FOUND;
END
$$;


--
-- Name: confirm_report(bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.confirm_report(the_receipt bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.incidents i SET confirmed_on = coalesce(i.confirmed_on, rounds.today())
    WHERE i.receipt_hmac = the_receipt AND i.kind = 'dispute' AND i.state = 'open' AND rounds.principal_role() = 'service:resident';
    RETURN FOUND;
END
$$;


--
-- Name: consent_of_code(bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.consent_of_code(the_receipt bytea) RETURNS TABLE(id uuid, area_id uuid, purpose rounds.consent_purpose, services rounds.support_service[], notice_version smallint, notice_language rounds.language, method rounds.consent_method, given_on date, expires_on date, contact bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT c.id, c.area_id, c.purpose, array(SELECT s.service FROM rounds.consent_services s WHERE s.consent_id = c.id ORDER BY s.service),
        c.notice_version, c.notice_language, c.method, c.given_on, c.expires_on, c.contact
    FROM rounds.consents c WHERE c.receipt_hmac = the_receipt AND rounds.officer_holds(c.area_id)
$$;


--
-- Name: contributors(rounds.measure, date, date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.contributors(the_measure rounds.measure, first date, last date) RETURNS TABLE(cell bigint, household uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF rounds.principal_role() <> 'service:statistics' THEN
        RETURN;
    END IF;
    CASE the_measure
    WHEN 'hazards', 'services' THEN
        RETURN QUERY SELECT i.cell, md5(public.ST_AsBinary(i.at))::uuid FROM rounds.incidents i
            WHERE i.kind = CASE the_measure WHEN 'hazards' THEN 'hazard' ELSE 'service' END::rounds.incident_kind
                AND i.reported_on BETWEEN first AND last AND i.merged_into IS NULL;
    WHEN 'reached' THEN
        RETURN QUERY SELECT h.cell, h.id FROM rounds.visits v JOIN rounds.households h ON h.id = v.household_id
            WHERE v.outcome = 'done' AND v.visited_on BETWEEN first AND last
                AND NOT EXISTS (SELECT FROM rounds.visit_retractions x WHERE x.visit_id = v.id);
    ELSE
        RETURN QUERY SELECT h.cell, h.id FROM rounds.support_wanted s
                JOIN rounds.consents c ON c.id = s.consent_id JOIN rounds.households h ON h.id = s.household_id
            WHERE rounds.support_measure(s.service) = the_measure AND c.given_on <= last AND s.expires_on >= last
                AND (s.done_on IS NULL OR s.done_on > last);
    END CASE;
END
$$;


--
-- Name: count_closed_grids(uuid, uuid[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.count_closed_grids(the_round uuid, the_areas uuid[]) RETURNS TABLE(area_id uuid, households bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT d.area_id, count(*) FROM rounds.doors d
    WHERE d.round_id = the_round AND d.area_id = ANY (the_areas) AND rounds.principal_role() = 'service:planning' GROUP BY d.area_id
$$;


--
-- Name: count_closed_rounds(uuid[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.count_closed_rounds(the_rounds uuid[]) RETURNS TABLE(round_id uuid, households bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT d.round_id, count(*) FROM rounds.doors d
    WHERE d.round_id = ANY (the_rounds) AND rounds.principal_role() = 'service:planning' GROUP BY d.round_id
$$;


--
-- Name: days_after(uuid, date, date, boolean); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.days_after(the_area uuid, the_day date, until date, working boolean) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT count(*)::integer FROM generate_series(1, until - the_day) n -- numbers: a moment has a zone
    WHERE NOT working OR rounds.is_working(the_area, the_day + n)
$$;


--
-- Name: deals_with(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.deals_with(the_case uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT rounds.principal_role() = 'case_handler' AND EXISTS (
        SELECT FROM rounds.cases c WHERE c.id = the_case AND c.area_id IN (SELECT rounds.granted_areas())
            AND CASE WHEN c.dispute THEN rounds.is_named(c.id) ELSE rounds.is_case_member(c.id, c.unit_id) END)
$$;


--
-- Name: door_notes_held(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.door_notes_held(the_household uuid) RETURNS TABLE(household_id uuid, note text, seen_on date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT n.household_id, n.note::text, n.seen_on
    FROM rounds.place_asked_for(the_household) h JOIN rounds.door_notes n ON n.household_id = h.id AND n.there ORDER BY n.note
$$;


--
-- Name: door_opened(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.door_opened() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM rounds.wait_for_plan(ARRAY[NEW.household_id]);
    RETURN NULL;
END
$$;


--
-- Name: drop_parts(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.drop_parts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM rounds.plan_parts t WHERE t.plan_id = NEW.id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    DELETE FROM rounds.plan_drafts d WHERE d.plan_id = NEW.id;
    DELETE FROM rounds.plan_bases b WHERE b.plan_id = NEW.id;
    IF NEW.state <> 'proposed' THEN
        DELETE FROM rounds.stops s WHERE s.plan_id = NEW.id;
        DELETE FROM rounds.routes r WHERE r.plan_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;


--
-- Name: due_days(text); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.due_days(the_matter text) RETURNS smallint
    LANGUAGE sql STABLE
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT coalesce(c.due_days, m.due_days) FROM rounds.matters m LEFT JOIN rounds.matter_choices c ON c.matter = m.code WHERE m.code = the_matter
$$;


--
-- Name: end_consent(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.end_consent(the_consent uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO rounds.consent_tombstones (worker_id, consent_id, ended_on)
    SELECT DISTINCT r.worker_id, c.id, rounds.today()
    FROM rounds.consents c JOIN rounds.stops s ON s.household_id = c.household_id
        JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = r.plan_id
    WHERE c.id = the_consent AND p.state IN ('published', 'superseded') AND r.day BETWEEN rounds.today() - 7 AND rounds.today() + 7;
    INSERT INTO rounds.consent_stubs (pseudonym, purpose, given_on, ended_on)
    SELECT receipt_hmac, purpose, given_on, rounds.today() FROM rounds.consents WHERE id = the_consent
    ON CONFLICT DO NOTHING;
    DELETE FROM rounds.consents WHERE id = the_consent;
END
$$;


--
-- Name: end_consent_of_code(bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.end_consent_of_code(the_receipt bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM rounds.end_consent(c.id) FROM rounds.consents c WHERE c.receipt_hmac = the_receipt AND rounds.officer_holds(c.area_id);
END
$$;


--
-- Name: end_consents_again(bytea[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.end_consents_again(codes bytea[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    ended integer;
BEGIN
    IF rounds.principal_role() <> 'service:retention' THEN
        RETURN 0;
    END IF;
    SELECT count(rounds.end_consent(c.id)) INTO ended FROM rounds.consents c WHERE c.receipt_hmac = ANY (codes);
    RETURN ended;
END
$$;


--
-- Name: end_incident(uuid, date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.end_incident(the_id uuid, on_day date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.incidents SET state = 'closed', closed_on = on_day WHERE id = the_id AND state = 'open';
    RETURN FOUND;
END
$$;


--
-- Name: end_pair(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.end_pair(the_household uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF NOT rounds.supervises(the_household) THEN
        RETURN false;
    END IF;
    DELETE FROM rounds.pair_visits WHERE household_id = the_household;
    RETURN true;
END
$$;


--
-- Name: end_receiver(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.end_receiver(the_receiver uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.receivers r SET ends_on = rounds.today()
    WHERE r.id = the_receiver AND rounds.principal_role() = 'dpo' AND r.area_id IN (SELECT rounds.granted_areas()) AND r.ends_on > rounds.today();
    RETURN FOUND;
END
$$;


--
-- Name: end_sessions(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.end_sessions(the_account uuid) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    WITH pins AS (
        DELETE FROM rounds.device_pins
        WHERE account_id = the_account AND rounds.principal_role() IN ('administrator', 'service:operator')),
    ended AS (
        DELETE FROM rounds.sessions
        WHERE account_id = the_account AND rounds.principal_role() IN ('administrator', 'service:login', 'service:operator')
        RETURNING 1)
    SELECT count(*) FROM ended
$$;


--
-- Name: enter_refusal(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.enter_refusal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    -- The ledger is copied under this lock, alone, so that no number is missed.
    PERFORM pg_advisory_xact_lock_shared(125823037105155); -- "rounds" and 3
    INSERT INTO rounds.erasures (class, digest) VALUES ('place', NEW.address_hmac) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;


--
-- Name: enter_removed_party(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.enter_removed_party() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF coalesce(rounds.principal_role(), '') <> 'service:retention' THEN
        PERFORM pg_advisory_xact_lock_shared(125823037105155); -- that of rounds.enter_refusal
        INSERT INTO rounds.erasures (class, digest, erased_on) VALUES ('party', sha256(uuid_send(OLD.id)), rounds.today()) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END
$$;


--
-- Name: enter_withdrawal(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.enter_withdrawal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(125823037105155);
    INSERT INTO rounds.erasures (class, digest, erased_on) VALUES ('consent', NEW.pseudonym, NEW.ended_on) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;


--
-- Name: erase_place(uuid, bytea[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.erase_place(the_household uuid, hmacs bytea[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'public', 'pg_temp'
    AS $$
DECLARE
    role text := rounds.principal_role();
    done boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM rounds.place_asked_for(the_household)) THEN
        RETURN false;
    END IF;
    -- What was given with consent goes as by withdrawal, so that phones forget it.
    PERFORM rounds.end_consent(c.id) FROM rounds.consents c WHERE c.household_id = the_household;
    PERFORM set_config('rounds.role', 'service:operator', true);
    done := rounds.refuse_visits(the_household, hmacs);
    PERFORM set_config('rounds.role', role, true);
    RETURN done;
END
$$;


--
-- Name: fill_round_areas(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.fill_round_areas() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'public', 'pg_temp'
    AS $$
DECLARE
    places integer;
BEGIN
    -- A place with many doors counts once here: twenty flats in one building are
    -- still one picked building.
    SELECT count(*) INTO places FROM rounds.households h JOIN rounds.area_paths p ON p.area_id = h.area_id
    WHERE p.ancestor_id = NEW.area_id;
    IF places < 20 THEN
        RAISE EXCEPTION 'a round needs an area of at least 20 dwellings' USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_twenty_dwellings';
    END IF;
    INSERT INTO rounds.round_areas (round_id, area_id, routine, during)
    SELECT NEW.id, a.id, NEW.emergency IS NULL, daterange(NEW.starts_on, greatest(NEW.ends_on + 1, NEW.starts_on + 60))
    FROM rounds.areas a JOIN rounds.area_paths p ON p.area_id = a.id
    WHERE p.ancestor_id = NEW.area_id AND a.level = 'grid';
    RETURN NULL;
END
$$;


--
-- Name: find_token(bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.find_token(hash bytea) RETURNS TABLE(id uuid, receiver_id uuid, account_id uuid, role rounds.role, host text, purpose rounds.purpose, area_id uuid, left_rows integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT t.id, r.id, t.account_id, t.role, r.host, r.purpose, r.area_id,
        r.daily_rows - CASE WHEN r.sent_on = rounds.today() THEN r.sent_rows ELSE 0 END
    FROM rounds.tokens t JOIN rounds.receivers r ON r.id = t.receiver_id JOIN rounds.accounts a ON a.id = t.account_id
    WHERE rounds.principal_role() = 'service:login' AND t.secret_hash = hash AND a.disabled_at IS NULL AND r.ends_on > rounds.today()
        AND EXISTS (
            SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id AND p.area_id = r.area_id
            WHERE g.account_id = t.account_id AND g.role = t.role AND g.purpose = r.purpose AND rounds.holds(g))
$$;


--
-- Name: finish_support(uuid, rounds.support_service); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.finish_support(the_consent uuid, the_service rounds.support_service) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.support_wanted s SET done_on = coalesce(s.done_on, rounds.today())
    WHERE s.consent_id = the_consent AND s.service = the_service AND s.expires_on >= rounds.today()
      AND (s.household_id IN (SELECT rounds.households_lately_near_visit())
        OR (rounds.principal_role() = 'case_handler' AND s.area_id IN (SELECT rounds.granted_areas())));
    RETURN FOUND;
END
$$;


--
-- Name: follow_incident(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.follow_incident() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    c rounds.cases;
BEGIN
    UPDATE rounds.cases SET merged = NEW.merged_into IS NOT NULL WHERE id = NEW.id AND merged <> (NEW.merged_into IS NOT NULL);
    SELECT * INTO c FROM rounds.cases k WHERE k.id = NEW.id AND k.over_on IS NULL AND NEW.state = 'closed' FOR UPDATE;
    IF FOUND THEN
        UPDATE rounds.cases SET stage = 'closed', over_on = NEW.closed_on, paused_on = NULL WHERE id = c.id;
        INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, unit_id, due_on)
        VALUES (c.id, c.steps + 1, gen_random_uuid(), 'close', c.stage, 'closed', 'intake', c.unit_id, c.due_on);
    END IF;
    RETURN NULL;
END
$$;


--
-- Name: follow_report(bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.follow_report(the_receipt bytea) RETURNS TABLE(stage rounds.report_stage, since date, due_on date, confirm_by date, may_answer boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT CASE
            WHEN i.state = 'closed' THEN 'closed'
            WHEN i.kind = 'dispute' AND i.confirmed_on IS NULL THEN 'to_confirm'
            WHEN c.stage IN ('triaged', 'assigned', 'paused') THEN 'in_hand'
            ELSE 'received'
        END::rounds.report_stage,
        coalesce(i.closed_on, i.confirmed_on, i.reported_on), i.due_on,
        CASE WHEN i.kind = 'dispute' AND i.state = 'open' AND i.confirmed_on IS NULL THEN i.asked_on + 30 END,
        i.state = 'closed' AND NOT i.answered
    FROM rounds.incidents i LEFT JOIN rounds.cases c ON c.incident_id = coalesce(i.merged_into, i.id)
    WHERE i.receipt_hmac = the_receipt AND rounds.principal_role() = 'service:resident'
    UNION ALL
    SELECT CASE WHEN c.over_on IS NOT NULL THEN 'closed' ELSE 'in_hand' END::rounds.report_stage, coalesce(c.over_on, c.opened_on), c.due_on, NULL, false
    FROM sealed.parties p JOIN rounds.cases c ON c.id = p.case_id
    WHERE p.receipt_hmac = the_receipt AND rounds.principal_role() = 'service:resident'
$$;


--
-- Name: forget_credentials(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.forget_credentials(the_account uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF rounds.principal_role() IN ('administrator', 'service:login', 'service:operator') THEN
        UPDATE rounds.accounts SET password_hash = NULL WHERE id = the_account;
        DELETE FROM rounds.passkeys WHERE account_id = the_account;
        DELETE FROM rounds.identities WHERE account_id = the_account;
        DELETE FROM rounds.device_pins WHERE account_id = the_account;
        DELETE FROM rounds.notice_targets WHERE account_id = the_account;
        DELETE FROM rounds.sessions WHERE account_id = the_account;
    END IF;
END
$$;


--
-- Name: forget_device(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.forget_device() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM rounds.devices d WHERE d.id = OLD.device_id AND NOT EXISTS (SELECT FROM rounds.device_pins p WHERE p.device_id = d.id);
    RETURN NULL;
END
$$;


--
-- Name: forget_hooks(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.forget_hooks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM rounds.hooks h USING rounds.receivers r WHERE r.id = h.receiver_id AND r.ends_on <= rounds.today();
    RETURN NULL;
END
$$;


--
-- Name: forget_parties(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.forget_parties(the_case uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    DELETE FROM sealed.agreements WHERE case_id = the_case;
    DELETE FROM sealed.meetings WHERE case_id = the_case;
    DELETE FROM sealed.parties WHERE case_id = the_case;
    DELETE FROM sealed.case_keys WHERE case_id = the_case
$$;


--
-- Name: forget_parties_again(bytea[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.forget_parties_again(digests bytea[]) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT count(*)::integer FROM (SELECT rounds.forget_party(p.id), p.id FROM sealed.parties p
        WHERE rounds.principal_role() = 'service:retention' AND sha256(uuid_send(p.id)) = ANY (digests)) gone
$$;


--
-- Name: forget_party(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.forget_party(the_party uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    DELETE FROM sealed.signatures WHERE party_id = the_party;
    DELETE FROM sealed.parties WHERE id = the_party
$$;


--
-- Name: forget_relieved_key(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.forget_relieved_key() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM sealed.case_keys k WHERE k.case_id = NEW.case_id AND k.account_id = NEW.account_id AND EXISTS (
        SELECT FROM sealed.case_keys o JOIN rounds.dispute_handlers h ON h.case_id = o.case_id AND h.account_id = o.account_id AND h.ended_on IS NULL
        WHERE o.case_id = NEW.case_id AND o.account_id <> NEW.account_id);
    RETURN NULL;
END
$$;


--
-- Name: forget_stock(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.forget_stock() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM rounds.release_stock r
    WHERE r.household_id = OLD.household_id AND NOT EXISTS (
        SELECT FROM rounds.support_wanted s WHERE s.household_id = r.household_id AND rounds.support_measure(s.service) = r.measure);
    RETURN NULL;
END
$$;


--
-- Name: forget_tokens(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.forget_tokens() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM rounds.tokens t USING rounds.receivers r WHERE r.id = t.receiver_id AND r.ends_on <= rounds.today();
    RETURN NULL;
END
$$;


--
-- Name: forget_with_receipt(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.forget_with_receipt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM rounds.forget_parties(NEW.id);
    RETURN NULL;
END
$$;


--
-- Name: free_case_visits(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.free_case_visits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM rounds.bookings b USING rounds.case_bookings k JOIN rounds.case_visits v ON v.id = k.visit_id
    WHERE v.case_id = NEW.id AND v.visit_on > rounds.today() AND (b.round_id, b.household_id) = (k.round_id, k.household_id)
        AND b.first_day = v.visit_on AND b.last_day = v.visit_on AND b.worker_id IS NULL;
    DELETE FROM rounds.case_visits v WHERE v.case_id = NEW.id AND v.visit_on > rounds.today();
    RETURN NULL;
END
$$;


--
-- Name: granted_areas(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.granted_areas() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    -- Somebody has a grant of each purpose on one area: it is gone through once.
    RETURN QUERY SELECT p.area_id
        FROM (SELECT DISTINCT rounds.narrowed(g.area_id) AS area_id FROM rounds.grants g WHERE rounds.is_own(g)) own
            JOIN rounds.area_paths p ON p.ancestor_id = own.area_id;
END
$$;


--
-- Name: granted_roots(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.granted_roots() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY SELECT own.area_id
        FROM (SELECT DISTINCT rounds.narrowed(g.area_id) AS area_id FROM rounds.grants g WHERE rounds.is_own(g)) own
        WHERE own.area_id IS NOT NULL;
END
$$;


--
-- Name: granted_rounds(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.granted_rounds() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY SELECT r.id FROM rounds.rounds r
        WHERE EXISTS (SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
                WHERE rounds.is_own(g) AND (g.purpose IS NULL OR g.purpose = r.purpose) AND p.area_id = r.area_id)
            OR EXISTS (SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
                    JOIN rounds.round_areas a ON a.area_id = p.area_id
                WHERE rounds.is_own(g) AND (g.purpose IS NULL OR g.purpose = r.purpose) AND a.round_id = r.id);
END
$$;


--
-- Name: guard_password(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.guard_password() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF current_user = 'rounds_app' AND NEW.password_hash IS NOT NULL AND rounds.principal_role() <> 'service:operator'
        AND (TG_OP = 'INSERT' OR NEW.password_hash IS DISTINCT FROM OLD.password_hash AND NEW.id IS DISTINCT FROM rounds.principal_account()) THEN
        RAISE EXCEPTION 'a password is set by who uses it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;


--
-- Name: hand_key(uuid, uuid, bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.hand_key(the_case uuid, the_account uuid, the_wrapped bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rounds.dispute_handlers h
        WHERE h.case_id = the_case AND h.account_id = the_account AND h.named_by = rounds.principal_account() AND h.ended_on IS NULL) THEN
        RAISE EXCEPTION 'they were not named' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO sealed.case_keys (case_id, account_id, wrapped) VALUES (the_case, the_account, the_wrapped) ON CONFLICT DO NOTHING;
    DELETE FROM sealed.case_keys k WHERE k.case_id = the_case AND NOT EXISTS (
        SELECT FROM rounds.dispute_handlers h WHERE h.case_id = the_case AND h.account_id = k.account_id AND h.ended_on IS NULL);
END
$$;


--
-- Name: handler_of_login(text, uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.handler_of_login(the_login text, the_area uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT a.id FROM rounds.accounts a
    WHERE a.login::text = the_login AND rounds.principal_role() = 'supervisor' AND the_area IN (SELECT rounds.granted_areas())
        AND rounds.can_handle(a.id, the_area)
$$;


--
-- Name: grants; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.grants (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    role rounds.role NOT NULL,
    area_id uuid,
    starts_at timestamp with time zone DEFAULT now() NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    asleep_since timestamp with time zone,
    purpose rounds.purpose,
    proposed_by uuid,
    confirmed_by uuid,
    confirmed_at timestamp with time zone,
    asleep_by uuid,
    CONSTRAINT grants_check CHECK ((ends_at > starts_at)),
    CONSTRAINT grants_check1 CHECK ((ends_at <= (starts_at + '1 year'::interval))),
    CONSTRAINT grants_check2 CHECK (((role = 'administrator'::rounds.role) = (area_id IS NULL))),
    CONSTRAINT grants_check3 CHECK (((asleep_since IS NOT NULL) OR (asleep_by IS NULL))),
    CONSTRAINT grants_purpose CHECK (((role = ANY (ARRAY['administrator'::rounds.role, 'dpo'::rounds.role])) = (purpose IS NULL))),
    CONSTRAINT grants_three_months CHECK (((role <> ALL (ARRAY['analyst'::rounds.role, 'case_handler'::rounds.role])) OR (ends_at <= (starts_at + '3 mons'::interval)))),
    CONSTRAINT grants_two_people CHECK (
CASE
    WHEN (proposed_by IS NULL) THEN ((confirmed_by IS NULL) AND (confirmed_at IS NOT NULL))
    ELSE ((proposed_by <> account_id) AND ((confirmed_by IS NULL) = (confirmed_at IS NULL)) AND (confirmed_by IS DISTINCT FROM account_id) AND (confirmed_by IS DISTINCT FROM proposed_by))
END)
);

ALTER TABLE ONLY rounds.grants FORCE ROW LEVEL SECURITY;


--
-- Name: holds(rounds.grants); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.holds(g rounds.grants) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$ SELECT g.confirmed_at IS NOT NULL AND g.asleep_since IS NULL AND now() >= g.starts_at AND now() < g.ends_at $$;


--
-- Name: hook_refused(uuid, integer, boolean); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.hook_refused(the_hook uuid, answer integer, for_good boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.hooks h SET refused = answer, stopped_on = CASE WHEN for_good THEN rounds.today() END
    WHERE h.id = the_hook AND rounds.principal_role() = 'service:feed';
    RETURN FOUND;
END
$$;


--
-- Name: hook_told(uuid, text, text); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.hook_told(the_hook uuid, was text, is_now text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $_$
BEGIN
    UPDATE rounds.hooks h SET told_on = rounds.today(), refused = NULL,
        change = substring(is_now FROM '^[0-9]+$')::bigint,
        plan_id = substring(is_now FROM '^[0-9a-f-]{36}')::uuid,
        route_id = substring(is_now FROM ' ([0-9a-f-]{36})$')::uuid
    WHERE h.id = the_hook AND rounds.position_of(h) = was AND rounds.principal_role() = 'service:feed';
    RETURN FOUND;
END
$_$;


--
-- Name: hours_of_stops(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.hours_of_stops(the_route uuid) RETURNS TABLE(seq smallint, opens time without time zone, closes time without time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    -- As wishes.terms of the planner: a booking counts on its days, else the place's own hours do.
    RETURN QUERY SELECT s.seq, coalesce(b.opens, h.window_opens), coalesce(b.closes, h.window_closes)
        FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.stops s ON s.route_id = r.id
            JOIN rounds.households h ON h.id = s.household_id
            LEFT JOIN rounds.bookings b ON b.round_id = p.round_id AND b.household_id = s.household_id AND b.opens IS NOT NULL
                AND r.day BETWEEN coalesce(b.first_day, r.day) AND coalesce(b.last_day, r.day)
        WHERE r.id = the_route AND rounds.principal_role() = 'worker' AND r.worker_id = (SELECT rounds.principal_worker())
          AND p.state = 'published' AND p.round_id IN (SELECT rounds.granted_rounds())
          AND coalesce(b.opens, h.window_opens) IS NOT NULL AND coalesce(b.closes, h.window_closes) IS NOT NULL;
END
$$;


--
-- Name: household_came(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.household_came() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    waiting uuid[];
BEGIN
    -- Plans that become proposed or published at the same time wait, or were waited for.
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('rounds.whole', 0));
    SELECT array_agg(c.id) INTO waiting FROM came c WHERE c.area_id IN (
        SELECT a.area_id FROM rounds.round_areas a JOIN rounds.rounds r ON r.id = a.round_id AND r.closed_at IS NULL
            JOIN rounds.plans p ON p.round_id = r.id AND p.state IN ('proposed', 'published'));
    IF waiting IS NOT NULL THEN
        PERFORM rounds.wait_for_plan(waiting);
    END IF;
    RETURN NULL;
END
$$;


--
-- Name: household_moved(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.household_moved() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM rounds.wait_for_plan(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;


--
-- Name: households_lately_near_visit(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.households_lately_near_visit() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY SELECT s.household_id
        FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.stops s ON s.route_id = r.id
        WHERE rounds.principal_role() = 'worker' AND r.worker_id = (SELECT rounds.principal_worker())
          AND p.state IN ('published', 'superseded') AND r.day BETWEEN rounds.today() - 21 AND rounds.today() + 7
          AND p.round_id IN (SELECT rounds.granted_rounds())
          AND NOT EXISTS (SELECT FROM rounds.plans n WHERE n.round_id = p.round_id AND n.version > p.version
              AND n.published_at < rounds.clock() - interval '17 days');
END
$$;


--
-- Name: households_near_visit(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.households_near_visit() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY SELECT s.household_id
        FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.stops s ON s.route_id = r.id
        WHERE rounds.principal_role() = 'worker' AND r.worker_id = (SELECT rounds.principal_worker())
          AND p.state = 'published' AND r.day BETWEEN rounds.today() - 7 AND rounds.today() + 7
          AND p.round_id IN (SELECT rounds.granted_rounds());
END
$$;


--
-- Name: import_cases(uuid, uuid[], text[], uuid[], text[], text[], uuid[], date[], date[], date[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.import_cases(the_import uuid, ids uuid[], numbers text[], areas uuid[], matters text[], stages text[], units uuid[], opened date[], due date[], ended date[]) RETURNS TABLE(place integer, result text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    day date := rounds.today();
    oldest date := rounds.today() - (SELECT r.age FROM rounds.retention r WHERE r.class = 'cases');
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SET CONSTRAINTS rounds.cases_agree DEFERRED;
    RETURN QUERY
    WITH given AS MATERIALIZED (
        SELECT g.*, row_number() OVER (PARTITION BY g.id ORDER BY g.place) AS nth
        FROM unnest(ids, numbers, areas, matters, stages, units, opened, due, ended)
            WITH ORDINALITY g (id, ledger_number, area_id, matter, stage, unit_id, opened_on, due_on, over_on, place)),
    judged AS MATERIALIZED (
        SELECT g.*, CASE WHEN g.over_on < oldest THEN 'old' WHEN g.nth > 1 THEN 'double' WHEN c.id IS NULL THEN 'new'
            WHEN c.import_id = the_import THEN 'double' ELSE 'known' END AS result
        FROM given g LEFT JOIN rounds.cases c ON c.id = g.id),
    added AS MATERIALIZED (
        SELECT j.*, extract(year FROM j.opened_on)::smallint AS year FROM judged j WHERE j.result = 'new'),
    places AS MATERIALIZED (SELECT a.area_id, rounds.series_of(a.area_id) AS series_id FROM (SELECT DISTINCT a.area_id FROM added a) a),
    rules AS MATERIALIZED (
        SELECT a.area_id, a.matter, r.unit_id, r.due_days, r.working
        FROM (SELECT DISTINCT a.area_id, a.matter FROM added a WHERE a.matter IS NOT NULL) a, rounds.case_rule(a.area_id, a.matter) r),
    counters AS MATERIALIZED (
        SELECT n.series_id, n.year, rounds.take_case_numbers(n.series_id, n.year, n.many) AS before
        FROM (SELECT p.series_id, a.year, count(*)::integer AS many FROM added a JOIN places p USING (area_id) GROUP BY 1, 2 ORDER BY 1, 2) n),
    filed AS (
        SELECT a.*, p.series_id, k.before + row_number() OVER (PARTITION BY p.series_id, a.year ORDER BY a.opened_on, a.place) AS number,
            coalesce(a.unit_id, CASE WHEN a.over_on IS NULL THEN r.unit_id END) AS with_unit, coalesce(r.working, true) AS working,
            coalesce(a.due_on, rounds.add_days(a.area_id, a.opened_on, r.due_days, r.working), a.over_on, a.opened_on) AS last_day
        FROM added a JOIN places p USING (area_id) JOIN counters k USING (series_id, year)
            LEFT JOIN rules r ON r.area_id = a.area_id AND r.matter = a.matter),
    saved AS (
        INSERT INTO rounds.cases (id, series_id, year, number, ledger_number, import_id, area_id, matter, dispute, stage, unit_id, lead_id,
            opened_on, due_on, working, escalate_on, paused_on, over_on, warned, breached)
        SELECT f.id, f.series_id, f.year, f.number, f.ledger_number, the_import, f.area_id, f.matter, f.matter IS NULL,
            CASE WHEN f.stage = 'triaged' OR f.stage = 'assigned' AND f.with_unit IS NULL THEN 'received' ELSE f.stage END::rounds.case_stage,
            f.with_unit, rounds.lead_of(f.with_unit), f.opened_on, f.last_day, f.working,
            CASE WHEN f.over_on IS NULL AND f.last_day < day THEN rounds.add_days(f.area_id, day, 2, true) ELSE f.last_day END,
            CASE WHEN f.stage = 'paused' THEN day END, f.over_on, f.over_on IS NULL AND f.last_day < day, f.over_on IS NULL AND f.last_day < day
        FROM filed f)
    SELECT j.place::integer, j.result FROM judged j WHERE j.result <> 'new' ORDER BY j.place;
    INSERT INTO rounds.case_steps (case_id, seq, id, command, to_stage, actor, unit_id, due_on)
    SELECT c.id, 1, gen_random_uuid(), 'open', c.stage, 'intake', c.unit_id, c.due_on FROM rounds.cases c WHERE c.id = ANY (ids) AND c.steps = 0;
    -- Checked now: of a million rows the checks that wait would take memory.
    SET CONSTRAINTS rounds.cases_agree IMMEDIATE;
END
$$;


--
-- Name: incident_changed(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.incident_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF NEW.cell IS NOT NULL THEN
        PERFORM pg_notify('rounds_hazards', NEW.cell::text || ' ' || NEW.area_id::text);
    END IF;
    RETURN NULL;
END
$$;


--
-- Name: incidents_since(uuid, uuid[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.incidents_since(the_import uuid, held uuid[], OUT beyond boolean, OUT worked_on integer) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT coalesce(bool_or(NOT EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = i.area_id AND p.ancestor_id = ANY (held))), false),
        count(*) FILTER (WHERE EXISTS (SELECT FROM rounds.case_steps s JOIN rounds.cases c ON c.id = s.case_id WHERE c.incident_id = i.id AND s.account_id IS NOT NULL)
            OR EXISTS (SELECT FROM rounds.photos p WHERE p.incident_id = i.id)
            OR EXISTS (SELECT FROM rounds.incidents m WHERE m.merged_into = i.id))
    INTO beyond, worked_on FROM rounds.incidents i WHERE i.import_id = the_import;
END
$$;


--
-- Name: is_area_needed(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_area_needed(the_area uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $_$
DECLARE
    needed boolean;
    place record;
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR place IN
        SELECT c.conrelid::regclass AS held_in, a.attname AS held_by
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = 'rounds.areas'::regclass
            AND c.conrelid <> ALL (ARRAY['rounds.area_paths'::regclass, 'rounds.import_area_changes'::regclass])
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %I = $1)', place.held_in, place.held_by) INTO needed USING the_area;
        IF needed THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END
$_$;


--
-- Name: is_assigned(uuid, uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_assigned(the_round uuid, the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT the_round IN (SELECT rounds.granted_rounds()) AND rounds.was_sent(the_round, the_household)
$$;


--
-- Name: is_built_on(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_built_on(the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT rounds.is_needed(the_household)
        OR EXISTS (SELECT FROM rounds.doors d WHERE d.household_id = the_household)
        OR EXISTS (SELECT FROM rounds.consents c WHERE c.household_id = the_household)
        OR EXISTS (SELECT FROM rounds.door_notes n WHERE n.household_id = the_household)
        OR EXISTS (SELECT FROM rounds.pair_visits p WHERE p.household_id = the_household)
        OR EXISTS (SELECT FROM rounds.bookings b WHERE b.household_id = the_household)
        OR EXISTS (SELECT FROM rounds.opening_households o WHERE o.household_id = the_household)
$$;


--
-- Name: is_case_member(uuid, uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_case_member(the_case uuid, the_unit uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT the_unit IS NULL OR EXISTS (
        SELECT FROM rounds.own_units() o WHERE o = the_unit OR o IN (SELECT j.unit_id FROM rounds.case_units j WHERE j.case_id = the_case))
$$;


--
-- Name: is_granted(uuid, rounds.purpose); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_granted(the_area uuid, the_purpose rounds.purpose) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN EXISTS (SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
        WHERE rounds.is_own(g) AND p.area_id = the_area AND (g.purpose IS NULL OR g.purpose = the_purpose));
END
$$;


--
-- Name: is_named(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_named(the_case uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT rounds.principal_role() = 'case_handler' AND EXISTS (
        SELECT FROM rounds.dispute_handlers h JOIN rounds.cases c ON c.id = h.case_id
        WHERE h.case_id = the_case AND h.account_id = rounds.principal_account() AND h.ended_on IS NULL AND c.area_id IN (SELECT rounds.granted_areas()))
$$;


--
-- Name: is_near(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_near(the_area uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT EXISTS (
        SELECT FROM rounds.grants g WHERE g.account_id = rounds.principal_account() AND rounds.is_own(g) AND (
            EXISTS (SELECT FROM rounds.area_paths p WHERE p.ancestor_id = g.area_id AND p.area_id = the_area)
            OR EXISTS (SELECT FROM rounds.area_paths p WHERE p.ancestor_id = the_area AND p.area_id = g.area_id)))
$$;


--
-- Name: is_needed(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_needed(the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT rounds.principal_role() <> 'service:import'
        OR EXISTS (SELECT FROM rounds.visits v WHERE v.household_id = the_household)
        OR EXISTS (
            SELECT FROM rounds.stops s JOIN rounds.plans p ON p.id = s.plan_id JOIN rounds.rounds o ON o.id = p.round_id
            WHERE s.household_id = the_household AND o.closed_at IS NULL AND p.state IN ('planning', 'proposed', 'published'))
$$;


--
-- Name: is_offered(text, uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_offered(the_matter text, the_report uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT NOT EXISTS (SELECT FROM rounds.matter_choices m WHERE m.matter::text = the_matter AND m.hidden)
        OR EXISTS (SELECT FROM rounds.incidents i WHERE i.id = the_report)
$$;


--
-- Name: is_one_off(rounds.support_service); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_one_off(service rounds.support_service) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT service IN ('smoke_alarm', 'home_repair', 'forms_help', 'mediation') $$;


--
-- Name: is_own(rounds.grants); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_own(g rounds.grants) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$ SELECT g.account_id = rounds.principal_account() AND g.role::text = rounds.principal_role()
        AND (rounds.principal_purpose() IS NULL OR g.purpose IS NULL OR g.purpose::text = rounds.principal_purpose())
        AND rounds.holds(g) $$;


--
-- Name: is_sender(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_sender(the_message uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM rounds.messages m WHERE m.id = the_message AND m.account_id = rounds.principal_account())
$$;


--
-- Name: is_working(uuid, date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.is_working(the_area uuid, the_day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT extract(isodow FROM the_day) < 6 AND NOT EXISTS (
        SELECT FROM rounds.area_paths p JOIN rounds.holidays h ON h.area_id = p.ancestor_id
        WHERE p.area_id = the_area AND h.day = the_day)
$$;


--
-- Name: issue_link(uuid, rounds.link_kind, bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.issue_link(the_account uuid, wanted rounds.link_kind, hash bytea, OUT issued rounds.link_kind, OUT expires timestamp with time zone) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    who rounds.accounts;
BEGIN
    SELECT * INTO who FROM rounds.accounts WHERE id = the_account AND disabled_at IS NULL FOR UPDATE;
    IF who.id IS NULL OR rounds.principal_role() NOT IN ('administrator', 'service:operator') THEN
        RETURN;
    END IF;
    IF who.id = rounds.principal_account() THEN
        RAISE EXCEPTION 'nobody issues a link to themselves' USING ERRCODE = 'check_violation', CONSTRAINT = 'links_own';
    END IF;
    IF wanted = 'invitation' AND who.joined_at IS NOT NULL THEN
        RAISE EXCEPTION 'the account is in use' USING ERRCODE = 'check_violation', CONSTRAINT = 'links_joined';
    END IF;
    IF rounds.principal_role() <> 'service:operator' AND EXISTS (SELECT FROM rounds.grants WHERE account_id = who.id AND confirmed_at IS NOT NULL AND now() < ends_at) THEN
        wanted := 'recovery';
    END IF;
    DELETE FROM rounds.links WHERE account_id = who.id OR expires_at <= now();
    INSERT INTO rounds.links (token_hash, account_id, kind, issued_by) VALUES (hash, who.id, wanted, rounds.principal_account())
    RETURNING kind, expires_at INTO issued, expires;
END
$$;


--
-- Name: judge_cases(uuid[], date[], uuid[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.judge_cases(ids uuid[], ended date[], held uuid[]) RETURNS TABLE(place integer, result text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    SELECT j.place::integer, j.result FROM (
        SELECT g.place, CASE WHEN g.over_on < rounds.today() - (SELECT r.age FROM rounds.retention r WHERE r.class = 'cases') THEN 'old'
            WHEN c.id IS NULL THEN NULL
            WHEN EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = c.area_id AND p.ancestor_id = ANY (held)) THEN 'known'
            ELSE 'elsewhere' END AS result
        FROM unnest(ids, ended) WITH ORDINALITY g (id, over_on, place) LEFT JOIN rounds.cases c ON c.id = g.id) j
    WHERE j.result IS NOT NULL ORDER BY j.place;
END
$$;


--
-- Name: keep_case_step(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.keep_case_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    kept rounds.case_steps;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM rounds.cases c WHERE c.id = OLD.case_id) THEN
            RETURN OLD;
        END IF;
    ELSIF NEW.text IS NULL AND rounds.principal_role() = 'service:retention' THEN
        kept := NEW;
        kept.text := OLD.text;
        IF kept IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a step of a case stays as it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_steps_stay';
END
$$;


--
-- Name: keep_disputes_alike(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.keep_disputes_alike() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF NEW.due_days IS NULL AND TG_TABLE_NAME = 'matter_choices' OR NOT EXISTS (
        SELECT FROM rounds.matters m WHERE m.code = NEW.matter AND m.kind = 'dispute') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a dispute has the unit and the days of all disputes' USING ERRCODE = 'check_violation', CONSTRAINT = 'disputes_alike';
END
$$;


--
-- Name: keep_plan_order(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.keep_plan_order() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF NOT (OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
        ('planning', 'proposed'), ('planning', 'failed'), ('planning', 'discarded'),
        ('proposed', 'published'), ('proposed', 'discarded'), ('published', 'superseded'))) THEN
        RAISE EXCEPTION 'a plan cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_state_order';
    END IF;
    RETURN NEW;
END
$$;


--
-- Name: keep_stock(rounds.measure, uuid, integer[], uuid[], integer[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.keep_stock(the_measure rounds.measure, the_partition uuid, counts integer[], ids uuid[], bins integer[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF rounds.principal_role() <> 'service:statistics' THEN
        RAISE EXCEPTION 'only the service of statistics keeps a stock' USING ERRCODE = 'insufficient_privilege';
    END IF;
    LOCK TABLE rounds.support_wanted IN SHARE MODE;
    DELETE FROM rounds.release_stock s WHERE s.measure = the_measure;
    DELETE FROM rounds.release_stock_counts c WHERE c.measure = the_measure;
    INSERT INTO rounds.release_stock_counts (measure, partition_id, bin, households)
    SELECT the_measure, the_partition, u.bin - 1, u.n FROM unnest(counts) WITH ORDINALITY AS u (n, bin);
    INSERT INTO rounds.release_stock (measure, partition_id, household_id, bin)
    SELECT the_measure, the_partition, u.id, u.bin FROM unnest(ids, bins) AS u (id, bin)
    WHERE EXISTS (SELECT FROM rounds.support_wanted w WHERE w.household_id = u.id AND rounds.support_measure(w.service) = the_measure);
END
$$;


--
-- Name: key_to_hand(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.key_to_hand(the_case uuid) RETURNS TABLE(account_id uuid, wrapped bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT k.account_id, k.wrapped FROM sealed.case_keys k
    WHERE k.case_id = the_case AND EXISTS (
        SELECT FROM rounds.dispute_handlers h WHERE h.case_id = the_case AND h.named_by = rounds.principal_account() AND h.ended_on IS NULL
            AND NOT EXISTS (SELECT FROM sealed.case_keys o WHERE o.case_id = the_case AND o.account_id = h.account_id))
    ORDER BY k.account_id LIMIT 1
$$;


--
-- Name: last_operation(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.last_operation() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM rounds.operations_sequence_seq
$$;


--
-- Name: lead_of(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.lead_of(the_unit uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$ SELECT lead_id FROM rounds.units WHERE id = the_unit $$;


--
-- Name: leaf_dwellings(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.leaf_dwellings() RETURNS TABLE(cell bigint, dwellings bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT h.cell, sum(h.doors) FROM rounds.households h WHERE rounds.principal_role() = 'service:statistics' GROUP BY h.cell
$$;


--
-- Name: leave_out_stop(uuid, smallint); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.leave_out_stop(the_route uuid, the_seq smallint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'public', 'pg_temp'
    AS $$
DECLARE
    gone rounds.stops;
    door geometry;
    later record;
    leg integer;
    pause integer;
    metres integer;
    clock time;
BEGIN
    SELECT * INTO gone FROM rounds.stops WHERE route_id = the_route AND seq = the_seq;
    SELECT at INTO door FROM rounds.households WHERE id = gone.household_id;
    DELETE FROM rounds.stops WHERE route_id = the_route AND seq = the_seq;
    UPDATE rounds.stops SET seq = seq - 1 WHERE route_id = the_route AND seq > the_seq;
    clock := (gone.arrive_at - make_interval(secs => gone.travel_s + gone.break_s))::time; -- when the stop before was left
    leg := gone.travel_s;
    pause := gone.break_s;
    metres := gone.distance_m;
    FOR later IN
        SELECT s.*, h.window_opens FROM rounds.stops s JOIN rounds.households h ON h.id = s.household_id
        WHERE s.route_id = the_route AND s.seq >= the_seq ORDER BY s.seq
    LOOP
        UPDATE rounds.stops SET
            travel_s = later.travel_s + leg,
            distance_m = later.distance_m + metres,
            break_s = later.break_s + pause,
            arrive_at = clock + make_interval(secs => later.travel_s + leg + later.break_s + pause),
            start_at = greatest(clock + make_interval(secs => later.travel_s + leg + later.break_s + pause), later.window_opens)
        WHERE route_id = the_route AND seq = later.seq;
        UPDATE rounds.stops SET depart_at = start_at + (later.depart_at - later.start_at)
        WHERE route_id = the_route AND seq = later.seq RETURNING depart_at INTO clock;
        leg := 0;
        pause := 0;
        metres := 0;
    END LOOP;
    UPDATE rounds.routes r SET
        last_travel_s = r.last_travel_s + leg,
        last_distance_m = r.last_distance_m + metres,
        back_at = clock + make_interval(secs => r.last_travel_s + leg),
        service_s = s.service_s,
        wait_s = s.wait_s,
        line = coalesce((
            SELECT ST_MakeLine(p.geom ORDER BY p.path) FROM ST_DumpPoints(r.line) p
            WHERE p.path[1] IN (1, ST_NPoints(r.line)) OR NOT ST_DWithin(p.geom, door, 0.00001)
            HAVING count(*) > 1), r.line)
    FROM (
        SELECT coalesce(sum(extract(epoch FROM depart_at - start_at)), 0)::integer AS service_s,
               coalesce(sum(extract(epoch FROM start_at - arrive_at)), 0)::integer AS wait_s
        FROM rounds.stops WHERE route_id = the_route) s
    WHERE r.id = the_route;
    -- A day without stops has no route.
    DELETE FROM rounds.routes r WHERE r.id = the_route AND NOT EXISTS (SELECT FROM rounds.stops s WHERE s.route_id = r.id);
END
$$;


--
-- Name: ledger_since(uuid, uuid[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.ledger_since(the_import uuid, held uuid[], OUT beyond boolean, OUT worked_on integer) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT coalesce(bool_or(NOT EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = c.area_id AND p.ancestor_id = ANY (held))), false),
        count(*) FILTER (WHERE EXISTS (SELECT FROM rounds.case_steps s WHERE s.case_id = c.id AND s.account_id IS NOT NULL))
    INTO beyond, worked_on FROM rounds.cases c WHERE c.import_id = the_import;
END
$$;


--
-- Name: live_hooks(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.live_hooks(the_hook uuid) RETURNS TABLE(id uuid, receiver_id uuid, account_id uuid, role rounds.role, host text, purpose rounds.purpose, area_id uuid, feed rounds.feed, unit_id uuid, path text, "position" text, left_rows integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT h.id, r.id, h.account_id, h.role, r.host, r.purpose, r.area_id, h.feed, h.unit_id, h.path, rounds.position_of(h),
        r.daily_rows - CASE WHEN r.sent_on = rounds.today() THEN r.sent_rows ELSE 0 END
    FROM rounds.hooks h JOIN rounds.receivers r ON r.id = h.receiver_id JOIN rounds.accounts a ON a.id = h.account_id
    WHERE rounds.principal_role() = 'service:feed' AND (the_hook IS NULL OR h.id = the_hook)
        AND h.stopped_on IS NULL AND a.disabled_at IS NULL AND r.ends_on > rounds.today()
        AND (r.sent_on IS DISTINCT FROM rounds.today() OR r.sent_rows < r.daily_rows)
        AND EXISTS (
            SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id AND p.area_id = r.area_id
            WHERE g.account_id = h.account_id AND g.role = h.role AND g.purpose = r.purpose AND rounds.holds(g))
$$;


--
-- Name: lock_whole(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.lock_whole() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('rounds.whole', 0));
    RETURN NULL;
END
$$;


--
-- Name: login_of(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.login_of(account uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT login::text FROM rounds.accounts
    WHERE id = account AND (rounds.principal_role() IN ('dpo', 'service:operator') OR id = rounds.principal_account())
$$;


--
-- Name: matters_by_cell(date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.matters_by_cell(the_day date) RETURNS TABLE(cell bigint, area_id uuid, open bigint, late bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT i.cell, NULL::uuid, count(*),
        count(*) FILTER (WHERE CASE WHEN c.id IS NULL THEN i.due_on < the_day ELSE c.over_on IS NULL AND c.stage <> 'paused' AND c.due_on < the_day END)
    FROM rounds.incidents i LEFT JOIN rounds.cases c ON c.id = i.id
    WHERE i.state = 'open' AND i.kind <> 'dispute' AND i.merged_into IS NULL
        AND rounds.principal_role() IN ('worker', 'supervisor', 'case_handler', 'analyst') AND i.area_id IN (SELECT rounds.granted_areas())
    GROUP BY i.cell
    UNION ALL
    SELECT NULL, c.area_id, count(*), count(*) FILTER (WHERE c.stage <> 'paused' AND c.due_on < the_day)
    FROM rounds.cases c
    WHERE c.incident_id IS NULL AND NOT c.dispute AND c.over_on IS NULL AND NOT c.merged
        AND rounds.principal_role() IN ('supervisor', 'case_handler') AND c.area_id IN (SELECT rounds.granted_areas())
    GROUP BY c.area_id
$$;


--
-- Name: cases; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.cases (
    id uuid NOT NULL,
    incident_id uuid,
    series_id uuid NOT NULL,
    year smallint NOT NULL,
    number integer NOT NULL,
    ledger_number rounds.source_key,
    import_id uuid,
    area_id uuid NOT NULL,
    matter rounds.matter_code,
    dispute boolean NOT NULL,
    stage rounds.case_stage NOT NULL,
    steps integer DEFAULT 0 NOT NULL,
    unit_id uuid,
    handler_id uuid,
    lead_id uuid,
    opened_on date NOT NULL,
    due_on date NOT NULL,
    working boolean NOT NULL,
    escalate_on date NOT NULL,
    paused_on date,
    over_on date,
    outcome rounds.case_outcome,
    warned boolean DEFAULT false NOT NULL,
    breached boolean DEFAULT false NOT NULL,
    merged boolean DEFAULT false NOT NULL,
    wake_for rounds.case_command,
    wake_on date,
    CONSTRAINT cases_due CHECK (((due_on >= opened_on) AND (escalate_on >= opened_on))),
    CONSTRAINT cases_matter CHECK ((dispute = (matter IS NULL))),
    CONSTRAINT cases_number CHECK (((number > 0) AND ((year >= 1900) AND (year <= 2999)))),
    CONSTRAINT cases_of_incident CHECK ((incident_id = id)),
    CONSTRAINT cases_outcome CHECK (((outcome IS NULL) OR (stage = ANY (ARRAY['settled'::rounds.case_stage, 'closed'::rounds.case_stage])))),
    CONSTRAINT cases_over CHECK (((stage = ANY (ARRAY['settled'::rounds.case_stage, 'refused'::rounds.case_stage, 'closed'::rounds.case_stage])) = (over_on IS NOT NULL))),
    CONSTRAINT cases_paused CHECK (((stage = 'paused'::rounds.case_stage) = (paused_on IS NOT NULL))),
    CONSTRAINT cases_unit CHECK (((unit_id IS NOT NULL) OR (stage <> 'assigned'::rounds.case_stage))),
    CONSTRAINT cases_wake CHECK (((wake_for IS NULL) = (wake_on IS NULL)))
);

ALTER TABLE ONLY rounds.cases FORCE ROW LEVEL SECURITY;


--
-- Name: may_mediate(uuid, rounds.cases); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.may_mediate(the_account uuid, c rounds.cases) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT EXISTS (
        SELECT FROM rounds.accounts a JOIN rounds.grants g ON g.account_id = a.id JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
        WHERE a.id = the_account AND a.disabled_at IS NULL AND g.role = 'case_handler' AND p.area_id = c.area_id AND rounds.holds(g))
    AND (c.unit_id IS NULL OR EXISTS (
        SELECT FROM (SELECT c.unit_id UNION SELECT j.unit_id FROM rounds.case_units j WHERE j.case_id = c.id) has
            JOIN rounds.units u ON u.id = has.unit_id LEFT JOIN rounds.unit_members m ON m.unit_id = u.id AND m.account_id = the_account
        WHERE u.lead_id = the_account OR m.account_id IS NOT NULL))
$$;


--
-- Name: may_refuse(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.may_refuse(the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT CASE rounds.principal_role()
        WHEN 'service:operator' THEN true
        WHEN 'service:import' THEN true
        WHEN 'supervisor' THEN EXISTS (
            SELECT FROM rounds.households h WHERE h.id = the_household AND h.area_id IN (SELECT rounds.granted_areas()))
        WHEN 'worker' THEN EXISTS (
            SELECT FROM rounds.stops s JOIN rounds.plans p ON p.id = s.plan_id JOIN rounds.rounds o ON o.id = p.round_id
            WHERE s.household_id = the_household AND o.closed_at IS NULL AND rounds.is_assigned(o.id, the_household))
        ELSE false END
$$;


--
-- Name: mediators_of(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.mediators_of(the_case uuid) RETURNS TABLE(account_id uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT a.id, rounds.colleague_name(a.id) FROM rounds.cases c JOIN rounds.accounts a ON rounds.may_mediate(a.id, c)
    WHERE c.id = the_case AND c.dispute AND c.area_id IN (SELECT rounds.granted_areas()) AND a.id <> rounds.principal_account()
        AND (rounds.principal_role() = 'supervisor' OR rounds.is_named(c.id))
        AND NOT EXISTS (SELECT FROM rounds.dispute_handlers h WHERE h.case_id = c.id AND h.account_id = a.id AND h.ended_on IS NULL)
    ORDER BY 2, 1
$$;


--
-- Name: merge_incident(uuid, uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.merge_incident(the_id uuid, into_id uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    -- In one order, so that two that merge each other cannot.
    PERFORM FROM rounds.incidents i WHERE i.id IN (the_id, into_id) ORDER BY i.id FOR UPDATE;
    UPDATE rounds.incidents i SET merged_into = into_id
    WHERE i.id = the_id AND i.state = 'open' AND i.kind <> 'dispute'
        AND rounds.principal_role() IN ('supervisor', 'case_handler') AND i.area_id IN (SELECT rounds.granted_areas())
        AND NOT EXISTS (SELECT FROM rounds.incidents o WHERE o.merged_into = the_id)
        AND (into_id IS NULL OR EXISTS (
            SELECT FROM rounds.incidents o WHERE o.id = into_id AND o.id <> the_id AND o.matter = i.matter AND o.state = 'open'
                AND o.merged_into IS NULL AND o.area_id IN (SELECT rounds.granted_areas())));
    RETURN FOUND;
END
$$;


--
-- Name: move_consents(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.move_consents() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.consents SET area_id = NEW.area_id WHERE household_id = NEW.id;
    UPDATE rounds.support_wanted SET area_id = NEW.area_id WHERE household_id = NEW.id;
    UPDATE rounds.pair_visits SET area_id = NEW.area_id WHERE household_id = NEW.id;
    UPDATE rounds.bookings SET area_id = NEW.area_id WHERE household_id = NEW.id;
    RETURN NULL;
END
$$;


--
-- Name: name_handler(uuid, uuid, uuid, uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.name_handler(the_id uuid, the_case uuid, the_account uuid, instead_of uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    c rounds.cases;
    before rounds.dispute_handlers;
    me uuid := rounds.principal_account();
BEGIN
    SELECT * INTO c FROM rounds.cases k WHERE k.id = the_case AND k.dispute AND k.incident_id IS NOT NULL
        AND rounds.principal_role() IN ('supervisor', 'case_handler') AND k.area_id IN (SELECT rounds.granted_areas()) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such dispute' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_none';
    END IF;
    SELECT * INTO before FROM rounds.dispute_handlers h WHERE h.id = the_id;
    IF FOUND THEN
        IF (before.case_id, before.account_id, before.named_by) IS DISTINCT FROM (the_case, the_account, me) THEN
            RAISE EXCEPTION 'the id is taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_steps_taken';
        END IF;
        RETURN false;
    END IF;
    IF the_account = me OR NOT (rounds.principal_role() = 'supervisor' OR rounds.is_named(the_case) AND coalesce(instead_of, me) = me) THEN
        RAISE EXCEPTION 'nobody names themselves' USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_handlers_by_another';
    END IF;
    IF NOT rounds.may_mediate(the_account, c) THEN
        RAISE EXCEPTION 'the handler is no member of the unit' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_handler_there';
    END IF;
    IF instead_of IS NOT NULL THEN
        UPDATE rounds.dispute_handlers h SET ended_on = rounds.today(), ended_by = me
        WHERE h.case_id = the_case AND h.account_id = instead_of AND h.ended_on IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'they are not named' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_handler_there';
        END IF;
    END IF;
    IF (SELECT count(*) FROM rounds.dispute_handlers h WHERE h.case_id = the_case AND h.ended_on IS NULL) >= 2 THEN
        RAISE EXCEPTION 'two are named' USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_handlers_two';
    END IF;
    INSERT INTO rounds.dispute_handlers (id, case_id, account_id, named_by) VALUES (the_id, the_case, the_account, me);
    RETURN true;
END
$$;


--
-- Name: narrowed(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.narrowed(granted uuid) RETURNS uuid
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE
        WHEN rounds.principal_area() IS NULL THEN granted
        WHEN EXISTS (SELECT FROM rounds.area_paths WHERE area_id = granted AND ancestor_id = rounds.principal_area()) THEN granted
        WHEN EXISTS (SELECT FROM rounds.area_paths WHERE area_id = rounds.principal_area() AND ancestor_id = granted) THEN rounds.principal_area()
    END
$$;


--
-- Name: nearest_unit(uuid, rounds.branch); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.nearest_unit(the_area uuid, wanted rounds.branch) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT u.id FROM rounds.area_paths p JOIN rounds.units u ON u.area_id = p.ancestor_id JOIN rounds.areas a ON a.id = u.area_id
    WHERE p.area_id = the_area AND u.closed_on IS NULL
    ORDER BY u.branch = wanted DESC, u.branch = 'one_stop_office' DESC, a.level DESC, u.level DESC, u.id LIMIT 1
$$;


--
-- Name: need_consent(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.need_consent() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    SELECT c.household_id, c.area_id, c.expires_on INTO NEW.household_id, NEW.area_id, NEW.expires_on
    FROM rounds.consents c WHERE c.id = NEW.consent_id AND c.expires_on >= rounds.today();
    IF NEW.household_id IS NULL THEN
        RAISE EXCEPTION 'support needs a valid consent' USING ERRCODE = 'check_violation', CONSTRAINT = 'support_wanted_consent';
    END IF;
    RETURN NEW;
END
$$;


--
-- Name: need_grants(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.need_grants() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    missing record;
BEGIN
    SELECT w.code, a.name INTO missing
    FROM (SELECT DISTINCT r.worker_id, s.area_id FROM rounds.routes r JOIN rounds.stops s ON s.route_id = r.id WHERE r.plan_id = NEW.id) led
        JOIN rounds.workers w ON w.id = led.worker_id JOIN rounds.areas a ON a.id = led.area_id JOIN rounds.rounds o ON o.id = NEW.round_id
    WHERE w.account_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
        WHERE g.account_id = w.account_id AND g.role = 'worker' AND p.area_id = led.area_id
          AND (g.purpose IS NULL OR g.purpose = o.purpose) AND rounds.holds(g))
    ORDER BY w.code, a.name LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a plan leads to doors without a grant' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_granted',
            DETAIL = missing.code, HINT = missing.name;
    END IF;
    RETURN NULL;
END
$$;


--
-- Name: need_whole(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.need_whole() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('rounds.whole', 0));
    IF NEW.state = 'proposed' THEN -- what came while it was made
        PERFORM rounds.wait_for_plan(ARRAY (
            SELECT h.id FROM rounds.round_areas a JOIN rounds.households h ON h.area_id = a.area_id
            WHERE a.round_id = NEW.round_id
              AND NOT EXISTS (SELECT FROM rounds.stops s WHERE s.plan_id = NEW.id AND s.household_id = h.id)
              AND NOT EXISTS (SELECT FROM rounds.unplanned u WHERE u.plan_id = NEW.id AND u.household_id = h.id)));
    END IF;
    IF EXISTS (SELECT FROM rounds.plan_faults(NEW.id) f WHERE f.missing > 0 OR f.twice > 0) THEN
        RAISE EXCEPTION 'the plan does not have each household of the round once' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_whole';
    END IF;
    RETURN NULL;
END
$$;


--
-- Name: note_door(uuid, rounds.door_note, date, boolean, bigint); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.note_door(the_household uuid, the_note rounds.door_note, the_day date, is_there boolean, the_turn bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF the_household NOT IN (SELECT rounds.households_lately_near_visit()) OR the_day NOT BETWEEN rounds.today() - 14 AND rounds.today() THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.door_notes AS n (household_id, note, seen_on, there, turn)
    VALUES (the_household, the_note, the_day, is_there, coalesce(the_turn, 1 + (
        SELECT o.turn FROM rounds.door_notes o WHERE o.household_id = the_household AND o.note = the_note), 1))
    ON CONFLICT (household_id, note) DO UPDATE SET seen_on = EXCLUDED.seen_on, there = EXCLUDED.there, turn = EXCLUDED.turn
    WHERE (EXCLUDED.seen_on, EXCLUDED.turn, EXCLUDED.there) > (n.seen_on, n.turn, n.there);
    RETURN true;
END
$$;


--
-- Name: note_joint_unit(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.note_joint_unit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO rounds.unit_changes (unit_id, case_id, area_id, year, number)
    SELECT coalesce(NEW.unit_id, OLD.unit_id), c.id, c.area_id, c.year, c.number FROM rounds.cases c
    WHERE c.id = coalesce(NEW.case_id, OLD.case_id) AND NOT c.dispute
    ON CONFLICT (unit_id, case_id) DO UPDATE SET change = NULL;
    RETURN NULL;
END
$$;


--
-- Name: note_unit_change(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.note_unit_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE rounds.unit_changes SET change = NULL, gone_on = rounds.today() WHERE case_id = OLD.id;
        RETURN NULL;
    END IF;
    -- Who had it before the last time is told no more of it.
    UPDATE rounds.unit_changes u SET change = NULL, area_id = NEW.area_id
    WHERE u.case_id = NEW.id AND (TG_OP = 'INSERT' OR u.unit_id IN (OLD.unit_id, NEW.unit_id)
        OR EXISTS (SELECT FROM rounds.case_units c WHERE c.case_id = NEW.id AND c.unit_id = u.unit_id));
    INSERT INTO rounds.unit_changes (unit_id, case_id, area_id, year, number) VALUES (NEW.unit_id, NEW.id, NEW.area_id, NEW.year, NEW.number)
    ON CONFLICT (unit_id, case_id) DO NOTHING;
    RETURN NULL;
END
$$;


--
-- Name: notice_language(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.notice_language(the_account uuid) RETURNS rounds.language
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT a.language FROM rounds.accounts a
    WHERE a.id = the_account AND a.disabled_at IS NULL AND rounds.principal_role() = 'service:notice'
$$;


--
-- Name: number_changes(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.number_changes() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    last bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7723913);
    SELECT greatest(coalesce(max(change), 0), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) INTO last FROM rounds.unit_changes;
    -- What somebody is changing at this moment is numbered when that is done.
    WITH fresh AS MATERIALIZED (SELECT unit_id, case_id FROM rounds.unit_changes WHERE change IS NULL FOR UPDATE SKIP LOCKED),
    counted AS (SELECT f.*, row_number() OVER (ORDER BY f.case_id, f.unit_id) AS place FROM fresh f)
    UPDATE rounds.unit_changes u SET change = last + c.place FROM counted c WHERE u.unit_id = c.unit_id AND u.case_id = c.case_id;
END
$$;


--
-- Name: number_rights(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.number_rights() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    this text := pg_current_xact_id()::text;
BEGIN
    IF current_setting('rounds.rights_numbered', true) IS DISTINCT FROM this THEN
        UPDATE rounds.rights SET version = version + 1;
        PERFORM set_config('rounds.rights_numbered', this, true);
    END IF;
    RETURN NULL;
END
$$;


--
-- Name: officer_holds(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.officer_holds(the_area uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT rounds.principal_role() = 'dpo' AND the_area IN (SELECT rounds.granted_areas())
$$;


--
-- Name: officer_of_all(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.officer_of_all() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN rounds.principal_role() = 'dpo' AND EXISTS (SELECT rounds.granted_areas())
        AND NOT EXISTS (SELECT FROM rounds.areas a WHERE a.parent_id IS NULL AND a.id NOT IN (SELECT rounds.granted_areas()));
END
$$;


--
-- Name: on_duty(uuid, date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.on_duty(the_unit uuid, the_day date) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    u rounds.units;
    found_one uuid;
    next_unit uuid := the_unit;
BEGIN
    WHILE next_unit IS NOT NULL LOOP
        SELECT * INTO u FROM rounds.units WHERE id = next_unit;
        SELECT c.account_id INTO found_one FROM (
            SELECT s.account_id, 1 AS place FROM rounds.duty_shifts s WHERE s.unit_id = u.id AND the_day BETWEEN s.first_on AND s.last_on
            UNION ALL SELECT u.lead_id, 2) c
        WHERE rounds.can_handle(c.account_id, u.area_id)
            AND NOT EXISTS (SELECT FROM rounds.staff_leave l WHERE l.account_id = c.account_id AND the_day BETWEEN l.first_on AND l.last_on)
        ORDER BY c.place LIMIT 1;
        IF found_one IS NOT NULL THEN
            RETURN found_one;
        END IF;
        next_unit := u.parent_id;
    END LOOP;
    RETURN u.lead_id;
END
$$;


--
-- Name: open_cases(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.open_cases() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    WITH added AS (
        SELECT i.id, i.area_id, i.matter, i.kind = 'dispute' AS dispute, i.reported_on, i.due_on FROM incoming i
        WHERE i.state = 'open' AND NOT EXISTS (SELECT FROM rounds.cases c WHERE c.id = i.id)),
    places AS MATERIALIZED (SELECT a.area_id, rounds.series_of(a.area_id) AS series_id FROM (SELECT DISTINCT area_id FROM added) a),
    rules AS MATERIALIZED (
        SELECT a.area_id, a.matter, r.unit_id, r.working
        FROM (SELECT DISTINCT area_id, matter FROM added) a, rounds.case_rule(a.area_id, a.matter) r),
    counters AS (
        INSERT INTO rounds.case_counters AS k (series_id, year, last)
        SELECT p.series_id, extract(year FROM a.reported_on), count(*) FROM added a JOIN places p USING (area_id) GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (series_id, year) DO UPDATE SET last = k.last + EXCLUDED.last
        RETURNING series_id, year, last),
    numbered AS (
        SELECT a.*, p.series_id, extract(year FROM a.reported_on)::smallint AS year,
            row_number() OVER w AS place, count(*) OVER (PARTITION BY p.series_id, extract(year FROM a.reported_on)) AS many
        FROM added a JOIN places p USING (area_id)
        WINDOW w AS (PARTITION BY p.series_id, extract(year FROM a.reported_on) ORDER BY a.reported_on, a.id))
    INSERT INTO rounds.cases (id, incident_id, series_id, year, number, area_id, matter, dispute, stage, unit_id, lead_id, opened_on, due_on, working, escalate_on)
    SELECT n.id, n.id, n.series_id, n.year, k.last - n.many + n.place, n.area_id, CASE WHEN NOT n.dispute THEN n.matter END, n.dispute, 'received',
        r.unit_id, rounds.lead_of(r.unit_id), n.reported_on, n.due_on, r.working, n.due_on
    FROM numbered n JOIN counters k USING (series_id, year) JOIN rules r USING (area_id, matter);
    INSERT INTO rounds.case_steps (case_id, seq, id, command, to_stage, actor, unit_id, due_on)
    SELECT c.id, 1, gen_random_uuid(), 'open', c.stage, 'intake', c.unit_id, c.due_on FROM rounds.cases c JOIN incoming i ON i.id = c.id WHERE c.steps = 0;
    RETURN NULL;
END
$$;


--
-- Name: open_emergency(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.open_emergency(the_opening uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.emergency_openings o
    SET opened_by = rounds.principal_account(), opened_at = rounds.clock(), closes_at = rounds.clock() + interval '72 hours'
    WHERE o.id = the_opening AND o.opened_at IS NULL AND o.proposed_at > rounds.clock() - interval '24 hours'
      AND rounds.principal_role() = 'supervisor' AND o.area_id IN (SELECT rounds.granted_areas());
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.opening_households (opening_id, household_id)
    SELECT DISTINCT the_opening, s.household_id
    FROM rounds.emergency_openings o JOIN rounds.area_paths p ON p.ancestor_id = o.area_id
        JOIN rounds.support_wanted s ON s.area_id = p.area_id
    WHERE o.id = the_opening AND s.expires_on >= rounds.today()
      AND s.service IN ('evacuation_help', 'outage_contact', 'welfare_call', 'transport');
    RETURN true;
END
$$;


--
-- Name: open_plans(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.open_plans() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY SELECT p.id FROM rounds.plans p JOIN rounds.rounds r ON r.id = p.round_id
        WHERE r.closed_at IS NULL AND r.id IN (SELECT rounds.granted_rounds())
          AND (rounds.principal_role() = 'supervisor' OR p.state = 'published');
END
$$;


--
-- Name: opened_households(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.opened_households() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT h.household_id FROM rounds.emergency_openings o JOIN rounds.opening_households h ON h.opening_id = o.id
    WHERE rounds.principal_role() = 'supervisor' AND o.opened_at <= rounds.clock() AND rounds.clock() < o.closes_at
      AND o.area_id IN (SELECT rounds.granted_areas())
$$;


--
-- Name: openings_of_code(bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.openings_of_code(the_receipt bytea) RETURNS TABLE(emergency text, opened_at timestamp with time zone, closes_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT o.emergency::text, o.opened_at, o.closes_at
    FROM rounds.consents c JOIN rounds.opening_households p ON p.household_id = c.household_id
        JOIN rounds.emergency_openings o ON o.id = p.opening_id
    WHERE c.receipt_hmac = the_receipt AND rounds.officer_holds(c.area_id) AND EXISTS (
        SELECT FROM rounds.consent_services s WHERE s.consent_id = c.id AND s.service IN ('evacuation_help', 'outage_contact', 'welfare_call', 'transport'))
    ORDER BY o.opened_at
$$;


--
-- Name: outcomes_gone(date, date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.outcomes_gone(first date, last date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT rounds.principal_role() = 'service:statistics'
        AND EXISTS (SELECT FROM rounds.rounds r WHERE r.closed_at IS NOT NULL AND r.starts_on <= last AND r.ends_on >= first)
$$;


--
-- Name: over_before(text, timestamp with time zone); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.over_before(the_class text, now timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF rounds.principal_role() <> 'service:retention' THEN
        RAISE EXCEPTION 'only the retention job deletes what is over' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN least(now, clock_timestamp()) - (SELECT r.age FROM rounds.retention r WHERE r.class = the_class);
END
$$;


--
-- Name: own_disputes(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.own_disputes() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT h.case_id FROM rounds.dispute_handlers h JOIN rounds.cases c ON c.id = h.case_id
    WHERE rounds.principal_role() = 'case_handler' AND h.account_id = rounds.principal_account() AND h.ended_on IS NULL
        AND c.area_id IN (SELECT rounds.granted_areas())
$$;


--
-- Name: own_open_disputes(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.own_open_disputes() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT d FROM rounds.own_disputes() d JOIN rounds.cases c ON c.id = d WHERE c.over_on IS NULL
$$;


--
-- Name: own_routes(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.own_routes() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY SELECT r.id FROM rounds.routes r
        WHERE rounds.principal_role() = 'worker' AND r.worker_id = (SELECT rounds.principal_worker()) AND r.plan_id IN (SELECT rounds.open_plans());
END
$$;


--
-- Name: own_units(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.own_units() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT m.unit_id FROM rounds.unit_members m WHERE m.account_id = rounds.principal_account()
    UNION SELECT u.id FROM rounds.units u WHERE u.lead_id = rounds.principal_account()
$$;


--
-- Name: pair_visits_held(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.pair_visits_held(the_household uuid) RETURNS TABLE(proposed_on date, ends_on date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT p.proposed_on, p.ends_on
    FROM rounds.place_asked_for(the_household) h JOIN rounds.pair_visits p ON p.household_id = h.id
$$;


--
-- Name: households; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.households (
    id uuid NOT NULL,
    area_id uuid NOT NULL,
    source_key rounds.source_key NOT NULL,
    street rounds.address_part,
    house_number rounds.address_number,
    unit rounds.address_number,
    postcode rounds.address_number,
    place rounds.address_part,
    doors smallint NOT NULL,
    building rounds.building_type DEFAULT 'other'::rounds.building_type NOT NULL,
    window_opens time without time zone,
    window_closes time without time zone,
    cell bigint NOT NULL,
    at public.geometry(Point,4326) NOT NULL,
    CONSTRAINT households_check CHECK (((window_opens IS NULL) = (window_closes IS NULL))),
    CONSTRAINT households_check1 CHECK ((window_opens < window_closes)),
    CONSTRAINT households_doors_check CHECK (((doors >= 1) AND (doors <= 2000)))
);

ALTER TABLE ONLY rounds.households FORCE ROW LEVEL SECURITY;


--
-- Name: place_asked_for(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.place_asked_for(the_household uuid) RETURNS SETOF rounds.households
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT h.* FROM rounds.households h WHERE h.id = the_household AND rounds.officer_holds(h.area_id)
$$;


--
-- Name: place_to_add(public.geometry); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.place_to_add(the_point public.geometry) RETURNS TABLE(area_id uuid, towns text[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'public', 'pg_temp'
    AS $$
    SELECT grid.id, ARRAY(
        SELECT DISTINCT n.name
        FROM rounds.area_paths p JOIN rounds.areas a ON a.id = p.ancestor_id, unnest(ARRAY[a.name::text, a.name_zh::text]) n (name)
        WHERE p.area_id = grid.id AND n.name IS NOT NULL AND (a.level IN ('town', 'village') OR a.level = 'county' AND NOT EXISTS (
            SELECT FROM rounds.areas b WHERE b.parent_id = a.id AND b.level <> 'grid')))
    FROM (
        SELECT g.id FROM rounds.areas g
        WHERE g.level = 'grid' AND EXISTS (
            SELECT FROM rounds.areas a WHERE a.id IN (g.id, g.parent_id) AND ST_DWithin(a.outline, the_point, 0.00001))
        ORDER BY ST_Distance(g.outline, the_point), g.id LIMIT 1) grid
    WHERE rounds.principal_role() IN ('worker', 'supervisor') AND grid.id IN (SELECT rounds.granted_areas())
$$;


--
-- Name: place_to_refuse(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.place_to_refuse(the_household uuid) RETURNS SETOF rounds.households
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT h.* FROM rounds.households h WHERE h.id = the_household AND rounds.may_refuse(h.id)
$$;


--
-- Name: places_at(text[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.places_at(words text[]) RETURNS SETOF rounds.households
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT h.* FROM rounds.households h
    WHERE rounds.principal_role() = 'dpo' AND length(array_to_string(words, '')) >= 4 AND h.area_id IN (SELECT rounds.granted_areas())
      AND NOT EXISTS (SELECT FROM unnest(words) word WHERE position(word IN lower(concat_ws(' ', h.street, h.house_number, h.unit, h.postcode, h.place))) = 0)
    ORDER BY h.street, h.house_number, h.unit, h.id LIMIT 10
$$;


--
-- Name: plan_faults(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.plan_faults(the_plan uuid) RETURNS TABLE(missing bigint, twice bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT count(*) FILTER (WHERE s.household_id IS NULL AND u.household_id IS NULL),
           count(*) FILTER (WHERE s.household_id IS NOT NULL AND u.household_id IS NOT NULL)
    FROM rounds.plans p JOIN rounds.round_areas a ON a.round_id = p.round_id JOIN rounds.households h ON h.area_id = a.area_id
        LEFT JOIN rounds.stops s ON s.plan_id = p.id AND s.household_id = h.id
        LEFT JOIN rounds.unplanned u ON u.plan_id = p.id AND u.household_id = h.id
    WHERE p.id = the_plan AND NOT EXISTS (
        SELECT FROM rounds.doors d WHERE d.round_id = p.round_id AND d.household_id = h.id AND d.state = 'finished')
$$;


--
-- Name: plan_reach(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.plan_reach(the_plan uuid) RETURNS TABLE(worker_id uuid, area_id uuid, begins_s bigint, ends_s bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    WITH team AS (
        SELECT w.id, w.account_id, w.area_id, o.round_id, r.purpose
        FROM rounds.plan_workers t JOIN rounds.workers w ON w.id = t.worker_id
            JOIN rounds.plans o ON o.id = t.plan_id JOIN rounds.rounds r ON r.id = o.round_id
        WHERE t.plan_id = the_plan AND rounds.principal_role() = 'service:planning'),
    granted AS (
        SELECT t.id, a.area_id, unnest(range_agg(tstzrange(g.starts_at, g.ends_at))) AS held
        FROM team t JOIN rounds.grants g ON g.account_id = t.account_id AND g.role = 'worker'
                AND g.confirmed_at IS NOT NULL AND g.asleep_since IS NULL AND now() < g.ends_at
                AND (g.purpose IS NULL OR g.purpose = t.purpose)
            JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
            JOIN rounds.round_areas a ON a.round_id = t.round_id AND a.area_id = p.area_id
        GROUP BY t.id, a.area_id)
    SELECT id, area_id, extract(epoch FROM lower(held) - now())::bigint, extract(epoch FROM upper(held) - now())::bigint FROM granted
    UNION ALL
    SELECT t.id, a.area_id, NULL, NULL
    FROM team t JOIN rounds.area_paths p ON p.ancestor_id = t.area_id
        JOIN rounds.round_areas a ON a.round_id = t.round_id AND a.area_id = p.area_id
    WHERE t.id NOT IN (SELECT id FROM granted)
$$;


--
-- Name: principal_account(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.principal_account() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('rounds.account', true), '')::uuid $$;


--
-- Name: today(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.today() RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(left(current_setting('rounds.clock', true), 10), '')::date, current_date) $$;


--
-- Name: hooks; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.hooks (
    id uuid NOT NULL,
    receiver_id uuid NOT NULL,
    account_id uuid DEFAULT rounds.principal_account() NOT NULL,
    role rounds.role NOT NULL,
    feed rounds.feed NOT NULL,
    unit_id uuid,
    path rounds.url_path NOT NULL,
    made_on date DEFAULT rounds.today() NOT NULL,
    change bigint,
    plan_id uuid,
    route_id uuid,
    told_on date,
    refused smallint,
    stopped_on date,
    CONSTRAINT hooks_refused_check CHECK (((refused >= 0) AND (refused <= 999))),
    CONSTRAINT hooks_role_check CHECK ((role = 'supervisor'::rounds.role)),
    CONSTRAINT hooks_unit CHECK (((feed = 'cases'::rounds.feed) = (unit_id IS NOT NULL)))
);

ALTER TABLE ONLY rounds.hooks FORCE ROW LEVEL SECURITY;


--
-- Name: position_of(rounds.hooks); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.position_of(h rounds.hooks) RETURNS text
    LANGUAGE sql STABLE
    AS $$ SELECT concat_ws(' ', h.change, h.plan_id, h.route_id) $$;


--
-- Name: principal_area(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.principal_area() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('rounds.area', true), '')::uuid $$;


--
-- Name: principal_purpose(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.principal_purpose() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('rounds.purpose', true), '') $$;


--
-- Name: principal_role(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.principal_role() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('rounds.role', true), ''), 'nobody') $$;


--
-- Name: principal_worker(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.principal_worker() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN (SELECT id FROM rounds.workers WHERE account_id = rounds.principal_account());
END
$$;


--
-- Name: print_opening(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.print_opening(the_opening uuid) RETURNS smallint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    latest smallint;
BEGIN
    PERFORM FROM rounds.emergency_openings o
    WHERE o.id = the_opening AND rounds.principal_role() = 'supervisor' AND o.opened_at <= rounds.clock() AND rounds.clock() < o.closes_at
      AND o.area_id IN (SELECT rounds.granted_areas()) FOR UPDATE;
    IF FOUND THEN
        INSERT INTO rounds.opening_prints (opening_id, number, printed_by, printed_at)
        SELECT the_opening, coalesce(max(p.number), 0) + 1, rounds.principal_account(), rounds.clock()
        FROM rounds.opening_prints p WHERE p.opening_id = the_opening
        RETURNING number INTO latest;
    END IF;
    RETURN latest;
END
$$;


--
-- Name: propose_grant(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.propose_grant() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    NEW.proposed_by := rounds.principal_account();
    NEW.confirmed_by := NULL;
    NEW.confirmed_at := CASE WHEN NEW.proposed_by IS NULL THEN now() END;
    RETURN NEW;
END
$$;


--
-- Name: propose_opening(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.propose_opening() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    places integer;
BEGIN
    SELECT count(*) INTO places FROM rounds.households h JOIN rounds.area_paths p ON p.area_id = h.area_id WHERE p.ancestor_id = NEW.area_id;
    IF places < 20 THEN
        RAISE EXCEPTION 'an emergency opening needs an area of at least 20 dwellings'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'emergency_openings_twenty_dwellings';
    END IF;
    NEW.proposed_by := rounds.principal_account();
    NEW.proposed_at := rounds.clock();
    RETURN NEW;
END
$$;


--
-- Name: propose_pair(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.propose_pair(the_household uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF NOT rounds.supervises(the_household) THEN
        RETURN false;
    END IF;
    DELETE FROM rounds.pair_visits WHERE household_id = the_household AND coalesce(ends_on, proposed_on + 14) < rounds.today();
    INSERT INTO rounds.pair_visits (household_id, area_id, proposed_by, proposed_on)
    SELECT h.id, h.area_id, rounds.principal_account(), rounds.today() FROM rounds.households h WHERE h.id = the_household
    ON CONFLICT DO NOTHING;
    RETURN true;
END
$$;


--
-- Name: public_areas(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.public_areas() RETURNS TABLE(id uuid, parent_id uuid, level rounds.area_level, name text, name_zh text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT a.id, a.parent_id, a.level, a.name, a.name_zh FROM rounds.areas a WHERE a.level <> 'grid' ORDER BY a.level, a.name, a.id
$$;


--
-- Name: public_disclosures(date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.public_disclosures(the_day date) RETURNS TABLE(month date, recipient rounds.disclosure_recipient, basis rounds.disclosure_basis, content rounds.disclosure_content, places integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT date_trunc('month', d.made_on)::date, d.recipient, d.basis, d.content, CASE WHEN d.places >= 10 THEN d.places END
    FROM rounds.disclosures d WHERE d.made_on > the_day - 731 ORDER BY 1 DESC, d.recipient, d.basis, d.content, d.id
$$;


--
-- Name: public_installer_grants(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.public_installer_grants() RETURNS TABLE(role rounds.role, area text, area_zh text, purposes text[], accounts bigint, since date, until date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT g.role, a.name, a.name_zh, coalesce(array_agg(DISTINCT g.purpose::text) FILTER (WHERE g.purpose IS NOT NULL), '{}'),
        count(DISTINCT g.account_id), g.starts_at::date, g.ends_at::date
    FROM rounds.grants g JOIN rounds.accounts o ON o.id = g.account_id LEFT JOIN rounds.areas a ON a.id = g.area_id
    WHERE rounds.holds(g) AND g.proposed_by IS NULL AND o.disabled_at IS NULL
    GROUP BY g.role, a.id, a.name, a.name_zh, g.starts_at::date, g.ends_at::date
    ORDER BY g.role, a.name, 6
$$;


--
-- Name: public_receivers(date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.public_receivers(the_day date) RETURNS TABLE(kind rounds.receiver_kind, host text, purpose rounds.purpose, area text, area_zh text, daily_rows integer, since date, until date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT r.kind, r.host, r.purpose, a.name, a.name_zh, r.daily_rows, r.approved_on, r.ends_on
    FROM rounds.receivers r JOIN rounds.areas a ON a.id = r.area_id
    WHERE r.ends_on > the_day ORDER BY r.host, r.kind, r.id
$$;


--
-- Name: public_roles(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.public_roles() RETURNS TABLE(role rounds.role, accounts bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT g.role, count(DISTINCT g.account_id) FROM rounds.grants g JOIN rounds.accounts a ON a.id = g.account_id
    WHERE rounds.holds(g) AND a.disabled_at IS NULL GROUP BY g.role ORDER BY g.role
$$;


--
-- Name: public_rounds(date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.public_rounds(the_day date) RETURNS TABLE(area text, area_zh text, purpose rounds.purpose, emergency rounds.emergency, announced_on date, starts_on date, ends_on date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT a.name, a.name_zh, r.purpose, r.emergency, r.announced_on, r.starts_on, r.ends_on
    FROM rounds.rounds r JOIN rounds.areas a ON a.id = r.area_id
    WHERE r.closed_at IS NULL AND r.announced_on <= the_day AND r.ends_on >= the_day
    ORDER BY r.starts_on, a.name, r.id
$$;


--
-- Name: public_streets(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.public_streets(the_area uuid) RETURNS TABLE(name text, name_zh text, lon double precision, lat double precision)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'public', 'pg_temp'
    AS $$
    WITH reach AS (SELECT ST_Transform(a.outline, 3857) AS outline FROM rounds.areas a WHERE a.id = the_area AND a.level <> 'grid'),
    inside AS (
        SELECT b.name, max(b.name_zh) AS name_zh, ST_Collect(ST_Intersection(b.shape, r.outline)) AS shape
        FROM reach r JOIN rounds.basemap_features b ON b.shape && r.outline AND ST_Intersects(b.shape, r.outline)
        WHERE b.class = 'street' AND b.name IS NOT NULL
        GROUP BY b.name),
    points AS (SELECT i.name, i.name_zh, ST_Transform(ST_ClosestPoint(i.shape, ST_Centroid(i.shape)), 4326) AS at FROM inside i)
    SELECT p.name, p.name_zh, ST_X(p.at), ST_Y(p.at) FROM points p ORDER BY p.name LIMIT 3000
$$;


--
-- Name: queue_notice(uuid, rounds.notice_kind, uuid, date, integer, integer, integer, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.queue_notice(the_account uuid, the_kind rounds.notice_kind, the_about uuid, the_day date, the_visits integer, the_today integer, the_soon integer, the_breached integer) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    the_id uuid := md5(concat_ws('|', the_account, the_kind, the_about, the_day))::uuid;
BEGIN
    IF coalesce(rounds.principal_role(), '') = '' OR NOT EXISTS (
        SELECT FROM rounds.notice_targets t JOIN rounds.accounts a ON a.id = t.account_id
        WHERE t.account_id = the_account AND t.code_hash IS NULL AND a.disabled_at IS NULL) THEN
        RETURN;
    END IF;
    INSERT INTO rounds.notices (id, account_id, kind, about, day, visits, today, soon, breached)
    VALUES (the_id, the_account, the_kind, the_about, the_day, the_visits, the_today, the_soon, the_breached)
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN QUERY INSERT INTO rounds.notice_deliveries (id, notice_id, target_id)
            SELECT gen_random_uuid(), the_id, t.id FROM rounds.notice_targets t
            WHERE t.account_id = the_account AND t.code_hash IS NULL RETURNING id;
    END IF;
END
$$;


--
-- Name: raised(rounds.cases, date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.raised(c rounds.cases, day date) RETURNS rounds.cases
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    above uuid := rounds.unit_above(c.unit_id, c.area_id);
BEGIN
    IF above IS NULL THEN
        RAISE EXCEPTION 'there is no unit above' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_top';
    END IF;
    IF c.unit_id IS NOT NULL THEN
        INSERT INTO rounds.case_units (case_id, unit_id) VALUES (c.id, c.unit_id) ON CONFLICT DO NOTHING;
    END IF;
    DELETE FROM rounds.case_units j WHERE j.case_id = c.id AND j.unit_id = above;
    c.unit_id := above;
    c.handler_id := NULL;
    c.lead_id := rounds.lead_of(above);
    c.escalate_on := greatest(c.due_on, rounds.add_days(c.area_id, day, 2, true));
    RETURN c;
END
$$;


--
-- Name: refresh_area_paths(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.refresh_area_paths() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM rounds.area_paths;
    INSERT INTO rounds.area_paths (area_id, ancestor_id)
    WITH RECURSIVE up (area_id, ancestor_id) AS (
        SELECT id, id FROM rounds.areas
        UNION
        SELECT up.area_id, a.parent_id FROM up JOIN rounds.areas a ON a.id = up.ancestor_id WHERE a.parent_id IS NOT NULL
    )
    SELECT area_id, ancestor_id FROM up;
    RETURN NULL;
END
$$;


--
-- Name: refuse_ended_consent(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.refuse_ended_consent() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM rounds.consent_stubs s WHERE s.pseudonym = NEW.receipt_hmac) THEN
        RAISE EXCEPTION 'the consent has ended' USING ERRCODE = 'check_violation', CONSTRAINT = 'consents_ended';
    END IF;
    RETURN NEW;
END
$$;


--
-- Name: refuse_visits(uuid, bytea[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.refuse_visits(the_household uuid, hmacs bytea[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'public', 'pg_temp'
    AS $$
DECLARE
    place rounds.households;
    plans uuid[];
    stop record;
BEGIN
    SELECT * INTO place FROM rounds.households WHERE id = the_household FOR UPDATE;
    IF place.id IS NULL OR NOT rounds.may_refuse(place.id) THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.refusals (address_hmac) SELECT DISTINCT unnest(hmacs) ON CONFLICT DO NOTHING;
    plans := ARRAY (SELECT s.plan_id FROM rounds.stops s WHERE s.household_id = place.id);
    UPDATE rounds.plans p SET households = p.households - 1, planned = p.planned - 1 WHERE p.id = ANY (plans);
    UPDATE rounds.plans p SET households = p.households - 1
    WHERE p.id IN (SELECT u.plan_id FROM rounds.unplanned u WHERE u.household_id = place.id);
    FOR stop IN SELECT route_id, seq FROM rounds.stops WHERE household_id = place.id LOOP
        PERFORM rounds.leave_out_stop(stop.route_id, stop.seq);
    END LOOP;
    UPDATE rounds.plans p SET (travel_s, distance_m) = (
        SELECT coalesce(sum(r.travel_s), 0), coalesce(sum(r.distance_m), 0) FROM rounds.routes r WHERE r.plan_id = p.id)
    WHERE p.id = ANY (plans);
    DELETE FROM rounds.households WHERE id = place.id;
    UPDATE rounds.areas a SET dwellings = a.dwellings - place.doors
    WHERE a.id IN (SELECT ancestor_id FROM rounds.area_paths WHERE area_id = place.area_id);
    UPDATE rounds.dwelling_groups g SET dwellings = g.dwellings - place.doors
    WHERE g.id IN (SELECT group_id FROM rounds.dwelling_group_cells WHERE cell = place.cell AND area_id = place.area_id);
    PERFORM pg_notify('rounds_work', place.cell::text || ' ' || place.area_id::text);
    RETURN true;
END
$$;


--
-- Name: relieve_handlers(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.relieve_handlers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.dispute_handlers h SET ended_on = greatest(rounds.today(), h.named_on)
    WHERE h.case_id = NEW.id AND h.ended_on IS NULL AND NOT rounds.may_mediate(h.account_id, NEW);
    RETURN NULL;
END
$$;


--
-- Name: relieve_who_hands_over(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.relieve_who_hands_over() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.dispute_handlers h SET ended_on = greatest(rounds.today(), h.named_on), ended_by = rounds.principal_account()
    WHERE h.case_id = NEW.id AND h.account_id = OLD.handler_id AND h.ended_on IS NULL;
    RETURN NULL;
END
$$;


--
-- Name: relieve_who_leaves(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.relieve_who_leaves() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.dispute_handlers h SET ended_on = greatest(rounds.today(), h.named_on)
    FROM rounds.cases c
    WHERE c.id = h.case_id AND h.account_id = OLD.account_id AND h.ended_on IS NULL AND NOT rounds.may_mediate(h.account_id, c);
    RETURN NULL;
END
$$;


--
-- Name: report_publicly(uuid, text, public.geometry, bigint, boolean, text, bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.report_publicly(the_id uuid, the_matter text, place public.geometry, the_cell bigint, is_in_home boolean, the_text text, the_receipt bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    the_area uuid;
BEGIN
    IF rounds.principal_role() <> 'service:resident' THEN
        RAISE EXCEPTION 'only the public page' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM rounds.incidents i WHERE i.id = the_id AND i.receipt_hmac = the_receipt) THEN
        RETURN false;
    END IF;
    SELECT a.id INTO the_area FROM rounds.areas a WHERE public.ST_Covers(a.outline, place) ORDER BY a.level DESC, a.id LIMIT 1;
    IF the_area IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, source, reported_on, due_on, in_home, receipt_hmac)
    SELECT the_id, m.kind, m.code, the_area, the_cell, place, 'public_form', rounds.today(), rounds.case_due(the_area, m.code, rounds.today()), is_in_home, the_receipt
    FROM rounds.matters m WHERE m.code = the_matter AND m.kind <> 'dispute';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such matter' USING ERRCODE = 'no_data_found';
    END IF;
    IF the_text <> '' THEN
        INSERT INTO rounds.incident_texts VALUES (the_id, the_text);
    END IF;
    RETURN true;
END
$$;


--
-- Name: resume_hook(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.resume_hook(the_hook uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.hooks h SET refused = NULL, stopped_on = NULL WHERE h.id = the_hook AND h.account_id = rounds.principal_account();
    RETURN FOUND;
END
$$;


--
-- Name: rewind_cases(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.rewind_cases() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.cases SET warned = warned WHERE unit_id = NEW.id AND over_on IS NULL;
    RETURN NULL;
END
$$;


--
-- Name: run_case_clocks(date, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.run_case_clocks(soon date, most integer) RETURNS TABLE(the_case uuid, the_account uuid, the_kind rounds.notice_kind, the_day date)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    c rounds.cases;
    doing rounds.case_command;
    day date := rounds.today();
BEGIN
    IF rounds.principal_role() <> 'service:clock' THEN
        RAISE EXCEPTION 'only the clock does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR c IN SELECT * FROM rounds.cases k
        WHERE k.wake_for = 'warn' AND k.wake_on < soon OR k.wake_for IN ('breach', 'escalate', 'close') AND k.wake_on < day
        ORDER BY k.wake_for, k.wake_on LIMIT most FOR UPDATE SKIP LOCKED
    LOOP
        doing := c.wake_for;
        IF doing = 'escalate' AND rounds.unit_above(c.unit_id, c.area_id) IS NULL THEN
            UPDATE rounds.cases SET warned = warned WHERE id = c.id; -- winds it anew
            CONTINUE;
        END IF;
        CASE doing
            WHEN 'warn' THEN c.warned := true;
            WHEN 'breach' THEN c.breached := true;
            WHEN 'escalate' THEN c := rounds.raised(c, day);
            WHEN 'close' THEN c.stage := 'closed';
        END CASE;
        INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, unit_id, handler_id, due_on)
        SELECT c.id, c.steps + 1, md5(concat_ws(' ', c.id, doing, c.due_on, c.over_on, c.unit_id, c.steps))::uuid, doing, s.to_stage, c.stage, 'clock', c.unit_id, c.handler_id, c.due_on
        FROM rounds.case_steps s WHERE s.case_id = c.id AND s.seq = c.steps;
        PERFORM rounds.save_case(c);
        the_case := c.id;
        the_account := CASE doing WHEN 'warn' THEN coalesce(c.handler_id, rounds.on_duty(c.unit_id, day))
            WHEN 'close' THEN NULL ELSE rounds.answers_for(c.unit_id, c.lead_id, day) END;
        the_kind := CASE WHEN the_account IS NOT NULL THEN CASE doing WHEN 'warn' THEN 'case_due' WHEN 'breach' THEN 'case_late' ELSE 'case_escalated' END END;
        the_day := CASE doing WHEN 'escalate' THEN day ELSE c.due_on END;
        RETURN NEXT;
    END LOOP;
END
$$;


--
-- Name: run_on(rounds.cases, date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.run_on(c rounds.cases, day date) RETURNS rounds.cases
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    due date := c.due_on;
BEGIN
    IF c.paused_on <= c.due_on THEN
        c.due_on := greatest(c.due_on, rounds.add_days(c.area_id, day, rounds.days_after(c.area_id, c.paused_on, c.due_on, c.working), c.working));
    END IF;
    IF c.paused_on <= c.escalate_on THEN
        c.escalate_on := greatest(c.escalate_on, rounds.add_days(c.area_id, day, rounds.days_after(c.area_id, c.paused_on, c.escalate_on, c.working), c.working));
    END IF;
    IF c.due_on > due THEN
        c.warned := false;
        c.breached := false;
    END IF;
    c.paused_on := NULL;
    RETURN c;
END
$$;


--
-- Name: satisfaction; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.satisfaction (
    unit_id uuid NOT NULL,
    quarter date NOT NULL,
    question rounds.satisfaction_question NOT NULL,
    answer rounds.satisfaction_answer NOT NULL,
    people integer NOT NULL,
    CONSTRAINT satisfaction_people_check CHECK ((people > 0)),
    CONSTRAINT satisfaction_quarter_check CHECK ((quarter = date_trunc('quarter'::text, (quarter)::timestamp with time zone)))
);

ALTER TABLE ONLY rounds.satisfaction FORCE ROW LEVEL SECURITY;


--
-- Name: satisfaction_sums(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.satisfaction_sums() RETURNS SETOF rounds.satisfaction
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT s.* FROM rounds.satisfaction s JOIN rounds.units u ON u.id = s.unit_id
    WHERE rounds.principal_role() IN ('supervisor', 'analyst', 'case_handler') AND u.area_id IN (SELECT rounds.granted_areas())
        AND s.quarter + interval '3 months' <= rounds.today() AND s.people >= 10
    ORDER BY s.quarter DESC, s.unit_id, s.question, s.answer
$$;


--
-- Name: save_case(rounds.cases); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.save_case(c rounds.cases) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.cases SET stage = c.stage, unit_id = c.unit_id, handler_id = c.handler_id, lead_id = c.lead_id, due_on = c.due_on, working = c.working,
        escalate_on = c.escalate_on, paused_on = c.paused_on, over_on = c.over_on, outcome = c.outcome, warned = c.warned, breached = c.breached
    WHERE id = c.id;
    UPDATE rounds.incidents i SET
        state = CASE WHEN c.over_on IS NULL THEN 'open' ELSE 'closed' END::rounds.incident_state, closed_on = c.over_on, due_on = c.due_on
    WHERE i.id = c.incident_id AND (i.closed_on IS DISTINCT FROM c.over_on OR i.due_on <> c.due_on);
END
$$;


--
-- Name: series_of(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.series_of(the_area uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT a.id FROM rounds.area_paths p JOIN rounds.areas a ON a.id = p.ancestor_id WHERE p.area_id = the_area ORDER BY a.level LIMIT 1
$$;


--
-- Name: set_duty(uuid, uuid, date, date); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.set_duty(the_unit uuid, the_account uuid, first date, last date) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    s rounds.duty_shifts;
BEGIN
    FOR s IN SELECT * FROM rounds.duty_shifts d WHERE d.unit_id = the_unit AND d.first_on <= last AND d.last_on >= first LOOP
        DELETE FROM rounds.duty_shifts d WHERE d.unit_id = s.unit_id AND d.first_on = s.first_on;
        IF s.first_on < first THEN
            INSERT INTO rounds.duty_shifts (unit_id, first_on, last_on, account_id) VALUES (s.unit_id, s.first_on, first - 1, s.account_id);
        END IF;
        IF s.last_on > last THEN
            INSERT INTO rounds.duty_shifts (unit_id, first_on, last_on, account_id) VALUES (s.unit_id, last + 1, s.last_on, s.account_id);
        END IF;
    END LOOP;
    IF the_account IS NOT NULL THEN
        INSERT INTO rounds.duty_shifts (unit_id, first_on, last_on, account_id) VALUES (the_unit, first, last, the_account);
    END IF;
END
$$;


--
-- Name: settle_doors(uuid[], uuid[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.settle_doors(the_rounds uuid[], the_households uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    told bigint;
BEGIN
    PERFORM FROM rounds.doors d JOIN unnest(the_rounds, the_households) t (round_id, household_id) USING (round_id, household_id)
        ORDER BY d.household_id, d.round_id FOR UPDATE OF d;
    WITH touched AS MATERIALIZED (
        SELECT d.round_id, d.household_id, d.state AS before, (SELECT o.revisit_days FROM rounds.rounds o WHERE o.id = d.round_id) AS days
        FROM (SELECT DISTINCT round_id, household_id FROM unnest(the_rounds, the_households) t (round_id, household_id)) t
            JOIN rounds.doors d USING (round_id, household_id)
    ), made AS MATERIALIZED (
        SELECT t.*, v.id, v.outcome, v.visited_on, v.part, v.attempt, v.id IS NOT NULL AND r.visit_id IS NULL AS counts
        FROM touched t LEFT JOIN rounds.visits v USING (round_id, household_id) LEFT JOIN rounds.visit_retractions r ON r.visit_id = v.id
    ), counted AS (
        SELECT *, CASE WHEN counts THEN row_number() OVER (PARTITION BY round_id, household_id, counts ORDER BY visited_on, part, id) END AS n FROM made
    ), ended AS MATERIALIZED (
        SELECT *, count(n) OVER door AS visits,
            min(n) FILTER (WHERE n = 4 OR outcome NOT IN ('not_home', 'no_access')) OVER door AS ends
        FROM counted WINDOW door AS (PARTITION BY round_id, household_id)
    ), numbered AS (
        UPDATE rounds.visits v SET attempt = e.number
        FROM (SELECT id, attempt, CASE WHEN n <= coalesce(ends, n) THEN n END AS number FROM ended) e
        WHERE v.id = e.id AND e.attempt IS DISTINCT FROM e.number
    ), settled AS (
        UPDATE rounds.doors d SET
            state = CASE WHEN s.finished THEN 'finished' ELSE 'open' END::rounds.door_state,
            due_from = CASE WHEN NOT s.finished THEN s.last_on + s.days END,
            due_part = CASE WHEN NOT s.finished AND s.last_on IS NOT NULL THEN CASE s.last_part
                WHEN 'morning' THEN 'afternoon' WHEN 'afternoon' THEN 'evening' WHEN 'evening' THEN 'morning' ELSE d.due_part
            END END
        FROM (SELECT round_id, household_id, min(before) AS before, min(days) AS days, bool_or(ends IS NOT NULL) AS finished,
                  max(visited_on) FILTER (WHERE n = visits) AS last_on, max(part) FILTER (WHERE n = visits) AS last_part
              FROM ended GROUP BY round_id, household_id) s
        WHERE d.round_id = s.round_id AND d.household_id = s.household_id
        RETURNING d.round_id, d.household_id, d.state, s.before
    ), unbooked AS (
        DELETE FROM rounds.bookings b USING settled s
        WHERE s.state = 'finished' AND b.round_id = s.round_id AND b.household_id = s.household_id
    )
    SELECT count(pg_notify('rounds_work', h.cell::text || ' ' || h.area_id::text)) INTO told
    FROM settled s JOIN rounds.households h ON h.id = s.household_id WHERE s.before <> s.state;
END
$$;


--
-- Name: sign_read(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sign_read() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(125823037105154); -- "rounds" and 2
    NEW.id := nextval('rounds.read_numbers');
    NEW.read_at := clock_timestamp();
    NEW.account_id := rounds.principal_account();
    NEW.reader := replace(rounds.principal_role(), 'service:operator', 'operator')::rounds.reader;
    RETURN NEW;
END
$$;


--
-- Name: spend_rows(uuid, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.spend_rows(the_receiver uuid, n integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.receivers r
    SET sent_on = rounds.today(), sent_rows = n + CASE WHEN r.sent_on = rounds.today() THEN r.sent_rows ELSE 0 END
    WHERE r.id = the_receiver AND rounds.principal_role() IN ('service:login', 'service:feed')
        AND n >= 0 AND r.daily_rows >= n + CASE WHEN r.sent_on = rounds.today() THEN r.sent_rows ELSE 0 END;
    RETURN FOUND;
END
$$;


--
-- Name: supervises(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.supervises(the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT rounds.principal_role() = 'supervisor' AND EXISTS (
        SELECT FROM rounds.households h WHERE h.id = the_household AND h.area_id IN (SELECT rounds.granted_areas()))
$$;


--
-- Name: support_measure(rounds.support_service); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.support_measure(service rounds.support_service) RETURNS rounds.measure
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT CASE
        WHEN service IN ('smoke_alarm', 'evacuation_help', 'home_repair') THEN 'support_safety'
        WHEN service IN ('outage_contact', 'step_free', 'large_print', 'text_or_sign', 'interpreter', 'welfare_call') THEN 'support_contact'
        ELSE 'support_help' END::rounds.measure
$$;


--
-- Name: sweep_case_bookings(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_case_bookings(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.case_bookings WHERE visit_id IN (
        SELECT v.id FROM rounds.case_bookings k JOIN rounds.case_visits v ON v.id = k.visit_id
        WHERE v.visit_on < rounds.over_before('case_bookings', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_case_texts(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_case_texts(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    UPDATE rounds.case_steps SET text = NULL WHERE (case_id, seq) IN (
        SELECT s.case_id, s.seq FROM rounds.case_steps s JOIN rounds.cases c ON c.id = s.case_id
        WHERE s.text IS NOT NULL AND c.over_on < rounds.over_before('case_texts', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_cases(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_cases(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.cases WHERE id IN (
        SELECT c.id FROM rounds.cases c WHERE c.stage IN ('settled', 'refused', 'closed') AND c.over_on < rounds.over_before('cases', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_ceremonies(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_ceremonies(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.spent_ceremonies WHERE ceremony_hash IN (
        SELECT s.ceremony_hash FROM rounds.spent_ceremonies s WHERE s.expires_at < rounds.over_before('ceremonies', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_consent_stubs(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_consent_stubs(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.consent_stubs WHERE pseudonym IN (
        SELECT s.pseudonym FROM rounds.consent_stubs s WHERE s.ended_on < rounds.over_before('consent_stubs', now)::date ORDER BY s.ended_on LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_consent_tombstones(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_consent_tombstones(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.consent_tombstones WHERE (worker_id, consent_id) IN (
        SELECT t.worker_id, t.consent_id FROM rounds.consent_tombstones t WHERE t.ended_on < rounds.over_before('consent_tombstones', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_consents(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_consents(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.consents WHERE id IN (
        SELECT c.id FROM rounds.consents c WHERE c.expires_on < rounds.over_before('consents', now)::date ORDER BY c.expires_on LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_devices(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_devices(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.devices WHERE id IN (
        SELECT d.id FROM rounds.devices d WHERE d.expires_at < rounds.over_before('devices', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_dispute_parties(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_dispute_parties(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    dispute uuid;
    gone integer := 0;
BEGIN
    FOR dispute IN SELECT DISTINCT k.case_id FROM sealed.case_keys k JOIN rounds.cases c ON c.id = k.case_id
        WHERE c.over_on < rounds.over_before('dispute_parties', now)::date LIMIT batch
    LOOP
        PERFORM rounds.forget_parties(dispute);
        gone := gone + 1;
    END LOOP;
    RETURN gone;
END
$$;


--
-- Name: sweep_door_notes(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_door_notes(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.door_notes WHERE (household_id, note) IN (
        SELECT n.household_id, n.note FROM rounds.door_notes n WHERE n.seen_on < rounds.over_before('door_notes', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_duty_shifts(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_duty_shifts(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.duty_shifts WHERE ctid IN (
        SELECT d.ctid FROM rounds.duty_shifts d WHERE d.last_on < rounds.over_before('duty_shifts', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_emergency_openings(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_emergency_openings(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.emergency_openings WHERE id IN (
        SELECT o.id FROM rounds.emergency_openings o
        WHERE o.closes_at < rounds.over_before('emergency_openings', now)
            -- One that nobody opened waits for 30 days.
            OR (o.closes_at IS NULL AND o.proposed_at < least(now, clock_timestamp()) - interval '30 days')
        LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_erasures(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_erasures(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.erasures WHERE number IN (
        SELECT e.number FROM rounds.erasures e
        WHERE e.class <> 'place' AND e.erased_on < rounds.over_before('erasures', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_exports(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_exports(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.exports WHERE id IN (
        SELECT e.id FROM rounds.exports e WHERE e.requested_at < rounds.over_before('exports', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_import_changes(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_import_changes(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    places integer;
    areas integer;
BEGIN
    DELETE FROM rounds.import_changes WHERE ctid IN (
        SELECT c.ctid FROM rounds.import_changes c JOIN rounds.imports i ON i.id = c.import_id
        WHERE i.imported_at < rounds.over_before('import_changes', now) LIMIT batch);
    GET DIAGNOSTICS places = ROW_COUNT;
    DELETE FROM rounds.import_area_changes WHERE ctid IN (
        SELECT c.ctid FROM rounds.import_area_changes c JOIN rounds.imports i ON i.id = c.import_id
        WHERE i.imported_at < rounds.over_before('import_changes', now) LIMIT batch - places);
    GET DIAGNOSTICS areas = ROW_COUNT;
    RETURN places + areas;
END
$$;


--
-- Name: sweep_imports(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_imports(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.imports WHERE id IN (
        SELECT i.id FROM rounds.imports i WHERE i.imported_at < rounds.over_before('imports', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_incident_texts(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_incident_texts(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.incident_texts WHERE incident_id IN (
        SELECT t.incident_id FROM rounds.incident_texts t JOIN rounds.incidents i ON i.id = t.incident_id
        WHERE i.closed_on < rounds.over_before('incident_texts', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_incidents(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_incidents(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.incidents WHERE id IN (
        SELECT i.id FROM rounds.incidents i WHERE i.closed_on < rounds.over_before('incidents', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_links(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_links(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.links WHERE token_hash IN (
        SELECT l.token_hash FROM rounds.links l WHERE l.expires_at < rounds.over_before('links', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_lone_timers(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_lone_timers(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.lone_timers WHERE account_id IN (
        SELECT t.account_id FROM rounds.lone_timers t WHERE t.lapses_at < rounds.over_before('lone_timers', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_mediation_notes(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_mediation_notes(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    notes integer;
    papers integer;
BEGIN
    DELETE FROM sealed.meeting_notes WHERE meeting_id IN (
        SELECT n.meeting_id FROM sealed.meeting_notes n JOIN sealed.meetings s ON s.id = n.meeting_id JOIN rounds.cases c ON c.id = s.case_id
        WHERE c.over_on < rounds.over_before('mediation_notes', now)::date LIMIT batch);
    GET DIAGNOSTICS notes = ROW_COUNT;
    DELETE FROM sealed.agreements WHERE id IN (
        SELECT a.id FROM sealed.agreements a JOIN rounds.cases c ON c.id = a.case_id
        WHERE c.over_on < rounds.over_before('mediation_notes', now)::date LIMIT batch - notes);
    GET DIAGNOSTICS papers = ROW_COUNT;
    RETURN notes + papers;
END
$$;


--
-- Name: sweep_messages(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_messages(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.messages WHERE id IN (
        SELECT m.id FROM rounds.messages m WHERE m.sent_at < rounds.over_before('messages', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_notices(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_notices(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
    more integer;
BEGIN
    DELETE FROM rounds.notices WHERE id IN (
        SELECT n.id FROM rounds.notices n WHERE n.queued_at < rounds.over_before('notices', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    -- A mailbox that nobody confirmed.
    DELETE FROM rounds.notice_targets WHERE id IN (
        SELECT t.id FROM rounds.notice_targets t WHERE t.code_hash IS NOT NULL AND t.added_at < rounds.over_before('notices', now) LIMIT batch);
    GET DIAGNOSTICS more = ROW_COUNT;
    RETURN gone + more;
END
$$;


--
-- Name: sweep_opening_households(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_opening_households(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.opening_households WHERE (opening_id, household_id) IN (
        SELECT h.opening_id, h.household_id FROM rounds.opening_households h JOIN rounds.emergency_openings o ON o.id = h.opening_id
        WHERE o.closes_at < rounds.over_before('opening_households', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_operations(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_operations(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.operations WHERE id IN (
        SELECT o.id FROM rounds.operations o WHERE o.taken_on < rounds.over_before('operations', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_outcomes(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_outcomes(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    -- One at a time: its trigger deletes all outcomes of a round.
    UPDATE rounds.rounds SET closed_at = least(now, clock_timestamp()) WHERE id = (
        SELECT r.id FROM rounds.rounds r
        WHERE r.closed_at IS NULL AND r.ends_on < rounds.over_before('outcomes', now)::date LIMIT 1);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_pair_visits(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_pair_visits(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.pair_visits WHERE household_id IN (
        SELECT p.household_id FROM rounds.pair_visits p
        WHERE coalesce(p.ends_on, p.proposed_on + 14) < rounds.over_before('pair_visits', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_photos(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_photos(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.photos WHERE incident_id IN (
        SELECT p.incident_id FROM rounds.photos p JOIN rounds.incidents i ON i.id = p.incident_id
        WHERE i.closed_on < rounds.over_before('photos', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_reads(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_reads(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    upto bigint;
    gone integer;
BEGIN
    SELECT s.last_id INTO upto FROM rounds.read_seals s
    WHERE s.last_id >= (SELECT min(id) FROM rounds.reads) AND s.sealed_at < rounds.over_before('reads', now)
    ORDER BY s.last_id LIMIT 1;
    DELETE FROM rounds.reads WHERE id <= upto;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_requests(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_requests(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.resident_requests WHERE id IN (
        SELECT r.id FROM rounds.resident_requests r WHERE r.answered_on < rounds.over_before('requests', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_rounds(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_rounds(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    old uuid := (SELECT r.id FROM rounds.rounds r WHERE r.closed_at < rounds.over_before('rounds', now) LIMIT 1);
    gone integer;
BEGIN
    -- The many rows first, in batches; what is left goes with the round.
    DELETE FROM rounds.stops WHERE ctid IN (
        SELECT s.ctid FROM rounds.stops s JOIN rounds.plans p ON p.id = s.plan_id WHERE p.round_id = old LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN
        RETURN gone;
    END IF;
    DELETE FROM rounds.doors WHERE ctid IN (SELECT d.ctid FROM rounds.doors d WHERE d.round_id = old LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN
        RETURN gone;
    END IF;
    DELETE FROM rounds.rounds WHERE id = old;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_sessions(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_sessions(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.sessions WHERE token_hash IN (
        SELECT s.token_hash FROM rounds.sessions s WHERE s.expires_at < rounds.over_before('sessions', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_staff_leave(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_staff_leave(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.staff_leave WHERE ctid IN (
        SELECT l.ctid FROM rounds.staff_leave l WHERE l.last_on < rounds.over_before('staff_leave', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_support(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_support(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.support_wanted WHERE (consent_id, service) IN (
        SELECT s.consent_id, s.service FROM rounds.support_wanted s WHERE s.done_on < rounds.over_before('support', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_unconfirmed_disputes(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_unconfirmed_disputes(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    SELECT count(*) FILTER (WHERE rounds.end_incident(i.id, least(now, clock_timestamp())::date)) INTO gone FROM (
        SELECT o.id FROM rounds.incidents o
        WHERE o.kind = 'dispute' AND o.state = 'open' AND o.confirmed_on IS NULL
            AND o.asked_on < rounds.over_before('unconfirmed_disputes', now)::date LIMIT batch) i;
    RETURN gone;
END
$$;


--
-- Name: sweep_unit_changes(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_unit_changes(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    n integer;
BEGIN
    DELETE FROM rounds.unit_changes WHERE (unit_id, case_id) IN (
        SELECT unit_id, case_id FROM rounds.unit_changes WHERE gone_on < rounds.over_before('unit_changes', now)::date LIMIT batch);
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END
$$;


--
-- Name: sweep_uploads(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_uploads(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.uploads WHERE id IN (
        SELECT u.id FROM rounds.uploads u WHERE u.import_id IS NULL AND u.created_at < rounds.over_before('uploads', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: sweep_visit_times(timestamp with time zone, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.sweep_visit_times(now timestamp with time zone, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    clock text := nullif(current_setting('rounds.clock', true), '');
    -- How far ahead of UTC the installation is.
    ahead interval := coalesce(left(clock, 19)::timestamp - clock::timestamptz AT TIME ZONE 'UTC', '0');
    last_over date := (rounds.over_before('visit_times', now) AT TIME ZONE 'UTC' + ahead)::date;
    gone integer;
BEGIN
    UPDATE rounds.visits SET part = NULL WHERE id IN (
        SELECT v.id FROM rounds.visits v WHERE v.part IS NOT NULL AND v.visited_on <= last_over LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;


--
-- Name: take_back(bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.take_back(the_receipt bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    i rounds.incidents;
BEGIN
    SELECT * INTO i FROM rounds.incidents o WHERE o.receipt_hmac = the_receipt FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM rounds.incident_texts t WHERE t.incident_id = i.id;
    DELETE FROM rounds.dispute_contacts c WHERE c.incident_id = i.id;
    IF i.state = 'open' AND i.kind <> 'hazard' AND i.merged_into IS NULL AND NOT EXISTS (SELECT FROM rounds.incidents o WHERE o.merged_into = i.id) THEN
        PERFORM rounds.end_incident(i.id, greatest(rounds.today(), i.reported_on));
    END IF;
    UPDATE rounds.incidents o SET receipt_hmac = NULL WHERE o.id = i.id;
    RETURN true;
END
$$;


--
-- Name: take_case_numbers(uuid, smallint, integer); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.take_case_numbers(the_series uuid, the_year smallint, many integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    INSERT INTO rounds.case_counters AS k (series_id, year, last) VALUES (the_series, the_year, many)
    ON CONFLICT (series_id, year) DO UPDATE SET last = k.last + EXCLUDED.last
    RETURNING last - many
$$;


--
-- Name: take_late_consent(uuid, uuid, rounds.consent_purpose, smallint, rounds.language, rounds.consent_method, date, date, bytea, bytea, text[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.take_late_consent(the_id uuid, the_household uuid, the_purpose rounds.consent_purpose, the_version smallint, the_language rounds.language, the_method rounds.consent_method, the_day date, the_end date, the_contact bytea, the_receipt bytea, the_services text[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF the_household NOT IN (SELECT rounds.households_lately_near_visit()) OR the_day NOT BETWEEN rounds.today() - 14 AND rounds.today() THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.consents (id, household_id, area_id, purpose, notice_version, notice_language, method, recorder, given_on, expires_on, contact, receipt_hmac)
    SELECT the_id, h.id, h.area_id, the_purpose, the_version, the_language, the_method, 'worker', the_day, the_end, the_contact, the_receipt
    FROM rounds.households h WHERE h.id = the_household;
    INSERT INTO rounds.consent_services (consent_id, service) SELECT the_id, unnest(the_services)::rounds.support_service;
    INSERT INTO rounds.support_wanted (consent_id, service) SELECT the_id, unnest(the_services)::rounds.support_service;
    RETURN true;
END
$$;


--
-- Name: tell_opened(uuid, uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.tell_opened(the_opening uuid, the_household uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM rounds.opening_households h USING rounds.emergency_openings o
    WHERE o.id = h.opening_id AND o.id = the_opening AND h.household_id = the_household AND o.closes_at <= rounds.clock()
      AND rounds.principal_role() = 'supervisor' AND o.area_id IN (SELECT rounds.granted_areas());
    RETURN FOUND;
END
$$;


--
-- Name: tell_plan(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.tell_plan() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM pg_notify('rounds_plans', NEW.id::text || ' ' || NEW.round_id::text || ' ' || NEW.state::text);
    RETURN NULL;
END
$$;


--
-- Name: type_visit(uuid, integer, uuid, rounds.outcome, boolean, date, rounds.day_part); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.type_visit(the_route uuid, the_seq integer, the_visit uuid, the_outcome rounds.outcome, card boolean, the_day date, the_part rounds.day_part) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    stop record;
    refused text;
BEGIN
    SELECT s.household_id, p.round_id, r.worker_id INTO stop
    FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = s.plan_id JOIN rounds.rounds o ON o.id = p.round_id
    WHERE s.route_id = the_route AND s.seq = the_seq AND p.state IN ('published', 'superseded')
      AND rounds.principal_role() = 'supervisor' AND s.area_id IN (SELECT rounds.granted_areas())
      AND p.round_id IN (SELECT rounds.granted_rounds()) AND the_day BETWEEN o.starts_on AND rounds.today();
    IF NOT FOUND THEN
        RETURN 'none';
    END IF;
    -- Two who type one sheet take turns.
    PERFORM pg_advisory_xact_lock(hashtextextended(the_route::text, 0));
    IF EXISTS (SELECT FROM rounds.visits v WHERE v.round_id = stop.round_id AND v.household_id = stop.household_id AND v.worker_id = stop.worker_id
            AND v.outcome = the_outcome AND v.visited_on = the_day AND v.part = the_part
            AND NOT EXISTS (SELECT FROM rounds.visit_retractions t WHERE t.visit_id = v.id)) THEN
        RETURN 'recorded';
    END IF;
    INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, left_card, visited_on, part, attempt)
    VALUES (the_visit, stop.round_id, stop.household_id, stop.worker_id, the_outcome, card, the_day, the_part, 1)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND AND NOT EXISTS (SELECT FROM rounds.visits v WHERE v.id = the_visit AND v.round_id = stop.round_id
            AND v.household_id = stop.household_id AND v.worker_id = stop.worker_id AND v.outcome = the_outcome AND v.visited_on = the_day) THEN
        RETURN 'taken';
    END IF;
    RETURN 'recorded';
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
    RETURN CASE refused WHEN 'visits_door_open' THEN 'finished' WHEN 'visits_four_attempts' THEN 'finished' WHEN 'visits_round_open' THEN 'closed' ELSE 'none' END;
END
$$;


--
-- Name: undo_incidents(uuid, boolean); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.undo_incidents(the_import uuid, worked_on boolean) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    taken integer;
    told text;
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM FROM rounds.imports i WHERE i.id = the_import AND i.kind = 'incidents' AND i.undone_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM FROM rounds.incidents i WHERE i.import_id = the_import ORDER BY i.id FOR UPDATE;
    IF NOT worked_on THEN
        SELECT s.worked_on INTO taken FROM rounds.incidents_since(the_import, '{}') s;
        IF taken > 0 THEN
            RAISE EXCEPTION 'somebody worked on % of these matters', taken
                USING ERRCODE = 'check_violation', CONSTRAINT = 'imports_worked_on', DETAIL = taken;
        END IF;
    END IF;
    -- Who shows them on a map hears of each place once.
    FOR told IN SELECT DISTINCT i.cell::text || ' ' || i.area_id::text FROM rounds.incidents i WHERE i.import_id = the_import LOOP
        PERFORM pg_notify('rounds_hazards', told);
    END LOOP;
    DELETE FROM rounds.incidents i WHERE i.import_id = the_import;
    GET DIAGNOSTICS taken = ROW_COUNT;
    UPDATE rounds.imports i SET undone_at = now() WHERE i.id = the_import;
    RETURN taken;
END
$$;


--
-- Name: undo_ledger(uuid, boolean); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.undo_ledger(the_import uuid, worked_on boolean) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    taken integer;
BEGIN
    IF rounds.principal_role() <> 'service:import' THEN
        RAISE EXCEPTION 'only an import does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM FROM rounds.imports i WHERE i.id = the_import AND i.kind = 'ledger' AND i.undone_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM FROM rounds.cases c WHERE c.import_id = the_import ORDER BY c.id FOR UPDATE;
    IF NOT worked_on THEN
        SELECT count(*) INTO taken FROM rounds.cases c WHERE c.import_id = the_import AND EXISTS (
            SELECT FROM rounds.case_steps s WHERE s.case_id = c.id AND s.account_id IS NOT NULL);
        IF taken > 0 THEN
            RAISE EXCEPTION 'somebody worked on % of these cases', taken
                USING ERRCODE = 'check_violation', CONSTRAINT = 'imports_worked_on', DETAIL = taken;
        END IF;
    END IF;
    DELETE FROM rounds.cases c WHERE c.import_id = the_import;
    GET DIAGNOSTICS taken = ROW_COUNT;
    UPDATE rounds.imports i SET undone_at = now() WHERE i.id = the_import;
    RETURN taken;
END
$$;


--
-- Name: unit_above(uuid, uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.unit_above(the_unit uuid, the_area uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    WITH RECURSIVE up AS (
        SELECT u.parent_id AS id, 1 AS far FROM rounds.units u WHERE u.id = the_unit
        UNION ALL SELECT u.parent_id, up.far + 1 FROM up JOIN rounds.units u ON u.id = up.id)
    SELECT CASE WHEN the_unit IS NULL THEN rounds.nearest_unit(the_area, 'one_stop_office')
        ELSE (SELECT u.id FROM up JOIN rounds.units u ON u.id = up.id WHERE u.closed_on IS NULL ORDER BY up.far LIMIT 1) END
$$;


--
-- Name: unit_loads(date, integer[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.unit_loads(day date, ages integer[]) RETURNS TABLE(unit_id uuid, open integer, received integer, late integer, soon integer, paused integer, week integer, month integer, quarter integer, more integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF coalesce(rounds.principal_role(), '') NOT IN ('supervisor', 'case_handler') THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH few AS MATERIALIZED (
        SELECT c.unit_id AS unit, c.stage, c.due_on < day AS is_late, c.due_on <= day + 1 AS is_soon,
            CASE WHEN c.opened_on >= day - ages[1] THEN 1 WHEN c.opened_on >= day - ages[2] THEN 2 WHEN c.opened_on >= day - ages[3] THEN 3 ELSE 4 END AS age,
            count(*) AS n
        FROM rounds.cases c
        WHERE c.over_on IS NULL AND NOT c.merged
            AND c.unit_id = ANY (ARRAY(SELECT u.id FROM rounds.units u WHERE u.area_id IN (SELECT rounds.granted_areas())))
        GROUP BY 1, 2, 3, 4, 5)
    SELECT f.unit, sum(f.n)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.stage IN ('received', 'triaged')), 0)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.stage <> 'paused' AND f.is_late), 0)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.stage <> 'paused' AND f.is_soon AND NOT f.is_late), 0)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.stage = 'paused'), 0)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.age = 1), 0)::integer, coalesce(sum(f.n) FILTER (WHERE f.age = 2), 0)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.age = 3), 0)::integer, coalesce(sum(f.n) FILTER (WHERE f.age = 4), 0)::integer
    FROM few f GROUP BY f.unit;
END
$$;


--
-- Name: use_link(bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.use_link(hash bytea) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    used rounds.links;
BEGIN
    IF rounds.principal_role() <> 'service:login' THEN
        RETURN NULL;
    END IF;
    -- Nobody joins, and gets a way to sign in, between the look and the use.
    PERFORM FROM rounds.accounts a JOIN rounds.links l ON l.account_id = a.id WHERE l.token_hash = hash FOR UPDATE OF a;
    DELETE FROM rounds.links l USING rounds.accounts a
    WHERE l.token_hash = hash AND now() < l.expires_at AND a.id = l.account_id AND a.disabled_at IS NULL
        AND (l.kind = 'recovery' OR a.joined_at IS NULL)
    RETURNING l.* INTO used;
    IF used.kind = 'recovery'
        OR EXISTS (SELECT FROM rounds.accounts WHERE id = used.account_id AND password_hash IS NOT NULL)
        OR EXISTS (SELECT FROM rounds.passkeys WHERE account_id = used.account_id)
        OR EXISTS (SELECT FROM rounds.identities WHERE account_id = used.account_id) THEN
        PERFORM rounds.forget_credentials(used.account_id);
        UPDATE rounds.grants SET asleep_since = now(), asleep_by = used.issued_by WHERE account_id = used.account_id AND now() < ends_at;
    ELSIF used.issued_by IS NOT NULL THEN
        -- What is only proposed waits for its second person anyway.
        UPDATE rounds.grants SET asleep_since = now(), asleep_by = used.issued_by
        WHERE account_id = used.account_id AND confirmed_at IS NOT NULL AND now() < ends_at;
    END IF;
    UPDATE rounds.accounts SET joined_at = coalesce(joined_at, now()) WHERE id = used.account_id;
    RETURN used.account_id;
END
$$;


--
-- Name: visible_areas(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.visible_areas() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY
        WITH own AS (SELECT DISTINCT rounds.narrowed(g.area_id) AS area_id FROM rounds.grants g WHERE rounds.is_own(g))
        SELECT p.area_id FROM own JOIN rounds.area_paths p ON p.ancestor_id = own.area_id
        UNION ALL
        SELECT p.ancestor_id FROM own JOIN rounds.area_paths p ON p.area_id = own.area_id;
END
$$;


--
-- Name: visit_recorded(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.visit_recorded() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
BEGIN
    PERFORM FROM rounds.rounds o WHERE o.id IN (SELECT r.round_id FROM recorded r) ORDER BY o.id FOR SHARE;
    IF EXISTS (SELECT FROM rounds.rounds o WHERE o.closed_at IS NOT NULL AND o.id IN (SELECT r.round_id FROM recorded r)) THEN
        RAISE EXCEPTION 'the round is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'visits_round_open';
    END IF;
    -- Two visits to one door at once take turns here: each door is made, or locked when it
    -- is there, in one order for all.
    INSERT INTO rounds.doors (round_id, household_id, area_id, state)
    SELECT DISTINCT r.round_id, h.id, h.area_id, 'open'::rounds.door_state FROM recorded r JOIN rounds.households h ON h.id = r.household_id
    ORDER BY h.id, r.round_id ON CONFLICT (round_id, household_id) DO UPDATE SET state = excluded.state WHERE false;
    IF EXISTS (SELECT FROM rounds.doors d JOIN recorded r USING (round_id, household_id) WHERE r.attempt IS NOT NULL AND d.state = 'finished') THEN
        RAISE EXCEPTION 'the door is finished in this round' USING ERRCODE = 'check_violation', CONSTRAINT = 'visits_door_open';
    END IF;
    PERFORM rounds.settle_doors(array_agg(r.round_id), array_agg(r.household_id)) FROM recorded r HAVING count(*) > 0;
    RETURN NULL;
END
$$;


--
-- Name: visit_retracted(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.visit_retracted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM rounds.settle_doors(ARRAY[v.round_id], ARRAY[v.household_id]) FROM rounds.visits v WHERE v.id = NEW.visit_id;
    RETURN NULL;
END
$$;


--
-- Name: visits_planned(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.visits_planned(the_household uuid) RETURNS TABLE(round_name text, purpose text, day date, state text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT o.name::text, o.purpose::text, r.day, coalesce(d.state, 'open')::text
    FROM rounds.place_asked_for(the_household) h JOIN rounds.stops s ON s.household_id = h.id
        JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = s.plan_id JOIN rounds.rounds o ON o.id = p.round_id
        LEFT JOIN rounds.doors d ON d.round_id = o.id AND d.household_id = h.id AND d.state = 'finished'
    WHERE p.state = 'published' ORDER BY r.day, o.id
$$;


--
-- Name: wait_for_plan(uuid[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.wait_for_plan(places uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    -- Plans that become proposed or published at the same time wait, or were waited for.
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('rounds.whole', 0));
    WITH waits AS (
        INSERT INTO rounds.unplanned (plan_id, household_id, area_id, reason)
        SELECT p.id, h.id, h.area_id, 'not_yet'
        FROM rounds.households h JOIN rounds.round_areas a ON a.area_id = h.area_id
            JOIN rounds.rounds r ON r.id = a.round_id AND r.closed_at IS NULL
            JOIN rounds.plans p ON p.round_id = r.id AND p.state IN ('proposed', 'published')
        WHERE h.id = ANY (places)
          AND NOT EXISTS (SELECT FROM rounds.stops s WHERE s.plan_id = p.id AND s.household_id = h.id)
          AND NOT EXISTS (SELECT FROM rounds.doors d WHERE d.round_id = r.id AND d.household_id = h.id AND d.state = 'finished')
        ON CONFLICT DO NOTHING RETURNING plan_id)
    UPDATE rounds.plans p SET households = p.households + w.more
    FROM (SELECT plan_id, count(*) AS more FROM waits GROUP BY plan_id) w WHERE p.id = w.plan_id;
END
$$;


--
-- Name: wake_grants(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.wake_grants(the_account uuid) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    woken bigint;
BEGIN
    IF rounds.principal_role() NOT IN ('administrator', 'service:operator') THEN
        RETURN 0;
    END IF;
    IF the_account = rounds.principal_account() OR EXISTS (
        SELECT FROM rounds.grants WHERE account_id = the_account AND asleep_since IS NOT NULL
            AND asleep_by IS NOT DISTINCT FROM rounds.principal_account()) THEN
        RAISE EXCEPTION 'a second person wakes grants' USING ERRCODE = 'check_violation', CONSTRAINT = 'grants_second_person';
    END IF;
    UPDATE rounds.grants SET asleep_since = NULL, asleep_by = NULL WHERE account_id = the_account AND asleep_since IS NOT NULL;
    GET DIAGNOSTICS woken = ROW_COUNT;
    RETURN woken;
END
$$;


--
-- Name: was_sent(uuid, uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.was_sent(the_round uuid, the_household uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    RETURN rounds.principal_role() = 'worker' AND EXISTS (
        SELECT FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = s.plan_id
            JOIN rounds.workers w ON w.id = r.worker_id
        WHERE s.household_id = the_household AND p.round_id = the_round AND p.state IN ('published', 'superseded')
          AND w.account_id = rounds.principal_account());
END
$$;


--
-- Name: wind_case(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.wind_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    NEW.wake_for := CASE
        WHEN NEW.stage IN ('settled', 'refused') THEN 'close'
        WHEN NEW.merged OR NEW.stage IN ('paused', 'closed') THEN NULL
        WHEN NOT NEW.warned THEN 'warn'
        WHEN NOT NEW.breached THEN 'breach'
        WHEN rounds.unit_above(NEW.unit_id, NEW.area_id) IS NOT NULL THEN 'escalate'
    END;
    NEW.wake_on := CASE NEW.wake_for
        WHEN 'close' THEN NEW.over_on + 14
        WHEN 'escalate' THEN NEW.escalate_on
        WHEN 'warn' THEN NEW.due_on
        WHEN 'breach' THEN NEW.due_on
    END;
    RETURN NEW;
END
$$;


--
-- Name: wind_unheld_cases(); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.wind_unheld_cases() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    UPDATE rounds.cases c SET warned = c.warned
    WHERE c.unit_id IS NULL AND c.over_on IS NULL AND c.area_id IN (SELECT p.area_id FROM rounds.area_paths p WHERE p.ancestor_id = NEW.area_id);
    RETURN NULL;
END
$$;


--
-- Name: withdraw_by_receipt(bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.withdraw_by_receipt(the_receipt bytea) RETURNS date
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF rounds.principal_role() <> 'service:resident' THEN
        RETURN NULL;
    END IF;
    PERFORM rounds.end_consent(c.id) FROM rounds.consents c WHERE c.receipt_hmac = the_receipt;
    RETURN (SELECT s.ended_on FROM rounds.consent_stubs s WHERE s.pseudonym = the_receipt);
END
$$;


--
-- Name: withdraw_consent(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.withdraw_consent(the_consent uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM rounds.consents c WHERE c.id = the_consent AND c.household_id IN (SELECT rounds.households_lately_near_visit()) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM rounds.end_consent(the_consent);
    RETURN true;
END
$$;


--
-- Name: withdraw_consents_of(uuid); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.withdraw_consents_of(the_household uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
BEGIN
    IF rounds.principal_role() = 'supervisor' THEN
        PERFORM rounds.end_consent(c.id) FROM rounds.consents c
        WHERE c.household_id = the_household AND c.area_id IN (SELECT rounds.granted_areas());
    END IF;
END
$$;


--
-- Name: withdraw_report(bytea); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.withdraw_report(the_receipt bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
DECLARE
    party uuid;
BEGIN
    IF rounds.principal_role() <> 'service:resident' THEN
        RETURN false;
    END IF;
    IF rounds.take_back(the_receipt) THEN
        PERFORM pg_advisory_xact_lock_shared(125823037105155); -- that of rounds.enter_refusal
        INSERT INTO rounds.erasures (class, digest, erased_on) VALUES ('report', the_receipt, rounds.today()) ON CONFLICT DO NOTHING;
        RETURN true;
    END IF;
    SELECT p.id INTO party FROM sealed.parties p WHERE p.receipt_hmac = the_receipt FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM rounds.forget_party(party);
    RETURN true;
END
$$;


--
-- Name: withdraw_reports_again(bytea[]); Type: FUNCTION; Schema: rounds; Owner: -
--

CREATE FUNCTION rounds.withdraw_reports_again(codes bytea[]) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'rounds', 'pg_temp'
    AS $$
    SELECT count(*) FILTER (WHERE rounds.take_back(c))::integer FROM unnest(codes) c WHERE rounds.principal_role() = 'service:retention'
$$;


--
-- Name: accounts; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.accounts (
    id uuid NOT NULL,
    login rounds.login NOT NULL,
    name rounds.staff_name NOT NULL,
    password_hash rounds.password_hash,
    language rounds.language DEFAULT 'en'::rounds.language NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    joined_at timestamp with time zone
);

ALTER TABLE ONLY rounds.accounts FORCE ROW LEVEL SECURITY;


--
-- Name: area_paths; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.area_paths (
    area_id uuid NOT NULL,
    ancestor_id uuid NOT NULL
);
ALTER TABLE ONLY rounds.area_paths ALTER COLUMN ancestor_id SET (n_distinct=3);

ALTER TABLE ONLY rounds.area_paths FORCE ROW LEVEL SECURITY;


--
-- Name: areas; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.areas (
    id uuid NOT NULL,
    parent_id uuid,
    level rounds.area_level NOT NULL,
    source_key rounds.source_key NOT NULL,
    name rounds.area_name NOT NULL,
    name_zh rounds.area_name,
    dwellings integer DEFAULT 0 NOT NULL,
    outline public.geometry(MultiPolygon,4326) NOT NULL,
    west double precision GENERATED ALWAYS AS (public.st_xmin((outline)::public.box3d)) STORED,
    east double precision GENERATED ALWAYS AS (public.st_xmax((outline)::public.box3d)) STORED,
    south double precision GENERATED ALWAYS AS (public.st_ymin((outline)::public.box3d)) STORED,
    north double precision GENERATED ALWAYS AS (public.st_ymax((outline)::public.box3d)) STORED,
    CONSTRAINT areas_check CHECK ((parent_id <> id)),
    CONSTRAINT areas_dwellings_check CHECK ((dwellings >= 0))
);

ALTER TABLE ONLY rounds.areas FORCE ROW LEVEL SECURITY;


--
-- Name: backups; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.backups (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    made_at timestamp with time zone NOT NULL,
    bytes bigint NOT NULL,
    sha256 bytea NOT NULL,
    CONSTRAINT backups_bytes_check CHECK ((bytes > 0)),
    CONSTRAINT backups_sha256_check CHECK ((length(sha256) = 32))
);

ALTER TABLE ONLY rounds.backups FORCE ROW LEVEL SECURITY;


--
-- Name: basemap_features_id_seq; Type: SEQUENCE; Schema: rounds; Owner: -
--

ALTER TABLE rounds.basemap_features ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rounds.basemap_features_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: bin_cells; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.bin_cells (
    partition_id uuid NOT NULL,
    cell bigint NOT NULL,
    bin integer NOT NULL
);

ALTER TABLE ONLY rounds.bin_cells FORCE ROW LEVEL SECURITY;


--
-- Name: bins; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.bins (
    partition_id uuid NOT NULL,
    bin integer NOT NULL,
    dwellings integer NOT NULL,
    CONSTRAINT bins_bin_check CHECK ((bin >= 0)),
    CONSTRAINT bins_dwellings_check CHECK ((dwellings >= 200))
);

ALTER TABLE ONLY rounds.bins FORCE ROW LEVEL SECURITY;


--
-- Name: bookings; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.bookings (
    round_id uuid NOT NULL,
    household_id uuid NOT NULL,
    area_id uuid NOT NULL,
    worker_id uuid,
    first_day date,
    last_day date,
    opens time without time zone,
    closes time without time zone,
    CONSTRAINT bookings_check CHECK (((COALESCE((worker_id)::text, (first_day)::text, (last_day)::text, (opens)::text) IS NOT NULL) AND (first_day <= last_day) AND (opens <= closes) AND ((opens IS NULL) = (closes IS NULL))))
);

ALTER TABLE ONLY rounds.bookings FORCE ROW LEVEL SECURITY;


--
-- Name: case_bookings; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.case_bookings (
    visit_id uuid NOT NULL,
    round_id uuid NOT NULL,
    household_id uuid NOT NULL
);

ALTER TABLE ONLY rounds.case_bookings FORCE ROW LEVEL SECURITY;


--
-- Name: case_counters; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.case_counters (
    series_id uuid NOT NULL,
    year smallint NOT NULL,
    last integer NOT NULL,
    CONSTRAINT case_counters_last_check CHECK ((last >= 0))
);

ALTER TABLE ONLY rounds.case_counters FORCE ROW LEVEL SECURITY;


--
-- Name: case_moves; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.case_moves (
    command rounds.case_command NOT NULL,
    from_stage rounds.case_stage,
    to_stage rounds.case_stage NOT NULL,
    actor rounds.case_actor NOT NULL
);

ALTER TABLE ONLY rounds.case_moves FORCE ROW LEVEL SECURITY;


--
-- Name: case_rules; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.case_rules (
    area_id uuid NOT NULL,
    matter rounds.matter_code NOT NULL,
    unit_id uuid,
    due_days smallint,
    working boolean,
    CONSTRAINT case_rules_days CHECK (((((due_days >= 0) AND (due_days <= 365)) AND (working IS NOT NULL)) OR ((due_days IS NULL) AND (working IS NULL)))),
    CONSTRAINT case_rules_says CHECK ((COALESCE((unit_id)::text, (due_days)::text) IS NOT NULL))
);

ALTER TABLE ONLY rounds.case_rules FORCE ROW LEVEL SECURITY;


--
-- Name: case_steps; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.case_steps (
    case_id uuid NOT NULL,
    seq integer NOT NULL,
    id uuid NOT NULL,
    command rounds.case_command NOT NULL,
    from_stage rounds.case_stage,
    to_stage rounds.case_stage NOT NULL,
    actor rounds.case_actor NOT NULL,
    account_id uuid,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    unit_id uuid,
    handler_id uuid,
    due_on date NOT NULL,
    pause_reason rounds.pause_reason,
    refuse_reason rounds.refuse_reason,
    outcome rounds.case_outcome,
    text rounds.free_text,
    CONSTRAINT case_steps_outcome CHECK (((outcome IS NULL) OR (command = ANY (ARRAY['settle'::rounds.case_command, 'close'::rounds.case_command])))),
    CONSTRAINT case_steps_reason CHECK ((((command = 'pause'::rounds.case_command) = (pause_reason IS NOT NULL)) AND ((command = 'refuse'::rounds.case_command) = (refuse_reason IS NOT NULL)))),
    CONSTRAINT case_steps_who CHECK (((actor = ANY (ARRAY['intake'::rounds.case_actor, 'clock'::rounds.case_actor])) = (account_id IS NULL)))
);

ALTER TABLE ONLY rounds.case_steps FORCE ROW LEVEL SECURITY;


--
-- Name: case_units; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.case_units (
    case_id uuid NOT NULL,
    unit_id uuid NOT NULL
);

ALTER TABLE ONLY rounds.case_units FORCE ROW LEVEL SECURITY;


--
-- Name: case_visits; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.case_visits (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    seq smallint NOT NULL,
    visit_on date NOT NULL,
    agreed boolean NOT NULL,
    CONSTRAINT case_visits_seq_check CHECK (((seq >= 1) AND (seq <= 3)))
);

ALTER TABLE ONLY rounds.case_visits FORCE ROW LEVEL SECURITY;


--
-- Name: closures; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.closures (
    id uuid NOT NULL,
    area_id uuid NOT NULL,
    at public.geometry(Point,4326) NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    CONSTRAINT closures_days CHECK (((ends_on >= starts_on) AND (ends_on <= (starts_on + 366))))
);

ALTER TABLE ONLY rounds.closures FORCE ROW LEVEL SECURITY;


--
-- Name: consent_services; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.consent_services (
    consent_id uuid NOT NULL,
    service rounds.support_service NOT NULL
);

ALTER TABLE ONLY rounds.consent_services FORCE ROW LEVEL SECURITY;


--
-- Name: consent_stubs; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.consent_stubs (
    pseudonym bytea NOT NULL,
    purpose rounds.consent_purpose NOT NULL,
    given_on date NOT NULL,
    ended_on date NOT NULL,
    CONSTRAINT consent_stubs_pseudonym_check CHECK ((length(pseudonym) = 32))
);

ALTER TABLE ONLY rounds.consent_stubs FORCE ROW LEVEL SECURITY;


--
-- Name: consent_tombstones; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.consent_tombstones (
    worker_id uuid NOT NULL,
    consent_id uuid NOT NULL,
    ended_on date NOT NULL
);

ALTER TABLE ONLY rounds.consent_tombstones FORCE ROW LEVEL SECURITY;


--
-- Name: consents; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.consents (
    id uuid NOT NULL,
    household_id uuid NOT NULL,
    area_id uuid NOT NULL,
    purpose rounds.consent_purpose NOT NULL,
    notice_version smallint NOT NULL,
    notice_language rounds.language NOT NULL,
    method rounds.consent_method NOT NULL,
    recorder rounds.role NOT NULL,
    given_on date NOT NULL,
    expires_on date NOT NULL,
    contact bytea,
    receipt_hmac bytea NOT NULL,
    CONSTRAINT consents_contact_check CHECK ((length(contact) = 156)),
    CONSTRAINT consents_notice_version_check CHECK ((notice_version >= 1)),
    CONSTRAINT consents_receipt_hmac_check CHECK ((length(receipt_hmac) = 32)),
    CONSTRAINT consents_twelve_months CHECK (((expires_on > given_on) AND (expires_on <= (given_on + '1 year'::interval))))
);

ALTER TABLE ONLY rounds.consents FORCE ROW LEVEL SECURITY;


--
-- Name: device_pins; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.device_pins (
    device_id uuid NOT NULL,
    account_id uuid NOT NULL,
    pin_hash rounds.password_hash NOT NULL,
    tries_left smallint DEFAULT 5 NOT NULL,
    added_on date DEFAULT CURRENT_DATE NOT NULL,
    CONSTRAINT device_pins_tries_left_check CHECK (((tries_left >= 0) AND (tries_left <= 5)))
);

ALTER TABLE ONLY rounds.device_pins FORCE ROW LEVEL SECURITY;


--
-- Name: devices; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.devices (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    browser rounds.browser NOT NULL,
    system rounds.system NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT devices_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE ONLY rounds.devices FORCE ROW LEVEL SECURITY;


--
-- Name: disclosures; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.disclosures (
    id uuid NOT NULL,
    area_id uuid NOT NULL,
    made_on date NOT NULL,
    recipient rounds.disclosure_recipient NOT NULL,
    basis rounds.disclosure_basis NOT NULL,
    content rounds.disclosure_content NOT NULL,
    places integer NOT NULL,
    recorded_by uuid DEFAULT rounds.principal_account() NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT disclosures_places_check CHECK ((places >= 0))
);

ALTER TABLE ONLY rounds.disclosures FORCE ROW LEVEL SECURITY;


--
-- Name: dispute_contacts; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.dispute_contacts (
    incident_id uuid NOT NULL,
    contact bytea NOT NULL,
    CONSTRAINT dispute_contacts_contact_check CHECK ((length(contact) = 156))
);

ALTER TABLE ONLY rounds.dispute_contacts FORCE ROW LEVEL SECURITY;


--
-- Name: dispute_handlers; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.dispute_handlers (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    account_id uuid NOT NULL,
    named_by uuid NOT NULL,
    named_on date DEFAULT rounds.today() NOT NULL,
    ended_on date,
    ended_by uuid,
    CONSTRAINT dispute_handlers_by_another CHECK ((named_by <> account_id)),
    CONSTRAINT dispute_handlers_days CHECK (((ended_on >= named_on) AND ((ended_by IS NULL) OR (ended_on IS NOT NULL))))
);

ALTER TABLE ONLY rounds.dispute_handlers FORCE ROW LEVEL SECURITY;


--
-- Name: door_notes; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.door_notes (
    household_id uuid NOT NULL,
    note rounds.door_note NOT NULL,
    seen_on date NOT NULL,
    there boolean DEFAULT true NOT NULL,
    turn bigint DEFAULT 0 NOT NULL,
    CONSTRAINT door_notes_turn_check CHECK ((turn >= 0))
);

ALTER TABLE ONLY rounds.door_notes FORCE ROW LEVEL SECURITY;


--
-- Name: doors; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.doors (
    round_id uuid NOT NULL,
    household_id uuid NOT NULL,
    area_id uuid NOT NULL,
    state rounds.door_state NOT NULL,
    due_from date,
    due_part rounds.day_part,
    CONSTRAINT doors_check CHECK (((state = 'open'::rounds.door_state) OR ((due_from IS NULL) AND (due_part IS NULL))))
);

ALTER TABLE ONLY rounds.doors FORCE ROW LEVEL SECURITY;


--
-- Name: duty_shifts; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.duty_shifts (
    unit_id uuid NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    account_id uuid NOT NULL,
    CONSTRAINT duty_shifts_check CHECK ((first_on <= last_on))
);

ALTER TABLE ONLY rounds.duty_shifts FORCE ROW LEVEL SECURITY;


--
-- Name: dwelling_claims; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.dwelling_claims (
    household_id uuid NOT NULL,
    doors smallint NOT NULL,
    claimed_on date DEFAULT rounds.today() NOT NULL,
    CONSTRAINT dwelling_claims_doors_check CHECK (((doors >= 1) AND (doors <= 2000)))
);

ALTER TABLE ONLY rounds.dwelling_claims FORCE ROW LEVEL SECURITY;


--
-- Name: dwelling_group_cells; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.dwelling_group_cells (
    cell bigint NOT NULL,
    area_id uuid NOT NULL,
    group_id uuid NOT NULL
);

ALTER TABLE ONLY rounds.dwelling_group_cells FORCE ROW LEVEL SECURITY;


--
-- Name: dwelling_groups; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.dwelling_groups (
    id uuid NOT NULL,
    area_id uuid NOT NULL,
    dwellings integer NOT NULL,
    CONSTRAINT dwelling_groups_dwellings_check CHECK ((dwellings >= 0))
);

ALTER TABLE ONLY rounds.dwelling_groups FORCE ROW LEVEL SECURITY;


--
-- Name: emergency_openings; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.emergency_openings (
    id uuid NOT NULL,
    area_id uuid NOT NULL,
    emergency rounds.emergency NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    opened_by uuid,
    opened_at timestamp with time zone,
    closes_at timestamp with time zone,
    CONSTRAINT emergency_openings_72_hours CHECK ((((opened_by IS NULL) = (opened_at IS NULL)) AND ((opened_by IS NULL) = (closes_at IS NULL)) AND (closes_at <= (opened_at + '72:00:00'::interval)))),
    CONSTRAINT emergency_openings_two_people CHECK ((opened_by <> proposed_by))
);

ALTER TABLE ONLY rounds.emergency_openings FORCE ROW LEVEL SECURITY;


--
-- Name: erasures; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.erasures (
    number bigint NOT NULL,
    class rounds.erased_class NOT NULL,
    digest bytea NOT NULL,
    erased_on date,
    CONSTRAINT erasures_day_of_consent CHECK (((class = 'place'::rounds.erased_class) = (erased_on IS NULL))),
    CONSTRAINT erasures_digest_check CHECK ((length(digest) = 32))
);

ALTER TABLE ONLY rounds.erasures FORCE ROW LEVEL SECURITY;


--
-- Name: erasures_number_seq; Type: SEQUENCE; Schema: rounds; Owner: -
--

ALTER TABLE rounds.erasures ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rounds.erasures_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: exports; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.exports (
    id uuid NOT NULL,
    account_id uuid,
    layer rounds.export_layer NOT NULL,
    format rounds.export_format NOT NULL,
    purpose rounds.purpose NOT NULL,
    area_id uuid,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    fetched_at timestamp with time zone,
    token_hash bytea NOT NULL,
    file_name rounds.export_file NOT NULL,
    CONSTRAINT exports_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE ONLY rounds.exports FORCE ROW LEVEL SECURITY;


--
-- Name: extracts; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.extracts (
    sha256 bytea NOT NULL,
    file_name rounds.extract_file NOT NULL,
    bounds public.geometry(Polygon,4326) NOT NULL,
    imported_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT extracts_sha256_check CHECK ((length(sha256) = 32))
);

ALTER TABLE ONLY rounds.extracts FORCE ROW LEVEL SECURITY;


--
-- Name: height_tiles; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.height_tiles (
    zoom smallint NOT NULL,
    x integer NOT NULL,
    y integer NOT NULL,
    picture bytea NOT NULL,
    CONSTRAINT height_tiles_picture_check CHECK (((octet_length(picture) >= 1) AND (octet_length(picture) <= 1000000)))
);
ALTER TABLE ONLY rounds.height_tiles ALTER COLUMN picture SET STORAGE EXTERNAL;

ALTER TABLE ONLY rounds.height_tiles FORCE ROW LEVEL SECURITY;


--
-- Name: holidays; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.holidays (
    area_id uuid NOT NULL,
    day date NOT NULL
);

ALTER TABLE ONLY rounds.holidays FORCE ROW LEVEL SECURITY;


--
-- Name: identities; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.identities (
    account_id uuid NOT NULL,
    identity_hmac bytea NOT NULL,
    linked_on date DEFAULT CURRENT_DATE NOT NULL,
    CONSTRAINT identities_identity_hmac_check CHECK ((length(identity_hmac) = 32))
);

ALTER TABLE ONLY rounds.identities FORCE ROW LEVEL SECURITY;


--
-- Name: import_area_changes; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.import_area_changes (
    import_id uuid NOT NULL,
    area_id uuid NOT NULL,
    made bytea NOT NULL,
    parent_id uuid,
    level rounds.area_level,
    source_key rounds.source_key,
    name rounds.area_name,
    name_zh rounds.area_name,
    outline public.geometry(MultiPolygon,4326),
    CONSTRAINT import_area_changes_before CHECK ((((source_key IS NULL) = (level IS NULL)) AND ((source_key IS NULL) = (name IS NULL)) AND ((source_key IS NULL) = (outline IS NULL)))),
    CONSTRAINT import_area_changes_made_check CHECK ((length(made) = 32))
);

ALTER TABLE ONLY rounds.import_area_changes FORCE ROW LEVEL SECURITY;


--
-- Name: import_changes; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.import_changes (
    import_id uuid NOT NULL,
    household_id uuid NOT NULL,
    made bytea NOT NULL,
    source_key rounds.source_key,
    area_id uuid,
    street rounds.address_part,
    house_number rounds.address_number,
    unit rounds.address_number,
    postcode rounds.address_number,
    place rounds.address_part,
    doors smallint,
    window_opens time without time zone,
    window_closes time without time zone,
    cell bigint,
    at public.geometry(Point,4326),
    CONSTRAINT import_changes_before CHECK ((((source_key IS NULL) = (area_id IS NULL)) AND ((source_key IS NULL) = (cell IS NULL)) AND ((source_key IS NULL) = (at IS NULL)))),
    CONSTRAINT import_changes_doors_check CHECK (((doors >= 1) AND (doors <= 2000))),
    CONSTRAINT import_changes_made_check CHECK ((length(made) = 32))
);

ALTER TABLE ONLY rounds.import_changes FORCE ROW LEVEL SECURITY;


--
-- Name: imports; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.imports (
    id uuid NOT NULL,
    kind rounds.import_kind NOT NULL,
    sha256 bytea NOT NULL,
    imported_at timestamp with time zone DEFAULT now() NOT NULL,
    added integer NOT NULL,
    changed integer NOT NULL,
    unchanged integer NOT NULL,
    gone integer NOT NULL,
    undone_at timestamp with time zone,
    CONSTRAINT imports_sha256_check CHECK ((length(sha256) = 32))
);

ALTER TABLE ONLY rounds.imports FORCE ROW LEVEL SECURITY;


--
-- Name: incident_texts; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.incident_texts (
    incident_id uuid NOT NULL,
    text rounds.free_text NOT NULL
);

ALTER TABLE ONLY rounds.incident_texts FORCE ROW LEVEL SECURITY;


--
-- Name: incidents; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.incidents (
    id uuid NOT NULL,
    kind rounds.incident_kind NOT NULL,
    matter rounds.matter_code NOT NULL,
    area_id uuid NOT NULL,
    cell bigint,
    at public.geometry(Point,4326),
    state rounds.incident_state DEFAULT 'open'::rounds.incident_state NOT NULL,
    source rounds.incident_source NOT NULL,
    reported_on date NOT NULL,
    due_on date NOT NULL,
    closed_on date,
    in_home boolean DEFAULT false NOT NULL,
    receipt_hmac bytea,
    asked_on date,
    ask_method rounds.ask_method,
    confirmed_on date,
    merged_into uuid,
    answered boolean DEFAULT false NOT NULL,
    import_id uuid,
    CONSTRAINT incidents_asked CHECK ((((kind = 'dispute'::rounds.incident_kind) = (asked_on IS NOT NULL)) AND ((asked_on IS NULL) = (ask_method IS NULL)))),
    CONSTRAINT incidents_asked_receipt CHECK (((kind <> 'dispute'::rounds.incident_kind) OR (state = 'closed'::rounds.incident_state) OR (receipt_hmac IS NOT NULL) OR (source = 'import'::rounds.incident_source))),
    CONSTRAINT incidents_check CHECK (((state = 'closed'::rounds.incident_state) = (closed_on IS NOT NULL))),
    CONSTRAINT incidents_check1 CHECK ((due_on >= reported_on)),
    CONSTRAINT incidents_confirmed CHECK (((confirmed_on IS NULL) OR ((kind = 'dispute'::rounds.incident_kind) AND (confirmed_on >= asked_on)))),
    CONSTRAINT incidents_imported CHECK (((import_id IS NULL) OR (source = 'import'::rounds.incident_source))),
    CONSTRAINT incidents_merged CHECK (((merged_into IS NULL) OR ((kind <> 'dispute'::rounds.incident_kind) AND (merged_into <> id)))),
    CONSTRAINT incidents_place CHECK ((((kind <> 'dispute'::rounds.incident_kind) = (at IS NOT NULL)) AND ((at IS NULL) = (cell IS NULL)))),
    CONSTRAINT incidents_receipt_hmac_check CHECK ((length(receipt_hmac) = 32))
);

ALTER TABLE ONLY rounds.incidents FORCE ROW LEVEL SECURITY;


--
-- Name: installation; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.installation (
    singleton boolean DEFAULT true NOT NULL,
    epoch uuid DEFAULT gen_random_uuid() NOT NULL,
    key_check bytea,
    CONSTRAINT installation_key_check_check CHECK ((length(key_check) = 32)),
    CONSTRAINT installation_singleton_check CHECK (singleton)
);

ALTER TABLE ONLY rounds.installation FORCE ROW LEVEL SECURITY;


--
-- Name: links; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.links (
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL,
    kind rounds.link_kind NOT NULL,
    issued_by uuid,
    expires_at timestamp with time zone DEFAULT (now() + '72:00:00'::interval) NOT NULL,
    CONSTRAINT links_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE ONLY rounds.links FORCE ROW LEVEL SECURITY;


--
-- Name: lone_timers; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.lone_timers (
    account_id uuid NOT NULL,
    worker_id uuid NOT NULL,
    lapses_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY rounds.lone_timers FORCE ROW LEVEL SECURITY;


--
-- Name: matter_choices; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.matter_choices (
    matter rounds.matter_code NOT NULL,
    hidden boolean NOT NULL,
    due_days smallint,
    CONSTRAINT matter_choices_due_days_check CHECK (((due_days >= 0) AND (due_days <= 365)))
);

ALTER TABLE ONLY rounds.matter_choices FORCE ROW LEVEL SECURITY;


--
-- Name: matters; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.matters (
    code rounds.matter_code NOT NULL,
    kind rounds.incident_kind NOT NULL,
    due_days smallint NOT NULL,
    branch rounds.branch NOT NULL,
    CONSTRAINT matters_due_days_check CHECK (((due_days >= 0) AND (due_days <= 365)))
);

ALTER TABLE ONLY rounds.matters FORCE ROW LEVEL SECURITY;


--
-- Name: message_receipts; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.message_receipts (
    message_id uuid NOT NULL,
    worker_id uuid NOT NULL,
    understood_at timestamp with time zone
);

ALTER TABLE ONLY rounds.message_receipts FORCE ROW LEVEL SECURITY;


--
-- Name: messages; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.messages (
    id uuid NOT NULL,
    area_id uuid NOT NULL,
    account_id uuid NOT NULL,
    text rounds.free_text NOT NULL,
    sent_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE ONLY rounds.messages FORCE ROW LEVEL SECURITY;


--
-- Name: notice_deliveries; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.notice_deliveries (
    id uuid NOT NULL,
    notice_id uuid NOT NULL,
    target_id uuid NOT NULL,
    sent_at timestamp with time zone
);

ALTER TABLE ONLY rounds.notice_deliveries FORCE ROW LEVEL SECURITY;


--
-- Name: notice_targets; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.notice_targets (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    channel rounds.notice_channel NOT NULL,
    target bytea NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    code_hash bytea,
    tries smallint DEFAULT 0 NOT NULL,
    CONSTRAINT notice_targets_code CHECK (((channel = 'email'::rounds.notice_channel) OR (code_hash IS NULL))),
    CONSTRAINT notice_targets_code_hash_check CHECK ((length(code_hash) = 32)),
    CONSTRAINT notice_targets_target_check CHECK ((length(target) = 1052)),
    CONSTRAINT notice_targets_tries_check CHECK (((tries >= 0) AND (tries <= 5)))
);

ALTER TABLE ONLY rounds.notice_targets FORCE ROW LEVEL SECURITY;


--
-- Name: notices; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.notices (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    kind rounds.notice_kind NOT NULL,
    about uuid,
    day date NOT NULL,
    visits integer,
    today integer,
    soon integer,
    breached integer,
    queued_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT notices_about CHECK (((kind = 'digest'::rounds.notice_kind) = (about IS NULL))),
    CONSTRAINT notices_breached_check CHECK ((breached >= 0)),
    CONSTRAINT notices_figures CHECK ((num_nonnulls(visits, today, soon, breached) =
CASE kind
    WHEN 'digest'::rounds.notice_kind THEN 4
    ELSE 0
END)),
    CONSTRAINT notices_soon_check CHECK ((soon >= 0)),
    CONSTRAINT notices_today_check CHECK ((today >= 0)),
    CONSTRAINT notices_visits_check CHECK ((visits >= 0))
);

ALTER TABLE ONLY rounds.notices FORCE ROW LEVEL SECURITY;


--
-- Name: opening_households; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.opening_households (
    opening_id uuid NOT NULL,
    household_id uuid NOT NULL
);

ALTER TABLE ONLY rounds.opening_households FORCE ROW LEVEL SECURITY;


--
-- Name: opening_prints; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.opening_prints (
    opening_id uuid NOT NULL,
    number smallint NOT NULL,
    printed_by uuid NOT NULL,
    printed_at timestamp with time zone NOT NULL,
    CONSTRAINT opening_prints_number_check CHECK ((number >= 1))
);

ALTER TABLE ONLY rounds.opening_prints FORCE ROW LEVEL SECURITY;


--
-- Name: operations; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.operations (
    id uuid NOT NULL,
    sequence bigint NOT NULL,
    digest bytea NOT NULL,
    taken_on date DEFAULT rounds.today() NOT NULL,
    CONSTRAINT operations_digest_check CHECK ((length(digest) = 32))
);

ALTER TABLE ONLY rounds.operations FORCE ROW LEVEL SECURITY;


--
-- Name: operations_sequence_seq; Type: SEQUENCE; Schema: rounds; Owner: -
--

ALTER TABLE rounds.operations ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rounds.operations_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: pair_visits; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.pair_visits (
    household_id uuid NOT NULL,
    area_id uuid NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_on date NOT NULL,
    confirmed_by uuid,
    ends_on date,
    CONSTRAINT pair_visits_ninety_days CHECK ((((confirmed_by IS NULL) = (ends_on IS NULL)) AND (ends_on <= ((proposed_on + 14) + 90)))),
    CONSTRAINT pair_visits_two_people CHECK ((confirmed_by <> proposed_by))
);

ALTER TABLE ONLY rounds.pair_visits FORCE ROW LEVEL SECURITY;


--
-- Name: partitions; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.partitions (
    id uuid NOT NULL,
    year smallint NOT NULL,
    "least" integer NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT partitions_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT partitions_least_check CHECK (("least" >= 200))
);

ALTER TABLE ONLY rounds.partitions FORCE ROW LEVEL SECURITY;


--
-- Name: passkeys; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.passkeys (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    kind rounds.passkey_kind NOT NULL,
    credential_id rounds.credential_id NOT NULL,
    public_key rounds.credential_key NOT NULL,
    sign_count bigint NOT NULL,
    backup_eligible boolean NOT NULL,
    backed_up boolean NOT NULL,
    added_on date DEFAULT CURRENT_DATE NOT NULL,
    used_on date,
    CONSTRAINT passkeys_check CHECK ((backup_eligible OR (NOT backed_up))),
    CONSTRAINT passkeys_sign_count_check CHECK (((sign_count >= 0) AND (sign_count <= '4294967295'::bigint)))
);

ALTER TABLE ONLY rounds.passkeys FORCE ROW LEVEL SECURITY;


--
-- Name: photos; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.photos (
    incident_id uuid NOT NULL,
    id uuid NOT NULL,
    bytes integer NOT NULL,
    CONSTRAINT photos_bytes_check CHECK ((bytes > 0))
);

ALTER TABLE ONLY rounds.photos FORCE ROW LEVEL SECURITY;


--
-- Name: plan_bases; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.plan_bases (
    plan_id uuid NOT NULL,
    worker_id uuid NOT NULL,
    household_id uuid NOT NULL
);

ALTER TABLE ONLY rounds.plan_bases FORCE ROW LEVEL SECURITY;


--
-- Name: plan_drafts; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.plan_drafts (
    plan_id uuid NOT NULL,
    household_id uuid NOT NULL,
    worker_id uuid,
    day date,
    seq integer,
    reason rounds.unplanned_reason,
    CONSTRAINT plan_drafts_day_or_reason CHECK ((((day IS NULL) = (reason IS NOT NULL)) AND ((day IS NULL) = (seq IS NULL)) AND ((day IS NULL) OR (worker_id IS NOT NULL))))
);

ALTER TABLE ONLY rounds.plan_drafts FORCE ROW LEVEL SECURITY;


--
-- Name: plan_part_households; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.plan_part_households (
    part_id uuid NOT NULL,
    household_id uuid NOT NULL
);

ALTER TABLE ONLY rounds.plan_part_households FORCE ROW LEVEL SECURITY;


--
-- Name: plan_part_workers; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.plan_part_workers (
    part_id uuid NOT NULL,
    worker_id uuid NOT NULL
);

ALTER TABLE ONLY rounds.plan_part_workers FORCE ROW LEVEL SECURITY;


--
-- Name: plan_parts; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.plan_parts (
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    step rounds.part_step NOT NULL,
    number integer NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    finished boolean DEFAULT false NOT NULL,
    divided_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY rounds.plan_parts FORCE ROW LEVEL SECURITY;


--
-- Name: plan_workers; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.plan_workers (
    plan_id uuid NOT NULL,
    worker_id uuid NOT NULL
);

ALTER TABLE ONLY rounds.plan_workers FORCE ROW LEVEL SECURITY;


--
-- Name: plans; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.plans (
    id uuid NOT NULL,
    round_id uuid NOT NULL,
    version integer NOT NULL,
    state rounds.plan_state DEFAULT 'planning'::rounds.plan_state NOT NULL,
    seed bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    published_at timestamp with time zone,
    stage rounds.plan_stage,
    stage_done integer DEFAULT 0 NOT NULL,
    stage_total integer DEFAULT 0 NOT NULL,
    failure rounds.plan_failure,
    households integer DEFAULT 0 NOT NULL,
    planned integer DEFAULT 0 NOT NULL,
    travel_s bigint DEFAULT 0 NOT NULL,
    distance_m bigint DEFAULT 0 NOT NULL,
    begins_on date,
    search_ms integer DEFAULT 0 NOT NULL,
    iterations bigint DEFAULT 0 NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    revises uuid,
    CONSTRAINT plans_check CHECK (((state = 'failed'::rounds.plan_state) = (failure IS NOT NULL))),
    CONSTRAINT plans_order_check CHECK (((search_ms >= 0) AND (iterations >= 0) AND (attempts >= 0))),
    CONSTRAINT plans_version_check CHECK ((version >= 1))
);

ALTER TABLE ONLY rounds.plans FORCE ROW LEVEL SECURITY;


--
-- Name: reads; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.reads (
    id bigint NOT NULL,
    read_at timestamp with time zone NOT NULL,
    account_id uuid,
    reader rounds.reader NOT NULL,
    purpose rounds.read_purpose NOT NULL,
    kind rounds.read_kind NOT NULL,
    area_id uuid,
    place bytea,
    request_id uuid NOT NULL,
    CONSTRAINT reads_place_check CHECK ((length(place) = 32))
);

ALTER TABLE ONLY rounds.reads FORCE ROW LEVEL SECURITY;


--
-- Name: read_numbers; Type: SEQUENCE; Schema: rounds; Owner: -
--

CREATE SEQUENCE rounds.read_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: read_numbers; Type: SEQUENCE OWNED BY; Schema: rounds; Owner: -
--

ALTER SEQUENCE rounds.read_numbers OWNED BY rounds.reads.id;


--
-- Name: read_seals; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.read_seals (
    number bigint NOT NULL,
    last_id bigint NOT NULL,
    reads integer NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    tree bytea NOT NULL,
    root bytea NOT NULL,
    CONSTRAINT read_seals_number_check CHECK ((number >= 1)),
    CONSTRAINT read_seals_reads_check CHECK ((reads > 0)),
    CONSTRAINT read_seals_root_check CHECK ((length(root) = 32)),
    CONSTRAINT read_seals_tree_check CHECK ((length(tree) = 32))
);

ALTER TABLE ONLY rounds.read_seals FORCE ROW LEVEL SECURITY;


--
-- Name: receivers; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.receivers (
    id uuid NOT NULL,
    kind rounds.receiver_kind NOT NULL,
    host rounds.host_name NOT NULL,
    purpose rounds.purpose NOT NULL,
    area_id uuid NOT NULL,
    daily_rows integer NOT NULL,
    approved_by uuid DEFAULT rounds.principal_account() NOT NULL,
    approved_on date DEFAULT rounds.today() NOT NULL,
    ends_on date NOT NULL,
    sent_on date,
    sent_rows integer DEFAULT 0 NOT NULL,
    CONSTRAINT receivers_90_days CHECK (((ends_on >= approved_on) AND (ends_on <= (approved_on + 90)))),
    CONSTRAINT receivers_daily_rows_check CHECK (((daily_rows >= 1) AND (daily_rows <= 1000000))),
    CONSTRAINT receivers_sent_rows_check CHECK ((sent_rows >= 0))
);

ALTER TABLE ONLY rounds.receivers FORCE ROW LEVEL SECURITY;


--
-- Name: refusals; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.refusals (
    address_hmac bytea NOT NULL,
    CONSTRAINT refusals_address_hmac_check CHECK ((length(address_hmac) = 32))
);

ALTER TABLE ONLY rounds.refusals FORCE ROW LEVEL SECURITY;


--
-- Name: release_stock; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.release_stock (
    measure rounds.measure NOT NULL,
    household_id uuid NOT NULL,
    partition_id uuid NOT NULL,
    bin integer NOT NULL
);

ALTER TABLE ONLY rounds.release_stock FORCE ROW LEVEL SECURITY;


--
-- Name: release_stock_counts; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.release_stock_counts (
    measure rounds.measure NOT NULL,
    partition_id uuid NOT NULL,
    bin integer NOT NULL,
    households integer NOT NULL,
    CONSTRAINT release_stock_counts_households_check CHECK ((households >= 0))
);

ALTER TABLE ONLY rounds.release_stock_counts FORCE ROW LEVEL SECURITY;


--
-- Name: release_values; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.release_values (
    release_id uuid NOT NULL,
    partition_id uuid NOT NULL,
    bin integer NOT NULL,
    shown rounds.shown NOT NULL,
    count integer,
    CONSTRAINT release_values_number CHECK (((shown = 'number'::rounds.shown) = (count IS NOT NULL))),
    CONSTRAINT release_values_rounded CHECK (((count >= 10) AND ((count % 5) = 0)))
);

ALTER TABLE ONLY rounds.release_values FORCE ROW LEVEL SECURITY;


--
-- Name: releases; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.releases (
    id uuid NOT NULL,
    measure rounds.measure NOT NULL,
    from_day date NOT NULL,
    to_day date NOT NULL,
    frozen_on date NOT NULL,
    partition_id uuid NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT releases_closed CHECK (((to_day > from_day) AND (frozen_on = (to_day + 14)))),
    CONSTRAINT releases_digest_check CHECK ((length(digest) = 32))
);

ALTER TABLE ONLY rounds.releases FORCE ROW LEVEL SECURITY;


--
-- Name: resident_requests; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.resident_requests (
    id uuid NOT NULL,
    area_id uuid NOT NULL,
    kind rounds.request_kind NOT NULL,
    checked rounds.identity_check NOT NULL,
    answered_on date NOT NULL,
    receipt bytea NOT NULL,
    CONSTRAINT resident_requests_receipt_check CHECK ((length(receipt) = 32))
);

ALTER TABLE ONLY rounds.resident_requests FORCE ROW LEVEL SECURITY;


--
-- Name: retention; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.retention (
    class rounds.retention_class NOT NULL,
    age interval NOT NULL,
    action rounds.retention_action NOT NULL,
    CONSTRAINT retention_age_check CHECK ((age >= '00:00:00'::interval))
);

ALTER TABLE ONLY rounds.retention FORCE ROW LEVEL SECURITY;


--
-- Name: rights; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.rights (
    one boolean DEFAULT true NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT rights_one_check CHECK (one)
);

ALTER TABLE ONLY rounds.rights FORCE ROW LEVEL SECURITY;


--
-- Name: round_areas; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.round_areas (
    round_id uuid NOT NULL,
    area_id uuid NOT NULL,
    routine boolean NOT NULL,
    during daterange NOT NULL
);

ALTER TABLE ONLY rounds.round_areas FORCE ROW LEVEL SECURITY;


--
-- Name: rounds; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.rounds (
    id uuid NOT NULL,
    area_id uuid NOT NULL,
    purpose rounds.purpose NOT NULL,
    emergency rounds.emergency,
    name rounds.round_name NOT NULL,
    announced_on date NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    visit_s integer NOT NULL,
    mode rounds.travel_mode DEFAULT 'foot'::rounds.travel_mode NOT NULL,
    closed_at timestamp with time zone,
    break_s integer DEFAULT 0 NOT NULL,
    break_opens time without time zone,
    break_closes time without time zone,
    revisit_days smallint DEFAULT 2 NOT NULL,
    CONSTRAINT rounds_announced CHECK (((emergency IS NOT NULL) OR (announced_on <= (starts_on - 3)))),
    CONSTRAINT rounds_break CHECK ((((break_s >= 0) AND (break_s <= 7200)) AND ((break_s > 0) = (break_opens IS NOT NULL)) AND ((break_s > 0) = (break_closes IS NOT NULL)) AND (break_opens <= break_closes))),
    CONSTRAINT rounds_check CHECK ((ends_on >= starts_on)),
    CONSTRAINT rounds_emergency_length CHECK (((emergency IS NULL) OR (ends_on < (starts_on + 14)))),
    CONSTRAINT rounds_revisit_days CHECK (((revisit_days >= 1) AND (revisit_days <= 30))),
    CONSTRAINT rounds_visit_s_check CHECK (((visit_s >= 60) AND (visit_s <= 14400)))
);

ALTER TABLE ONLY rounds.rounds FORCE ROW LEVEL SECURITY;


--
-- Name: routes; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.routes (
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    worker_id uuid NOT NULL,
    area_id uuid NOT NULL,
    day date NOT NULL,
    leave_at time without time zone NOT NULL,
    back_at time without time zone NOT NULL,
    travel_s integer NOT NULL,
    service_s integer NOT NULL,
    wait_s integer NOT NULL,
    distance_m integer NOT NULL,
    last_travel_s integer NOT NULL,
    last_distance_m integer NOT NULL,
    line public.geometry(LineString,4326) NOT NULL,
    off_road public.geometry(MultiLineString,4326) DEFAULT public.st_geomfromtext('MULTILINESTRING EMPTY'::text, 4326) NOT NULL,
    west double precision GENERATED ALWAYS AS (public.st_xmin((line)::public.box3d)) STORED,
    east double precision GENERATED ALWAYS AS (public.st_xmax((line)::public.box3d)) STORED,
    south double precision GENERATED ALWAYS AS (public.st_ymin((line)::public.box3d)) STORED,
    north double precision GENERATED ALWAYS AS (public.st_ymax((line)::public.box3d)) STORED
);

ALTER TABLE ONLY rounds.routes FORCE ROW LEVEL SECURITY;


--
-- Name: sessions; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.sessions (
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL,
    role rounds.role NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    browser rounds.browser DEFAULT 'other'::rounds.browser NOT NULL,
    system rounds.system DEFAULT 'other'::rounds.system NOT NULL,
    means rounds.sign_in_means DEFAULT 'password'::rounds.sign_in_means NOT NULL,
    CONSTRAINT sessions_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE ONLY rounds.sessions FORCE ROW LEVEL SECURITY;


--
-- Name: spent_ceremonies; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.spent_ceremonies (
    ceremony_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT spent_ceremonies_ceremony_hash_check CHECK ((length(ceremony_hash) = 32))
);

ALTER TABLE ONLY rounds.spent_ceremonies FORCE ROW LEVEL SECURITY;


--
-- Name: staff_leave; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.staff_leave (
    account_id uuid NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    CONSTRAINT staff_leave_check CHECK ((first_on <= last_on))
);

ALTER TABLE ONLY rounds.staff_leave FORCE ROW LEVEL SECURITY;


--
-- Name: stops; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.stops (
    route_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    seq smallint NOT NULL,
    household_id uuid NOT NULL,
    area_id uuid NOT NULL,
    doors smallint NOT NULL,
    arrive_at time without time zone NOT NULL,
    start_at time without time zone NOT NULL,
    depart_at time without time zone NOT NULL,
    travel_s integer NOT NULL,
    distance_m integer NOT NULL,
    break_s integer DEFAULT 0 NOT NULL,
    CONSTRAINT stops_break_s_check CHECK ((break_s >= 0)),
    CONSTRAINT stops_seq_check CHECK ((seq >= 1))
);

ALTER TABLE ONLY rounds.stops FORCE ROW LEVEL SECURITY;


--
-- Name: support_wanted; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.support_wanted (
    consent_id uuid NOT NULL,
    service rounds.support_service NOT NULL,
    household_id uuid NOT NULL,
    area_id uuid NOT NULL,
    expires_on date NOT NULL,
    done_on date,
    CONSTRAINT support_wanted_one_off CHECK (((done_on IS NULL) OR rounds.is_one_off(service)))
);

ALTER TABLE ONLY rounds.support_wanted FORCE ROW LEVEL SECURITY;


--
-- Name: sweeps; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.sweeps (
    class rounds.retention_class NOT NULL,
    swept_at timestamp with time zone NOT NULL,
    gone bigint NOT NULL,
    CONSTRAINT sweeps_gone_check CHECK ((gone >= 0))
);

ALTER TABLE ONLY rounds.sweeps FORCE ROW LEVEL SECURITY;


--
-- Name: tokens; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.tokens (
    id uuid NOT NULL,
    receiver_id uuid NOT NULL,
    account_id uuid DEFAULT rounds.principal_account() NOT NULL,
    role rounds.role NOT NULL,
    secret_hash bytea NOT NULL,
    made_on date DEFAULT rounds.today() NOT NULL,
    CONSTRAINT tokens_role_check CHECK ((role = ANY (ARRAY['supervisor'::rounds.role, 'analyst'::rounds.role]))),
    CONSTRAINT tokens_secret_hash_check CHECK ((length(secret_hash) = 32))
);

ALTER TABLE ONLY rounds.tokens FORCE ROW LEVEL SECURITY;


--
-- Name: unit_changes; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.unit_changes (
    unit_id uuid NOT NULL,
    case_id uuid NOT NULL,
    area_id uuid NOT NULL,
    year smallint NOT NULL,
    number integer NOT NULL,
    change bigint,
    gone_on date
);

ALTER TABLE ONLY rounds.unit_changes FORCE ROW LEVEL SECURITY;


--
-- Name: unit_member_languages; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.unit_member_languages (
    unit_id uuid NOT NULL,
    account_id uuid NOT NULL,
    language rounds.spoken_language NOT NULL
);

ALTER TABLE ONLY rounds.unit_member_languages FORCE ROW LEVEL SECURITY;


--
-- Name: unit_member_skills; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.unit_member_skills (
    unit_id uuid NOT NULL,
    account_id uuid NOT NULL,
    skill rounds.unit_skill NOT NULL
);

ALTER TABLE ONLY rounds.unit_member_skills FORCE ROW LEVEL SECURITY;


--
-- Name: unit_members; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.unit_members (
    unit_id uuid NOT NULL,
    account_id uuid NOT NULL
);

ALTER TABLE ONLY rounds.unit_members FORCE ROW LEVEL SECURITY;


--
-- Name: units; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.units (
    id uuid NOT NULL,
    area_id uuid NOT NULL,
    parent_id uuid,
    level rounds.unit_level NOT NULL,
    branch rounds.branch NOT NULL,
    name rounds.area_name NOT NULL,
    name_zh rounds.area_name,
    lead_id uuid NOT NULL,
    closed_on date
);

ALTER TABLE ONLY rounds.units FORCE ROW LEVEL SECURITY;


--
-- Name: unplanned; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.unplanned (
    plan_id uuid NOT NULL,
    household_id uuid NOT NULL,
    area_id uuid NOT NULL,
    reason rounds.unplanned_reason NOT NULL
);

ALTER TABLE ONLY rounds.unplanned FORCE ROW LEVEL SECURITY;


--
-- Name: uploads; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.uploads (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    bytes bigint NOT NULL,
    state rounds.upload_state DEFAULT 'sending'::rounds.upload_state NOT NULL,
    percent smallint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    import_id uuid,
    kind rounds.import_kind DEFAULT 'households'::rounds.import_kind NOT NULL,
    CONSTRAINT uploads_bytes_check CHECK (((bytes >= 1) AND (bytes <= '2147483648'::bigint))),
    CONSTRAINT uploads_imported CHECK (((import_id IS NOT NULL) = (state = ANY (ARRAY['imported'::rounds.upload_state, 'undoing'::rounds.upload_state, 'undone'::rounds.upload_state])))),
    CONSTRAINT uploads_percent_check CHECK (((percent >= 0) AND (percent <= 100)))
);

ALTER TABLE ONLY rounds.uploads FORCE ROW LEVEL SECURITY;


--
-- Name: visit_retractions; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.visit_retractions (
    visit_id uuid NOT NULL
);

ALTER TABLE ONLY rounds.visit_retractions FORCE ROW LEVEL SECURITY;


--
-- Name: visits; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.visits (
    id uuid NOT NULL,
    round_id uuid NOT NULL,
    household_id uuid NOT NULL,
    worker_id uuid NOT NULL,
    outcome rounds.outcome NOT NULL,
    left_card boolean DEFAULT false NOT NULL,
    visited_on date NOT NULL,
    part rounds.day_part,
    attempt smallint DEFAULT 1,
    CONSTRAINT visits_four_attempts CHECK (((attempt >= 1) AND (attempt <= 4)))
);

ALTER TABLE ONLY rounds.visits FORCE ROW LEVEL SECURITY;


--
-- Name: worker_days_off; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.worker_days_off (
    worker_id uuid NOT NULL,
    day date NOT NULL,
    opens time without time zone,
    closes time without time zone,
    CONSTRAINT worker_days_off_hours CHECK ((((opens IS NULL) = (closes IS NULL)) AND (opens < closes)))
);

ALTER TABLE ONLY rounds.worker_days_off FORCE ROW LEVEL SECURITY;


--
-- Name: workers; Type: TABLE; Schema: rounds; Owner: -
--

CREATE TABLE rounds.workers (
    id uuid NOT NULL,
    account_id uuid,
    area_id uuid NOT NULL,
    code rounds.worker_code NOT NULL,
    name rounds.staff_name NOT NULL,
    starts_from public.geometry(Point,4326),
    ends_at public.geometry(Point,4326),
    shift_start time without time zone DEFAULT '08:30:00'::time without time zone NOT NULL,
    shift_end time without time zone DEFAULT '14:30:00'::time without time zone NOT NULL,
    CONSTRAINT workers_check CHECK ((shift_start < shift_end))
);

ALTER TABLE ONLY rounds.workers FORCE ROW LEVEL SECURITY;


--
-- Name: agreement_terms; Type: TABLE; Schema: sealed; Owner: -
--

CREATE TABLE sealed.agreement_terms (
    agreement_id uuid NOT NULL,
    seq smallint NOT NULL,
    term bytea NOT NULL,
    CONSTRAINT agreement_terms_seq_check CHECK (((seq >= 1) AND (seq <= 12))),
    CONSTRAINT agreement_terms_term_check CHECK ((length(term) = 2076))
);

ALTER TABLE ONLY sealed.agreement_terms FORCE ROW LEVEL SECURITY;


--
-- Name: agreements; Type: TABLE; Schema: sealed; Owner: -
--

CREATE TABLE sealed.agreements (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    agreed_on date NOT NULL
);

ALTER TABLE ONLY sealed.agreements FORCE ROW LEVEL SECURITY;


--
-- Name: case_keys; Type: TABLE; Schema: sealed; Owner: -
--

CREATE TABLE sealed.case_keys (
    case_id uuid NOT NULL,
    account_id uuid NOT NULL,
    wrapped bytea NOT NULL,
    CONSTRAINT case_keys_wrapped_check CHECK ((length(wrapped) = 60))
);

ALTER TABLE ONLY sealed.case_keys FORCE ROW LEVEL SECURITY;


--
-- Name: meeting_notes; Type: TABLE; Schema: sealed; Owner: -
--

CREATE TABLE sealed.meeting_notes (
    meeting_id uuid NOT NULL,
    note bytea NOT NULL,
    CONSTRAINT meeting_notes_note_check CHECK ((length(note) = 2076))
);

ALTER TABLE ONLY sealed.meeting_notes FORCE ROW LEVEL SECURITY;


--
-- Name: meeting_presence; Type: TABLE; Schema: sealed; Owner: -
--

CREATE TABLE sealed.meeting_presence (
    meeting_id uuid NOT NULL,
    role rounds.meeting_role NOT NULL
);

ALTER TABLE ONLY sealed.meeting_presence FORCE ROW LEVEL SECURITY;


--
-- Name: meetings; Type: TABLE; Schema: sealed; Owner: -
--

CREATE TABLE sealed.meetings (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    held_on date NOT NULL,
    place rounds.meeting_place NOT NULL,
    result rounds.meeting_result NOT NULL
);

ALTER TABLE ONLY sealed.meetings FORCE ROW LEVEL SECURITY;


--
-- Name: parties; Type: TABLE; Schema: sealed; Owner: -
--

CREATE TABLE sealed.parties (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    side rounds.party_side NOT NULL,
    person bytea NOT NULL,
    receipt_hmac bytea,
    CONSTRAINT parties_person_check CHECK ((length(person) = 476)),
    CONSTRAINT parties_receipt_hmac_check CHECK ((length(receipt_hmac) = 32))
);

ALTER TABLE ONLY sealed.parties FORCE ROW LEVEL SECURITY;


--
-- Name: signatures; Type: TABLE; Schema: sealed; Owner: -
--

CREATE TABLE sealed.signatures (
    id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    case_id uuid NOT NULL,
    party_id uuid,
    account_id uuid,
    signed_on date DEFAULT rounds.today() NOT NULL,
    strokes bytea NOT NULL,
    CONSTRAINT signatures_strokes_check CHECK ((length(strokes) = 8220)),
    CONSTRAINT signatures_who CHECK (((party_id IS NULL) <> (account_id IS NULL)))
);

ALTER TABLE ONLY sealed.signatures FORCE ROW LEVEL SECURITY;


--
-- Name: accounts accounts_login_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.accounts
    ADD CONSTRAINT accounts_login_key UNIQUE (login);


--
-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);


--
-- Name: area_paths area_paths_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.area_paths
    ADD CONSTRAINT area_paths_pkey PRIMARY KEY (ancestor_id, area_id);


--
-- Name: areas areas_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.areas
    ADD CONSTRAINT areas_pkey PRIMARY KEY (id);


--
-- Name: areas areas_source_key_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.areas
    ADD CONSTRAINT areas_source_key_key UNIQUE (source_key);


--
-- Name: backups backups_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.backups
    ADD CONSTRAINT backups_pkey PRIMARY KEY (id);


--
-- Name: basemap_features basemap_features_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.basemap_features
    ADD CONSTRAINT basemap_features_pkey PRIMARY KEY (id);


--
-- Name: bin_cells bin_cells_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.bin_cells
    ADD CONSTRAINT bin_cells_pkey PRIMARY KEY (partition_id, cell);


--
-- Name: bins bins_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.bins
    ADD CONSTRAINT bins_pkey PRIMARY KEY (partition_id, bin);


--
-- Name: bookings bookings_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.bookings
    ADD CONSTRAINT bookings_pkey PRIMARY KEY (round_id, household_id);


--
-- Name: case_bookings case_bookings_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_bookings
    ADD CONSTRAINT case_bookings_pkey PRIMARY KEY (visit_id);


--
-- Name: case_counters case_counters_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_counters
    ADD CONSTRAINT case_counters_pkey PRIMARY KEY (series_id, year);


--
-- Name: case_moves case_moves_command_from_stage_to_stage_actor_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_moves
    ADD CONSTRAINT case_moves_command_from_stage_to_stage_actor_key UNIQUE NULLS NOT DISTINCT (command, from_stage, to_stage, actor);


--
-- Name: case_rules case_rules_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_rules
    ADD CONSTRAINT case_rules_pkey PRIMARY KEY (area_id, matter);


--
-- Name: case_steps case_steps_id_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_steps
    ADD CONSTRAINT case_steps_id_key UNIQUE (id);


--
-- Name: case_steps case_steps_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_steps
    ADD CONSTRAINT case_steps_pkey PRIMARY KEY (case_id, seq);


--
-- Name: case_units case_units_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_units
    ADD CONSTRAINT case_units_pkey PRIMARY KEY (case_id, unit_id);


--
-- Name: case_visits case_visits_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_visits
    ADD CONSTRAINT case_visits_pkey PRIMARY KEY (id);


--
-- Name: cases cases_incident_id_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.cases
    ADD CONSTRAINT cases_incident_id_key UNIQUE (incident_id);


--
-- Name: cases cases_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (id);


--
-- Name: cases cases_series_id_year_number_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.cases
    ADD CONSTRAINT cases_series_id_year_number_key UNIQUE (series_id, year, number);


--
-- Name: closures closures_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.closures
    ADD CONSTRAINT closures_pkey PRIMARY KEY (id);


--
-- Name: consent_services consent_services_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.consent_services
    ADD CONSTRAINT consent_services_pkey PRIMARY KEY (consent_id, service);


--
-- Name: consent_stubs consent_stubs_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.consent_stubs
    ADD CONSTRAINT consent_stubs_pkey PRIMARY KEY (pseudonym);


--
-- Name: consent_tombstones consent_tombstones_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.consent_tombstones
    ADD CONSTRAINT consent_tombstones_pkey PRIMARY KEY (worker_id, consent_id);


--
-- Name: consents consents_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (id);


--
-- Name: consents consents_receipt_hmac_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.consents
    ADD CONSTRAINT consents_receipt_hmac_key UNIQUE (receipt_hmac);


--
-- Name: device_pins device_pins_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.device_pins
    ADD CONSTRAINT device_pins_pkey PRIMARY KEY (device_id, account_id);


--
-- Name: devices devices_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (id);


--
-- Name: devices devices_token_hash_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.devices
    ADD CONSTRAINT devices_token_hash_key UNIQUE (token_hash);


--
-- Name: disclosures disclosures_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.disclosures
    ADD CONSTRAINT disclosures_pkey PRIMARY KEY (id);


--
-- Name: dispute_contacts dispute_contacts_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dispute_contacts
    ADD CONSTRAINT dispute_contacts_pkey PRIMARY KEY (incident_id);


--
-- Name: dispute_handlers dispute_handlers_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dispute_handlers
    ADD CONSTRAINT dispute_handlers_pkey PRIMARY KEY (id);


--
-- Name: door_notes door_notes_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.door_notes
    ADD CONSTRAINT door_notes_pkey PRIMARY KEY (household_id, note);


--
-- Name: doors doors_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.doors
    ADD CONSTRAINT doors_pkey PRIMARY KEY (round_id, household_id);


--
-- Name: duty_shifts duty_shifts_one; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.duty_shifts
    ADD CONSTRAINT duty_shifts_one EXCLUDE USING gist (unit_id WITH =, daterange(first_on, last_on, '[]'::text) WITH &&);


--
-- Name: duty_shifts duty_shifts_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.duty_shifts
    ADD CONSTRAINT duty_shifts_pkey PRIMARY KEY (unit_id, first_on);


--
-- Name: dwelling_claims dwelling_claims_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dwelling_claims
    ADD CONSTRAINT dwelling_claims_pkey PRIMARY KEY (household_id, doors);


--
-- Name: dwelling_group_cells dwelling_group_cells_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dwelling_group_cells
    ADD CONSTRAINT dwelling_group_cells_pkey PRIMARY KEY (cell, area_id);


--
-- Name: dwelling_groups dwelling_groups_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dwelling_groups
    ADD CONSTRAINT dwelling_groups_pkey PRIMARY KEY (id);


--
-- Name: emergency_openings emergency_openings_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.emergency_openings
    ADD CONSTRAINT emergency_openings_pkey PRIMARY KEY (id);


--
-- Name: erasures erasures_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (number);


--
-- Name: exports exports_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.exports
    ADD CONSTRAINT exports_pkey PRIMARY KEY (id);


--
-- Name: exports exports_token_hash_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.exports
    ADD CONSTRAINT exports_token_hash_key UNIQUE (token_hash);


--
-- Name: extracts extracts_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.extracts
    ADD CONSTRAINT extracts_pkey PRIMARY KEY (sha256);


--
-- Name: grants grants_officer_alone; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.grants
    ADD CONSTRAINT grants_officer_alone EXCLUDE USING gist (account_id WITH =, (((role = 'dpo'::rounds.role))::integer) WITH <>, tstzrange(starts_at, ends_at) WITH &&);


--
-- Name: grants grants_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.grants
    ADD CONSTRAINT grants_pkey PRIMARY KEY (id);


--
-- Name: height_tiles height_tiles_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.height_tiles
    ADD CONSTRAINT height_tiles_pkey PRIMARY KEY (zoom, x, y);


--
-- Name: holidays holidays_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.holidays
    ADD CONSTRAINT holidays_pkey PRIMARY KEY (area_id, day);


--
-- Name: hooks hooks_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.hooks
    ADD CONSTRAINT hooks_pkey PRIMARY KEY (id);


--
-- Name: households households_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.households
    ADD CONSTRAINT households_pkey PRIMARY KEY (id);


--
-- Name: households households_source_key_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.households
    ADD CONSTRAINT households_source_key_key UNIQUE (source_key);


--
-- Name: identities identities_identity_hmac_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.identities
    ADD CONSTRAINT identities_identity_hmac_key UNIQUE (identity_hmac);


--
-- Name: identities identities_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (account_id);


--
-- Name: import_area_changes import_area_changes_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.import_area_changes
    ADD CONSTRAINT import_area_changes_pkey PRIMARY KEY (import_id, area_id);


--
-- Name: import_changes import_changes_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.import_changes
    ADD CONSTRAINT import_changes_pkey PRIMARY KEY (import_id, household_id);


--
-- Name: imports imports_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (id);


--
-- Name: incident_texts incident_texts_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.incident_texts
    ADD CONSTRAINT incident_texts_pkey PRIMARY KEY (incident_id);


--
-- Name: incidents incidents_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.incidents
    ADD CONSTRAINT incidents_pkey PRIMARY KEY (id);


--
-- Name: installation installation_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (singleton);


--
-- Name: links links_account_id_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.links
    ADD CONSTRAINT links_account_id_key UNIQUE (account_id);


--
-- Name: links links_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.links
    ADD CONSTRAINT links_pkey PRIMARY KEY (token_hash);


--
-- Name: lone_timers lone_timers_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.lone_timers
    ADD CONSTRAINT lone_timers_pkey PRIMARY KEY (account_id);


--
-- Name: matter_choices matter_choices_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.matter_choices
    ADD CONSTRAINT matter_choices_pkey PRIMARY KEY (matter);


--
-- Name: matters matters_code_kind_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.matters
    ADD CONSTRAINT matters_code_kind_key UNIQUE (code, kind);


--
-- Name: matters matters_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.matters
    ADD CONSTRAINT matters_pkey PRIMARY KEY (code);


--
-- Name: message_receipts message_receipts_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.message_receipts
    ADD CONSTRAINT message_receipts_pkey PRIMARY KEY (message_id, worker_id);


--
-- Name: messages messages_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);


--
-- Name: notice_deliveries notice_deliveries_notice_id_target_id_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.notice_deliveries
    ADD CONSTRAINT notice_deliveries_notice_id_target_id_key UNIQUE (notice_id, target_id);


--
-- Name: notice_deliveries notice_deliveries_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.notice_deliveries
    ADD CONSTRAINT notice_deliveries_pkey PRIMARY KEY (id);


--
-- Name: notice_targets notice_targets_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.notice_targets
    ADD CONSTRAINT notice_targets_pkey PRIMARY KEY (id);


--
-- Name: notices notices_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (id);


--
-- Name: opening_households opening_households_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.opening_households
    ADD CONSTRAINT opening_households_pkey PRIMARY KEY (opening_id, household_id);


--
-- Name: opening_prints opening_prints_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.opening_prints
    ADD CONSTRAINT opening_prints_pkey PRIMARY KEY (opening_id, number);


--
-- Name: operations operations_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.operations
    ADD CONSTRAINT operations_pkey PRIMARY KEY (id);


--
-- Name: pair_visits pair_visits_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.pair_visits
    ADD CONSTRAINT pair_visits_pkey PRIMARY KEY (household_id);


--
-- Name: partitions partitions_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.partitions
    ADD CONSTRAINT partitions_pkey PRIMARY KEY (id);


--
-- Name: partitions partitions_year_least_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.partitions
    ADD CONSTRAINT partitions_year_least_key UNIQUE (year, "least");


--
-- Name: passkeys passkeys_credential_id_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.passkeys
    ADD CONSTRAINT passkeys_credential_id_key UNIQUE (credential_id);


--
-- Name: passkeys passkeys_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (id);


--
-- Name: photos photos_id_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.photos
    ADD CONSTRAINT photos_id_key UNIQUE (id);


--
-- Name: photos photos_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.photos
    ADD CONSTRAINT photos_pkey PRIMARY KEY (incident_id);


--
-- Name: plan_bases plan_bases_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_bases
    ADD CONSTRAINT plan_bases_pkey PRIMARY KEY (plan_id, worker_id);


--
-- Name: plan_drafts plan_drafts_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_drafts
    ADD CONSTRAINT plan_drafts_pkey PRIMARY KEY (plan_id, household_id);


--
-- Name: plan_part_households plan_part_households_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_part_households
    ADD CONSTRAINT plan_part_households_pkey PRIMARY KEY (part_id, household_id);


--
-- Name: plan_part_workers plan_part_workers_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_part_workers
    ADD CONSTRAINT plan_part_workers_pkey PRIMARY KEY (part_id, worker_id);


--
-- Name: plan_parts plan_parts_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_parts
    ADD CONSTRAINT plan_parts_pkey PRIMARY KEY (id);


--
-- Name: plan_parts plan_parts_plan_id_step_number_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_parts
    ADD CONSTRAINT plan_parts_plan_id_step_number_key UNIQUE (plan_id, step, number);


--
-- Name: plan_workers plan_workers_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_workers
    ADD CONSTRAINT plan_workers_pkey PRIMARY KEY (plan_id, worker_id);


--
-- Name: plans plans_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (id);


--
-- Name: plans plans_round_id_version_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plans
    ADD CONSTRAINT plans_round_id_version_key UNIQUE (round_id, version);


--
-- Name: read_seals read_seals_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.read_seals
    ADD CONSTRAINT read_seals_pkey PRIMARY KEY (number);


--
-- Name: reads reads_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.reads
    ADD CONSTRAINT reads_pkey PRIMARY KEY (id);


--
-- Name: receivers receivers_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.receivers
    ADD CONSTRAINT receivers_pkey PRIMARY KEY (id);


--
-- Name: refusals refusals_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.refusals
    ADD CONSTRAINT refusals_pkey PRIMARY KEY (address_hmac);


--
-- Name: release_stock_counts release_stock_counts_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.release_stock_counts
    ADD CONSTRAINT release_stock_counts_pkey PRIMARY KEY (measure, partition_id, bin);


--
-- Name: release_stock release_stock_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.release_stock
    ADD CONSTRAINT release_stock_pkey PRIMARY KEY (measure, household_id);


--
-- Name: release_values release_values_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.release_values
    ADD CONSTRAINT release_values_pkey PRIMARY KEY (release_id, bin);


--
-- Name: releases releases_id_partition_id_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.releases
    ADD CONSTRAINT releases_id_partition_id_key UNIQUE (id, partition_id);


--
-- Name: releases releases_measure_from_day_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.releases
    ADD CONSTRAINT releases_measure_from_day_key UNIQUE (measure, from_day);


--
-- Name: releases releases_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.releases
    ADD CONSTRAINT releases_pkey PRIMARY KEY (id);


--
-- Name: resident_requests resident_requests_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.resident_requests
    ADD CONSTRAINT resident_requests_pkey PRIMARY KEY (id);


--
-- Name: retention retention_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.retention
    ADD CONSTRAINT retention_pkey PRIMARY KEY (class);


--
-- Name: rights rights_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.rights
    ADD CONSTRAINT rights_pkey PRIMARY KEY (one);


--
-- Name: round_areas round_areas_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.round_areas
    ADD CONSTRAINT round_areas_pkey PRIMARY KEY (round_id, area_id);


--
-- Name: round_areas round_areas_sixty_days; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.round_areas
    ADD CONSTRAINT round_areas_sixty_days EXCLUDE USING gist (area_id WITH =, during WITH &&) WHERE (routine);


--
-- Name: rounds rounds_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.rounds
    ADD CONSTRAINT rounds_pkey PRIMARY KEY (id);


--
-- Name: routes routes_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.routes
    ADD CONSTRAINT routes_pkey PRIMARY KEY (id);


--
-- Name: routes routes_plan_id_worker_id_day_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.routes
    ADD CONSTRAINT routes_plan_id_worker_id_day_key UNIQUE (plan_id, worker_id, day);


--
-- Name: satisfaction satisfaction_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.satisfaction
    ADD CONSTRAINT satisfaction_pkey PRIMARY KEY (unit_id, quarter, question, answer);


--
-- Name: sessions sessions_id_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.sessions
    ADD CONSTRAINT sessions_id_key UNIQUE (id);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token_hash);


--
-- Name: spent_ceremonies spent_ceremonies_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.spent_ceremonies
    ADD CONSTRAINT spent_ceremonies_pkey PRIMARY KEY (ceremony_hash);


--
-- Name: staff_leave staff_leave_apart; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.staff_leave
    ADD CONSTRAINT staff_leave_apart EXCLUDE USING gist (account_id WITH =, daterange(first_on, last_on, '[]'::text) WITH &&);


--
-- Name: staff_leave staff_leave_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.staff_leave
    ADD CONSTRAINT staff_leave_pkey PRIMARY KEY (account_id, first_on);


--
-- Name: stops stops_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.stops
    ADD CONSTRAINT stops_pkey PRIMARY KEY (route_id, seq) DEFERRABLE;


--
-- Name: support_wanted support_wanted_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.support_wanted
    ADD CONSTRAINT support_wanted_pkey PRIMARY KEY (consent_id, service);


--
-- Name: sweeps sweeps_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.sweeps
    ADD CONSTRAINT sweeps_pkey PRIMARY KEY (class);


--
-- Name: tokens tokens_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);


--
-- Name: unit_changes unit_changes_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unit_changes
    ADD CONSTRAINT unit_changes_pkey PRIMARY KEY (unit_id, case_id);


--
-- Name: unit_member_languages unit_member_languages_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unit_member_languages
    ADD CONSTRAINT unit_member_languages_pkey PRIMARY KEY (unit_id, account_id, language);


--
-- Name: unit_member_skills unit_member_skills_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unit_member_skills
    ADD CONSTRAINT unit_member_skills_pkey PRIMARY KEY (unit_id, account_id, skill);


--
-- Name: unit_members unit_members_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unit_members
    ADD CONSTRAINT unit_members_pkey PRIMARY KEY (unit_id, account_id);


--
-- Name: units units_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.units
    ADD CONSTRAINT units_pkey PRIMARY KEY (id);


--
-- Name: unplanned unplanned_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unplanned
    ADD CONSTRAINT unplanned_pkey PRIMARY KEY (plan_id, household_id);


--
-- Name: uploads uploads_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.uploads
    ADD CONSTRAINT uploads_pkey PRIMARY KEY (id);


--
-- Name: visit_retractions visit_retractions_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.visit_retractions
    ADD CONSTRAINT visit_retractions_pkey PRIMARY KEY (visit_id);


--
-- Name: visits visits_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.visits
    ADD CONSTRAINT visits_pkey PRIMARY KEY (id);


--
-- Name: worker_days_off worker_days_off_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.worker_days_off
    ADD CONSTRAINT worker_days_off_pkey PRIMARY KEY (worker_id, day);


--
-- Name: workers workers_account_id_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.workers
    ADD CONSTRAINT workers_account_id_key UNIQUE (account_id);


--
-- Name: workers workers_code_key; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.workers
    ADD CONSTRAINT workers_code_key UNIQUE (code);


--
-- Name: workers workers_pkey; Type: CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (id);


--
-- Name: agreement_terms agreement_terms_pkey; Type: CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.agreement_terms
    ADD CONSTRAINT agreement_terms_pkey PRIMARY KEY (agreement_id, seq);


--
-- Name: agreements agreements_id_case_id_key; Type: CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.agreements
    ADD CONSTRAINT agreements_id_case_id_key UNIQUE (id, case_id);


--
-- Name: agreements agreements_pkey; Type: CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.agreements
    ADD CONSTRAINT agreements_pkey PRIMARY KEY (id);


--
-- Name: case_keys case_keys_pkey; Type: CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.case_keys
    ADD CONSTRAINT case_keys_pkey PRIMARY KEY (case_id, account_id);


--
-- Name: meeting_notes meeting_notes_pkey; Type: CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.meeting_notes
    ADD CONSTRAINT meeting_notes_pkey PRIMARY KEY (meeting_id);


--
-- Name: meeting_presence meeting_presence_pkey; Type: CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.meeting_presence
    ADD CONSTRAINT meeting_presence_pkey PRIMARY KEY (meeting_id, role);


--
-- Name: meetings meetings_pkey; Type: CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.meetings
    ADD CONSTRAINT meetings_pkey PRIMARY KEY (id);


--
-- Name: parties parties_id_case_id_key; Type: CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.parties
    ADD CONSTRAINT parties_id_case_id_key UNIQUE (id, case_id);


--
-- Name: parties parties_pkey; Type: CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.parties
    ADD CONSTRAINT parties_pkey PRIMARY KEY (id);


--
-- Name: signatures signatures_pkey; Type: CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.signatures
    ADD CONSTRAINT signatures_pkey PRIMARY KEY (id);


--
-- Name: area_paths_upward; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX area_paths_upward ON rounds.area_paths USING btree (area_id, ancestor_id);


--
-- Name: areas_outline; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX areas_outline ON rounds.areas USING gist (outline);


--
-- Name: areas_parent_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX areas_parent_id ON rounds.areas USING btree (parent_id);


--
-- Name: basemap_features_shape; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX basemap_features_shape ON rounds.basemap_features USING gist (shape);


--
-- Name: bookings_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX bookings_area_id ON rounds.bookings USING btree (area_id);


--
-- Name: bookings_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX bookings_household_id ON rounds.bookings USING btree (household_id);


--
-- Name: bookings_worker_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX bookings_worker_id ON rounds.bookings USING btree (worker_id);


--
-- Name: case_bookings_booking; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX case_bookings_booking ON rounds.case_bookings USING btree (round_id, household_id);


--
-- Name: case_rules_unit_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX case_rules_unit_id ON rounds.case_rules USING btree (unit_id);


--
-- Name: case_steps_with_text; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX case_steps_with_text ON rounds.case_steps USING btree (case_id) WHERE (text IS NOT NULL);


--
-- Name: case_units_unit_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX case_units_unit_id ON rounds.case_units USING btree (unit_id);


--
-- Name: case_visits_three; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX case_visits_three ON rounds.case_visits USING btree (case_id, seq);


--
-- Name: case_visits_unagreed; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX case_visits_unagreed ON rounds.case_visits USING btree (case_id) WHERE (NOT agreed);


--
-- Name: cases_board_open; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX cases_board_open ON rounds.cases USING btree (unit_id) INCLUDE (area_id, stage, opened_on, due_on, merged) WHERE (over_on IS NULL);


--
-- Name: cases_by_end; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX cases_by_end ON rounds.cases USING btree (over_on, id) WHERE (over_on IS NOT NULL);


--
-- Name: cases_by_ledger_number; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX cases_by_ledger_number ON rounds.cases USING btree (ledger_number) WHERE (ledger_number IS NOT NULL);


--
-- Name: cases_by_number; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX cases_by_number ON rounds.cases USING btree (year, number);


--
-- Name: cases_due_of_all; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX cases_due_of_all ON rounds.cases USING btree (due_on, id) WHERE (over_on IS NULL);


--
-- Name: cases_due_of_unit; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX cases_due_of_unit ON rounds.cases USING btree (unit_id, due_on, id) WHERE (over_on IS NULL);


--
-- Name: cases_of_handler; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX cases_of_handler ON rounds.cases USING btree (handler_id, due_on) WHERE ((over_on IS NULL) AND (handler_id IS NOT NULL));


--
-- Name: cases_of_import; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX cases_of_import ON rounds.cases USING btree (import_id) WHERE (import_id IS NOT NULL);


--
-- Name: cases_over_of_unit; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX cases_over_of_unit ON rounds.cases USING btree (unit_id, over_on) WHERE (over_on IS NOT NULL);


--
-- Name: cases_to_wake; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX cases_to_wake ON rounds.cases USING btree (wake_for, wake_on) WHERE (wake_on IS NOT NULL);


--
-- Name: closures_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX closures_area_id ON rounds.closures USING btree (area_id);


--
-- Name: consent_stubs_ended_on; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX consent_stubs_ended_on ON rounds.consent_stubs USING btree (ended_on);


--
-- Name: consents_expires_on; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX consents_expires_on ON rounds.consents USING btree (expires_on);


--
-- Name: consents_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX consents_household_id ON rounds.consents USING btree (household_id);


--
-- Name: device_pins_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX device_pins_account_id ON rounds.device_pins USING btree (account_id);


--
-- Name: disclosures_made_on; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX disclosures_made_on ON rounds.disclosures USING btree (made_on);


--
-- Name: dispute_handlers_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX dispute_handlers_account_id ON rounds.dispute_handlers USING btree (account_id, case_id);


--
-- Name: dispute_handlers_now; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX dispute_handlers_now ON rounds.dispute_handlers USING btree (case_id, account_id) WHERE (ended_on IS NULL);


--
-- Name: door_notes_seen_on; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX door_notes_seen_on ON rounds.door_notes USING btree (seen_on);


--
-- Name: doors_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX doors_household_id ON rounds.doors USING btree (household_id);


--
-- Name: duty_shifts_member; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX duty_shifts_member ON rounds.duty_shifts USING btree (unit_id, account_id);


--
-- Name: dwelling_groups_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX dwelling_groups_area_id ON rounds.dwelling_groups USING btree (area_id);


--
-- Name: emergency_openings_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX emergency_openings_area_id ON rounds.emergency_openings USING btree (area_id);


--
-- Name: erasures_digest; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX erasures_digest ON rounds.erasures USING btree (digest);


--
-- Name: grants_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX grants_account_id ON rounds.grants USING btree (account_id);


--
-- Name: grants_asleep_by; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX grants_asleep_by ON rounds.grants USING btree (asleep_by);


--
-- Name: hooks_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX hooks_account_id ON rounds.hooks USING btree (account_id);


--
-- Name: hooks_receiver_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX hooks_receiver_id ON rounds.hooks USING btree (receiver_id);


--
-- Name: hooks_unit_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX hooks_unit_id ON rounds.hooks USING btree (unit_id);


--
-- Name: households_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX households_area_id ON rounds.households USING btree (area_id);


--
-- Name: households_at; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX households_at ON rounds.households USING gist (at);


--
-- Name: households_cell; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX households_cell ON rounds.households USING btree (cell, area_id);


--
-- Name: import_area_changes_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX import_area_changes_area_id ON rounds.import_area_changes USING btree (area_id);


--
-- Name: import_area_changes_parent_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX import_area_changes_parent_id ON rounds.import_area_changes USING btree (parent_id);


--
-- Name: import_changes_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX import_changes_area_id ON rounds.import_changes USING btree (area_id);


--
-- Name: import_changes_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX import_changes_household_id ON rounds.import_changes USING btree (household_id);


--
-- Name: incidents_area_state; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX incidents_area_state ON rounds.incidents USING btree (area_id, state, due_on);


--
-- Name: incidents_cell; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX incidents_cell ON rounds.incidents USING btree (cell, area_id);


--
-- Name: incidents_import_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX incidents_import_id ON rounds.incidents USING btree (import_id) WHERE (import_id IS NOT NULL);


--
-- Name: incidents_merged_into; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX incidents_merged_into ON rounds.incidents USING btree (merged_into) WHERE (merged_into IS NOT NULL);


--
-- Name: incidents_open_disputes; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX incidents_open_disputes ON rounds.incidents USING btree (asked_on, id) WHERE ((kind = 'dispute'::rounds.incident_kind) AND (state = 'open'::rounds.incident_state));


--
-- Name: incidents_receipt_hmac; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX incidents_receipt_hmac ON rounds.incidents USING btree (receipt_hmac);


--
-- Name: incidents_unconfirmed; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX incidents_unconfirmed ON rounds.incidents USING btree (asked_on) WHERE ((state = 'open'::rounds.incident_state) AND (confirmed_on IS NULL));


--
-- Name: links_issued_by; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX links_issued_by ON rounds.links USING btree (issued_by);


--
-- Name: message_receipts_worker_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX message_receipts_worker_id ON rounds.message_receipts USING btree (worker_id);


--
-- Name: messages_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX messages_account_id ON rounds.messages USING btree (account_id);


--
-- Name: messages_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX messages_area_id ON rounds.messages USING btree (area_id);


--
-- Name: messages_sent_at; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX messages_sent_at ON rounds.messages USING btree (sent_at);


--
-- Name: notice_deliveries_target_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX notice_deliveries_target_id ON rounds.notice_deliveries USING btree (target_id);


--
-- Name: notice_targets_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX notice_targets_account_id ON rounds.notice_targets USING btree (account_id);


--
-- Name: notice_targets_email; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX notice_targets_email ON rounds.notice_targets USING btree (account_id, ((code_hash IS NULL))) WHERE (channel = 'email'::rounds.notice_channel);


--
-- Name: notices_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX notices_account_id ON rounds.notices USING btree (account_id);


--
-- Name: notices_queued_at; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX notices_queued_at ON rounds.notices USING btree (queued_at);


--
-- Name: opening_households_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX opening_households_household_id ON rounds.opening_households USING btree (household_id);


--
-- Name: operations_taken_on; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX operations_taken_on ON rounds.operations USING btree (taken_on);


--
-- Name: pair_visits_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX pair_visits_area_id ON rounds.pair_visits USING btree (area_id);


--
-- Name: passkeys_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX passkeys_account_id ON rounds.passkeys USING btree (account_id);


--
-- Name: plan_bases_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX plan_bases_household_id ON rounds.plan_bases USING btree (household_id);


--
-- Name: plan_bases_worker_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX plan_bases_worker_id ON rounds.plan_bases USING btree (worker_id);


--
-- Name: plan_drafts_day; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX plan_drafts_day ON rounds.plan_drafts USING btree (plan_id, worker_id, day, seq);


--
-- Name: plan_drafts_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX plan_drafts_household_id ON rounds.plan_drafts USING btree (household_id);


--
-- Name: plan_drafts_worker_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX plan_drafts_worker_id ON rounds.plan_drafts USING btree (worker_id);


--
-- Name: plan_part_households_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX plan_part_households_household_id ON rounds.plan_part_households USING btree (household_id);


--
-- Name: plan_part_workers_worker_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX plan_part_workers_worker_id ON rounds.plan_part_workers USING btree (worker_id);


--
-- Name: plan_workers_worker_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX plan_workers_worker_id ON rounds.plan_workers USING btree (worker_id);


--
-- Name: plans_one_planning; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX plans_one_planning ON rounds.plans USING btree (round_id) WHERE (state = 'planning'::rounds.plan_state);


--
-- Name: plans_one_published; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX plans_one_published ON rounds.plans USING btree (round_id) WHERE (state = 'published'::rounds.plan_state);


--
-- Name: read_seals_last_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX read_seals_last_id ON rounds.read_seals USING btree (last_id);


--
-- Name: reads_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX reads_account_id ON rounds.reads USING btree (account_id, id);


--
-- Name: reads_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX reads_area_id ON rounds.reads USING btree (area_id, id);


--
-- Name: reads_place; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX reads_place ON rounds.reads USING btree (place) WHERE (place IS NOT NULL);


--
-- Name: release_stock_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX release_stock_household_id ON rounds.release_stock USING btree (household_id);


--
-- Name: resident_requests_answered_on; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX resident_requests_answered_on ON rounds.resident_requests USING btree (answered_on);


--
-- Name: rounds_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX rounds_area_id ON rounds.rounds USING btree (area_id);


--
-- Name: routes_bounds; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX routes_bounds ON rounds.routes USING btree (plan_id, day, west, east, south, north);


--
-- Name: routes_worker_day; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX routes_worker_day ON rounds.routes USING btree (worker_id, day);


--
-- Name: sessions_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX sessions_account_id ON rounds.sessions USING btree (account_id);


--
-- Name: stops_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX stops_household_id ON rounds.stops USING btree (household_id);


--
-- Name: stops_household_once; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX stops_household_once ON rounds.stops USING btree (plan_id, household_id);


--
-- Name: support_wanted_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX support_wanted_area_id ON rounds.support_wanted USING btree (area_id);


--
-- Name: support_wanted_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX support_wanted_household_id ON rounds.support_wanted USING btree (household_id);


--
-- Name: tokens_receiver_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX tokens_receiver_id ON rounds.tokens USING btree (receiver_id);


--
-- Name: tokens_secret_hash; Type: INDEX; Schema: rounds; Owner: -
--

CREATE UNIQUE INDEX tokens_secret_hash ON rounds.tokens USING btree (secret_hash);


--
-- Name: unit_changes_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX unit_changes_area_id ON rounds.unit_changes USING btree (area_id);


--
-- Name: unit_changes_case_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX unit_changes_case_id ON rounds.unit_changes USING btree (case_id);


--
-- Name: unit_changes_change; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX unit_changes_change ON rounds.unit_changes USING btree (change);


--
-- Name: unit_changes_gone_on; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX unit_changes_gone_on ON rounds.unit_changes USING btree (gone_on) WHERE (gone_on IS NOT NULL);


--
-- Name: unit_changes_of_unit; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX unit_changes_of_unit ON rounds.unit_changes USING btree (unit_id, change);


--
-- Name: unit_changes_unnumbered; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX unit_changes_unnumbered ON rounds.unit_changes USING btree (unit_id) WHERE (change IS NULL);


--
-- Name: unit_members_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX unit_members_account_id ON rounds.unit_members USING btree (account_id);


--
-- Name: units_area_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX units_area_id ON rounds.units USING btree (area_id);


--
-- Name: units_lead_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX units_lead_id ON rounds.units USING btree (lead_id);


--
-- Name: units_parent_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX units_parent_id ON rounds.units USING btree (parent_id);


--
-- Name: unplanned_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX unplanned_household_id ON rounds.unplanned USING btree (household_id);


--
-- Name: uploads_account_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX uploads_account_id ON rounds.uploads USING btree (account_id);


--
-- Name: uploads_import_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX uploads_import_id ON rounds.uploads USING btree (import_id);


--
-- Name: visits_household_id; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX visits_household_id ON rounds.visits USING btree (household_id);


--
-- Name: visits_round_household; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX visits_round_household ON rounds.visits USING btree (round_id, household_id);


--
-- Name: visits_worker; Type: INDEX; Schema: rounds; Owner: -
--

CREATE INDEX visits_worker ON rounds.visits USING btree (worker_id, visited_on);


--
-- Name: agreements_one; Type: INDEX; Schema: sealed; Owner: -
--

CREATE UNIQUE INDEX agreements_one ON sealed.agreements USING btree (case_id);


--
-- Name: case_keys_account_id; Type: INDEX; Schema: sealed; Owner: -
--

CREATE INDEX case_keys_account_id ON sealed.case_keys USING btree (account_id);


--
-- Name: meetings_case_id; Type: INDEX; Schema: sealed; Owner: -
--

CREATE INDEX meetings_case_id ON sealed.meetings USING btree (case_id);


--
-- Name: parties_case_id; Type: INDEX; Schema: sealed; Owner: -
--

CREATE INDEX parties_case_id ON sealed.parties USING btree (case_id);


--
-- Name: parties_receipt; Type: INDEX; Schema: sealed; Owner: -
--

CREATE UNIQUE INDEX parties_receipt ON sealed.parties USING btree (receipt_hmac);


--
-- Name: signatures_account; Type: INDEX; Schema: sealed; Owner: -
--

CREATE UNIQUE INDEX signatures_account ON sealed.signatures USING btree (agreement_id, account_id);


--
-- Name: signatures_account_id; Type: INDEX; Schema: sealed; Owner: -
--

CREATE INDEX signatures_account_id ON sealed.signatures USING btree (account_id) WHERE (account_id IS NOT NULL);


--
-- Name: signatures_party; Type: INDEX; Schema: sealed; Owner: -
--

CREATE UNIQUE INDEX signatures_party ON sealed.signatures USING btree (agreement_id, party_id);


--
-- Name: accounts accounts_number_rights; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE CONSTRAINT TRIGGER accounts_number_rights AFTER DELETE OR UPDATE OF disabled_at ON rounds.accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();


--
-- Name: accounts accounts_password; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER accounts_password BEFORE INSERT OR UPDATE OF password_hash ON rounds.accounts FOR EACH ROW EXECUTE FUNCTION rounds.guard_password();


--
-- Name: area_paths area_paths_number_rights; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE CONSTRAINT TRIGGER area_paths_number_rights AFTER INSERT OR DELETE OR UPDATE ON rounds.area_paths DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();


--
-- Name: areas areas_paths; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER areas_paths AFTER INSERT OR DELETE OR UPDATE OF parent_id ON rounds.areas FOR EACH STATEMENT EXECUTE FUNCTION rounds.refresh_area_paths();


--
-- Name: case_rules case_rules_alike; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER case_rules_alike BEFORE INSERT OR UPDATE ON rounds.case_rules FOR EACH ROW EXECUTE FUNCTION rounds.keep_disputes_alike();


--
-- Name: case_steps case_steps_append; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER case_steps_append BEFORE INSERT ON rounds.case_steps FOR EACH ROW EXECUTE FUNCTION rounds.append_case_step();


--
-- Name: case_steps case_steps_stay; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER case_steps_stay BEFORE DELETE OR UPDATE ON rounds.case_steps FOR EACH ROW EXECUTE FUNCTION rounds.keep_case_step();


--
-- Name: case_units case_units_tell; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER case_units_tell AFTER INSERT OR DELETE ON rounds.case_units FOR EACH ROW EXECUTE FUNCTION rounds.note_joint_unit();


--
-- Name: cases cases_agree; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE CONSTRAINT TRIGGER cases_agree AFTER INSERT OR UPDATE OF stage, steps ON rounds.cases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.agree_with_steps();


--
-- Name: cases cases_free_visits; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER cases_free_visits AFTER UPDATE OF over_on ON rounds.cases FOR EACH ROW WHEN (((old.over_on IS NULL) AND (new.over_on IS NOT NULL))) EXECUTE FUNCTION rounds.free_case_visits();


--
-- Name: cases cases_handed_over; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER cases_handed_over AFTER UPDATE OF handler_id ON rounds.cases FOR EACH ROW WHEN ((new.dispute AND (old.handler_id IS NOT NULL) AND (new.handler_id IS DISTINCT FROM old.handler_id) AND (NOT (new.unit_id IS DISTINCT FROM old.unit_id)))) EXECUTE FUNCTION rounds.relieve_who_hands_over();


--
-- Name: cases cases_relieve; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER cases_relieve AFTER UPDATE OF unit_id ON rounds.cases FOR EACH ROW WHEN ((new.dispute AND (new.unit_id IS DISTINCT FROM old.unit_id))) EXECUTE FUNCTION rounds.relieve_handlers();


--
-- Name: cases cases_tell_unit; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER cases_tell_unit AFTER UPDATE OF stage, unit_id, due_on, matter, over_on, merged ON rounds.cases FOR EACH ROW WHEN (((NOT new.dispute) AND (new.unit_id IS NOT NULL) AND ((((((old.stage IS DISTINCT FROM new.stage) OR (old.unit_id IS DISTINCT FROM new.unit_id)) OR (old.due_on IS DISTINCT FROM new.due_on)) OR ((old.matter)::text IS DISTINCT FROM (new.matter)::text)) OR (old.over_on IS DISTINCT FROM new.over_on)) OR (old.merged IS DISTINCT FROM new.merged)))) EXECUTE FUNCTION rounds.note_unit_change();


--
-- Name: cases cases_tell_unit_first; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER cases_tell_unit_first AFTER INSERT ON rounds.cases FOR EACH ROW WHEN (((NOT new.dispute) AND (new.unit_id IS NOT NULL) AND (new.over_on IS NULL))) EXECUTE FUNCTION rounds.note_unit_change();


--
-- Name: cases cases_tell_unit_last; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER cases_tell_unit_last AFTER DELETE ON rounds.cases FOR EACH ROW WHEN ((NOT old.dispute)) EXECUTE FUNCTION rounds.note_unit_change();


--
-- Name: cases cases_wind; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER cases_wind BEFORE INSERT OR UPDATE ON rounds.cases FOR EACH ROW EXECUTE FUNCTION rounds.wind_case();


--
-- Name: consent_stubs consent_stubs_enter; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER consent_stubs_enter AFTER INSERT ON rounds.consent_stubs FOR EACH ROW EXECUTE FUNCTION rounds.enter_withdrawal();


--
-- Name: consents consents_ended; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER consents_ended BEFORE INSERT ON rounds.consents FOR EACH ROW EXECUTE FUNCTION rounds.refuse_ended_consent();


--
-- Name: device_pins device_pins_five; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER device_pins_five BEFORE INSERT ON rounds.device_pins FOR EACH ROW EXECUTE FUNCTION rounds.bound_device();


--
-- Name: device_pins device_pins_last; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER device_pins_last AFTER DELETE ON rounds.device_pins FOR EACH ROW EXECUTE FUNCTION rounds.forget_device();


--
-- Name: dispute_handlers dispute_handlers_forget_key; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER dispute_handlers_forget_key AFTER UPDATE OF ended_on ON rounds.dispute_handlers FOR EACH ROW WHEN (((old.ended_on IS NULL) AND (new.ended_on IS NOT NULL))) EXECUTE FUNCTION rounds.forget_relieved_key();


--
-- Name: doors doors_opened; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER doors_opened AFTER UPDATE OF state ON rounds.doors FOR EACH ROW WHEN (((old.state = 'finished'::rounds.door_state) AND (new.state = 'open'::rounds.door_state))) EXECUTE FUNCTION rounds.door_opened();


--
-- Name: dwelling_groups dwelling_groups_cut; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER dwelling_groups_cut BEFORE INSERT ON rounds.dwelling_groups FOR EACH ROW EXECUTE FUNCTION rounds.check_group();


--
-- Name: emergency_openings emergency_openings_propose; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER emergency_openings_propose BEFORE INSERT ON rounds.emergency_openings FOR EACH ROW EXECUTE FUNCTION rounds.propose_opening();


--
-- Name: grants grants_change; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER grants_change BEFORE UPDATE ON rounds.grants FOR EACH ROW EXECUTE FUNCTION rounds.change_grant();


--
-- Name: grants grants_number_rights; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE CONSTRAINT TRIGGER grants_number_rights AFTER INSERT OR DELETE OR UPDATE ON rounds.grants DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();


--
-- Name: grants grants_propose; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER grants_propose BEFORE INSERT ON rounds.grants FOR EACH ROW EXECUTE FUNCTION rounds.propose_grant();


--
-- Name: hooks hooks_forget; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER hooks_forget AFTER INSERT ON rounds.hooks FOR EACH STATEMENT EXECUTE FUNCTION rounds.forget_hooks();


--
-- Name: households households_came; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER households_came AFTER INSERT ON rounds.households REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION rounds.household_came();


--
-- Name: households households_move_consents; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER households_move_consents AFTER UPDATE OF area_id ON rounds.households FOR EACH ROW WHEN ((old.area_id IS DISTINCT FROM new.area_id)) EXECUTE FUNCTION rounds.move_consents();


--
-- Name: households households_wait; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER households_wait AFTER UPDATE OF area_id ON rounds.households FOR EACH ROW WHEN ((old.area_id <> new.area_id)) EXECUTE FUNCTION rounds.household_moved();


--
-- Name: incidents incidents_changed; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER incidents_changed AFTER INSERT OR UPDATE ON rounds.incidents FOR EACH ROW EXECUTE FUNCTION rounds.incident_changed();


--
-- Name: incidents incidents_close_with; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER incidents_close_with AFTER UPDATE OF state ON rounds.incidents FOR EACH ROW WHEN (((new.state = 'closed'::rounds.incident_state) AND (old.state = 'open'::rounds.incident_state))) EXECUTE FUNCTION rounds.close_with();


--
-- Name: incidents incidents_follow; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER incidents_follow AFTER UPDATE OF state, merged_into ON rounds.incidents FOR EACH ROW EXECUTE FUNCTION rounds.follow_incident();


--
-- Name: incidents incidents_forget; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER incidents_forget AFTER UPDATE OF receipt_hmac ON rounds.incidents FOR EACH ROW WHEN (((new.kind = 'dispute'::rounds.incident_kind) AND (new.receipt_hmac IS NULL) AND (old.receipt_hmac IS NOT NULL))) EXECUTE FUNCTION rounds.forget_with_receipt();


--
-- Name: incidents incidents_open_cases; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER incidents_open_cases AFTER INSERT ON rounds.incidents REFERENCING NEW TABLE AS incoming FOR EACH STATEMENT EXECUTE FUNCTION rounds.open_cases();


--
-- Name: matter_choices matter_choices_alike; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER matter_choices_alike BEFORE INSERT OR UPDATE ON rounds.matter_choices FOR EACH ROW EXECUTE FUNCTION rounds.keep_disputes_alike();


--
-- Name: plans plans_drop_parts; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER plans_drop_parts AFTER UPDATE OF state ON rounds.plans FOR EACH ROW WHEN (((old.state = 'planning'::rounds.plan_state) AND (new.state <> 'planning'::rounds.plan_state))) EXECUTE FUNCTION rounds.drop_parts();


--
-- Name: plans plans_granted; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER plans_granted AFTER UPDATE OF state ON rounds.plans FOR EACH ROW WHEN (((new.state = 'published'::rounds.plan_state) AND (old.state <> 'published'::rounds.plan_state))) EXECUTE FUNCTION rounds.need_grants();


--
-- Name: plans plans_lock_whole; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER plans_lock_whole BEFORE UPDATE OF state ON rounds.plans FOR EACH STATEMENT EXECUTE FUNCTION rounds.lock_whole();


--
-- Name: plans plans_order; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER plans_order BEFORE UPDATE ON rounds.plans FOR EACH ROW EXECUTE FUNCTION rounds.keep_plan_order();


--
-- Name: plans plans_tell; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER plans_tell AFTER INSERT OR UPDATE OF state, stage, stage_done ON rounds.plans FOR EACH ROW EXECUTE FUNCTION rounds.tell_plan();


--
-- Name: plans plans_whole; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER plans_whole AFTER UPDATE OF state ON rounds.plans FOR EACH ROW WHEN (((new.state = ANY (ARRAY['proposed'::rounds.plan_state, 'published'::rounds.plan_state])) AND (old.state <> new.state))) EXECUTE FUNCTION rounds.need_whole();


--
-- Name: reads reads_sign; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER reads_sign BEFORE INSERT ON rounds.reads FOR EACH ROW EXECUTE FUNCTION rounds.sign_read();


--
-- Name: refusals refusals_enter; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER refusals_enter AFTER INSERT ON rounds.refusals FOR EACH ROW EXECUTE FUNCTION rounds.enter_refusal();


--
-- Name: round_areas round_areas_number_rights; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE CONSTRAINT TRIGGER round_areas_number_rights AFTER INSERT OR DELETE OR UPDATE ON rounds.round_areas DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();


--
-- Name: rounds rounds_close; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER rounds_close AFTER UPDATE OF closed_at ON rounds.rounds FOR EACH ROW EXECUTE FUNCTION rounds.close_round();


--
-- Name: rounds rounds_fill_areas; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER rounds_fill_areas AFTER INSERT ON rounds.rounds FOR EACH ROW EXECUTE FUNCTION rounds.fill_round_areas();


--
-- Name: rounds rounds_number_rights; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE CONSTRAINT TRIGGER rounds_number_rights AFTER INSERT OR DELETE OR UPDATE OF area_id, purpose, starts_on, closed_at ON rounds.rounds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();


--
-- Name: sessions sessions_number_rights; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE CONSTRAINT TRIGGER sessions_number_rights AFTER DELETE OR UPDATE OF id, token_hash, account_id, role, means, browser, system, created_at, expires_at ON rounds.sessions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();


--
-- Name: support_wanted support_wanted_consent; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER support_wanted_consent BEFORE INSERT ON rounds.support_wanted FOR EACH ROW EXECUTE FUNCTION rounds.need_consent();


--
-- Name: support_wanted support_wanted_stock; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE CONSTRAINT TRIGGER support_wanted_stock AFTER DELETE ON rounds.support_wanted DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.forget_stock();


--
-- Name: tokens tokens_forget; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER tokens_forget AFTER INSERT ON rounds.tokens FOR EACH STATEMENT EXECUTE FUNCTION rounds.forget_tokens();


--
-- Name: unit_members unit_members_relieve; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER unit_members_relieve AFTER DELETE ON rounds.unit_members FOR EACH ROW EXECUTE FUNCTION rounds.relieve_who_leaves();


--
-- Name: units units_check; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER units_check BEFORE INSERT OR UPDATE ON rounds.units FOR EACH ROW EXECUTE FUNCTION rounds.check_unit();


--
-- Name: units units_founded; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER units_founded AFTER INSERT ON rounds.units FOR EACH ROW EXECUTE FUNCTION rounds.wind_unheld_cases();


--
-- Name: units units_rewind; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER units_rewind AFTER UPDATE OF parent_id, closed_on ON rounds.units FOR EACH ROW EXECUTE FUNCTION rounds.rewind_cases();


--
-- Name: visit_retractions visit_retractions_retracted; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER visit_retractions_retracted AFTER INSERT ON rounds.visit_retractions FOR EACH ROW EXECUTE FUNCTION rounds.visit_retracted();


--
-- Name: visits visits_recorded; Type: TRIGGER; Schema: rounds; Owner: -
--

CREATE TRIGGER visits_recorded AFTER INSERT ON rounds.visits REFERENCING NEW TABLE AS recorded FOR EACH STATEMENT EXECUTE FUNCTION rounds.visit_recorded();


--
-- Name: parties parties_removed; Type: TRIGGER; Schema: sealed; Owner: -
--

CREATE TRIGGER parties_removed AFTER DELETE ON sealed.parties FOR EACH ROW EXECUTE FUNCTION rounds.enter_removed_party();


--
-- Name: area_paths area_paths_ancestor_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.area_paths
    ADD CONSTRAINT area_paths_ancestor_id_fkey FOREIGN KEY (ancestor_id) REFERENCES rounds.areas(id) ON DELETE CASCADE;


--
-- Name: area_paths area_paths_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.area_paths
    ADD CONSTRAINT area_paths_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id) ON DELETE CASCADE;


--
-- Name: areas areas_parent_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.areas
    ADD CONSTRAINT areas_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES rounds.areas(id);


--
-- Name: bin_cells bin_cells_partition_id_bin_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.bin_cells
    ADD CONSTRAINT bin_cells_partition_id_bin_fkey FOREIGN KEY (partition_id, bin) REFERENCES rounds.bins(partition_id, bin);


--
-- Name: bins bins_partition_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.bins
    ADD CONSTRAINT bins_partition_id_fkey FOREIGN KEY (partition_id) REFERENCES rounds.partitions(id);


--
-- Name: bookings bookings_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.bookings
    ADD CONSTRAINT bookings_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: bookings bookings_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.bookings
    ADD CONSTRAINT bookings_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: bookings bookings_round_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.bookings
    ADD CONSTRAINT bookings_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds.rounds(id) ON DELETE CASCADE;


--
-- Name: bookings bookings_worker_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.bookings
    ADD CONSTRAINT bookings_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES rounds.workers(id) ON DELETE CASCADE;


--
-- Name: case_bookings case_bookings_round_id_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_bookings
    ADD CONSTRAINT case_bookings_round_id_household_id_fkey FOREIGN KEY (round_id, household_id) REFERENCES rounds.bookings(round_id, household_id) ON DELETE CASCADE;


--
-- Name: case_bookings case_bookings_visit_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_bookings
    ADD CONSTRAINT case_bookings_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES rounds.case_visits(id) ON DELETE CASCADE;


--
-- Name: case_counters case_counters_series_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_counters
    ADD CONSTRAINT case_counters_series_id_fkey FOREIGN KEY (series_id) REFERENCES rounds.areas(id) ON DELETE CASCADE;


--
-- Name: case_rules case_rules_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_rules
    ADD CONSTRAINT case_rules_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id) ON DELETE CASCADE;


--
-- Name: case_rules case_rules_matter_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_rules
    ADD CONSTRAINT case_rules_matter_fkey FOREIGN KEY (matter) REFERENCES rounds.matters(code);


--
-- Name: case_rules case_rules_unit_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_rules
    ADD CONSTRAINT case_rules_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES rounds.units(id);


--
-- Name: case_steps case_steps_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_steps
    ADD CONSTRAINT case_steps_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id);


--
-- Name: case_steps case_steps_case_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_steps
    ADD CONSTRAINT case_steps_case_id_fkey FOREIGN KEY (case_id) REFERENCES rounds.cases(id) ON DELETE CASCADE;


--
-- Name: case_steps case_steps_handler_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_steps
    ADD CONSTRAINT case_steps_handler_id_fkey FOREIGN KEY (handler_id) REFERENCES rounds.accounts(id);


--
-- Name: case_steps case_steps_unit_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_steps
    ADD CONSTRAINT case_steps_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES rounds.units(id);


--
-- Name: case_units case_units_case_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_units
    ADD CONSTRAINT case_units_case_id_fkey FOREIGN KEY (case_id) REFERENCES rounds.cases(id) ON DELETE CASCADE;


--
-- Name: case_units case_units_unit_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_units
    ADD CONSTRAINT case_units_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES rounds.units(id);


--
-- Name: case_visits case_visits_case_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.case_visits
    ADD CONSTRAINT case_visits_case_id_fkey FOREIGN KEY (case_id) REFERENCES rounds.cases(id) ON DELETE CASCADE;


--
-- Name: cases cases_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.cases
    ADD CONSTRAINT cases_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: cases cases_handler_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.cases
    ADD CONSTRAINT cases_handler_id_fkey FOREIGN KEY (handler_id) REFERENCES rounds.accounts(id);


--
-- Name: cases cases_import_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.cases
    ADD CONSTRAINT cases_import_id_fkey FOREIGN KEY (import_id) REFERENCES rounds.imports(id) ON DELETE SET NULL;


--
-- Name: cases cases_incident_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.cases
    ADD CONSTRAINT cases_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES rounds.incidents(id) ON DELETE CASCADE;


--
-- Name: cases cases_lead_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.cases
    ADD CONSTRAINT cases_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES rounds.accounts(id);


--
-- Name: cases cases_matter_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.cases
    ADD CONSTRAINT cases_matter_fkey FOREIGN KEY (matter) REFERENCES rounds.matters(code);


--
-- Name: cases cases_series_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.cases
    ADD CONSTRAINT cases_series_id_fkey FOREIGN KEY (series_id) REFERENCES rounds.areas(id);


--
-- Name: cases cases_unit_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.cases
    ADD CONSTRAINT cases_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES rounds.units(id);


--
-- Name: closures closures_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.closures
    ADD CONSTRAINT closures_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id) ON DELETE CASCADE;


--
-- Name: consent_services consent_services_consent_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.consent_services
    ADD CONSTRAINT consent_services_consent_id_fkey FOREIGN KEY (consent_id) REFERENCES rounds.consents(id) ON DELETE CASCADE;


--
-- Name: consent_tombstones consent_tombstones_worker_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.consent_tombstones
    ADD CONSTRAINT consent_tombstones_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES rounds.workers(id) ON DELETE CASCADE;


--
-- Name: consents consents_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.consents
    ADD CONSTRAINT consents_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: consents consents_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.consents
    ADD CONSTRAINT consents_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: device_pins device_pins_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.device_pins
    ADD CONSTRAINT device_pins_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: device_pins device_pins_device_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.device_pins
    ADD CONSTRAINT device_pins_device_id_fkey FOREIGN KEY (device_id) REFERENCES rounds.devices(id) ON DELETE CASCADE;


--
-- Name: disclosures disclosures_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.disclosures
    ADD CONSTRAINT disclosures_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: disclosures disclosures_recorded_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.disclosures
    ADD CONSTRAINT disclosures_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES rounds.accounts(id);


--
-- Name: dispute_contacts dispute_contacts_incident_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dispute_contacts
    ADD CONSTRAINT dispute_contacts_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES rounds.incidents(id) ON DELETE CASCADE;


--
-- Name: dispute_handlers dispute_handlers_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dispute_handlers
    ADD CONSTRAINT dispute_handlers_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id);


--
-- Name: dispute_handlers dispute_handlers_case_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dispute_handlers
    ADD CONSTRAINT dispute_handlers_case_id_fkey FOREIGN KEY (case_id) REFERENCES rounds.cases(id) ON DELETE CASCADE;


--
-- Name: dispute_handlers dispute_handlers_ended_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dispute_handlers
    ADD CONSTRAINT dispute_handlers_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES rounds.accounts(id);


--
-- Name: dispute_handlers dispute_handlers_named_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dispute_handlers
    ADD CONSTRAINT dispute_handlers_named_by_fkey FOREIGN KEY (named_by) REFERENCES rounds.accounts(id);


--
-- Name: door_notes door_notes_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.door_notes
    ADD CONSTRAINT door_notes_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: doors doors_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.doors
    ADD CONSTRAINT doors_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: doors doors_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.doors
    ADD CONSTRAINT doors_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: doors doors_round_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.doors
    ADD CONSTRAINT doors_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds.rounds(id) ON DELETE CASCADE;


--
-- Name: duty_shifts duty_shifts_unit_id_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.duty_shifts
    ADD CONSTRAINT duty_shifts_unit_id_account_id_fkey FOREIGN KEY (unit_id, account_id) REFERENCES rounds.unit_members(unit_id, account_id) ON DELETE CASCADE;


--
-- Name: dwelling_claims dwelling_claims_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dwelling_claims
    ADD CONSTRAINT dwelling_claims_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: dwelling_group_cells dwelling_group_cells_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dwelling_group_cells
    ADD CONSTRAINT dwelling_group_cells_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: dwelling_group_cells dwelling_group_cells_group_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dwelling_group_cells
    ADD CONSTRAINT dwelling_group_cells_group_id_fkey FOREIGN KEY (group_id) REFERENCES rounds.dwelling_groups(id);


--
-- Name: dwelling_groups dwelling_groups_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.dwelling_groups
    ADD CONSTRAINT dwelling_groups_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: emergency_openings emergency_openings_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.emergency_openings
    ADD CONSTRAINT emergency_openings_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: emergency_openings emergency_openings_opened_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.emergency_openings
    ADD CONSTRAINT emergency_openings_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES rounds.accounts(id);


--
-- Name: emergency_openings emergency_openings_proposed_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.emergency_openings
    ADD CONSTRAINT emergency_openings_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES rounds.accounts(id);


--
-- Name: exports exports_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.exports
    ADD CONSTRAINT exports_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id);


--
-- Name: exports exports_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.exports
    ADD CONSTRAINT exports_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: grants grants_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.grants
    ADD CONSTRAINT grants_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id);


--
-- Name: grants grants_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.grants
    ADD CONSTRAINT grants_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: grants grants_asleep_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.grants
    ADD CONSTRAINT grants_asleep_by_fkey FOREIGN KEY (asleep_by) REFERENCES rounds.accounts(id);


--
-- Name: grants grants_confirmed_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.grants
    ADD CONSTRAINT grants_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES rounds.accounts(id);


--
-- Name: grants grants_proposed_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.grants
    ADD CONSTRAINT grants_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES rounds.accounts(id);


--
-- Name: holidays holidays_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.holidays
    ADD CONSTRAINT holidays_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id) ON DELETE CASCADE;


--
-- Name: hooks hooks_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.hooks
    ADD CONSTRAINT hooks_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id);


--
-- Name: hooks hooks_receiver_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.hooks
    ADD CONSTRAINT hooks_receiver_id_fkey FOREIGN KEY (receiver_id) REFERENCES rounds.receivers(id);


--
-- Name: hooks hooks_unit_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.hooks
    ADD CONSTRAINT hooks_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES rounds.units(id) ON DELETE CASCADE;


--
-- Name: households households_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.households
    ADD CONSTRAINT households_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: identities identities_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.identities
    ADD CONSTRAINT identities_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: import_area_changes import_area_changes_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.import_area_changes
    ADD CONSTRAINT import_area_changes_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id) ON DELETE CASCADE;


--
-- Name: import_area_changes import_area_changes_import_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.import_area_changes
    ADD CONSTRAINT import_area_changes_import_id_fkey FOREIGN KEY (import_id) REFERENCES rounds.imports(id) ON DELETE CASCADE;


--
-- Name: import_area_changes import_area_changes_parent_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.import_area_changes
    ADD CONSTRAINT import_area_changes_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES rounds.areas(id) ON DELETE CASCADE;


--
-- Name: import_changes import_changes_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.import_changes
    ADD CONSTRAINT import_changes_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id) ON DELETE CASCADE;


--
-- Name: import_changes import_changes_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.import_changes
    ADD CONSTRAINT import_changes_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: import_changes import_changes_import_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.import_changes
    ADD CONSTRAINT import_changes_import_id_fkey FOREIGN KEY (import_id) REFERENCES rounds.imports(id) ON DELETE CASCADE;


--
-- Name: incident_texts incident_texts_incident_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.incident_texts
    ADD CONSTRAINT incident_texts_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES rounds.incidents(id) ON DELETE CASCADE;


--
-- Name: incidents incidents_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.incidents
    ADD CONSTRAINT incidents_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: incidents incidents_import_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.incidents
    ADD CONSTRAINT incidents_import_id_fkey FOREIGN KEY (import_id) REFERENCES rounds.imports(id) ON DELETE SET NULL;


--
-- Name: incidents incidents_matter_kind_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.incidents
    ADD CONSTRAINT incidents_matter_kind_fkey FOREIGN KEY (matter, kind) REFERENCES rounds.matters(code, kind);


--
-- Name: incidents incidents_merged_into_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.incidents
    ADD CONSTRAINT incidents_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES rounds.incidents(id) ON DELETE SET NULL;


--
-- Name: links links_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.links
    ADD CONSTRAINT links_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: links links_issued_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.links
    ADD CONSTRAINT links_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES rounds.accounts(id);


--
-- Name: lone_timers lone_timers_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.lone_timers
    ADD CONSTRAINT lone_timers_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: lone_timers lone_timers_worker_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.lone_timers
    ADD CONSTRAINT lone_timers_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES rounds.workers(id) ON DELETE CASCADE;


--
-- Name: matter_choices matter_choices_matter_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.matter_choices
    ADD CONSTRAINT matter_choices_matter_fkey FOREIGN KEY (matter) REFERENCES rounds.matters(code);


--
-- Name: message_receipts message_receipts_message_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.message_receipts
    ADD CONSTRAINT message_receipts_message_id_fkey FOREIGN KEY (message_id) REFERENCES rounds.messages(id) ON DELETE CASCADE;


--
-- Name: message_receipts message_receipts_worker_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.message_receipts
    ADD CONSTRAINT message_receipts_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES rounds.workers(id) ON DELETE CASCADE;


--
-- Name: messages messages_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.messages
    ADD CONSTRAINT messages_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: messages messages_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.messages
    ADD CONSTRAINT messages_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: notice_deliveries notice_deliveries_notice_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.notice_deliveries
    ADD CONSTRAINT notice_deliveries_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES rounds.notices(id) ON DELETE CASCADE;


--
-- Name: notice_deliveries notice_deliveries_target_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.notice_deliveries
    ADD CONSTRAINT notice_deliveries_target_id_fkey FOREIGN KEY (target_id) REFERENCES rounds.notice_targets(id) ON DELETE CASCADE;


--
-- Name: notice_targets notice_targets_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.notice_targets
    ADD CONSTRAINT notice_targets_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: notices notices_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.notices
    ADD CONSTRAINT notices_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: opening_households opening_households_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.opening_households
    ADD CONSTRAINT opening_households_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: opening_households opening_households_opening_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.opening_households
    ADD CONSTRAINT opening_households_opening_id_fkey FOREIGN KEY (opening_id) REFERENCES rounds.emergency_openings(id) ON DELETE CASCADE;


--
-- Name: opening_prints opening_prints_opening_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.opening_prints
    ADD CONSTRAINT opening_prints_opening_id_fkey FOREIGN KEY (opening_id) REFERENCES rounds.emergency_openings(id) ON DELETE CASCADE;


--
-- Name: opening_prints opening_prints_printed_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.opening_prints
    ADD CONSTRAINT opening_prints_printed_by_fkey FOREIGN KEY (printed_by) REFERENCES rounds.accounts(id);


--
-- Name: pair_visits pair_visits_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.pair_visits
    ADD CONSTRAINT pair_visits_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: pair_visits pair_visits_confirmed_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.pair_visits
    ADD CONSTRAINT pair_visits_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES rounds.accounts(id);


--
-- Name: pair_visits pair_visits_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.pair_visits
    ADD CONSTRAINT pair_visits_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: pair_visits pair_visits_proposed_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.pair_visits
    ADD CONSTRAINT pair_visits_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES rounds.accounts(id);


--
-- Name: passkeys passkeys_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.passkeys
    ADD CONSTRAINT passkeys_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: photos photos_incident_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.photos
    ADD CONSTRAINT photos_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES rounds.incidents(id) ON DELETE CASCADE;


--
-- Name: plan_bases plan_bases_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_bases
    ADD CONSTRAINT plan_bases_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: plan_bases plan_bases_plan_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_bases
    ADD CONSTRAINT plan_bases_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES rounds.plans(id) ON DELETE CASCADE;


--
-- Name: plan_bases plan_bases_worker_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_bases
    ADD CONSTRAINT plan_bases_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES rounds.workers(id) ON DELETE CASCADE;


--
-- Name: plan_drafts plan_drafts_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_drafts
    ADD CONSTRAINT plan_drafts_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: plan_drafts plan_drafts_plan_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_drafts
    ADD CONSTRAINT plan_drafts_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES rounds.plans(id) ON DELETE CASCADE;


--
-- Name: plan_drafts plan_drafts_worker_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_drafts
    ADD CONSTRAINT plan_drafts_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES rounds.workers(id) ON DELETE CASCADE;


--
-- Name: plan_part_households plan_part_households_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_part_households
    ADD CONSTRAINT plan_part_households_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: plan_part_households plan_part_households_part_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_part_households
    ADD CONSTRAINT plan_part_households_part_id_fkey FOREIGN KEY (part_id) REFERENCES rounds.plan_parts(id) ON DELETE CASCADE;


--
-- Name: plan_part_workers plan_part_workers_part_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_part_workers
    ADD CONSTRAINT plan_part_workers_part_id_fkey FOREIGN KEY (part_id) REFERENCES rounds.plan_parts(id) ON DELETE CASCADE;


--
-- Name: plan_part_workers plan_part_workers_worker_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_part_workers
    ADD CONSTRAINT plan_part_workers_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES rounds.workers(id) ON DELETE CASCADE;


--
-- Name: plan_parts plan_parts_plan_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_parts
    ADD CONSTRAINT plan_parts_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES rounds.plans(id) ON DELETE CASCADE;


--
-- Name: plan_workers plan_workers_plan_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_workers
    ADD CONSTRAINT plan_workers_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES rounds.plans(id) ON DELETE CASCADE;


--
-- Name: plan_workers plan_workers_worker_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plan_workers
    ADD CONSTRAINT plan_workers_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES rounds.workers(id) ON DELETE CASCADE;


--
-- Name: plans plans_revises_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plans
    ADD CONSTRAINT plans_revises_fkey FOREIGN KEY (revises) REFERENCES rounds.plans(id) ON DELETE SET NULL;


--
-- Name: plans plans_round_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.plans
    ADD CONSTRAINT plans_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds.rounds(id) ON DELETE CASCADE;


--
-- Name: receivers receivers_approved_by_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.receivers
    ADD CONSTRAINT receivers_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES rounds.accounts(id);


--
-- Name: receivers receivers_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.receivers
    ADD CONSTRAINT receivers_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: release_stock_counts release_stock_counts_partition_id_bin_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.release_stock_counts
    ADD CONSTRAINT release_stock_counts_partition_id_bin_fkey FOREIGN KEY (partition_id, bin) REFERENCES rounds.bins(partition_id, bin);


--
-- Name: release_stock release_stock_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.release_stock
    ADD CONSTRAINT release_stock_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: release_stock release_stock_partition_id_bin_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.release_stock
    ADD CONSTRAINT release_stock_partition_id_bin_fkey FOREIGN KEY (partition_id, bin) REFERENCES rounds.bins(partition_id, bin);


--
-- Name: release_values release_values_partition_id_bin_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.release_values
    ADD CONSTRAINT release_values_partition_id_bin_fkey FOREIGN KEY (partition_id, bin) REFERENCES rounds.bins(partition_id, bin);


--
-- Name: release_values release_values_release_id_partition_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.release_values
    ADD CONSTRAINT release_values_release_id_partition_id_fkey FOREIGN KEY (release_id, partition_id) REFERENCES rounds.releases(id, partition_id);


--
-- Name: releases releases_partition_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.releases
    ADD CONSTRAINT releases_partition_id_fkey FOREIGN KEY (partition_id) REFERENCES rounds.partitions(id);


--
-- Name: resident_requests resident_requests_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.resident_requests
    ADD CONSTRAINT resident_requests_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: round_areas round_areas_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.round_areas
    ADD CONSTRAINT round_areas_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: round_areas round_areas_round_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.round_areas
    ADD CONSTRAINT round_areas_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds.rounds(id) ON DELETE CASCADE;


--
-- Name: rounds rounds_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.rounds
    ADD CONSTRAINT rounds_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: routes routes_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.routes
    ADD CONSTRAINT routes_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: routes routes_plan_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.routes
    ADD CONSTRAINT routes_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES rounds.plans(id) ON DELETE CASCADE;


--
-- Name: routes routes_worker_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.routes
    ADD CONSTRAINT routes_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES rounds.workers(id);


--
-- Name: satisfaction satisfaction_unit_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.satisfaction
    ADD CONSTRAINT satisfaction_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES rounds.units(id);


--
-- Name: sessions sessions_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.sessions
    ADD CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: staff_leave staff_leave_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.staff_leave
    ADD CONSTRAINT staff_leave_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: stops stops_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.stops
    ADD CONSTRAINT stops_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: stops stops_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.stops
    ADD CONSTRAINT stops_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: stops stops_plan_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.stops
    ADD CONSTRAINT stops_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES rounds.plans(id) ON DELETE CASCADE;


--
-- Name: stops stops_route_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.stops
    ADD CONSTRAINT stops_route_id_fkey FOREIGN KEY (route_id) REFERENCES rounds.routes(id) ON DELETE CASCADE;


--
-- Name: support_wanted support_wanted_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.support_wanted
    ADD CONSTRAINT support_wanted_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: support_wanted support_wanted_consent_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.support_wanted
    ADD CONSTRAINT support_wanted_consent_id_fkey FOREIGN KEY (consent_id) REFERENCES rounds.consents(id) ON DELETE CASCADE;


--
-- Name: support_wanted support_wanted_covered; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.support_wanted
    ADD CONSTRAINT support_wanted_covered FOREIGN KEY (consent_id, service) REFERENCES rounds.consent_services(consent_id, service) ON DELETE CASCADE;


--
-- Name: support_wanted support_wanted_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.support_wanted
    ADD CONSTRAINT support_wanted_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: sweeps sweeps_class_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.sweeps
    ADD CONSTRAINT sweeps_class_fkey FOREIGN KEY (class) REFERENCES rounds.retention(class);


--
-- Name: tokens tokens_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.tokens
    ADD CONSTRAINT tokens_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id);


--
-- Name: tokens tokens_receiver_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.tokens
    ADD CONSTRAINT tokens_receiver_id_fkey FOREIGN KEY (receiver_id) REFERENCES rounds.receivers(id);


--
-- Name: unit_changes unit_changes_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unit_changes
    ADD CONSTRAINT unit_changes_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: unit_changes unit_changes_unit_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unit_changes
    ADD CONSTRAINT unit_changes_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES rounds.units(id) ON DELETE CASCADE;


--
-- Name: unit_member_languages unit_member_languages_unit_id_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unit_member_languages
    ADD CONSTRAINT unit_member_languages_unit_id_account_id_fkey FOREIGN KEY (unit_id, account_id) REFERENCES rounds.unit_members(unit_id, account_id) ON DELETE CASCADE;


--
-- Name: unit_member_skills unit_member_skills_unit_id_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unit_member_skills
    ADD CONSTRAINT unit_member_skills_unit_id_account_id_fkey FOREIGN KEY (unit_id, account_id) REFERENCES rounds.unit_members(unit_id, account_id) ON DELETE CASCADE;


--
-- Name: unit_members unit_members_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unit_members
    ADD CONSTRAINT unit_members_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: unit_members unit_members_unit_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unit_members
    ADD CONSTRAINT unit_members_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES rounds.units(id) ON DELETE CASCADE;


--
-- Name: units units_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.units
    ADD CONSTRAINT units_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: units units_lead_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.units
    ADD CONSTRAINT units_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES rounds.accounts(id);


--
-- Name: units units_parent_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.units
    ADD CONSTRAINT units_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES rounds.units(id);


--
-- Name: unplanned unplanned_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unplanned
    ADD CONSTRAINT unplanned_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: unplanned unplanned_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unplanned
    ADD CONSTRAINT unplanned_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: unplanned unplanned_plan_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.unplanned
    ADD CONSTRAINT unplanned_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES rounds.plans(id) ON DELETE CASCADE;


--
-- Name: uploads uploads_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.uploads
    ADD CONSTRAINT uploads_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id) ON DELETE CASCADE;


--
-- Name: uploads uploads_import_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.uploads
    ADD CONSTRAINT uploads_import_id_fkey FOREIGN KEY (import_id) REFERENCES rounds.imports(id) ON DELETE CASCADE;


--
-- Name: visit_retractions visit_retractions_visit_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.visit_retractions
    ADD CONSTRAINT visit_retractions_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES rounds.visits(id) ON DELETE CASCADE;


--
-- Name: visits visits_household_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.visits
    ADD CONSTRAINT visits_household_id_fkey FOREIGN KEY (household_id) REFERENCES rounds.households(id) ON DELETE CASCADE;


--
-- Name: visits visits_round_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.visits
    ADD CONSTRAINT visits_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds.rounds(id) ON DELETE CASCADE;


--
-- Name: visits visits_worker_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.visits
    ADD CONSTRAINT visits_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES rounds.workers(id);


--
-- Name: worker_days_off worker_days_off_worker_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.worker_days_off
    ADD CONSTRAINT worker_days_off_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES rounds.workers(id) ON DELETE CASCADE;


--
-- Name: workers workers_account_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.workers
    ADD CONSTRAINT workers_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id);


--
-- Name: workers workers_area_id_fkey; Type: FK CONSTRAINT; Schema: rounds; Owner: -
--

ALTER TABLE ONLY rounds.workers
    ADD CONSTRAINT workers_area_id_fkey FOREIGN KEY (area_id) REFERENCES rounds.areas(id);


--
-- Name: agreement_terms agreement_terms_agreement_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.agreement_terms
    ADD CONSTRAINT agreement_terms_agreement_id_fkey FOREIGN KEY (agreement_id) REFERENCES sealed.agreements(id) ON DELETE CASCADE;


--
-- Name: agreements agreements_case_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.agreements
    ADD CONSTRAINT agreements_case_id_fkey FOREIGN KEY (case_id) REFERENCES rounds.cases(id) ON DELETE CASCADE;


--
-- Name: case_keys case_keys_account_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.case_keys
    ADD CONSTRAINT case_keys_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id);


--
-- Name: case_keys case_keys_case_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.case_keys
    ADD CONSTRAINT case_keys_case_id_fkey FOREIGN KEY (case_id) REFERENCES rounds.cases(id) ON DELETE CASCADE;


--
-- Name: meeting_notes meeting_notes_meeting_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.meeting_notes
    ADD CONSTRAINT meeting_notes_meeting_id_fkey FOREIGN KEY (meeting_id) REFERENCES sealed.meetings(id) ON DELETE CASCADE;


--
-- Name: meeting_presence meeting_presence_meeting_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.meeting_presence
    ADD CONSTRAINT meeting_presence_meeting_id_fkey FOREIGN KEY (meeting_id) REFERENCES sealed.meetings(id) ON DELETE CASCADE;


--
-- Name: meetings meetings_case_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.meetings
    ADD CONSTRAINT meetings_case_id_fkey FOREIGN KEY (case_id) REFERENCES rounds.cases(id) ON DELETE CASCADE;


--
-- Name: parties parties_case_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.parties
    ADD CONSTRAINT parties_case_id_fkey FOREIGN KEY (case_id) REFERENCES rounds.cases(id) ON DELETE CASCADE;


--
-- Name: signatures signatures_account_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.signatures
    ADD CONSTRAINT signatures_account_id_fkey FOREIGN KEY (account_id) REFERENCES rounds.accounts(id);


--
-- Name: signatures signatures_agreement_id_case_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.signatures
    ADD CONSTRAINT signatures_agreement_id_case_id_fkey FOREIGN KEY (agreement_id, case_id) REFERENCES sealed.agreements(id, case_id) ON DELETE CASCADE;


--
-- Name: signatures signatures_case_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.signatures
    ADD CONSTRAINT signatures_case_id_fkey FOREIGN KEY (case_id) REFERENCES rounds.cases(id) ON DELETE CASCADE;


--
-- Name: signatures signatures_party_id_case_id_fkey; Type: FK CONSTRAINT; Schema: sealed; Owner: -
--

ALTER TABLE ONLY sealed.signatures
    ADD CONSTRAINT signatures_party_id_case_id_fkey FOREIGN KEY (party_id, case_id) REFERENCES sealed.parties(id, case_id);


--
-- Name: accounts; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.accounts ENABLE ROW LEVEL SECURITY;

--
-- Name: accounts add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.accounts FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:operator'::text, 'administrator'::text])));


--
-- Name: bin_cells add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.bin_cells FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: bins add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.bins FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: consent_services add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.consent_services FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (consent_id IN ( SELECT consents.id
   FROM rounds.consents))));


--
-- Name: consents add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.consents FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (recorder = 'worker'::rounds.role) AND ((given_on >= (rounds.today() - 14)) AND (given_on <= rounds.today())) AND (household_id IN ( SELECT rounds.households_near_visit() AS households_near_visit))));


--
-- Name: disclosures add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.disclosures FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)) AND (made_on <= rounds.today())));


--
-- Name: duty_shifts add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.duty_shifts FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u
  WHERE (u.area_id IN ( SELECT rounds.granted_areas() AS granted_areas))))));


--
-- Name: emergency_openings add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.emergency_openings FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: exports add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.exports FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'service:operator'::text) OR (account_id = ( SELECT rounds.principal_account() AS principal_account))));


--
-- Name: grants add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.grants FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:operator'::text, 'administrator'::text])) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (role = 'worker'::rounds.role) AND rounds.is_granted(area_id, purpose))));


--
-- Name: holidays add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.holidays FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: hooks add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.hooks FOR INSERT TO rounds_app WITH CHECK (((account_id = ( SELECT rounds.principal_account() AS principal_account)) AND ((role)::text = ( SELECT rounds.principal_role() AS principal_role)) AND ((unit_id IS NULL) OR (EXISTS ( SELECT
   FROM ((rounds.units u
     JOIN rounds.area_paths p ON ((p.area_id = u.area_id)))
     JOIN rounds.receivers r ON ((r.id = hooks.receiver_id)))
  WHERE ((u.id = hooks.unit_id) AND (p.ancestor_id = r.area_id))))) AND (EXISTS ( SELECT
   FROM ((rounds.receivers r
     JOIN rounds.area_paths p ON ((p.area_id = r.area_id)))
     JOIN rounds.grants g ON (((g.area_id = p.ancestor_id) AND (g.purpose = r.purpose))))
  WHERE ((r.id = hooks.receiver_id) AND (r.kind = 'webhook'::rounds.receiver_kind) AND (r.ends_on > rounds.today()) AND rounds.is_own(g.*))))));


--
-- Name: identities add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.identities FOR INSERT TO rounds_app WITH CHECK ((account_id = ( SELECT rounds.principal_account() AS principal_account)));


--
-- Name: incident_texts add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.incident_texts FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['worker'::text, 'supervisor'::text, 'case_handler'::text])) AND (incident_id IN ( SELECT i.id
   FROM rounds.incidents i
  WHERE ((i.state = 'open'::rounds.incident_state) AND (i.kind <> 'dispute'::rounds.incident_kind))))));


--
-- Name: incidents add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.incidents FOR INSERT TO rounds_app WITH CHECK (((kind <> 'dispute'::rounds.incident_kind) AND ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text) OR ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['worker'::text, 'supervisor'::text, 'case_handler'::text])) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))))));


--
-- Name: notice_targets add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.notice_targets FOR INSERT TO rounds_app WITH CHECK ((account_id = ( SELECT rounds.principal_account() AS principal_account)));


--
-- Name: operations add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.operations FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text));


--
-- Name: partitions add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.partitions FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: passkeys add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.passkeys FOR INSERT TO rounds_app WITH CHECK ((account_id = ( SELECT rounds.principal_account() AS principal_account)));


--
-- Name: photos add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.photos FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['worker'::text, 'supervisor'::text])) AND (incident_id IN ( SELECT i.id
   FROM rounds.incidents i
  WHERE ((i.state = 'open'::rounds.incident_state) AND (NOT i.in_home))))));


--
-- Name: plan_bases add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.plan_bases FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text));


--
-- Name: plan_drafts add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.plan_drafts FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text));


--
-- Name: plan_part_households add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.plan_part_households FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text));


--
-- Name: plan_part_workers add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.plan_part_workers FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text));


--
-- Name: plan_parts add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.plan_parts FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text));


--
-- Name: plan_workers add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.plan_workers FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'service:planning'::text])) AND (plan_id IN ( SELECT plans.id
   FROM rounds.plans
  WHERE (plans.state = 'planning'::rounds.plan_state))) AND (worker_id IN ( SELECT workers.id
   FROM rounds.workers))));


--
-- Name: plans add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.plans FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (round_id IN ( SELECT r.id
   FROM rounds.rounds r
  WHERE rounds.is_granted(r.area_id, r.purpose))))));


--
-- Name: read_seals add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.read_seals FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:sealer'::text));


--
-- Name: reads add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.reads FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) <> 'nobody'::text));


--
-- Name: receivers add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.receivers FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: release_values add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.release_values FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: releases add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.releases FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: resident_requests add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.resident_requests FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: rounds add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.rounds FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'service:operator'::text) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND rounds.is_granted(area_id, purpose))));


--
-- Name: routes add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.routes FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text));


--
-- Name: staff_leave add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.staff_leave FOR INSERT TO rounds_app WITH CHECK ((((account_id = ( SELECT rounds.principal_account() AS principal_account)) AND (( SELECT rounds.principal_role() AS principal_role) = 'case_handler'::text)) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (account_id IN ( SELECT m.account_id
   FROM (rounds.unit_members m
     JOIN rounds.units u ON ((u.id = m.unit_id)))
  WHERE (u.area_id IN ( SELECT rounds.granted_areas() AS granted_areas)))))));


--
-- Name: stops add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.stops FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text));


--
-- Name: support_wanted add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.support_wanted FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (household_id IN ( SELECT rounds.households_near_visit() AS households_near_visit))));


--
-- Name: tokens add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.tokens FOR INSERT TO rounds_app WITH CHECK (((account_id = ( SELECT rounds.principal_account() AS principal_account)) AND ((role)::text = ( SELECT rounds.principal_role() AS principal_role)) AND (EXISTS ( SELECT
   FROM ((rounds.receivers r
     JOIN rounds.area_paths p ON ((p.area_id = r.area_id)))
     JOIN rounds.grants g ON (((g.area_id = p.ancestor_id) AND (g.purpose = r.purpose))))
  WHERE ((r.id = tokens.receiver_id) AND (r.kind = 'token'::rounds.receiver_kind) AND (r.ends_on > rounds.today()) AND rounds.is_own(g.*))))));


--
-- Name: unit_member_languages add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.unit_member_languages FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u
  WHERE (u.area_id IN ( SELECT rounds.granted_areas() AS granted_areas))))));


--
-- Name: unit_member_skills add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.unit_member_skills FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u
  WHERE (u.area_id IN ( SELECT rounds.granted_areas() AS granted_areas))))));


--
-- Name: unit_members add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.unit_members FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u
  WHERE (u.area_id IN ( SELECT rounds.granted_areas() AS granted_areas))))));


--
-- Name: units add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.units FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: unplanned add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.unplanned FOR INSERT TO rounds_app WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text));


--
-- Name: uploads add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.uploads FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (account_id = ( SELECT rounds.principal_account() AS principal_account)) AND (state = 'sending'::rounds.upload_state) AND (import_id IS NULL)));


--
-- Name: visit_retractions add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.visit_retractions FOR INSERT TO rounds_app WITH CHECK ((visit_id IN ( SELECT visits.id
   FROM rounds.visits)));


--
-- Name: visits add; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY add ON rounds.visits FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (worker_id = ( SELECT rounds.principal_worker() AS principal_worker)) AND (round_id IN ( SELECT rounds.granted_rounds() AS granted_rounds)) AND rounds.was_sent(round_id, household_id)));


--
-- Name: area_paths; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.area_paths ENABLE ROW LEVEL SECURITY;

--
-- Name: areas; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.areas ENABLE ROW LEVEL SECURITY;

--
-- Name: backups; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.backups ENABLE ROW LEVEL SECURITY;

--
-- Name: basemap_features; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.basemap_features ENABLE ROW LEVEL SECURITY;

--
-- Name: bin_cells; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.bin_cells ENABLE ROW LEVEL SECURITY;

--
-- Name: bins; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.bins ENABLE ROW LEVEL SECURITY;

--
-- Name: bookings; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.bookings ENABLE ROW LEVEL SECURITY;

--
-- Name: case_bookings; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.case_bookings ENABLE ROW LEVEL SECURITY;

--
-- Name: case_counters; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.case_counters ENABLE ROW LEVEL SECURITY;

--
-- Name: case_moves; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.case_moves ENABLE ROW LEVEL SECURITY;

--
-- Name: case_rules; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.case_rules ENABLE ROW LEVEL SECURITY;

--
-- Name: case_steps; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.case_steps ENABLE ROW LEVEL SECURITY;

--
-- Name: case_units; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.case_units ENABLE ROW LEVEL SECURITY;

--
-- Name: case_visits; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.case_visits ENABLE ROW LEVEL SECURITY;

--
-- Name: cases; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.cases ENABLE ROW LEVEL SECURITY;

--
-- Name: accounts change; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY change ON rounds.accounts FOR UPDATE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:operator'::text, 'administrator'::text])) OR (id = ( SELECT rounds.principal_account() AS principal_account))));


--
-- Name: grants change; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY change ON rounds.grants FOR UPDATE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:operator'::text, 'administrator'::text])) OR ((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND
CASE
    WHEN (area_id IS NULL) THEN ( SELECT rounds.officer_of_all() AS officer_of_all)
    ELSE (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))
END) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (role = 'worker'::rounds.role) AND rounds.is_granted(area_id, purpose))));


--
-- Name: photos change; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY change ON rounds.photos FOR UPDATE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['worker'::text, 'supervisor'::text])) AND (incident_id IN ( SELECT i.id
   FROM rounds.incidents i
  WHERE ((i.state = 'open'::rounds.incident_state) AND (NOT i.in_home))))));


--
-- Name: plan_parts change; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY change ON rounds.plan_parts FOR UPDATE TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text));


--
-- Name: plans change; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY change ON rounds.plans FOR UPDATE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (round_id IN ( SELECT r.id
   FROM rounds.rounds r
  WHERE rounds.is_granted(r.area_id, r.purpose))))));


--
-- Name: rounds change; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY change ON rounds.rounds FOR UPDATE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:operator'::text) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND rounds.is_granted(area_id, purpose))));


--
-- Name: units change; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY change ON rounds.units FOR UPDATE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: uploads change; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY change ON rounds.uploads FOR UPDATE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (account_id = ( SELECT rounds.principal_account() AS principal_account)))));


--
-- Name: installation claim; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY claim ON rounds.installation FOR UPDATE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:operator'::text) AND (key_check IS NULL))) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:operator'::text));


--
-- Name: closures; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.closures ENABLE ROW LEVEL SECURITY;

--
-- Name: notice_targets confirm; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY confirm ON rounds.notice_targets FOR UPDATE TO rounds_app USING ((account_id = ( SELECT rounds.principal_account() AS principal_account)));


--
-- Name: consent_services; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.consent_services ENABLE ROW LEVEL SECURITY;

--
-- Name: consent_stubs; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.consent_stubs ENABLE ROW LEVEL SECURITY;

--
-- Name: consent_tombstones; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.consent_tombstones ENABLE ROW LEVEL SECURITY;

--
-- Name: consents; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.consents ENABLE ROW LEVEL SECURITY;

--
-- Name: device_pins; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.device_pins ENABLE ROW LEVEL SECURITY;

--
-- Name: devices; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.devices ENABLE ROW LEVEL SECURITY;

--
-- Name: disclosures; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.disclosures ENABLE ROW LEVEL SECURITY;

--
-- Name: dispute_contacts; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.dispute_contacts ENABLE ROW LEVEL SECURITY;

--
-- Name: dispute_handlers; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.dispute_handlers ENABLE ROW LEVEL SECURITY;

--
-- Name: door_notes; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.door_notes ENABLE ROW LEVEL SECURITY;

--
-- Name: doors; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.doors ENABLE ROW LEVEL SECURITY;

--
-- Name: duty_shifts; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.duty_shifts ENABLE ROW LEVEL SECURITY;

--
-- Name: dwelling_claims; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.dwelling_claims ENABLE ROW LEVEL SECURITY;

--
-- Name: dwelling_group_cells; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.dwelling_group_cells ENABLE ROW LEVEL SECURITY;

--
-- Name: dwelling_groups; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.dwelling_groups ENABLE ROW LEVEL SECURITY;

--
-- Name: consents emergency; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY emergency ON rounds.consents FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (expires_on >= rounds.today()) AND (id IN ( SELECT support_wanted.consent_id
   FROM rounds.support_wanted))));


--
-- Name: support_wanted emergency; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY emergency ON rounds.support_wanted FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (expires_on >= rounds.today()) AND (service = ANY (ARRAY['evacuation_help'::rounds.support_service, 'outage_contact'::rounds.support_service, 'welfare_call'::rounds.support_service, 'transport'::rounds.support_service])) AND (household_id IN ( SELECT rounds.opened_households() AS opened_households))));


--
-- Name: emergency_openings; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.emergency_openings ENABLE ROW LEVEL SECURITY;

--
-- Name: erasures; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.erasures ENABLE ROW LEVEL SECURITY;

--
-- Name: exports; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.exports ENABLE ROW LEVEL SECURITY;

--
-- Name: extracts; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.extracts ENABLE ROW LEVEL SECURITY;

--
-- Name: grants; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.grants ENABLE ROW LEVEL SECURITY;

--
-- Name: duty_shifts hand_over; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY hand_over ON rounds.duty_shifts FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'case_handler'::text) AND (unit_id IN ( SELECT rounds.own_units() AS own_units))));


--
-- Name: height_tiles; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.height_tiles ENABLE ROW LEVEL SECURITY;

--
-- Name: holidays; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.holidays ENABLE ROW LEVEL SECURITY;

--
-- Name: hooks; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.hooks ENABLE ROW LEVEL SECURITY;

--
-- Name: households; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.households ENABLE ROW LEVEL SECURITY;

--
-- Name: identities; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.identities ENABLE ROW LEVEL SECURITY;

--
-- Name: import_area_changes import; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY import ON rounds.import_area_changes TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text));


--
-- Name: import_changes import; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY import ON rounds.import_changes TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text));


--
-- Name: refusals import; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY import ON rounds.refusals TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text));


--
-- Name: import_area_changes; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.import_area_changes ENABLE ROW LEVEL SECURITY;

--
-- Name: import_changes; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.import_changes ENABLE ROW LEVEL SECURITY;

--
-- Name: imports; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.imports ENABLE ROW LEVEL SECURITY;

--
-- Name: imports imports; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY imports ON rounds.imports TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:import'::text, 'service:operator'::text]))) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text));


--
-- Name: incident_texts; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.incident_texts ENABLE ROW LEVEL SECURITY;

--
-- Name: incidents; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.incidents ENABLE ROW LEVEL SECURITY;

--
-- Name: installation; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.installation ENABLE ROW LEVEL SECURITY;

--
-- Name: lone_timers lapsed; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY lapsed ON rounds.lone_timers FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (lapses_at <= rounds.clock()) AND (worker_id IN ( SELECT w.id
   FROM rounds.workers w))));


--
-- Name: sessions leave; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY leave ON rounds.sessions FOR DELETE TO rounds_app USING ((account_id = ( SELECT rounds.principal_account() AS principal_account)));


--
-- Name: links; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.links ENABLE ROW LEVEL SECURITY;

--
-- Name: device_pins login; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY login ON rounds.device_pins TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text));


--
-- Name: devices login; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY login ON rounds.devices TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text));


--
-- Name: links login; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY login ON rounds.links FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text));


--
-- Name: sessions login; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY login ON rounds.sessions TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text));


--
-- Name: spent_ceremonies login; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY login ON rounds.spent_ceremonies TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text));


--
-- Name: lone_timers; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.lone_timers ENABLE ROW LEVEL SECURITY;

--
-- Name: matter_choices; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.matter_choices ENABLE ROW LEVEL SECURITY;

--
-- Name: matters; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.matters ENABLE ROW LEVEL SECURITY;

--
-- Name: message_receipts; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.message_receipts ENABLE ROW LEVEL SECURITY;

--
-- Name: messages; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.messages ENABLE ROW LEVEL SECURITY;

--
-- Name: notice_deliveries; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.notice_deliveries ENABLE ROW LEVEL SECURITY;

--
-- Name: notice_targets; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.notice_targets ENABLE ROW LEVEL SECURITY;

--
-- Name: notices; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.notices ENABLE ROW LEVEL SECURITY;

--
-- Name: opening_households; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.opening_households ENABLE ROW LEVEL SECURITY;

--
-- Name: opening_prints; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.opening_prints ENABLE ROW LEVEL SECURITY;

--
-- Name: operations; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.operations ENABLE ROW LEVEL SECURITY;

--
-- Name: imports own; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY own ON rounds.imports FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (id IN ( SELECT u.import_id
   FROM rounds.uploads u))));


--
-- Name: lone_timers own; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY own ON rounds.lone_timers TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (account_id = ( SELECT rounds.principal_account() AS principal_account)))) WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (account_id = ( SELECT rounds.principal_account() AS principal_account)) AND (worker_id = ( SELECT rounds.principal_worker() AS principal_worker)) AND (lapses_at <= (rounds.clock() + '08:00:00'::interval))));


--
-- Name: pair_visits; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.pair_visits ENABLE ROW LEVEL SECURITY;

--
-- Name: partitions; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.partitions ENABLE ROW LEVEL SECURITY;

--
-- Name: passkeys; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.passkeys ENABLE ROW LEVEL SECURITY;

--
-- Name: photos; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.photos ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_bases; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.plan_bases ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_drafts; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.plan_drafts ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_part_households; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.plan_part_households ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_part_workers; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.plan_part_workers ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_parts; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.plan_parts ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_workers; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.plan_workers ENABLE ROW LEVEL SECURITY;

--
-- Name: plans; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.plans ENABLE ROW LEVEL SECURITY;

--
-- Name: bin_cells published; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY published ON rounds.bin_cells FOR SELECT TO rounds_stats USING (true);


--
-- Name: bins published; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY published ON rounds.bins FOR SELECT TO rounds_stats USING (true);


--
-- Name: partitions published; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY published ON rounds.partitions FOR SELECT TO rounds_stats USING (true);


--
-- Name: release_values published; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY published ON rounds.release_values FOR SELECT TO rounds_stats USING (true);


--
-- Name: releases published; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY published ON rounds.releases FOR SELECT TO rounds_stats USING (true);


--
-- Name: accounts read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.accounts FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:login'::text, 'service:operator'::text, 'administrator'::text, 'dpo'::text])) OR (id = ( SELECT rounds.principal_account() AS principal_account))));


--
-- Name: area_paths read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.area_paths FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['administrator'::text, 'service:import'::text, 'service:planning'::text, 'service:tiles'::text, 'service:operator'::text])) OR (ancestor_id = ANY (ARRAY( SELECT rounds.granted_roots() AS granted_roots))) OR (area_id IN ( SELECT rounds.visible_areas() AS visible_areas))));


--
-- Name: areas read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.areas FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['administrator'::text, 'service:import'::text, 'service:planning'::text, 'service:tiles'::text, 'service:operator'::text])) OR (EXISTS ( SELECT
   FROM rounds.area_paths p
  WHERE ((p.area_id = areas.id) AND (p.ancestor_id = ANY (ARRAY( SELECT rounds.granted_roots() AS granted_roots)))))) OR (id IN ( SELECT rounds.visible_areas() AS visible_areas))));


--
-- Name: backups read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.backups FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['dpo'::text, 'administrator'::text, 'service:operator'::text])));


--
-- Name: basemap_features read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.basemap_features FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) <> 'nobody'::text));


--
-- Name: bin_cells read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.bin_cells FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: bins read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.bins FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: bookings read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.bookings FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)) AND (round_id IN ( SELECT rounds.granted_rounds() AS granted_rounds)))));


--
-- Name: case_moves read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.case_moves FOR SELECT TO rounds_app USING (true);


--
-- Name: case_rules read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.case_rules FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'case_handler'::text])) AND (area_id IN ( SELECT rounds.visible_areas() AS visible_areas))));


--
-- Name: case_steps read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.case_steps FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'case_handler'::text])) AND (EXISTS ( SELECT
   FROM rounds.cases c
  WHERE (c.id = case_steps.case_id)))));


--
-- Name: case_units read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.case_units FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'case_handler'::text])) AND (EXISTS ( SELECT
   FROM rounds.cases c
  WHERE (c.id = case_units.case_id)))));


--
-- Name: case_visits read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.case_visits FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'case_handler'::text) AND rounds.deals_with(case_id)));


--
-- Name: cases read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.cases FOR SELECT TO rounds_app USING ((((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'case_handler'::text])) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (NOT dispute) AND (incident_id IS NOT NULL) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)))));


--
-- Name: closures read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.closures FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:operator'::text])) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)))));


--
-- Name: consent_services read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.consent_services FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (consent_id IN ( SELECT consents.id
   FROM rounds.consents))));


--
-- Name: consent_tombstones read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.consent_tombstones FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (worker_id = ( SELECT rounds.principal_worker() AS principal_worker))));


--
-- Name: consents read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.consents FOR SELECT TO rounds_app USING (((expires_on >= rounds.today()) AND (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (household_id IN ( SELECT rounds.households_near_visit() AS households_near_visit))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'case_handler'::text) AND (id IN ( SELECT support_wanted.consent_id
   FROM rounds.support_wanted))))));


--
-- Name: device_pins read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.device_pins FOR SELECT TO rounds_app USING ((account_id = ( SELECT rounds.principal_account() AS principal_account)));


--
-- Name: devices read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.devices FOR SELECT TO rounds_app USING ((id IN ( SELECT p.device_id
   FROM rounds.device_pins p
  WHERE (p.account_id = ( SELECT rounds.principal_account() AS principal_account)))));


--
-- Name: disclosures read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.disclosures FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: dispute_contacts read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.dispute_contacts FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'case_handler'::text) AND rounds.is_named(incident_id)));


--
-- Name: dispute_handlers read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.dispute_handlers FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'case_handler'::text])) AND (EXISTS ( SELECT
   FROM rounds.cases c
  WHERE (c.id = dispute_handlers.case_id)))));


--
-- Name: door_notes read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.door_notes FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (seen_on >= (rounds.today() - '6 mons'::interval)) AND (household_id IN ( SELECT rounds.households_near_visit() AS households_near_visit))));


--
-- Name: doors read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.doors FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text) OR ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:tiles'::text, 'service:operator'::text])) AND (state = 'finished'::rounds.door_state)) OR ((round_id IN ( SELECT rounds.id
   FROM rounds.rounds
  WHERE (rounds.closed_at IS NULL))) AND (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (state = 'finished'::rounds.door_state) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)) AND (round_id IN ( SELECT rounds.granted_rounds() AS granted_rounds))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (household_id IN ( SELECT rounds.assigned_households() AS assigned_households)))))));


--
-- Name: duty_shifts read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.duty_shifts FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'case_handler'::text])) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u))));


--
-- Name: dwelling_claims read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.dwelling_claims FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (EXISTS ( SELECT
   FROM rounds.households h
  WHERE (h.id = dwelling_claims.household_id)))));


--
-- Name: dwelling_group_cells read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.dwelling_group_cells FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:import'::text, 'service:tiles'::text, 'service:operator'::text])) OR (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: dwelling_groups read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.dwelling_groups FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:import'::text, 'service:tiles'::text, 'service:operator'::text])) OR (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: emergency_openings read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.emergency_openings FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'dpo'::text])) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: erasures read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.erasures FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:retention'::text));


--
-- Name: exports read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.exports FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:operator'::text) OR (account_id = ( SELECT rounds.principal_account() AS principal_account))));


--
-- Name: extracts read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.extracts FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) <> 'nobody'::text));


--
-- Name: grants read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.grants FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:login'::text, 'service:operator'::text, 'administrator'::text])) OR (account_id = ( SELECT rounds.principal_account() AS principal_account)) OR ((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND ((area_id IS NULL) OR (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (role = 'worker'::rounds.role) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)))));


--
-- Name: height_tiles read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.height_tiles FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) <> 'nobody'::text));


--
-- Name: holidays read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.holidays FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:operator'::text])) OR ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'worker'::text])) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)))));


--
-- Name: hooks read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.hooks FOR SELECT TO rounds_app USING (((account_id = ( SELECT rounds.principal_account() AS principal_account)) OR ((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND (receiver_id IN ( SELECT receivers.id
   FROM rounds.receivers)))));


--
-- Name: households read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.households FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:import'::text, 'service:planning'::text, 'service:tiles'::text, 'service:operator'::text])) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (EXISTS ( SELECT
   FROM rounds.area_paths p
  WHERE ((p.area_id = households.area_id) AND (p.ancestor_id = ANY (ARRAY( SELECT rounds.granted_roots() AS granted_roots))))))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (id IN ( SELECT rounds.assigned_households() AS assigned_households)))));


--
-- Name: identities read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.identities FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text) OR (account_id = ( SELECT rounds.principal_account() AS principal_account))));


--
-- Name: incident_texts read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.incident_texts FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'case_handler'::text])) AND (incident_id IN ( SELECT i.id
   FROM rounds.incidents i))));


--
-- Name: incidents read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.incidents FOR SELECT TO rounds_app USING (
CASE kind
    WHEN 'dispute'::rounds.incident_kind THEN ((( SELECT rounds.principal_role() AS principal_role) = 'case_handler'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)) AND rounds.is_named(id))
    ELSE ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:import'::text, 'service:tiles'::text, 'service:operator'::text])) OR ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['worker'::text, 'supervisor'::text, 'case_handler'::text])) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'analyst'::text) AND (state = 'open'::rounds.incident_state) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))))
END);


--
-- Name: installation read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.installation FOR SELECT TO rounds_app USING (true);


--
-- Name: matter_choices read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.matter_choices FOR SELECT TO rounds_app USING (true);


--
-- Name: matters read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.matters FOR SELECT TO rounds_app USING (true);


--
-- Name: message_receipts read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.message_receipts FOR SELECT TO rounds_app USING ((((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (worker_id = ( SELECT rounds.principal_worker() AS principal_worker))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (worker_id IN ( SELECT w.id
   FROM rounds.workers w)))));


--
-- Name: messages read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.messages FOR SELECT TO rounds_app USING ((((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (id IN ( SELECT r.message_id
   FROM rounds.message_receipts r))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)))));


--
-- Name: notice_deliveries read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.notice_deliveries FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:notice'::text));


--
-- Name: notice_targets read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.notice_targets FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:notice'::text) OR (account_id = ( SELECT rounds.principal_account() AS principal_account))));


--
-- Name: notices read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.notices FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:notice'::text));


--
-- Name: opening_households read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.opening_households FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (opening_id IN ( SELECT emergency_openings.id
   FROM rounds.emergency_openings))));


--
-- Name: opening_prints read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.opening_prints FOR SELECT TO rounds_app USING ((opening_id IN ( SELECT emergency_openings.id
   FROM rounds.emergency_openings)));


--
-- Name: operations read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.operations FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text));


--
-- Name: pair_visits read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.pair_visits FOR SELECT TO rounds_app USING ((((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (ends_on >= rounds.today()) AND (household_id IN ( SELECT rounds.households_near_visit() AS households_near_visit))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (confirmed_by IS NULL) AND (proposed_on >= (rounds.today() - 14)) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)))));


--
-- Name: partitions read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.partitions FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: passkeys read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.passkeys FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text) OR (account_id = ( SELECT rounds.principal_account() AS principal_account))));


--
-- Name: photos read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.photos FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:retention'::text) OR ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['worker'::text, 'supervisor'::text, 'case_handler'::text])) AND (incident_id IN ( SELECT i.id
   FROM rounds.incidents i)))));


--
-- Name: plan_bases read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.plan_bases FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:operator'::text])));


--
-- Name: plan_drafts read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.plan_drafts FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:operator'::text])));


--
-- Name: plan_part_households read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.plan_part_households FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:operator'::text])));


--
-- Name: plan_part_workers read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.plan_part_workers FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:operator'::text])));


--
-- Name: plan_parts read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.plan_parts FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:operator'::text])));


--
-- Name: plan_workers read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.plan_workers FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:operator'::text])) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (plan_id IN ( SELECT rounds.open_plans() AS open_plans)) AND (worker_id IN ( SELECT workers.id
   FROM rounds.workers)))));


--
-- Name: plans read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.plans FOR SELECT TO rounds_app USING ((((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:tiles'::text, 'service:operator'::text, 'supervisor'::text])) OR (state = 'published'::rounds.plan_state)) AND (round_id IN ( SELECT rounds.id
   FROM rounds.rounds))));


--
-- Name: read_seals read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.read_seals FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:sealer'::text, 'service:operator'::text, 'dpo'::text])));


--
-- Name: reads read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.reads FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:sealer'::text, 'service:operator'::text])) OR (account_id = ( SELECT rounds.principal_account() AS principal_account)) OR ((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND ((area_id IS NULL) OR (area_id IN ( SELECT rounds.visible_areas() AS visible_areas))))));


--
-- Name: receivers read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.receivers FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['dpo'::text, 'supervisor'::text, 'analyst'::text])) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: release_stock read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.release_stock FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: release_stock_counts read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.release_stock_counts FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: release_values read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.release_values FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: releases read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.releases FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:statistics'::text));


--
-- Name: resident_requests read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.resident_requests FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: retention read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.retention FOR SELECT TO rounds_app USING (true);


--
-- Name: rights read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.rights FOR SELECT TO rounds_app USING (true);


--
-- Name: round_areas read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.round_areas FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:tiles'::text, 'service:operator'::text])) OR ((area_id IN ( SELECT rounds.granted_areas() AS granted_areas)) AND (round_id IN ( SELECT rounds.granted_rounds() AS granted_rounds)))));


--
-- Name: rounds read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.rounds FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:tiles'::text, 'service:operator'::text])) OR (id IN ( SELECT rounds.granted_rounds() AS granted_rounds)) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND rounds.is_granted(area_id, purpose))));


--
-- Name: routes read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.routes FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:tiles'::text, 'service:operator'::text])) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (plan_id IN ( SELECT rounds.open_plans() AS open_plans)) AND (EXISTS ( SELECT
   FROM rounds.area_paths p
  WHERE ((p.area_id = routes.area_id) AND (p.ancestor_id = ANY (ARRAY( SELECT rounds.granted_roots() AS granted_roots))))))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (worker_id = ( SELECT rounds.principal_worker() AS principal_worker)) AND (plan_id IN ( SELECT rounds.open_plans() AS open_plans)))));


--
-- Name: sessions read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.sessions FOR SELECT TO rounds_app USING ((account_id = ( SELECT rounds.principal_account() AS principal_account)));


--
-- Name: staff_leave read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.staff_leave FOR SELECT TO rounds_app USING (((account_id = ( SELECT rounds.principal_account() AS principal_account)) OR ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'case_handler'::text])) AND (account_id IN ( SELECT m.account_id
   FROM rounds.unit_members m)))));


--
-- Name: stops read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.stops FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:tiles'::text, 'service:operator'::text])) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (plan_id IN ( SELECT rounds.open_plans() AS open_plans)) AND (EXISTS ( SELECT
   FROM rounds.area_paths p
  WHERE ((p.area_id = stops.area_id) AND (p.ancestor_id = ANY (ARRAY( SELECT rounds.granted_roots() AS granted_roots))))))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (route_id IN ( SELECT rounds.own_routes() AS own_routes)))));


--
-- Name: support_wanted read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.support_wanted FOR SELECT TO rounds_app USING (((expires_on >= rounds.today()) AND (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (household_id IN ( SELECT rounds.households_near_visit() AS households_near_visit))) OR ((( SELECT rounds.principal_role() AS principal_role) = 'case_handler'::text) AND (done_on IS NULL) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))))));


--
-- Name: sweeps read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.sweeps FOR SELECT TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['dpo'::text, 'service:operator'::text, 'service:retention'::text])));


--
-- Name: tokens read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.tokens FOR SELECT TO rounds_app USING (((account_id = ( SELECT rounds.principal_account() AS principal_account)) OR ((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND (receiver_id IN ( SELECT receivers.id
   FROM rounds.receivers)))));


--
-- Name: unit_changes read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.unit_changes FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: unit_member_languages read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.unit_member_languages FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'case_handler'::text])) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u))));


--
-- Name: unit_member_skills read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.unit_member_skills FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'case_handler'::text])) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u))));


--
-- Name: unit_members read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.unit_members FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'case_handler'::text])) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u))));


--
-- Name: units read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.units FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text) OR ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['worker'::text, 'supervisor'::text, 'case_handler'::text])) AND (area_id IN ( SELECT rounds.visible_areas() AS visible_areas)))));


--
-- Name: unplanned read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.unplanned FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['service:planning'::text, 'service:tiles'::text, 'service:operator'::text])) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)) AND (plan_id IN ( SELECT rounds.open_plans() AS open_plans)))));


--
-- Name: uploads read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.uploads FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (account_id = ( SELECT rounds.principal_account() AS principal_account)))));


--
-- Name: visit_retractions read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.visit_retractions FOR SELECT TO rounds_app USING ((visit_id IN ( SELECT visits.id
   FROM rounds.visits)));


--
-- Name: visits read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.visits FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (worker_id = ( SELECT rounds.principal_worker() AS principal_worker)) AND (round_id IN ( SELECT rounds.id
   FROM rounds.rounds
  WHERE (rounds.closed_at IS NULL)))));


--
-- Name: worker_days_off read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.worker_days_off FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['worker'::text, 'supervisor'::text, 'service:planning'::text, 'service:operator'::text])) AND (worker_id IN ( SELECT w.id
   FROM rounds.workers w))));


--
-- Name: workers read; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY read ON rounds.workers FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['administrator'::text, 'service:planning'::text, 'service:operator'::text])) OR (account_id = ( SELECT rounds.principal_account() AS principal_account)) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (EXISTS ( SELECT
   FROM rounds.area_paths p
  WHERE ((p.area_id = workers.area_id) AND (p.ancestor_id = ANY (ARRAY( SELECT rounds.granted_roots() AS granted_roots)))))))));


--
-- Name: read_seals; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.read_seals ENABLE ROW LEVEL SECURITY;

--
-- Name: reads; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.reads ENABLE ROW LEVEL SECURITY;

--
-- Name: receivers; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.receivers ENABLE ROW LEVEL SECURITY;

--
-- Name: refusals; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.refusals ENABLE ROW LEVEL SECURITY;

--
-- Name: release_stock; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.release_stock ENABLE ROW LEVEL SECURITY;

--
-- Name: release_stock_counts; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.release_stock_counts ENABLE ROW LEVEL SECURITY;

--
-- Name: release_values; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.release_values ENABLE ROW LEVEL SECURITY;

--
-- Name: releases; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.releases ENABLE ROW LEVEL SECURITY;

--
-- Name: device_pins remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.device_pins FOR DELETE TO rounds_app USING ((account_id = ( SELECT rounds.principal_account() AS principal_account)));


--
-- Name: duty_shifts remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.duty_shifts FOR DELETE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u
  WHERE (u.area_id IN ( SELECT rounds.granted_areas() AS granted_areas))))));


--
-- Name: holidays remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.holidays FOR DELETE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: hooks remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.hooks FOR DELETE TO rounds_app USING (((account_id = ( SELECT rounds.principal_account() AS principal_account)) OR ((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND (receiver_id IN ( SELECT receivers.id
   FROM rounds.receivers)))));


--
-- Name: identities remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.identities FOR DELETE TO rounds_app USING ((account_id = ( SELECT rounds.principal_account() AS principal_account)));


--
-- Name: notice_targets remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.notice_targets FOR DELETE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:notice'::text) OR (account_id = ( SELECT rounds.principal_account() AS principal_account))));


--
-- Name: passkeys remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.passkeys FOR DELETE TO rounds_app USING ((account_id = ( SELECT rounds.principal_account() AS principal_account)));


--
-- Name: plan_bases remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.plan_bases FOR DELETE TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text));


--
-- Name: plan_drafts remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.plan_drafts FOR DELETE TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:planning'::text));


--
-- Name: staff_leave remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.staff_leave FOR DELETE TO rounds_app USING ((((account_id = ( SELECT rounds.principal_account() AS principal_account)) AND (( SELECT rounds.principal_role() AS principal_role) = 'case_handler'::text)) OR ((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (account_id IN ( SELECT m.account_id
   FROM (rounds.unit_members m
     JOIN rounds.units u ON ((u.id = m.unit_id)))
  WHERE (u.area_id IN ( SELECT rounds.granted_areas() AS granted_areas)))))));


--
-- Name: tokens remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.tokens FOR DELETE TO rounds_app USING (((account_id = ( SELECT rounds.principal_account() AS principal_account)) OR ((( SELECT rounds.principal_role() AS principal_role) = 'dpo'::text) AND (receiver_id IN ( SELECT receivers.id
   FROM rounds.receivers)))));


--
-- Name: unit_member_languages remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.unit_member_languages FOR DELETE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u
  WHERE (u.area_id IN ( SELECT rounds.granted_areas() AS granted_areas))))));


--
-- Name: unit_member_skills remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.unit_member_skills FOR DELETE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u
  WHERE (u.area_id IN ( SELECT rounds.granted_areas() AS granted_areas))))));


--
-- Name: unit_members remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.unit_members FOR DELETE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (unit_id IN ( SELECT u.id
   FROM rounds.units u
  WHERE (u.area_id IN ( SELECT rounds.granted_areas() AS granted_areas))))));


--
-- Name: uploads remove; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY remove ON rounds.uploads FOR DELETE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (account_id = ( SELECT rounds.principal_account() AS principal_account)) AND (import_id IS NULL)));


--
-- Name: resident_requests; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.resident_requests ENABLE ROW LEVEL SECURITY;

--
-- Name: retention; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.retention ENABLE ROW LEVEL SECURITY;

--
-- Name: rights; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.rights ENABLE ROW LEVEL SECURITY;

--
-- Name: round_areas; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.round_areas ENABLE ROW LEVEL SECURITY;

--
-- Name: rounds; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.rounds ENABLE ROW LEVEL SECURITY;

--
-- Name: routes; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.routes ENABLE ROW LEVEL SECURITY;

--
-- Name: satisfaction; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.satisfaction ENABLE ROW LEVEL SECURITY;

--
-- Name: message_receipts send; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY send ON rounds.message_receipts FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (understood_at IS NULL) AND (worker_id IN ( SELECT w.id
   FROM rounds.workers w)) AND rounds.is_sender(message_id)));


--
-- Name: messages send; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY send ON rounds.messages FOR INSERT TO rounds_app WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)) AND (account_id = ( SELECT rounds.principal_account() AS principal_account))));


--
-- Name: notice_deliveries send; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY send ON rounds.notice_deliveries FOR UPDATE TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:notice'::text));


--
-- Name: sessions; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.sessions ENABLE ROW LEVEL SECURITY;

--
-- Name: spent_ceremonies; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.spent_ceremonies ENABLE ROW LEVEL SECURITY;

--
-- Name: staff_leave; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.staff_leave ENABLE ROW LEVEL SECURITY;

--
-- Name: stops; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.stops ENABLE ROW LEVEL SECURITY;

--
-- Name: households support; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY support ON rounds.households FOR SELECT TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'case_handler'::text) AND (id IN ( SELECT support_wanted.household_id
   FROM rounds.support_wanted))));


--
-- Name: support_wanted; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.support_wanted ENABLE ROW LEVEL SECURITY;

--
-- Name: sweeps; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.sweeps ENABLE ROW LEVEL SECURITY;

--
-- Name: exports take; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY take ON rounds.exports FOR UPDATE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'service:operator'::text) OR ((account_id = ( SELECT rounds.principal_account() AS principal_account)) AND (NOT (EXISTS ( SELECT
   FROM rounds.grants g
  WHERE ((g.account_id = exports.account_id) AND (((g.ends_at > exports.requested_at) AND (g.ends_at <= now())) OR (g.asleep_since IS NOT NULL)))))))));


--
-- Name: duty_shifts take_over; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY take_over ON rounds.duty_shifts FOR DELETE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'case_handler'::text) AND (unit_id IN ( SELECT rounds.own_units() AS own_units))));


--
-- Name: tokens; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.tokens ENABLE ROW LEVEL SECURITY;

--
-- Name: message_receipts understand; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY understand ON rounds.message_receipts FOR UPDATE TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'worker'::text) AND (worker_id = ( SELECT rounds.principal_worker() AS principal_worker)) AND (understood_at IS NULL))) WITH CHECK (true);


--
-- Name: unit_changes; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.unit_changes ENABLE ROW LEVEL SECURITY;

--
-- Name: unit_member_languages; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.unit_member_languages ENABLE ROW LEVEL SECURITY;

--
-- Name: unit_member_skills; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.unit_member_skills ENABLE ROW LEVEL SECURITY;

--
-- Name: unit_members; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.unit_members ENABLE ROW LEVEL SECURITY;

--
-- Name: units; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.units ENABLE ROW LEVEL SECURITY;

--
-- Name: unplanned; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.unplanned ENABLE ROW LEVEL SECURITY;

--
-- Name: uploads; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.uploads ENABLE ROW LEVEL SECURITY;

--
-- Name: passkeys use; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY use ON rounds.passkeys FOR UPDATE TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:login'::text));


--
-- Name: visit_retractions; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.visit_retractions ENABLE ROW LEVEL SECURITY;

--
-- Name: visits; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.visits ENABLE ROW LEVEL SECURITY;

--
-- Name: worker_days_off; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.worker_days_off ENABLE ROW LEVEL SECURITY;

--
-- Name: workers; Type: ROW SECURITY; Schema: rounds; Owner: -
--

ALTER TABLE rounds.workers ENABLE ROW LEVEL SECURITY;

--
-- Name: areas write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.areas TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text));


--
-- Name: basemap_features write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.basemap_features TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text));


--
-- Name: bookings write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.bookings TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)) AND (round_id IN ( SELECT rounds.granted_rounds() AS granted_rounds))));


--
-- Name: case_rules write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.case_rules TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: closures write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.closures TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas)))) WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = 'supervisor'::text) AND (area_id IN ( SELECT rounds.granted_areas() AS granted_areas))));


--
-- Name: dwelling_group_cells write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.dwelling_group_cells TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text));


--
-- Name: dwelling_groups write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.dwelling_groups TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text));


--
-- Name: extracts write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.extracts TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text));


--
-- Name: height_tiles write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.height_tiles TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text));


--
-- Name: households write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.households TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:import'::text));


--
-- Name: matter_choices write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.matter_choices TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['administrator'::text, 'service:operator'::text]))) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['administrator'::text, 'service:operator'::text])));


--
-- Name: sweeps write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.sweeps TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = 'service:retention'::text)) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = 'service:retention'::text));


--
-- Name: worker_days_off write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.worker_days_off TO rounds_app USING (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'service:operator'::text])) AND (worker_id IN ( SELECT workers.id
   FROM rounds.workers)))) WITH CHECK (((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['supervisor'::text, 'service:operator'::text])) AND (worker_id IN ( SELECT workers.id
   FROM rounds.workers))));


--
-- Name: workers write; Type: POLICY; Schema: rounds; Owner: -
--

CREATE POLICY write ON rounds.workers TO rounds_app USING ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['administrator'::text, 'service:operator'::text]))) WITH CHECK ((( SELECT rounds.principal_role() AS principal_role) = ANY (ARRAY['administrator'::text, 'service:operator'::text])));


--
-- Name: agreement_terms add; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY add ON sealed.agreement_terms FOR INSERT TO rounds_app WITH CHECK ((agreement_id IN ( SELECT a.id
   FROM sealed.agreements a
  WHERE (NOT (EXISTS ( SELECT
           FROM sealed.signatures s
          WHERE (s.agreement_id = a.id)))))));


--
-- Name: agreements add; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY add ON sealed.agreements FOR INSERT TO rounds_app WITH CHECK ((case_id IN ( SELECT rounds.own_open_disputes() AS own_open_disputes)));


--
-- Name: meeting_notes add; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY add ON sealed.meeting_notes FOR INSERT TO rounds_app WITH CHECK ((meeting_id IN ( SELECT s.id
   FROM sealed.meetings s)));


--
-- Name: meeting_presence add; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY add ON sealed.meeting_presence FOR INSERT TO rounds_app WITH CHECK ((meeting_id IN ( SELECT s.id
   FROM sealed.meetings s)));


--
-- Name: meetings add; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY add ON sealed.meetings FOR INSERT TO rounds_app WITH CHECK ((case_id IN ( SELECT rounds.own_open_disputes() AS own_open_disputes)));


--
-- Name: parties add; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY add ON sealed.parties FOR INSERT TO rounds_app WITH CHECK ((case_id IN ( SELECT rounds.own_open_disputes() AS own_open_disputes)));


--
-- Name: signatures add; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY add ON sealed.signatures FOR INSERT TO rounds_app WITH CHECK (((case_id IN ( SELECT rounds.own_open_disputes() AS own_open_disputes)) AND ((account_id IS NULL) OR (account_id = ( SELECT rounds.principal_account() AS principal_account)))));


--
-- Name: agreement_terms; Type: ROW SECURITY; Schema: sealed; Owner: -
--

ALTER TABLE sealed.agreement_terms ENABLE ROW LEVEL SECURITY;

--
-- Name: agreements; Type: ROW SECURITY; Schema: sealed; Owner: -
--

ALTER TABLE sealed.agreements ENABLE ROW LEVEL SECURITY;

--
-- Name: case_keys; Type: ROW SECURITY; Schema: sealed; Owner: -
--

ALTER TABLE sealed.case_keys ENABLE ROW LEVEL SECURITY;

--
-- Name: parties change; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY change ON sealed.parties FOR UPDATE TO rounds_app USING ((case_id IN ( SELECT rounds.own_open_disputes() AS own_open_disputes)));


--
-- Name: meeting_notes; Type: ROW SECURITY; Schema: sealed; Owner: -
--

ALTER TABLE sealed.meeting_notes ENABLE ROW LEVEL SECURITY;

--
-- Name: meeting_presence; Type: ROW SECURITY; Schema: sealed; Owner: -
--

ALTER TABLE sealed.meeting_presence ENABLE ROW LEVEL SECURITY;

--
-- Name: meetings; Type: ROW SECURITY; Schema: sealed; Owner: -
--

ALTER TABLE sealed.meetings ENABLE ROW LEVEL SECURITY;

--
-- Name: parties; Type: ROW SECURITY; Schema: sealed; Owner: -
--

ALTER TABLE sealed.parties ENABLE ROW LEVEL SECURITY;

--
-- Name: agreement_terms read; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY read ON sealed.agreement_terms FOR SELECT TO rounds_app USING ((agreement_id IN ( SELECT a.id
   FROM sealed.agreements a)));


--
-- Name: agreements read; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY read ON sealed.agreements FOR SELECT TO rounds_app USING ((case_id IN ( SELECT rounds.own_disputes() AS own_disputes)));


--
-- Name: case_keys read; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY read ON sealed.case_keys FOR SELECT TO rounds_app USING (((account_id = ( SELECT rounds.principal_account() AS principal_account)) AND (case_id IN ( SELECT rounds.own_disputes() AS own_disputes))));


--
-- Name: meeting_notes read; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY read ON sealed.meeting_notes FOR SELECT TO rounds_app USING ((meeting_id IN ( SELECT s.id
   FROM sealed.meetings s)));


--
-- Name: meeting_presence read; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY read ON sealed.meeting_presence FOR SELECT TO rounds_app USING ((meeting_id IN ( SELECT s.id
   FROM sealed.meetings s)));


--
-- Name: meetings read; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY read ON sealed.meetings FOR SELECT TO rounds_app USING ((case_id IN ( SELECT rounds.own_disputes() AS own_disputes)));


--
-- Name: parties read; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY read ON sealed.parties FOR SELECT TO rounds_app USING ((case_id IN ( SELECT rounds.own_disputes() AS own_disputes)));


--
-- Name: signatures read; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY read ON sealed.signatures FOR SELECT TO rounds_app USING ((case_id IN ( SELECT rounds.own_disputes() AS own_disputes)));


--
-- Name: agreements remove; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY remove ON sealed.agreements FOR DELETE TO rounds_app USING (((case_id IN ( SELECT rounds.own_open_disputes() AS own_open_disputes)) AND (NOT (EXISTS ( SELECT
   FROM sealed.signatures s
  WHERE (s.agreement_id = agreements.id))))));


--
-- Name: parties remove; Type: POLICY; Schema: sealed; Owner: -
--

CREATE POLICY remove ON sealed.parties FOR DELETE TO rounds_app USING ((case_id IN ( SELECT rounds.own_open_disputes() AS own_open_disputes)));


--
-- Name: signatures; Type: ROW SECURITY; Schema: sealed; Owner: -
--

ALTER TABLE sealed.signatures ENABLE ROW LEVEL SECURITY;

--
-- Name: SCHEMA rounds; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA rounds TO rounds_app;
GRANT USAGE ON SCHEMA rounds TO rounds_stats;


--
-- Name: SCHEMA sealed; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA sealed TO rounds_app;


--
-- Name: FUNCTION account_for(the_round uuid, the_day date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.account_for(the_round uuid, the_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.account_for(the_round uuid, the_day date) TO rounds_app;


--
-- Name: FUNCTION add_days(the_area uuid, the_day date, days integer, working boolean); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.add_days(the_area uuid, the_day date, days integer, working boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.add_days(the_area uuid, the_day date, days integer, working boolean) TO rounds_app;


--
-- Name: FUNCTION add_household(the_id uuid, the_key text, the_street text, the_number text, the_unit text, the_postcode text, the_place text, the_doors smallint, the_cell bigint, the_point public.geometry, cells bigint[], hmacs bytea[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.add_household(the_id uuid, the_key text, the_street text, the_number text, the_unit text, the_postcode text, the_place text, the_doors smallint, the_cell bigint, the_point public.geometry, cells bigint[], hmacs bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.add_household(the_id uuid, the_key text, the_street text, the_number text, the_unit text, the_postcode text, the_place text, the_doors smallint, the_cell bigint, the_point public.geometry, cells bigint[], hmacs bytea[]) TO rounds_app;


--
-- Name: FUNCTION agree_with_steps(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.agree_with_steps() FROM PUBLIC;


--
-- Name: FUNCTION answer_report(the_receipt bytea, heard rounds.satisfaction_answer, settled rounds.satisfaction_answer, in_time rounds.satisfaction_answer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.answer_report(the_receipt bytea, heard rounds.satisfaction_answer, settled rounds.satisfaction_answer, in_time rounds.satisfaction_answer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.answer_report(the_receipt bytea, heard rounds.satisfaction_answer, settled rounds.satisfaction_answer, in_time rounds.satisfaction_answer) TO rounds_app;


--
-- Name: FUNCTION answers_for(the_unit uuid, the_lead uuid, the_day date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.answers_for(the_unit uuid, the_lead uuid, the_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.answers_for(the_unit uuid, the_lead uuid, the_day date) TO rounds_app;


--
-- Name: FUNCTION append_case_step(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.append_case_step() FROM PUBLIC;


--
-- Name: FUNCTION ask_case_visit(the_id uuid, the_case uuid, the_street text, the_number text, the_unit text, the_day date, from_time time without time zone, until_time time without time zone, by_agreement boolean); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.ask_case_visit(the_id uuid, the_case uuid, the_street text, the_number text, the_unit text, the_day date, from_time time without time zone, until_time time without time zone, by_agreement boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.ask_case_visit(the_id uuid, the_case uuid, the_street text, the_number text, the_unit text, the_day date, from_time time without time zone, until_time time without time zone, by_agreement boolean) TO rounds_app;


--
-- Name: FUNCTION ask_mediation(the_id uuid, the_matter text, the_area uuid, the_source rounds.incident_source, the_method rounds.ask_method, on_day date, the_receipt bytea, the_contact bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.ask_mediation(the_id uuid, the_matter text, the_area uuid, the_source rounds.incident_source, the_method rounds.ask_method, on_day date, the_receipt bytea, the_contact bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.ask_mediation(the_id uuid, the_matter text, the_area uuid, the_source rounds.incident_source, the_method rounds.ask_method, on_day date, the_receipt bytea, the_contact bytea) TO rounds_app;


--
-- Name: FUNCTION assigned_households(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.assigned_households() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.assigned_households() TO rounds_app;


--
-- Name: TABLE basemap_features; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rounds.basemap_features TO rounds_app;


--
-- Name: FUNCTION basemap_within(reach public.geometry, zoom integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.basemap_within(reach public.geometry, zoom integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.basemap_within(reach public.geometry, zoom integer) TO rounds_app;


--
-- Name: FUNCTION began_on(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.began_on() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.began_on() TO rounds_app;


--
-- Name: FUNCTION begin_epoch(told_epoch uuid, told_sequence bigint); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.begin_epoch(told_epoch uuid, told_sequence bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.begin_epoch(told_epoch uuid, told_sequence bigint) TO rounds_app;


--
-- Name: FUNCTION bound_device(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.bound_device() FROM PUBLIC;


--
-- Name: FUNCTION can_handle(the_account uuid, the_area uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.can_handle(the_account uuid, the_area uuid) FROM PUBLIC;


--
-- Name: FUNCTION case_command(the_step uuid, the_case uuid, the_command rounds.case_command, seen integer, the_unit uuid, the_handler uuid, the_pause rounds.pause_reason, the_refusal rounds.refuse_reason, the_outcome rounds.case_outcome, the_text text); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.case_command(the_step uuid, the_case uuid, the_command rounds.case_command, seen integer, the_unit uuid, the_handler uuid, the_pause rounds.pause_reason, the_refusal rounds.refuse_reason, the_outcome rounds.case_outcome, the_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.case_command(the_step uuid, the_case uuid, the_command rounds.case_command, seen integer, the_unit uuid, the_handler uuid, the_pause rounds.pause_reason, the_refusal rounds.refuse_reason, the_outcome rounds.case_outcome, the_text text) TO rounds_app;


--
-- Name: FUNCTION case_due(the_area uuid, the_matter text, reported date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.case_due(the_area uuid, the_matter text, reported date) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.case_due(the_area uuid, the_matter text, reported date) TO rounds_app;


--
-- Name: FUNCTION case_rule(the_area uuid, the_matter text, OUT unit_id uuid, OUT due_days integer, OUT working boolean); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.case_rule(the_area uuid, the_matter text, OUT unit_id uuid, OUT due_days integer, OUT working boolean) FROM PUBLIC;


--
-- Name: FUNCTION case_texts(the_case uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.case_texts(the_case uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.case_texts(the_case uuid) TO rounds_app;


--
-- Name: FUNCTION change_grant(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.change_grant() FROM PUBLIC;


--
-- Name: FUNCTION check_group(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.check_group() FROM PUBLIC;


--
-- Name: FUNCTION check_unit(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.check_unit() FROM PUBLIC;


--
-- Name: FUNCTION choose_dwellings(the_household uuid, the_doors smallint); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.choose_dwellings(the_household uuid, the_doors smallint) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.choose_dwellings(the_household uuid, the_doors smallint) TO rounds_app;


--
-- Name: FUNCTION clock(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.clock() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.clock() TO rounds_app;


--
-- Name: FUNCTION close_emergency(the_opening uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.close_emergency(the_opening uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.close_emergency(the_opening uuid) TO rounds_app;


--
-- Name: FUNCTION close_round(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.close_round() FROM PUBLIC;


--
-- Name: FUNCTION close_with(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.close_with() FROM PUBLIC;


--
-- Name: FUNCTION colleague_name(the_account uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.colleague_name(the_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.colleague_name(the_account uuid) TO rounds_app;


--
-- Name: FUNCTION confirm_dispute(the_id uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.confirm_dispute(the_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.confirm_dispute(the_id uuid) TO rounds_app;


--
-- Name: FUNCTION confirm_pair(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.confirm_pair(the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.confirm_pair(the_household uuid) TO rounds_app;


--
-- Name: FUNCTION confirm_report(the_receipt bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.confirm_report(the_receipt bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.confirm_report(the_receipt bytea) TO rounds_app;


--
-- Name: FUNCTION consent_of_code(the_receipt bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.consent_of_code(the_receipt bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.consent_of_code(the_receipt bytea) TO rounds_app;


--
-- Name: FUNCTION contributors(the_measure rounds.measure, first date, last date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.contributors(the_measure rounds.measure, first date, last date) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.contributors(the_measure rounds.measure, first date, last date) TO rounds_app;


--
-- Name: FUNCTION count_closed_grids(the_round uuid, the_areas uuid[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.count_closed_grids(the_round uuid, the_areas uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.count_closed_grids(the_round uuid, the_areas uuid[]) TO rounds_app;


--
-- Name: FUNCTION count_closed_rounds(the_rounds uuid[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.count_closed_rounds(the_rounds uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.count_closed_rounds(the_rounds uuid[]) TO rounds_app;


--
-- Name: FUNCTION days_after(the_area uuid, the_day date, until date, working boolean); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.days_after(the_area uuid, the_day date, until date, working boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.days_after(the_area uuid, the_day date, until date, working boolean) TO rounds_app;


--
-- Name: FUNCTION deals_with(the_case uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.deals_with(the_case uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.deals_with(the_case uuid) TO rounds_app;


--
-- Name: FUNCTION door_notes_held(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.door_notes_held(the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.door_notes_held(the_household uuid) TO rounds_app;


--
-- Name: FUNCTION door_opened(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.door_opened() FROM PUBLIC;


--
-- Name: FUNCTION drop_parts(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.drop_parts() FROM PUBLIC;


--
-- Name: FUNCTION due_days(the_matter text); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.due_days(the_matter text) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.due_days(the_matter text) TO rounds_app;


--
-- Name: FUNCTION end_consent(the_consent uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.end_consent(the_consent uuid) FROM PUBLIC;


--
-- Name: FUNCTION end_consent_of_code(the_receipt bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.end_consent_of_code(the_receipt bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.end_consent_of_code(the_receipt bytea) TO rounds_app;


--
-- Name: FUNCTION end_consents_again(codes bytea[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.end_consents_again(codes bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.end_consents_again(codes bytea[]) TO rounds_app;


--
-- Name: FUNCTION end_incident(the_id uuid, on_day date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.end_incident(the_id uuid, on_day date) FROM PUBLIC;


--
-- Name: FUNCTION end_pair(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.end_pair(the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.end_pair(the_household uuid) TO rounds_app;


--
-- Name: FUNCTION end_receiver(the_receiver uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.end_receiver(the_receiver uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.end_receiver(the_receiver uuid) TO rounds_app;


--
-- Name: FUNCTION end_sessions(the_account uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.end_sessions(the_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.end_sessions(the_account uuid) TO rounds_app;


--
-- Name: FUNCTION enter_refusal(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.enter_refusal() FROM PUBLIC;


--
-- Name: FUNCTION enter_removed_party(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.enter_removed_party() FROM PUBLIC;


--
-- Name: FUNCTION enter_withdrawal(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.enter_withdrawal() FROM PUBLIC;


--
-- Name: FUNCTION erase_place(the_household uuid, hmacs bytea[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.erase_place(the_household uuid, hmacs bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.erase_place(the_household uuid, hmacs bytea[]) TO rounds_app;


--
-- Name: FUNCTION fill_round_areas(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.fill_round_areas() FROM PUBLIC;


--
-- Name: FUNCTION find_token(hash bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.find_token(hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.find_token(hash bytea) TO rounds_app;


--
-- Name: FUNCTION finish_support(the_consent uuid, the_service rounds.support_service); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.finish_support(the_consent uuid, the_service rounds.support_service) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.finish_support(the_consent uuid, the_service rounds.support_service) TO rounds_app;


--
-- Name: FUNCTION follow_incident(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.follow_incident() FROM PUBLIC;


--
-- Name: FUNCTION follow_report(the_receipt bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.follow_report(the_receipt bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.follow_report(the_receipt bytea) TO rounds_app;


--
-- Name: FUNCTION forget_credentials(the_account uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.forget_credentials(the_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.forget_credentials(the_account uuid) TO rounds_app;


--
-- Name: FUNCTION forget_device(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.forget_device() FROM PUBLIC;


--
-- Name: FUNCTION forget_hooks(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.forget_hooks() FROM PUBLIC;


--
-- Name: FUNCTION forget_parties(the_case uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.forget_parties(the_case uuid) FROM PUBLIC;


--
-- Name: FUNCTION forget_parties_again(digests bytea[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.forget_parties_again(digests bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.forget_parties_again(digests bytea[]) TO rounds_app;


--
-- Name: FUNCTION forget_party(the_party uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.forget_party(the_party uuid) FROM PUBLIC;


--
-- Name: FUNCTION forget_relieved_key(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.forget_relieved_key() FROM PUBLIC;


--
-- Name: FUNCTION forget_tokens(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.forget_tokens() FROM PUBLIC;


--
-- Name: FUNCTION forget_with_receipt(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.forget_with_receipt() FROM PUBLIC;


--
-- Name: FUNCTION free_case_visits(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.free_case_visits() FROM PUBLIC;


--
-- Name: FUNCTION granted_areas(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.granted_areas() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.granted_areas() TO rounds_app;


--
-- Name: FUNCTION granted_roots(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.granted_roots() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.granted_roots() TO rounds_app;


--
-- Name: FUNCTION granted_rounds(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.granted_rounds() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.granted_rounds() TO rounds_app;


--
-- Name: FUNCTION guard_password(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.guard_password() FROM PUBLIC;


--
-- Name: FUNCTION hand_key(the_case uuid, the_account uuid, the_wrapped bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.hand_key(the_case uuid, the_account uuid, the_wrapped bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.hand_key(the_case uuid, the_account uuid, the_wrapped bytea) TO rounds_app;


--
-- Name: FUNCTION handler_of_login(the_login text, the_area uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.handler_of_login(the_login text, the_area uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.handler_of_login(the_login text, the_area uuid) TO rounds_app;


--
-- Name: TABLE grants; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.grants TO rounds_app;


--
-- Name: COLUMN grants.id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(id) ON TABLE rounds.grants TO rounds_app;


--
-- Name: COLUMN grants.account_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(account_id) ON TABLE rounds.grants TO rounds_app;


--
-- Name: COLUMN grants.role; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(role) ON TABLE rounds.grants TO rounds_app;


--
-- Name: COLUMN grants.area_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(area_id) ON TABLE rounds.grants TO rounds_app;


--
-- Name: COLUMN grants.starts_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(starts_at) ON TABLE rounds.grants TO rounds_app;


--
-- Name: COLUMN grants.ends_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(ends_at),UPDATE(ends_at) ON TABLE rounds.grants TO rounds_app;


--
-- Name: COLUMN grants.purpose; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(purpose) ON TABLE rounds.grants TO rounds_app;


--
-- Name: COLUMN grants.confirmed_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(confirmed_at) ON TABLE rounds.grants TO rounds_app;


--
-- Name: FUNCTION holds(g rounds.grants); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.holds(g rounds.grants) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.holds(g rounds.grants) TO rounds_app;


--
-- Name: FUNCTION hook_refused(the_hook uuid, answer integer, for_good boolean); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.hook_refused(the_hook uuid, answer integer, for_good boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.hook_refused(the_hook uuid, answer integer, for_good boolean) TO rounds_app;


--
-- Name: FUNCTION hook_told(the_hook uuid, was text, is_now text); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.hook_told(the_hook uuid, was text, is_now text) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.hook_told(the_hook uuid, was text, is_now text) TO rounds_app;


--
-- Name: FUNCTION hours_of_stops(the_route uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.hours_of_stops(the_route uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.hours_of_stops(the_route uuid) TO rounds_app;


--
-- Name: FUNCTION household_came(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.household_came() FROM PUBLIC;


--
-- Name: FUNCTION household_moved(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.household_moved() FROM PUBLIC;


--
-- Name: FUNCTION households_lately_near_visit(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.households_lately_near_visit() FROM PUBLIC;


--
-- Name: FUNCTION households_near_visit(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.households_near_visit() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.households_near_visit() TO rounds_app;


--
-- Name: FUNCTION import_cases(the_import uuid, ids uuid[], numbers text[], areas uuid[], matters text[], stages text[], units uuid[], opened date[], due date[], ended date[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.import_cases(the_import uuid, ids uuid[], numbers text[], areas uuid[], matters text[], stages text[], units uuid[], opened date[], due date[], ended date[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.import_cases(the_import uuid, ids uuid[], numbers text[], areas uuid[], matters text[], stages text[], units uuid[], opened date[], due date[], ended date[]) TO rounds_app;


--
-- Name: FUNCTION incident_changed(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.incident_changed() FROM PUBLIC;


--
-- Name: FUNCTION incidents_since(the_import uuid, held uuid[], OUT beyond boolean, OUT worked_on integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.incidents_since(the_import uuid, held uuid[], OUT beyond boolean, OUT worked_on integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.incidents_since(the_import uuid, held uuid[], OUT beyond boolean, OUT worked_on integer) TO rounds_app;


--
-- Name: FUNCTION is_area_needed(the_area uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_area_needed(the_area uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.is_area_needed(the_area uuid) TO rounds_app;


--
-- Name: FUNCTION is_assigned(the_round uuid, the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_assigned(the_round uuid, the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.is_assigned(the_round uuid, the_household uuid) TO rounds_app;


--
-- Name: FUNCTION is_built_on(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_built_on(the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.is_built_on(the_household uuid) TO rounds_app;


--
-- Name: FUNCTION is_case_member(the_case uuid, the_unit uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_case_member(the_case uuid, the_unit uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.is_case_member(the_case uuid, the_unit uuid) TO rounds_app;


--
-- Name: FUNCTION is_granted(the_area uuid, the_purpose rounds.purpose); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_granted(the_area uuid, the_purpose rounds.purpose) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.is_granted(the_area uuid, the_purpose rounds.purpose) TO rounds_app;


--
-- Name: FUNCTION is_named(the_case uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_named(the_case uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.is_named(the_case uuid) TO rounds_app;


--
-- Name: FUNCTION is_near(the_area uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_near(the_area uuid) FROM PUBLIC;


--
-- Name: FUNCTION is_needed(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_needed(the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.is_needed(the_household uuid) TO rounds_app;


--
-- Name: FUNCTION is_offered(the_matter text, the_report uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_offered(the_matter text, the_report uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.is_offered(the_matter text, the_report uuid) TO rounds_app;


--
-- Name: FUNCTION is_one_off(service rounds.support_service); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_one_off(service rounds.support_service) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.is_one_off(service rounds.support_service) TO rounds_app;


--
-- Name: FUNCTION is_own(g rounds.grants); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_own(g rounds.grants) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.is_own(g rounds.grants) TO rounds_app;


--
-- Name: FUNCTION is_sender(the_message uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_sender(the_message uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.is_sender(the_message uuid) TO rounds_app;


--
-- Name: FUNCTION is_working(the_area uuid, the_day date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.is_working(the_area uuid, the_day date) FROM PUBLIC;


--
-- Name: FUNCTION issue_link(the_account uuid, wanted rounds.link_kind, hash bytea, OUT issued rounds.link_kind, OUT expires timestamp with time zone); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.issue_link(the_account uuid, wanted rounds.link_kind, hash bytea, OUT issued rounds.link_kind, OUT expires timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.issue_link(the_account uuid, wanted rounds.link_kind, hash bytea, OUT issued rounds.link_kind, OUT expires timestamp with time zone) TO rounds_app;


--
-- Name: FUNCTION judge_cases(ids uuid[], ended date[], held uuid[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.judge_cases(ids uuid[], ended date[], held uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.judge_cases(ids uuid[], ended date[], held uuid[]) TO rounds_app;


--
-- Name: FUNCTION keep_case_step(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.keep_case_step() FROM PUBLIC;


--
-- Name: FUNCTION keep_disputes_alike(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.keep_disputes_alike() FROM PUBLIC;


--
-- Name: FUNCTION keep_plan_order(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.keep_plan_order() FROM PUBLIC;


--
-- Name: FUNCTION keep_stock(the_measure rounds.measure, the_partition uuid, counts integer[], ids uuid[], bins integer[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.keep_stock(the_measure rounds.measure, the_partition uuid, counts integer[], ids uuid[], bins integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.keep_stock(the_measure rounds.measure, the_partition uuid, counts integer[], ids uuid[], bins integer[]) TO rounds_app;


--
-- Name: FUNCTION key_to_hand(the_case uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.key_to_hand(the_case uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.key_to_hand(the_case uuid) TO rounds_app;


--
-- Name: FUNCTION last_operation(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.last_operation() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.last_operation() TO rounds_app;


--
-- Name: FUNCTION lead_of(the_unit uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.lead_of(the_unit uuid) FROM PUBLIC;


--
-- Name: FUNCTION leaf_dwellings(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.leaf_dwellings() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.leaf_dwellings() TO rounds_app;


--
-- Name: FUNCTION leave_out_stop(the_route uuid, the_seq smallint); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.leave_out_stop(the_route uuid, the_seq smallint) FROM PUBLIC;


--
-- Name: FUNCTION ledger_since(the_import uuid, held uuid[], OUT beyond boolean, OUT worked_on integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.ledger_since(the_import uuid, held uuid[], OUT beyond boolean, OUT worked_on integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.ledger_since(the_import uuid, held uuid[], OUT beyond boolean, OUT worked_on integer) TO rounds_app;


--
-- Name: FUNCTION live_hooks(the_hook uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.live_hooks(the_hook uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.live_hooks(the_hook uuid) TO rounds_app;


--
-- Name: FUNCTION lock_whole(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.lock_whole() FROM PUBLIC;


--
-- Name: FUNCTION login_of(account uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.login_of(account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.login_of(account uuid) TO rounds_app;


--
-- Name: FUNCTION matters_by_cell(the_day date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.matters_by_cell(the_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.matters_by_cell(the_day date) TO rounds_app;


--
-- Name: TABLE cases; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.cases TO rounds_app;


--
-- Name: FUNCTION may_mediate(the_account uuid, c rounds.cases); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.may_mediate(the_account uuid, c rounds.cases) FROM PUBLIC;


--
-- Name: FUNCTION may_refuse(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.may_refuse(the_household uuid) FROM PUBLIC;


--
-- Name: FUNCTION mediators_of(the_case uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.mediators_of(the_case uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.mediators_of(the_case uuid) TO rounds_app;


--
-- Name: FUNCTION merge_incident(the_id uuid, into_id uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.merge_incident(the_id uuid, into_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.merge_incident(the_id uuid, into_id uuid) TO rounds_app;


--
-- Name: FUNCTION move_consents(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.move_consents() FROM PUBLIC;


--
-- Name: FUNCTION name_handler(the_id uuid, the_case uuid, the_account uuid, instead_of uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.name_handler(the_id uuid, the_case uuid, the_account uuid, instead_of uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.name_handler(the_id uuid, the_case uuid, the_account uuid, instead_of uuid) TO rounds_app;


--
-- Name: FUNCTION narrowed(granted uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.narrowed(granted uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.narrowed(granted uuid) TO rounds_app;


--
-- Name: FUNCTION nearest_unit(the_area uuid, wanted rounds.branch); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.nearest_unit(the_area uuid, wanted rounds.branch) FROM PUBLIC;


--
-- Name: FUNCTION need_consent(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.need_consent() FROM PUBLIC;


--
-- Name: FUNCTION need_grants(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.need_grants() FROM PUBLIC;


--
-- Name: FUNCTION need_whole(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.need_whole() FROM PUBLIC;


--
-- Name: FUNCTION note_door(the_household uuid, the_note rounds.door_note, the_day date, is_there boolean, the_turn bigint); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.note_door(the_household uuid, the_note rounds.door_note, the_day date, is_there boolean, the_turn bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.note_door(the_household uuid, the_note rounds.door_note, the_day date, is_there boolean, the_turn bigint) TO rounds_app;


--
-- Name: FUNCTION note_joint_unit(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.note_joint_unit() FROM PUBLIC;


--
-- Name: FUNCTION note_unit_change(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.note_unit_change() FROM PUBLIC;


--
-- Name: FUNCTION notice_language(the_account uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.notice_language(the_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.notice_language(the_account uuid) TO rounds_app;


--
-- Name: FUNCTION number_changes(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.number_changes() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.number_changes() TO rounds_app;


--
-- Name: FUNCTION officer_holds(the_area uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.officer_holds(the_area uuid) FROM PUBLIC;


--
-- Name: FUNCTION officer_of_all(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.officer_of_all() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.officer_of_all() TO rounds_app;


--
-- Name: FUNCTION on_duty(the_unit uuid, the_day date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.on_duty(the_unit uuid, the_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.on_duty(the_unit uuid, the_day date) TO rounds_app;


--
-- Name: FUNCTION open_cases(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.open_cases() FROM PUBLIC;


--
-- Name: FUNCTION open_emergency(the_opening uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.open_emergency(the_opening uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.open_emergency(the_opening uuid) TO rounds_app;


--
-- Name: FUNCTION open_plans(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.open_plans() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.open_plans() TO rounds_app;


--
-- Name: FUNCTION opened_households(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.opened_households() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.opened_households() TO rounds_app;


--
-- Name: FUNCTION openings_of_code(the_receipt bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.openings_of_code(the_receipt bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.openings_of_code(the_receipt bytea) TO rounds_app;


--
-- Name: FUNCTION outcomes_gone(first date, last date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.outcomes_gone(first date, last date) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.outcomes_gone(first date, last date) TO rounds_app;


--
-- Name: FUNCTION over_before(the_class text, now timestamp with time zone); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.over_before(the_class text, now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.over_before(the_class text, now timestamp with time zone) TO rounds_app;


--
-- Name: FUNCTION own_disputes(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.own_disputes() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.own_disputes() TO rounds_app;


--
-- Name: FUNCTION own_open_disputes(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.own_open_disputes() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.own_open_disputes() TO rounds_app;


--
-- Name: FUNCTION own_routes(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.own_routes() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.own_routes() TO rounds_app;


--
-- Name: FUNCTION own_units(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.own_units() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.own_units() TO rounds_app;


--
-- Name: FUNCTION pair_visits_held(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.pair_visits_held(the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.pair_visits_held(the_household uuid) TO rounds_app;


--
-- Name: TABLE households; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rounds.households TO rounds_app;


--
-- Name: FUNCTION place_asked_for(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.place_asked_for(the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.place_asked_for(the_household uuid) TO rounds_app;


--
-- Name: FUNCTION place_to_add(the_point public.geometry); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.place_to_add(the_point public.geometry) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.place_to_add(the_point public.geometry) TO rounds_app;


--
-- Name: FUNCTION place_to_refuse(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.place_to_refuse(the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.place_to_refuse(the_household uuid) TO rounds_app;


--
-- Name: FUNCTION places_at(words text[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.places_at(words text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.places_at(words text[]) TO rounds_app;


--
-- Name: FUNCTION plan_faults(the_plan uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.plan_faults(the_plan uuid) FROM PUBLIC;


--
-- Name: FUNCTION plan_reach(the_plan uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.plan_reach(the_plan uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.plan_reach(the_plan uuid) TO rounds_app;


--
-- Name: FUNCTION principal_account(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.principal_account() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.principal_account() TO rounds_app;


--
-- Name: FUNCTION today(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.today() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.today() TO rounds_app;


--
-- Name: TABLE hooks; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,DELETE ON TABLE rounds.hooks TO rounds_app;


--
-- Name: COLUMN hooks.id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(id) ON TABLE rounds.hooks TO rounds_app;


--
-- Name: COLUMN hooks.receiver_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(receiver_id) ON TABLE rounds.hooks TO rounds_app;


--
-- Name: COLUMN hooks.role; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(role) ON TABLE rounds.hooks TO rounds_app;


--
-- Name: COLUMN hooks.feed; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(feed) ON TABLE rounds.hooks TO rounds_app;


--
-- Name: COLUMN hooks.unit_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(unit_id) ON TABLE rounds.hooks TO rounds_app;


--
-- Name: COLUMN hooks.path; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(path) ON TABLE rounds.hooks TO rounds_app;


--
-- Name: FUNCTION position_of(h rounds.hooks); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.position_of(h rounds.hooks) FROM PUBLIC;


--
-- Name: FUNCTION principal_area(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.principal_area() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.principal_area() TO rounds_app;


--
-- Name: FUNCTION principal_purpose(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.principal_purpose() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.principal_purpose() TO rounds_app;


--
-- Name: FUNCTION principal_role(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.principal_role() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.principal_role() TO rounds_app;


--
-- Name: FUNCTION principal_worker(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.principal_worker() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.principal_worker() TO rounds_app;


--
-- Name: FUNCTION print_opening(the_opening uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.print_opening(the_opening uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.print_opening(the_opening uuid) TO rounds_app;


--
-- Name: FUNCTION propose_grant(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.propose_grant() FROM PUBLIC;


--
-- Name: FUNCTION propose_opening(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.propose_opening() FROM PUBLIC;


--
-- Name: FUNCTION propose_pair(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.propose_pair(the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.propose_pair(the_household uuid) TO rounds_app;


--
-- Name: FUNCTION public_areas(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.public_areas() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.public_areas() TO rounds_app;


--
-- Name: FUNCTION public_disclosures(the_day date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.public_disclosures(the_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.public_disclosures(the_day date) TO rounds_app;


--
-- Name: FUNCTION public_installer_grants(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.public_installer_grants() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.public_installer_grants() TO rounds_app;


--
-- Name: FUNCTION public_receivers(the_day date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.public_receivers(the_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.public_receivers(the_day date) TO rounds_app;


--
-- Name: FUNCTION public_roles(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.public_roles() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.public_roles() TO rounds_app;


--
-- Name: FUNCTION public_rounds(the_day date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.public_rounds(the_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.public_rounds(the_day date) TO rounds_app;


--
-- Name: FUNCTION public_streets(the_area uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.public_streets(the_area uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.public_streets(the_area uuid) TO rounds_app;


--
-- Name: FUNCTION queue_notice(the_account uuid, the_kind rounds.notice_kind, the_about uuid, the_day date, the_visits integer, the_today integer, the_soon integer, the_breached integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.queue_notice(the_account uuid, the_kind rounds.notice_kind, the_about uuid, the_day date, the_visits integer, the_today integer, the_soon integer, the_breached integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.queue_notice(the_account uuid, the_kind rounds.notice_kind, the_about uuid, the_day date, the_visits integer, the_today integer, the_soon integer, the_breached integer) TO rounds_app;


--
-- Name: FUNCTION raised(c rounds.cases, day date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.raised(c rounds.cases, day date) FROM PUBLIC;


--
-- Name: FUNCTION refresh_area_paths(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.refresh_area_paths() FROM PUBLIC;


--
-- Name: FUNCTION refuse_ended_consent(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.refuse_ended_consent() FROM PUBLIC;


--
-- Name: FUNCTION refuse_visits(the_household uuid, hmacs bytea[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.refuse_visits(the_household uuid, hmacs bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.refuse_visits(the_household uuid, hmacs bytea[]) TO rounds_app;


--
-- Name: FUNCTION relieve_handlers(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.relieve_handlers() FROM PUBLIC;


--
-- Name: FUNCTION relieve_who_hands_over(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.relieve_who_hands_over() FROM PUBLIC;


--
-- Name: FUNCTION relieve_who_leaves(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.relieve_who_leaves() FROM PUBLIC;


--
-- Name: FUNCTION report_publicly(the_id uuid, the_matter text, place public.geometry, the_cell bigint, is_in_home boolean, the_text text, the_receipt bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.report_publicly(the_id uuid, the_matter text, place public.geometry, the_cell bigint, is_in_home boolean, the_text text, the_receipt bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.report_publicly(the_id uuid, the_matter text, place public.geometry, the_cell bigint, is_in_home boolean, the_text text, the_receipt bytea) TO rounds_app;


--
-- Name: FUNCTION resume_hook(the_hook uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.resume_hook(the_hook uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.resume_hook(the_hook uuid) TO rounds_app;


--
-- Name: FUNCTION rewind_cases(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.rewind_cases() FROM PUBLIC;


--
-- Name: FUNCTION run_case_clocks(soon date, most integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.run_case_clocks(soon date, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.run_case_clocks(soon date, most integer) TO rounds_app;


--
-- Name: FUNCTION run_on(c rounds.cases, day date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.run_on(c rounds.cases, day date) FROM PUBLIC;


--
-- Name: TABLE satisfaction; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.satisfaction TO rounds_app;


--
-- Name: FUNCTION satisfaction_sums(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.satisfaction_sums() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.satisfaction_sums() TO rounds_app;


--
-- Name: FUNCTION save_case(c rounds.cases); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.save_case(c rounds.cases) FROM PUBLIC;


--
-- Name: FUNCTION series_of(the_area uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.series_of(the_area uuid) FROM PUBLIC;


--
-- Name: FUNCTION set_duty(the_unit uuid, the_account uuid, first date, last date); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.set_duty(the_unit uuid, the_account uuid, first date, last date) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.set_duty(the_unit uuid, the_account uuid, first date, last date) TO rounds_app;


--
-- Name: FUNCTION settle_doors(the_rounds uuid[], the_households uuid[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.settle_doors(the_rounds uuid[], the_households uuid[]) FROM PUBLIC;


--
-- Name: FUNCTION sign_read(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sign_read() FROM PUBLIC;


--
-- Name: FUNCTION spend_rows(the_receiver uuid, n integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.spend_rows(the_receiver uuid, n integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.spend_rows(the_receiver uuid, n integer) TO rounds_app;


--
-- Name: FUNCTION supervises(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.supervises(the_household uuid) FROM PUBLIC;


--
-- Name: FUNCTION support_measure(service rounds.support_service); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.support_measure(service rounds.support_service) FROM PUBLIC;


--
-- Name: FUNCTION sweep_case_bookings(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_case_bookings(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_case_bookings(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_case_texts(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_case_texts(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_case_texts(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_cases(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_cases(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_cases(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_ceremonies(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_ceremonies(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_ceremonies(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_consent_stubs(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_consent_stubs(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_consent_stubs(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_consent_tombstones(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_consent_tombstones(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_consent_tombstones(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_consents(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_consents(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_consents(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_devices(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_devices(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_devices(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_dispute_parties(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_dispute_parties(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_dispute_parties(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_door_notes(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_door_notes(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_door_notes(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_duty_shifts(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_duty_shifts(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_duty_shifts(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_emergency_openings(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_emergency_openings(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_emergency_openings(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_erasures(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_erasures(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_erasures(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_exports(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_exports(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_exports(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_import_changes(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_import_changes(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_import_changes(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_imports(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_imports(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_imports(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_incident_texts(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_incident_texts(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_incident_texts(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_incidents(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_incidents(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_incidents(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_links(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_links(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_links(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_lone_timers(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_lone_timers(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_lone_timers(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_mediation_notes(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_mediation_notes(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_mediation_notes(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_messages(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_messages(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_messages(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_notices(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_notices(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_notices(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_opening_households(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_opening_households(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_opening_households(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_operations(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_operations(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_operations(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_outcomes(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_outcomes(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_outcomes(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_pair_visits(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_pair_visits(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_pair_visits(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_photos(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_photos(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_photos(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_reads(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_reads(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_reads(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_requests(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_requests(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_requests(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_rounds(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_rounds(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_rounds(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_sessions(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_sessions(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_sessions(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_staff_leave(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_staff_leave(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_staff_leave(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_support(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_support(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_support(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_unconfirmed_disputes(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_unconfirmed_disputes(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_unconfirmed_disputes(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_unit_changes(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_unit_changes(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_unit_changes(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_uploads(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_uploads(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_uploads(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION sweep_visit_times(now timestamp with time zone, batch integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.sweep_visit_times(now timestamp with time zone, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.sweep_visit_times(now timestamp with time zone, batch integer) TO rounds_app;


--
-- Name: FUNCTION take_back(the_receipt bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.take_back(the_receipt bytea) FROM PUBLIC;


--
-- Name: FUNCTION take_case_numbers(the_series uuid, the_year smallint, many integer); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.take_case_numbers(the_series uuid, the_year smallint, many integer) FROM PUBLIC;


--
-- Name: FUNCTION take_late_consent(the_id uuid, the_household uuid, the_purpose rounds.consent_purpose, the_version smallint, the_language rounds.language, the_method rounds.consent_method, the_day date, the_end date, the_contact bytea, the_receipt bytea, the_services text[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.take_late_consent(the_id uuid, the_household uuid, the_purpose rounds.consent_purpose, the_version smallint, the_language rounds.language, the_method rounds.consent_method, the_day date, the_end date, the_contact bytea, the_receipt bytea, the_services text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.take_late_consent(the_id uuid, the_household uuid, the_purpose rounds.consent_purpose, the_version smallint, the_language rounds.language, the_method rounds.consent_method, the_day date, the_end date, the_contact bytea, the_receipt bytea, the_services text[]) TO rounds_app;


--
-- Name: FUNCTION tell_opened(the_opening uuid, the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.tell_opened(the_opening uuid, the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.tell_opened(the_opening uuid, the_household uuid) TO rounds_app;


--
-- Name: FUNCTION tell_plan(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.tell_plan() FROM PUBLIC;


--
-- Name: FUNCTION type_visit(the_route uuid, the_seq integer, the_visit uuid, the_outcome rounds.outcome, card boolean, the_day date, the_part rounds.day_part); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.type_visit(the_route uuid, the_seq integer, the_visit uuid, the_outcome rounds.outcome, card boolean, the_day date, the_part rounds.day_part) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.type_visit(the_route uuid, the_seq integer, the_visit uuid, the_outcome rounds.outcome, card boolean, the_day date, the_part rounds.day_part) TO rounds_app;


--
-- Name: FUNCTION undo_incidents(the_import uuid, worked_on boolean); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.undo_incidents(the_import uuid, worked_on boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.undo_incidents(the_import uuid, worked_on boolean) TO rounds_app;


--
-- Name: FUNCTION undo_ledger(the_import uuid, worked_on boolean); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.undo_ledger(the_import uuid, worked_on boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.undo_ledger(the_import uuid, worked_on boolean) TO rounds_app;


--
-- Name: FUNCTION unit_above(the_unit uuid, the_area uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.unit_above(the_unit uuid, the_area uuid) FROM PUBLIC;


--
-- Name: FUNCTION unit_loads(day date, ages integer[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.unit_loads(day date, ages integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.unit_loads(day date, ages integer[]) TO rounds_app;


--
-- Name: FUNCTION use_link(hash bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.use_link(hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.use_link(hash bytea) TO rounds_app;


--
-- Name: FUNCTION visible_areas(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.visible_areas() FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.visible_areas() TO rounds_app;


--
-- Name: FUNCTION visit_recorded(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.visit_recorded() FROM PUBLIC;


--
-- Name: FUNCTION visit_retracted(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.visit_retracted() FROM PUBLIC;


--
-- Name: FUNCTION visits_planned(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.visits_planned(the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.visits_planned(the_household uuid) TO rounds_app;


--
-- Name: FUNCTION wait_for_plan(places uuid[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.wait_for_plan(places uuid[]) FROM PUBLIC;


--
-- Name: FUNCTION wake_grants(the_account uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.wake_grants(the_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.wake_grants(the_account uuid) TO rounds_app;


--
-- Name: FUNCTION was_sent(the_round uuid, the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.was_sent(the_round uuid, the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.was_sent(the_round uuid, the_household uuid) TO rounds_app;


--
-- Name: FUNCTION wind_case(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.wind_case() FROM PUBLIC;


--
-- Name: FUNCTION wind_unheld_cases(); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.wind_unheld_cases() FROM PUBLIC;


--
-- Name: FUNCTION withdraw_by_receipt(the_receipt bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.withdraw_by_receipt(the_receipt bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.withdraw_by_receipt(the_receipt bytea) TO rounds_app;


--
-- Name: FUNCTION withdraw_consent(the_consent uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.withdraw_consent(the_consent uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.withdraw_consent(the_consent uuid) TO rounds_app;


--
-- Name: FUNCTION withdraw_consents_of(the_household uuid); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.withdraw_consents_of(the_household uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.withdraw_consents_of(the_household uuid) TO rounds_app;


--
-- Name: FUNCTION withdraw_report(the_receipt bytea); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.withdraw_report(the_receipt bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.withdraw_report(the_receipt bytea) TO rounds_app;


--
-- Name: FUNCTION withdraw_reports_again(codes bytea[]); Type: ACL; Schema: rounds; Owner: -
--

REVOKE ALL ON FUNCTION rounds.withdraw_reports_again(codes bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION rounds.withdraw_reports_again(codes bytea[]) TO rounds_app;


--
-- Name: TABLE accounts; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.accounts TO rounds_app;


--
-- Name: COLUMN accounts.name; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(name) ON TABLE rounds.accounts TO rounds_app;


--
-- Name: COLUMN accounts.password_hash; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(password_hash) ON TABLE rounds.accounts TO rounds_app;


--
-- Name: COLUMN accounts.language; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(language) ON TABLE rounds.accounts TO rounds_app;


--
-- Name: COLUMN accounts.disabled_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(disabled_at) ON TABLE rounds.accounts TO rounds_app;


--
-- Name: TABLE area_paths; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.area_paths TO rounds_app;


--
-- Name: TABLE areas; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rounds.areas TO rounds_app;


--
-- Name: TABLE backups; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.backups TO rounds_app;


--
-- Name: TABLE bin_cells; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.bin_cells TO rounds_app;
GRANT SELECT ON TABLE rounds.bin_cells TO rounds_stats;


--
-- Name: TABLE bins; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.bins TO rounds_app;
GRANT SELECT ON TABLE rounds.bins TO rounds_stats;


--
-- Name: TABLE bookings; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rounds.bookings TO rounds_app;


--
-- Name: TABLE case_bookings; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.case_bookings TO rounds_app;


--
-- Name: TABLE case_counters; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.case_counters TO rounds_app;


--
-- Name: TABLE case_moves; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.case_moves TO rounds_app;


--
-- Name: TABLE case_rules; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.case_rules TO rounds_app;


--
-- Name: COLUMN case_rules.unit_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(unit_id) ON TABLE rounds.case_rules TO rounds_app;


--
-- Name: COLUMN case_rules.due_days; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(due_days) ON TABLE rounds.case_rules TO rounds_app;


--
-- Name: COLUMN case_rules.working; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(working) ON TABLE rounds.case_rules TO rounds_app;


--
-- Name: COLUMN case_steps.case_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(case_id) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.seq; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(seq) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.id; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(id) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.command; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(command) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.from_stage; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(from_stage) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.to_stage; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(to_stage) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.actor; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(actor) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.account_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(account_id) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.at; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(at) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.unit_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(unit_id) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.handler_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(handler_id) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.due_on; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(due_on) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.pause_reason; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(pause_reason) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.refuse_reason; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(refuse_reason) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: COLUMN case_steps.outcome; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT(outcome) ON TABLE rounds.case_steps TO rounds_app;


--
-- Name: TABLE case_units; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.case_units TO rounds_app;


--
-- Name: TABLE case_visits; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.case_visits TO rounds_app;


--
-- Name: TABLE closures; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rounds.closures TO rounds_app;


--
-- Name: TABLE consent_services; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.consent_services TO rounds_app;


--
-- Name: TABLE consent_stubs; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.consent_stubs TO rounds_app;


--
-- Name: TABLE consent_tombstones; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.consent_tombstones TO rounds_app;


--
-- Name: TABLE consents; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.consents TO rounds_app;


--
-- Name: TABLE device_pins; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.device_pins TO rounds_app;


--
-- Name: COLUMN device_pins.pin_hash; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(pin_hash) ON TABLE rounds.device_pins TO rounds_app;


--
-- Name: COLUMN device_pins.tries_left; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(tries_left) ON TABLE rounds.device_pins TO rounds_app;


--
-- Name: COLUMN device_pins.added_on; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(added_on) ON TABLE rounds.device_pins TO rounds_app;


--
-- Name: TABLE devices; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.devices TO rounds_app;


--
-- Name: COLUMN devices.token_hash; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(token_hash) ON TABLE rounds.devices TO rounds_app;


--
-- Name: COLUMN devices.expires_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(expires_at) ON TABLE rounds.devices TO rounds_app;


--
-- Name: TABLE disclosures; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.disclosures TO rounds_app;


--
-- Name: COLUMN disclosures.id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(id) ON TABLE rounds.disclosures TO rounds_app;


--
-- Name: COLUMN disclosures.area_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(area_id) ON TABLE rounds.disclosures TO rounds_app;


--
-- Name: COLUMN disclosures.made_on; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(made_on) ON TABLE rounds.disclosures TO rounds_app;


--
-- Name: COLUMN disclosures.recipient; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(recipient) ON TABLE rounds.disclosures TO rounds_app;


--
-- Name: COLUMN disclosures.basis; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(basis) ON TABLE rounds.disclosures TO rounds_app;


--
-- Name: COLUMN disclosures.content; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(content) ON TABLE rounds.disclosures TO rounds_app;


--
-- Name: COLUMN disclosures.places; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(places) ON TABLE rounds.disclosures TO rounds_app;


--
-- Name: TABLE dispute_contacts; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.dispute_contacts TO rounds_app;


--
-- Name: TABLE dispute_handlers; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.dispute_handlers TO rounds_app;


--
-- Name: TABLE door_notes; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.door_notes TO rounds_app;


--
-- Name: TABLE doors; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.doors TO rounds_app;


--
-- Name: TABLE duty_shifts; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.duty_shifts TO rounds_app;


--
-- Name: TABLE dwelling_claims; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.dwelling_claims TO rounds_app;


--
-- Name: TABLE dwelling_group_cells; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rounds.dwelling_group_cells TO rounds_app;


--
-- Name: TABLE dwelling_groups; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rounds.dwelling_groups TO rounds_app;


--
-- Name: TABLE emergency_openings; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.emergency_openings TO rounds_app;


--
-- Name: COLUMN emergency_openings.id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(id) ON TABLE rounds.emergency_openings TO rounds_app;


--
-- Name: COLUMN emergency_openings.area_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(area_id) ON TABLE rounds.emergency_openings TO rounds_app;


--
-- Name: COLUMN emergency_openings.emergency; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(emergency) ON TABLE rounds.emergency_openings TO rounds_app;


--
-- Name: TABLE erasures; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.erasures TO rounds_app;


--
-- Name: TABLE exports; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.exports TO rounds_app;


--
-- Name: COLUMN exports.fetched_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(fetched_at) ON TABLE rounds.exports TO rounds_app;


--
-- Name: TABLE extracts; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rounds.extracts TO rounds_app;


--
-- Name: TABLE height_tiles; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.height_tiles TO rounds_app;


--
-- Name: TABLE holidays; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.holidays TO rounds_app;


--
-- Name: TABLE identities; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.identities TO rounds_app;


--
-- Name: TABLE import_area_changes; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.import_area_changes TO rounds_app;


--
-- Name: TABLE import_changes; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.import_changes TO rounds_app;


--
-- Name: TABLE imports; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.imports TO rounds_app;


--
-- Name: COLUMN imports.added; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(added) ON TABLE rounds.imports TO rounds_app;


--
-- Name: COLUMN imports.changed; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(changed) ON TABLE rounds.imports TO rounds_app;


--
-- Name: COLUMN imports.unchanged; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(unchanged) ON TABLE rounds.imports TO rounds_app;


--
-- Name: COLUMN imports.gone; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(gone) ON TABLE rounds.imports TO rounds_app;


--
-- Name: TABLE incident_texts; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.incident_texts TO rounds_app;


--
-- Name: TABLE incidents; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.incidents TO rounds_app;


--
-- Name: TABLE installation; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.installation TO rounds_app;


--
-- Name: COLUMN installation.key_check; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(key_check) ON TABLE rounds.installation TO rounds_app;


--
-- Name: TABLE links; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.links TO rounds_app;


--
-- Name: TABLE lone_timers; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.lone_timers TO rounds_app;


--
-- Name: COLUMN lone_timers.lapses_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(lapses_at) ON TABLE rounds.lone_timers TO rounds_app;


--
-- Name: TABLE matter_choices; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rounds.matter_choices TO rounds_app;


--
-- Name: TABLE matters; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.matters TO rounds_app;


--
-- Name: TABLE message_receipts; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.message_receipts TO rounds_app;


--
-- Name: COLUMN message_receipts.understood_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(understood_at) ON TABLE rounds.message_receipts TO rounds_app;


--
-- Name: TABLE messages; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.messages TO rounds_app;


--
-- Name: TABLE notice_deliveries; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.notice_deliveries TO rounds_app;


--
-- Name: COLUMN notice_deliveries.sent_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(sent_at) ON TABLE rounds.notice_deliveries TO rounds_app;


--
-- Name: TABLE notice_targets; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.notice_targets TO rounds_app;


--
-- Name: COLUMN notice_targets.code_hash; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(code_hash) ON TABLE rounds.notice_targets TO rounds_app;


--
-- Name: COLUMN notice_targets.tries; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(tries) ON TABLE rounds.notice_targets TO rounds_app;


--
-- Name: TABLE notices; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.notices TO rounds_app;


--
-- Name: TABLE opening_households; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.opening_households TO rounds_app;


--
-- Name: TABLE opening_prints; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.opening_prints TO rounds_app;


--
-- Name: TABLE operations; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.operations TO rounds_app;


--
-- Name: COLUMN operations.id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(id) ON TABLE rounds.operations TO rounds_app;


--
-- Name: COLUMN operations.digest; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(digest) ON TABLE rounds.operations TO rounds_app;


--
-- Name: TABLE pair_visits; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.pair_visits TO rounds_app;


--
-- Name: TABLE partitions; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.partitions TO rounds_app;
GRANT SELECT ON TABLE rounds.partitions TO rounds_stats;


--
-- Name: TABLE passkeys; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.passkeys TO rounds_app;


--
-- Name: COLUMN passkeys.sign_count; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(sign_count) ON TABLE rounds.passkeys TO rounds_app;


--
-- Name: COLUMN passkeys.backed_up; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(backed_up) ON TABLE rounds.passkeys TO rounds_app;


--
-- Name: COLUMN passkeys.used_on; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(used_on) ON TABLE rounds.passkeys TO rounds_app;


--
-- Name: TABLE photos; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.photos TO rounds_app;


--
-- Name: COLUMN photos.id; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(id) ON TABLE rounds.photos TO rounds_app;


--
-- Name: COLUMN photos.bytes; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(bytes) ON TABLE rounds.photos TO rounds_app;


--
-- Name: TABLE plan_bases; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.plan_bases TO rounds_app;


--
-- Name: TABLE plan_drafts; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.plan_drafts TO rounds_app;


--
-- Name: TABLE plan_part_households; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.plan_part_households TO rounds_app;


--
-- Name: TABLE plan_part_workers; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.plan_part_workers TO rounds_app;


--
-- Name: TABLE plan_parts; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.plan_parts TO rounds_app;


--
-- Name: COLUMN plan_parts.attempts; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(attempts) ON TABLE rounds.plan_parts TO rounds_app;


--
-- Name: COLUMN plan_parts.finished; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(finished) ON TABLE rounds.plan_parts TO rounds_app;


--
-- Name: TABLE plan_workers; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.plan_workers TO rounds_app;


--
-- Name: TABLE plans; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.plans TO rounds_app;


--
-- Name: COLUMN plans.state; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(state) ON TABLE rounds.plans TO rounds_app;


--
-- Name: COLUMN plans.published_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(published_at) ON TABLE rounds.plans TO rounds_app;


--
-- Name: COLUMN plans.stage; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(stage) ON TABLE rounds.plans TO rounds_app;


--
-- Name: COLUMN plans.stage_done; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(stage_done) ON TABLE rounds.plans TO rounds_app;


--
-- Name: COLUMN plans.stage_total; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(stage_total) ON TABLE rounds.plans TO rounds_app;


--
-- Name: COLUMN plans.failure; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(failure) ON TABLE rounds.plans TO rounds_app;


--
-- Name: COLUMN plans.households; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(households) ON TABLE rounds.plans TO rounds_app;


--
-- Name: COLUMN plans.planned; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(planned) ON TABLE rounds.plans TO rounds_app;


--
-- Name: COLUMN plans.travel_s; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(travel_s) ON TABLE rounds.plans TO rounds_app;


--
-- Name: COLUMN plans.distance_m; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(distance_m) ON TABLE rounds.plans TO rounds_app;


--
-- Name: COLUMN plans.attempts; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(attempts) ON TABLE rounds.plans TO rounds_app;


--
-- Name: TABLE reads; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.reads TO rounds_app;


--
-- Name: COLUMN reads.purpose; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(purpose) ON TABLE rounds.reads TO rounds_app;


--
-- Name: COLUMN reads.kind; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(kind) ON TABLE rounds.reads TO rounds_app;


--
-- Name: COLUMN reads.area_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(area_id) ON TABLE rounds.reads TO rounds_app;


--
-- Name: COLUMN reads.place; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(place) ON TABLE rounds.reads TO rounds_app;


--
-- Name: COLUMN reads.request_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(request_id) ON TABLE rounds.reads TO rounds_app;


--
-- Name: TABLE read_seals; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.read_seals TO rounds_app;


--
-- Name: TABLE receivers; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.receivers TO rounds_app;


--
-- Name: COLUMN receivers.id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(id) ON TABLE rounds.receivers TO rounds_app;


--
-- Name: COLUMN receivers.kind; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(kind) ON TABLE rounds.receivers TO rounds_app;


--
-- Name: COLUMN receivers.host; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(host) ON TABLE rounds.receivers TO rounds_app;


--
-- Name: COLUMN receivers.purpose; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(purpose) ON TABLE rounds.receivers TO rounds_app;


--
-- Name: COLUMN receivers.area_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(area_id) ON TABLE rounds.receivers TO rounds_app;


--
-- Name: COLUMN receivers.daily_rows; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(daily_rows) ON TABLE rounds.receivers TO rounds_app;


--
-- Name: COLUMN receivers.ends_on; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(ends_on) ON TABLE rounds.receivers TO rounds_app;


--
-- Name: TABLE refusals; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.refusals TO rounds_app;


--
-- Name: TABLE release_stock; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.release_stock TO rounds_app;


--
-- Name: TABLE release_stock_counts; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.release_stock_counts TO rounds_app;


--
-- Name: TABLE release_values; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.release_values TO rounds_app;
GRANT SELECT ON TABLE rounds.release_values TO rounds_stats;


--
-- Name: TABLE releases; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.releases TO rounds_app;
GRANT SELECT ON TABLE rounds.releases TO rounds_stats;


--
-- Name: TABLE resident_requests; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.resident_requests TO rounds_app;


--
-- Name: TABLE retention; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.retention TO rounds_app;


--
-- Name: TABLE rights; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.rights TO rounds_app;


--
-- Name: TABLE round_areas; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.round_areas TO rounds_app;


--
-- Name: TABLE rounds; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.rounds TO rounds_app;


--
-- Name: COLUMN rounds.closed_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(closed_at) ON TABLE rounds.rounds TO rounds_app;


--
-- Name: TABLE routes; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.routes TO rounds_app;


--
-- Name: TABLE sessions; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.sessions TO rounds_app;


--
-- Name: COLUMN sessions.seen_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(seen_at) ON TABLE rounds.sessions TO rounds_app;


--
-- Name: COLUMN sessions.expires_at; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(expires_at) ON TABLE rounds.sessions TO rounds_app;


--
-- Name: TABLE spent_ceremonies; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.spent_ceremonies TO rounds_app;


--
-- Name: TABLE staff_leave; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.staff_leave TO rounds_app;


--
-- Name: TABLE stops; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.stops TO rounds_app;


--
-- Name: TABLE support_wanted; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.support_wanted TO rounds_app;


--
-- Name: COLUMN support_wanted.consent_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(consent_id) ON TABLE rounds.support_wanted TO rounds_app;


--
-- Name: COLUMN support_wanted.service; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(service) ON TABLE rounds.support_wanted TO rounds_app;


--
-- Name: TABLE sweeps; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE rounds.sweeps TO rounds_app;


--
-- Name: TABLE tokens; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,DELETE ON TABLE rounds.tokens TO rounds_app;


--
-- Name: COLUMN tokens.id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(id) ON TABLE rounds.tokens TO rounds_app;


--
-- Name: COLUMN tokens.receiver_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(receiver_id) ON TABLE rounds.tokens TO rounds_app;


--
-- Name: COLUMN tokens.role; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(role) ON TABLE rounds.tokens TO rounds_app;


--
-- Name: COLUMN tokens.secret_hash; Type: ACL; Schema: rounds; Owner: -
--

GRANT INSERT(secret_hash) ON TABLE rounds.tokens TO rounds_app;


--
-- Name: TABLE unit_changes; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT ON TABLE rounds.unit_changes TO rounds_app;


--
-- Name: TABLE unit_member_languages; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.unit_member_languages TO rounds_app;


--
-- Name: TABLE unit_member_skills; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.unit_member_skills TO rounds_app;


--
-- Name: TABLE unit_members; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.unit_members TO rounds_app;


--
-- Name: TABLE units; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.units TO rounds_app;


--
-- Name: COLUMN units.parent_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(parent_id) ON TABLE rounds.units TO rounds_app;


--
-- Name: COLUMN units.branch; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(branch) ON TABLE rounds.units TO rounds_app;


--
-- Name: COLUMN units.name; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(name) ON TABLE rounds.units TO rounds_app;


--
-- Name: COLUMN units.name_zh; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(name_zh) ON TABLE rounds.units TO rounds_app;


--
-- Name: COLUMN units.lead_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(lead_id) ON TABLE rounds.units TO rounds_app;


--
-- Name: COLUMN units.closed_on; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(closed_on) ON TABLE rounds.units TO rounds_app;


--
-- Name: TABLE unplanned; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.unplanned TO rounds_app;


--
-- Name: TABLE uploads; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE rounds.uploads TO rounds_app;


--
-- Name: COLUMN uploads.state; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(state) ON TABLE rounds.uploads TO rounds_app;


--
-- Name: COLUMN uploads.percent; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(percent) ON TABLE rounds.uploads TO rounds_app;


--
-- Name: COLUMN uploads.import_id; Type: ACL; Schema: rounds; Owner: -
--

GRANT UPDATE(import_id) ON TABLE rounds.uploads TO rounds_app;


--
-- Name: TABLE visit_retractions; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.visit_retractions TO rounds_app;


--
-- Name: TABLE visits; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT ON TABLE rounds.visits TO rounds_app;


--
-- Name: TABLE worker_days_off; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rounds.worker_days_off TO rounds_app;


--
-- Name: TABLE workers; Type: ACL; Schema: rounds; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rounds.workers TO rounds_app;


--
-- Name: TABLE agreement_terms; Type: ACL; Schema: sealed; Owner: -
--

GRANT SELECT,INSERT ON TABLE sealed.agreement_terms TO rounds_app;


--
-- Name: TABLE agreements; Type: ACL; Schema: sealed; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE sealed.agreements TO rounds_app;


--
-- Name: TABLE case_keys; Type: ACL; Schema: sealed; Owner: -
--

GRANT SELECT ON TABLE sealed.case_keys TO rounds_app;


--
-- Name: TABLE meeting_notes; Type: ACL; Schema: sealed; Owner: -
--

GRANT SELECT,INSERT ON TABLE sealed.meeting_notes TO rounds_app;


--
-- Name: TABLE meeting_presence; Type: ACL; Schema: sealed; Owner: -
--

GRANT SELECT,INSERT ON TABLE sealed.meeting_presence TO rounds_app;


--
-- Name: TABLE meetings; Type: ACL; Schema: sealed; Owner: -
--

GRANT SELECT,INSERT ON TABLE sealed.meetings TO rounds_app;


--
-- Name: TABLE parties; Type: ACL; Schema: sealed; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE sealed.parties TO rounds_app;


--
-- Name: COLUMN parties.side; Type: ACL; Schema: sealed; Owner: -
--

GRANT UPDATE(side) ON TABLE sealed.parties TO rounds_app;


--
-- Name: COLUMN parties.person; Type: ACL; Schema: sealed; Owner: -
--

GRANT UPDATE(person) ON TABLE sealed.parties TO rounds_app;


--
-- Name: COLUMN parties.receipt_hmac; Type: ACL; Schema: sealed; Owner: -
--

GRANT UPDATE(receipt_hmac) ON TABLE sealed.parties TO rounds_app;


--
-- Name: TABLE signatures; Type: ACL; Schema: sealed; Owner: -
--

GRANT SELECT,INSERT ON TABLE sealed.signatures TO rounds_app;


--
-- PostgreSQL database dump complete
--


