# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many sites on one host. HOSTING_TEST_SCALE says how many, 1000 for the figures that are quoted; without it, none."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.site import STATE

_PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - name: Apply sites
      magmasoft.hosting.site: "{{ arguments }}"
"""
# What the module reads when there is nothing to do: the same files, the same places, nothing compared.
_BARE = """
import glob, hashlib, json, os, socket
root = os.path.realpath("/var/lib/hosting/web/current")
manifest = json.loads(open(root + "/manifest.json", "rb").read())
for name in ("passwd", "group"):
    for line in open("/etc/" + name):
        line.rstrip().split(":")
for path in glob.glob("/etc/hosting/web/templates/*.j2") + ["/etc/hosting/ca/ca.crt"]:
    hashlib.sha256(open(path, "rb").read()).hexdigest()
for page in ("/apache", "/php"):
    with socket.create_connection(("127.0.0.1", 8079)) as connection:
        connection.sendall(f"GET {page} HTTP/1.0\\r\\n\\r\\n".encode())
        while connection.recv(4096):
            pass
for files in manifest["files"].values():
    for path in files:
        hashlib.sha256(open(f"{root}/{path}", "rb").read()).hexdigest()
for name, notes in manifest["notes"].items():
    top = f"/srv/www/{notes['customer']}"
    places = [top, f"{top}/{name}", f"{top}/{name}/htdocs", f"{top}/{name}/private"]
    places.append(f"/etc/hosting/certificates/sites/{name}/site.pem")
    if notes.get("kind") == "php":
        places += [f"{top}/{name}/tmp", f"{top}/{name}/sessions"]
    if notes.get("log") == "own":
        places += [f"/var/log/hosting/web/{name}{part}" for part in ("", "/access.log", "/error.log")]
    for place in places:
        if os.path.lexists(place):
            os.lstat(place)
    for part in ("databases.json", "databases.php"):
        if os.path.lexists(f"{top}/{name}/private/{part}"):
            open(f"{top}/{name}/private/{part}", "rb").read()
"""
_MEASURE = """
import json, os, subprocess, sys, time
def once(path):
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, path], stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    return time.monotonic() - started, usage.ru_maxrss / 1024
paths = sys.argv[1:]
runs = {path: [once(path) for _ in range(11)] for path in paths}
print(json.dumps([[min(run[0] for run in runs[path]), max(run[1] for run in runs[path])] for path in paths]))
"""


class Crowd:
    """Customers with a site each, three of ten with PHP, a database and logs of their own."""

    def __init__(self, host: Host, number: int, directory: Path) -> None:
        self.host = host
        self.directory = directory
        names = [f"test-crowd-{place:04}" for place in range(number)]
        self.users = {
            name: {"user": f"hc-{name}", "uid": 27000 + place, "web_gid": 37000 + place}
            for place, name in enumerate(names)
        }
        self.sites = [self._site(place, name) for place, name in enumerate(names)]

    def run(self, sites: list[dict[str, Any]], *options: str, **more: Any) -> dict[str, Any]:
        """Run the module through a play: so many arguments fit into no command line."""
        arguments = {"sites": sites, "users": self.users, **more}
        (self.directory / "arguments.json").write_text(json.dumps({"arguments": arguments}))
        (self.directory / "play.yml").write_text(_PLAY)
        command = ["ansible-playbook", "-i", f"{self.host.name},", "-c", "containers.podman.podman", *options]
        command += ["-e", "ansible_python_interpreter=/usr/bin/python3", "-e", "ansible_no_target_syslog=true"]
        command += ["-e", f"@{self.directory / 'arguments.json'}", str(self.directory / "play.yml")]
        environment = {**os.environ, "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json", "ANSIBLE_KEEP_REMOTE_FILES": "1"}
        self.host.run("rm", "-rf", "/root/.ansible/tmp")
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
        result: dict[str, Any] = json.loads(done.stdout)["plays"][0]["tasks"][0]["hosts"][self.host.name]
        return result

    def passwords(self) -> dict[str, str]:
        """Return the passwords of all databases."""
        return {name: f"password of {name}" for site in self.sites for name in site["databases"]}

    def _site(self, place: int, name: str) -> dict[str, Any]:
        dynamic = place % 10 < 3
        return {
            "name": f"{name}.example",
            "customer": name,
            "kind": "php" if dynamic else "static",
            "log": "own" if dynamic else "shared",
            "aliases": [f"www.{name}.example"],
            "databases": [f"{name}-web"] if dynamic else [],
        }


@pytest.fixture(scope="module")
def crowd(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """Return a host on which nothing of the crowd is there, before and after."""
    number = int(os.environ.get("HOSTING_TEST_SCALE", "0"))
    if not number:
        pytest.skip("HOSTING_TEST_SCALE says how many sites; this takes minutes")
    found = Crowd(host, number, tmp_path_factory.mktemp("crowd"))
    yield found
    found.run([{**site, "state": "absent"} for site in found.sites], purge=True)
    host.run("rm", "-rf", "/root/.ansible/tmp", "/root/bare.py", "/root/measure.py")


def _reloads(host: Host, since: str) -> int:
    host.run("journalctl", "--sync")
    units = ["-u", "apache2.service", "-u", "php*-fpm.service"]
    return host.run("journalctl", "--output=cat", f"--since=@{since}", *units).count("Reloading ")


def _now(host: Host) -> str:
    return host.run("date", "+%s.%N").strip()


def test_many_sites(crowd: Crowd) -> None:
    host = crowd.host
    before = _now(host)
    started = time.monotonic()
    made = crowd.run(crowd.sites, database_passwords=crowd.passwords())
    print(f"{len(crowd.sites)} sites made in {time.monotonic() - started:.1f} s, Ansible included")  # noqa: T201
    assert made["counts"] == {"done": len(crowd.sites), "unchanged": 0}
    assert _reloads(host, before) == 2

    before, stamp = _now(host), "/root/.ansible/stamp"
    host.run("touch", stamp)
    changed = crowd.run([{**crowd.sites[-1], "aliases": []}, *crowd.sites[:-1]])
    assert changed["counts"] == {"done": 1, "unchanged": len(crowd.sites) - 1}
    assert _reloads(host, before) == 1
    written = host.run("find", f"{STATE}/current/", "-newer", stamp, "-type", "f", "-name", "test-crowd-*")
    assert written.split() == [f"{STATE}/current/apache/{crowd.sites[-1]['name']}.conf"]


def test_nothing_to_do_costs_little_more_than_reading(crowd: Crowd) -> None:
    host = crowd.host
    crowd.run(crowd.sites, database_passwords=crowd.passwords())
    again = crowd.run(crowd.sites)
    assert again["counts"] == {"unchanged": len(crowd.sites)}
    module = host.run("sh", "-c", "ls /root/.ansible/tmp/*/AnsiballZ_site.py").strip()
    for name, text in (("bare", _BARE), ("measure", _MEASURE)):
        host.run("tee", f"/root/{name}.py", stdin=text)
    (bare, _memory), (ours, memory) = json.loads(host.run("python3", "/root/measure.py", "/root/bare.py", module))
    print(f"bare script {bare:.3f} s, module {ours:.3f} s, {ours / bare:.1f} times, {memory:.0f} MB")  # noqa: T201
    assert memory < 200
    # Of this, an empty module with the same arguments takes more than half: that part is Ansible's own.
    assert ours < 6 * bare
