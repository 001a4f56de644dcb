/// Our own trouble with files, as opposed to a list that is refused. Paths only, nothing of their content.
public enum TrustedListStoreError: Error, Sendable, Equatable, CustomStringConvertible {
  case cannotRead(path: String, String)
  case cannotWrite(path: String, String)
  /// What is installed was changed by hand or lost: nobody can say any more which sequence number was the last.
  case damaged(path: String, String)
  /// Another import is under way, or came between showing the difference and applying it.
  case changedMeanwhile
  /// The XML libraries did not start.
  case library(String)

  public var description: String {
    switch self {
    case .cannotRead(let path, let why): "cannot read \(path): \(why)"
    case .cannotWrite(let path, let why): "cannot write \(path): \(why)"
    case .damaged(let path, let why): "\(path): \(why)"
    case .changedMeanwhile: "another import changed the anchors meanwhile; nothing was changed"
    case .library(let what): what
    }
  }
}
