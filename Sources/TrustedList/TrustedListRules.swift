import Foundation

/// Which list is wanted, and which of its services become trust anchors.
public struct TrustedListRules: Sendable, Equatable {
  /// `SchemeTerritory` (ETSI TS 119 612 section 5.3.10), such as `IT`.
  public let territory: String
  /// The only `ServiceTypeIdentifier` that counts.
  public let serviceType: String
  /// What `ServiceStatus` must end with.
  public let statusSuffix: String
  /// Bytes of the file; a larger one is refused before it is read.
  public let maximumBytes: Int

  /// The defaults are those of the Italian list for smartcards: identity services, recognised at national level.
  /// - Parameter maximumBytes: 1 to 512 MiB.
  public init(
    territory: String = "IT", serviceType: String = "http://uri.etsi.org/TrstSvc/Svctype/IdV",
    statusSuffix: String = "/recognisedatnationallevel", maximumBytes: Int = 32 << 20
  ) {
    self.territory = territory
    self.serviceType = serviceType
    self.statusSuffix = statusSuffix
    self.maximumBytes = min(max(maximumBytes, 1), 512 << 20)
  }

  /// Whether a service's certificates become anchors. A status that begins later is not yet one.
  func fits(_ service: TrustService, at now: Date) -> Bool {
    service.type == serviceType && service.status.hasSuffix(statusSuffix) && service.statusSince <= now
  }
}
