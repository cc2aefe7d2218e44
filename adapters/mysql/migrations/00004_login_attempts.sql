-- +goose Up

-- What is remembered of wrong passwords: a row for an account, one for an address, one for a known device, which is both.
-- Accounts are digests.
CREATE TABLE IF NOT EXISTS login_attempts (
    subject     VARBINARY(255) NOT NULL PRIMARY KEY,
    account     VARBINARY(255) NOT NULL,
    failures    INT NOT NULL,
    pending     INT NOT NULL,
    strikes     INT NOT NULL,
    `until`     DATETIME(6), -- a reserved word of TiDB's
    known_until DATETIME(6),
    keep_until  DATETIME(6),
    KEY login_attempts_keep_until (keep_until),
    -- To forget an account would wait for every other one without it.
    KEY login_attempts_account (account)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC;
