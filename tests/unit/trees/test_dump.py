# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dumps of databases, of programs that answer as MariaDB 11.8 did, and as it would when something goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import dump, dump_text
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import process
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import (
    ItemExport,
    Part,
    PayloadWriter,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import Database
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.measurement import Measurement
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.databases import Databases
from ansible_collections.magmasoft.hosting.tests.unit.directory_sink import DirectorySink

HEAD = "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump\n\n"
END = "\n-- Dump completed\n"
TABLES = HEAD + (
    "CREATE TABLE `a` (\n  `t` text\n)\n PARTITION BY RANGE (`n`)\n(PARTITION `p0` VALUES LESS THAN (10));\n"
    "INSERT INTO `a` VALUES\n('DEFINER=`root`@`localhost`\\n-- Dump completed\\n'),\n('two');\n"
) + END  # fmt: skip
TRIGGER = (
    "DELIMITER ;;\n"
    "/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER tr BEFORE INSERT ON a FOR EACH ROW\n"
    "SET NEW.t = '\n"
    "DELIMITER ;;\n"
    "CREATE DEFINER=`x`@`y` PROCEDURE\n"
    "/*!50013 DEFINER=`x`@`y` SQL SECURITY DEFINER */\n"
    "' */;;\n"
    "DELIMITER ;\n"
)
EVENT = (
    "DELIMITER ;;\n"
    "/*!50106 CREATE*/ /*!50117 DEFINER=`we``ird`@`%`*/ /*!50106 EVENT `ev` ON SCHEDULE EVERY 1 DAY DO SELECT 1 */ ;;\n"
    "DELIMITER ;\n"
)
ROUTINES = (
    "DELIMITER ;;\nCREATE DEFINER=`root`@`localhost` PROCEDURE `p`()\nSELECT 1\n;;\nDELIMITER ;\n"
    'DELIMITER ;;\nCREATE DEFINER="root"@"localhost" PACKAGE "q" AS\nEND\n;;\nDELIMITER ;\n'
    "DELIMITER ;;\nCREATE DEFINER=`role` FUNCTION `f`() RETURNS int(11)\nRETURN 1\n;;\nDELIMITER ;\n"
)
VIEWS = (
    "/*!50001 CREATE ALGORITHM=UNDEFINED */\n"
    "/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */\n"
    "/*!50001 VIEW `v` AS select 'DEFINER=`root`@`localhost` SQL SECURITY DEFINER' AS `x` */;\n"
)
# What mariadb-dump printed of one database, whose character set had been changed after code was made in it.
RECORDED = Path(__file__).parent / "data"
VERSIONS = ("10.11", "11.8")
CODE, IN_BODIES = (1, 3, 3), 3
# what the server writes into definitions, and how it has to be
DEFINITIONS = {
    "`i` int(11) DEFAULT nextval(`shop`.`s`) COMMENT": "`i` int(11) DEFAULT nextval(`s`) COMMENT",
    "(nextval(`shop`.`s`) + lastval(`shop`.`s`))": "(nextval(`s`) + lastval(`s`))",
    "setval(`shop`.`s`,5,1,0)": "setval(`s`,5,1,0)",
    "concat('it\\'s \\\\ \"',nextval(`shop`.`s`),": "concat('it\\'s \\\\ \"',nextval(`s`),",
    "`o'p` int(11) DEFAULT nextval(`shop`.`s`)": "`o'p` int(11) DEFAULT nextval(`s`)",
    "select nextval(`shop`.`s`) AS `n`": "select nextval(`s`) AS `n`",
    "lastval(`shop`.`s`) AS": "lastval(`s`) AS",
    "`shop`.`f`() AS `y`": "`f`() AS `y`",
}
VIEW: list[object] = ["shop", "v", "VIEW", None, 0, 0, None, None]
# A stand-in for both programs. What it is asked and given to answer lies beside it.
PROGRAM = """\
import json, pathlib, sys, time
place = pathlib.Path(__file__).parent
with (place / "asked").open("a") as asked:
    asked.write(json.dumps(sys.argv) + "\\n")
world = json.loads((place / "world").read_text())
answers = {**world["answers"], **(world["later"] if '-dump"' in (place / "asked").read_text() else {})}
if sys.argv[0].endswith("mariadb"):
    query = sys.stdin.read()
    for part, answer in answers.items():
        if part in query and answer is not None:
            sys.exit(sys.stdout.writelines(json.dumps(row, ensure_ascii=False) + "\\n" for row in answer))
        if part in query:
            break
    print("ERROR 2002 (HY000): Can't connect to local server")
    sys.exit(1)
part = "code" if "--routines" in sys.argv else "views" if sys.argv[-1] != "shop" else "tables"
text, code = world[part]
sys.stdout.write(text)
if part == world["hangs"]:
    sys.stdout.flush()
    time.sleep(600)
print("Got error: 145: Table 'a' is marked as crashed" if code else "", file=sys.stderr)
sys.exit(code)
"""


def recorded(version: str, part: str) -> str:
    """Return what mariadb-dump of a version printed."""
    return (RECORDED / f"mariadb-dump-{version}.{part}.sql").read_text()


class _World:
    """A server with one database, and a place for what it delivers."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.parts: dict[str, tuple[str, int]] = {
            "tables": (TABLES, 0),
            "code": (HEAD + TRIGGER + EVENT + ROUTINES + END, 0),
            "views": (HEAD + VIEWS + END, 0),
        }
        self.hangs: str | None = None
        # answers once a dump has begun
        self.later: dict[str, list[list[object]] | None] = {}
        # part of a query -> rows, or None where the server gives up
        self.answers: dict[str, list[list[object]] | None] = {
            "schema_name": [["shop"], ["mysql"]],
            "'ownership'": [["ownership"]],
            "magmasoft_hosting.ownership": [["database", "shop", "alpenverein"]],
            "transactions = 'YES'": [["InnoDB"]],
            "COUNT(*)": [[1, 1, 3]],
            "table_type": [
                ["shop", "a", "BASE TABLE", "InnoDB", 2, 16384, 1700000000, None],
                VIEW,
            ],
        }

    def record(self, version: str) -> None:
        """Have the programs print what was recorded."""
        for part in self.parts:
            self.parts[part] = (recorded(version, part), 0)
        self.answers["COUNT(*)"] = [[*CODE]]

    def measure(self, *names: str) -> list[Measurement]:
        """Measure databases, each of which is another customer's."""
        self._tell()
        selections = [
            Selection(name, (), (Database(name=name, customer=name, managed=False),), (), (), frozenset())
            for name in names
        ]
        return list(Databases({}).measure(selections))

    def deliver(self, place: Mapping[str, object] | None = None, *, managed: bool = True) -> ItemExport:
        """Deliver the database."""
        self._tell()
        bag = self.place / "bag"
        shutil.rmtree(bag, ignore_errors=True)
        part = Part(DirectorySink(bag))
        selection = Selection(
            "alpenverein", (), (Database(name="shop", customer="alpenverein", managed=managed),), (), (), frozenset()
        )
        Databases(place or {}).export([selection], {"alpenverein": part})
        return part.exports[0]

    def _tell(self) -> None:
        world = {"answers": self.answers, "later": self.later, "hangs": self.hangs, **self.parts}
        (self.place / "world").write_text(json.dumps(world))

    @property
    def asked(self) -> list[list[str]]:
        """Return what the programs were asked."""
        return [json.loads(line) for line in (self.place / "asked").read_text().splitlines()]

    @property
    def dump(self) -> str:
        """Return what was delivered."""
        return (self.place / "bag/databases/shop.sql").read_text()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _World:
    """Return a server."""
    for name in ("mariadb", "mariadb-dump"):
        (tmp_path / name).write_text(f"#!{sys.executable} -S\n{PROGRAM}")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setitem(process._ENVIRONMENT, "PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return _World(tmp_path)


def test_statements_lose_their_definer_and_nothing_else_does(world: _World) -> None:
    done = world.deliver()
    assert done.error is None, done.error
    bare = HEAD.partition("\n")[2]
    code = (TRIGGER + EVENT + ROUTINES).replace("/*!50017 DEFINER=`root`@`localhost`*/ ", "")
    code = code.replace("/*!50117 DEFINER=`we``ird`@`%`*/ ", "").replace(
        "CREATE DEFINER=`root`@`localhost` P", "CREATE P"
    )
    code = code.replace('DEFINER="root"@"localhost" ', "").replace("DEFINER=`role` ", "")
    views = VIEWS.replace("/*!50013 DEFINER=`root`@`localhost` ", "/*!50013 ")
    expected = [bare + TABLES.removeprefix(HEAD), bare + code + END, bare + views + END]
    assert world.dump == "".join(part.removesuffix("-- Dump completed\n") for part in expected) + "-- Dump completed\n"
    assert world.dump.count("DEFINER=`x`@`y`") == 2
    assert done.count == 2


@pytest.mark.parametrize("version", VERSIONS)
def test_code_loses_definers_and_names_outside_of_bodies(world: _World, version: str) -> None:
    world.record(version)
    done = world.deliver()
    assert done.error is None, done.error
    code = recorded(version, "code")
    assert code.count("DEFINER=`root`@`localhost`") == sum(CODE)
    for definer in ("/*!50017 DEFINER=`root`@`localhost`*/ ", "/*!50117 DEFINER=`root`@`localhost`*/ "):
        code = code.replace(definer, "")
    code = code.replace("CREATE DEFINER=`root`@`localhost` ", "CREATE ").partition("\n")[2]
    # what stands in bodies has another character set
    name = "ALTER DATABASE `shop` CHARACTER SET"
    for charset in ("latin1", "utf8mb4"):
        assert f"{name} {charset}" in code
        code = code.replace(f"{name} {charset}", f"ALTER DATABASE CHARACTER SET {charset}")
    assert code.count(name) == world.dump.count(name) == IN_BODIES
    assert code.removesuffix("-- Dump completed\n") in world.dump
    assert "`root`@" not in world.dump


@pytest.mark.parametrize("version", VERSIONS)
def test_definitions_name_no_database_and_data_stay(world: _World, version: str) -> None:
    world.record(version)
    done = world.deliver()
    assert done.error is None, done.error
    assert done.count == 2
    tables, views = (recorded(version, part) for part in ("tables", "views"))
    for written, expected in DEFINITIONS.items():
        assert (tables + views).count(written) == 1, written
        tables, views = (text.replace(written, expected) for text in (tables, views))
    assert tables.partition("\n")[2].removesuffix("-- Dump completed\n") in world.dump
    views = views.replace("DEFINER=`root`@`localhost` ", "").partition("\n")[2]
    assert world.dump.endswith(views)


@pytest.mark.parametrize("size", [*range(1, 30), 100])
def test_definitions_are_found_wherever_a_piece_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: int
) -> None:
    text = recorded("11.8", "tables").encode()
    found = []
    for length in (size, len(text)):
        pieces = [text[start : start + length] for start in range(0, len(text), length)]
        monkeypatch.setattr(process, "chunks", lambda _descriptor, _name, pieces=pieces: iter(pieces))
        sink = DirectorySink(tmp_path / str(length))
        sink.begin("dump")
        with Path(os.devnull).open("rb") as output:
            assert dump_text.copy_tables(output, PayloadWriter(sink), dump_text.Names("shop")) == 2
        sink.end()
        found.append((tmp_path / str(length) / "dump").read_text())
    assert found[0] == found[1]


def test_only_what_is_a_name_of_the_database_goes() -> None:
    names = dump_text.Names("we`ird.*%s")
    own = b"`we``ird.*%s`."
    for kept in (
        b"nextval(`other`.`s`)",
        b"`we``ird.*%s`",
        b"`p`." + own + b"`f`(1)",
        b"'%s`f`(' \"it's %s`f`(\"" % (own, own),
    ):
        assert names.off(kept) == kept
    for head in (b"nextval(", b"(1 + lastval(", b"'it\\'s', setval("):
        assert names.off(head + own + b"`s`)") == head + b"`s`)"
    assert names.off(b"select " + own + b"`f`(" + own + b"`t`)") == b"select `f`(" + own + b"`t`)"


@pytest.mark.parametrize(
    "line",
    [
        "CREATE PROCEDURE `p`()\n",
        "/*!50106 CREATE*/ /*!50117 DEFINER=CURRENT_USER*/ /*!50106 EVENT `ev` ON SCHEDULE EVERY 1 DAY DO SELECT 1\n",
        "SET @x = 1 ;;\n",
        "ALTER DATABASE `shop` CHARACTER SET = ascii ;;\n",
    ],
)
def test_a_block_that_is_not_understood_is_a_failure(world: _World, line: str) -> None:
    text, code = world.parts["code"]
    world.parts["code"] = (text.replace("DELIMITER ;;\n/*!50106", f"DELIMITER ;;\n{line}/*!50106", 1), code)
    done = world.deliver()
    assert done.error is not None
    assert done.error.code == "definer"


def test_no_option_is_missing(world: _World) -> None:
    world.deliver()
    (tables, code, views) = [asked[1:] for asked in world.asked if asked[0].endswith("-dump")]
    common = ["--no-defaults", "--protocol=socket", "--user=root", *dump._OPTIONS]
    assert tables == [*common, "--skip-triggers", "--ignore-table=shop.v", "--", "shop"]
    assert code == [*common, "--no-data", "--no-create-info", "--triggers", "--events", "--routines", "--", "shop"]
    assert views == [*common, "--no-data", "--skip-triggers", "--", "shop", "v"]


@pytest.mark.parametrize(
    ("kind", "engine", "option"),
    [("BASE TABLE", "MyISAM", "--lock-tables"), ("SYSTEM VERSIONED", "InnoDB", "--dump-history")],
)
def test_tables_of_other_kinds_are_dumped_their_way(world: _World, kind: str, engine: str, option: str) -> None:
    world.deliver()
    assert not any(option in asked for asked in world.asked)
    world.answers["table_type"] = [["shop", "a", kind, engine, 2, 16384, 1700000000, None], VIEW]
    world.deliver()
    assert any(option in asked for asked in world.asked)


def _cut(world: _World, part: str) -> None:
    world.parts[part] = (world.parts[part][0].removesuffix("-- Dump completed\n"), 0)


def _fail(world: _World, part: str) -> None:
    world.parts[part] = (world.parts[part][0], 2)


def _fail_early(world: _World, part: str) -> None:
    world.parts[part] = (world.parts[part][0][:80], 2)


@pytest.mark.parametrize("part", ["tables", "code", "views"])
@pytest.mark.parametrize("spoil", [_cut, _fail, _fail_early])
def test_what_ends_early_or_badly_is_no_dump(world: _World, part: str, spoil: Callable[[_World, str], None]) -> None:
    spoil(world, part)
    done = world.deliver()
    assert done.error is not None
    assert ("marked as crashed" in done.error.message) == (spoil is not _cut)
    assert list((world.place / "bag/databases").iterdir()) == []


@pytest.mark.parametrize("part", ["tables", "code", "views"])
def test_a_dump_that_hangs_is_given_up(world: _World, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(process, "chunks", partial(process.chunks, seconds=3))
    world.hangs = part
    world.parts[part] = (HEAD + "DELIMITER ;;\n", 0)
    done = world.deliver()
    assert done.error is not None
    assert "silent" in done.error.message


def test_a_statement_that_is_not_understood_is_a_failure(world: _World) -> None:
    world.answers["COUNT(*)"] = [[1, 1, 4]]
    done = world.deliver()
    assert done.error is not None
    assert done.error.code == "definer"


@pytest.mark.parametrize(
    "later",
    [
        {"table_type": [VIEW, ["shop", "w", "VIEW", None, 0, 0, None, None]]},
        {"table_type": [["shop", "w", "VIEW", None, 0, 0, None, None]]},
        {"table_type": []},
        {"COUNT(*)": [[1, 1, 4]]},
        {"COUNT(*)": [[0, 0, 0]]},
    ],
)
def test_a_dump_of_what_changed_meanwhile_is_none(world: _World, later: dict[str, list[list[object]] | None]) -> None:
    world.later = later
    done = world.deliver()
    assert done.error is not None
    assert (done.error.code, done.error.remedy) == ("changed", "run again")
    assert list((world.place / "bag/databases").iterdir()) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_view_that_came_and_went_meanwhile_is_in_no_dump(world: _World, version: str) -> None:
    world.record(version)
    views = recorded(version, "views").partition("\n")[2]
    world.parts["tables"] = (recorded(version, "tables").replace("-- Dump completed\n", views), 0)
    done = world.deliver()
    assert done.error is not None
    assert (done.error.code, done.error.remedy) == ("changed", "run again")


def test_tables_that_changed_meanwhile_are_no_failure(world: _World) -> None:
    table: list[object] = ["shop", "a", "BASE TABLE", "InnoDB", 3, 32768, 1700000000, 1700000001]
    world.later = {"table_type": [VIEW, table, [*table[:1], "new", *table[2:]]]}
    assert world.deliver().error is None


def test_a_server_that_is_down_is_no_empty_database(world: _World) -> None:
    world.answers = {}
    with pytest.raises(ServiceUnavailable, match="Can't connect"):
        world.deliver()


@pytest.mark.parametrize(
    ("present", "owner", "managed", "outcome"),
    [
        (True, "alpenverein", True, "delivered"),
        (True, "alpenverein", False, "delivered"),
        (True, None, False, "delivered"),
        # exists, and nobody says that it is the customer's
        (True, None, True, "failed"),
        (True, "another", True, "failed"),
        (True, "another", False, "failed"),
        (False, None, True, "empty"),
        (False, "alpenverein", True, "failed"),
        (False, None, False, "failed"),
    ],
)
def test_whose_a_database_is(world: _World, outcome: str, owner: str | None, *, present: bool, managed: bool) -> None:
    world.answers["schema_name"] = [["shop"]] if present else [["mysql"]]
    world.answers["magmasoft_hosting.ownership"] = [["database", "shop", owner]] if owner else []
    if not owner:
        world.answers["'ownership'"] = []
    assert world.deliver(managed=managed).record()["outcome"] == outcome


def test_a_database_with_nothing_in_it_is_no_file(world: _World) -> None:
    world.answers["table_type"], world.answers["COUNT(*)"] = [], [[0, 0, 0]]
    assert world.deliver().record()["outcome"] == "empty"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_an_option_file_that_others_read_is_refused(world: _World, tmp_path: Path, mode: int) -> None:
    options = tmp_path / "options.cnf"
    options.touch()
    options.chmod(mode)
    with pytest.raises(ItemRefused, match=r"hosting_stores\.databases\.option_file"):
        world.deliver({"option_file": str(options)})


@pytest.mark.skipif(os.geteuid() != 0, reason="the file has to be root's")
def test_an_option_file_is_what_programs_are_given(world: _World, tmp_path: Path) -> None:
    options = tmp_path / "options.cnf"
    options.touch(0o600)
    assert world.deliver({"option_file": str(options)}).error is None
    assert {asked[1] for asked in world.asked} == {f"--defaults-file={options}"}


@pytest.mark.parametrize("place", [{"socket": "mysqld.sock"}, {"option_file": "/a", "socket": "/b"}, {"host": "x"}])
def test_places_that_mean_nothing_are_refused(place: dict[str, object]) -> None:
    with pytest.raises(ItemRefused, match=r"hosting_stores\.databases"):
        Databases(place)


@pytest.mark.parametrize("size", range(1, 40))
def test_rows_are_counted_wherever_a_piece_ends(size: int) -> None:
    counter = dump_text.RowCounter()
    text = TABLES.encode()
    for start in range(0, len(text), size):
        counter.add(text[start : start + size])
    assert counter.rows == 2


@pytest.mark.parametrize("name", ["a\u2028b", "a\u0085b", "a\x0bb", "a\x1cb"])
def test_a_name_with_an_odd_line_end_is_a_name(world: _World, name: str) -> None:
    world.answers["table_type"] = [["shop", name, "VIEW", None, 0, 0, None, None]]
    world.answers["COUNT(*)"] = [[0, 0, 0]]
    done = world.deliver()
    assert done.error is None, done.error
    assert [asked[-1] for asked in world.asked if asked[0].endswith("-dump")] == ["shop", name]


def test_a_database_that_cannot_be_measured_is_named_and_the_others_are_measured(world: _World) -> None:
    torn = {f"x'{b'torn'.hex()}'": None}
    world.answers = {**torn, **world.answers, "schema_name": [["torn"], ["shop"]], "'ownership'": []}
    found = {measurement["item"]: measurement for measurement in world.measure("torn", "shop")}
    assert found["torn"]["error"] is not None
    assert found["shop"]["error"] is None
    assert (found["shop"]["count"], found["shop"]["bytes"]) == (2, 16384)
