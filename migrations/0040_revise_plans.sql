-- A plan may be ordered that changes the published one as little as it can.
ALTER TABLE rounds.plans ADD COLUMN revises uuid REFERENCES rounds.plans ON DELETE SET NULL;
