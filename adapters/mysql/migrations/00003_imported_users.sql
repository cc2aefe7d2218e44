-- +goose Up

-- One row for each account that came from the original: digests of what its row there held when it was taken.
CREATE TABLE IF NOT EXISTS imported_users (
    user_id     VARBINARY(255) NOT NULL PRIMARY KEY,
    fingerprint VARBINARY(255) NOT NULL
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC;
