/// Migration 3.
enum CombinationSchema {
  static let statements = [
    // Nobody has noted until now which second factors were behind a login: where one is required, the login is made again.
    "ALTER TABLE authentications ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT ''"
  ]
}
