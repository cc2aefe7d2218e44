-- +goose Up

-- When the places of attempts that are being checked lapse.
-- Only MariaDB knows ADD COLUMN IF NOT EXISTS, and a migration that was cut off is made anew.
SET @change = IF(
    (SELECT COUNT(*) FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'login_attempts' AND column_name = 'pending_until') = 0,
    'ALTER TABLE login_attempts ADD COLUMN pending_until DATETIME(6)',
    'SELECT 1');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
