import AccessModel
import AuthenticatorKit
import BrokerCore

extension SessionStore {
  static func add(_ authentications: [Authentication], to session: String, _ act: Act) throws {
    for authentication in authentications {
      try act.execute(
        """
        INSERT INTO authentications (session_id, seq, instance, credential_id, level, acr, amr, at, ceiling,
          confirmed_by)
        SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9 FROM authentications WHERE session_id = $1
        """,
        .text(session), .text(authentication.instance.description),
        .optional(authentication.credential?.description), .text(authentication.level.description),
        .text(authentication.acr), .text(authentication.amr.joined(separator: " ")), .instant(authentication.at),
        .text(authentication.right.rawValue),
        .text(authentication.confirmedBy.map(\.description).joined(separator: " ")))
    }
  }

  /// A session that has not been ended, whatever its times say; nil if there is none or its citizen is not active.
  static func load(_ id: String, _ connection: any SQLConnection) throws -> Session? {
    let rows = try connection.execute(
      """
      SELECT c.id, c.fiscal_code, c.given_name, c.family_name, c.profiles, c.state,
        s.client_id, s.created_at, s.seen_at, s.expires_at
      FROM sessions s JOIN citizens c ON c.id = s.citizen_id
      WHERE s.id = $1 AND s.ended_at IS NULL AND c.state = 'active'
      """, .text(id))
    guard let row = rows.first else { return nil }
    return Session(
      id: id, citizen: try citizen(row), clientID: try row.text(6), createdAt: try row.instant(7),
      seenAt: try row.instant(8), expiresAt: try row.instant(9),
      authentications: try authentications(of: id, connection))
  }

  private static func citizen(_ row: SQLRow) throws -> Citizen {
    guard let code = try? FiscalCode(try row.text(1)), let state = Citizen.State(rawValue: try row.text(5)) else {
      throw StoreError.corrupt("a citizen's row")
    }
    let profiles = try row.text(4).split(separator: " ").compactMap { ProfileID(String($0)) }
    return Citizen(
      id: CitizenID(try row.text(0)), fiscalCode: code, givenName: try row.text(2), familyName: try row.text(3),
      profiles: Set(profiles), state: state)
  }

  private static func authentications(of id: String, _ connection: any SQLConnection) throws -> [Authentication] {
    try connection.execute(
      """
      SELECT instance, credential_id, level, acr, amr, at, ceiling, confirmed_by FROM authentications
      WHERE session_id = $1 ORDER BY seq
      """, .text(id)
    ).map { row in
      guard let instance = InstanceID(try row.text(0)), let level = AssuranceLevel(try row.text(2)),
        let right = AccessRight(rawValue: try row.text(6))
      else {
        throw StoreError.corrupt("an authentication's row")
      }
      return Authentication(
        instance: instance, credential: try row.optionalText(1).map { CredentialID($0) }, level: level,
        acr: try row.text(3), amr: try row.text(4).split(separator: " ").map(String.init), at: try row.instant(5),
        right: right, confirmedBy: try row.text(7).split(separator: " ").compactMap { InstanceID(String($0)) })
    }
  }
}
