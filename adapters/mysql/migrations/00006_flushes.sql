-- +goose Up

-- What is counted here means nothing: to commit a count flushes the log with everything that is before it. There are
-- several rows, so that callers seldom wait for one another.
CREATE TABLE IF NOT EXISTS flushes (
    id      TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    counted BIGINT UNSIGNED NOT NULL
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC;
