# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sieve scripts: all of them, under safe names, of this address only, whatever lies in the home."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.mail_filters import MailFilters

from .customers import CLUB, INFO, MYCLUB, OFFICE, Bags, held, written

PLACE = f"mail/{OFFICE}/sieve"


@pytest.fixture(autouse=True)
def _python_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let those read who own nothing of this checkout: what is root's is read as nobody."""
    if os.geteuid() == 0:
        monkeypatch.setattr(sys, "executable", "/usr/bin/python3")


def store(root: Path) -> MailFilters:
    """Return the store for homes below a directory."""
    return MailFilters({"home": f"{root}/{{domain}}/{{local}}"})


def test_scripts_and_the_one_in_use(tmp_path: Path, bags: Bags) -> None:
    home = written(
        tmp_path / "mail/club.example/office",
        {
            "sieve/a.sieve": "keep;",
            "sieve/Ferien äöü.sieve": "discard;",
            "sieve/ferien aou.sieve": "stop;",
            "sieve/a.svbin": "binary",
            "sieve/tmp/b.sieve": "half",
            ".dovecot.sieve": Path("sieve/a.sieve"),
        },
    )
    os.utime(home / "sieve/a.sieve", (0, 0))
    bags.export(store(tmp_path / "mail"), CLUB, MYCLUB)
    files = bags.files()
    assert {name: content for name, content in files.items() if name.endswith(".sieve")} == {
        f"{PLACE}/a.sieve": b"keep;",
        f"{PLACE}/Ferien_aou.sieve": b"discard;",
        f"{PLACE}/ferien_aou-2.sieve": b"stop;",
    }
    listed = {one["name"]: (one["file"], one["active"]) for one in json.loads(files[f"{PLACE}/scripts.json"])}
    assert listed == {
        "a": ("a.sieve", True),
        "Ferien äöü": ("Ferien_aou.sieve", False),
        "ferien aou": ("ferien_aou-2.sieve", False),
    }
    assert [(one["outcome"], one["count"], one["oldest"]) for one in bags.records()] == [
        ("delivered", 3, "1970-01-01T00:00:00Z")
    ]
    assert [(one["item"], one["outcome"]) for one in bags.records("myclub")] == [("office@myclub.example", "empty")]
    assert [(one["customer"], one["count"], one["bytes"]) for one in held(store(tmp_path / "mail"), CLUB, MYCLUB)] == [
        ("club", 3, 18)
    ]


def test_a_script_that_lies_by_itself(tmp_path: Path, bags: Bags) -> None:
    written(tmp_path / "mail/club.example/office", {".dovecot.sieve": "keep;"})
    files = bags.export(store(tmp_path / "mail"), CLUB).files()
    assert files[f"{PLACE}/dovecot.sieve"] == b"keep;"
    assert json.loads(files[f"{PLACE}/scripts.json"])[0]["active"]


def test_what_is_no_script_is_neither_followed_nor_waited_for(tmp_path: Path, bags: Bags) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    home = written(tmp_path / "mail/club.example/office", {"sieve/link.sieve": secret, "sieve/good.sieve": "keep;"})
    os.mkfifo(home / "sieve/fifo.sieve")
    (home / "sieve/directory.sieve").mkdir()
    (home / os.fsdecode(b"sieve/new\nline\xff.sieve")).write_text("odd")
    bags.export(store(tmp_path / "mail"), CLUB)
    files = bags.files()
    assert b"SECRET" not in b"".join(files.values())
    assert files[f"{PLACE}/good.sieve"] == b"keep;"
    assert b"odd" in files.values()
    assert sorted(bags.left_out()) == [
        ("directory.sieve", "special-file"),
        ("fifo.sieve", "special-file"),
        ("link.sieve", "elsewhere"),
    ]
    assert [one["outcome"] for one in bags.records()] == ["delivered"]


def test_scripts_that_lie_elsewhere_are_told(tmp_path: Path, bags: Bags) -> None:
    other = written(tmp_path / "mail/myclub.example/office", {"sieve/secret.sieve": "SECRET"})
    home = written(tmp_path / "mail/club.example/office", {"sieve": other / "sieve"})
    (home / ".dovecot.sieve").symlink_to("/etc/dovecot/all.sieve")
    bags.export(store(tmp_path / "mail"), CLUB)
    assert bags.left_out() == [("sieve", "elsewhere"), (".dovecot.sieve", "elsewhere")]
    assert (bags.records()[0]["error"], bags.files()) == (None, {})
    assert held(store(tmp_path / "mail"), CLUB)[0]["left_out"] == bags.records()[0]["left_out"]


def test_a_link_in_place_of_the_home_is_a_failure(tmp_path: Path, bags: Bags) -> None:
    other = written(tmp_path / "mail/myclub.example/office", {"sieve/secret.sieve": "SECRET"})
    path = tmp_path / "mail/club.example/office"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(other)
    bags.export(store(tmp_path / "mail"), CLUB)
    assert [(one["outcome"], (one["error"] or {"code": ""})["code"]) for one in bags.records()] == [
        ("failed", "unsafe-path")
    ]
    assert bags.files() == {}


def test_a_script_larger_than_any_is_told(tmp_path: Path, bags: Bags) -> None:
    home = written(tmp_path / "mail/club.example/office", {"sieve/a.sieve": "keep;"})
    with (home / "sieve/z.sieve").open("wb") as handle:
        handle.truncate(1 << 40)
    files = bags.export(store(tmp_path / "mail"), CLUB).files()
    assert files[f"{PLACE}/a.sieve"] == b"keep;"
    assert bags.left_out() == [("z.sieve", "unreadable")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another's place")
def test_a_script_that_its_owner_has_closed_is_read_by_root(tmp_path: Path, bags: Bags) -> None:
    home = written(tmp_path / "mail/club.example/office", {"sieve/a.sieve": "keep;", "sieve/b.sieve": "of root"})
    for path in (home, home / "sieve", home / "sieve/a.sieve"):
        os.chown(path, 65533, 65533)
    (home / "sieve/a.sieve").chmod(0)
    (home / "sieve/b.sieve").chmod(0o600)
    files = bags.export(store(tmp_path / "mail"), CLUB).files()
    assert files[f"{PLACE}/a.sieve"] == b"keep;"
    assert bags.left_out() == [("b.sieve", "unreadable")]


def test_scripts_of_an_alias_are_delivered(tmp_path: Path, bags: Bags) -> None:
    """It may have been a mailbox before."""
    written(tmp_path / "mail/club.example/info", {"sieve/a.sieve": "keep;"})
    files = bags.export(store(tmp_path / "mail"), CLUB).files()
    assert files[f"mail/{INFO}/sieve/a.sieve"] == b"keep;"


def test_a_file_system_that_is_not_there_is_a_failure(tmp_path: Path, bags: Bags) -> None:
    with pytest.raises(ServiceUnavailable, match="no such directory"):
        bags.export(store(tmp_path / "mail"), CLUB)


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"home": "mail/{local}"},
        {"home": "/srv/{login}"},
        {"home": "/srv/../{local}"},
        {"home": "/srv/{local}", "active": "../x"},
        {"home": "/srv/{local}", "scripts": "/sieve"},
        {"home": "/srv/{local}", "other": "x"},
        {"home": 5},
    ],
)
def test_places_are_checked(place: dict[str, object]) -> None:
    with pytest.raises(ItemRefused, match=r"hosting_stores\.mail_filters\.\w+"):
        MailFilters(place)
