# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters: what is merged, what stays, what leaves pending."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.complete import (
    NOTHING_ELSE,
    CompletedLetter,
    Known,
    complete_letters,
    entries,
    merge,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import Endpoint, Login
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.overview import Holdings
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.pending import make_pending
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.prune import prune_letters
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.render import Page
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.store import LetterStore, Secret, open_store
from hypothesis import given
from hypothesis import strategies as st

from .conftest import CUSTOMERS, DATABASE, ENDPOINTS, FILES, LOGINS, MAILBOX, Letters

_PAGE = Page()


def test_the_address_of_a_service_can_have_the_login_in_it() -> None:
    """As that of somebody's files has."""
    endpoint = Endpoint(None, None, None, "https://cloud.example/files/{login}/")
    found = entries(
        replace(MAILBOX, uses=()), "x", {"webdav": endpoint, "cloud": replace(endpoint, url="https://cloud.example/")}
    )
    assert {entry["service"]: entry["url"] for entry in found} == {
        "cloud": "https://cloud.example/",
        "webdav": "https://cloud.example/files/office@alp.example/",
    }


def _pend(letters: Letters, *logins: Login, renew: bool = False) -> None:
    with open_store(str(letters.path), writing=True) as store:
        make_pending(store, logins, renew=renew, write=True)


def _complete(
    letters: Letters,
    *logins: Login,
    endpoints: dict[str, Endpoint] | None = None,
    write: bool = True,
    beside: Known = NOTHING_ELSE,
    page: Page = _PAGE,
) -> CompletedLetter:
    with open_store(str(letters.path), writing=write) as store:
        return complete_letters(store, logins, CUSTOMERS, endpoints or ENDPOINTS, page, write=write, beside=beside)


def test_the_letter_is_as_the_contract_says(letters: Letters) -> None:
    """One entry for each service that exists, and nothing is pending any more."""
    _pend(letters, *LOGINS)
    pending = letters.pending()
    done = _complete(letters, *LOGINS)
    assert (done.customers, done.waiting, done.errors) == (["alp"], [], {})
    mail = {"user": "office@alp.example", "password": pending[MAILBOX.key]["password"], "host": "mail.example"}
    assert letters.letter() == [
        {"service": "imap", **mail, "port": 993, "security": "tls"},
        {"service": "submission", **mail, "port": 465, "security": "tls"},
        {
            "service": "sftp",
            "user": "alp",
            "password": pending[FILES.key]["password"],
            "host": "files.example",
            "port": 2222,
            "security": "ssh",
        },
        {
            "service": "database",
            "user": "alp-web",
            "password": pending[DATABASE.key]["password"],
            "host": "localhost",
            "port": None,
            "security": "socket",
            "database": "alp-web",
        },
    ]
    assert letters.pending() == {}
    for suffix in ("txt", "html"):
        content = (letters.path / f"alp.{suffix}").read_text()
        assert all(entry["password"] in content for entry in pending.values())


def test_a_login_is_told_every_host_where_it_has_something(letters: Letters) -> None:
    """And after a site has moved, the new one only."""
    hosts = {"web1": "one.example", "web2": "two.example"}
    endpoints = {"sftp": Endpoint("files.example", 2222, None, None, hosts)}

    def told(*where: str) -> list[str]:
        _complete(letters, replace(FILES, hosts=where), endpoints=endpoints)
        return [entry["host"] for entry in letters.letter()]

    _pend(letters, FILES)
    assert told("web1", "web2") == ["one.example", "two.example"]
    assert len({entry["password"] for entry in letters.letter()}) == 1
    _pend(letters, FILES, renew=True)
    assert told("web2") == ["two.example"]
    _pend(letters, FILES, renew=True)
    assert told("web3") == ["files.example"]


def test_a_second_time_nothing_changes(letters: Letters) -> None:
    """No file is touched."""
    _pend(letters, *LOGINS)
    _complete(letters, *LOGINS)
    before = {path: path.stat().st_mtime_ns for path in letters.path.glob("alp.*")}
    assert _complete(letters, *LOGINS).customers == []
    assert {path: path.stat().st_mtime_ns for path in letters.path.glob("alp.*")} == before


def test_a_letter_that_is_there_tells_where_a_service_has_moved(letters: Letters) -> None:
    """With the password that it has, and not kept longer for that. Where there is no letter, there will be none."""
    _pend(letters, *LOGINS)
    _complete(letters, *LOGINS)
    files = sorted(letters.path.glob("alp.*"))
    for path in files:
        os.utime(path, (1000, 1000))
    former = letters.letter()
    moved = {**ENDPOINTS, "imap": replace(ENDPOINTS["imap"], host="new.example")}
    assert _complete(letters, *LOGINS, endpoints=moved, write=False).customers == ["alp"]
    assert letters.letter() == former
    assert _complete(letters, *LOGINS, endpoints=moved).customers == ["alp"]
    assert _complete(letters, *LOGINS, endpoints=moved).customers == []
    assert letters.letter() == [{**former[0], "host": "new.example"}, *former[1:]]
    assert all("new.example" in path.read_text() for path in files)
    assert [path.stat().st_mtime for path in files] == [1000] * len(files)
    for path in files:
        path.unlink()
    assert _complete(letters, *LOGINS).customers == []
    assert not list(letters.path.glob("alp.*"))


@pytest.mark.parametrize("written", [0, 1, 2])
def test_a_letter_that_a_killed_run_has_written_in_part_is_written_again(
    letters: Letters, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    _pend(letters, *LOGINS)
    _complete(letters, *LOGINS)
    moved = {**ENDPOINTS, "imap": replace(ENDPOINTS["imap"], host="new.example")}
    left, write_letter = [None] * written, LetterStore.write_letter

    def write(*values: Any, **more: Any) -> None:
        if not left:
            raise OSError(errno.ENOSPC, "No space left on device")
        left.pop()
        write_letter(*values, **more)

    monkeypatch.setattr(LetterStore, "write_letter", write)
    assert _complete(letters, *LOGINS, endpoints=moved).errors.keys() == {"alp"}
    monkeypatch.undo()
    assert _complete(letters, *LOGINS, endpoints=moved).customers == ["alp"]
    files = sorted(letters.path.glob("alp.*"))
    assert len(files) == 3
    assert all("new.example" in path.read_text() for path in files)


def test_logins_that_are_not_in_force_stay_pending(letters: Letters) -> None:
    """Exactly the given ones are removed."""
    _pend(letters, *LOGINS)
    before = letters.pending()
    _complete(letters, MAILBOX)
    assert letters.pending() == {key: entry for key, entry in before.items() if key != MAILBOX.key}
    assert {entry["service"] for entry in letters.letter()} == {"imap", "submission"}
    _complete(letters, *LOGINS)
    assert {entry["user"]: entry["password"] for entry in letters.letter()} == {
        login.name: before[login.key]["password"] for login in LOGINS
    }


def test_a_login_without_a_service_keeps_its_password(letters: Letters) -> None:
    """Removed from pending and in no letter, it would be a password that nobody has."""
    _pend(letters, *LOGINS)
    endpoints = {name: endpoint for name, endpoint in ENDPOINTS.items() if name != "sftp"}
    done = _complete(letters, *LOGINS, endpoints=endpoints)
    assert done.waiting == [FILES]
    assert list(letters.pending()) == [FILES.key]
    assert _complete(letters, *LOGINS, endpoints=endpoints).customers == []
    assert _complete(letters, *LOGINS).logins == [FILES]


def test_what_is_not_wanted_any_more_leaves_the_letter(letters: Letters) -> None:
    """A service that was opted out of, a login that has gone; not what could not be applied, nor its date."""
    both = replace(MAILBOX, uses=("mail", "chat"))
    chat = {**ENDPOINTS, "xmpp": Endpoint("chat.example", 5222, "starttls", None)}
    _pend(letters, both, FILES, DATABASE)
    _complete(letters, both, FILES, DATABASE, endpoints=chat)
    before = {entry["service"]: entry for entry in letters.letter()}
    assert set(before) == {"imap", "submission", "xmpp", "sftp", "database"}
    for path in letters.path.glob("alp.*"):
        os.utime(path, (1000, 1000))
    # the database is not wanted; that of the files is, and its module has failed
    beside = Known(wanted=[MAILBOX, FILES])
    assert _complete(letters, MAILBOX, endpoints=chat, beside=beside, write=False).customers == ["alp"]
    assert _complete(letters, MAILBOX, endpoints=chat, beside=beside).customers == ["alp"]
    assert _complete(letters, MAILBOX, endpoints=chat, beside=beside).customers == []
    assert letters.letter() == [before["imap"], before["submission"], before["sftp"]]
    for suffix in ("txt", "html"):
        content = (letters.path / f"alp.{suffix}").read_text()
        assert before["database"]["password"] not in content
        assert "chat.example" not in content
        assert (letters.path / f"alp.{suffix}").stat().st_mtime == 1000
    # without a login at all
    assert _complete(letters, beside=Known(wanted=[])).customers == ["alp"]
    assert letters.letter() == []
    assert letters.secrets() == set()


def test_a_password_that_its_owner_has_replaced_leaves_the_letter(letters: Letters) -> None:
    """Until there is a new one of ours. Of a login that a letter never told, nothing is said."""
    _pend(letters, *LOGINS)
    pending = letters.pending()
    _complete(letters, *LOGINS)
    with open_store(str(letters.path), writing=False) as store:
        assert store is not None
        assert [letter["hashes"] for letter in store.read_letters()] == [
            {key: entry["hash"] for key, entry in sorted(pending.items())}
        ]
    beside = Known(wanted=LOGINS, replaced={MAILBOX.key, "mailbox:stranger@alp.example"})
    done = _complete(letters, *LOGINS, beside=beside)
    assert (done.customers, done.replaced) == (["alp"], [MAILBOX.key])
    assert {entry["service"] for entry in letters.letter() if entry["password"] is None} == {"imap", "submission"}
    for suffix in ("txt", "html"):
        assert pending[MAILBOX.key]["password"] not in (letters.path / f"alp.{suffix}").read_text()
    # the letter knows no hash any more, so nobody tells of another one
    assert _complete(letters, *LOGINS, beside=Known(wanted=LOGINS)).customers == []
    _pend(letters, MAILBOX, renew=True)
    new = letters.pending()[MAILBOX.key]["password"]
    assert _complete(letters, *LOGINS, beside=beside).replaced == []
    assert {entry["password"] for entry in letters.letter() if entry["service"] == "imap"} == {new}


def test_a_letter_tells_who_sends_it_and_what_has_changed_beside_logins(letters: Letters) -> None:
    _pend(letters, *LOGINS)
    sites: list[dict[str, Any]] = [{"name": "alp.example", "customer": "alp", "host": None, "managed": True}]
    _complete(letters, *LOGINS, page=Page("Berghost GmbH", "help@berghost.example"))
    text = (letters.path / "alp.txt").read_text()
    assert "Berghost GmbH" in text
    assert "help@berghost.example" in text
    assert "https://alp.example/" not in text
    done = _complete(letters, *LOGINS, beside=Known(wanted=LOGINS, holdings=Holdings(sites)))
    assert (done.customers, done.present) == (["alp"], ["alp"])
    assert all("https://alp.example/" in (letters.path / f"alp.{form}").read_text() for form in ("txt", "html"))
    done = _complete(letters, *LOGINS, beside=Known(wanted=LOGINS, holdings=Holdings(sites)))
    assert (done.customers, done.present) == ([], ["alp"])


def test_logins_whose_password_is_unknown_are_listed(letters: Letters) -> None:
    """As unchanged, in words."""
    _pend(letters, DATABASE)
    _complete(letters, *LOGINS)
    known = {entry["service"]: entry["password"] for entry in letters.letter()}
    assert known["imap"] is None
    assert known["database"] is not None
    for suffix in ("txt", "html"):
        assert "unverändert, wie Sie es festgelegt haben" in (letters.path / f"alp.{suffix}").read_text()


def test_a_known_password_survives(letters: Letters) -> None:
    """Until a new one replaces it, everywhere."""
    _pend(letters, *LOGINS)
    _complete(letters, *LOGINS)
    before = {entry["service"]: entry["password"] for entry in letters.letter()}
    _pend(letters, DATABASE, renew=True)
    _complete(letters, *LOGINS)
    after = {entry["service"]: entry["password"] for entry in letters.letter()}
    assert {service for service in after if after[service] != before[service]} == {"database"}
    _pend(letters, MAILBOX, renew=True)
    _complete(letters, MAILBOX)
    last = {entry["service"]: entry["password"] for entry in letters.letter()}
    assert {service for service in last if last[service] != after[service]} == {"imap", "submission"}


def test_a_former_owner_keeps_nothing(letters: Letters) -> None:
    """What is pending in another customer's file goes into the letter of whose the login is."""
    _pend(letters, DATABASE)
    password = letters.pending()[DATABASE.key]["password"]
    _complete(letters, Login("database", "alp-web", "other"))
    assert letters.letter("other")[0]["password"] == password
    assert letters.pending() == {}
    assert letters.letter() == []


def test_check_mode_writes_nothing(letters: Letters) -> None:
    """And predicts whose letters."""
    assert _complete(letters, *LOGINS, write=False).customers == []
    _pend(letters, *LOGINS)
    before = {path: path.read_bytes() for path in letters.path.rglob("*.json")}
    assert _complete(letters, *LOGINS, write=False).customers == ["alp"]
    assert {path: path.read_bytes() for path in letters.path.rglob("*.json")} == before
    assert not list(letters.path.glob("alp.*"))


@pytest.mark.parametrize("damage", ["pending/alp.json", "alp.json"])
def test_a_damaged_file_fails_its_customer_only(letters: Letters, damage: str) -> None:
    """Nothing of that customer is removed."""
    other = Login("database", "other-web", "other")
    _pend(letters, *LOGINS, other)
    (letters.path / damage).write_text("{")
    before = (letters.path / "pending" / "alp.json").read_text()
    done = _complete(letters, *LOGINS, other)
    assert done.customers == ["other"]
    assert set(done.errors) == {"alp"}
    assert (letters.path / "pending" / "alp.json").read_text() == before


def test_a_customer_who_is_not_given_fails_alone(letters: Letters) -> None:
    """Without name and language there is no letter."""
    stranger = Login("database", "stranger", "stranger")
    _pend(letters, *LOGINS, stranger)
    done = _complete(letters, *LOGINS, stranger)
    assert done.customers == ["alp"]
    assert "stranger has logins" in str(done.errors["stranger"])
    assert letters.pending("stranger")


def test_a_directory_in_the_place_of_a_letter(letters: Letters) -> None:
    """It fails, is named, and the password stays pending."""
    _pend(letters, *LOGINS)
    (letters.path / "alp.txt").mkdir()
    assert set(_complete(letters, *LOGINS).errors) == {"alp"}
    assert len(letters.pending()) == 3
    (letters.path / "alp.txt").rmdir()
    assert _complete(letters, *LOGINS).customers == ["alp"]


def test_old_letters_are_removed_and_nothing_else(letters: Letters) -> None:
    """Exactly when older than the days, and never what is pending."""
    _pend(letters, *LOGINS, Login("database", "other-web", "other"))
    _complete(letters, MAILBOX, Login("database", "other-web", "other"))
    (letters.path / "notes.md").write_text("the operator's own")
    (letters.path / "UPPER.json").write_text("{}")
    now = 1_700_000_000.0
    for path in (*letters.path.glob("alp.*"), *letters.path.glob("other.*")):
        os.utime(path, (now, now))
    others = {path.name for path in letters.path.iterdir()} - {f"alp.{form}" for form in ("json", "txt", "html")}
    others -= {f"other.{form}" for form in ("json", "txt", "html")}
    with open_store(str(letters.path), writing=True) as store:
        assert prune_letters(store, 14, now=now + 14 * 86400, write=True) == []
        assert prune_letters(store, 14, now=now + 14 * 86400 + 1, write=False) == ["alp", "other"]
        assert (letters.path / "alp.json").exists()
        assert prune_letters(store, 14, now=now + 14 * 86400 + 1, write=True) == ["alp", "other"]
        assert prune_letters(None, 14, now=now, write=True) == []
    assert {path.name for path in letters.path.iterdir()} == others
    assert set(letters.pending()) == {FILES.key, DATABASE.key}


def test_one_new_form_keeps_the_others(letters: Letters) -> None:
    """The age of a letter is that of its newest form, so that none is left alone."""
    _pend(letters, *LOGINS)
    _complete(letters, *LOGINS)
    with open_store(str(letters.path), writing=True) as store:
        now = (letters.path / "alp.json").stat().st_mtime + 15 * 86400
        (letters.path / "alp.txt").touch()
        assert store is not None
        store.remove_letter("alp", ".json")
        assert prune_letters(store, 14, now=now, write=True) == ["alp"]
        assert list(letters.path.glob("alp.*")) == []


_SERVICES = st.sampled_from(["imap", "submission", "sftp", "database", "gopher"])
_ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "service": _SERVICES,
            "user": st.sampled_from([login.name for login in LOGINS]),
            "password": st.none() | st.text(min_size=1),
            "host": st.none() | st.text(),
            "port": st.none() | st.integers(),
            "security": st.none() | st.text(),
        }
    ),
    unique_by=lambda entry: (entry["service"], entry["user"]),
)
_NEW = st.dictionaries(
    st.sampled_from([login.key for login in LOGINS]), st.builds(Secret, password=st.text(min_size=1), hash=st.text())
)


@given(_ENTRIES, st.lists(st.sampled_from(LOGINS), unique=True), _NEW)
def test_merging_never_forgets(letter: list[dict[str, Any]], logins: list[Login], secrets: dict[str, Secret]) -> None:
    """Every entry stays, a known password becomes a new one or stays known, and merging again changes nothing."""
    merged = merge(letter, logins, secrets, ENDPOINTS)
    by_place = {(entry["service"], entry["user"]): entry for entry in merged}
    assert len(by_place) == len(merged)
    for entry in letter:
        assert entry["password"] is None or by_place[entry["service"], entry["user"]]["password"] is not None
    for login in logins:
        if login.key in secrets:
            for service in set(login.services) & set(ENDPOINTS):
                assert by_place[service, login.name]["password"] == secrets[login.key].password
    assert merge(merged, logins, secrets, ENDPOINTS) == merged
