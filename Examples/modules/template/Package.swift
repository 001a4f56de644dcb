// swift-tools-version:6.2
import PackageDescription

let package = Package(
  name: "template",
  platforms: [.macOS(.v15)],
  products: [
    // For a gateway of your own that has the module built in.
    .library(name: "TemplateModule", targets: ["TemplateModule"]),
    // For any gateway: the module as a process.
    .executable(name: "template-module", targets: ["template-module"]),
  ],
  dependencies: [
    .package(name: "varco", path: "../../.."),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .target(
      name: "TemplateModule",
      dependencies: [
        .product(name: "AccessModel", package: "varco"), .product(name: "AuthenticatorKit", package: "varco"),
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "CryptoExtras", package: "swift-crypto"),
      ]),
    .executableTarget(
      name: "template-module",
      dependencies: [
        "TemplateModule", .product(name: "AuthenticatorKit", package: "varco"),
        .product(name: "ModuleWire", package: "varco"),
      ]),
    .testTarget(
      name: "TemplateModuleTests",
      dependencies: [
        "TemplateModule", .product(name: "AccessModel", package: "varco"),
        .product(name: "AuthenticatorKit", package: "varco"),
        .product(name: "AuthenticatorTesting", package: "varco"),
      ]),
  ]
)

for target in package.targets {
  target.swiftSettings = [.enableUpcomingFeature("InternalImportsByDefault")]
}
