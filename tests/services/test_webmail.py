# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webmail as customers use it, in a browser."""

from __future__ import annotations

import imaplib
import quopri
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import (
    ConnectionRefused,
    Network,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.pages import prove_webmail
from ansible_collections.magmasoft.hosting.tests.integration.clients import imap_login, imap_wait
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from playwright.sync_api import Browser, Page, expect

from .browser import chromium, page_for

CUSTOMER = "webmail-one"
ANNA, BERT = "anna@webmail-one.example", "bert@webmail-one.example"
PASSWORD, NEW_PASSWORD = "a-good-pass-word", "another-pass-word"
NAME, MAIL = "webmail.lab.example", "mail.lab.example"
URL = f"https://{NAME}"
STATE, CONFIGURATION = "/var/lib/hosting/webmail", "/etc/hosting/webmail"


@dataclass
class Webmail:
    """A customer with two addresses."""

    host: Host
    base: str
    address: str
    ca_file: str

    def directory(self, states: Mapping[str, str] | None = None) -> None:
        """Bring the customer and the addresses to a state, with their first password."""
        directory = {"base": self.base}
        customers = [{"name": CUSTOMER, "customer": CUSTOMER, "domains": ["webmail-one.example"]}]
        made = self.host.module("customer_account", {"directory": directory, "customers": customers})
        assert not made.get("failed"), made["msg"]
        boxes = [
            {"name": name, "customer": CUSTOMER, "state": (states or {}).get(name, "present")} for name in (ANNA, BERT)
        ]
        hashes = dict.fromkeys((ANNA, BERT), hash_password("mailbox", PASSWORD))
        made = self.host.module("mailbox", {"directory": directory, "mailboxes": boxes, "password_hashes": hashes})
        assert not made.get("failed"), made["msg"]

    def forget(self) -> None:
        """Forget failed logins, and what webmail keeps of the addresses."""
        self.host.run("sh", "-c", "systemctl reset-failed; systemctl restart hosting-webmail.service")
        self.sql(f"PRAGMA foreign_keys = ON; DELETE FROM users WHERE username IN ('{ANNA}', '{BERT}')")

    def sql(self, statement: str) -> str:
        """Ask the database of the webmail."""
        user = "hosting-webmail"
        return self.host.run("runuser", "-u", user, "--", "sqlite3", f"{STATE}/data/roundcube.db", statement).strip()

    def deliver(self, subject: str, text: str, recipient: str = ANNA) -> None:
        """Send a mail from the host itself."""
        mail = f"From: Carla <carla@outside.example>\nTo: {recipient}\nSubject: {subject}\n\n{text}\n"
        self.host.run("sendmail", "-f", "carla@outside.example", recipient, stdin=mail)

    def imap(self, user: str, password: str = PASSWORD) -> imaplib.IMAP4:
        """Log in as a program for mail does."""
        return imap_login(MAIL, 993, user, password, self.ca_file, self.address)

    def http(self, *options: str, path: str = "/") -> tuple[int, str]:
        """Send a request as curl does, from the host itself; return status and body."""
        reach = ["--resolve", f"*:443:{self.address}", "--cacert", "/etc/hosting/certificates/ca.crt"]
        command = ["curl", "-sg", "--path-as-is", *reach, "--max-time", "60", "-w", "\n%{http_code}", *options]
        page, _newline, status = self.host.run(*command, f"{URL}{path}").rpartition("\n")
        return int(status), page


@pytest.fixture(scope="module")
def webmail(host: Host, directory_base: str, tmp_path_factory: pytest.TempPathFactory) -> Webmail:
    """Return the customer."""
    address = host.address
    ca_file = tmp_path_factory.mktemp("ca") / "ca.crt"
    ca_file.write_text(host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")
    return Webmail(host, directory_base, address, str(ca_file))


@pytest.fixture
def customer(webmail: Webmail) -> Webmail:
    """Return the customer with the first passwords."""
    webmail.directory()
    webmail.forget()
    return webmail


@pytest.fixture(scope="module")
def browser(webmail: Webmail) -> Iterator[Browser]:
    """Return a browser for which all names lead to the host."""
    with chromium(webmail.host) as found:
        yield found


def fill_login(page: Page, user: str = ANNA, password: str = PASSWORD) -> None:
    """Log in as a person does."""
    page.goto(f"{URL}/")
    page.fill("#rcmloginuser", user)
    page.fill("#rcmloginpwd", password)
    page.click("#rcmloginsubmit")


@contextmanager
def logged_in(browser: Browser, user: str = ANNA, password: str = PASSWORD) -> Iterator[tuple[Page, list[str]]]:
    """Hold a page open that shows the inbox."""
    with page_for(browser, None, "") as (page, said):
        fill_login(page, user, password)
        page.wait_for_selector("#taskmenu a.logout")
        # before its scripts are ready, Roundcube does nothing with a click
        page.wait_for_load_state("networkidle")
        yield page, said


def test_a_mail_is_read(customer: Webmail, browser: Browser, tmp_path: Path) -> None:
    customer.deliver("Gruß aus München", "Bis bald, <b>Carla</b>")
    with logged_in(browser) as (page, said):
        page.screenshot(path=tmp_path / "inbox.png")
        page.click("#messagelist td.subject a >> nth=0")
        shown = page.frame_locator("#messagecontframe").locator("#messagebody")
        expect(shown).to_contain_text("Bis bald, <b>Carla</b>")
        page.screenshot(path=tmp_path / "mail.png")
    assert said == []


def test_a_mail_is_sent_and_its_sender_is_checked(customer: Webmail, browser: Browser) -> None:
    with logged_in(browser) as (page, said):
        page.click("#taskmenu a.compose")
        page.wait_for_url("**_action=compose**")
        page.wait_for_load_state("networkidle")
        page.fill("#compose_to .recipient-input input", f"{BERT},")
        page.fill("#compose-subject", "Termin")
        page.fill("#composebody", "Grüße, Bert")
        page.click("button.send, a.send:visible")
        # a page that is closed before the answer came may not have sent its request
        page.wait_for_url(lambda url: "_action=compose" not in url)
    assert said == []
    with customer.imap(BERT) as inbox:
        (raw,) = imap_wait(inbox, "Termin")
    assert "Grüße, Bert".encode() in quopri.decodestring(raw)
    assert customer.address.encode() not in raw.partition(b"\r\n\r\n")[0].replace(b"[" + customer.address.encode(), b"")


def test_the_password_is_changed_for_everything(customer: Webmail, browser: Browser, tmp_path: Path) -> None:
    with logged_in(browser) as (page, said):
        page.goto(f"{URL}/?_task=settings&_action=plugin.password")
        page.wait_for_load_state("networkidle")
        page.fill("#curpasswd", PASSWORD)
        page.fill("#newpasswd", "short")
        page.fill("#confpasswd", "short")
        page.click("button.submit")
        expect(page.locator("#messagestack")).to_contain_text("12")
        page.fill("#curpasswd", PASSWORD)
        page.fill("#newpasswd", NEW_PASSWORD)
        page.fill("#confpasswd", NEW_PASSWORD)
        page.screenshot(path=tmp_path / "password.png")
        page.click("button.submit")
        expect(page.locator("#messagestack .confirmation")).to_be_visible()
        # the session goes on with the new one
        page.goto(f"{URL}/?_task=mail")
        page.wait_for_selector("#taskmenu a.logout")
    assert said == []
    with customer.imap(ANNA, NEW_PASSWORD):
        pass
    with pytest.raises(imaplib.IMAP4.error):
        customer.imap(ANNA)


def test_a_filter_sorts_mail(customer: Webmail, browser: Browser, tmp_path: Path) -> None:
    with logged_in(browser) as (page, said):
        page.goto(f"{URL}/?_task=settings&_action=plugin.managesieve")
        page.wait_for_load_state("networkidle")
        page.click("a.create:visible, button.create:visible")
        form = page.frame_locator("#filter-box")
        expect(form.locator("button.submit")).to_be_visible()
        page.wait_for_load_state("networkidle")
        form.locator("#_name").fill("Vereine")
        form.locator("#header0").select_option("Subject")
        form.locator("[name='_rule_target[0][]']").fill("[verein]")
        form.locator("#action_mailbox0").select_option("Junk")
        page.screenshot(path=tmp_path / "filter.png")
        form.locator("button.submit").click()
        expect(page.locator("#filterslist")).to_contain_text("Vereine")
    assert said == []
    customer.deliver("[Verein] Sitzung", "um acht")
    with customer.imap(ANNA) as inbox:
        assert b"um acht" in imap_wait(inbox, "[Verein] Sitzung", folder="Junk")[0]


def test_the_server_fetches_nothing_that_a_mail_names(customer: Webmail, browser: Browser) -> None:
    """Not even for a reader who wants to see everything: it would be a request from within the provider's network."""
    listener = 'import socket; s = socket.create_server(("127.0.0.1", 4407)); s.settimeout(15); s.accept()'
    style = '<link rel="stylesheet" href="http://127.0.0.1:4407/a.css"><style>@import "http://127.0.0.1:4407/b.css";</style>'
    html = f"<html><head>{style}</head><body><p>shown</p></body></html>"
    head = f"From: carla@outside.example\nTo: {ANNA}\nSubject: styled\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
    customer.host.run("sendmail", "-f", "carla@outside.example", ANNA, stdin=head + html + "\n")
    with customer.imap(ANNA) as inbox:
        assert imap_wait(inbox, "styled")
        uid = inbox.uid("SEARCH", "SUBJECT", "styled")[1][0].split()[-1].decode()
    customer.host.run("sh", "-c", f"python3 -c '{listener}' >/root/fetched 2>&1 & sleep 1")
    with logged_in(browser) as (page, _said):
        page.goto(f"{URL}/?_task=mail&_mbox=INBOX&_uid={uid}&_action=show&_safe=1")
        expect(page.locator("#messagebody")).to_contain_text("shown")
        page.wait_for_load_state("networkidle")
    customer.host.run("sh", "-c", "sleep 15")
    assert customer.host.run("tail", "-n", "1", "/root/fetched").strip() == "TimeoutError: timed out"


def test_the_suspended_are_out_at_once(customer: Webmail, browser: Browser) -> None:
    customer.deliver("still there", "text")
    with logged_in(browser) as (page, _said):
        customer.directory({ANNA: "suspended"})
        page.goto(f"{URL}/?_task=addressbook")
        page.wait_for_selector("#rcmloginuser")
        fill_login(page)
        expect(page.locator("#messagestack .warning")).to_be_visible()
        assert page.locator("#taskmenu a.logout").count() == 0
        customer.directory()
        fill_login(page)
        expect(page.locator("#messagelist td.subject a").first).to_contain_text("still there")


def test_who_guesses_is_locked_out_and_nobody_else(customer: Webmail, browser: Browser) -> None:
    """Each name once, so that it is not Roundcube's own limit that stops it."""
    page = 'page=$(curl $o -c $j "$u"); t=$(echo "$page" | sed -n "s/.*name=._token. value=.\\([^\\"]*\\).*/\\1/p")'
    form = '--data-urlencode "_token=$t" -d _task=login -d _action=login -d "_user=$1" -d "_pass=$2" "$u?_task=login"'
    script = (
        f"o='-sk --interface 127.0.0.77 --max-time 60 --resolve {NAME}:443:127.0.0.1'; u={URL}/; "
        f"try() {{ j=$(mktemp); {page}; curl $o -b $j -o /tmp/said.$1 {form}; rm $j; }}; "
        # the first by itself: of those that come together, any may be one too many, which the mail server never sees
        "try guess1@webmail-one.example wrong; "
        f"for n in $(seq 2 25); do try guess$n@webmail-one.example wrong & done; wait; try {ANNA} {PASSWORD}; "
        f"grep -c 'Too many failed login attempts' /tmp/said.{ANNA}; rm /tmp/said.*"
    )
    assert customer.host.run("sh", "-c", script).strip() != "0"
    with logged_in(browser) as (page_, _said):
        expect(page_.locator("#taskmenu a.logout")).to_be_visible()
    log = customer.host.run("grep", "-h", "hosting-webmail", "/var/log/mail.log")
    # as which the browser came, not webmail
    assert "rip=127.0.0.77" in customer.host.run("grep", "-h", "user=<guess1@", "/var/log/mail.log")
    assert f'logged in: user="{ANNA}" address=' in log
    assert 'refused: user="guess1@webmail-one.example" address=127.0.0.77' in log


def test_nobody_writes_lines_of_the_log(customer: Webmail) -> None:
    """By a name with lines in it, one would have somebody log in; such lines are handed to customers."""
    cookies = "/root/forger"
    forged = f'logged in: user="{ANNA}" address=203.0.113.66'
    for before in ("x", "x@webmail-one.example"):
        _status, page = customer.http("-c", cookies)
        token = re.search(r'name="_token" value="([^"]+)"', page)
        assert token
        form = {
            "_token": token[1],
            "_task": "login",
            "_action": "login",
            "_user": f"{before}\n{forged}\nx",
            "_pass": "x",
        }
        fields = [option for name, value in form.items() for option in ("--data-urlencode", f"{name}={value}")]
        customer.http("-b", cookies, *fields, path="/?_task=login")
    # and what does not come from the form
    code = (
        "define('INSTALL_PATH', '/var/lib/roundcube/'); chdir(INSTALL_PATH); require 'program/include/clisetup.php';"
        f"rcmail::get_instance(); rcube::write_log('errors', 'told:' . chr(10) . '{forged}');"
    )
    settings = f"ROUNDCUBE_CONFIG_DIR={CONFIGURATION}"
    customer.host.run("runuser", "-u", "hosting-webmail", "--", "env", settings, "php", "-r", code)
    log = customer.host.run("sh", "-c", "sleep 1; grep -h 203.0.113.66 /var/log/mail.log || true").splitlines()
    assert any(f"told: {forged}" in line for line in log)
    assert [line for line in log if re.search(r"hosting-webmail(\[\d+\])?: logged in", line)] == []


# Logs in with a wrong password and says in whose name, as webmail does: as a customer's program, or as a daemon.
_IN_THE_NAME_OF = """
import imaplib, os, ssl, sys
number, host, user, told = sys.argv[1:]
os.setgid(int(number)); os.setuid(int(number))
try:
    mail = imaplib.IMAP4_SSL(host, ssl_context=ssl._create_unverified_context(), timeout=20)
    mail.xatom("ID", f'("x-originating-ip" "{told}")')
    mail.login(user, "wrong")
except (imaplib.IMAP4.error, OSError) as error:
    print(type(error).__name__)
"""


def test_nobody_but_webmail_tells_from_where_somebody_logs_in(customer: Webmail) -> None:
    """What stands in the log is handed to customers, and is what guessers are slowed down by."""
    told = "203.0.113.50"
    for number, (host, user) in enumerate(
        (("127.0.0.1", 20001), ("localhost", 20001), (customer.address, 20001), ("127.0.0.1", 1))
    ):
        name = f"told{number}@webmail-one.example"
        assert customer.host.run("python3", "-", str(user), host, name, told, stdin=_IN_THE_NAME_OF).strip() == "error"
        line = customer.host.run("sh", "-c", f"sleep 1; grep -h 'user=<{name}>' /var/log/mail.log")
        assert "rip=" in line
        assert told not in line
    refused = customer.host.run(
        "python3", "-", "20001", "127.0.0.9", "told@webmail-one.example", told, stdin=_IN_THE_NAME_OF
    )
    assert refused.strip() == "ConnectionRefusedError"
    # of webmail it is believed
    customer.host.run("python3", "-", "1", "127.0.0.9", "told@webmail-one.example", told, stdin=_IN_THE_NAME_OF)
    assert f"rip={told}" in customer.host.run("sh", "-c", "sleep 1; grep -h 'user=<told@' /var/log/mail.log")


@pytest.mark.parametrize(
    "path",
    [
        "/config/config.inc.php",
        "/plugins/password/config.inc.php.dist",
        "/plugins/hosting_guard/hosting_guard.php",
        "/SQL/sqlite.initial.sql",
        "/program/../../../../etc/passwd",
        "/temp/",
        "/logs/",
        "/installer/",
        "/.htaccess",
    ],
)
def test_nothing_else_is_handed_out(webmail: Webmail, path: str) -> None:
    status, body = webmail.http(path=path)
    assert status in (400, 403, 404)
    assert "<?php" not in body


def test_only_index_runs(webmail: Webmail) -> None:
    assert webmail.http(path="/index.php")[0] == 200
    assert webmail.http(path="/")[0] == 200
    assert webmail.http(path="/plugins/x.php/index.php")[0] in (403, 404)


def test_a_site_gets_not_at_its_socket(webmail: Webmail) -> None:
    """PHP of customers' sites runs as their users; what their .htaccess names is the guard's business."""
    modes = webmail.host.run("stat", "-c", "%U:%G %a", "/run/hosting-php", "/run/hosting-php/hosting-webmail.sock")
    assert modes.split("\n")[:2] == ["root:www-data 710", "www-data:www-data 600"]


def test_no_secret_is_written_down(customer: Webmail, browser: Browser) -> None:
    with logged_in(browser):
        pass
    places = ["/var/log", STATE, "/etc/hosting/webmail/settings.json", "/run/hosting-php"]
    assert customer.host.run("grep", "-rlaF", "--", PASSWORD, *places, check=False) == ""
    for name in ("session.secret", "directory.secret"):
        mode = customer.host.run("stat", "-c", "%U:%G %a", f"/etc/hosting/webmail/{name}").strip()
        assert mode == "root:hosting-webmail 640"
    key = customer.host.run("cat", "/etc/hosting/webmail/session.secret").strip()
    assert re.fullmatch(r"[0-9a-f]{32}", key)


@pytest.mark.parametrize(
    ("language", "greeting"), [("de", "Willkommen"), ("en", "Welcome"), ("it", "Benvenuto"), ("es", "Bienvenid")]
)
def test_the_language_is_that_of_the_browser(webmail: Webmail, language: str, greeting: str) -> None:
    status, body = webmail.http("-H", f"Accept-Language: {language}")
    assert status == 200
    assert f'<html lang="{language}">' in body
    assert greeting in body


def test_what_is_old_is_removed_by_its_own_user(webmail: Webmail) -> None:
    old = "datetime('now', '-1 day')"
    webmail.sql(f"INSERT INTO session (sess_id, changed, ip, vars) VALUES ('old', {old}, '', '')")
    webmail.host.run("systemctl", "start", "hosting-webmail-cleanup.service")
    assert webmail.sql("SELECT count(*) FROM session WHERE sess_id = 'old'") == "0"
    assert webmail.host.run("systemctl", "is-enabled", "hosting-webmail-cleanup.timer").strip() == "enabled"
    webmail.host.start_timer("hosting-webmail-cleanup.timer")
    assert webmail.host.run("systemctl", "is-active", "hosting-webmail-cleanup.timer").strip() == "active"
    assert webmail.host.run("find", STATE, "!", "-user", "hosting-webmail", "!", "-path", STATE) == ""


def test_onboard_proves_it_as_a_browser_does(customer: Webmail) -> None:
    network = Network({"*": customer.address}, customer.ca_file, 20)
    prove_webmail({"url": f"{URL}/", "user": ANNA, "password": PASSWORD}, network)
    with pytest.raises(ConnectionRefused, match="401"):
        prove_webmail({"url": f"{URL}/", "user": ANNA, "password": NEW_PASSWORD}, network)


def test_a_customer_begins_in_their_language_and_keeps_the_one_they_choose(customer: Webmail, browser: Browser) -> None:
    """Onboard is the first to log in, again and again, also where a former version has done so in English."""
    network = Network({"*": customer.address}, customer.ca_file, 20)
    login = {"url": f"{URL}/", "user": ANNA, "password": PASSWORD}
    stored = f"SELECT language FROM users WHERE username = '{ANNA}'"
    prove_webmail(login, network)
    assert customer.sql(stored) == "en_US"
    prove_webmail(login, network, "de")
    assert customer.sql(stored) == "de_DE"
    with logged_in(browser) as (page, said):
        expect(page.locator("#mailboxlist")).to_contain_text("Posteingang")
        page.goto(f"{URL}/?_task=settings&_action=edit-prefs&_section=general&_framed=1")
        page.select_option("#rcmfd_lang", "es_ES")
        page.click("button.submit, input.button.mainaction")
        page.wait_for_load_state("networkidle")
    assert said == []
    prove_webmail(login, network, "de")
    assert customer.sql(stored) == "es_ES"
