# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""inventories/example is complete: every role finds what it requires, each name of a service is in a certificate."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "inventories" / "example"
# What the page has operators put into vault.yml.
SERVICES = ("cloud", "dovecot", "postfix", "proftpd", "prosody", "statistics", "webmail")
# Variable with the name of a service -> the group on whose host it answers, and the role that has its default.
NAMES = {
    "hosting_webmail_host_name": ("hosting_webmail", "webmail"),
    "hosting_database_tool_host_name": ("hosting_database_tool", "database_tool"),
    "hosting_statistics_host_name": ("hosting_web", "statistics"),
    "hosting_downloads_host_name": ("hosting_web", "downloads"),
    "hosting_cloud_host_name": ("hosting_cloud", "cloud"),
    "hosting_chat_host_name": ("hosting_chat", "chat"),
    "hosting_chat_upload_host": ("hosting_chat", "chat"),
    "hosting_mail_hostname": ("hosting_mail", "mail"),
}
ENDPOINTS = {
    **dict.fromkeys(("imap", "submission"), "hosting_mail"),
    **dict.fromkeys(("ftp", "sftp", "statistics", "web"), "hosting_web"),
    **dict.fromkeys(("cloud", "webdav", "caldav", "carddav"), "hosting_cloud"),
    "webmail": "hosting_webmail",
    "database": "hosting_database",
    "database_tool": "hosting_database_tool",
    "xmpp": "hosting_chat",
}


def _ansible(tmp_path: Path, playbook: str | Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a playbook of the example on this machine, without becoming anybody."""
    passwords = {"hosting_directory_services": {name: {"password": f"of {name}"} for name in SERVICES}}
    given = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    (tmp_path / "ansible.cfg").write_text("[defaults]\nretry_files_enabled = False\n", "utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg"),
        "LC_ALL": "C.UTF-8",
    }
    command = [sys.executable, "-m", "ansible", "playbook", "-i", str(EXAMPLE), str(playbook)]
    more = ["-e", json.dumps(given), *(arguments or ["-e", json.dumps(passwords)])]
    return subprocess.run([*command, *more], env=environment, capture_output=True, text=True, check=False, timeout=300)


def test_every_role_finds_what_it_requires(tmp_path: Path) -> None:
    """As the page has operators look first: a tag that no task has leaves the checks of settings."""
    passwords = {"hosting_directory_services": {name: {"password": f"of {name}"} for name in SERVICES}}
    done = _ansible(tmp_path, "magmasoft.hosting.servers", "--tags", "settings", "-e", json.dumps(passwords))
    assert done.returncode == 0, done.stdout + done.stderr
    validated = set(re.findall(r"TASK \[magmasoft\.hosting\.(\w+) : Validating arguments", done.stdout))
    plays = yaml.safe_load((ROOT / "playbooks" / "servers.yml").read_text("utf-8"))
    named = {entry["role"].rpartition(".")[2] for play in plays for entry in play.get("roles", [])}
    assert validated == named - {"settings"}


def test_passwords_that_nobody_has_written_are_named(tmp_path: Path) -> None:
    done = _ansible(tmp_path, "magmasoft.hosting.servers", "--tags", "settings")
    assert done.returncode != 0
    assert "vault.yml has no passwords yet" in " ".join(done.stdout.split())


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, Any]]:
    """Return what each host of the example has, the defaults of the roles that name a service included."""
    place = tmp_path_factory.mktemp("example")
    wanted = ["group_names", "hosting_certificates_names", "hosting_endpoints", *NAMES]
    shown = "{{ {" + ", ".join(f"'{name}': {name}" for name in wanted) + "} | to_json }}"
    play = {
        "hosts": "all:!localhost",
        "gather_facts": False,
        # with the tag only the copy below runs, and the defaults are there
        "roles": [f"magmasoft.hosting.{role}" for role in sorted({role for _group, role in NAMES.values()})],
        "tasks": [
            {
                "ansible.builtin.copy": {"dest": f"{place}/{{{{ inventory_hostname }}}}.json", "content": shown},
                "tags": ["shown"],
            }
        ],
    }
    (place / "play.yml").write_text(yaml.safe_dump([play]), "utf-8")
    done = _ansible(place, place / "play.yml", "--tags", "shown", "-e", json.dumps({"hosting_directory_services": {}}))
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.stem: json.loads(path.read_text("utf-8")) for path in place.glob("*.json")}


def _names(host: Mapping[str, Any]) -> Iterator[str]:
    """Yield every name by which somebody reaches a service on a host."""
    for variable, (group, _role) in NAMES.items():
        if group in host["group_names"]:
            yield host[variable]
    for service, endpoint in host["hosting_endpoints"].items():
        if ENDPOINTS[service] in host["group_names"] and endpoint.get("security") != "socket":
            yield from endpoint.get("hosts", {}).values()
            if "host" in endpoint:
                yield endpoint["host"]
            if "url" in endpoint:
                yield str(urllib.parse.urlsplit(endpoint["url"]).hostname)


def test_every_name_of_a_service_is_in_the_certificate_of_its_host(hosts: Mapping[str, Mapping[str, Any]]) -> None:
    assert len(hosts) == 2
    for name, host in hosts.items():
        assert {name, *_names(host)} == set(host["hosting_certificates_names"])


def test_the_page_tells_where_every_name_leads(hosts: Mapping[str, Mapping[str, Any]]) -> None:
    page = (ROOT / "docs" / "first-servers.md").read_text("utf-8")
    for name, host in hosts.items():
        row = next(line for line in page.splitlines() if line.endswith(f"the address of `{name.partition('.')[0]}` |"))
        told = {
            f"{label}.example.net" for label in re.findall(r"`([\w.]+)`", row.rpartition("|")[0].partition("| A")[0])
        }
        assert told == set(host["hosting_certificates_names"])
