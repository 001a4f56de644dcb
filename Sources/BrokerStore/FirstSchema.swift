/// Migration 1. Times are milliseconds since 1970; hashes are SHA-256; sealed values name their key.
enum FirstSchema {
  static let statements = people + pins + sessions + tokens + configuration + records

  private static let people = [
    """
    CREATE TABLE citizens (
      id TEXT PRIMARY KEY, fiscal_code TEXT NOT NULL UNIQUE, given_name TEXT NOT NULL, family_name TEXT NOT NULL,
      profiles TEXT NOT NULL, state TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)
    """,
    """
    CREATE TABLE contacts (
      citizen_id TEXT NOT NULL REFERENCES citizens (id), kind TEXT NOT NULL, value TEXT NOT NULL,
      created_at BIGINT NOT NULL, PRIMARY KEY (citizen_id, kind, value))
    """,
    """
    CREATE TABLE links (
      instance TEXT NOT NULL, subject TEXT NOT NULL, citizen_id TEXT NOT NULL REFERENCES citizens (id),
      created_at BIGINT NOT NULL, PRIMARY KEY (instance, subject))
    """,
    "CREATE INDEX links_by_citizen ON links (citizen_id)",
  ]

  private static let pins = [
    """
    CREATE TABLE pins (
      id TEXT PRIMARY KEY, citizen_id TEXT NOT NULL REFERENCES citizens (id), grade TEXT NOT NULL,
      state TEXT NOT NULL, form TEXT NOT NULL, sealed BYTEA NOT NULL, key_id TEXT NOT NULL,
      version BIGINT NOT NULL, created_at BIGINT NOT NULL, changed_at BIGINT, proofs_since BIGINT NOT NULL,
      last_used_at BIGINT,
      ended_at BIGINT, ended_reason TEXT)
    """,
    "CREATE UNIQUE INDEX pins_one_active ON pins (citizen_id) WHERE state = 'active'",
    "CREATE INDEX pins_by_key ON pins (key_id)",
    """
    CREATE TABLE attempts (
      subject TEXT NOT NULL, bucket TEXT NOT NULL, failures BIGINT NOT NULL, attempt TEXT NOT NULL,
      locked_until BIGINT NOT NULL, touched_at BIGINT NOT NULL, PRIMARY KEY (subject, bucket))
    """,
    """
    CREATE TABLE devices (
      hash BYTEA NOT NULL, citizen_id TEXT NOT NULL REFERENCES citizens (id), expires_at BIGINT NOT NULL,
      PRIMARY KEY (hash, citizen_id))
    """,
    "CREATE INDEX devices_by_expiry ON devices (expires_at)",
  ]

  private static let sessions = [
    """
    CREATE TABLE sessions (
      id TEXT PRIMARY KEY, citizen_id TEXT NOT NULL REFERENCES citizens (id), handle BYTEA UNIQUE,
      client_id TEXT NOT NULL, created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
      ended_at BIGINT, ended_reason TEXT)
    """,
    "CREATE INDEX sessions_by_citizen ON sessions (citizen_id)",
    "CREATE INDEX sessions_by_expiry ON sessions (expires_at)",
    """
    CREATE TABLE authentications (
      session_id TEXT NOT NULL REFERENCES sessions (id), seq BIGINT NOT NULL, instance TEXT NOT NULL,
      credential_id TEXT, level TEXT NOT NULL, acr TEXT NOT NULL, amr TEXT NOT NULL, at BIGINT NOT NULL,
      PRIMARY KEY (session_id, seq))
    """,
    "CREATE INDEX authentications_by_credential ON authentications (credential_id)",
    """
    CREATE TABLE conversations (
      hash BYTEA PRIMARY KEY, client_id TEXT NOT NULL, sealed BYTEA NOT NULL, key_id TEXT NOT NULL,
      credential_id TEXT, proven_at BIGINT, session_id TEXT, expires_at BIGINT NOT NULL)
    """,
    "CREATE INDEX conversations_by_credential ON conversations (credential_id)",
    "CREATE INDEX conversations_by_expiry ON conversations (expires_at)",
  ]

  private static let tokens = [
    """
    CREATE TABLE codes (
      hash BYTEA PRIMARY KEY, client_id TEXT NOT NULL, session_id TEXT NOT NULL, scope TEXT NOT NULL,
      resource TEXT NOT NULL, challenge TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
      used_at BIGINT)
    """,
    "CREATE INDEX codes_by_expiry ON codes (expires_at)",
    """
    CREATE TABLE families (
      id TEXT PRIMARY KEY, code BYTEA, client_id TEXT NOT NULL, session_id TEXT NOT NULL,
      offline BIGINT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, ended_at BIGINT,
      ended_reason TEXT)
    """,
    "CREATE INDEX families_by_session ON families (session_id)",
    "CREATE INDEX families_by_code ON families (code)",
    """
    CREATE TABLE refresh_tokens (
      hash BYTEA PRIMARY KEY, family_id TEXT NOT NULL REFERENCES families (id), scope TEXT NOT NULL,
      resource TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, rotated_at BIGINT)
    """,
    "CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id)",
    """
    CREATE TABLE access_tokens (
      jti TEXT PRIMARY KEY, family_id TEXT, session_id TEXT, client_id TEXT NOT NULL, scope TEXT NOT NULL,
      audience TEXT NOT NULL, issued_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT)
    """,
    "CREATE INDEX access_tokens_by_family ON access_tokens (family_id)",
    "CREATE INDEX access_tokens_by_session ON access_tokens (session_id)",
    "CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at)",
    """
    CREATE TABLE used_once (
      kind TEXT NOT NULL, hash BYTEA NOT NULL, expires_at BIGINT NOT NULL, PRIMARY KEY (kind, hash))
    """,
    "CREATE INDEX used_once_by_expiry ON used_once (expires_at)",
  ]

  private static let configuration = [
    """
    CREATE TABLE clients (
      id TEXT PRIMARY KEY, document TEXT NOT NULL, secret BYTEA, key_id TEXT, created_at BIGINT NOT NULL,
      removed_at BIGINT)
    """,
    "CREATE TABLE catalogue (id BIGINT PRIMARY KEY, document TEXT NOT NULL, applied_at BIGINT NOT NULL)",
    """
    CREATE TABLE keys (
      purpose TEXT NOT NULL, id TEXT NOT NULL, algorithm TEXT NOT NULL, public TEXT NOT NULL,
      sealed BYTEA NOT NULL, key_id TEXT NOT NULL, state TEXT NOT NULL, created_at BIGINT NOT NULL,
      retires_at BIGINT, PRIMARY KEY (purpose, id))
    """,
    """
    CREATE TABLE module_items (
      instance TEXT NOT NULL, item TEXT NOT NULL, sealed BYTEA NOT NULL, key_id TEXT NOT NULL,
      version BIGINT NOT NULL, expires_at BIGINT, PRIMARY KEY (instance, item))
    """,
    "CREATE INDEX module_items_by_expiry ON module_items (expires_at)",
    "CREATE TABLE changes (id BIGINT PRIMARY KEY, epoch BIGINT NOT NULL)",
    "INSERT INTO changes (id, epoch) VALUES (1, 0)",
  ]

  private static let records = [
    """
    CREATE TABLE audit (
      chain TEXT NOT NULL, seq BIGINT NOT NULL, key_id TEXT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
      actor TEXT NOT NULL, subject TEXT NOT NULL, subject_key_id TEXT NOT NULL, detail TEXT NOT NULL,
      mac BYTEA NOT NULL, PRIMARY KEY (chain, seq))
    """,
    "CREATE INDEX audit_by_subject ON audit (subject)",
    "CREATE TABLE audit_heads (chain TEXT PRIMARY KEY, seq BIGINT NOT NULL, mac BYTEA NOT NULL)",
  ]
}
