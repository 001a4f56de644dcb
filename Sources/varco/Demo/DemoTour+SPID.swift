/// What the tour says of the pretended SPID provider.
extension DemoTour {
  /// The test identities, one a line.
  var identities: String {
    demo.accounts.map { account in
      let columns = "\(account.user.padding(11))\(account.password.padding(19))\(account.totp ?? "no code".padding(32))"
      return "    \(columns)  \(account.result)"
    }.joined(separator: "\n")
  }

  /// The code that an authenticator application shows for a key (RFC 6238).
  var codeHelper: String {
    """
    totp() {
      MAC=$(printf "$(printf %016x $(($(date +%s) / 30)) | sed 's/../\\\\x&/g')" | openssl dgst -sha1 -mac HMAC -macopt "hexkey:$(printf %s "$1" | base32 -d | od -An -tx1 | tr -d ' \\n')" | sed 's/.*= *//')
      AT=$((0x$(printf %s "$MAC" | cut -c40) * 2)); printf '%06d\\n' $(((0x$(printf %s "$MAC" | cut -c$((AT + 1))-$((AT + 8))) & 0x7fffffff) % 1000000))
    }
    """
  }

  var levelOne: String { "\(ask("consultazione:estratto-conto", as: "livello1")); echo \"$ANSWER\"" }

  var levelTwo: String {
    """
    \(codeHelper)
    \(ask("dispositivo:domanda-disoccupazione", as: "livello2")); echo "$ANSWER"; SESSION=$(echo "$ANSWER" | field auth_session)
    \(challenge) -d "auth_session=$SESSION" -d "code=$(totp \(account("livello2").totp ?? ""))"; echo
    """
  }

  var suspended: String { "\(ask("consultazione:estratto-conto", as: "nr23")); echo \"$ANSWER\"" }

  var inBrowser: String {
    """
    ANSWER=$(\(challenge) -d "code_challenge=$CHALLENGE" -d code_challenge_method=S256 -d scope=dispositivo:domanda-disoccupazione -d authenticator=spid -d browser=true); SESSION=$(echo "$ANSWER" | field auth_session)
    echo "open $(echo "$ANSWER" | field page)"; echo "and type the number $(echo "$ANSWER" | field number) there"
    """
  }

  /// Asked again after the browser, it is the code; before, it is the same question.
  var afterBrowser: String { "\(challenge) -d \"auth_session=$SESSION\"; echo" }

  private var challenge: String { #"curl -sS --cacert "$CA" "$VARCO/oauth2/authorize-challenge" -u "$CLIENT""# }

  private func ask(_ scope: String, as user: String) -> String {
    "ANSWER=$(\(challenge) -d \"code_challenge=$CHALLENGE\" -d code_challenge_method=S256 -d scope=\(scope) "
      + "-d authenticator=spid -d user=\(user) -d password=\(account(user).password))"
  }

  private func account(_ user: String) -> DemoSPID.Account {
    demo.accounts.first { $0.user == user }
      ?? DemoSPID.Account(user: user, password: "", totp: nil, level: 1, result: "")
  }
}
