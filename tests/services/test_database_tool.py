# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tool for databases as customers use it, in a browser, and as others would like to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import (
    ConnectionRefused,
    Network,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.pages import prove_database_tool
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from playwright.sync_api import Browser, Page, expect

from .browser import chromium, page_for

CUSTOMER = "dbtool-one"
OPEN, CLOSED = "dbtool_open", "dbtool_closed"
PASSWORD = "a-good-pass-word"
NAME = "databases.lab.example"
URL = f"https://{NAME}"
SERVICE = "hosting-database-tool"
REFUSED = "Invalid credentials."
# What a person's browser does, for many tries.
_LOGIN = (
    f"cd $(mktemp -d); u={URL}/; o='-skg --path-as-is --max-time 60 --resolve {NAME}:443:127.0.0.1 -b jar -c jar'; "
    'login() { rm -f jar; curl $o -o /dev/null "$u"; set -- "$1" "$2" "${3:-server}" "${4-}"; '
    'curl $o -L -o page -w "%{http_code}\\n" -d "auth[driver]=$3" -d "auth[server]=$4" '
    '--data-urlencode "auth[username]=$1" --data-urlencode "auth[password]=$2" "$u"; }; '
)
# All in one request, as nobody's browser sends it: ``once PASSWORD [OPTION]...`` prints the status.
_ONCE = (
    "once() { password=$1; shift; curl -skg --max-time 60 -o page -w '%{http_code}\\n' -d more=1"
    f" --resolve {NAME}:443:127.0.0.1 -d 'auth[driver]=server' -d 'auth[server]=' -d 'auth[username]={OPEN}'"
    f' -d "auth[password]=$password" "$@" \'{URL}/?server=&username={OPEN}\'; }}; '
)


@dataclass
class Tool:
    """A customer with two databases, one of which may be opened with the tool."""

    host: Host
    address: str

    def databases(self, states: Mapping[str, str] | None = None, *, tools: tuple[str, ...] = (OPEN,)) -> dict[str, Any]:
        """Return the arguments of the module."""
        items = [
            {
                "name": name,
                "customer": CUSTOMER,
                "state": (states or {}).get(name, "present"),
                "tool": name in tools,
            }
            for name in (OPEN, CLOSED)
        ]
        return {
            "databases": items,
            "password_hashes": dict.fromkeys((OPEN, CLOSED), hash_password("database", PASSWORD)),
            "purge": True,
        }

    def apply(self, states: Mapping[str, str] | None = None, *, tools: tuple[str, ...] = (OPEN,)) -> None:
        """Bring the databases to a state."""
        done = self.host.module("database", self.databases(states, tools=tools))
        assert not done.get("failed"), done["msg"]

    def forget(self) -> None:
        """Forget failed logins and sessions."""
        self.host.run(
            "sh",
            "-c",
            f"rm -rf /var/lib/hosting/database-tool/*/*; systemctl reset-failed; systemctl restart {SERVICE}.service",
        )

    def sql(self, statement: str) -> str:
        """Ask MariaDB as root."""
        return self.host.run("mariadb", "--no-defaults", "--default-character-set=utf8mb4", "-NBe", statement).strip()

    def curl(self, script: str) -> str:
        """Run a script on the host.

        In it ``login USER PASSWORD [DRIVER [SERVER]]`` prints the status, and leaves the page in the file ``page``.
        """
        return self.host.run("sh", "-c", f"{_LOGIN}{script}").strip()


@pytest.fixture(scope="module")
def tool(host: Host) -> Iterator[Tool]:
    """Return the customer; nothing of it stays."""
    address = host.address
    found = Tool(host, address)
    gone = dict.fromkeys((OPEN, CLOSED), "absent")
    found.apply(gone)
    yield found
    found.apply(gone)
    found.forget()


@pytest.fixture
def customer(tool: Tool) -> Tool:
    """Return the customer with both databases and a table in each."""
    tool.apply()
    tool.forget()
    for name in (OPEN, CLOSED):
        tool.sql(
            f"CREATE OR REPLACE TABLE {name}.guests (id INT PRIMARY KEY, name VARCHAR(80));"
            f"INSERT INTO {name}.guests VALUES (1, 'Jürgen <b>Groß</b>')"
        )
    return tool


@pytest.fixture(scope="module")
def browser(tool: Tool) -> Iterator[Browser]:
    """Return a browser for which all names lead to the host."""
    with chromium(tool.host) as found:
        yield found


def fill_login(page: Page, user: str, password: str = PASSWORD) -> None:
    """Log in as a person does."""
    page.goto(f"{URL}/")
    page.fill("#username", user)
    page.fill("[name='auth[password]']", password)
    page.click("input[type=submit]")


@contextmanager
def logged_in(browser: Browser, user: str = OPEN) -> Iterator[tuple[Page, list[str]]]:
    """Hold a page open that shows the databases of a user."""
    with page_for(browser, None, "") as (page, said):
        fill_login(page, user)
        yield page, said


def test_a_table_is_seen_and_changed(customer: Tool, browser: Browser, tmp_path: Path) -> None:
    with page_for(browser, None, "") as (page, said):
        page.goto(f"{URL}/")
        page.screenshot(path=tmp_path / "login.png")
        fill_login(page, OPEN)
        expect(page.locator("#content")).to_contain_text(OPEN)
        assert "information_schema" not in page.inner_text("#content")
        page.screenshot(path=tmp_path / "databases.png")
        page.goto(f"{URL}/?username={OPEN}&db={OPEN}&select=guests")
        expect(page.locator("#table")).to_contain_text("Jürgen <b>Groß</b>")
        page.screenshot(path=tmp_path / "table.png")
        page.goto(f"{URL}/?username={OPEN}&db={OPEN}&edit=guests")
        page.fill("[name='fields[id]']", "2")
        page.fill("[name='fields[name]']", "Ana")
        page.click("input[type=submit][value='Save']")
        expect(page.locator(".message")).to_be_visible()
    assert said == []
    assert customer.sql(f"SELECT name FROM {OPEN}.guests WHERE id = 2") == "Ana"


def test_nobody_comes_in_without_the_mark(customer: Tool, browser: Browser) -> None:
    with logged_in(browser, CLOSED) as (page, _said):
        expect(page.locator(".error")).to_have_text(REFUSED)
    customer.apply(tools=(OPEN, CLOSED))
    with logged_in(browser, CLOSED) as (page, _said):
        expect(page.locator("#content")).to_contain_text(CLOSED)
        customer.apply()
        # who has lost it is out with the next click
        page.goto(f"{URL}/?username={CLOSED}&db={CLOSED}&select=guests")
        expect(page.locator(".error")).to_have_text(REFUSED)
        assert "Groß" not in page.content()


def test_the_suspended_are_out_at_once(customer: Tool, browser: Browser) -> None:
    with logged_in(browser) as (page, _said):
        expect(page.locator("#content")).to_contain_text(OPEN)
        customer.apply({OPEN: "suspended"})
        page.goto(f"{URL}/?username={OPEN}&db={OPEN}&select=guests")
        expect(page.locator(".error")).to_be_visible()
        assert "Groß" not in page.content()
        customer.apply()
        fill_login(page, OPEN)
        expect(page.locator("#content")).to_contain_text(OPEN)


@pytest.mark.parametrize("user", ["root", "mariadb.sys", SERVICE, "", OPEN])
def test_accounts_without_the_right_password(customer: Tool, user: str) -> None:
    assert customer.curl(f"login '{user}' wrong; login '{user}' ''; grep -c guests page || true").splitlines() == [
        "403",
        "403",
        "0",
    ]


@pytest.mark.parametrize("driver", ["sqlite", "sqlite2", "pgsql", "oracle", "mssql", "elastic", "mongo"])
def test_no_other_kind_of_database_can_be_opened(customer: Tool, driver: str) -> None:
    page = customer.curl(f"login {OPEN} {PASSWORD} {driver} /etc/passwd; cat page")
    assert "guests" not in page
    assert "root:" not in page
    again = customer.curl(f"curl $o '{URL}/?{driver}=/var/lib/x.db&username={OPEN}&db=/tmp/x.db'")
    assert "guests" not in again


def test_whatever_server_is_named_it_is_this_one(customer: Tool) -> None:
    """A request of the tool to another server would be one from within the provider's network."""
    listener = 'import socket; s = socket.create_server(("127.0.0.1", 4406)); s.settimeout(8); s.accept()'
    said = customer.curl(
        f"python3 -c '{listener}' 2>seen & sleep 1; login {OPEN} {PASSWORD} server 127.0.0.1:4406; wait; tail -1 seen"
    )
    assert said.splitlines() == ["200", "TimeoutError: timed out"]


def test_no_file_of_the_server_is_read_or_written(customer: Tool) -> None:
    for statement in (
        'SELECT LOAD_FILE("/etc/passwd")',
        'SELECT "x" INTO OUTFILE "/var/lib/mysql/dbtool-out"',
        'LOAD DATA INFILE "/etc/passwd" INTO TABLE guests',
        'LOAD DATA LOCAL INFILE "/etc/passwd" INTO TABLE guests',
    ):
        where = f"{URL}/?username={OPEN}&db={OPEN}&sql={quote(statement)}"
        token = "grep -o \"name='token' value='[^']*\" | head -1 | cut -d\"'\" -f4"
        script = (
            f"login {OPEN} {PASSWORD} >/dev/null; t=$(curl $o '{where}' | {token}); "
            f"curl $o --data-urlencode 'query={statement}' -d limit= -d \"token=$t\" '{where}'"
        )
        page = customer.curl(script)
        assert "root:x:" not in page
        assert "Access denied" in page or "NULL" in page or "disabled" in page or "forbidden" in page, page
    assert customer.sql(f"SELECT count(*) FROM {OPEN}.guests") == "1"
    assert customer.host.run("find", "/var/lib/mysql", "-name", "dbtool-out") == ""


def test_who_guesses_has_to_wait(customer: Tool, browser: Browser) -> None:
    said = customer.curl(
        f"for n in $(seq 30); do login {OPEN} wrong$n; done | sort | uniq -c; "
        f"login {OPEN} {PASSWORD}; grep -c 'Too many' page"
    )
    assert said.split() == ["30", "403", "403", "1"]
    with logged_in(browser) as (page, _said):
        expect(page.locator("#content")).to_contain_text(OPEN)


@pytest.mark.parametrize("cookie", ["", "-b adminer_sid=none"])
def test_whoever_guesses_without_a_session_has_to_wait_as_well(customer: Tool, cookie: str) -> None:
    guess = f"for n in $(seq 32); do once wrong$n {cookie}; done | sort | uniq -c; once {PASSWORD} {cookie}"
    assert customer.curl(f"{_ONCE}{guess}; grep -c guests page || true").split() == ["32", "403", "403", "0"]


def test_a_network_of_ipv6_is_one_that_guesses(tool: Tool) -> None:
    script = """namespace Adminer { class Adminer {} }
namespace {
    $page = file_get_contents("/usr/local/share/hosting/database-tool/index.php");
    eval(str_replace(["<?php", "include '/usr/share/adminer/adminer.php';"], "", $page));
    while ($address = fgets(STDIN)) {
        $_SERVER["REMOTE_ADDR"] = trim($address);
        echo adminer_object()->bruteForceKey(), "\\n";
    }
}"""
    addresses = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::33", "2001:db8:1:3::1", "192.0.2.1", "192.0.2.2")
    keys = tool.host.run("php", "-r", script, stdin="\n".join(addresses)).split()
    assert keys[0] == keys[1]
    assert len(set(keys)) == len(addresses) - 1


def test_who_is_in_is_not_counted(customer: Tool) -> None:
    fetch = f"curl $o -o /dev/null -w '%{{http_code}}\\n' '{URL}/?username={OPEN}'"
    said = customer.curl(f"login {OPEN} {PASSWORD}; for n in $(seq 40); do {fetch}; done | sort | uniq -c")
    assert said.split() == ["200", "40", "200"]


def test_a_failure_of_the_tool_writes_no_password_down(customer: Tool) -> None:
    customer.sql(f"RENAME USER '{SERVICE}'@'localhost' TO 'put-aside'@'localhost'")
    try:
        assert customer.curl(f"login {OPEN} {PASSWORD}") == "500"
    finally:
        customer.sql(f"RENAME USER 'put-aside'@'localhost' TO '{SERVICE}'@'localhost'")
    said = customer.curl(
        f"journalctl --sync; journalctl -o cat -t {SERVICE} -n 20; cat /var/log/hosting/database-tool/*.log"
    )
    assert "mysqli" in said
    assert PASSWORD[:8] not in said


@pytest.mark.parametrize(
    "path", ["/adminer.php", "/conf.php", "/index.php/x", "/plugins/", "/.htaccess", "/../../etc/passwd"]
)
def test_nothing_else_is_handed_out(tool: Tool, path: str) -> None:
    status = tool.curl(f"curl $o -o /dev/null -w '%{{http_code}}' '{URL}{path}'")
    assert status in ("400", "403", "404")


def test_what_is_looked_for_and_passwords_are_not_written_down(customer: Tool) -> None:
    query = "where[0][col]=name&where[0][op]==&where[0][val]=SomebodysSecret"
    customer.curl(f"login {OPEN} {PASSWORD}; curl $o '{URL}/?username={OPEN}&db={OPEN}&select=guests&{query}'")
    places = ["/var/log", "/var/lib/hosting", "/etc/hosting"]
    assert customer.host.run("grep", "-rla", "-e", PASSWORD, "-e", "SomebodysSecret", *places, check=False) == ""
    assert "GET /index.php HTTP" in customer.host.run("tail", "-1", "/var/log/hosting/database-tool/access.log")


def test_the_account_of_the_tool_reads_marks_and_nothing_else(customer: Tool) -> None:
    as_tool = ("runuser", "-u", SERVICE, "--", "mariadb", "--no-defaults", f"--user={SERVICE}", "-N", "-B", "-e")
    shown = customer.host.run(*as_tool, "SHOW DATABASES").split()
    assert shown == ["information_schema", "magmasoft_hosting"]
    # nobody else is that account
    as_other = ("runuser", "-u", "nobody", "--", "mariadb", "--no-defaults", f"--user={SERVICE}", "-e", "SELECT 1")
    assert customer.host.run(*as_other, check=False) == ""
    assert customer.host.run(*as_tool, "DELETE FROM magmasoft_hosting.ownership", check=False) == ""
    assert customer.sql("SELECT count(*) > 0 FROM magmasoft_hosting.ownership") == "1"


def test_onboard_proves_it_as_a_browser_does(customer: Tool, tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.crt"
    ca_file.write_text(customer.host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")
    network = Network({"*": customer.address}, str(ca_file), 20)
    prove_database_tool({"url": f"{URL}/", "user": OPEN, "password": PASSWORD}, network)
    with pytest.raises(ConnectionRefused, match="403"):
        prove_database_tool({"url": f"{URL}/", "user": CLOSED, "password": PASSWORD}, network)


def test_the_module_is_truthful_about_the_tool(tool: Tool) -> None:
    tool.apply()
    done = tool.host.converge("database", tool.databases(tools=(CLOSED,)))
    assert [(item["name"], item["fields"]) for item in done["results"]] == [
        (OPEN, ["tool"]),
        (CLOSED, ["tool"]),
    ]
