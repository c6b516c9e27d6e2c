# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the module account_info reads, with the same libraries, and does nothing with it."""

import grp
import pwd

import ldap3
import pymysql

server = ldap3.Server("ldapi://%2Frun%2Fslapd%2Fldapi", get_info=ldap3.NONE)
directory = ldap3.Connection(server, authentication=ldap3.SASL, sasl_mechanism=ldap3.EXTERNAL, sasl_credentials="")
directory.bind()
entries = []
for name, attribute in (("hostingMailbox", "mail"), ("hostingFileLogin", "uid")):
    entries += directory.extend.standard.paged_search(
        "dc=lab,dc=example",
        f"(&(userPassword=*)(objectClass={name}))",
        attributes=[attribute],
        paged_size=1000,
        generator=False,
    )
connection = pymysql.connect(user="root", unix_socket="/run/mysqld/mysqld.sock", charset="utf8mb4")
with connection.cursor() as cursor:
    cursor.execute(
        "SELECT o.name FROM magmasoft_hosting.ownership o"
        " JOIN mysql.global_priv g ON CONVERT(g.User USING utf8mb4) = o.name"
        " WHERE o.kind = 'database' AND JSON_VALUE(g.Priv, '$.authentication_string') NOT IN ('', 'invalid')"
    )
    rows = cursor.fetchall()
print(len(entries), len(rows), len(pwd.getpwall()), len(grp.getgrall()))
