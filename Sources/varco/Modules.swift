import AuthenticatorKit
import CNS
import PINDispositivo
import PINOrdinario
import RemoteModules
import SPIDStub
import TOTP

/// Every module type that this gateway has, and nothing else: adding one is a dependency and a line.
let builtInModules = AuthenticatorRegistry(
  PINOrdinarioAuthenticator.self,
  PINDispositivoAuthenticator.self,
  CNSAuthenticator.self,
  TOTPAuthenticator.self,
  SPIDStubAuthenticator.self,
  RemoteAuthenticator.self
)
