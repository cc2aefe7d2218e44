-- +goose Up

-- Security events. user_id has no foreign key: an event outlives its user. attempted is an address that is nobody's, with
-- which somebody tried to log in.
CREATE TABLE IF NOT EXISTS security_events (
    id          VARBINARY(255) NOT NULL PRIMARY KEY,
    happened_at DATETIME(6) NOT NULL,
    kind        VARCHAR(64) NOT NULL,
    user_id     VARBINARY(255) NOT NULL,
    session_id  VARBINARY(255) NOT NULL,
    reason      VARCHAR(64) NOT NULL,
    address     VARCHAR(64) NOT NULL,
    user_agent  VARCHAR(256) NOT NULL,
    attempted   VARBINARY(1020) NOT NULL,
    detail      VARCHAR(255) NOT NULL,
    count       BIGINT NOT NULL,
    KEY security_events_happened_at (happened_at),
    KEY security_events_user_id (user_id, happened_at),
    KEY security_events_attempted (attempted, happened_at)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;
