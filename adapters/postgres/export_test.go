package postgres

// Rotation is the statement of shared commits.
func (d *Database) Rotation() string { return d.rotation }
