import Glibc

/// What can be known before anything is made in the store, so that a refused start changes nothing.
extension Listener {
  /// - Throws: ``StartError/listening(_:)`` if an address is taken or not ours, ``StartError/opening(_:)`` if the
  ///   certificate or its key cannot be read.
  static func check(_ configuration: BrokerConfiguration) throws(StartError) {
    if !configuration.listen.isPlainHTTP { _ = try tls(configuration.listen, "listen") }
    let more = [
      ("certificate_listen", configuration.certificateListen),
      ("certificate_proxy_listen", configuration.certificateProxyListen),
    ]
    for case (let name, let address?) in more {
      _ = try tls(address, name)
      try tryAddress(name, address)
    }
    try tryAddress("listen", configuration.listen)
    try tryAddress("admin", configuration.admin)
  }

  static func failure(_ name: String, _ address: ListenConfiguration, _ code: Int32) -> StartError {
    failure(name, address, unsafe String(cString: strerror(code)).lowercased())
  }

  private static func failure(_ name: String, _ address: ListenConfiguration, _ reason: String) -> StartError {
    .listening("\(name): cannot listen on \(address.host):\(address.port): \(reason)")
  }

  /// Binds and lets go again.
  private static func tryAddress(_ name: String, _ address: ListenConfiguration) throws(StartError) {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(address.host, String(address.port), &hints, &found) == 0, let first = unsafe found else {
      throw failure(name, address, "no such host")
    }
    defer { unsafe freeaddrinfo(first) }
    let code = unsafe bindError(first.pointee)
    guard code == 0 else { throw failure(name, address, code) }
  }

  private static func bindError(_ found: addrinfo) -> Int32 {
    let descriptor = unsafe socket(found.ai_family, found.ai_socktype, 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    // As the server itself does: connections of a gateway that has just stopped are in nobody's way.
    var on: Int32 = 1
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    return unsafe bind(descriptor, found.ai_addr, found.ai_addrlen) == 0 ? 0 : errno
  }
}
