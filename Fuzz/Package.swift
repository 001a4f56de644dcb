// swift-tools-version:6.2
// Fuzzing, apart from the gateway's own package, so that no sanitizer is ever built into that. The folders and files
// below Sources are links to the gateway's; Hummingbird and NIOCore are stand-ins of some lines.
import PackageDescription

let package = Package(
  name: "varco-fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
  ],
  targets: [
    .systemLibrary(name: "COpenSSL", path: "Sources/COpenSSL", pkgConfig: "openssl"),
    .systemLibrary(name: "CLibFuzzer", path: "Sources/CLibFuzzer"),
    .target(name: "AccessModel"),
    .target(name: "AuthenticatorKit", dependencies: ["AccessModel"]),
    .target(name: "CertificateKit", dependencies: ["COpenSSL"]),
    .target(name: "CNS", dependencies: ["AccessModel", "CertificateKit"]),
    .target(name: "NIOCore"),
    .target(name: "Hummingbird", dependencies: ["NIOCore", .product(name: "HTTPTypes", package: "swift-http-types")]),
    .target(name: "TokenService", dependencies: ["AccessModel"]),
    .target(
      name: "GatewayHTTP",
      dependencies: [
        "AuthenticatorKit", "Hummingbird", "NIOCore", "TokenService",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "RawStructuredFieldValues", package: "swift-http-structured-headers"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
      ],
      swiftSettings: [.unsafeFlags(["-enable-testing"])]),
    .target(
      name: "FuzzEntries",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "CNS", "CertificateKit", "GatewayHTTP", "TokenService",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ],
      path: "Entries"),
    .executableTarget(
      name: "certificates", dependencies: ["CLibFuzzer", "COpenSSL", "FuzzEntries"], path: "Targets/certificates",
      linkerSettings: [.unsafeFlags(["-use-ld=lld"])]),
    .executableTarget(
      name: "headers", dependencies: ["FuzzEntries"], path: "Targets/headers",
      linkerSettings: [.unsafeFlags(["-use-ld=lld"])]),
  ]
)

for target in package.targets where target.type != .system {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
    ]
}
