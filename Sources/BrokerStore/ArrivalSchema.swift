/// Migration 2.
enum ArrivalSchema {
  static let statements = [
    """
    CREATE TABLE arrivals (
      hash BYTEA PRIMARY KEY, instance TEXT NOT NULL, client_id TEXT NOT NULL, state TEXT NOT NULL,
      browser BYTEA, code BYTEA UNIQUE, answer BYTEA, misses BIGINT NOT NULL DEFAULT 0,
      tries BIGINT NOT NULL DEFAULT 0, sealed BYTEA NOT NULL, key_id TEXT NOT NULL, expires_at BIGINT NOT NULL)
    """,
    "CREATE INDEX arrivals_by_expiry ON arrivals (expires_at)",
    // Whoever has a session already got it through an instance that gives its ceiling to everybody.
    "ALTER TABLE authentications ADD COLUMN ceiling TEXT NOT NULL DEFAULT 'dispositive'",
  ]
}
