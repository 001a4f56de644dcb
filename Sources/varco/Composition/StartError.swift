import AuthenticatorKit
import BrokerStore

/// Why a command cannot do what it was asked: one clear text, and an exit status.
enum StartError: Error, Sendable {
  case configuration(path: String, ConfigurationError)
  case file(path: String, String)
  case opening(String)
  case store(StoreError)
  case listening(String)
  /// A no: refused, invalid, not found.
  case refused(String)
  case usage(String)

  var text: String {
    switch self {
    case .configuration(let path, let error):
      error.problems.map { "\(path): \($0)" }.joined(separator: "\n")
    case .file(let path, let what): "\(path): \(what)"
    case .opening(let text), .listening(let text), .refused(let text), .usage(let text): text
    case .store(let error): "\(error)"
    }
  }

  /// 1 no, 2 usage or configuration, 70 our fault (architecture section 5).
  var status: Int32 {
    switch self {
    case .refused: 1
    case .configuration, .file, .usage, .opening, .listening: 2
    case .store(.notFound), .store(.conflict): 1
    case .store(.newerSchema): 2
    case .store: 70
    }
  }
}
