# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the module customer_account reads, with the same library, and does nothing with it."""

import ldap3

server = ldap3.Server("ldapi://%2Frun%2Fslapd%2Fldapi", get_info=ldap3.NONE)
connection = ldap3.Connection(server, authentication=ldap3.SASL, sasl_mechanism=ldap3.EXTERNAL, sasl_credentials="")
connection.bind()
classes = ("hostingCustomer", "hostingFileLogin", "hostingCounter", "posixAccount")
attributes = ["objectClass", "o", "uid", "description", "associatedDomain", "hostingCustomer", "hostingStatus"]
attributes += [
    "hostingNumber",
    "hostingUser",
    "hostingNextNumber",
    "hostingName",
    "uidNumber",
    "gidNumber",
    "homeDirectory",
]
entries = connection.extend.standard.paged_search(
    "dc=lab,dc=example",
    "(|" + "".join(f"(objectClass={name})" for name in classes) + ")",
    attributes=attributes,
    paged_size=1000,
    generator=False,
)
print(len(entries))
