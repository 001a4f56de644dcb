// swift-tools-version:6.2
import PackageDescription

let package = Package(
  name: "varco-ldap",
  platforms: [.macOS(.v15)],
  products: [
    // For a gateway of your own that has the module built in.
    .library(name: "LDAPAuthenticator", targets: ["LDAPAuthenticator"]),
    // For any gateway: the module as a process.
    .executable(name: "varco-ldap", targets: ["varco-ldap"]),
  ],
  dependencies: [
    .package(name: "varco", path: "../../.."),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  ],
  targets: [
    .systemLibrary(name: "CLDAP", path: "CLDAP", pkgConfig: "ldap", providers: [.apt(["libldap-dev"])]),
    .target(
      name: "LDAPAuthenticator",
      dependencies: [
        "CLDAP", .product(name: "AccessModel", package: "varco"),
        .product(name: "AuthenticatorKit", package: "varco"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .executableTarget(
      name: "varco-ldap",
      dependencies: [
        "LDAPAuthenticator", .product(name: "AuthenticatorKit", package: "varco"),
        .product(name: "ModuleWire", package: "varco"),
      ]),
    .testTarget(
      name: "LDAPTests",
      dependencies: [
        "LDAPAuthenticator", .product(name: "AccessModel", package: "varco"),
        .product(name: "AuthenticatorKit", package: "varco"),
        .product(name: "AuthenticatorTesting", package: "varco"),
      ]),
  ]
)

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .strictMemorySafety(),
  ]
}
