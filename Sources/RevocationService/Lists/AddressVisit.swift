import CertificateKit

/// Gets the list at an address: first the copy from disk, then a newer one from its authority.
struct AddressVisit: Sendable {
  let address: FetchAddress
  let tracked: TrackedList
  let settings: RevocationListSettings
  let world: RevocationWorld
  let archive: ListArchive?
  let authorities: [Certificate]

  private func acceptance(takesExpired: Bool = false) -> ListAcceptance {
    ListAcceptance(
      authorities: authorities + tracked.issuers, now: world.now(), skew: settings.skew, takesExpired: takesExpired)
  }

  /// The last good copy, which may have run out.
  func restore() async -> ListVisit {
    guard let archive else { return .nothing }
    let acceptance = acceptance(takesExpired: true)
    let limit = settings.maximumBytes
    let visit = await Threads.onListThread { [address] () -> ListVisit in
      guard let list = archive.lists(of: address, limit: limit)?.first else { return .nothing }
      let outcome = acceptance.judge(list, after: nil)
      guard outcome.replaces else { return ListVisit(outcome: outcome, detail: "the copy on disk") }
      return ListVisit(outcome: outcome, lists: [list], note: archive.note(of: address))
    }
    return visit ?? .nothing
  }

  func fetch() async -> ListVisit {
    let exchange = WebExchange(
      address: address, allowsPrivateAddress: !tracked.isLearned || settings.allowsPrivateAddresses,
      maximumBytes: settings.maximumBytes, limit: settings.fetchLimit,
      headers: tracked.lists.isEmpty ? [] : tracked.note?.headers ?? [])
    do throws(WebExchange.Failure) {
      return await visit(try await exchange.run(world))
    } catch {
      return ListVisit(outcome: ListOutcome(error))
    }
  }

  private func visit(_ answer: WebExchange.Answer) async -> ListVisit {
    switch answer.status {
    case 200: return await judged(answer)
    case 304 where tracked.note?.headers.isEmpty == false && !tracked.lists.isEmpty:
      return await unchanged(tracked.note)
    default: return ListVisit(outcome: .httpStatus, detail: "\(answer.status)")
    }
  }

  private func judged(_ answer: WebExchange.Answer) async -> ListVisit {
    guard !answer.body.isEmpty else { return ListVisit(outcome: .empty) }
    let note = FetchNote(
      address, isLearned: tracked.isLearned, asked: world.now(), entityTag: answer.entityTag,
      lastModified: answer.lastModified)
    let acceptance = acceptance()
    let visit = await Threads.onListThread { [tracked, archive] () -> ListVisit in
      let list: RevocationList
      do throws(CertificateError) {
        list = try Self.single(answer.body)
      } catch {
        return ListVisit(outcome: .malformed, detail: error.code.rawValue)
      }
      let outcome = acceptance.judge(list, after: tracked.lists.first)
      guard outcome.replaces else { return ListVisit(outcome: outcome, note: note) }
      let isSaved = archive?.save(answer.body, note) ?? true
      return ListVisit(outcome: isSaved ? outcome : .notSaved, lists: [list], note: note)
    }
    guard let visit else { return ListVisit(outcome: .unreachable) }
    return visit.outcome == .unchanged ? await unchanged(note) : visit
  }

  private static func single(_ bytes: [UInt8]) throws(CertificateError) -> RevocationList {
    let lists = try RevocationList.read(bytes, limits: FileLimits(maximumBytes: bytes.count, maximumCount: 1))
    return lists[0]
  }

  private func unchanged(_ note: FetchNote?) async -> ListVisit {
    guard var note else { return ListVisit(outcome: .unchanged) }
    note.asked = world.now()
    let asked = note
    _ = await Threads.onListThread { [archive] in archive?.save(asked) ?? true }
    return ListVisit(outcome: .unchanged, note: asked)
  }
}
