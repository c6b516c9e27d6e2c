# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links on a host: what is published, withdrawn, refused, and what the program of the role removes."""

from __future__ import annotations

import grp
import hashlib
import json
import os
import runpy
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.bags import Bags
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Report
from ansible_collections.magmasoft.hosting.plugins.module_utils._download import links as download_links
from ansible_collections.magmasoft.hosting.plugins.module_utils._download.links import Links
from ansible_collections.magmasoft.hosting.plugins.module_utils._download.service import (
    DownloadLinkService,
    links_and_downloads,
    wanted_link,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import Batch, reconcile

DIGEST, OTHER = "a1" * 20, "b2" * 20
CONTENT = b"a bag" * 1000
PROGRAM = Path(__file__).resolve().parents[3] / "roles" / "downloads" / "files" / "hosting_downloads.py"


def _in(**span: float) -> str:
    return download_links.shown(datetime.now(UTC) + timedelta(**span))


UNTIL = _in(days=7)


class Host:
    """A host with sealed bags of ann and bob, and the directories that the role makes."""

    def __init__(self, path: Path) -> None:
        self.bags, self.place, self.log = path / "bags", path / "downloads", path / "log" / "access.log"
        self.place.mkdir()
        self.log.parent.mkdir()
        for customer in ("ann", "bob"):
            self.seal(customer, f"{customer}-1")

    def seal(self, customer: str, bag: str, file: str | None = None) -> Path:
        """Put a sealed bag there; return its file."""
        place = self.bags / customer / bag
        place.mkdir(parents=True)
        path = place / (file or f"{bag}.tar")
        path.write_bytes(CONTENT)
        path.chmod(0o600)
        seal = {"bag": bag, "customer": customer, "file": path.name, "bytes": len(CONTENT), "seal": f"seal of {bag}"}
        (place / "seal.json").write_text(json.dumps(seal), "utf-8")
        return path

    def run(self, *items: dict[str, Any], check: bool = False) -> Report:
        """Bring links to their wanted state."""
        bags = Bags(str(self.bags))
        wanted = [wanted_link(item, bags) for item in items]
        return reconcile([Batch(DownloadLinkService(Links(str(self.place)), bags), wanted)], check_mode=check)

    def told(self, *customers: str) -> dict[str, Any]:
        """Return links and downloads."""
        return links_and_downloads(Links(str(self.place)), customers, str(self.log))

    def note(self, digest: str = DIGEST, **changed: Any) -> dict[str, Any]:
        """Return a note, after changing something in it."""
        path = self.place / f"{digest}.json"
        note = {**json.loads(path.read_text("utf-8")), **changed}
        path.write_text(json.dumps(note), "utf-8")
        return note

    def sweep(self, monkeypatch: pytest.MonkeyPatch) -> int:
        """Run the program of the role; return how it ended."""
        monkeypatch.setattr(sys, "argv", [str(PROGRAM), str(self.place)])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(PROGRAM), run_name="__main__")
        return int(ended.value.code or 0)

    def published(self) -> list[str]:
        """Return the files that Apache would hand out."""
        return sorted(path.relative_to(self.place).as_posix() for path in self.place.glob("*/*"))


def item(bag: str = "ann-1", state: str = "present", **fields: Any) -> dict[str, Any]:
    """Return an item of the module."""
    customer = bag.partition("-")[0]
    return {"name": bag, "customer": customer, "state": state, "digest": DIGEST, "until": UNTIL, **fields}


def statuses(report: Report) -> list[tuple[str, str, list[str], str]]:
    """Return action, status, fields and code of the error of each result."""
    return [
        (result["action"], result["status"], result["fields"], (result["error"] or {"code": ""})["code"])
        for result in report.results
    ]


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """Return a host where the web server's group is that of whoever tests."""
    monkeypatch.setattr(download_links, "_GROUP", grp.getgrgid(os.getegid()).gr_name)
    return Host(tmp_path)


def test_a_bag_is_published_once(host: Host) -> None:
    predicted = host.run(item(), check=True)
    assert host.published() == []
    done = host.run(item())
    assert statuses(predicted) == [("create", "planned", ["digest", "seal", "until"], "")]
    assert statuses(done) == [("create", "done", ["digest", "seal", "until"], "")]
    assert predicted.diff == done.diff
    assert host.published() == [f"{DIGEST}/ann-1.tar"]
    assert not host.run(item()).changed


def test_it_is_the_bag_itself_and_closed_to_others(host: Host) -> None:
    host.run(item())
    published, bag = host.place / DIGEST / "ann-1.tar", host.bags / "ann" / "ann-1" / "ann-1.tar"
    assert published.samefile(bag)
    modes = [path.stat().st_mode & 0o777 for path in (published, published.parent, host.place / f"{DIGEST}.json")]
    assert modes == [0o640, 0o750, 0o600]
    assert host.note()["sha256"] == hashlib.sha256(CONTENT).hexdigest()


def test_a_longer_time_changes_the_note_alone(host: Host) -> None:
    host.run(item())
    later = _in(days=20)
    assert statuses(host.run(item(until=later))) == [("change", "done", ["until"], "")]
    assert host.note()["until"] == later
    assert host.published() == [f"{DIGEST}/ann-1.tar"]


def test_another_token_ends_the_former_link(host: Host) -> None:
    host.run(item())
    assert statuses(host.run(item(digest=OTHER))) == [("change", "done", ["digest"], "")]
    assert host.published() == [f"{OTHER}/ann-1.tar"]
    assert host.note()["ended"] is not None
    assert [link["digest"] for link in host.told("ann")["links"]] == [OTHER]


def test_a_bag_that_was_made_anew_is_the_one_behind_the_link(host: Host) -> None:
    host.run(item())
    bag = host.bags / "ann" / "ann-1" / "ann-1.tar"
    bag.unlink()
    bag.write_bytes(CONTENT)
    assert statuses(host.run(item())) == [("change", "done", ["seal"], "")]
    assert (host.place / DIGEST / "ann-1.tar").samefile(bag)
    assert not host.run(item()).changed


def test_a_withdrawn_link_leads_nowhere_and_is_still_counted(host: Host) -> None:
    host.run(item(), item("bob-1", digest=OTHER))
    ended = (1795604536000, 1795604537250, 1795690937250)
    host.log.write_text("".join(f"{when} {DIGEST} GET 200 + 5400 -\n" for when in ended), "utf-8")
    assert statuses(host.run(item(state="absent"))) == [("remove", "done", [], "")]
    assert host.published() == [f"{OTHER}/bob-1.tar"]
    bag = host.bags / "ann" / "ann-1" / "ann-1.tar"
    assert bag.read_bytes() == CONTENT
    assert bag.stat().st_mode & 0o777 == 0o600
    told = host.told("ann")
    assert told["links"] == []
    assert told["downloads"] == {
        "ann": [
            {"bag": "ann-1", "seal": "seal of ann-1", "time": time, "count": count, "bytes": len(CONTENT)}
            for time, count in (("2026-11-25T11:02:17.250Z", 2), ("2026-11-26T11:02:17.250Z", 1))
        ]
    }
    # so that a run that was killed before it could note it in the evidence is made up for by the next
    noted = {"bag": "ann-1", "link": DIGEST, "time": host.note()["ended"]}
    for _run in range(2):
        assert host.told("ann")["withdrawn"] == {"ann": [noted]}
        assert not host.run(item(state="absent")).changed
    assert host.told("bob")["downloads"] == {"bob": []}
    assert host.told("bob")["withdrawn"] == {"bob": []}


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (item("ann-2"), "no-bag"),
        (item("ann-directory"), "not-a-file"),
        (item(until=_in(days=-1)), "invalid-time"),
        (item(until=_in(days=62)), "invalid-time"),
        (item(until="tomorrow"), "invalid-time"),
        (item(until="2099-01-01T00:00:00"), "invalid-time"),
    ],
)
def test_what_can_t_be_handed_over_is_refused_alone(host: Host, wanted: dict[str, Any], code: str) -> None:
    host.seal("ann", "ann-directory", "ann-directory")
    report = host.run(wanted, item("bob-1", digest=OTHER))
    assert [status[1:4:2] for status in statuses(report)] == [("failed", code), ("done", "")]
    assert host.published() == [f"{OTHER}/bob-1.tar"]


@pytest.mark.parametrize(
    "changed",
    [
        {"digest": None},
        {"digest": "../" + DIGEST[3:]},
        {"digest": DIGEST.upper()},
        {"name": "bob-1"},
        {"name": "ann-../x"},
        {"name": "ann"},
        {"customer": "../ann"},
    ],
)
def test_options_that_are_no_names_are_refused(host: Host, changed: dict[str, Any]) -> None:
    with pytest.raises(HostingError):
        host.run({**item(), **changed})


def test_without_the_role_it_is_said(host: Host) -> None:
    host.place.rmdir()
    assert host.told("ann") == {"links": [], "published": {}, "withdrawn": {"ann": []}, "downloads": {"ann": []}}
    assert statuses(host.run(item())) == [("create", "failed", ["digest", "seal", "until"], "no-downloads")]
    assert not host.run(item(state="absent")).changed


def test_a_link_in_place_of_a_directory_is_not_followed(host: Host, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (host.place / DIGEST).symlink_to(tmp_path / "elsewhere")
    assert [status[1:4:2] for status in statuses(host.run(item()))] == [("failed", "unsafe-path")]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_damaged_note_stops_nobody(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.run(item(), item("bob-1", digest=OTHER))
    (host.place / f"{OTHER}.json").write_text('{"digest": ', "utf-8")
    assert not host.run(item()).changed
    assert host.sweep(monkeypatch) == 1
    assert host.published() == [f"{DIGEST}/ann-1.tar"]
    assert statuses(host.run(item("bob-1", digest=OTHER)))[0][:2] == ("create", "done")


def test_the_program_leaves_what_is_valid(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.run(item())
    assert host.sweep(monkeypatch) == 0
    assert host.published() == [f"{DIGEST}/ann-1.tar"]
    assert not host.run(item()).changed


@pytest.mark.parametrize("noted", [{"until": _in(seconds=-1)}, {"ended": _in(seconds=-1)}])
def test_the_program_removes_what_has_ended(host: Host, monkeypatch: pytest.MonkeyPatch, noted: dict[str, str]) -> None:
    host.run(item())
    host.note(**noted)
    assert host.sweep(monkeypatch) == 0
    assert sorted(path.name for path in host.place.iterdir()) == [f"{DIGEST}.json"]
    bag = host.bags / "ann" / "ann-1" / "ann-1.tar"
    assert bag.read_bytes() == CONTENT
    assert bag.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("days", "left"), [(29, True), (31, False)])
def test_notes_are_kept_as_long_as_downloads_are_counted(
    host: Host, monkeypatch: pytest.MonkeyPatch, days: int, *, left: bool
) -> None:
    host.run(item())
    host.note(until=_in(days=-days))
    host.sweep(monkeypatch)
    assert (host.place / f"{DIGEST}.json").exists() == left


def test_the_program_removes_what_nobody_noted(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.run(item())
    (host.place / f"{DIGEST}.json").unlink()
    (host.place / "something else").mkdir()
    assert host.sweep(monkeypatch) == 0
    assert [path.name for path in host.place.iterdir()] == ["something else"]
