# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs on the host under test: says of databases what is in them, as the server and a plain SELECT tell it.

Reads ``{"databases": [...], "names": [...]}``, and prints ``{name: {aspect: {object: description}}}`` of the databases.
All names are taken out of definitions, so that the descriptions of two databases with the same content are equal.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from typing import Any

# aspect -> columns, of which the first names the object; table of information_schema; its column with the database
ASPECTS = {
    "tables": (
        "table_name, table_type, engine, row_format, table_collation, table_comment, create_options",
        "tables",
        "table_schema",
    ),
    "columns": (
        (
            "CONCAT(table_name, '.', column_name), ordinal_position, column_default, is_nullable, column_type,"
            " character_set_name, collation_name, column_key, extra, column_comment, is_generated,"
            " generation_expression"
        ),
        "columns",
        "table_schema",
    ),
    "indexes": (
        (
            "CONCAT(table_name, '.', index_name, '.', seq_in_index), column_name, collation, sub_part, non_unique,"
            " index_type, index_comment, ignored"
        ),
        "statistics",
        "table_schema",
    ),
    "checks": (
        "CONCAT(table_name, '.', constraint_name), level, check_clause",
        "check_constraints",
        "constraint_schema",
    ),
    "foreign keys": (
        "CONCAT(table_name, '.', constraint_name), referenced_table_name, update_rule, delete_rule",
        "referential_constraints",
        "constraint_schema",
    ),
    "partitions": (
        (
            "CONCAT_WS('.', table_name, partition_name, subpartition_name), partition_method, partition_expression,"
            " subpartition_method, subpartition_expression, partition_description, partition_comment"
        ),
        "partitions",
        "partition_name IS NOT NULL AND table_schema",
    ),
    "periods": ("table_name, period, start_column_name, end_column_name", "periods", "table_schema"),
    "routines": (
        (
            "CONCAT(routine_type, ' ', routine_name), dtd_identifier, routine_definition, is_deterministic,"
            " sql_data_access, security_type, sql_mode, routine_comment, character_set_client, collation_connection,"
            " database_collation"
        ),
        "routines",
        "routine_schema",
    ),
    "parameters": (
        "CONCAT(specific_name, '.', ordinal_position), parameter_mode, parameter_name, dtd_identifier",
        "parameters",
        "specific_schema",
    ),
    "triggers": (
        (
            "trigger_name, event_manipulation, event_object_table, action_order, action_statement, action_timing,"
            " sql_mode, character_set_client, collation_connection, database_collation"
        ),
        "triggers",
        "trigger_schema",
    ),
    "events": (
        (
            "event_name, time_zone, event_definition, event_type, execute_at, interval_value, interval_field, sql_mode,"
            " starts, ends, status, on_completion, event_comment, character_set_client, collation_connection,"
            " database_collation"
        ),
        "events",
        "event_schema",
    ),
    "views": (
        (
            "table_name, view_definition, check_option, security_type, character_set_client, collation_connection,"
            " algorithm"
        ),
        "views",
        "table_schema",
    ),
}


# Options that mean nothing, and parentheses around joins, which the server adds as it likes.
_LOST = re.compile(r" ?`no_such`='option'|[()]")


def main() -> None:
    """Describe the databases."""
    import pymysql  # on the host only

    asked = json.load(sys.stdin)
    names: list[str] = asked["databases"]
    prefixes = ["`" + name.replace("`", "``") + "`." for name in asked["names"]]
    found: dict[str, dict[str, dict[str, Any]]] = {name: defaultdict(dict) for name in names}
    connection = pymysql.connect(unix_socket="/run/mysqld/mysqld.sock", charset="utf8mb4", autocommit=True)
    with connection, connection.cursor() as cursor:
        for aspect, (columns, table, schema) in ASPECTS.items():
            name_of = schema.rpartition(" ")[2]
            cursor.execute(
                f"SELECT {name_of}, {columns} FROM information_schema.{table} WHERE {schema} IN %s", (names,)
            )
            for name, of, *description in cursor.fetchall():
                found[name][aspect][str(of)] = [_nameless(value, prefixes) for value in description]
        for name in names:
            for table, (kind, *_more) in list(found[name]["tables"].items()):
                for aspect, question in _questions(kind).items():
                    found[name][aspect][table] = _rows(cursor, question, name, table)
    json.dump(found, sys.stdout, default=str)


def _questions(kind: str) -> dict[str, str]:
    """Return what tells the content of a table, view or sequence."""
    if kind == "SEQUENCE":
        # the next number is not among it: those that the server has taken out to hand them on are lost
        return {
            "content": "SELECT minimum_value, maximum_value, start_value, increment, cache_size, cycle_option FROM {}"
        }
    if kind == "VIEW":
        return {"content": "SELECT * FROM {} LIMIT 100"}
    if kind == "SYSTEM VERSIONED":
        return {"content": "SELECT * FROM {}", "history": "SELECT *, row_start, row_end FROM {} FOR SYSTEM_TIME ALL"}
    return {"content": "CHECKSUM TABLE {} EXTENDED"}


def _rows(cursor: Any, question: str, database: str, table: str) -> list[str] | str:
    """Return the rows, and without its name the checksum of a table; an error as a text."""
    import pymysql  # on the host only

    name = ".".join("`" + part.replace("`", "``") + "`" for part in (database, table))
    try:
        cursor.execute(question.format(name))
        return sorted(str(row[1:] if question.startswith("CHECKSUM") else row) for row in cursor.fetchall())
    except pymysql.MySQLError as error:
        return f"error {error.args[0]}"


def _nameless(value: Any, prefixes: list[str]) -> Any:
    if isinstance(value, bytes):
        value = value.hex()
    if isinstance(value, str) and "`." in value:
        for prefix in prefixes:
            value = value.replace(prefix, "")
    return value if value is None or isinstance(value, int) else _LOST.sub("", str(value))


if __name__ == "__main__":
    main()
