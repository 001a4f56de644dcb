/// Our own trouble with the libraries, as opposed to a document that is refused.
public enum XMLSecFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// libxmlsec1 did not start, or is another version than the one this was built for.
  case library(String)
  case outOfMemory

  public var description: String {
    switch self {
    case .library(let what): "libxmlsec1: \(what)"
    case .outOfMemory: "libxml2 or libxmlsec1 got no memory"
    }
  }
}
