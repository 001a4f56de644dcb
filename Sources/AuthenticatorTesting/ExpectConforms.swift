public import AuthenticatorKit
public import Testing

/// Runs the conformance suite and records an issue for every finding.
/// - Parameters:
///   - authenticator: the module under test.
///   - script: how to log in; without it only the rules that need no credential are checked.
public func expectConforms(
  _ authenticator: any Authenticator, script: AuthenticatorConformance.Script? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) async {
  for finding in await AuthenticatorConformance(authenticator, script: script).run() {
    Issue.record("\(finding)", sourceLocation: sourceLocation)
  }
}
