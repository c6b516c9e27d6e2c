# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""FTP with TLS and SFTP with a client that nobody here wrote: into one's own tree, and never out of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

ONE, TWO = "files-one", "files-two"
PASSWORD = "a-good-pass-word"
LFTP = """\
set cmd:fail-exit false
set net:max-retries 1
set net:timeout 10
set ssl:ca-file /etc/hosting/certificates/ca.crt
set ssl:check-hostname false
set ftp:ssl-force true
set ftp:ssl-protect-data true
set sftp:auto-confirm true
set net:socket-bind-ipv4 {address}
set sftp:connect-program "ssh -a -x -b {address}"
open -u {user},{password} {url}
"""
# The client of OpenSSH asks a program where it has no terminal.
SFTP = """\
cd "$(mktemp -d)"
printf '#!/bin/sh\\necho {password}\\n' > ask
chmod 700 ask
export SSH_ASKPASS="$PWD/ask" SSH_ASKPASS_REQUIRE=force
ssh-keygen -q -t ed25519 -N '' -f key
exec sftp -F none -i key -P 2222 -o BindAddress={address} \\
    -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR \\
    -o NumberOfPasswordPrompts=1 {user}@127.0.0.1 2>&1
"""
URLS = {"ftp": "ftp://127.0.0.1", "sftp": "sftp://127.0.0.1:2222"}
# Guesses as somebody would who knows that a session ends with the third wrong password: two, and away. Says what was
# answered to each.
GUESS = """
import ftplib, json, ssl, sys
address, user, right = sys.argv[1:]
context = ssl._create_unverified_context()
said = []
for session in range(12):
    try:
        connection = ftplib.FTP_TLS(context=context, timeout=10, source_address=(address, 0))
        connection.connect("127.0.0.1")
        connection.auth()
    except (ftplib.Error, EOFError, OSError):
        said.append("shut out")
        continue
    for password in ("wrong", "wrong") if session < 11 else (right,):
        try:
            connection.sendcmd("USER " + user)
            said.append(connection.sendcmd("PASS " + password)[:3])
        except ftplib.error_perm as error:
            said.append(str(error)[:3])
        except (EOFError, OSError):
            break
    connection.close()
print(json.dumps(said))
"""


@dataclass
class Files:
    """Two customers with a site each, the first with a login for all and one for the site, and a client."""

    host: Host
    base: str
    # who guesses wrong is shut out by the address: each client has its own
    _clients: Iterator[int] = field(default_factory=lambda: count(1))

    def apply(self, state: str = "present") -> None:
        """Bring the customers, their logins and their sites to a state."""
        customers = [{"name": name, "customer": name, "state": state} for name in (ONE, TWO)]
        logins = [
            {"name": ONE, "customer": ONE, "state": state},
            {"name": f"{ONE}-site", "customer": ONE, "site": f"{ONE}.example", "state": state},
            {"name": TWO, "customer": TWO, "state": state},
        ]
        hashed = hash_password("file_login", PASSWORD)
        accounts = self.host.module(
            "customer_account",
            {
                "directory": {"base": self.base},
                "customers": customers,
                "file_logins": logins,
                "password_hashes": {login["name"]: hashed for login in logins},
            },
        )
        assert not accounts.get("failed"), accounts["msg"]
        sites = [{"name": f"{name}.example", "customer": name} for name in (ONE, TWO)]
        made = self.host.module("site", {"sites": sites, "users": accounts["users"]})
        assert not made.get("failed"), made["msg"]

    def address(self) -> str:
        """Return an address of this host from which nobody has come yet."""
        number = next(self._clients)
        return f"127.1.{number // 200}.{number % 200 + 1}"

    def client(
        self, protocol: str, *commands: str, user: str = ONE, password: str = PASSWORD, address: str | None = None
    ) -> str:
        """Log in with lftp, run its commands, and return all that it said."""
        script = LFTP.format(user=user, password=password, url=URLS[protocol], address=address or self.address())
        # the client must not run where the files are, where it would find them by itself
        text = "cd /tmp\nexport LC_ALL=C.UTF-8\nexec lftp -f /dev/stdin 2>&1"
        self.host.run("sh", "-c", "cat > /root/lftp-test", stdin=script + "\n".join(commands) + "\n")
        return self.host.run("sh", "-c", text.replace("/dev/stdin", "/root/lftp-test"), check=False)

    def sftp(self, *commands: str, user: str = ONE, password: str = PASSWORD) -> str:
        """Log in with the client of OpenSSH, run its commands, and return all that it said."""
        script = SFTP.format(user=user, password=password, address=self.address())
        return self.host.run("sh", "-c", script, stdin="\n".join([*commands, ""]), check=False)

    def htdocs(self, customer: str = ONE) -> str:
        """Return the path of a site's document root."""
        return f"/srv/www/{customer}/{customer}.example/htdocs"


@pytest.fixture(scope="module")
def files(host: Host, directory_base: str) -> Files:
    """Return the customers."""
    found = Files(host, directory_base)
    found.apply()
    return found


NAMES = (
    "100% sicher.txt",
    "Über uns & mehr.txt",
    "it's.txt",
    '"quoted".txt',
    "-rf",
    "%s%n;$(id).txt",
    "two  spaces.txt",
)
BOTH = pytest.mark.parametrize("protocol", URLS)


@BOTH
def test_a_customer_uploads_and_the_web_server_can_read(files: Files, protocol: str) -> None:
    path = f"{ONE}.example/htdocs/{protocol}.txt"
    said = files.client(protocol, f"put /etc/hostname -o {path}", f"cat {path}", f"ls {ONE}.example")
    name = files.host.run("cat", "/etc/hostname").strip()
    assert name in said
    assert "htdocs" in said
    full = f"/srv/www/{ONE}/{path}"
    assert files.host.run("stat", "-c", "%U %G %a", full).split() == [f"hc-{ONE}", f"hw-{ONE}", "640"]
    assert files.host.run("runuser", "-u", "www-data", "--", "cat", full).strip() == name
    logged = [line.split() for line in files.host.run("cat", "/var/log/proftpd/xferlog").splitlines() if path in line]
    assert logged
    assert all(ONE in line for line in logged)


@BOTH
def test_a_login_for_a_site_sees_that_site_only(files: Files, protocol: str) -> None:
    said = files.client(protocol, "ls", user=f"{ONE}-site")
    assert "htdocs" in said
    assert f"{ONE}.example" not in said


@BOTH
@pytest.mark.parametrize("path", ["/etc/passwd", "../../../../etc/passwd", f"../{TWO}/{TWO}.example/htdocs/secret"])
def test_nobody_leaves_their_tree(files: Files, protocol: str, path: str) -> None:
    files.host.run("sh", "-c", f"echo geheim > {files.htdocs(TWO)}/secret")
    said = files.client(protocol, f"cat {path}", f"put /etc/hostname -o {path}.planted")
    assert "root:" not in said
    assert "geheim" not in said
    assert "Access failed" in said
    assert files.host.run("find", "/etc", "/srv/www", "-name", "*.planted") == ""


@BOTH
def test_links_lead_nowhere(files: Files, protocol: str) -> None:
    top = files.htdocs()
    files.host.run("sh", "-c", f"echo geheim > {files.htdocs(TWO)}/secret")
    files.host.run("ln", "-sfn", "/etc", f"{top}/absolute")
    files.host.run("ln", "-sfn", f"../../../{TWO}/{TWO}.example/htdocs", f"{top}/relative")
    place = f"{ONE}.example/htdocs"
    said = files.client(protocol, f"cat {place}/absolute/passwd", f"cat {place}/relative/secret")
    assert "root:" not in said
    assert "geheim" not in said
    assert said.count("Access failed") == 2


@BOTH
@pytest.mark.parametrize("name", NAMES)
def test_names_of_files_are_names(files: Files, protocol: str, name: str) -> None:
    quoted = name.replace('"', '\\"')
    place = f"{ONE}.example/htdocs"
    said = files.client(protocol, f"cd {place}", f'put /etc/hostname -o "./{quoted}"', "ls", f'cat "./{quoted}"')
    assert files.host.run("ls", "-1N", files.htdocs()).splitlines().count(name) == 1, said
    assert files.host.run("cat", "/etc/hostname").strip() in said
    logged = files.host.run("tail", "-n", "2", "/var/log/proftpd/xferlog").splitlines()
    # one line for each transfer, whatever the name, and the login where it always stands
    assert [line.split()[-5] for line in logged] == [ONE, ONE], logged
    files.client(protocol, f"cd {place}", f'rm "./{quoted}"')
    assert name not in files.host.run("ls", "-1N", files.htdocs()).splitlines()


def test_the_client_of_openssh(files: Files) -> None:
    place = f"{ONE}.example/htdocs"
    said = files.sftp(
        f"put /etc/hostname {place}/openssh.txt", f"ls -l {place}", f"get {place}/openssh.txt back", "!cat back"
    )
    assert "openssh.txt" in said
    name = files.host.run("cat", "/etc/hostname").strip()
    assert name in said.splitlines()
    assert files.host.run("cat", f"{files.htdocs()}/openssh.txt").strip() == name
    assert "ermission denied" in files.sftp("ls", password="wrong")


@pytest.mark.parametrize(
    "commands",
    [
        ("get /etc/passwd taken", "put /etc/hostname /etc/x.planted"),
        ("cd ../../../..", "get etc/passwd taken", "put /etc/hostname x.planted"),
        (f"get ../{TWO}/{TWO}.example/htdocs/secret taken", f"put /etc/hostname ../{TWO}/x.planted"),
        (f"cd {ONE}.example/htdocs", "ln -s /etc out", "get out/passwd taken", "put /etc/hostname out/x.planted"),
        (
            f"cd {ONE}.example/htdocs", f"ln -s ../../../{TWO}/{TWO}.example/htdocs over", "get over/secret taken",
            "put /etc/hostname over/x.planted", "rename over/secret taken", "rm over/secret", "chmod 777 over/secret",
        ),
    ],
)  # fmt: skip
def test_the_client_of_openssh_leads_nowhere_else(files: Files, commands: tuple[str, ...]) -> None:
    files.host.run("sh", "-c", f"umask 022; echo geheim > {files.htdocs(TWO)}/secret")
    said = files.sftp(*commands, "!cat taken")
    assert "root:" not in said
    assert "geheim" not in said
    assert files.host.run("stat", "-c", "%a", f"{files.htdocs(TWO)}/secret").strip() == "644"
    assert files.host.run("find", "/etc", f"/srv/www/{TWO}", "-name", "*.planted") == ""
    files.host.run("rm", "-f", f"{files.htdocs()}/out", f"{files.htdocs()}/over")


@BOTH
@pytest.mark.parametrize("user", ["*", f"{ONE}*", f"{ONE})(uid=*", "root", "www-data", f"hc-{ONE}", ""])
def test_names_are_names(files: Files, protocol: str, user: str) -> None:
    said = files.client(protocol, "ls", user=f"'{user}'")
    assert "htdocs" not in said
    assert f"{ONE}.example" not in said


@BOTH
def test_a_wrong_password(files: Files, protocol: str) -> None:
    assert f"{ONE}.example" not in files.client(protocol, "ls", password="wrong")


def test_every_wrong_password_counts_and_shuts_the_address_out(files: Files) -> None:
    address = files.address()
    said = json.loads(files.host.run("python3", "-", address, ONE, PASSWORD, stdin=GUESS))
    assert said.count("530") == 10, said
    assert "230" not in said
    assert said[-1] == "shut out"
    # nobody else
    assert "htdocs" in files.client("ftp", f"ls {ONE}.example")


def test_wrong_passwords_by_sftp_count_as_well(files: Files) -> None:
    address = files.address()
    for _number in range(10):
        assert "htdocs" not in files.client("sftp", f"ls {ONE}.example", password="wrong", address=address)
    assert "htdocs" not in files.client("sftp", f"ls {ONE}.example", address=address)
    assert "htdocs" in files.client("sftp", f"ls {ONE}.example")


def test_ftp_without_tls_is_refused_before_the_password(files: Files) -> None:
    said = files.host.run("curl", "-s", "-v", "--max-time", "10", f"ftp://{ONE}:{PASSWORD}@localhost/", check=False)
    spoken = files.host.run("sh", "-c", f"curl -s -v --max-time 10 ftp://{ONE}:{PASSWORD}@localhost/ 2>&1 || true")
    assert "550 SSL/TLS required" in spoken
    assert "PASS" not in spoken
    assert said == ""


@BOTH
def test_the_suspended_are_kept_out_and_come_back(files: Files, protocol: str) -> None:
    files.apply("suspended")
    assert f"{ONE}.example" not in files.client(protocol, "ls")
    files.apply()
    assert f"{ONE}.example" in files.client(protocol, "ls")


def test_the_configuration_is_closed(host: Host) -> None:
    modes: dict[str, Any] = {}
    for path in ("hosting-directory.secret", "ssh_host_ed25519_key", "ssh_host_rsa_key"):
        modes[path] = host.run("stat", "-c", "%U %a", f"/etc/proftpd/{path}").split()
    assert set(map(tuple, modes.values())) == {("root", "600")}
    for log in ("xferlog", "proftpd.log", "sftp.log", "tls.log"):
        assert host.run("stat", "-c", "%a", f"/var/log/proftpd/{log}").strip() == "640"
