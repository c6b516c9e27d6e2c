# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links to bags on the controller: the same until they end, written before anything uses them, told nowhere else."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.links import (
    Link,
    LinkStore,
    drop_links,
    make_link,
    open_links,
    prune_links,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.store import open_store

from .conftest import Letters
from .test_ansible import _run

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
BAG, SEAL = "alp-2026-11-25", "5f8d"


@contextmanager
def _opened(letters: Letters, *, writing: bool = True) -> Iterator[LinkStore]:
    with ExitStack() as stack:
        store = stack.enter_context(open_store(str(letters.path), writing=writing))
        yield stack.enter_context(open_links(store, writing=writing))


def _make(
    letters: Letters,
    bag: str = BAG,
    seal: str = SEAL,
    days: int | None = None,
    *,
    now: datetime = NOW,
    write: bool = True,
) -> tuple[Link, bool]:
    with _opened(letters, writing=write) as links:
        return make_link(links, "alp", (bag, seal), days, now=now, write=write)


def _written(letters: Letters) -> list[dict[str, Any]]:
    path = letters.path / "downloads" / "alp.json"
    return list(json.loads(path.read_text("utf-8"))["links"]) if path.exists() else []


def test_it_is_the_same_until_it_ends(letters: Letters) -> None:
    first, made = _make(letters)
    assert made
    assert _make(letters) == (first, False)
    assert _make(letters, now=NOW + timedelta(days=7, hours=12)) == (first, False)
    later, made = _make(letters, now=NOW + timedelta(days=8))
    assert made
    assert later.token != first.token
    assert [item["token"] for item in _written(letters)] == [later.token]


def test_nobody_guesses_it(letters: Letters) -> None:
    link, _made = _make(letters)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", link.token)
    assert link.digest == hashlib.sha1(link.token.encode(), usedforsecurity=False).hexdigest()
    assert link.token not in repr(link)
    modes = [
        path.stat().st_mode & 0o777 for path in (letters.path / "downloads", letters.path / "downloads" / "alp.json")
    ]
    assert modes == [0o700, 0o600]


def test_it_is_valid_to_the_end_of_its_last_day(letters: Letters) -> None:
    link, _made = _make(letters)
    assert (link.last_day, link.until) == ("2026-12-02", "2026-12-02T23:59:59Z")
    assert link.valid(datetime(2026, 12, 2, 23, 59, tzinfo=UTC))
    assert not link.valid(datetime(2026, 12, 3, tzinfo=UTC))


def test_other_days_count_from_the_first(letters: Letters) -> None:
    first, _made = _make(letters)
    later = NOW + timedelta(days=3)
    longer, changed = _make(letters, days=14, now=later)
    assert (longer.token, longer.last_day, changed) == (first.token, "2026-12-09", True)
    assert _make(letters, now=later) == (longer, False)
    # over already, so another
    second, _made = _make(letters, days=1, now=later)
    assert second.token != first.token
    # and what has ended does not come back
    assert _make(letters, days=30, now=later + timedelta(days=4))[0].token != second.token


@pytest.mark.parametrize("days", [0, -1, 61])
def test_days_without_sense_are_refused(letters: Letters, days: int) -> None:
    with pytest.raises(HostingError, match="1 to 60"):
        _make(letters, days=days)


def test_a_bag_that_was_made_anew_has_another(letters: Letters) -> None:
    first, _made = _make(letters)
    other, _made = _make(letters, "alp-other")
    second, made = _make(letters, seal="6a00")
    assert made
    assert len({first.token, other.token, second.token}) == 3
    assert {item["token"] for item in _written(letters)} == {other.token, second.token}


def test_check_mode_writes_nothing(letters: Letters) -> None:
    assert _make(letters, write=False)[1]
    assert not letters.path.exists()


def test_a_damaged_file_is_named_and_not_quoted(letters: Letters) -> None:
    link, _made = _make(letters)
    path = letters.path / "downloads" / "alp.json"
    path.write_text(path.read_text("utf-8")[:-20], "utf-8")
    with pytest.raises(HostingError, match=r"downloads/alp\.json: is damaged") as raised:
        _make(letters)
    assert link.token not in str(raised.value)
    assert raised.value.__suppress_context__


def _letter(letters: Letters, bag: str, *, age: int = 0) -> None:
    with _opened(letters) as links:
        for suffix in (".html", ".txt"):
            assert links.write_letter("alp", bag, suffix, "text", write=True)
            assert not links.write_letter("alp", bag, suffix, "text", write=True)
    when = NOW.timestamp() - age * 86400
    for path in (letters.path / "downloads").glob(f"alp.{bag.removeprefix('alp-')}.*"):
        os.utime(path, (when, when))


def _names(letters: Letters) -> list[str]:
    return sorted(path.name for path in (letters.path / "downloads").iterdir())


def test_withdrawn_links_and_their_letters_go(letters: Letters) -> None:
    for bag in (BAG, "alp-other", "alp-third"):
        _make(letters, bag)
        _letter(letters, bag)
    with _opened(letters) as links:
        assert drop_links(links, "alp", "alp-unknown", write=True) == []
        assert drop_links(links, "alp", BAG, write=False) == [BAG]
        assert drop_links(links, "alp", BAG, write=True) == [BAG]
    assert [item["bag"] for item in _written(letters)] == ["alp-other", "alp-third"]
    assert len(_names(letters)) == 5
    with _opened(letters) as links:
        assert drop_links(links, "alp", None, write=True) == ["alp-other", "alp-third"]
    assert _names(letters) == []


def test_a_letter_is_not_younger_than_its_link(letters: Letters) -> None:
    _make(letters, days=60)
    _letter(letters, BAG, age=15)
    _letter(letters, "alp-old", age=15)
    _letter(letters, "alp-new", age=13)
    with _opened(letters) as links:
        assert prune_links(links, 14, now=NOW, write=False) == ["alp"]
    assert len(_names(letters)) == 7
    with _opened(letters) as links:
        assert prune_links(links, 14, now=NOW, write=True) == ["alp"]
        assert prune_links(links, 14, now=NOW, write=True) == []
    assert _names(letters) == ["alp.2026-11-25.html", "alp.2026-11-25.txt", "alp.json", "alp.new.html", "alp.new.txt"]
    with _opened(letters) as links:
        prune_links(links, 14, now=NOW + timedelta(days=70), write=True)
    assert _names(letters) == []


def test_of_a_damaged_file_no_letter_goes(letters: Letters) -> None:
    _letter(letters, BAG, age=15)
    (letters.path / "downloads" / "alp.json").write_text("{", "utf-8")
    with _opened(letters) as links:
        assert prune_links(links, 14, now=NOW, write=True) == []
    assert len(_names(letters)) == 3


def _task(state: str, register: str, **options: Any) -> dict[str, Any]:
    arguments = {"state": state, "directory": "{{ directory }}", "customer": "alp", **options}
    return {"magmasoft.hosting.download_letter": arguments, "register": register}


COMPLETE = {
    "bag": BAG,
    "seal": SEAL,
    "customers": "{{ customers }}",
    "provider": "Musterhosting",
    "ask": "hilfe@lab.example",
    "host_name": "download.lab.example",
    "file": f"{BAG}.tar",
    "bytes": 1024,
    "sha256": "5f" * 32,
}


def test_from_nothing_to_a_letter_and_back(letters: Letters, tmp_path: Path) -> None:
    """Nothing that is printed at the highest verbosity, and nothing that is returned, has the token in it."""
    run = _run(
        tmp_path,
        letters,
        [
            _task("pending", "made", bag=BAG, seal=SEAL),
            _task("complete", "done", **COMPLETE),
            _task("complete", "again", **COMPLETE),
        ],
    )
    assert run.code == 0, run.output
    token = _written(letters)[0]["token"]
    assert run.results["made"]["digest"] == hashlib.sha1(token.encode(), usedforsecurity=False).hexdigest()
    assert (run.results["made"]["changed"], run.results["done"]["changed"], run.results["again"]["changed"]) == (
        True,
        True,
        False,
    )
    letter = Path(run.results["done"]["letter"])
    for path in (letter, letter.with_suffix(".txt")):
        assert f"https://download.lab.example/{token}/{BAG}.tar" in path.read_text("utf-8")
        assert path.stat().st_mode & 0o777 == 0o600

    final = _run(
        tmp_path,
        letters,
        [
            _task("pending", "made", bag=BAG, seal=SEAL),
            _task("withdrawn", "done"),
            {**_task("complete", "again", **COMPLETE), "ignore_errors": True},
        ],
    )
    assert final.results["made"]["changed"] is False
    assert final.results["done"]["bags"] == [BAG]
    assert "there is no link" in final.results["again"]["msg"]
    assert _names(letters) == []
    for output in (run.output, final.output, json.dumps([run.results, final.results])):
        assert token not in output


def test_check_mode_tells_where_the_letter_would_be(letters: Letters, tmp_path: Path) -> None:
    tasks = [_task("pending", "made", bag=BAG, seal=SEAL), _task("complete", "done", **COMPLETE)]
    run = _run(tmp_path, letters, tasks, "--check")
    assert run.code == 0, run.output
    assert (run.results["made"]["changed"], run.results["done"]["changed"]) == (True, True)
    assert run.results["done"]["letter"].endswith("downloads/alp.2026-11-25.html")
    assert not letters.path.exists()
