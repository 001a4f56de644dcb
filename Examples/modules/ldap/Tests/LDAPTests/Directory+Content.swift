extension Directory {
  /// Nobody reads a password, and nobody but the account that searches reads anything.
  static func configuration(_ folder: String) -> String {
    """
    include /etc/ldap/schema/core.schema
    include /etc/ldap/schema/cosine.schema
    include /etc/ldap/schema/inetorgperson.schema
    modulepath /usr/lib/ldap
    moduleload back_mdb
    moduleload ppolicy
    pidfile \(folder)/pid
    # An unauthenticated bind (RFC 4513 section 5.1.2) succeeds here, as it does with servers that are left as they come.
    allow bind_anon_cred
    database mdb
    maxsize 10485760
    suffix \(base)
    # Nobody can be this one, who has no password; in its name the policy writes down failures.
    rootdn cn=admin,\(base)
    directory \(folder)/store
    overlay ppolicy
    ppolicy_default cn=policy,\(base)
    access to attrs=userPassword by anonymous auth by * none
    access to * by dn.exact=cn=search,\(base) read by anonymous auth by * none

    """
  }

  /// Anna; one whose name is made of what filters are made of; two who share a name; one whose password is an initial one;
  /// one without a password.
  static let people = """
    dn: \(base)
    objectClass: domain
    dc: ente

    dn: cn=policy,\(base)
    objectClass: organizationalRole
    objectClass: pwdPolicy
    cn: policy
    pwdAttribute: userPassword
    pwdLockout: TRUE
    pwdMaxFailure: 5
    pwdMustChange: TRUE

    dn: cn=lenient,\(base)
    objectClass: organizationalRole
    objectClass: pwdPolicy
    cn: lenient
    pwdAttribute: userPassword
    pwdLockout: FALSE

    dn: cn=search,\(base)
    objectClass: organizationalRole
    objectClass: simpleSecurityObject
    cn: search
    userPassword: \(searchers)
    pwdPolicySubentry: cn=lenient,\(base)

    dn: cn=nobody,\(base)
    objectClass: organizationalRole
    objectClass: simpleSecurityObject
    cn: nobody
    userPassword: \(nobodys)
    pwdPolicySubentry: cn=lenient,\(base)

    dn: ou=people,\(base)
    objectClass: organizationalUnit
    ou: people

    \(person("anna", annas, more: "mail: anna@ente.example\nemployeeNumber: 7"))
    \(person("a*(b)\\", stars))
    \(person("bruno", annas, name: "cn=first", more: "givenName: Bruno\ngivenName: Bruno Maria"))
    \(person("twin", annas, name: "cn=second"))
    \(person("twin", stars, name: "cn=third"))
    \(person("new", annas, more: "pwdReset: TRUE"))
    \(person("carla", nil))
    """

  /// Whoever types this with a name that nobody has is nobody all the same.
  static let nobodys = "nessuno lo dice"

  /// - Parameter name: of the entry, where it is not made of the user name.
  private static func person(
    _ user: String, _ password: String?, name: String? = nil, more: String? = nil
  ) -> String {
    let entry = name ?? "uid=" + user.replacing("\\", with: "\\5C")
    let lines = [
      "dn: \(entry),ou=people,\(base)", "objectClass: inetOrgPerson", "uid: \(user)", "cn: \(user)", "sn: \(user)",
      name.map { "cn: \($0.dropFirst(3))" }, password.map { "userPassword: \($0)" }, more,
    ]
    return lines.compactMap { $0 }.joined(separator: "\n") + "\n"
  }
}
