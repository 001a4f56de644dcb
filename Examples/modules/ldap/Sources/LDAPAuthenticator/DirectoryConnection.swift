import AuthenticatorKit
import CLDAP

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One connection to the directory, and the only code that sees libldap's pointers. Blocks; belongs to one thread.
@safe final class DirectoryConnection {
  private let handle: OpaquePointer
  private let watch: ConnectionWatch
  private let server: DirectoryServer
  private let limit: TimeLimit

  /// Prepares a connection, which the first step makes, with the protection that the server's address asks for.
  /// - Parameter authorities: the file with the certificates that the server's must come from, where there is TLS.
  init(_ server: DirectoryServer, authorities: String, limit: TimeLimit) throws(DirectoryFault) {
    guard DirectoryConnection.isLibraryReady else { throw DirectoryFault(description: "libldap cannot be used") }
    var handle: OpaquePointer?
    let code = unsafe ldap_initialize(&handle, server.url)
    guard code == LDAP_SUCCESS, let handle = unsafe handle else {
      throw DirectoryFault(description: "cannot be addressed: \(DirectoryConnection.words(code))")
    }
    guard let watch = unsafe ConnectionWatch(handle) else {
      unsafe ldap_unbind_ext_s(handle, nil, nil)
      throw DirectoryFault(description: "there is no memory")
    }
    unsafe self.handle = handle
    self.watch = watch
    self.server = server
    self.limit = limit
    try prepare()
    if server.usesTLS { try demandTLS(authorities) }
    if server.protection == .startTLS { try startTLS() }
  }

  deinit {
    unsafe ldap_unbind_ext_s(handle, nil, nil)
    watch.end()
  }

  /// A simple bind (RFC 4513 section 5.1.3).
  func bind(as name: DistinguishedName, _ password: Secret) throws(DirectoryFault) -> BindAnswer {
    // Whoever calls: an empty password would be taken for an anonymous bind, and succeed.
    guard Password.canBeRight(password) else { return .refused }
    try allow("bind")
    var message: Int32 = 0
    let code = unsafe password.bytes.withUnsafeBytes { bytes in
      unsafe cldap_bind(handle, name.text, bytes.baseAddress, bytes.count, &message)
    }
    guard code == LDAP_SUCCESS else { throw fault("bind", code) }
    return try bindAnswer(message)
  }

  /// Looks below a name for at most one entry, and reads one attribute of it.
  func search(
    under base: DistinguishedName, _ filter: String, attribute: AttributeName
  ) throws(DirectoryFault) -> SearchAnswer {
    try allow("search")
    var result: OpaquePointer?
    let code = unsafe cldap_search(handle, base.text, filter, attribute.text, &result)
    defer { unsafe ldap_msgfree(result) }
    guard code != LDAP_SIZELIMIT_EXCEEDED else { return .several }
    guard code == LDAP_SUCCESS else { throw fault("search", code) }
    switch unsafe ldap_count_entries(handle, result) {
    case 0: return .nobody
    case 1: return .one(try unsafe entry(ldap_first_entry(handle, result), attribute))
    default: return .several
    }
  }

  // MARK: Connecting

  /// libldap sets itself up in its first call, and two first calls at once would do so twice. It writes to connections
  /// that the other side has closed, and by default that ends the process.
  private static let isLibraryReady: Bool = {
    signal(SIGPIPE, SIG_IGN)
    var version: Int32 = 0
    return unsafe ldap_get_option(nil, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_OPT_SUCCESS
  }()

  /// What a file of the machine's or of the user's, or the environment, says about libldap does not count.
  private func prepare() throws(DirectoryFault) {
    try set(LDAP_OPT_PROTOCOL_VERSION, Int32(LDAP_VERSION3))
    try set(LDAP_OPT_DEREF, Int32(LDAP_DEREF_NEVER))
    // A signal is no answer.
    try set(LDAP_OPT_RESTART, 1)
    // A referral would take the password to a server that nobody has configured.
    try require(unsafe ldap_set_option(handle, LDAP_OPT_REFERRALS, nil))
    let left = max(limit.left, 1)
    watch.begin(milliseconds: left)
    try require(unsafe cldap_set_time(handle, LDAP_OPT_NETWORK_TIMEOUT, left))
  }

  private func demandTLS(_ authorities: String) throws(DirectoryFault) {
    try require(unsafe ldap_set_option(handle, LDAP_OPT_X_TLS_CACERTFILE, authorities))
    try require(unsafe ldap_set_option(handle, LDAP_OPT_X_TLS_CACERTDIR, nil))
    try set(LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_DEMAND)
    try set(LDAP_OPT_X_TLS_PROTOCOL_MIN, cldap_tls_1_2)
    // Last: from here on the options above are those of the connection.
    try set(LDAP_OPT_X_TLS_NEWCTX, 0)
  }

  private func startTLS() throws(DirectoryFault) {
    try allow("StartTLS")
    let code = unsafe ldap_start_tls_s(handle, nil, nil)
    guard code == LDAP_SUCCESS else { throw fault("StartTLS", code) }
  }

  private func set(_ option: Int32, _ value: Int32) throws(DirectoryFault) {
    var value = value
    try require(unsafe ldap_set_option(handle, option, &value))
  }

  private func require(_ code: Int32) throws(DirectoryFault) {
    guard code == LDAP_OPT_SUCCESS else { throw DirectoryFault(description: "an option of libldap cannot be set") }
  }

  /// Gives the next step the time that is left.
  private func allow(_ step: String) throws(DirectoryFault) {
    let left = limit.left
    guard left > 0 else { throw DirectoryFault(description: "\(step): the time is over") }
    try require(unsafe cldap_set_time(handle, LDAP_OPT_TIMEOUT, left))
  }

  // MARK: Answers

  /// Refusals that are about the person; all others are about us.
  private static let refusals: Set<Int32> = [
    LDAP_INVALID_CREDENTIALS, LDAP_INAPPROPRIATE_AUTH, LDAP_UNWILLING_TO_PERFORM, LDAP_CONSTRAINT_VIOLATION,
    LDAP_NO_SUCH_OBJECT,
  ]

  private func bindAnswer(_ message: Int32) throws(DirectoryFault) -> BindAnswer {
    var result: OpaquePointer?
    guard unsafe ldap_result(handle, message, LDAP_MSG_ALL, nil, &result) > 0 else { throw fault("bind", nil) }
    defer { unsafe ldap_msgfree(result) }
    var verdict: Int32 = LDAP_OTHER
    var controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?
    let code = unsafe ldap_parse_result(handle, result, &verdict, nil, nil, nil, &controls, 0)
    defer { unsafe ldap_controls_free(controls) }
    guard code == LDAP_SUCCESS else { throw fault("bind", code) }
    if DirectoryConnection.refusals.contains(verdict) { return .refused }
    guard verdict == LDAP_SUCCESS else { throw fault("bind", verdict) }
    return unsafe cldap_must_change(handle, controls) == 1 ? .mustChange : .proven
  }

  private func entry(_ entry: OpaquePointer?, _ attribute: AttributeName) throws(DirectoryFault) -> DirectoryEntry {
    guard let entry = unsafe entry, let name = unsafe ldap_get_dn(handle, entry) else { throw fault("search", nil) }
    defer { unsafe ldap_memfree(name) }
    guard let text = unsafe String(validatingCString: name), let name = DistinguishedName(text) else {
      throw DirectoryFault(description: "search: an entry's name cannot be read")
    }
    return DirectoryEntry(name: name, values: unsafe values(entry, attribute))
  }

  private func values(_ entry: OpaquePointer, _ attribute: AttributeName) -> [[UInt8]] {
    guard let list = unsafe ldap_get_values_len(handle, entry, attribute.text) else { return [] }
    defer { unsafe ldap_value_free_len(list) }
    return unsafe (0..<Int(ldap_count_values_len(list))).compactMap { index in
      guard let value = unsafe list[index]?.pointee else { return nil }
      return unsafe Array(UnsafeRawBufferPointer(start: value.bv_val, count: Int(value.bv_len)))
    }
  }

  /// - Parameter code: nil for the one that the connection remembers.
  private func fault(_ step: String, _ code: Int32?) -> DirectoryFault {
    var last = Int32(LDAP_OTHER)
    if let code { last = code } else { unsafe ldap_get_option(handle, LDAP_OPT_RESULT_CODE, &last) }
    // libldap does not tell a server that is away from one whose certificate it does not accept.
    let isPerhapsTLS = server.usesTLS && [LDAP_SERVER_DOWN, LDAP_CONNECT_ERROR].contains(last)
    let hint = isPerhapsTLS ? ", or its certificate is not of ca_file or not for this host" : ""
    return DirectoryFault(description: "\(step): \(DirectoryConnection.words(last))\(hint)")
  }

  private static func words(_ code: Int32) -> String { "\(unsafe String(cString: ldap_err2string(code))) (\(code))" }
}
