import AccessModel
import AuthenticatorKit
import Foundation
import SPIDStubProvider

/// A login whose person is at the provider's pages.
struct SPIDWaiting: Equatable {
  /// The id of the request that the response has to answer.
  let request: String
  let asked: SPIDLevel
  let begunAt: Instant
  let subject: FiscalCode?
}

/// A login in which the module asks by itself.
struct SPIDAsking: Equatable {
  let progress: StubProgress
  let subject: FiscalCode?
}

/// What the module has to know again. Holds no secret.
enum SPIDState: Equatable {
  case waiting(SPIDWaiting)
  case asking(SPIDAsking)

  /// - Returns: nil for bytes that this module did not write.
  init?(_ state: AuthenticationState) {
    guard let written = try? JSONDecoder().decode(Written.self, from: Data(state.bytes)) else { return nil }
    let subject = written.subject.flatMap { try? FiscalCode($0) }
    // A subject that cannot be read must not become a login of anybody's.
    guard (subject == nil) == (written.subject == nil) else { return nil }
    switch (written.progress, written.request, written.asked, written.begunAt) {
    case (let progress?, nil, nil, nil): self = .asking(.init(progress: progress, subject: subject))
    case (nil, let request?, let asked?, let begunAt?):
      self = .waiting(.init(request: request, asked: asked, begunAt: begunAt, subject: subject))
    default: return nil
    }
  }

  func sealed() throws(AuthenticatorFault) -> AuthenticationState {
    let written =
      switch self {
      case .asking(let asking): Written(subject: asking.subject?.rawValue, progress: asking.progress)
      case .waiting(let waiting):
        Written(
          subject: waiting.subject?.rawValue, request: waiting.request, asked: waiting.asked, begunAt: waiting.begunAt)
      }
    guard let data = try? JSONEncoder().encode(written) else { throw .unavailable("a state that cannot be written") }
    return AuthenticationState(bytes: Array(data))
  }

  private struct Written: Codable {
    var subject: String?
    var progress: StubProgress?
    var request: String?
    var asked: SPIDLevel?
    var begunAt: Instant?
  }
}
