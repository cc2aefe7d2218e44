-- +goose Up

-- Times are whole microseconds since 1970, UTC. The declared types tell the driver what is a time and what a boolean.
CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    email_folded  TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    admin         BOOLEAN NOT NULL,
    enabled       BOOLEAN NOT NULL,
    created_at    TIMESTAMP NOT NULL
);

-- One row a session for its whole life. No index is on a column that a rotation changes. user_id has no foreign key: on
-- other engines a user may live in a table of others.
CREATE TABLE sessions (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    ends_at      TIMESTAMP NOT NULL,
    address      TEXT NOT NULL,
    user_agent   TEXT NOT NULL,
    current_jti  TEXT NOT NULL,
    issued_at    TIMESTAMP NOT NULL,
    expires_at   TIMESTAMP NOT NULL,
    replaced_jti TEXT NOT NULL,
    replaced_at  TIMESTAMP,
    last_expiry  TIMESTAMP NOT NULL,
    revoked_at   TIMESTAMP,
    revoked_for  TEXT NOT NULL
);

CREATE INDEX sessions_user_id ON sessions (user_id);

-- No untracked token of the subject counts that may have been issued before not_before: for everybody the year 1, which
-- is before every other instant.
CREATE TABLE untracked_cutoffs (
    subject    TEXT PRIMARY KEY,
    not_before TIMESTAMP NOT NULL
);

INSERT INTO untracked_cutoffs (subject, not_before) VALUES ('all', -62135596800000000);
