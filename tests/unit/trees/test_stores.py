# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites, statistics and clouds of customers, as they lie on a host."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import process
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import (
    ItemRefused,
    ServiceUnavailable,
    UnsafePath,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.process import Identity
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import ItemExport, Part, Reason
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import CloudAccess, Mailbox, Site
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.place import Place
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._base import Store
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.cloud_files import CloudFiles
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.site_files import SiteFiles
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.web_statistics import WebStatistics
from ansible_collections.magmasoft.hosting.tests.unit.directory_sink import DirectorySink
from ansible_collections.magmasoft.hosting.tests.unit.trees.hostile import STRANGER, content, give, members

CUSTOMER, DOMAIN, ADDRESS = "alpenverein", "alpenverein.example", "office@alpenverein.example"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another's place")


def _selection(*, root: str | None = None, user: str = "nobody", cloud: bool = True) -> Selection:
    site = Site(name=DOMAIN, customer=CUSTOMER, unix_user=user, managed=root is None, root=root)
    mailbox = Mailbox(name=ADDRESS, customer=CUSTOMER, cloud=CloudAccess() if cloud else None)
    return Selection(CUSTOMER, (site,), (), (mailbox,), (), frozenset({ADDRESS}))


def _export(tmp_path: Path, store: Store, selection: Selection) -> list[ItemExport]:
    part = Part(DirectorySink(tmp_path / "bag"))
    store.export([selection], {CUSTOMER: part})
    return part.exports


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a site of ours with everything that can lie in it."""
    top = tmp_path / "www" / CUSTOMER / DOMAIN
    for name in ("htdocs/tmp", "tmp", "sessions", "private"):
        (top / name).mkdir(parents=True)
    (top / "htdocs/index.html").write_text("hello")
    (top / "htdocs/tmp/kept").write_text("the customer's own")
    (top / "tmp/upload").write_text("temporary")
    (top / "sessions/sess_1").write_text("temporary")
    (top / "private/databases.json").write_text("secret of the provider")
    give(tmp_path / "www")
    return top


def test_a_site_is_what_its_customer_sees(site: Path, tmp_path: Path) -> None:
    store = SiteFiles({"root": str(tmp_path / "www")})
    (done,) = _export(tmp_path, store, _selection())
    archive = tmp_path / f"bag/sites/{DOMAIN}/files.tar"
    assert done.error is None, done.error
    assert content(archive, b"htdocs/index.html") == b"hello"
    assert {name for name, member in members(archive).items() if member.isfile()} == {
        b"htdocs/index.html",
        b"htdocs/tmp/kept",
    }
    assert b"secret" not in archive.read_bytes()
    assert {(entry["what"], entry["reason"]) for entry in done.left_out} == {
        ("tmp/", Reason.TEMPORARY),
        ("sessions/", Reason.TEMPORARY),
        ("private/", Reason.SECRET),
    }
    (measurement,) = store.measure([_selection()])
    assert (done.count, measurement["count"], measurement["bytes"]) == (2, 2, 23)


def test_a_site_elsewhere_is_all_that_lies_there(site: Path, tmp_path: Path) -> None:
    (done,) = _export(tmp_path, SiteFiles({}), _selection(root=str(site)))
    assert done.error is None, done.error
    assert content(tmp_path / f"bag/sites/{DOMAIN}/files.tar", b"private/databases.json") == b"secret of the provider"
    assert done.left_out == []


def test_a_site_that_is_new_is_empty_and_one_elsewhere_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    store = SiteFiles({"root": str(tmp_path / "www")})
    assert _export(tmp_path, store, _selection())[0].record()["outcome"] == "empty"
    assert list(store.measure([_selection()])) == []
    gone = _selection(root=str(tmp_path / "gone"))
    (failed,) = _export(tmp_path, store, gone)
    assert failed.error is not None
    assert "register" in failed.error.remedy
    assert next(iter(store.measure([gone])))["error"] is not None


def test_what_is_not_mounted_is_not_empty(tmp_path: Path) -> None:
    (failed,) = _export(tmp_path, SiteFiles({"root": str(tmp_path / "not-there")}), _selection())
    assert isinstance(failed.error, ServiceUnavailable)
    for store in (
        CloudFiles({"files": f"{tmp_path}/not-there/{{address}}"}),
        WebStatistics({"pages": f"{tmp_path}/not-there/{{domain}}"}),
    ):
        with pytest.raises(ServiceUnavailable, match="not-there"):
            _export(tmp_path, store, _selection())


@pytest.mark.parametrize("level", ["www", CUSTOMER, DOMAIN])
def test_links_on_the_way_to_a_site_are_refused(site: Path, tmp_path: Path, level: str) -> None:
    victim = {"www": tmp_path / "www", CUSTOMER: site.parent, DOMAIN: site}[level]
    victim.rename(tmp_path / "aside")
    victim.symlink_to(tmp_path / "aside")
    (failed,) = _export(tmp_path, SiteFiles({"root": str(tmp_path / "www")}), _selection())
    assert isinstance(failed.error, UnsafePath)


@needs_root
def test_who_reads_a_site(tmp_path: Path) -> None:
    top = tmp_path / "site"
    top.mkdir()
    descriptor = os.open(top, os.O_RDONLY)
    try:
        nobody = pwd.getpwnam("nobody")
        assert process.owner_of(descriptor) == Identity(nobody.pw_uid, nobody.pw_gid)
        os.chown(top, STRANGER.uid, STRANGER.gid)
        assert process.owner_of(descriptor) == STRANGER
    finally:
        os.close(descriptor)
    assert process.identity_of("root") is None
    assert process.identity_of("no-such-user") is None
    found = process.identity_of("nobody")
    assert found is not None
    assert found.uid == nobody.pw_uid


@needs_root
def test_groups_of_the_customer_let_it_in(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(site, 0, 54321)
    site.chmod(0o750)
    store = SiteFiles({"root": str(tmp_path / "www")})
    monkeypatch.setattr(os, "getgrouplist", lambda _user, gid: [gid])
    assert _export(tmp_path, store, _selection())[0].error is not None
    monkeypatch.setattr(os, "getgrouplist", lambda _user, gid: [gid, 54321, 0])
    assert _export(tmp_path, store, _selection())[0].error is None
    found = process.identity_of("nobody")
    assert found is not None
    assert 0 not in found.groups


@pytest.fixture
def cloud(tmp_path: Path) -> Mapping[str, object]:
    """Return the place of a cloud with the files of one address."""
    files = tmp_path / "cloud" / ADDRESS / "files"
    files.mkdir(parents=True)
    (files / "letter.txt").write_text("dear")
    (files.parent / "uploads").mkdir()
    (files.parent / "uploads/half").write_text("on its way")
    (files.parent / "account.json").write_text("ours")
    give(tmp_path / "cloud")
    base = f"{tmp_path}/cloud/{{address}}"
    return {"files": f"{base}/files", "uploads": f"{base}/uploads"}


def test_a_cloud_is_its_files(cloud: Place, tmp_path: Path) -> None:
    (done,) = _export(tmp_path, CloudFiles(cloud), _selection())
    assert done.error is None
    assert set(members(tmp_path / f"bag/cloud/{ADDRESS}/files.tar")) == {b".", b"letter.txt"}
    assert done.left_out == [{"what": "uploads (1)", "reason": Reason.TEMPORARY}]
    assert next(iter(CloudFiles(cloud).measure([_selection()])))["count"] == 1


def test_what_the_cloud_has_encrypted_is_told(cloud: Place, tmp_path: Path) -> None:
    (tmp_path / "cloud" / ADDRESS / "files/locked.txt").write_bytes(b"HBEGIN:oc_encryption_module:OC_DEFAULT_MODULE:")
    (done,) = _export(tmp_path, CloudFiles(cloud), _selection())
    assert (done.error, done.count) == (None, 2)
    assert {"what": "Nextcloud (1)", "reason": Reason.ENCRYPTED} in done.left_out


def test_files_of_an_alias_are_delivered(cloud: Place, tmp_path: Path) -> None:
    """It may have had a cloud of its own before."""
    former = tmp_path / "cloud/info@alpenverein.example/files"
    former.mkdir(parents=True)
    (former / "old.txt").write_text("old")
    give(tmp_path / "cloud")
    box = Mailbox(name=ADDRESS, customer=CUSTOMER, cloud=CloudAccess(), aliases=("info@alpenverein.example",))
    _export(tmp_path, CloudFiles(cloud), Selection(CUSTOMER, (), (), (box,)))
    assert content(tmp_path / "bag/cloud/info@alpenverein.example/files.tar", b"old.txt") == b"old"


def test_who_has_opted_out_of_the_cloud_is_handed_what_was_there(cloud: Place, tmp_path: Path) -> None:
    assert len(_export(tmp_path, CloudFiles(cloud), _selection(cloud=False))) == 1
    (tmp_path / "cloud" / ADDRESS).rename(tmp_path / "cloud" / "elsewhere")
    assert _export(tmp_path, CloudFiles(cloud), _selection(cloud=False)) == []
    assert _export(tmp_path, CloudFiles(cloud), _selection())[0].record()["outcome"] == "empty"


@pytest.fixture
def statistics(tmp_path: Path) -> Mapping[str, object]:
    """Return the place of statistics of one site."""
    pages, database = tmp_path / "published" / DOMAIN, tmp_path / "sites" / CUSTOMER / DOMAIN / "db-1"
    pages.mkdir(parents=True)
    database.mkdir(parents=True)
    for name in ("index.html", "report.html", "privacy.html"):
        (pages / name).write_text(name)
    (pages / ".htaccess").write_text("who may see it")
    (database / "IGMP_HITS.db").write_text("hits")
    give(tmp_path / "published")
    give(tmp_path / "sites")
    return {"pages": f"{tmp_path}/published/{{domain}}", "database": f"{tmp_path}/sites/{{customer}}/{{domain}}"}


def test_statistics_are_pages_and_what_they_are_made_of(statistics: Place, tmp_path: Path) -> None:
    (done,) = _export(tmp_path, WebStatistics(statistics), _selection())
    assert done.error is None, done.error
    place = tmp_path / f"bag/sites/{DOMAIN}/statistics"
    assert (place / "report.html").read_text() == "report.html"
    names = ["database.tar", "index.html", "privacy.html", "report.html"]
    assert sorted(path.name for path in place.iterdir()) == names
    assert content(place / "database.tar", b"db-1/IGMP_HITS.db") == b"hits"
    assert done.left_out == [{"what": ".htaccess", "reason": Reason.INDEX}]
    assert next(iter(WebStatistics(statistics).measure([_selection()])))["count"] == 5


def test_pages_in_directories_are_an_archive(statistics: Place, tmp_path: Path) -> None:
    (tmp_path / "published" / DOMAIN / "icons").mkdir()
    give(tmp_path / "published")
    (done,) = _export(tmp_path, WebStatistics(statistics), _selection())
    assert [file["path"].rpartition("/")[2] for file in done.files] == ["pages.tar", "database.tar"]


def _link(page: Path, tmp_path: Path) -> None:
    page.symlink_to(tmp_path / "secret")


def _hard_link(page: Path, tmp_path: Path) -> None:
    os.link(tmp_path / "secret", page)


def _fifo(page: Path, _tmp_path: Path) -> None:
    os.mkfifo(page)


@needs_root
@pytest.mark.parametrize(
    ("put", "reason"), [(_link, Reason.ELSEWHERE), (_hard_link, Reason.UNREADABLE), (_fifo, Reason.SPECIAL)]
)
def test_pages_that_are_somebody_elses_are_named(
    statistics: Place, tmp_path: Path, put: Callable[[Path, Path], None], reason: Reason
) -> None:
    (tmp_path / "secret").write_text("of somebody else")
    (tmp_path / "published" / DOMAIN / "report.html").unlink()
    put(tmp_path / "published" / DOMAIN / "report.html", tmp_path)
    (done,) = _export(tmp_path, WebStatistics(statistics), _selection())
    assert done.error is None
    assert {"what": "report.html", "reason": reason} in done.left_out
    place = tmp_path / f"bag/sites/{DOMAIN}/statistics"
    assert sorted(path.name for path in place.iterdir()) == ["database.tar", "index.html", "privacy.html"]


def test_sites_without_statistics_are_empty(statistics: Place, tmp_path: Path) -> None:
    (tmp_path / "published" / DOMAIN).rename(tmp_path / "published" / "other.example")
    (tmp_path / "sites" / CUSTOMER).rename(tmp_path / "sites" / "other")
    assert _export(tmp_path, WebStatistics(statistics), _selection())[0].record()["outcome"] == "empty"


@pytest.mark.parametrize(
    ("store", "place", "key"),
    [
        (SiteFiles, {"root": "www"}, "site_files.root"),
        (SiteFiles, {"root": "/srv/../etc"}, "site_files.root"),
        (SiteFiles, {"roots": "/srv/www"}, "site_files.roots"),
        (CloudFiles, {}, "cloud_files.files"),
        (CloudFiles, {"files": "/srv/{login}"}, "cloud_files.files"),
        (WebStatistics, {}, "web_statistics.pages"),
        (WebStatistics, {"pages": "/a/{domain}", "database": "b"}, "web_statistics.database"),
    ],
)
def test_places_that_mean_nothing_are_refused(store: Callable[[Place], Store], place: Place, key: str) -> None:
    with pytest.raises(ItemRefused) as refused:
        store(place)
    assert f"hosting_stores.{key}" in refused.value.message
