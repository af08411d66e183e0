-- Words that later migrations use: a new value of a type is usable after its commit.

ALTER TYPE rounds.incident_kind ADD VALUE 'dispute';
ALTER TYPE rounds.incident_source ADD VALUE 'public_form' BEFORE 'import';
ALTER TYPE rounds.incident_source ADD VALUE 'phone' BEFORE 'import';
ALTER TYPE rounds.read_kind ADD VALUE 'incident_text';
ALTER TYPE rounds.read_kind ADD VALUE 'disputes';
ALTER TYPE rounds.read_kind ADD VALUE 'dispute_contact';
ALTER TYPE rounds.erased_class ADD VALUE 'report';
CREATE TYPE rounds.ask_method AS ENUM ('spoken', 'signed', 'online', 'phone');
CREATE TYPE rounds.branch AS ENUM (
    'one_stop_office', 'mediation_committee', 'roads', 'utilities', 'buildings', 'fire_safety', 'environment', 'emergencies');
