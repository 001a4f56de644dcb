import AccessModel
import AuthenticatorKit

/// What ends together (rule R12), written once for every act that ends something.
extension Act {
  /// Ends the sessions and open conversations that rest on a credential, with their families and tokens.
  /// - Parameter spared: the session that changed the credential itself.
  /// - Returns: how many sessions ended.
  @discardableResult
  func endEverything(
    restingOn credential: CredentialID, sparing spared: String? = nil, reason: String, at now: Instant
  ) throws -> Int {
    let sessions = try connection.execute(
      """
      SELECT DISTINCT session_id FROM authentications a JOIN sessions s ON s.id = a.session_id
      WHERE a.credential_id = $1 AND s.ended_at IS NULL AND s.id <> $2
      """, [.text(credential.description), .text(spared ?? "")])
    for row in sessions { try endSession(try row.text(0), reason: reason, at: now) }
    try connection.execute(
      "DELETE FROM conversations WHERE credential_id = $1", [.text(credential.description)])
    try revoke()
    return sessions.count
  }

  /// Ends every session and conversation of a citizen.
  func endEverything(of citizen: CitizenID, reason: String, at now: Instant) throws {
    let sessions = try connection.execute(
      "SELECT id FROM sessions WHERE citizen_id = $1 AND ended_at IS NULL", [.text(citizen.description)])
    for row in sessions { try endSession(try row.text(0), reason: reason, at: now) }
    try connection.execute(
      "DELETE FROM conversations WHERE credential_id IN (SELECT id FROM pins WHERE citizen_id = $1)",
      [.text(citizen.description)])
    try revoke()
  }

  /// Ends one session, its families (rule R3) and its step-up conversations.
  func endSession(_ id: String, reason: String, at now: Instant) throws {
    let values: [SQLValue] = [.text(id), .instant(now), .text(reason)]
    try connection.execute(
      "UPDATE sessions SET ended_at = $2, ended_reason = $3 WHERE id = $1 AND ended_at IS NULL", values)
    try connection.execute(
      "UPDATE families SET ended_at = $2, ended_reason = $3 WHERE session_id = $1 AND ended_at IS NULL", values)
    try connection.execute("DELETE FROM conversations WHERE session_id = $1", [.text(id)])
    try revoke()
  }
}
