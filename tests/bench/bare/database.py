# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the module database reads, with the same library, and does nothing with it."""

import pymysql

connection = pymysql.connect(user="root", unix_socket="/run/mysqld/mysqld.sock", charset="utf8mb4")
tables = (
    "magmasoft_hosting.ownership",
    "information_schema.schemata",
    "mysql.global_priv",
    "mysql.db",
    "mysql.tables_priv",
    "mysql.procs_priv",
    "mysql.roles_mapping",
)
rows = 0
with connection.cursor() as cursor:
    for table in tables:
        cursor.execute(f"SELECT * FROM {table}")
        rows += len(cursor.fetchall())
print(rows)
