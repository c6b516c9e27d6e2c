# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Awkward databases (data/schemas.sql), dumped and loaded into empty ones of other names by somebody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.export.laid_out import laid_out
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

HERE = Path(__file__).parent
LOADER, OTHER, TARGET = "corpus_loader", "corpus_other", "corpus_target_{}"
STORES = {"databases": {"socket": "/run/mysqld/mysqld.sock"}}
LOGIN = "/root/corpus-loader.cnf"
_SECTION = re.compile(r"^-- === (.+?): .*\n(?:-- left out: (.+)\n)?", re.MULTILINE)
# What a new session has; each schema may change it.
_NEW = (
    "SET NAMES utf8mb4; SET sql_mode = DEFAULT, time_zone = DEFAULT, foreign_key_checks = ON,"
    " check_constraint_checks = ON, innodb_strict_mode = DEFAULT, group_concat_max_len = DEFAULT;"
)
ACCOUNTS = ("corpus_gone@localhost", "corpus_locked@localhost", "corpus_poor@localhost", f"{LOADER}@localhost")
BEFORE = f"""
CREATE ROLE corpus_role; GRANT ALL ON *.* TO corpus_role;
CREATE USER corpus_gone@localhost; CREATE USER corpus_locked@localhost ACCOUNT LOCK; CREATE USER corpus_poor@localhost;
GRANT ALL ON *.* TO corpus_gone@localhost, corpus_locked@localhost, corpus_poor@localhost;
CREATE USER {LOADER}@localhost IDENTIFIED BY 'a-good-pass-word';
GRANT ALL ON `{TARGET.format("%").replace("_", chr(92) + "_")}`.* TO {LOADER}@localhost;
CREATE DATABASE {OTHER}; CREATE TABLE {OTHER}.parent (a INT PRIMARY KEY); INSERT INTO {OTHER}.parent VALUES (1);
CREATE FUNCTION {OTHER}.f(x INT) RETURNS INT RETURN x;
"""


@dataclass(frozen=True)
class Schema:
    """A database of the corpus: what makes it, and what its dump can't make again, as ``left out`` says."""

    name: str
    statements: str
    left_out: str


def _corpus() -> Mapping[str, Schema]:
    _head, *parts = _SECTION.split((HERE / "data/schemas.sql").read_text("utf-8"))
    found = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return {name: Schema(name, statements, left_out or "") for name, left_out, statements in found}


CORPUS = _corpus()


@dataclass(frozen=True)
class Loaded:
    """What became of the corpus: for each database its entry in part.json, what loading said, both descriptions."""

    exports: Mapping[str, Mapping[str, Any]]
    said: Mapping[str, str]
    sources: Mapping[str, Mapping[str, Mapping[str, Any]]]
    targets: Mapping[str, Mapping[str, Mapping[str, Any]]]


def _sql(host: Host, text: str, *options: str) -> str:
    return host.run("mariadb", "--default-character-set=utf8mb4", "--binary-mode", *options, stdin=text)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _made(schema: Schema) -> str:
    name = _quoted(schema.name)
    return f"{_NEW} CREATE DATABASE {name}; USE {name};\n{schema.statements}\n"


def _sweep(host: Host) -> None:
    names = [*CORPUS, OTHER, *map(TARGET.format, range(len(CORPUS)))]
    users = "; ".join(f"DROP USER IF EXISTS {account}" for account in ACCOUNTS)
    _sql(host, "; ".join(f"DROP DATABASE IF EXISTS {_quoted(name)}" for name in names))
    _sql(host, f"DROP ROLE IF EXISTS corpus_role; {users}")


@pytest.fixture(scope="module")
def loaded(host: Host) -> Iterator[Loaded]:
    """Dump all databases of the corpus in one run, and load each dump into an empty database as another user."""
    _sweep(host)
    try:
        _sql(host, BEFORE)
        _sql(host, "".join(map(_made, CORPUS.values())))
        _sql(host, "DROP USER corpus_gone@localhost; REVOKE ALL ON *.* FROM corpus_poor@localhost")
        customer = {
            "customer": "corpus",
            "databases": [{"name": name, "managed": False} for name in CORPUS],
        }
        with laid_out(host, customer, STORES) as part:
            assert not part.result.get("failed"), part.result
            exports = {name: part.exports["databases", name] for name in CORPUS}
            files = {name: f"{part.data}/{delivery['files'][0]['path']}" for name, delivery in exports.items()}
            said = _load(host, files)
        targets = list(map(TARGET.format, range(len(CORPUS))))
        described = _described(host, [*CORPUS, *targets])
        by_source = {name: described[target] for name, target in zip(CORPUS, targets, strict=True)}
        yield Loaded(exports, said, described, by_source)
    finally:
        _sweep(host)
        host.run("rm", "-f", LOGIN)


def _load(host: Host, files: Mapping[str, str]) -> Mapping[str, str]:
    """Load each dump as the user of the targets alone; return what the client said of each."""
    login = f"[client]\nuser={LOADER}\npassword=a-good-pass-word\n"
    host.run("sh", "-c", f"umask 077; cat >{LOGIN}", stdin=login)
    targets = [TARGET.format(number) for number in range(len(files))]
    _sql(host, "".join(f"CREATE DATABASE {name};" for name in targets))
    script = (
        'while IFS="	" read -r target file; do'
        f' mariadb --defaults-file={LOGIN} --default-character-set=utf8mb4 "$target" <"$file" 2>&1 >/dev/null |'
        " grep -m 1 ^ERROR |"
        ' sed "s/^/$target	/"; done'
    )
    lines = "".join(f"{target}\t{file}\n" for target, file in zip(targets, files.values(), strict=True))
    said = dict(line.split("\t", 1) for line in host.run("bash", "-c", script, stdin=lines).splitlines())
    return {name: said.get(target, "") for name, target in zip(files, targets, strict=True)}


def _described(host: Host, names: list[str]) -> Mapping[str, Any]:
    asked = {"databases": names, "names": names}
    program = (HERE / "described.py").read_text("utf-8")
    result: Mapping[str, Any] = json.loads(host.run("python3", "-c", program, stdin=json.dumps(asked)))
    return result


@pytest.mark.parametrize("name", CORPUS)
def test_a_dump_loads_and_all_is_there(loaded: Loaded, name: str) -> None:
    delivery = loaded.exports[name]
    assert delivery["outcome"] == "delivered"
    assert loaded.said[name] == ""
    left_out = [f"{each['what']} ({each['reason']})" for each in delivery["left_out"]]
    assert sorted(left_out) == sorted(filter(None, CORPUS[name].left_out.split(", ")))
    reasons = {each["what"].rpartition(" ")[2]: each["reason"] for each in delivery["left_out"]}
    source, target = (_without(each[name], reasons) for each in (loaded.sources, loaded.targets))
    for view, rows in source.get("content", {}).items():
        if isinstance(rows, str):
            # what could not be read for want of its definer can be read again
            assert isinstance(target["content"][view], list), view
            for aspect in ("content", "tables"):
                target[aspect][view] = source[aspect][view]
            for of in [of for of in target["columns"] if of.startswith(f"{view}.") and of not in source["columns"]]:
                del target["columns"][of]
    assert target == source


def _without(description: Mapping[str, Mapping[str, Any]], reasons: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return a description without what the dump is known not to make again."""

    def is_lost(aspect: str, of: str) -> bool:
        found = {reasons[part] for part in (of, *of.split(".")) if part in reasons}
        return aspect == "history" if found == {"history"} else bool(found)

    return {
        aspect: {of: said for of, said in objects.items() if not is_lost(aspect, of)}
        for aspect, objects in description.items()
    }


def test_there_are_enough_of_them() -> None:
    assert len(CORPUS) >= 60
