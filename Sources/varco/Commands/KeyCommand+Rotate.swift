import ArgumentParser
import AuthenticatorKit
import BrokerStore
import Foundation
import PINService
import Sealing
import TokenService

extension KeyCommand {
  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Rotate a key.",
      discussion: """
        signing: what was next signs now; the old key is accepted until its last token has expired. \
        audit, pseudonym, client-secret: a new key for what comes, the old ones for what is there. \
        kek, pepper: a new key in the file, then everything sealed is sealed again; may be repeated after a crash.
        """)
    @Argument(help: "signing, audit, pseudonym, client-secret, kek or pepper.") var what: String
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      let installation = try await options.open()
      switch what {
      case "signing": try await rotateSigning(installation)
      case "kek": try await rotateKeyEncryption(installation)
      case "pepper": try await rotatePepper(installation)
      default: try await rotateSymmetric(installation)
      }
      await installation.close()
    }

    private func rotateSigning(_ installation: Installation) async throws {
      let keys = installation.signingKeys
      let algorithm = installation.configuration.tokens.algorithm
      let current = try await answering {
        try await keys.load(algorithm: algorithm)
        return try await keys.rotate(algorithm: algorithm, by: staff.actor)
      }
      Console.print("signing: \(current) signs now")
    }

    private func rotateSymmetric(_ installation: Installation) async throws {
      guard let purpose = KeyPurpose(rawValue: what), purpose.canRotate else {
        throw StartError.usage("rotate signing, audit, pseudonym, client-secret, kek or pepper")
      }
      try await answering {
        let key = try installation.chest.make(purpose)
        let audit = AuditEntry(
          .keyRotated, by: staff.actor, ["purpose": what, "added": key.id], at: installation.world.now())
        try await KeyStore(installation.ledger).rotate(adding: key, retiresAt: nil, audit: audit)
        // A gateway looks twice a second: whatever is made under the new key after this command, it knows.
        try await Task.sleep(for: .seconds(1))
        Console.print("\(what): \(key.id) is current")
      }
    }

    /// The file first: a value sealed under a key that no file has would be lost. Then running gateways learn of it,
    /// and only then is anything sealed under it.
    private func rotateKeyEncryption(_ installation: Installation) async throws {
      let file = installation.configuration.keyEncryptionKeys
      let path = try path(of: file, name: "keys.key_encryption_file")
      let lock = try KeyFileLock(path)
      defer { lock.release() }
      let ring = try await newRing(file, path, installation)
      let count = try await answering {
        try await Resealing(installation.ledger).reseal(
          from: file.ring, to: ring, by: staff.actor, at: installation.world.now())
      }
      Console.print(
        "kek: \(ring.currentID) is current, \(count) values sealed again; running gateways have taken it up")
    }

    private func rotatePepper(_ installation: Installation) async throws {
      let file = installation.configuration.peppers
      let path = try path(of: file, name: "keys.pepper_file")
      let lock = try KeyFileLock(path)
      defer { lock.release() }
      let ring = try await newRing(file, path, installation)
      let pins = try PINService(
        ledger: installation.ledger, peppers: ring, pool: HashPool(threads: 1), world: installation.world)
      let rotation = try await answering { try await pins.rotatePepper(by: staff.actor) }
      Console.print(
        "pepper: \(ring.currentID) is current, \(rotation.resealed) PINs sealed again; running gateways have taken it up"
      )
    }

    private func path(of file: KeyFile, name: String) throws(StartError) -> String {
      guard let path = file.path else {
        throw .usage("\(name) is not set: where the key comes from elsewhere, rotate it there")
      }
      return path
    }

    /// Under the file's lock: another rotation may have ended since this process read its configuration.
    private func newRing(_ file: KeyFile, _ path: String, _ installation: Installation) async throws -> KeyRing {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw StartError.file(path: path, "cannot be read")
      }
      let present = try await answering { try KeyRing(parsing: Secret(data)) }
      file.ring.take(over: present)
      let world = installation.world
      let ring = try present.adding(id: KeyChest.newID(world), key: Secret(world.random(32)))
      try KeyFileWriter.write(ring, to: path)
      try await answering { try await installation.ledger.announceChange() }
      // A gateway looks twice a second.
      try await Task.sleep(for: .seconds(2))
      return ring
    }
  }
}
