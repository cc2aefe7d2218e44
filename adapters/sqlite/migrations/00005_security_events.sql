-- +goose Up

-- Security events. user_id has no foreign key: an event outlives its user. attempted is an address that is nobody's, with
-- which somebody tried to log in.
CREATE TABLE security_events (
    id          TEXT PRIMARY KEY,
    happened_at TIMESTAMP NOT NULL,
    kind        TEXT NOT NULL,
    user_id     TEXT NOT NULL,
    session_id  TEXT NOT NULL,
    reason      TEXT NOT NULL,
    address     TEXT NOT NULL,
    user_agent  TEXT NOT NULL,
    attempted   TEXT NOT NULL,
    detail      TEXT NOT NULL,
    count       INTEGER NOT NULL
);

CREATE INDEX security_events_happened_at ON security_events (happened_at);
CREATE INDEX security_events_user_id ON security_events (user_id, happened_at);
CREATE INDEX security_events_attempted ON security_events (attempted, happened_at);
