import AuthenticatorKit

/// Lays `VARCO_…` environment variables over the configuration file.
///
/// The list is written down: a variable that nothing reads is a typing mistake, and an error.
enum EnvironmentOverlay {
  /// Every value that the environment can set; lists and authenticators belong in the file.
  static let paths = [
    "environment", "issuer", "node", "listen.host", "listen.port", "listen.tls.certificate", "listen.tls.key",
    "listen.plain_http_behind_proxy", "admin.host", "admin.port", "store.sqlite", "keys.key_encryption",
    "keys.key_encryption_file", "keys.pepper", "keys.pepper_file", "audit.checkpoint", "forward_auth.header_prefix",
    "tokens.algorithm", "hashing.memory_kib", "hashing.iterations", "hashing.threads", "hashing.queue", "log.level",
  ]
  /// Read by the commands themselves.
  private static let others: Set<String> = ["VARCO_CONFIG"]

  static func variable(_ path: String) -> String {
    "VARCO_" + path.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
  }

  /// - Returns: the settings with the environment's values in place, line 0; and the variables that nothing reads,
  ///   which hide none of the others.
  static func apply(
    _ environment: [String: String], to settings: Settings
  ) -> (settings: Settings, problems: [ConfigurationProblem]) {
    var settings = settings
    var problems: [ConfigurationProblem] = []
    let known = Dictionary(paths.map { (variable($0), $0) }) { first, _ in first }
    for (name, value) in environment.sorted(by: { $0.key < $1.key })
    where name.hasPrefix("VARCO_") && !others.contains(name) {
      guard let path = known[name] else {
        problems.append(ConfigurationProblem(line: 0, key: name, message: "unknown environment variable"))
        continue
      }
      settings.set(path.split(separator: ".").map(String.init), to: value)
    }
    return (settings, problems)
  }
}
