import AccessModel
import AuthenticatorKit
import CitizenImport
import Foundation
import OneTimeCodes
import SPIDStubProvider

/// The test identities of the demo's pretended SPID provider: one for each level, one for each way to fail.
enum DemoSPID {
  /// What to print of an identity.
  struct Account: Sendable {
    let user: String
    let password: String
    /// The key of the one-time codes in base 32, as authenticator applications and `oathtool --totp -b` take it; nil
    /// where no code is ever asked for.
    let totp: String?
    /// The highest level it can log in with.
    let level: Int
    /// What comes of a login.
    let result: String
  }

  /// Writes the identities' file, which only its owner can read.
  /// - Parameters:
  ///   - codes: citizens of the demo, at least one. The first gets level 3 and the failures, the next ones 2 and 1.
  ///   - attributes: what else the provider says of them; nothing is fine.
  static func write(
    to path: String, for codes: [FiscalCode], attributes: [FiscalCode: [SPIDAttribute: String]] = [:],
    world: World = .system
  ) throws(StartError) -> [Account] {
    guard !codes.isEmpty else { throw .opening("the demo's SPID identities need a citizen") }
    let maker = Maker(codes: codes, attributes: attributes, world: world)
    let entries = maker.levels + maker.failures
    guard let data = try? StubIdentityFile.write(entries.map(\.identity)),
      FileManager.default.createFile(atPath: path, contents: data, attributes: [.posixPermissions: 0o600])
    else { throw .file(path: path, "cannot be written") }
    return entries.map(\.account)
  }

  /// Names and dates of birth for ``write(to:for:attributes:world:)``.
  static func attributes(of citizens: [GeneratedCitizen]) -> [FiscalCode: [SPIDAttribute: String]] {
    let pairs = citizens.map { citizen -> (FiscalCode, [SPIDAttribute: String]) in
      let birth = citizen.birthDate
      let date = "\(birth.year)-\(birth.month < 10 ? "0" : "")\(birth.month)-\(birth.day < 10 ? "0" : "")\(birth.day)"
      return (citizen.fiscalCode, [.name: citizen.givenName, .familyName: citizen.familyName, .dateOfBirth: date])
    }
    return Dictionary(pairs) { first, _ in first }
  }
}

extension DemoSPID {
  fileprivate struct Entry {
    let identity: StubIdentity
    let result: String

    var account: Account {
      Account(
        user: identity.user, password: identity.password.utf8Text ?? "",
        totp: identity.totp.map { Base32.encode($0.bytes) }, level: identity.level.rawValue, result: result)
    }
  }

  fileprivate struct Maker {
    let codes: [FiscalCode]
    let attributes: [FiscalCode: [SPIDAttribute: String]]
    let world: World

    var levels: [Entry] {
      zip([SPIDLevel.three, .two, .one], 0...).map { level, index in
        let citizen = codes[index % codes.count]
        return entry("livello\(level.rawValue)", citizen, level, "level \(level.rawValue) and below")
      }
    }

    /// All with the password of the first: they are many, and it is printed.
    var failures: [Entry] {
      let password = self.password
      let codesOfErrors = SPIDErrorCode.allCases.map { error in
        entry(error.rawValue, codes[0], .one, "error \(error.rawValue)", password: password, error: error)
      }
      return codesOfErrors + [
        entry("basso", codes[0], .two, "always answers level 1", password: password, answers: .one),
        entry("estero", codes[0], .one, "another country's number", password: password, number: "TINDE-0123456789"),
      ]
    }

    private func entry(
      _ user: String, _ citizen: FiscalCode, _ level: SPIDLevel, _ result: String, password: String? = nil,
      answers: SPIDLevel? = nil, error: SPIDErrorCode? = nil, number: String? = nil
    ) -> Entry {
      var sent = attributes[citizen] ?? [:]
      sent[.spidCode] = "DEMO" + String(Base32.encode(world.random(7)).prefix(10))
      sent[.fiscalNumber] = number ?? "TINIT-\(citizen.rawValue)"
      let identity = StubIdentity(
        user: user, password: Secret(password ?? self.password), totp: level > .one ? Secret(world.random(20)) : nil,
        level: level, answers: answers, error: error, attributes: sent)
      return Entry(identity: identity, result: result)
    }

    private var password: String { Base32.encode(world.random(10)).lowercased() }
  }
}
