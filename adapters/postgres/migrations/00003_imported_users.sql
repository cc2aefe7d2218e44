-- +goose Up

-- One row for each account that came from the original: digests of what its row there held when it was taken.
CREATE TABLE imported_users (
    user_id     text COLLATE "C" PRIMARY KEY,
    fingerprint text NOT NULL
);
