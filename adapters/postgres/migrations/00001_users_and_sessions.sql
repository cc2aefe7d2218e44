-- +goose Up

-- Ids and addresses are compared byte by byte: pages are read in their order.
CREATE TABLE users (
    id            text COLLATE "C" PRIMARY KEY,
    email         text COLLATE "C" NOT NULL UNIQUE,
    email_folded  text COLLATE "C" NOT NULL UNIQUE,
    name          text NOT NULL,
    password_hash text NOT NULL,
    admin         boolean NOT NULL,
    enabled       boolean NOT NULL,
    created_at    timestamptz NOT NULL
);

-- One row a session for its whole life. No index is on a column that a rotation changes, and every page keeps room,
-- so that a rotation touches one page and no index. user_id has no foreign key: a user may live in a table of others.
CREATE TABLE sessions (
    id           text COLLATE "C" PRIMARY KEY,
    user_id      text COLLATE "C" NOT NULL,
    created_at   timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    address      text NOT NULL,
    user_agent   text NOT NULL,
    current_jti  text COLLATE "C" NOT NULL,
    issued_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    replaced_jti text COLLATE "C" NOT NULL,
    replaced_at  timestamptz,
    last_expiry  timestamptz NOT NULL,
    revoked_at   timestamptz,
    revoked_for  text NOT NULL
) WITH (fillfactor = 75);

CREATE INDEX sessions_user_id ON sessions (user_id);

-- No untracked token of the subject counts that may have been issued before not_before. The row of everybody is there
-- from the beginning, so that it can be locked, with an instant that is before every other one.
CREATE TABLE untracked_cutoffs (
    subject    text COLLATE "C" PRIMARY KEY,
    not_before timestamptz NOT NULL
);

INSERT INTO untracked_cutoffs (subject, not_before) VALUES ('all', '0001-01-01T00:00:00Z');
