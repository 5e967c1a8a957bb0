-- What lists filter by, and their order.
ALTER TABLE ida_session ADD COLUMN authenticated INTEGER NOT NULL DEFAULT 0;
UPDATE ida_session SET authenticated = 1 WHERE outcome LIKE '%"authenticated":true%';
CREATE INDEX session_list ON session (client_id, created_ms DESC, session_id);
CREATE INDEX ida_session_list ON ida_session (client_id, created_ms DESC, session_id);
CREATE INDEX session_identity_newest ON session (identity_id, completed_ms);
