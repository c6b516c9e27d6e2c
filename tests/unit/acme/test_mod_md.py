# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites of former releases, whose certificates came by mod_md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._acme.mod_md import take_over
from ansible_collections.magmasoft.hosting.plugins.module_utils._acme.store import FILE
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.certificates import facts_of, make_request

from .authority import Signer

SITE, NEW, LOCAL = "verein.example", "new.example", "local.example"
_VHOST = """# magmasoft.hosting: site {0} of one; changes made here are lost.
MDomain "{0}" "www.{0}"
<VirtualHost *:80>
    ServerName "{0}"
</VirtualHost>
<VirtualHost *:443>
    ServerName "{0}"
    SSLEngine On
    DirectoryIndex index.html
</VirtualHost>
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Make two generations with hard links, as there are, and what mod_md has of one site."""
    sites = (SITE, NEW, LOCAL)
    for number in (6, 7):
        apache = tmp_path / "web" / "generations" / str(number) / "apache"
        apache.mkdir(parents=True)
        for site in sites:
            text = _VHOST.format(site)
            if site == LOCAL:
                text = text.replace(f'MDomain "{site}" "www.{site}"\n', "")
            (apache / f"{site}.conf").write_text(text)
        files = {site: {f"apache/{site}.conf": "digest"} for site in sites}
        manifest = {"format": 1, "notes": {}, "files": files, "daemons": {}}
        (apache.parent / "manifest.json").write_text(json.dumps(manifest))
    for link in ("current", "proved"):
        (tmp_path / "web" / link).symlink_to("generations/7")
    for site in sites:
        path = tmp_path / "web" / "generations" / "7" / "apache" / f"{site}.conf"
        path.unlink()
        path.hardlink_to(tmp_path / "web" / "generations" / "6" / "apache" / path.name)
    store = tmp_path / "md" / "domains" / SITE
    store.mkdir(parents=True)
    asked = make_request([SITE, f"www.{SITE}"])
    (store / "pubcert.secp256r1.pem").write_bytes(Signer().sign(asked.request))
    (store / "privkey.secp256r1.pem").write_bytes(asked.key)
    return tmp_path


def _take_over(place: Path) -> list[str]:
    return take_over(str(place / "web"), str(place / "certificates"), str(place / "md"))


def test_sites_come_over_with_their_certificates(place: Path) -> None:
    assert _take_over(place) == [SITE, NEW]
    for site in (SITE, NEW):
        path = place / "certificates" / site / FILE
        text = (place / "web" / "current" / "apache" / f"{site}.conf").read_text()
        assert "MDomain" not in text
        assert text.count(f'    SSLEngine On\n    SSLCertificateFile "{path}"\n') == 1
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        facts = facts_of(path.read_bytes())
        assert facts is not None
        # of one there is a certificate, the other has to wait for its first
        assert facts.stand_in == (site == NEW)
    assert facts_of((place / "certificates" / SITE / FILE).read_bytes()) is not None
    # former generations stay as they are, and so does who never needed it
    assert "MDomain" in (place / "web" / "generations" / "6" / "apache" / f"{SITE}.conf").read_text()
    assert not (place / "certificates" / LOCAL).exists()


def test_a_second_run_finds_nothing(place: Path) -> None:
    _take_over(place)
    before = (place / "certificates" / SITE / FILE).read_bytes()
    assert _take_over(place) == []
    assert (place / "certificates" / SITE / FILE).read_bytes() == before


def test_a_certificate_of_another_key_is_left_behind(place: Path) -> None:
    (place / "md" / "domains" / SITE / "privkey.secp256r1.pem").write_bytes(make_request([SITE]).key)
    _take_over(place)
    facts = facts_of((place / "certificates" / SITE / FILE).read_bytes())
    assert facts is not None
    assert facts.stand_in
