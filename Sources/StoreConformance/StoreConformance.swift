public import BrokerStore

/// Finds out whether a database driver keeps what the stores rely on, and whether the stores keep their promises on it.
///
/// Every case gets two handles on one empty database, as two nodes or two processes have them. Findings are values, so
/// that a command can run the suite too. There is one ``run()``: a driver cannot opt out of a part.
public struct StoreConformance: Sendable {
  /// Opens two handles on one new, empty database.
  public typealias Opening = @Sendable () async throws -> (any SQLDatabase, any SQLDatabase)

  private let open: Opening

  /// - Parameter open: called once for every case; the suite closes both handles.
  public init(open: @escaping Opening) { self.open = open }

  /// The names of all cases, in the order in which they run.
  public static var caseNames: [String] { cases.map(\.name) }

  /// Runs every case.
  /// - Returns: what was found, at most one finding a case; empty for a driver that conforms.
  public func run() async -> [StoreFinding] {
    var findings: [StoreFinding] = []
    for storeCase in StoreConformance.cases {
      if let finding = await run(storeCase) { findings.append(finding) }
    }
    return findings
  }

  /// Each aggregate has a file of its own; this is the whole list.
  static let cases: [StoreCase] =
    DatabaseCases.all + MigrationCases.all + LedgerCases.all + KeyCases.all + AuditCases.all + TamperCases.all
    + CitizenCases.all + ImportCases.all + LinkCases.all + PINCases.all + SessionCases.all + ConversationCases.all
    + ArrivalCases.all
    + CodeCases.all + TokenCases.all + ClientCases.all + OnceCases.all + HousekeepingCases.all

  private func run(_ storeCase: StoreCase) async -> StoreFinding? {
    do {
      let (first, second) = try await open()
      let outcome = await judge(storeCase, Bench(first: first, second: second))
      await first.close()
      await second.close()
      return outcome
    } catch {
      return StoreFinding(storeCase.name, "the database could not be opened: \(error)")
    }
  }

  private func judge(_ storeCase: StoreCase, _ bench: Bench) async -> StoreFinding? {
    do {
      try await storeCase.run(bench)
      return nil
    } catch let broken as BrokenPromise {
      return StoreFinding(storeCase.name, broken.sentence)
    } catch {
      return StoreFinding(storeCase.name, "threw: \(error)")
    }
  }
}

/// One promise that was broken, and how.
public struct StoreFinding: Sendable, Hashable, CustomStringConvertible {
  /// The case, named by its rule.
  public let name: String
  public let sentence: String

  init(_ name: String, _ sentence: String) {
    self.name = name
    self.sentence = sentence
  }

  public var description: String { "\(name): \(sentence)" }
}

/// One rule, with what has to happen for it to hold.
struct StoreCase: Sendable {
  let name: String
  let run: @Sendable (Bench) async throws -> Void

  init(_ name: String, _ run: @escaping @Sendable (Bench) async throws -> Void) {
    self.name = name
    self.run = run
  }
}

/// What a case throws when something is not as promised.
struct BrokenPromise: Error {
  let sentence: String
}

func demand(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
  guard condition else { throw BrokenPromise(sentence: sentence()) }
}

/// Demands that an act is refused with a certain error.
func demand(_ expected: StoreError, _ sentence: String, from act: () async throws -> Void) async throws {
  do {
    try await act()
  } catch let error as StoreError where error == expected {
    return
  } catch {
    throw BrokenPromise(sentence: "\(sentence): got \(error)")
  }
  throw BrokenPromise(sentence: "\(sentence): nothing was refused")
}
