/// Which revocation lists are kept, and how.
public struct RevocationListSettings: Sendable {
  /// Files of lists, in PEM or DER, that somebody else replaces.
  public var files: [String]
  /// The operator's own addresses; these may lead into a private network.
  public var addresses: [FetchAddress]
  /// Where the last good copies are, for one process alone; nil keeps none. Made if it is not there.
  public var stateDirectory: String?
  /// How many addresses out of certificates are remembered, 0 to 1024; 0 for none.
  public var maximumLearned: Int
  /// Whether an address out of a certificate may lead to this machine or into a private network.
  public var allowsPrivateAddresses: Bool
  /// Octets of a list or a file of lists, 1 to 268,435,456.
  public var maximumBytes: Int
  /// For a whole fetch.
  public var fetchLimit: Duration
  /// Seconds between two looks at a file, 1 or more.
  public var fileInterval: Int64
  /// Seconds from one fetch of a list to the next at least, unless the list runs out before; 60 or more.
  public var minimumInterval: Int64
  /// Seconds from one fetch of a list to the next at most.
  public var maximumInterval: Int64
  /// How far an authority's clock may be ahead, in seconds.
  public var skew: Int64

  public init(
    files: [String] = [], addresses: [FetchAddress] = [], stateDirectory: String? = nil, maximumLearned: Int = 64,
    allowsPrivateAddresses: Bool = false, maximumBytes: Int = 64 << 20, fetchLimit: Duration = .seconds(30),
    fileInterval: Int64 = 60, minimumInterval: Int64 = 3600, maximumInterval: Int64 = 86_400, skew: Int64 = 60
  ) {
    self.files = files
    self.addresses = addresses
    self.stateDirectory = stateDirectory
    self.maximumLearned = maximumLearned
    self.allowsPrivateAddresses = allowsPrivateAddresses
    self.maximumBytes = maximumBytes
    self.fetchLimit = fetchLimit
    self.fileInterval = fileInterval
    self.minimumInterval = minimumInterval
    self.maximumInterval = maximumInterval
    self.skew = skew
  }
}
