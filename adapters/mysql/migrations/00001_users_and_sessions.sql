-- +goose Up

-- What is compared is VARBINARY, which is compared byte by byte: the collations of text do not tell a letter case from
-- the other, or a space at the end from none. Times are UTC. The server commits each statement by itself, so each may be
-- repeated.
CREATE TABLE IF NOT EXISTS users (
    id            VARBINARY(255) NOT NULL PRIMARY KEY,
    email         VARBINARY(1020) NOT NULL UNIQUE,
    email_folded  VARBINARY(1020) NOT NULL UNIQUE,
    name          VARCHAR(255) NOT NULL,
    password_hash VARBINARY(4000) NOT NULL,
    admin         BOOLEAN NOT NULL,
    enabled       BOOLEAN NOT NULL,
    created_at    DATETIME(6) NOT NULL
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;

-- One row a session for its whole life. No index is on a column that a rotation changes. user_id has no foreign key: on
-- other engines a user may live in a table of others.
CREATE TABLE IF NOT EXISTS sessions (
    id           VARBINARY(255) NOT NULL PRIMARY KEY,
    user_id      VARBINARY(255) NOT NULL,
    created_at   DATETIME(6) NOT NULL,
    ends_at      DATETIME(6) NOT NULL,
    address      VARCHAR(64) NOT NULL,
    user_agent   VARCHAR(256) NOT NULL,
    current_jti  VARBINARY(255) NOT NULL,
    issued_at    DATETIME(6) NOT NULL,
    expires_at   DATETIME(6) NOT NULL,
    replaced_jti VARBINARY(255) NOT NULL,
    replaced_at  DATETIME(6),
    last_expiry  DATETIME(6) NOT NULL,
    revoked_at   DATETIME(6),
    revoked_for  VARCHAR(64) NOT NULL,
    KEY sessions_user_id (user_id)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;

-- No untracked token of the subject counts that may have been issued before not_before. The row of everybody is there
-- from the beginning, so that it can be locked. NULL is before every instant: the year 1 is none of DATETIME's.
CREATE TABLE IF NOT EXISTS untracked_cutoffs (
    subject    VARBINARY(1100) NOT NULL PRIMARY KEY,
    not_before DATETIME(6)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC;

INSERT IGNORE INTO untracked_cutoffs (subject, not_before) VALUES ('all', NULL);
