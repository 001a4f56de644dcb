import AccessModel
import AuthenticatorKit

/// What the demo prints: commands that can be pasted in this order into one shell.
struct DemoTour: Sendable {
  let demo: DemoFolder
  let people: DemoPeople

  var text: String {
    """

    Varco demo. Everything here is made up and thrown away when you press Ctrl-C.

      gateway   \(demo.issuer)
      portal    http://127.0.0.1:\(demo.port + 1)
      cards     https://localhost:\(demo.port + 3)/cns
      admin     http://127.0.0.1:\(demo.port + 2)/metrics
      folder    \(demo.path)

      citizen           fiscal code        PIN
      \(line(people.worker, "dispositivo"))
      \(line(people.reader, "ordinario"))
      \(line(people.newcomer, "just issued, must be changed"))

      pretended SPID
    \(identities)
      The third column is the key of the one-time codes: for an authenticator application, or oathtool --totp -b KEY.

    Paste these into another terminal, one block after the other.

    # 0. Where things are, two helpers, and the secret of PKCE (RFC 7636).
    \(setup)

    # 1. Log in with the PIN as an ordinary one: one request with the answers in it.
    \(login)

    # 2. Read: the portal's ScopeGuard lets it through.
    curl -sS "$PORTAL/estratto-conto" -H "Authorization: Bearer $TOKEN"; echo

    # 3. Apply: refused, with what would be enough (RFC 9470).
    curl -sS -i -X POST "$PORTAL/domanda-disoccupazione" -H "Authorization: Bearer $TOKEN"; echo

    # 4. Step up in the same session, with the PIN as dispositivo.
    \(stepUp)

    # 5. Apply again: accepted.
    curl -sS -X POST "$PORTAL/domanda-disoccupazione" -H "Authorization: Bearer $TOKEN"; echo

    # 6. What a proxy asks before it lets a request through: 200 and the identity headers.
    curl -sS -i --cacert "$CA" "$VARCO/forward-auth?scope=dispositivo:domanda-disoccupazione" -H "Authorization: Bearer $TOKEN"

    # 7. Wait until the dispositive right has expired, and ask the proxy's question again.
    sleep \(demo.freshnessSeconds + 2); curl -sS -i --cacert "$CA" "$VARCO/forward-auth?scope=dispositivo:domanda-disoccupazione" -H "Authorization: Bearer $TOKEN"; echo

    # 8. Refresh: reading goes on, and the right to dispose is gone (rule R3).
    curl -sS --cacert "$CA" "$VARCO/oauth2/token" -u "$CLIENT" -d grant_type=refresh_token -d "refresh_token=$REFRESH"; echo

    # 9. Somebody whose PIN is ordinario cannot dispose, and is told why.
    curl -sS --cacert "$CA" "$VARCO/oauth2/authorize-challenge" -u "$CLIENT" -d "code_challenge=$CHALLENGE" -d code_challenge_method=S256 -d scope=dispositivo:domanda-disoccupazione -d authenticator=pin-dispositivo -d fiscal_code=\(people.reader.code.rawValue) -d pin=\(plain(people.reader.pin)); echo

    # 10. A first login with a PIN that was just issued: the change is forced, and a new PIN is proposed.
    curl -sS --cacert "$CA" "$VARCO/oauth2/authorize-challenge" -u "$CLIENT" -d "code_challenge=$CHALLENGE" -d code_challenge_method=S256 -d scope=consultazione:estratto-conto -d authenticator=pin-ordinario -d fiscal_code=\(people.newcomer.code.rawValue) -d pin=\(plain(people.newcomer.pin)); echo

    # 11. The same person with a card (CNS): the conversation says where to show it, and goes on once it was shown.
    \(card)

    # 12. A card that was revoked is refused, and says why.
    \(begin); curl -sS --cacert "$CA" --cert \(demo.path)/revoked-card.pem --key \(demo.path)/revoked-card.key "$(echo "$ANSWER" | field url)"; echo

    # 13. Pretended SPID, level 1: user and password are enough to read.
    \(levelOne)

    # 14. Level 2, to apply: the code of the app is asked for as well.
    \(levelTwo)

    # 15. An identity that is suspended: the provider says so (error nr23), and so do we.
    \(suspended)

    # 16. The same in a browser, as livello3 for example; it warns of the certificate unless it trusts ca.pem of the folder.
    \(inBrowser)

    # 17. When the browser says that you are logged in, the application goes on; before, it is told to wait.
    \(afterBrowser)

    """
  }

  private var setup: String {
    """
    VARCO=\(demo.issuer); PORTAL=http://127.0.0.1:\(demo.port + 1); CA=\(demo.authorityPath); CLIENT=\(people.clientID):\(plain(people.clientSecret))
    field() { sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p"; }
    VERIFIER=$(openssl rand -hex 32); CHALLENGE=$(printf %s "$VERIFIER" | openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d =)
    """
  }

  private var login: String {
    """
    ANSWER=$(curl -sS --cacert "$CA" "$VARCO/oauth2/authorize-challenge" -u "$CLIENT" -d "code_challenge=$CHALLENGE" -d code_challenge_method=S256 -d scope=consultazione:estratto-conto -d authenticator=pin-ordinario -d fiscal_code=\(people.worker.code.rawValue) -d pin=\(plain(people.worker.pin))); echo "$ANSWER"
    SESSION=$(echo "$ANSWER" | field auth_session); CODE=$(echo "$ANSWER" | field authorization_code)
    ANSWER=$(curl -sS --cacert "$CA" "$VARCO/oauth2/token" -u "$CLIENT" -d grant_type=authorization_code -d "code=$CODE" -d "code_verifier=$VERIFIER"); echo "$ANSWER"; TOKEN=$(echo "$ANSWER" | field access_token)
    """
  }

  private var stepUp: String {
    """
    ANSWER=$(curl -sS --cacert "$CA" "$VARCO/oauth2/authorize-challenge" -u "$CLIENT" -d "auth_session=$SESSION" -d "code_challenge=$CHALLENGE" -d code_challenge_method=S256 -d "scope=consultazione:estratto-conto dispositivo:domanda-disoccupazione" -d authenticator=pin-dispositivo -d pin=\(plain(people.worker.pin))); echo "$ANSWER"; CODE=$(echo "$ANSWER" | field authorization_code)
    ANSWER=$(curl -sS --cacert "$CA" "$VARCO/oauth2/token" -u "$CLIENT" -d grant_type=authorization_code -d "code=$CODE" -d "code_verifier=$VERIFIER"); echo "$ANSWER"; TOKEN=$(echo "$ANSWER" | field access_token); REFRESH=$(echo "$ANSWER" | field refresh_token)
    """
  }

  private var begin: String {
    """
    ANSWER=$(curl -sS --cacert "$CA" "$VARCO/oauth2/authorize-challenge" -u "$CLIENT" -d "code_challenge=$CHALLENGE" -d code_challenge_method=S256 -d scope=dispositivo:domanda-disoccupazione -d authenticator=cns)
    """
  }

  private var card: String {
    """
    \(begin); echo "$ANSWER"; SESSION=$(echo "$ANSWER" | field auth_session)
    curl -sS --cacert "$CA" --cert \(demo.path)/card.pem --key \(demo.path)/card.key "$(echo "$ANSWER" | field url)"; echo
    curl -sS --cacert "$CA" "$VARCO/oauth2/authorize-challenge" -u "$CLIENT" -d "auth_session=$SESSION"; echo
    """
  }

  private func line(_ person: DemoPerson, _ note: String) -> String {
    let name = person.name.count < 18 ? person.name.padding(18) : person.name + " "
    return "\(name)\(person.code.rawValue)   \(plain(person.pin)) (\(note))"
  }

  private func plain(_ secret: Secret) -> String { secret.utf8Text ?? "" }
}

extension String {
  func padding(_ width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}
