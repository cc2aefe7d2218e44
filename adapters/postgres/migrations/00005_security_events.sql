-- +goose Up

-- Security events. user_id has no foreign key: an event outlives its user. attempted is an address that is nobody's, with
-- which somebody tried to log in.
CREATE TABLE security_events (
    id          text COLLATE "C" PRIMARY KEY,
    happened_at timestamptz NOT NULL,
    kind        text NOT NULL,
    user_id     text COLLATE "C" NOT NULL,
    session_id  text COLLATE "C" NOT NULL,
    reason      text NOT NULL,
    address     text NOT NULL,
    user_agent  text NOT NULL,
    attempted   text COLLATE "C" NOT NULL,
    detail      text NOT NULL,
    count       bigint NOT NULL
);

CREATE INDEX security_events_happened_at ON security_events (happened_at);
CREATE INDEX security_events_user_id ON security_events (user_id, happened_at) WHERE user_id <> '';
CREATE INDEX security_events_attempted ON security_events (attempted, happened_at) WHERE attempted <> '';
