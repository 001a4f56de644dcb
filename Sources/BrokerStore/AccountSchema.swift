/// Migration 4.
enum AccountSchema {
  static let statements = [
    // An account that a module calls otherwise than its subject; the tag is a keyed hash of what people type.
    """
    CREATE TABLE account_owners (
      instance TEXT NOT NULL, tag TEXT NOT NULL, citizen_id TEXT NOT NULL REFERENCES citizens (id),
      PRIMARY KEY (instance, tag))
    """,
    "CREATE INDEX account_owners_by_citizen ON account_owners (citizen_id)",
  ]
}
