-- +goose Up

-- What is remembered of wrong passwords: a row for an account, one for an address, one for a known device, which is both.
-- Accounts are digests. No index but that for pruning is on a column that an attempt changes.
CREATE TABLE login_attempts (
    subject     text COLLATE "C" PRIMARY KEY,
    account     text COLLATE "C" NOT NULL,
    failures    integer NOT NULL,
    pending     integer NOT NULL,
    strikes     integer NOT NULL,
    until       timestamptz,
    known_until timestamptz,
    keep_until  timestamptz
);

CREATE INDEX login_attempts_keep_until ON login_attempts (keep_until);
