-- +goose Up

-- When the places of attempts that are being checked lapse.
ALTER TABLE login_attempts ADD COLUMN pending_until timestamptz;
