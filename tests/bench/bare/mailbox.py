# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the module mailbox reads, with the same library, and does nothing with it."""

import ldap3

server = ldap3.Server("ldapi://%2Frun%2Fslapd%2Fldapi", get_info=ldap3.NONE)
connection = ldap3.Connection(server, authentication=ldap3.SASL, sasl_mechanism=ldap3.EXTERNAL, sasl_credentials="")
connection.bind()
attributes = ["mail", "mailLocalAddress", "hostingCustomer", "hostingStatus", "hostingService", "hostingForwardTo"]
attributes += ["hostingKeepCopy", "hostingQuota", "hostingCloudQuota"]
entries = connection.extend.standard.paged_search(
    "dc=lab,dc=example", "(|(mail=*)(mailLocalAddress=*))", attributes=attributes, paged_size=1000, generator=False
)
print(len(entries))
