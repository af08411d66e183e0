-- A mailbox stays until the code of the new one came back.
DROP INDEX rounds.notice_targets_email;
CREATE UNIQUE INDEX notice_targets_email ON rounds.notice_targets (account_id, (code_hash IS NULL)) WHERE channel = 'email';
