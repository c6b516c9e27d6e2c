# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dumps of real databases, loaded into an empty database of another name, as another user with rights on it alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.export.laid_out import laid_out
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

SOURCE, TARGET, LOADER = "dumps-source", "dumps-target", "dumps_loader"
STORES = {"databases": {"socket": "/run/mysqld/mysqld.sock"}}
# What lies in wait for whoever changes text in a dump without looking at where it stands.
CONTENT = r"""
CREATE TABLE a (
  id INT PRIMARY KEY AUTO_INCREMENT, t TEXT, b BLOB, e VARCHAR(50), ts TIMESTAMP NULL, j JSON, d DECIMAL(20,5),
  bits BIT(5), g GEOMETRY NULL, v INT AS (LENGTH(e)) STORED
) COMMENT='a quote '' and
a newline';
INSERT INTO a (t, b, e, ts, j, d, bits, g) VALUES
  ('one\nDEFINER=`root`@`localhost`\n-- Dump completed\nDELIMITER ;;\nCREATE DEFINER=`x`@`y` PROCEDURE',
   x'0001fffe5c270a', '😀𝄞', '2026-03-29 01:30:00', '{"a": 1}', 1.5, b'101', POINT(1, 2)),
  ('\\ '' " \Z \t \r', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE `odd name;` (`c"ol` INT, k INT, FOREIGN KEY (k) REFERENCES a (id));
INSERT INTO `odd name;` VALUES (1, 1);
CREATE TABLE parted (n INT) PARTITION BY RANGE (n)
  (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE);
INSERT INTO parted SELECT seq FROM seq_1_to_1000;
CREATE TABLE old (n INT, t VARCHAR(10)) ENGINE=MyISAM;
INSERT INTO old VALUES (1, 'MyISAM');
CREATE SEQUENCE s START WITH 7;
CREATE TABLE numbered (i INT DEFAULT NEXTVAL(s) COMMENT 'nextval(`dumps-source`.`s`)', j INT DEFAULT (1 + LASTVAL(s)));
DELIMITER ;;
CREATE FUNCTION f(x INT) RETURNS INT DETERMINISTIC RETURN x + 1;;
CREATE PROCEDURE p() COMMENT 'c' BEGIN
  SELECT 'DELIMITER ;
CREATE DEFINER=`x`@`y` PROCEDURE q()', "a;;b" /* DEFINER=`root`@`localhost` */;
END;;
CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW SET NEW.e = CONCAT(NEW.e, '!');;
CREATE EVENT ev ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO DELETE FROM a WHERE id < 0;;
CREATE EVENT ev2 ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO SELECT 'it''s
DELIMITER ;
/*!50106 CREATE*/ /*!50117 DEFINER=`x`@`y`*/ /*!50106 EVENT';;
CREATE VIEW z AS SELECT id, t, 'DEFINER=`root`@`localhost`' AS w FROM a;;
CREATE VIEW y AS SELECT LASTVAL(s) AS l, `dumps-source`.f(1) AS f;;
CREATE SQL SECURITY INVOKER VIEW b AS SELECT z.id, f(z.id) AS f FROM z;;
"""
# what Python takes for the end of a line, and nobody else does
CONTENT += "CREATE TABLE `odd\u2028line\u0085end` (i INT);;\n"
ROWS = 2 + 1 + 1000 + 1
LOOK = """\
SELECT table_name, table_type, table_comment, engine FROM information_schema.tables
 WHERE table_schema = '{0}' ORDER BY 1
SELECT table_name, column_name, column_type, REPLACE(column_default, 'val(`{0}`.', 'val(') AS text, extra,
 column_comment FROM information_schema.columns
 WHERE table_schema = '{0}' ORDER BY 1, 2
SELECT routine_name, routine_type, routine_definition, sql_mode, routine_comment FROM information_schema.routines
 WHERE routine_schema = '{0}' ORDER BY 1
SELECT trigger_name, event_manipulation, event_object_table, action_statement, action_timing, sql_mode
 FROM information_schema.triggers WHERE trigger_schema = '{0}' ORDER BY 1
SELECT event_name, event_definition, interval_value, starts, status FROM information_schema.events
 WHERE event_schema = '{0}' ORDER BY 1
SELECT table_name, REPLACE(view_definition, '`{0}`.', '') AS text, security_type FROM information_schema.views
 WHERE table_schema = '{0}' ORDER BY 1
SELECT id, ts, j, d, v FROM `{0}`.a ORDER BY id
SELECT HEX(t), HEX(b), HEX(e), ts, HEX(g) FROM `{0}`.a ORDER BY id
SELECT * FROM `{0}`.b ORDER BY id
SELECT SUM(n), COUNT(*) FROM `{0}`.parted
SELECT * FROM `{0}`.old
SELECT NEXTVAL(`{0}`.s) AS next
""".replace("\n ", " ").splitlines()
FOREIGN = "SELECT COUNT(*) FROM information_schema.views WHERE table_schema = '{0}' AND definer NOT LIKE '{1}@%'"


def _sql(host: Host, text: str, *options: str) -> str:
    return host.run("mariadb", "--default-character-set=utf8mb4", *options, stdin=text)


def _load(host: Host, dump: str) -> None:
    """Load a dump as the user of the empty database."""
    options = "/root/loader.cnf"
    login = f"[client]\nuser={LOADER}\npassword=a-good-pass-word\n"
    host.run("sh", "-c", f"umask 077; cat >{options}", stdin=login)
    try:
        host.run("sh", "-c", f"mariadb --defaults-file={options} --default-character-set=utf8mb4 {TARGET} <{dump}")
    finally:
        host.run("rm", options)


def _customer(*names: str, managed: bool = False) -> dict[str, Any]:
    return {"customer": "dumps", "databases": [{"name": name, "managed": managed} for name in names]}


@pytest.fixture
def databases(host: Host) -> Iterator[None]:
    """Hold a database with everything in it, an empty one, and a user for the empty one alone."""
    gone = "".join(f"DROP DATABASE IF EXISTS `{name}`;" for name in (SOURCE, TARGET))
    gone += f"DROP USER IF EXISTS {LOADER}@localhost;"
    _sql(host, gone)
    _sql(
        host,
        f"CREATE DATABASE `{SOURCE}` CHARACTER SET utf8mb4; CREATE DATABASE `{TARGET}` CHARACTER SET utf8mb4;"
        f"CREATE USER {LOADER}@localhost IDENTIFIED BY 'a-good-pass-word';"
        rf"GRANT ALL ON `{TARGET}`.* TO {LOADER}@localhost;",
    )
    _sql(host, CONTENT, SOURCE)
    try:
        yield
    finally:
        _sql(host, gone)


@pytest.mark.usefixtures("databases")
def test_a_dump_loads_elsewhere_and_all_is_there(host: Host) -> None:
    with laid_out(host, _customer(SOURCE), STORES) as part:
        assert not part.result.get("failed"), part.result
        delivery = part.exports["databases", SOURCE]
        assert (delivery["outcome"], delivery["count"]) == ("delivered", ROWS)
        dump = f"{part.data}/databases/{SOURCE}.sql"
        assert host.run("tail", "-n", "1", dump) == "-- Dump completed\n"
        assert "sandbox" not in host.run("head", "-n", "1", dump)
        _load(host, dump)
    for look in LOOK:
        ours, theirs = (_sql(host, look.format(name), "--raw") for name in (TARGET, SOURCE))
        assert ours == theirs
        assert ours.count("\n") > 1
    assert _sql(host, f"SELECT f FROM `{TARGET}`.y", "--skip-column-names") == "2\n"
    assert _sql(host, FOREIGN.format(TARGET, LOADER), "--skip-column-names") == "0\n"


@pytest.mark.usefixtures("databases")
def test_rows_that_the_server_was_told_to_keep_are_handed_over(host: Host) -> None:
    _sql(
        host,
        "CREATE TABLE versions (n INT) WITH SYSTEM VERSIONING; INSERT INTO versions VALUES (1);"
        "UPDATE versions SET n = 2; DELETE FROM versions;",
        SOURCE,
    )
    with laid_out(host, _customer(SOURCE), STORES) as part:
        host.run("sh", "-c", f"mariadb {TARGET} <{part.data}/databases/{SOURCE}.sql")
    look = "SELECT n, row_start, row_end FROM `{0}`.versions FOR SYSTEM_TIME ALL ORDER BY 1, 2"
    assert _sql(host, look.format(TARGET)) == _sql(host, look.format(SOURCE))
    assert _sql(host, look.format(TARGET)).count("\n") == 3


@pytest.mark.usefixtures("databases")
def test_code_made_under_another_character_set_changes_no_other_database(host: Host) -> None:
    _sql(host, f"ALTER DATABASE `{SOURCE}` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    collations = (
        "SELECT routine_name, database_collation FROM information_schema.routines WHERE routine_schema = '{0}'"
        " UNION ALL SELECT trigger_name, database_collation FROM information_schema.triggers"
        " WHERE trigger_schema = '{0}' UNION ALL SELECT event_name, database_collation"
        " FROM information_schema.events WHERE event_schema = '{0}' UNION ALL SELECT 'default', default_collation_name"
        " FROM information_schema.schemata WHERE schema_name = '{0}' ORDER BY 1"
    )
    expected = _sql(host, collations.format(SOURCE))
    assert len({line.split("\t")[1] for line in expected.splitlines()[1:]}) > 1
    with laid_out(host, _customer(SOURCE), STORES) as part:
        assert not part.result.get("failed"), part.result
        dump = f"{part.data}/databases/{SOURCE}.sql"
        _sql(host, f"ALTER DATABASE `{SOURCE}` CHARACTER SET ascii COLLATE ascii_bin")
        _load(host, dump)
    assert _sql(host, collations.format(TARGET)) == expected
    default = f"SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = '{SOURCE}'"
    assert _sql(host, default, "--skip-column-names") == "ascii_bin\n"


@pytest.mark.usefixtures("databases")
def test_a_table_that_cannot_be_read_is_named_and_the_rest_is_there(host: Host) -> None:
    _sql(host, "CREATE TABLE broken (n INT) ENGINE=MyISAM; INSERT INTO broken VALUES (1); FLUSH TABLES;", SOURCE)
    host.run("sh", "-c", "echo no table >/var/lib/mysql/dumps@002dsource/broken.MYI")
    with laid_out(host, _customer(SOURCE), STORES) as part:
        assert not part.result.get("failed"), part.result
        delivery = part.exports["databases", SOURCE]
        assert (delivery["outcome"], delivery["count"]) == ("delivered", ROWS)
        assert delivery["left_out"] == [{"what": "table broken", "reason": "broken"}]
        _load(host, f"{part.data}/databases/{SOURCE}.sql")


@pytest.mark.usefixtures("databases")
def test_databases_that_are_not_there_or_not_theirs(host: Host) -> None:
    for names, managed, said in (
        (["dumps-nowhere"], False, "does not exist"),
        ([SOURCE], True, "not ours"),
    ):
        with laid_out(host, _customer(*names, managed=managed), STORES) as part:
            assert part.result["failed"]
            assert said in part.result["msg"]
    with laid_out(host, _customer("dumps-new", managed=True), STORES) as part:
        assert part.exports["databases", "dumps-new"]["outcome"] == "empty"
    with laid_out(host, _customer(TARGET), STORES) as part:
        assert part.exports["databases", TARGET]["outcome"] == "empty"


@pytest.mark.usefixtures("databases")
def test_a_server_that_is_down_fails_the_export(host: Host) -> None:
    host.run("systemctl", "stop", "mariadb.service")
    try:
        with laid_out(host, _customer(SOURCE), STORES) as part:
            assert part.result["failed"]
            assert "MariaDB" in part.result["msg"]
    finally:
        host.run("systemctl", "start", "mariadb.service")
