-- +goose Up

-- What is remembered of wrong passwords: a row for an account, one for an address, one for a known device, which is both.
-- Accounts are digests.
CREATE TABLE login_attempts (
    subject     TEXT PRIMARY KEY,
    account     TEXT NOT NULL,
    failures    INTEGER NOT NULL,
    pending     INTEGER NOT NULL,
    strikes     INTEGER NOT NULL,
    until       TIMESTAMP,
    known_until TIMESTAMP,
    keep_until  TIMESTAMP
);

CREATE INDEX login_attempts_keep_until ON login_attempts (keep_until);
