public import AccessModel

/// What a client may have of what it asked for.
public struct ScopeGrant: Sendable, Equatable {
  public let scopes: ScopeList
  /// Until when every granted scope is earned; far away where nothing depends on time.
  public let until: Instant
  /// What was asked for and not given, with why.
  public let refused: [ScopeRefusal]
}

public struct ScopeRefusal: Sendable, Equatable {
  public let scope: Scope
  public let refusal: AccessRefusal
}

extension AccessDecision {
  /// Narrows a request to what may be given (rules R1, R5, R6, R10).
  /// - Parameters:
  ///   - registered: the client's own scopes; nothing else is ever given.
  ///   - services: the services of the audience; nothing else is given for it.
  ///   - holder: the citizen's session; nil for `client_credentials`, which never gets a service scope.
  public func grant(
    _ requested: ScopeList, registered: ScopeList, services: Set<ServiceID>, holder: AccessHolder?, at now: Instant
  ) -> ScopeGrant {
    var granted: [Scope] = []
    var refused: [ScopeRefusal] = []
    var until = Instant(milliseconds: .max)
    for scope in requested.scopes {
      switch verdict(scope, registered: registered, services: services, holder: holder, at: now) {
      case .allowed(let end):
        granted.append(scope)
        until = min(until, end)
      case .refused(let refusal): refused.append(ScopeRefusal(scope: scope, refusal: refusal))
      }
    }
    return ScopeGrant(scopes: ScopeList(granted), until: until, refused: refused)
  }

  private func verdict(
    _ scope: Scope, registered: ScopeList, services: Set<ServiceID>, holder: AccessHolder?, at now: Instant
  ) -> AccessVerdict {
    guard let service = scope.service else {
      return registered.contains(scope)
        ? .allowed(until: Instant(milliseconds: .max)) : .refused(AccessRefusal(.notRegistered))
    }
    guard registered.satisfies(service), services.contains(service.service) else {
      return .refused(AccessRefusal(.notRegistered))
    }
    guard let holder else { return .refused(AccessRefusal(.notAuthenticated)) }
    return judge(service, for: holder, at: now)
  }
}
