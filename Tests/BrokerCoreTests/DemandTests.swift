import AccessModel
import BrokerCore
import Testing

@Suite struct DemandTests {
  private let now = Portal.now

  // MARK: R6

  @Test(arguments: [
    ("submit", "pin-dispositivo", nil), ("submit", "spid", nil), ("submit", "card", nil),
    ("submit", "pin-ordinario", AccessRefusal.Reason.insufficientRight),
    ("strict", "pin-dispositivo", .insufficientMethod), ("strict", "spid", .insufficientMethod),
    ("strict", "card", nil),
    ("named", "spid", nil), ("named", "card", .insufficientMethod), ("named", "pin-dispositivo", .insufficientMethod),
  ])
  func r6AnOperationAsksForALevelOrForMethods(
    operation: String, through: String, reason: AccessRefusal.Reason?
  ) throws {
    #expect(try Portal().judge("dispositivo:merge.\(operation)", [try proof(through)]).reason == reason)
  }

  @Test func r6ReadingMayAskForALevelToo() throws {
    #expect(try Portal().judge("consultazione:merge.safe", [try proof("pin-ordinario")]).reason == .insufficientMethod)
    #expect(try Portal().judge("consultazione:merge.safe", [try proof("spid")]).isAllowed)
  }

  @Test func r6ReadingAboutAnOperationNeedsOnlyTheRightToRead() throws {
    for operation in ["submit", "strict", "brief"] {
      #expect(try Portal().judge("consultazione:merge.\(operation)", [try proof("pin-ordinario")]).isAllowed)
    }
  }

  @Test func r6TheServicesOwnScopeKnowsNothingOfItsOperationsDemands() throws {
    #expect(try Portal().judge("dispositivo:merge", [try proof("pin-dispositivo")]).isAllowed)
    #expect(
      try Portal().judge("dispositivo:merge.strict", [try proof("pin-dispositivo")]).reason == .insufficientMethod)
  }

  @Test func r6OneProofHasToMeetRightAndDemandTogether() throws {
    let high = try Portal(try Portal.row("badge", level: .high))
    let badge = try proof("badge", level: .high)
    let verdict = try high.judge("dispositivo:merge.strict", [badge, try proof("pin-dispositivo")])
    #expect(verdict.reason == .insufficientMethod)
  }

  @Test(arguments: [
    ("dispositivo:merge.brief", "pin-dispositivo", 2), ("consultazione:merge.recent", "pin-ordinario", 5),
    ("dispositivo:merge.named", "spid", 10),
  ])
  func r6TheStricterOfAgeAndFreshnessCounts(demand: String, through: String, minutes: Int) throws {
    let end = TimeSpan.minutes(minutes)
    let verdict = try Portal().judge(demand, [try proof(through, at: now - end + .milliseconds(1))])
    #expect(verdict.until == now + .milliseconds(1))
    #expect(try Portal().judge(demand, [try proof(through, at: now - end)]).reason == .notFresh)
  }

  // MARK: R8

  @Test func r8TheAnswerNamesWhatWouldBeEnough() throws {
    let enough = try Portal().judge("dispositivo:apply", [try proof("pin-ordinario")]).enough
    let names = ["pin-dispositivo", "spid", "card"]
    #expect(
      enough
        == Sufficiency(
          instances: try names.map(instance), acrValues: names.map(Portal.acr), maxAge: 600, words: nil))
  }

  @Test(
    arguments: [
      ("dispositivo:merge.submit", ["pin-dispositivo", "spid", "card"], 600, "PIN or SPID"),
      ("dispositivo:merge.strict", ["card"], 900, nil), ("dispositivo:merge.named", ["spid"], 600, nil),
      ("dispositivo:merge.brief", ["pin-dispositivo", "spid", "card"], 120, nil),
      ("consultazione:merge.recent", ["pin-ordinario", "pin-dispositivo", "spid", "card"], 300, nil),
      ("consultazione:slip", ["pin-ordinario", "pin-dispositivo", "spid", "card"], nil, nil),
    ] as [(String, [String], Int64?, String?)])
  func r8EachDemandHasItsOwnSufficiency(demand: String, names: [String], age: Int64?, words: String?) throws {
    let enough = try Portal().judge(demand, []).enough
    #expect(enough?.instances == (try names.map(instance)))
    #expect(enough?.acrValues == names.map(Portal.acr))
    #expect(enough?.maxAge == age)
    #expect(enough?.words == words)
  }

  @Test func r8AnAcrOfTwoInstancesIsNamedOnce() throws {
    let twin = RightsPolicy.Row(
      instance: try instance("twin"), ceiling: .dispositive, level: .high, acr: Portal.acr("card"), amr: [])
    let enough = try Portal(twin).judge("dispositivo:merge.strict", []).enough
    #expect(enough?.instances == [try instance("card"), try instance("twin")])
    #expect(enough?.acrValues == [Portal.acr("card")])
  }

  @Test func r8WhatIsNamedAsEnoughIsEnough() throws {
    let portal = try Portal()
    for demand in ["consultazione:slip", "dispositivo:apply", "dispositivo:merge.submit", "dispositivo:merge.named"] {
      let enough = try #require(try portal.judge(demand, []).enough)
      for name in enough.instances {
        #expect(try portal.judge(demand, [try proof(name.description)]).isAllowed, "\(name) for \(demand)")
      }
    }
  }

  @Test func r8WhereNoLoginCanHelpNothingIsNamed() throws {
    let refusal = AccessRefusal(.unknownScope)
    #expect(!refusal.isCurable)
    #expect(try Portal().judge("dispositivo:slip", []) == .refused(refusal))
    let none = try Portal(try Portal.row("card", enabled: false, .dispositive, level: .high))
    #expect(try none.judge("dispositivo:merge.strict", []).enough == nil)
  }

  @Test func r8ASecondFactorAloneIsNeverEnough() throws {
    let strong = try Portal(try Portal.row("totp", primary: false, .dispositive))
    let enough = try strong.judge("dispositivo:apply", []).enough
    #expect(enough?.instances.contains(try instance("totp")) == false)
  }
}
