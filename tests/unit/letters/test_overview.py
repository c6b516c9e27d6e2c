# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a letter tells beside logins: of sites, addresses and keys."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import Endpoint, Login
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.overview import Holdings, fingerprint, overview

from .conftest import ENDPOINTS

FILES = Login("file_login", "alp", "alp")
BLOG = Login("file_login", "alp-blog", "alp", site="blog.example")
WEB = Endpoint(None, 443, None, None)
STATISTICS = Endpoint(None, None, None, "https://statistics.example/")


def _site(name: str = "alp.example", **fields: Any) -> dict[str, Any]:
    return {"name": name, "customer": "alp", "aliases": ["www.alp.example"], "host": None, "managed": True, **fields}


def _box(name: str = "office@alp.example", **fields: Any) -> dict[str, Any]:
    usual = {"aliases": ["info@alp.example"], "forward_to": [], "keep_copy": True, "quota": 2**31, "managed": True}
    return {"name": name, "customer": "alp", **usual, **fields}


def test_a_site_is_told_with_everything_to_begin_with() -> None:
    (told,) = overview(Holdings([_site()]), [FILES], {**ENDPOINTS, "web": WEB, "statistics": STATISTICS})["sites"]
    assert told == {
        "name": "alp.example",
        "url": "https://alp.example/",
        "aliases": ["www.alp.example"],
        "folder": "alp.example/htdocs",
        "statistics": "https://statistics.example/alp.example/",
        "server": "files.example",
    }


@pytest.mark.parametrize(
    ("logins", "folder"),
    [
        ([FILES, BLOG], "blog.example/htdocs"),
        ([BLOG], "htdocs"),
        ([replace(BLOG, site="alp.example")], None),
        ([], None),
    ],
)
def test_the_folder_is_what_a_login_sees(logins: list[Login], folder: str | None) -> None:
    (told,) = overview(Holdings([_site("blog.example")]), logins, ENDPOINTS)["sites"]
    assert told["folder"] == folder


def test_with_several_web_hosts_each_site_has_the_names_of_its_own() -> None:
    names = {"web1": "one.example", "web2": "two.example"}
    endpoints = {"sftp": replace(WEB, hosts=names), "statistics": replace(WEB, hosts=names, port=8443)}
    sites = [_site("a.example", host="web1"), _site("b.example", host="web2")]
    told = overview(Holdings(sites), [FILES], endpoints)["sites"]
    assert [site["server"] for site in told] == ["one.example", "two.example"]
    assert told[1]["statistics"] == "https://two.example:8443/b.example/"
    # one host alone need not be named
    alone = {"sftp": replace(WEB, hosts={"web1": "one.example"})}
    assert overview(Holdings([_site()]), [FILES], alone)["sites"][0]["server"] == "one.example"


def test_what_is_not_ours_is_not_told() -> None:
    told = overview(Holdings([_site(managed=False)], [_box(managed=False)]), [], ENDPOINTS)
    assert told == {"sites": [], "addresses": [], "mail_server": None, "fingerprints": []}


def test_an_address_is_told_with_its_aliases_and_room() -> None:
    away = _box("away@alp.example", aliases=[], forward_to=["a@b.example"], keep_copy=False, quota=None)
    told = overview(Holdings((), [_box(), away]), [], ENDPOINTS)
    assert told["mail_server"] == "mail.example"
    assert told["addresses"] == [
        {
            "name": "office@alp.example",
            "aliases": ["info@alp.example"],
            "forward_to": [],
            "keep_copy": True,
            "quota": 2**31,
        },
        {"name": "away@alp.example", "aliases": [], "forward_to": ["a@b.example"], "keep_copy": False, "quota": None},
    ]


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_fingerprint_is_as_openssh_shows_it(tmp_path: Path, kind: str) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "a comment", "-f", tmp_path / "key"], check=True)
    shown = subprocess.run(["ssh-keygen", "-lf", tmp_path / "key.pub"], check=True, capture_output=True, text=True)
    _bits, digest, *_comment, _kind = shown.stdout.split()
    key = (tmp_path / "key.pub").read_text()
    assert fingerprint(key) == f"{digest} ({kind.upper()})"
    told = overview(Holdings(host_keys={"web1": [key, key], "web2": ["ssh-rsa AAAA"]}), [FILES], ENDPOINTS)
    assert told["fingerprints"][0] == fingerprint(key)
    assert len(told["fingerprints"]) == 2
    here = overview(
        Holdings(host_keys={"web1": [key], "web2": ["ssh-rsa AAAA"]}), [replace(FILES, hosts=("web1",))], ENDPOINTS
    )
    assert here["fingerprints"] == [fingerprint(key)]


@pytest.mark.parametrize("key", ["", "ssh-rsa", "ssh-rsa ???"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(HostingError, match="host_keys"):
        fingerprint(key)
