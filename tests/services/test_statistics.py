# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistics: whose lines are counted, exactly once, over rotation, kills and attacks, and who may see them."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import (
    ConnectionRefused,
    Network,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.statistics import prove_statistics
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run import programs
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from playwright.sync_api import Browser, Page

from .browser import chromium, page_for

ONE, TWO = "stats-one", "stats-two"
# one in the log that sites share, one with a log of its own, and another customer's in the shared one
SHARED, OWN, OTHER = "shared.stats-test.example", "own.stats-test.example", "other.stats-test.example"
SITES = {SHARED: ONE, OWN: ONE, OTHER: TWO}
LOGINS = {ONE: ONE, f"{ONE}-site": ONE, TWO: TWO}
PASSWORD = "a-good-pass-word"
NAME = "statistics.lab.example"
CA = "/etc/hosting/certificates/ca.crt"
STATE = "/var/lib/hosting/statistics"
SHARED_LOG = "/var/log/apache2/other_vhosts_access.log"
OWN_LOG = f"/var/log/hosting/web/{OWN}/access.log"
LANGUAGES = {SHARED: "de", OWN: "it", OTHER: "es"}
VISITOR = "203.0.113.77"
LINE = '{name}{address} - {user} [23/Nov/2026:12:00:01 +0000] "GET {path} HTTP/1.1" 200 17 "{referrer}" "{agent}"\n'


def line(name: str = "", **fields: str) -> str:
    """Return a line as Apache writes it; with a name, one of the shared log."""
    values = {"address": VISITOR, "user": "-", "path": "/page", "referrer": "-", "agent": "Mozilla/5.0", **fields}
    return LINE.format(name=f"{name}:443 " if name else "", **values)


@dataclass
class Statistics:
    """Two customers with their sites, and what is told of these."""

    host: Host
    base: str
    network: Network

    def apply(self, state: str = "present", **languages: str) -> None:
        """Bring customers, logins and sites to a state."""
        customers = [{"name": name, "customer": name, "state": state} for name in (ONE, TWO)]
        logins: list[dict[str, Any]] = [
            {"name": name, "customer": customer, "state": state} for name, customer in LOGINS.items()
        ]
        logins[1]["site"] = SHARED
        hashed = hash_password("file_login", PASSWORD)
        accounts = self.host.module(
            "customer_account",
            {
                "directory": {"base": self.base},
                "customers": customers,
                "file_logins": logins,
                "password_hashes": dict.fromkeys(LOGINS, hashed),
            },
        )
        assert not accounts.get("failed"), accounts["msg"]
        sites = [
            {
                "name": name,
                "customer": customer,
                "state": state,
                "log": "own" if name == OWN else "shared",
                "kind": "php" if name == OWN else "static",
                "language": languages.get(name, LANGUAGES[name]),
            }
            for name, customer in SITES.items()
        ]
        made = self.host.module("site", {"sites": sites, "users": accounts["users"]})
        assert not made.get("failed"), made["msg"]

    def shell(self, script: str, *, check: bool = True) -> str:
        """Run a script of the test on the host."""
        return self.host.run("sh", "-c", script, check=check).strip()

    def log(self, text: str, path: str = SHARED_LOG) -> None:
        """Write into a log, as Apache would."""
        self.host.run("tee", "-a", path, stdin=text)

    def continue_(self) -> None:
        """Run the service."""
        self.shell("systemctl reset-failed hosting-statistics.service; systemctl start hosting-statistics.service")

    def report(self, site: str) -> str:
        """Return the report of a site, empty if there is none."""
        return self.shell(f"cat {STATE}/published/{site}/report.html", check=False)

    def counted(self, site: str) -> int:
        """Return how many requests are in the report of a site."""
        found = re.search(r'"total_requests": ([0-9]+),"valid_requests"', self.report(site))
        return int(found[1]) if found else 0

    def get(self, path: str, user: str | None = ONE, password: str = PASSWORD) -> tuple[int, str]:
        """Fetch a page of the statistics; return status and the page."""
        login = ["-u", f"{user}:{password}"] if user is not None else []
        options = ["--resolve", "*:443:127.0.0.1", "--cacert", CA, "--max-time", "20", "-w", "\n%{http_code}"]
        page, _newline, status = self.host.run("curl", "-s", *options, *login, f"https://{NAME}{path}").rpartition("\n")
        return int(status), page

    def visit(self, site: str, path: str = "/", *options: str) -> None:
        """Visit a site."""
        here = ["--resolve", "*:443:127.0.0.1", "--cacert", CA, "--max-time", "20", "-o", "/dev/null"]
        self.host.run("curl", "-s", *here, *options, f"https://{site}{path}")


@pytest.fixture(scope="module")
def statistics(host: Host, directory_base: str, tmp_path_factory: pytest.TempPathFactory) -> Statistics:
    """Return the customers."""
    ca_file = tmp_path_factory.mktemp("statistics") / "ca.crt"
    ca_file.write_text(host.run("cat", CA), "utf-8")
    found = Statistics(host, directory_base, Network({"*": host.address}, str(ca_file), 20))
    found.apply()
    found.continue_()
    return found


@pytest.fixture(scope="module")
def browser(statistics: Statistics) -> Iterator[Browser]:
    """Return a browser for which all names lead to the host."""
    with chromium(statistics.host) as found:
        yield found


def page_of(browser: Browser, user: str | None = ONE) -> AbstractContextManager[tuple[Page, list[str]]]:
    """Hold a page open for a customer who is logged in, and the list of what the browser complains of."""
    return page_for(browser, user, PASSWORD)


def test_visits_are_counted_for_their_site_only(statistics: Statistics, browser: Browser) -> None:
    before = {site: statistics.counted(site) for site in SITES}
    for site, visits in zip(SITES, (3, 2, 1), strict=True):
        for number in range(visits):
            statistics.visit(site, f"/visit-{number}")
    with page_of(browser, None) as (page, _said):
        page.goto(f"https://{SHARED}/with-a-browser")
    statistics.continue_()
    after = {site: statistics.counted(site) - before[site] for site in SITES}
    # a browser may ask for an icon as well
    assert after[SHARED] in (4, 5)
    assert (after[OWN], after[OTHER]) == (2, 1)
    assert "visit-2" in statistics.report(SHARED)
    assert "with-a-browser" in statistics.report(SHARED)
    statistics.continue_()
    assert {site: statistics.counted(site) - before[site] for site in SITES} == after


@pytest.mark.parametrize(
    "options",
    [
        ["-e", f"https://{OTHER}/"],
        ["-A", f"{OTHER}:443 {line(OTHER).strip()}"],
        ["-A", f'x"\n{line(OTHER).strip()}'],
        ["-u", f'{OTHER}:443 {VISITOR} - - [23/Nov/2026:12:00:01 +0000] "GET /forged HTTP/1.1" 200 1 "-" "-":x'],
        ["--path-as-is", "--request-target", f"/%0a{OTHER}:443%20forged"],
    ],
)
def test_nobody_writes_into_the_statistics_of_others(statistics: Statistics, options: list[str]) -> None:
    before = {site: statistics.counted(site) for site in SITES}
    statistics.visit(SHARED, "/forged", *options)
    statistics.visit(OWN, "/forged", *options)
    statistics.continue_()
    assert statistics.counted(OTHER) == before[OTHER]
    # what a visitor sends is never more than one line
    assert all(statistics.counted(site) - before[site] <= 1 for site in (SHARED, OWN))


@pytest.mark.parametrize(
    "name", [f"{OTHER}.", f"x{OTHER}", f"x.{OTHER}", OTHER.upper(), f" {OTHER}", "unknown.invalid"]
)
def test_a_line_belongs_to_the_very_name_in_its_first_field(statistics: Statistics, name: str) -> None:
    before = {site: statistics.counted(site) for site in SITES}
    statistics.log(line(name))
    statistics.continue_()
    assert {site: statistics.counted(site) for site in SITES} == before


def test_lines_that_are_none_do_no_harm(statistics: Statistics) -> None:
    before = statistics.counted(OTHER)
    junk = [f"{OTHER}:443 ", f"{OTHER}:443 x", "\0\xff", "x" * 300_000, f"{OTHER}:443 " + "y" * 300_000, ""]
    statistics.log("\n".join([*junk, line(OTHER)]))
    statistics.continue_()
    assert statistics.counted(OTHER) == before + 1


def test_nothing_that_tells_who_a_visitor_was_is_kept(statistics: Statistics) -> None:
    told = {
        "user": "frau.huber",
        "path": "/form?mail=huber@elsewhere.example",
        "referrer": "https://token:s3cret@search.example/q?huber",
    }
    addresses = [VISITOR, "2001:db8:1:2:3:4:5:6"]
    for address in addresses:
        statistics.log(line(OTHER, address=address, **told))
        statistics.log(line(address=address, **told), OWN_LOG)
    statistics.continue_()
    for trace in (*addresses, "huber", "s3cret", "2001:db8:1:2"):
        assert statistics.shell(f"grep -rlaF -e {trace} {STATE}", check=False) == "", trace
    assert "203.0.113.0" in statistics.report(OTHER)
    assert "2001:db8:1::" in statistics.report(OTHER)
    assert "search.example" in statistics.report(OTHER)


def rotate(statistics: Statistics) -> None:
    """Rotate the logs as every night; of a day that was rotated already, the files are put aside under another date."""
    day = statistics.shell("date +%Y%m%d")
    rename = (
        f"for f in /var/log/apache2/*-{day}* /var/log/hosting/web/*/*-{day}*; do"
        f' [ ! -e "$f" ] || mv "$f" "$(echo "$f" | sed "s/-{day}/-$(shuf -i 10000000-19999999 -n 1)/")"; done'
    )
    statistics.shell(f"{rename}; logrotate --force /etc/logrotate.d/apache2")


def test_rotation_neither_loses_nor_doubles_a_line(statistics: Statistics) -> None:
    before = {site: statistics.counted(site) for site in (OWN, OTHER)}
    for number in range(1, 4):
        statistics.log(line(OTHER, path=f"/before-{number}"))
        statistics.log(line(path=f"/before-{number}"), OWN_LOG)
        if number == 2:
            statistics.continue_()
        rotate(statistics)
        statistics.visit(OTHER, f"/after-{number}")
        statistics.visit(OWN, f"/after-{number}")
    statistics.continue_()
    rotate(statistics)
    statistics.continue_()
    statistics.continue_()
    # and in another compression, as some logrotate does
    statistics.shell(f'for f in {SHARED_LOG}-*.gz; do gzip -dc "$f" | zstd -qo "${{f%.gz}}.zst" && rm "$f"; done')
    statistics.continue_()
    assert statistics.shell(f"ls {SHARED_LOG}-*.zst")
    assert {site: statistics.counted(site) - before[site] for site in (OWN, OTHER)} == {OWN: 6, OTHER: 6}


def test_the_host_tells_which_programs_it_runs(statistics: Statistics) -> None:
    ask = "import hosting; print(hosting.__version__)"
    found = statistics.shell(f"PYTHONPATH=/usr/local/lib/hosting/hosting.zip python3 -c '{ask}'").strip()
    assert f'"{found}"'.encode() in zipfile.ZipFile(io.BytesIO(programs.archive())).read("hosting/__init__.py")


def test_a_killed_run_heals(statistics: Statistics) -> None:
    before = statistics.counted(OTHER)
    written = 0
    for delay in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5):
        statistics.log("".join(line(OTHER, path=f"/killed-{delay}-{number}") for number in range(50)))
        written += 50
        statistics.shell(
            "systemctl start --no-block hosting-statistics.service;"
            f" sleep {delay}; systemctl kill --signal=KILL hosting-statistics.service; true"
        )
    statistics.continue_()
    assert statistics.counted(OTHER) == before + written
    assert statistics.shell(f"ls {STATE}/spool") == ""


def test_one_broken_site_does_not_stop_the_others(statistics: Statistics) -> None:
    before = {site: statistics.counted(site) for site in (SHARED, OTHER)}
    database = statistics.shell(f"ls -d {STATE}/sites/{ONE}/{SHARED}/db-*")
    statistics.shell(f"cp -a {database} /root/kept-database; echo x > {database}/I32_DATES.db")
    for site in (SHARED, OTHER):
        statistics.log(line(site))
    statistics.shell("systemctl start hosting-statistics.service", check=False)
    said = statistics.shell("journalctl -u hosting-statistics -n 20 -o cat")
    assert f"{SHARED}: GoAccess" in said
    assert statistics.counted(OTHER) == before[OTHER] + 1
    statistics.log(line(SHARED))
    statistics.shell(f"rm -rf {database}; mv /root/kept-database {database}")
    statistics.continue_()
    assert statistics.counted(SHARED) == before[SHARED] + 2


def test_a_run_with_nothing_new_writes_nothing(statistics: Statistics) -> None:
    statistics.continue_()
    listing = f"find {STATE} -type f -not -name lock -printf '%p %T@ %i\n' | sort"
    before = statistics.shell(listing)
    statistics.continue_()
    assert statistics.shell(listing) == before


def test_the_cost_is_that_of_the_new_lines(statistics: Statistics) -> None:
    """As many lines again, twice as many, and then one, which must not cost what all those before it did."""
    seconds = []
    for number in (50_000, 50_000, 100_000, 1):
        statistics.log(line(OTHER, path="/cost") * number)
        started = time.monotonic()
        statistics.continue_()
        seconds.append(time.monotonic() - started)
    first, again, double, one = seconds
    assert again < 1.6 * first, seconds
    assert double < 3.2 * first, seconds
    assert one < 0.5 * first, seconds


def test_a_timer_runs_it(statistics: Statistics) -> None:
    statistics.host.start_timer("hosting-statistics.timer")
    try:
        # a timer that was not there when it was time runs it at once: until that is over it names no next time
        statistics.shell("systemctl start hosting-statistics.service")
        shown = statistics.shell("systemctl list-timers --no-legend hosting-statistics.timer")
        assert statistics.shell("systemctl is-enabled hosting-statistics.timer") == "enabled"
    finally:
        statistics.shell("systemctl stop hosting-statistics.timer")
    # when it runs next, and what
    assert re.match(r"\w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d .* hosting-statistics\.service$", shown)


def test_customers_see_their_own_and_nothing_else(statistics: Statistics) -> None:
    assert statistics.get(f"/{SHARED}/")[0] == statistics.get(f"/{OWN}/report.html")[0] == 200
    assert statistics.get(f"/{SHARED}/", user=f"{ONE}-site")[0] == 200
    assert statistics.get(f"/{OTHER}/", user=TWO)[0] == 200
    refused = [
        (f"/{OTHER}/", ONE), (f"/{OTHER}/report.html", ONE), (f"/{SHARED}/", TWO), (f"/{OWN}/", f"{ONE}-site"),
        (f"/customers/{ONE}/", TWO), (f"/customers/{ONE}/", f"{ONE}-site"), ("/customers/", ONE),
        (f"/{SHARED}/.htaccess", ONE),
    ]  # fmt: skip
    for path, user in refused:
        assert statistics.get(path, user=user)[0] in (401, 403), (path, user)


@pytest.mark.parametrize("path", ["/", f"/{SHARED}/", f"/{SHARED}/report.html", f"/customers/{ONE}/"])
@pytest.mark.parametrize(
    ("user", "password"),
    [(None, ""), (ONE, "wrong"), (ONE, ""), ("*", PASSWORD), (f"{ONE})(uid=*", PASSWORD), ("", ""), ("statistics", "")],
)
def test_nobody_else_gets_in(statistics: Statistics, path: str, user: str | None, password: str) -> None:
    assert statistics.get(path, user, password)[0] == 401


def test_the_start_page_leads_to_ones_sites(statistics: Statistics) -> None:
    status, page = statistics.get("/")
    assert status == 200
    assert f'href="/{SHARED}/"' in page
    assert f'href="/{OWN}/"' in page
    assert OTHER not in page
    assert statistics.get("/", user=f"{ONE}-site")[0] == 302


def test_the_suspended_are_refused_at_once_and_come_back(statistics: Statistics) -> None:
    assert statistics.get(f"/{SHARED}/")[0] == 200
    statistics.apply("suspended")
    assert statistics.get(f"/{SHARED}/")[0] == 401
    statistics.continue_()
    assert statistics.get(f"/{SHARED}/privacy.html", user=None)[0] == 200
    statistics.apply()
    assert statistics.get(f"/{SHARED}/")[0] == 200


def test_the_login_proof(statistics: Statistics) -> None:
    login = {"user": ONE, "password": PASSWORD, "url": f"https://{NAME}/"}
    prove_statistics(login, statistics.network)
    prove_statistics({**login, "user": f"{ONE}-site"}, statistics.network)
    with pytest.raises(ConnectionRefused, match="status 401"):
        prove_statistics({**login, "password": "wrong"}, statistics.network)


def test_a_htaccess_of_a_customer_sees_nothing_of_the_directory(statistics: Statistics) -> None:
    statistics.get("/")
    rules = (
        'RewriteEngine On\nRewriteRule "^status$" "-" [H=ldap-status]\n'
        '<Files "secret">\nAuthType Basic\nAuthName x\nAuthBasicProvider ldap\nRequire valid-user\n</Files>\n'
    )
    top = f"/srv/www/{ONE}/{SHARED}/htdocs"
    statistics.host.run("tee", f"{top}/.htaccess", stdin=rules)
    statistics.shell(f"echo geheim > {top}/secret; chown -R hc-{ONE}:hw-{ONE} {top}")
    fetch = "curl -s --resolve '*:443:127.0.0.1' --cacert " + CA
    try:
        shown = statistics.shell(f"{fetch} https://{SHARED}/status")
        assert ONE not in shown
        assert "dc=" not in shown
        assert "geheim" not in statistics.shell(f"{fetch} -u {ONE}:{PASSWORD} https://{SHARED}/secret")
    finally:
        statistics.shell(f"rm {top}/.htaccess {top}/secret")


def test_a_report_is_shown_in_the_customers_language_and_runs_no_code_of_visitors(
    statistics: Statistics, browser: Browser, tmp_path: Path
) -> None:
    evil = "</script><script>document.title=1</script><img/src=x/onerror=document.title=2>"
    statistics.log(line(SHARED, path=f"/{evil}", agent=evil, referrer=f"https://{evil}/"))
    statistics.continue_()
    with page_of(browser) as (page, said):
        page.goto(f"https://{NAME}/{SHARED}/report.html")
        page.wait_for_selector("#panel-visitors, .grid-module")
        assert page.title() == SHARED
        assert page.get_attribute("html", "lang") == "de"
        assert "onerror=document.title=2" in page.content()
        page.screenshot(path=tmp_path / "report.png")
    assert said == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("noch 14 Tage", "GoAccess", "letzten 365 Tage", "lab.example")),
        ("en", ("for 14 days", "GoAccess", "last 365 days", "lab.example")),
        ("it", ("per 14 giorni", "GoAccess", "ultimi 365 giorni", "lab.example")),
        ("es", ("14 días", "GoAccess", "últimos 365 días", "lab.example")),
    ],
)
def test_visitors_are_told_in_four_languages(
    statistics: Statistics, browser: Browser, tmp_path: Path, language: str, words: tuple[str, ...]
) -> None:
    statistics.apply(**{SHARED: language})
    statistics.continue_()
    with page_of(browser, None) as (page, said):
        page.goto(f"https://{NAME}/{SHARED}/privacy.html")
        text = page.inner_text("main")
        assert page.get_attribute("html", "lang") == language
        page.screenshot(path=tmp_path / f"privacy-{language}.png", full_page=True)
    assert said == []
    assert SHARED in text
    assert [word for word in words if word not in text] == []
    # what the notice says is what the server does
    assert f"rotate {words[0].split()[1] if language in ('de', 'en', 'it') else 14}" in statistics.shell(
        "cat /etc/logrotate.d/apache2"
    )
    statistics.apply()


def test_pages_of_sites_that_are_gone_go(statistics: Statistics) -> None:
    gone = {"name": OTHER, "customer": TWO, "state": "absent"}
    statistics.host.module("site", {"sites": [gone]})
    statistics.continue_()
    assert statistics.get(f"/{OTHER}/", user=TWO)[0] in (403, 404)
    assert statistics.shell(f"ls {STATE}/published/{OTHER}", check=False) == ""
    # what was counted stays until it is erased
    assert statistics.shell(f"ls {STATE}/sites/{TWO}/{OTHER}")
    statistics.apply()
    statistics.continue_()
    assert statistics.get(f"/{OTHER}/", user=TWO)[0] == 200


def test_what_is_closed(host: Host) -> None:
    secret = host.run("stat", "-c", "%U %a", "/etc/apache2/hosting-statistics.secret").split()
    assert secret == ["root", "600"]
    assert host.run("stat", "-c", "%U %G %a", STATE).split() == ["hosting-statistics", "www-data", "710"]
    assert host.run("stat", "-c", "%a", f"{STATE}/sites").strip() == "700"
