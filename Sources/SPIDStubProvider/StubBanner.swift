/// What stands above everything that the pretended provider shows, so that nobody takes it for SPID.
public enum StubBanner {
  public static let italian = "Gestore di identità dell'ambiente di prova — questo non è SPID"
  public static let english = "Identity provider of the test environment — nothing here is real SPID"
}
