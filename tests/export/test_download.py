# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bags that are downloaded with curl. Who has no link, whose link has ended, and a customer's site get nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.site import ONE, PHP, Sites, as_json, php
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider, recap

NAME = os.environ.get("HOSTING_TEST_DOWNLOADS", "download.lab.example")
CUSTOMER, BAG = "test-handed-over", "test-handed-over-big"
# Whose bag the playbook makes.
TOLD = "test-told"
PLACE, BAGS, LOGS = "/var/lib/hosting/downloads", "/var/lib/hosting/bags", "/var/log/hosting/downloads"
# What a test was shown.
SEEN = "/root/download-test"
# More than the buffers of the connection hold.
SIZE = 40_000_000


@dataclass
class Answer:
    """What curl was told. ``head`` is without the date."""

    code: int
    head: list[str] = field(default_factory=list)
    body: bytes = b""


class Downloads:
    """A sealed bag on the host, and links to it."""

    def __init__(self, host: Host, place: Path) -> None:
        self.host = host
        self.address = host.address
        self.authority = place / "ca.crt"
        self.authority.write_text(host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")

    def seal(self) -> None:
        """Put a bag there as the module customer_export leaves it."""
        file = f"{BAG}.tar"
        seal = {"bag": BAG, "customer": CUSTOMER, "file": file, "bytes": SIZE, "seal": "5f" * 32}
        self.shell(
            f"umask 077; mkdir -p {BAGS}/{CUSTOMER}/{BAG}; cd {BAGS}/{CUSTOMER}/{BAG};"
            f" head -c {SIZE} /dev/urandom > {file}; cat > seal.json",
            stdin=json.dumps(seal),
        )

    def shell(self, script: str, stdin: str = "") -> str:
        """Run a script of the test on the host."""
        return self.host.run("sh", "-ec", script, stdin=stdin).strip()

    def link(self, **fields: Any) -> str:
        """Return a new token by which the bag can be had."""
        token = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
        done = self.host.converge("download_link", {"links": [{**item(token), **fields}]})
        assert [result["status"] for result in done["results"]] == ["done"], done
        return token

    def told(self) -> dict[str, Any]:
        """Return links and downloads."""
        return self.host.module("download_link", {"customers": [CUSTOMER]})

    def downloads(self) -> int:
        """Return how many there were; those of one link and day are one line."""
        return sum(line["count"] for line in self.told()["downloads"][CUSTOMER])

    def curl(self, url: str, *options: str, check: bool = True) -> str:
        """Run curl on this side; return what it printed."""
        way = ["--cacert", str(self.authority), "--connect-to", f"::{self.address}:", "--path-as-is"]
        done = subprocess.run(["curl", "-sS", *way, *options, url], check=False, capture_output=True)
        assert done.returncode == 0 or not check, done.stderr
        return done.stdout.decode("utf-8", "replace")

    def ask(self, path: str, *options: str, scheme: str = "https") -> Answer:
        """Ask for a path; return the answer as it is."""
        text = self.curl(f"{scheme}://{NAME}{path}", "-i", *options)
        head, _blank, body = text.replace("\r\n", "\n").partition("\n\n")
        lines = [line for line in head.lower().splitlines() if not line.startswith("date:")]
        return Answer(int(lines[0].split()[1]), lines, body.encode())

    def sum(self) -> str:
        """Return the SHA-256 of the bag."""
        return self.shell(f"sha256sum {BAGS}/{CUSTOMER}/{BAG}/{BAG}.tar").split()[0]

    def files_with(self, text: str) -> str:
        """Return the files of the host in which a text stands."""
        return self.host.run(
            "grep", "-rlaFs", "-f", "-", *(f"--exclude-dir={name}" for name in ("proc", "sys", "dev")), "/",
            stdin=f"{text}\n", check=False,
        )  # fmt: skip


def digest_of(token: str) -> str:
    """Return what the host knows a token by."""
    return hashlib.sha1(token.encode(), usedforsecurity=False).hexdigest()


def item(token: str) -> dict[str, str]:
    """Return a link as the module takes it."""
    until = (datetime.now(UTC) + timedelta(days=7)).strftime("%Y-%m-%dT23:59:59Z")
    return {"name": BAG, "customer": CUSTOMER, "digest": digest_of(token), "until": until}


@pytest.fixture(scope="module")
def published(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Downloads:
    """Return a host with a sealed bag."""
    found = Downloads(host, tmp_path_factory.mktemp("authority"))
    found.seal()
    return found


@pytest.fixture(scope="module")
def token(published: Downloads) -> str:
    """Return a token by which it can be had."""
    return published.link()


def _hash(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def test_a_whole_download_is_counted(published: Downloads, token: str, tmp_path: Path) -> None:
    url, file = f"https://{NAME}/{token}/{BAG}.tar", tmp_path / "bag.tar"
    before = published.downloads()
    published.curl(url, "-o", str(file))
    assert _hash(file) == published.sum()
    # neither a question nor a piece is one
    published.curl(url, "-I")
    published.curl(url, "-r", "100-199", "-o", str(file))
    assert file.stat().st_size == 100
    told = published.told()
    assert len(told["downloads"][CUSTOMER]) == before + 1
    assert told["downloads"][CUSTOMER][-1]["bytes"] == SIZE
    assert told["published"][BAG]["sha256"] == published.sum()
    assert not told["changed"]


def test_a_download_is_resumed_and_counts_once(published: Downloads, token: str, tmp_path: Path) -> None:
    url, file = f"https://{NAME}/{token}/{BAG}.tar", tmp_path / "bag.tar"
    before = published.downloads()
    for _attempt in range(2):
        published.curl(url, "-C", "-", "-o", str(file), "--limit-rate", "6M", "--max-time", "2", check=False)
        assert 0 < file.stat().st_size < SIZE
        assert published.downloads() == before
    published.curl(url, "-C", "-", "-o", str(file))
    assert _hash(file) == published.sum()
    assert published.downloads() == before + 1


def test_pieces_side_by_side_count_once(published: Downloads, token: str, tmp_path: Path) -> None:
    url, third = f"https://{NAME}/{token}/{BAG}.tar", SIZE // 3
    before = published.downloads()
    pieces = [f"{2 * third}-", f"0-{third - 1}", f"{third}-{2 * third - 1}"]
    published.curl(url, "--parallel", "-r", pieces[0], "-o", str(tmp_path / "2"))
    for number, piece in enumerate(pieces[1:]):
        assert published.downloads() == before
        published.curl(url, "-r", piece, "-o", str(tmp_path / str(number)))
    assert hashlib.sha256(b"".join((tmp_path / str(number)).read_bytes() for number in range(3))).hexdigest() == (
        published.sum()
    )
    assert published.downloads() == before + 1


def test_what_a_browser_is_told(published: Downloads, token: str) -> None:
    answer = published.ask(f"/{token}/{BAG}.tar", "-I")
    assert answer.code == 200
    for line in (
        "accept-ranges: bytes",
        f"content-length: {SIZE}",
        "content-disposition: attachment",
        "content-type: application/octet-stream",
        "referrer-policy: no-referrer",
        "cache-control: private, no-store",
        "x-robots-tag: noindex, nofollow, noarchive",
        "x-content-type-options: nosniff",
    ):
        assert line in answer.head
    assert not [line for line in answer.head if line.startswith("content-encoding")]
    several = published.ask(f"/{token}/{BAG}.tar", "-I", "-r", "0-9,20-29")
    assert several.code == 200


def test_everybody_else_gets_one_answer(published: Downloads, token: str) -> None:
    digest, other = digest_of(token), ("A" if token[0] != "A" else "B") + token[1:]
    paths = [
        "/", "/index.html", f"/{other}/{BAG}.tar", f"/{token}", f"/{token}/", f"/{token}/seal.json",
        f"/{token}/{BAG}", f"/{token}/{BAG}.tar/", f"/{token}/../{digest}/{BAG}.tar", f"/{token}/{BAG}.tar%2fx",
        f"/{digest}/{BAG}.tar", f"/{digest}/", f"/{digest}.json", f"/{token}x/{BAG}.tar",
        f"/{token.swapcase()}/{BAG}.tar", f"/{'A' * 43}/x.tar", "/.htaccess",
    ]  # fmt: skip
    answers = {path: published.ask(path) for path in paths}
    wanted = answers["/"]
    assert wanted.code == 404
    assert {path for path, answer in answers.items() if answer != wanted} == set()
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"):
        assert published.ask(f"/{token}/{BAG}.tar", "-X", method) == wanted
    assert published.ask(f"/{token}/{BAG}.tar", scheme="http").code == 404


def test_nothing_on_the_host_has_the_token(published: Downloads, token: str) -> None:
    for path in (f"/{token}/{BAG}.tar", f"/{token}/%zz", f"/{token}/x", f"/{token}/%2f%00"):
        for scheme in ("https", "http"):
            published.ask(path, "-r", "0-9", scheme=scheme)
    published.ask(f"/{token}/{BAG}.tar", "-r", "0-9", "-H", f"Referer: https://{NAME}/{token}/{BAG}.tar")
    assert published.files_with(token) == ""
    # what is logged is of good links, and has neither address nor path
    log = published.shell(f"cat {LOGS}/access.log")
    assert digest_of(token) in log
    for unwanted in (BAG, "HTTP", "curl", " 404 ", published.address.rpartition(".")[0]):
        assert unwanted not in log
    modes = published.shell(f"stat -c '%U:%G %a' {LOGS} {LOGS}/access.log {PLACE} {BAGS} {BAGS}/{CUSTOMER}")
    assert modes.split("\n") == ["root:adm 750", "root:adm 640", "root:www-data 750", *["root:root 700"] * 2]


def test_rotation_loses_no_download(published: Downloads, token: str, tmp_path: Path) -> None:
    published.curl(f"https://{NAME}/{token}/{BAG}.tar", "-o", str(tmp_path / "bag.tar"))
    rotate = "logrotate --force --state /root/download-test-state /etc/logrotate.d/hosting-downloads"
    published.shell(f"rm -f {LOGS}/*.log-*")
    before = published.downloads()
    assert before > 0
    for century in (18, 19):
        published.shell(f"{rotate}; systemctl is-active apache2.service; rm /root/download-test-state")
        assert published.downloads() == before
        # as if it had been on another day, since the day is in the name
        published.shell(f"cd {LOGS}; for f in *.log-20*; do mv $f $(echo $f | sed s/log-20/log-{century}/); done")
    assert "gz" in published.shell(f"ls {LOGS}")
    assert published.downloads() == before
    published.curl(f"https://{NAME}/{token}/{BAG}.tar", "-o", str(tmp_path / "bag.tar"))
    assert published.downloads() == before + 1


def test_an_expired_link_is_removed_by_the_timer(published: Downloads) -> None:
    token = published.link()
    path, digest = f"/{token}/{BAG}.tar", digest_of(token)
    assert published.ask(path, "-I").code == 200
    published.shell("systemctl start hosting-downloads.service")
    assert published.ask(path, "-I").code == 200
    wanted = published.ask("/", "-I")
    published.shell(f'sed -i \'s/"until": "[^"]*"/"until": "2026-01-01T00:00:00Z"/\' {PLACE}/{digest}.json')
    published.shell("systemctl start hosting-downloads.service")
    assert published.ask(path, "-I") == wanted
    assert published.shell(f"stat -c '%U:%G %a %h' {BAGS}/{CUSTOMER}/{BAG}/{BAG}.tar") == "root:root 600 1"
    published.host.start_timer("hosting-downloads.timer")
    assert published.shell(
        "systemctl is-enabled hosting-downloads.timer; systemctl is-active hosting-downloads.timer"
    ) == ("enabled\nactive")


def test_another_link_ends_the_former(published: Downloads) -> None:
    first = published.link()
    second = published.link()
    assert published.ask(f"/{first}/{BAG}.tar", "-I").code == 404
    assert published.ask(f"/{second}/{BAG}.tar", "-I").code == 200
    # the link is one of this name alone
    elsewhere = ("-o", os.devnull, "-w", "%{http_code}", "-H", "Host: unknown.invalid")
    assert published.curl(f"https://{NAME}/{second}/{BAG}.tar", *elsewhere) in ("404", "421")
    done = published.host.converge("download_link", {"links": [{"name": BAG, "customer": CUSTOMER, "state": "absent"}]})
    assert [result["action"] for result in done["results"]] == ["remove"]
    assert published.ask(f"/{second}/{BAG}.tar", "-I").code == 404


@pytest.fixture
def site(host: Host) -> Sites:
    """Return a customer's site with PHP."""
    sites = Sites(host)
    sites.shell(f"groupadd -g 38901 hw-{ONE}; useradd -u 28901 -U -M -s /usr/sbin/nologin hc-{ONE}", check=False)
    done = sites.run(php())
    assert not done["results"] or done["results"][0]["status"] == "done", done
    return sites


def test_a_site_gets_at_no_bag(published: Downloads, site: Sites) -> None:
    token = published.link()
    path = f"{PLACE}/{digest_of(token)}/{BAG}.tar"
    script = (
        "<?php $p = $_GET['p']; echo json_encode([@file_get_contents($p, false, null, 0, 9), @scandir(dirname($p)),"
        " @is_file($p)]);"
    )
    site.write(PHP, "look.php", script)
    assert as_json(site.get(f"https://{PHP}/look.php?p={path}")) == [False, False, False]
    # nor by the system, without what PHP itself forbids
    reading = f"runuser -u hc-{ONE} -- sh -c 'cat {path}; ls {PLACE}; ls {LOGS}; ls {BAGS}' 2>/dev/null; true"
    assert site.shell(reading) == ""
    site.shell(f"cd /srv/www/{ONE}/{PHP}/htdocs; ln -s {path} link; ln -s {PLACE} tree; chown -h hc-{ONE} link tree")
    site.write(
        PHP,
        ".htaccess",
        f'RewriteEngine On\nRewriteRule "^file$" "{path}"\nRewriteRule "^t(.*)$" "{PLACE}$1"\n'
        f'ErrorDocument 404 "{path}"\nRedirect 404 "/missing"\n<Files "auth.html">\nAuthType Basic\nAuthName x\n'
        f'AuthUserFile "{path}"\n'
        "Require valid-user\n</Files>\nSetEnv HOSTING_DOWNLOAD 1\n",
    )
    start = published.shell(f"head -c 16 {path} | od -An -tx1")
    site.write(PHP, "auth.html", "closed")
    for name in (
        "link",
        f"tree/{digest_of(token)}/{BAG}.tar",
        "file",
        "t/",
        "missing",
        f"{token}/{BAG}.tar",
        "auth.html",
    ):
        answer = site.get(f"https://{PHP}/{name}", "-r", "0-15", "--output", SEEN, "-D", "-")
        assert answer.status not in (200, 206), name
        assert published.shell(f"head -c 16 {SEEN} | od -An -tx1; rm -f {SEEN}") != start


@pytest.fixture
def provider(host: Host, tmp_path: Path) -> Provider:
    """A provider whose only customer has nothing but an address."""
    inventory = os.environ.get("HOSTING_TEST_INVENTORY")
    if not inventory:
        pytest.skip("HOSTING_TEST_INVENTORY names no provider; Molecule sets it")
    found = Provider(Host(host.name), Path(inventory), tmp_path)
    found.customer(TOLD, sites=[], databases=[], language="it")
    return found


def test_the_playbook_hands_over(published: Downloads, provider: Provider, tmp_path: Path) -> None:
    """The letter has the link, and no output of any run; each download is one line of the evidence."""
    asked = {"customer": TOLD, "kinds": "site_files", "bag": "big", "hosting_ca_file": ""}
    first = provider.run("export", "-vvv", "--diff", deliver="download", days="3", **asked)
    assert first.code == 0, first.output[-3000:]
    letter = provider.letters / "downloads" / f"{TOLD}.big.txt"
    url = next(word for word in letter.read_text("utf-8").split() if word.startswith("https://"))
    token = url.split("/")[3]
    assert str(letter.with_suffix(".html")) in first.output
    assert "Buongiorno" in letter.read_text("utf-8")
    file = tmp_path / "bag.tar"
    published.curl(url, "-o", str(file))
    assert _hash(file) in letter.read_text("utf-8")

    second = provider.run("export", "-vvv", "--diff", deliver="download", **asked)
    third = provider.run("export", **asked)
    for run in (second, third):
        assert run.code == 0, run.output[-3000:]
        assert url in letter.read_text("utf-8")
    assert "changed=0" in recap(second.output, published.host.name)
    assert "changed=0" in recap(third.output, "localhost")
    assert [line["what"] for line in _evidence(tmp_path)] == ["export", "link", "download"]
    assert _evidence(tmp_path)[2]["bytes"] == file.stat().st_size

    published.curl(url, "-o", str(file))
    for _run in range(2):
        told = provider.run("report", customer=TOLD, kinds="site_files", hosting_reports_dir=str(tmp_path / "reports"))
        assert told.code == 0, told.output[-3000:]
    # the second download is noted once
    assert [line["what"] for line in _evidence(tmp_path)][3:] == ["report", "download", "report"]

    gone = provider.run("withdraw", "-vvv", **asked)
    assert gone.code == 0, gone.output[-3000:]
    assert published.curl(url, "-o", os.devnull, "-w", "%{http_code}") == "404"
    assert list((provider.letters / "downloads").iterdir()) == []
    assert [line["what"] for line in _evidence(tmp_path)][6:] == ["withdrawal"]
    for run in (first, second, third, gone):
        assert token not in run.output
    assert published.files_with(token) == ""


def test_what_can_t_be_delivered_is_refused_first(provider: Provider) -> None:
    for options in ({"form": "directory"}, {"days": "61"}, {"days": "0"}):
        started = time.monotonic()
        run = provider.run("export", customer=TOLD, kinds="site_files", deliver="download", **options)
        assert run.code != 0
        assert "pass -e deliver=download" in run.output
        assert time.monotonic() - started < 60
    assert provider.run("export", customer=TOLD, deliver="mail").code != 0


def _evidence(place: Path) -> list[dict[str, Any]]:
    text = (place / "evidence" / f"{TOLD}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]
