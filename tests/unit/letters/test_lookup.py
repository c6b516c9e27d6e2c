# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lookups read."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.complete import complete_letters
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.lookup import (
    letter_hashes,
    pending_values,
    read_kind,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.pending import make_pending
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.render import Page
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.store import open_store

from .conftest import CUSTOMERS, ENDPOINTS, LOGINS, Letters


def _values(letters: Letters, kind: str) -> dict[str, str]:
    return pending_values(str(letters.path), kind, lambda secret: secret.hash)


@pytest.fixture
def made(letters: Letters) -> Letters:
    """Return a directory in which everything is pending."""
    with open_store(str(letters.path), writing=True) as store:
        make_pending(store, LOGINS, renew=False, write=True)
    return letters


def test_each_kind_by_name(made: Letters) -> None:
    """Without the kind in front."""
    pending = made.pending()
    assert _values(made, "mailbox") == {"office@alp.example": pending["mailbox:office@alp.example"]["hash"]}
    assert _values(made, "file_login") == {"alp": pending["file_login:alp"]["hash"]}
    passwords = pending_values(str(made.path), "database", lambda secret: secret.password)
    assert passwords == {"alp-web": pending["database:alp-web"]["password"]}


def test_nothing_there_is_nothing_pending(letters: Letters) -> None:
    """And nothing is made."""
    assert _values(letters, "mailbox") == {}
    assert not letters.path.exists()


def test_two_files_of_a_killed_move_agree(made: Letters) -> None:
    """As long as they hold the same password; otherwise nobody can know which is in force."""
    other = made.path / "pending" / "other.json"
    shutil.copy(made.path / "pending" / "alp.json", other)
    assert set(_values(made, "database")) == {"alp-web"}
    document = json.loads(other.read_text())
    document["logins"]["database:alp-web"]["password"] = "another"
    other.write_text(json.dumps(document))
    assert set(_values(made, "mailbox")) == {"office@alp.example"}
    with pytest.raises(
        HostingError, match=r"database alp-web is pending for alp and for other.*reset_password"
    ) as caught:
        _values(made, "database")
    assert "another" not in str(caught.value)


@pytest.mark.parametrize("terms", [[], ["cloud"], ["mailbox", "database"], [None], [["mailbox"]]])
def test_a_wrong_kind_is_refused(terms: list[Any]) -> None:
    """With those there are."""
    with pytest.raises(HostingError, match="one of mailbox, file_login, database"):
        read_kind(terms)


def test_the_hashes_of_letters_are_those_that_were_set(made: Letters) -> None:
    """By kind and name; a damaged letter and one of a former version have none."""
    assert letter_hashes(str(made.path)) == {"mailbox": {}, "file_login": {}, "database": {}}
    pending = made.pending()
    with open_store(str(made.path), writing=True) as store:
        complete_letters(store, LOGINS, CUSTOMERS, ENDPOINTS, Page(), write=True)
    for name, content in (("damaged", "{"), ("former", '{"customer": "former", "logins": []}')):
        (made.path / f"{name}.json").write_text(content)
    assert letter_hashes(str(made.path)) == {
        "mailbox": {"office@alp.example": pending["mailbox:office@alp.example"]["hash"]},
        "file_login": {"alp": pending["file_login:alp"]["hash"]},
        "database": {"alp-web": pending["database:alp-web"]["hash"]},
    }
    assert letter_hashes(str(made.path / "nowhere")) == {"mailbox": {}, "file_login": {}, "database": {}}
