// swift-tools-version:6.2
import PackageDescription

let package = Package(
  name: "varco",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "varco", targets: ["varco"]),
    .library(name: "AccessModel", targets: ["AccessModel"]),
    .library(name: "AuthenticatorKit", targets: ["AuthenticatorKit"]),
    .library(name: "CertificateKit", targets: ["CertificateKit"]),
    .library(name: "AuthenticatorTesting", targets: ["AuthenticatorTesting"]),
    .library(name: "ModuleWire", targets: ["ModuleWire"]),
    .library(name: "ScopeGuard", targets: ["ScopeGuard"]),
    .library(name: "ScopeGuardHummingbird", targets: ["ScopeGuardHummingbird"]),
  ],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Level 0: values, and the module's whole world.
    .target(name: "AccessModel"),
    .target(name: "AuthenticatorKit", dependencies: ["AccessModel"]),
    .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CXMLSec", pkgConfig: "xmlsec1-openssl", providers: [.apt(["libxmlsec1-dev", "libxml2-dev"])]),
    .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),

    // Level 1: pure rules, and keyed values.
    .target(name: "BrokerCore", dependencies: ["AccessModel", "AuthenticatorKit"]),
    .target(
      name: "Sealing",
      dependencies: ["AccessModel", "AuthenticatorKit", .product(name: "Crypto", package: "swift-crypto")]),
    // One-time codes of RFC 6238, and how their keys are written.
    .target(
      name: "OneTimeCodes",
      dependencies: ["AccessModel", "AuthenticatorKit", .product(name: "Crypto", package: "swift-crypto")]),
    // Level 2: the store.
    .target(name: "BrokerStore", dependencies: ["AccessModel", "AuthenticatorKit", "BrokerCore", "Sealing"]),

    // The only code that sees OpenSSL, and the only code that sees libxmlsec1.
    .target(name: "CertificateKit", dependencies: ["COpenSSL"]),
    .target(name: "XMLSecKit", dependencies: ["CXMLSec"]),

    // Level 3: services and drivers.
    .target(
      name: "RevocationService",
      dependencies: [
        "CertificateKit",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .target(
      name: "TrustedList", dependencies: ["XMLSecKit", .product(name: "Crypto", package: "swift-crypto")]),
    .target(
      name: "SQLiteDriver",
      dependencies: ["BrokerStore", .product(name: "GRDB", package: "GRDB.swift")]),
    .target(
      name: "PINService",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "BrokerCore", "BrokerStore", "Sealing", "CArgon2",
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .target(
      name: "TokenService",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "BrokerCore", "BrokerStore", "Sealing",
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "ScopeGuard",
      dependencies: [
        "AccessModel",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "JWTKit", package: "jwt-kit"),
      ]),
    // The protocol of modules in other processes, and how to serve one.
    .target(
      name: "ModuleWire",
      dependencies: [
        "AccessModel", "AuthenticatorKit",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOExtras", package: "swift-nio-extras"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),

    .target(name: "CitizenImport", dependencies: ["AccessModel", "AuthenticatorKit", "BrokerStore"]),

    // Level 4: HTTP and modules.
    .target(
      name: "GatewayHTTP",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "BrokerCore", "BrokerStore", "PINService", "Sealing", "TokenService",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "RawStructuredFieldValues", package: "swift-http-structured-headers"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
      ],
      resources: [
        .embedInCode("Resources/openapi.yaml"), .embedInCode("Resources/pages/layout.mustache"),
        .embedInCode("Resources/pages/varco.css"),
      ]),
    .target(
      name: "ScopeGuardHummingbird",
      dependencies: [
        "AccessModel", "ScopeGuard",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),
    .target(
      name: "PINOrdinario", dependencies: ["AccessModel", "AuthenticatorKit"], path: "Plugins/PINOrdinario",
      exclude: ["README.md"]),
    .target(
      name: "PINDispositivo", dependencies: ["AccessModel", "AuthenticatorKit"], path: "Plugins/PINDispositivo",
      exclude: ["README.md"]),
    .target(
      name: "CNS",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "CertificateKit", "RevocationService",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Plugins/CNS", exclude: ["README.md"]),
    .target(
      name: "TOTP", dependencies: ["AccessModel", "AuthenticatorKit", "OneTimeCodes"], path: "Plugins/TOTP",
      exclude: ["README.md"]),
    .target(
      name: "RemoteModules",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "ModuleWire",
        .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .target(
      name: "SPIDStubProvider",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "OneTimeCodes", .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "SPIDStub", dependencies: ["AccessModel", "AuthenticatorKit", "SPIDStubProvider"], path: "Plugins/SPIDStub",
      exclude: ["README.md"]),
    // Level 5: programs.
    .target(
      name: "DemoPortal",
      dependencies: [
        "AccessModel", "ScopeGuard", "ScopeGuardHummingbird",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
      ]),
    .executableTarget(
      name: "varco",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "BrokerCore", "BrokerStore", "CNS", "CQREncode", "CertificateKit",
        "CitizenImport", "DemoPortal", "GatewayHTTP", "ModuleWire", "OneTimeCodes", "PINDispositivo", "PINOrdinario",
        "PINService", "RemoteModules", "SPIDStub", "SPIDStubProvider", "ScopeGuard", "ScopeGuardHummingbird", "Sealing",
        "SQLiteDriver", "TOTP", "TokenService", "TrustedList",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdHTTP2", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "X509", package: "swift-certificates"),
        .product(name: "Yams", package: "Yams"),
      ],
      resources: [
        .embedInCode("Resources/demo-catalogue.yaml"), .embedInCode("Resources/template/Authenticator.swift.txt"),
        .embedInCode("Resources/template/Main.swift.txt"), .embedInCode("Resources/template/NEW-PYTHON.md"),
        .embedInCode("Resources/template/NEW-SWIFT.md"), .embedInCode("Resources/template/Package.swift.txt"),
        .embedInCode("Resources/template/Tests.swift.txt"), .embedInCode("Resources/template/script.json"),
        .embedInCode("Resources/template/template.py.txt"),
      ]),
    // What `varco module new` writes, as a package like those that come of it.
    .target(
      name: "TemplateModule",
      dependencies: [
        "AccessModel", "AuthenticatorKit", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      path: "Examples/modules/template/Sources/TemplateModule"),
    .executableTarget(
      name: "template-module", dependencies: ["AuthenticatorKit", "ModuleWire", "TemplateModule"],
      path: "Examples/modules/template/Sources/template-module"),
    .testTarget(
      name: "TemplateModuleTests",
      dependencies: ["AccessModel", "AuthenticatorKit", "AuthenticatorTesting", "TemplateModule"],
      path: "Examples/modules/template/Tests/TemplateModuleTests"),
    // A module in a process of its own, and the only code that sees libldap; a package as well, beside its sources.
    .systemLibrary(
      name: "CLDAP", path: "Examples/modules/ldap/CLDAP", pkgConfig: "ldap", providers: [.apt(["libldap-dev"])]),
    .target(
      name: "LDAPAuthenticator",
      dependencies: ["AccessModel", "AuthenticatorKit", "CLDAP", .product(name: "NIOPosix", package: "swift-nio")],
      path: "Examples/modules/ldap/Sources/LDAPAuthenticator"),
    .executableTarget(
      name: "varco-ldap", dependencies: ["AuthenticatorKit", "LDAPAuthenticator", "ModuleWire"],
      path: "Examples/modules/ldap/Sources/varco-ldap"),
    .testTarget(
      name: "LDAPTests",
      dependencies: ["AccessModel", "AuthenticatorKit", "AuthenticatorTesting", "LDAPAuthenticator"],
      path: "Examples/modules/ldap/Tests/LDAPTests"),
    // The other side of the ratios that `make bench` prints.
    .target(
      name: "CBareVerify", path: "Benchmarks/CBareVerify", linkerSettings: [.linkedLibrary("crypto")]),
    .executableTarget(
      name: "varco-bench",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "BrokerStore", "CBareVerify", "CertificateKit", "CitizenImport",
        "ModuleWire", "PINService", "RemoteModules",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Benchmarks/varco-bench"),
    // Ten thousand validations, good and bad, for a sanitizer to watch.
    .executableTarget(name: "certificate-leaks", dependencies: ["CertificateKit"], path: "Tests/CertificateKitLeaks"),
    // Libraries for tests.
    .target(name: "AuthenticatorTesting", dependencies: ["AccessModel", "AuthenticatorKit"]),
    .target(
      name: "RemoteModulesTesting",
      dependencies: ["AccessModel", "AuthenticatorKit", "AuthenticatorTesting", "ModuleWire", "RemoteModules"]),
    .target(
      name: "StoreConformance",
      dependencies: ["AccessModel", "AuthenticatorKit", "BrokerCore", "BrokerStore", "Sealing"]),
    .testTarget(name: "AccessModelTests", dependencies: ["AccessModel"]),
    .testTarget(
      name: "AuthenticatorKitTests", dependencies: ["AccessModel", "AuthenticatorKit", "AuthenticatorTesting"]),
    .testTarget(name: "BrokerCoreTests", dependencies: ["AccessModel", "AuthenticatorKit", "BrokerCore"]),
    .testTarget(
      name: "CertificateKitTests", dependencies: ["CertificateKit", "COpenSSL"], exclude: ["pkits-cases.json"]),
    .testTarget(
      name: "RevocationServiceTests",
      dependencies: [
        "CertificateKit", "RevocationService",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    // The entries are those of the fuzzer, by a link; see Fuzz/README.md.
    .testTarget(
      name: "FuzzReplayTests",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "CNS", "CertificateKit", "GatewayHTTP", "TokenService",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]),
    .testTarget(
      name: "TrustedListTests",
      dependencies: ["TrustedList", "XMLSecKit", .product(name: "Crypto", package: "swift-crypto")]),
    .testTarget(name: "XMLSecKitTests", dependencies: ["XMLSecKit"]),
    .testTarget(
      name: "CitizenImportTests",
      dependencies: ["AccessModel", "AuthenticatorKit", "BrokerStore", "CitizenImport", "SQLiteDriver", "Sealing"]),
    .testTarget(
      name: "PINServiceTests",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "BrokerCore", "BrokerStore", "PINService", "SQLiteDriver", "Sealing",
      ]),
    .testTarget(
      name: "PluginTests",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "AuthenticatorTesting", "CNS", "CertificateKit", "OneTimeCodes",
        "PINDispositivo", "PINOrdinario", "TOTP",
      ]),
    .testTarget(
      name: "ModuleWireTests",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "AuthenticatorTesting", "ModuleWire", "RemoteModulesTesting",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      exclude: ["validate.py"]),
    .testTarget(
      name: "RemoteModulesTests",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "AuthenticatorTesting", "ModuleWire", "RemoteModules",
        "RemoteModulesTesting", .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .testTarget(
      name: "SPIDStubTests",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "AuthenticatorTesting", "OneTimeCodes", "SPIDStub", "SPIDStubProvider",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .testTarget(
      name: "SQLiteDriverTests",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "BrokerStore", "SQLiteDriver", "Sealing", "StoreConformance",
      ]),
    .testTarget(
      name: "ScopeGuardTests",
      dependencies: [
        "AccessModel", "DemoPortal", "ScopeGuard", "ScopeGuardHummingbird",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    .testTarget(
      name: "GatewayHTTPTests",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "AuthenticatorTesting", "BrokerCore", "BrokerStore", "GatewayHTTP",
        "PINOrdinario", "PINService", "RemoteModules", "RemoteModulesTesting", "SPIDStub", "SPIDStubProvider",
        "SQLiteDriver", "Sealing", "TokenService",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    .testTarget(
      name: "TokenServiceTests",
      dependencies: [
        "AccessModel", "AuthenticatorKit", "AuthenticatorTesting", "BrokerCore", "BrokerStore", "SQLiteDriver",
        "Sealing", "TokenService",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "JWTKit", package: "jwt-kit"),
      ]),
  ]
)

/// Nothing but pointers: the point of CertificateKit is that nobody else sees one.
let seesOpenSSL: Set = ["CertificateKit", "CertificateKitTests"]

for target in package.targets where target.type != .system && target.type != .plugin {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
    ] + (seesOpenSSL.contains(target.name) ? [] : [.strictMemorySafety()])
}
