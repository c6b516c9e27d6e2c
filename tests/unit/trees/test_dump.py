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
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.dump_names import Names
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import process
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import (
    ItemExport,
    Part,
    PayloadWriter,
    Reason,
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
_SESSION = ("utf8mb4", "utf8mb4_uca1400_ai_ci")
# What the server shows of each: its answer to SHOW CREATE.
_TRIGGER = (
    "CREATE DEFINER=`root`@`localhost` TRIGGER `shop`.tr BEFORE INSERT\n ON  shop.a FOR EACH ROW\nSET NEW.t = '\n"
    "CREATE DEFINER=`x`@`y` PROCEDURE' -- the end"
)
_VIEW = (
    "CREATE ALGORITHM=UNDEFINED DEFINER=`gone`@`localhost` SQL SECURITY DEFINER VIEW `v` AS select `shop`.`a`.`t` AS"
    " `t`,'`shop`.`a`.`t` DEFINER=`root`@`localhost` ' AS `x`,`shop`.`f`(1) AS `f` from `a`"
)
_FUNCTION = 'CREATE DEFINER="chef" FUNCTION "f"() RETURN int\tAS\nBEGIN\nRETURN 1;\nEND'
_PROCEDURE = "CREATE DEFINER=`we``ird`@`%` PROCEDURE `p`()\nSELECT '\\\\'"
_EVENT = "CREATE DEFINER=`root`@`localhost` EVENT `ev` ON SCHEDULE EVERY 1 DAY DO SELECT 1"
SHOWN = {
    "FUNCTION `f`": ("f", "ORACLE", _FUNCTION, *_SESSION, "latin1_bin"),
    "PROCEDURE `p`": ("p", "", _PROCEDURE, "latin1", "latin1_swedish_ci", "utf8mb4_bin"),
    "TRIGGER `tr`": ("tr", "STRICT_ALL_TABLES", _TRIGGER, *_SESSION, "utf8mb4_bin", "2026-11-30 12:00:00.00"),
    "EVENT `ev`": ("ev", "", "+02:00", _EVENT, *_SESSION, "utf8mb4_bin"),
    "VIEW `v`": ("v", _VIEW, *_SESSION),
}
CODE: list[list[object]] = [
    ["EVENT", "ev", "", "", 0],
    ["TRIGGER", "tr", "", "a", 1],
    ["PROCEDURE", "p", "ü '", "", 0],
    ["FUNCTION", "f", "", "", 0],
]
# How each of them is made again, in this order.
MADE = (
    (
        "DROP FUNCTION IF EXISTS `f`;\nALTER DATABASE CHARACTER SET latin1 COLLATE latin1_bin;\n"
        "SET sql_mode = 'ORACLE', character_set_client = utf8mb4, character_set_results = utf8mb4,"
        " collation_connection = utf8mb4_uca1400_ai_ci;\n"
        'DELIMITER ;;\nCREATE FUNCTION "f"() RETURN int\tAS\nBEGIN\nRETURN 1;\nEND\n;;\nDELIMITER ;\n'
    ),
    "DROP PROCEDURE IF EXISTS `p`;\nALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;\n",
    (
        "DELIMITER ;;\nCREATE PROCEDURE `p`()\nSELECT '\\\\'\n;;\nDELIMITER ;\nSET NAMES utf8mb4;\n"
        "ALTER PROCEDURE `p` COMMENT 'ü ''';\n"
    ),
    (
        "DELIMITER ;;\nCREATE TRIGGER tr BEFORE INSERT\n ON  a FOR EACH ROW\nSET NEW.t = '\n"
        "CREATE DEFINER=`x`@`y` PROCEDURE' -- the end\n;;\nDELIMITER ;\n"
    ),
    "DROP EVENT IF EXISTS `ev`;\nSET sql_mode = '',",
    ", time_zone = '+02:00';\nDELIMITER ;;\nCREATE EVENT `ev` ON SCHEDULE EVERY 1 DAY DO SELECT 1\n;;\nDELIMITER ;\n",
    (
        "DELIMITER ;;\nCREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS select `a`.`t` AS `t`,"
        "'`shop`.`a`.`t` DEFINER=`root`@`localhost` ' AS `x`,`f`(1) AS `f` from `a`\n;;\nDELIMITER ;\n"
    ),
)
# What mariadb-dump printed of the tables of one database.
RECORDED = Path(__file__).parent / "data"
VERSIONS = ("10.11", "11.8")
# what the server writes into definitions, and how it has to be
DEFINITIONS = {
    "`i` int(11) DEFAULT nextval(`shop`.`s`) COMMENT": "`i` int(11) DEFAULT nextval(`s`) COMMENT",
    "(nextval(`shop`.`s`) + lastval(`shop`.`s`))": "(nextval(`s`) + lastval(`s`))",
    "setval(`shop`.`s`,5,1,0)": "setval(`s`,5,1,0)",
    "concat('it\\'s \\\\ \"',nextval(`shop`.`s`),": "concat('it\\'s \\\\ \"',nextval(`s`),",
    "`o'p` int(11) DEFAULT nextval(`shop`.`s`)": "`o'p` int(11) DEFAULT nextval(`s`)",
}
TABLE: list[object] = ["shop", "a", "BASE TABLE", "InnoDB", 2, 16384, 1700000000, None]
VIEW: list[object] = ["shop", "v", "VIEW", None, 0, 0, None, None]
# A stand-in for both programs. What it is asked and given to answer lies beside it.
PROGRAM = r"""
import json, pathlib, re, sys, time
place = pathlib.Path(__file__).parent
with (place / "asked").open("a") as asked:
    asked.write(json.dumps(sys.argv) + "\n")
world = json.loads((place / "world").read_text())
answers = {**world["answers"], **(world["later"] if '-dump"' in (place / "asked").read_text() else {})}
escapes = str.maketrans({"\\": r"\\", "\n": r"\n", "\t": r"\t"})
if sys.argv[0].endswith("-dump"):
    text, code = world["tables"]
    sys.stdout.write(text)
    if world["hangs"] == "tables":
        sys.stdout.flush()
        time.sleep(600)
    print("Got error: 145: Table 'a' is marked as crashed" if code else "", file=sys.stderr)
    sys.exit(code)
if world["hangs"] == "code" and "--force" in sys.argv:
    time.sleep(600)
for query in sys.stdin.read().split(";\n"):
    if query.startswith("SHOW CREATE "):
        shown = world["shown"].get(query.removeprefix("SHOW CREATE "))
        if shown:
            print(*(field.translate(escapes) for field in shown), sep="\t")
    elif number := re.fullmatch("SELECT ([0-9]+)", query):
        print(number[1])
        if world["dies"] and number[1] == "1":
            sys.exit(1)
    elif number := re.match("SELECT JSON_ARRAY.([0-9]+), ", query):
        answer = next((answer for part, answer in answers.items() if part in query), None)
        if answer is None:
            print("ERROR 2002 (HY000): Can't connect to local server")
            sys.exit(1)
        sys.stdout.writelines(json.dumps([int(number[1]), *row], ensure_ascii=False) + "\n" for row in answer)
"""


def recorded(version: str) -> str:
    """Return what mariadb-dump of a version printed."""
    return (RECORDED / f"mariadb-dump-{version}.tables.sql").read_text()


class _World:
    """A server with one database, and a place for what it delivers."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.tables = (TABLES, 0)
        self.shown: dict[str, tuple[str, ...]] = dict(SHOWN)
        self.hangs: str | None = None
        self.dies = False
        # answers once a dump has begun
        self.later: dict[str, list[list[object]] | None] = {}
        # part of a query -> rows, or None where the server gives up
        self.answers: dict[str, list[list[object]] | None] = {
            "'ownership'": [["name"], ["incarnation"]],
            "magmasoft_hosting.ownership": [["database", "shop", "alpenverein", ""]],
            "transactions = 'YES'": [["InnoDB"]],
            "information_schema.routines": CODE,
            "ordinal_position = 1": [["a"], ["v"]],
            "'ROW START'": [],
            "default_collation_name": [["utf8mb4_bin"]],
            "schema_name": [["shop"], ["mysql"]],
            "table_type": [TABLE, VIEW],
        }

    def record(self, version: str) -> None:
        """Have mariadb-dump print what was recorded."""
        self.tables = (recorded(version), 0)

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
        names = ("answers", "later", "hangs", "dies", "tables", "shown")
        (self.place / "world").write_text(json.dumps({name: getattr(self, name) for name in names}))

    @property
    def asked(self) -> list[list[str]]:
        """Return what the programs were asked."""
        return [json.loads(line) for line in (self.place / "asked").read_text().splitlines()]

    @property
    def runs(self) -> list[list[str]]:
        """Return the options of mariadb-dump, but for those of each run."""
        asked = [asked[1:] for asked in self.asked if asked[0].endswith("-dump")]
        common = ["--no-defaults", "--protocol=socket", "--user=root", *dump._OPTIONS, "--skip-triggers"]
        assert all(options[: len(common)] == common for options in asked)
        return [options[len(common) :] for options in asked]

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
    tables = TABLES.partition("\n")[2].removesuffix("-- Dump completed\n")
    head, _tables, code = world.dump.partition(tables)
    assert head.startswith("/*M!100201 SET @saved_innodb_strict_mode = @@innodb_strict_mode, innodb_strict_mode = OFF")
    assert code.endswith("SET check_constraint_checks = @saved_check_constraint_checks */;\n\n-- Dump completed\n")
    places = [code.index(made) for made in MADE]
    assert places == sorted(places)
    assert code.count("DEFINER=") == 2
    assert done.count == 2
    assert done.left_out == []


@pytest.mark.parametrize("version", VERSIONS)
def test_definitions_name_no_database_and_data_stay(world: _World, version: str) -> None:
    world.record(version)
    done = world.deliver()
    assert done.error is None, done.error
    assert done.count == 2
    mode = "SQL_MODE='NO_AUTO_VALUE_ON_ZERO"
    tables = recorded(version).replace(mode, f"{mode},ALLOW_INVALID_DATES,NO_DIR_IN_CREATE")
    for written, expected in DEFINITIONS.items():
        assert tables.count(written) == 1, written
        tables = tables.replace(written, expected)
    assert tables.partition("\n")[2].removesuffix("-- Dump completed\n") in world.dump


@pytest.mark.parametrize("size", [*range(1, 30), 100])
def test_definitions_are_found_wherever_a_piece_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: int
) -> None:
    foreign = ",\n  CONSTRAINT `f``k` FOREIGN KEY (`a`, `b`) REFERENCES `x`.`y` (`a`, `b`) ON DELETE CASCADE"
    text = recorded("11.8").replace("DEFAULT NULL\n) ENGINE", f"DEFAULT NULL{foreign}\n) ENGINE", 1).encode()
    found = []
    for length in (size, len(text)):
        pieces = [text[start : start + length] for start in range(0, len(text), length)]
        monkeypatch.setattr(process, "chunks", lambda _descriptor, _name, pieces=pieces: iter(pieces))
        sink = DirectorySink(tmp_path / str(length))
        sink.begin("dump")
        with Path(os.devnull).open("rb") as output:
            copied = dump_text.copy_tables(output, PayloadWriter(sink), Names("shop"))
        assert (copied.rows, copied.foreign_keys) == (2, ["a: FOREIGN KEY f`k"])
        sink.end()
        found.append((tmp_path / str(length) / "dump").read_text())
    assert found[0] == found[1]
    assert "FOREIGN KEY" not in found[0]


def test_views_that_can_be_made_nowhere_else_are_named(world: _World) -> None:
    def shown(name: str, text: str) -> tuple[str, ...]:
        return (name, f"CREATE ALGORITHM=MERGE DEFINER=`r` SQL SECURITY INVOKER VIEW `{name}` AS {text}", *_SESSION)

    texts = {
        "a": "select `z`.`t` AS `t` from `z`",
        "far": "select `shop`.`a`.`t` AS `t` from `shop`.`a` join `mysql`.`user`",
        "farther": "select 1 AS `1` from (`x` join `far`)",
        "lost": "select `lost`.`x` AS `x` from `lost`",
        "tables": "select `information_schema`.`tables`.`table_name` AS `n` from `information_schema`.`tables`",
        "z": "select `shop`.`t`.`t` AS `t` from `t`",
    }
    names = [*texts, "unseen"]
    world.shown = {f"VIEW `{name}`": shown(name, text) for name, text in texts.items()}
    world.answers["table_type"] = [TABLE, *([*VIEW[:1], name, *VIEW[2:]] for name in names)]
    world.answers["ordinal_position = 1"] = [[name] for name in names if name != "lost"]
    world.answers["information_schema.routines"] = []
    done = world.deliver()
    assert done.error is None, done.error
    assert sorted((each["what"], each["reason"]) for each in done.left_out) == [
        ("view far", Reason.OTHER_DATABASE),
        ("view farther", Reason.OTHER_DATABASE),
        ("view lost", Reason.BROKEN),
        ("view unseen", Reason.BROKEN),
    ]
    made = [line.partition(" VIEW ")[2].partition(" ")[0] for line in world.dump.splitlines() if " VIEW " in line]
    assert (
        "-- CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `far` AS select `a`.`t` AS `t` from `a` join" in world.dump
    )
    loaded = [name for name in made if name.strip("`") not in ("far", "farther", "lost", "IF")]
    assert loaded == ["`z`", "`a`", "`tables`"]


def test_a_table_that_the_server_cannot_open_is_named(world: _World) -> None:
    world.answers["table_type"] = [TABLE, ["shop", "torn", "BASE TABLE", None, 0, 0, None, None], VIEW]
    done = world.deliver()
    assert done.error is None, done.error
    assert done.left_out == [{"what": "table torn", "reason": "broken"}]
    world.answers["ordinal_position = 1"], world.answers["'ownership'"] = [["a"]], []
    (measured,) = world.measure("shop")
    broken = [{"what": what, "reason": "broken"} for what in ("table torn", "view v")]
    assert (measured["count"], measured["left_out"]) == (2, broken)
    assert world.runs == [["--ignore-table=shop.v", "--ignore-table=shop.torn", "--", "shop"]]


def test_no_option_is_missing(world: _World) -> None:
    world.deliver()
    assert world.runs == [["--ignore-table=shop.v", "--", "shop"]]


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


def test_history_by_transactions_is_no_history_of_a_dump(world: _World) -> None:
    world.answers["table_type"] = [
        ["shop", name, "SYSTEM VERSIONED", "InnoDB", 2, 16384, 1700000000, None] for name in ("a", "b")
    ]
    world.answers["'ROW START'"] = [["b"]]
    done = world.deliver()
    assert done.error is None, done.error
    assert world.runs == [["--dump-history", "--ignore-table=shop.b", "--", "shop"], ["--", "shop", "b"]]
    assert done.left_out == [{"what": "table b", "reason": "history"}]
    assert done.count == 4


def _cut(world: _World) -> None:
    world.tables = (world.tables[0].removesuffix("-- Dump completed\n"), 0)


def _fail(world: _World) -> None:
    world.tables = (world.tables[0], 2)


def _fail_early(world: _World) -> None:
    world.tables = (world.tables[0][:80], 2)


def _die(world: _World) -> None:
    world.dies = True


@pytest.mark.parametrize("spoil", [_cut, _fail, _fail_early, _die])
def test_what_ends_early_or_badly_is_no_dump(world: _World, spoil: Callable[[_World], None]) -> None:
    spoil(world)
    done = world.deliver()
    assert done.error is not None
    assert ("marked as crashed" in done.error.message) == (spoil in (_fail, _fail_early))
    assert list((world.place / "bag/databases").iterdir()) == []


@pytest.mark.parametrize("part", ["tables", "code"])
def test_a_dump_that_hangs_is_given_up(world: _World, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(process, "chunks", partial(process.chunks, seconds=3))
    monkeypatch.setattr(dump, "_SHOW_SECONDS", 3)
    world.hangs = part
    done = world.deliver()
    assert done.error is not None
    assert {"tables": "silent", "code": "within 3 s"}[part] in done.error.message


@pytest.mark.parametrize(
    ("what", "place", "text"),
    [
        ("PROCEDURE `p`", 2, "CREATE PROCEDURE `p`()"),
        ("EVENT `ev`", 3, "CREATE DEFINER=CURRENT_USER() EVENT `ev`"),
        ("PROCEDURE `p`", 1, "'; DROP TABLE x"),
    ],
)
def test_a_statement_that_is_not_understood_is_a_failure(world: _World, what: str, place: int, text: str) -> None:
    shown = list(SHOWN[what])
    shown[place] = text
    world.shown[what] = tuple(shown)
    done = world.deliver()
    assert done.error is not None
    assert done.error.code == "definer"


@pytest.mark.parametrize("shown", [None, ("p", "", "NULL", "utf8mb4", "utf8mb4_bin", "utf8mb4_bin")])
def test_code_that_the_server_does_not_show_is_named(world: _World, shown: tuple[str, ...] | None) -> None:
    world.shown["PROCEDURE `p`"] = shown or ()
    done = world.deliver()
    assert done.error is None, done.error
    assert done.left_out == [{"what": "procedure p", "reason": "broken"}]


@pytest.mark.parametrize(
    "later",
    [
        {"table_type": [VIEW, ["shop", "w", "VIEW", None, 0, 0, None, None]]},
        {"table_type": [["shop", "w", "VIEW", None, 0, 0, None, None]]},
        {"table_type": []},
        {"information_schema.routines": [*CODE, ["PROCEDURE", "q", "", "", 0]]},
        {"information_schema.routines": []},
    ],
)
def test_a_dump_of_what_changed_meanwhile_is_none(world: _World, later: dict[str, list[list[object]] | None]) -> None:
    world.later = later
    done = world.deliver()
    assert done.error is not None
    assert (done.error.code, done.error.remedy) == ("changed", "run again")
    assert list((world.place / "bag/databases").iterdir()) == []


def test_a_view_that_came_and_went_meanwhile_is_in_no_dump(world: _World) -> None:
    text = "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */\n"
    world.tables = (TABLES.replace("\n-- Dump completed\n", f"{text}\n-- Dump completed\n"), 0)
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
    world.answers["magmasoft_hosting.ownership"] = [["database", "shop", owner, ""]] if owner else []
    if not owner:
        world.answers["'ownership'"] = []
    assert world.deliver(managed=managed).record()["outcome"] == outcome


def test_a_database_with_nothing_in_it_is_no_file(world: _World) -> None:
    world.answers["table_type"] = world.answers["information_schema.routines"] = []
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


@pytest.mark.parametrize("name", ["a\u2028b", "a\u0085b", "a\x0bb", "a\x1cb"])
def test_a_name_with_an_odd_line_end_is_a_name(world: _World, name: str) -> None:
    world.answers["table_type"] = [["shop", name, "VIEW", None, 0, 0, None, None]]
    world.answers["ordinal_position = 1"], world.answers["information_schema.routines"] = [[name]], []
    world.shown = {f"VIEW `{name}`": (name, _VIEW.replace("`v`", f"`{name}`"), *_SESSION)}
    done = world.deliver()
    assert done.error is None, done.error
    assert f"VIEW `{name}` AS select" in world.dump
    assert world.runs == [[f"--ignore-table=shop.{name}", "--", "shop"]]


def test_a_database_that_cannot_be_measured_is_named_and_the_others_are_measured(world: _World) -> None:
    torn = {f"x'{b'torn'.hex()}'": None}
    world.answers = {**torn, **world.answers, "schema_name": [["torn"], ["shop"]], "'ownership'": []}
    found = {measurement["item"]: measurement for measurement in world.measure("torn", "shop")}
    assert found["torn"]["error"] is not None
    assert found["shop"]["error"] is None
    assert (found["shop"]["count"], found["shop"]["bytes"]) == (2, 16384)


def test_a_dump_is_called_like_its_database_as_far_as_files_can_be(world: _World) -> None:
    names = {"shop": True, "Shop": False, "../mysql": False, "we`ird.*%s /ü": False, "nul": True}
    databases = tuple(Database(name=name, customer="ann", managed=managed) for name, managed in names.items())
    world.answers["schema_name"] = [[name] for name in names]
    world.answers["magmasoft_hosting.ownership"] = [["database", name, "ann", ""] for name in ("shop", "nul")]
    world._tell()
    part = Part(DirectorySink(world.place / "bag"))
    Databases({}).export([Selection("ann", (), databases, (), (), frozenset())], {"ann": part})
    assert [export.error for export in part.exports] == [None] * 5
    assert {export.item: export.files[0]["path"] for export in part.exports} == {
        "shop": "databases/shop.sql",
        "nul": "databases/nul_.sql",
        "Shop": "databases/Shop-2.sql",
        "../mysql": "databases/mysql.sql",
        "we`ird.*%s /ü": "databases/we_ird._s_u.sql",
    }
