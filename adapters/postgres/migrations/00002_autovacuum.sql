-- +goose Up

-- Rotations update the same rows again and again. Pages prune themselves, but only a vacuum keeps the visibility map and
-- the statistics fresh, and with the default, a fifth of the table, it would come after millions of updates.
ALTER TABLE sessions SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05
);
