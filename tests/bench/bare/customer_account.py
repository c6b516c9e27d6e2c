# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the module customer_account reads, with the same library, and does nothing with it."""

import ldap3

server = ldap3.Server("ldapi://%2Frun%2Fslapd%2Fldapi", get_info=ldap3.NONE)
connection = ldap3.Connection(server, authentication=ldap3.SASL, sasl_mechanism=ldap3.EXTERNAL, sasl_credentials="")
connection.bind()
customer, login, account = (
    "(objectClass=hostingCustomer)",
    "(objectClass=hostingFileLogin)",
    "(objectClass=posixAccount)",
)
counter = "(objectClass=hostingCounter)"
status = ["hostingCustomer", "hostingStatus"]
of_customers = [*status, "o", "description", "associatedDomain", "hostingNumber", "hostingUser", "hostingName"]
searches = {
    counter: ["hostingNextNumber"],
    f"(&{customer}(!{counter}))": of_customers,
    f"(&(|{login}{account})(!{customer})(!{counter}))": [*status, "uid", "uidNumber", "gidNumber", "homeDirectory"],
}
entries = []
for wanted, attributes in searches.items():
    entries += connection.extend.standard.paged_search(
        "dc=lab,dc=example", wanted, attributes=attributes, paged_size=1000, generator=False
    )
print(len(entries))
