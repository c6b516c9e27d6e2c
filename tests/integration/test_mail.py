# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail and directory as customers, services and strangers see them, with real clients."""

from __future__ import annotations

import imaplib
import re
import smtplib
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration import clients
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

# ldap3 calls it up to Python 3.11; later it has its own.
pytestmark = pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning")

CUSTOMER = "test-mail"
DOMAIN = "mail-test.example"
IDN = "xn--mller-grten-q8a0x.example"
PASSWORD = "correct-horse-battery"
MEGABYTE = 1024 * 1024
AS_ROOT = ("-Q", "-Y", "EXTERNAL", "-H", "ldapi:///")

# Local part and domain, then further lines of the entry.
MAILBOXES = {
    f"office@{DOMAIN}": [f"mailLocalAddress: info@{DOMAIN}", "hostingService: mail"],
    f"second@{DOMAIN}": ["hostingService: mail"],
    f"kept@{DOMAIN}": ["hostingService: mail", "hostingForwardTo: kept@outside.example", "hostingKeepCopy: TRUE"],
    f"pure@{DOMAIN}": ["hostingForwardTo: pure@outside.example", "hostingKeepCopy: FALSE"],
    f"closed@{DOMAIN}": ["hostingService: mail", "hostingStatus: suspended"],
    f"cloud@{DOMAIN}": ["hostingService: cloud"],
    f"small@{DOMAIN}": ["hostingService: mail", f"hostingQuota: {MEGABYTE}"],
    f"post@{IDN}": ["hostingService: mail"],
}


class Provider:
    """The host under test with one customer, reached by the name in its certificate."""

    def __init__(self, host: Host, base: str, ca_file: Path) -> None:
        self.host, self.base = host, base
        self.address = host.run("hostname", "-I").split()[0]
        ca_file.write_text(host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")
        self.ca = str(ca_file)
        self.name = host.run("postconf", "-h", "myhostname").strip()

    @property
    def customer(self) -> str:
        """DN of the customer."""
        return f"o={CUSTOMER},ou=customers,{self.base}"

    def dn(self, address: str) -> str:
        """DN of an address."""
        return f"mail={address},{self.customer}"

    def imap(self, user: str, password: str = PASSWORD, port: int = 993, security: str = "tls") -> imaplib.IMAP4:
        """Log in to IMAP."""
        return clients.imap_login(self.name, port, user, password, self.ca, self.address, security=security)

    def send(
        self, recipient: str, subject: str, *, login: str = f"office@{DOMAIN}", sender: str | None = None,
        port: int = 465, security: str = "tls",
    ) -> None:  # fmt: skip
        """Send as a customer does."""
        mail = clients.message(sender or login, recipient, subject)
        clients.smtp_send(
            self.name, port, (login, PASSWORD), mail, self.ca, self.address, security=security, sender=sender
        )

    def from_outside(self, recipient: str, subject: str, *, size: int = 0, sender: str = "a@elsewhere.example") -> None:
        """Send as other mail servers do."""
        mail = clients.message(sender, recipient, subject, size=size)
        clients.smtp_send(self.name, 25, None, mail, self.ca, self.address, security="none")

    def inbox(self, user: str, subject: str, *, seconds: float = 30) -> list[bytes]:
        """Return the messages with this subject in somebody's inbox."""
        connection = self.imap(user)
        found = clients.imap_wait(connection, subject, seconds=seconds)
        connection.logout()
        return found

    def ldap(self, user: str = "", password: str = "") -> AbstractContextManager[Any]:
        """Bind to the directory."""
        return clients.ldap_connect(self.host, self.name, self.ca, user, password)

    def set_password(self, address: str, password: str) -> None:
        """Have slapd make the hash."""
        self.host.run("ldappasswd", *AS_ROOT, "-T", "/dev/stdin", self.dn(address), stdin=password)


def _ldif(provider: Provider) -> str:
    entries = [
        [
            f"dn: {provider.customer}",
            "objectClass: organization",
            "objectClass: domainRelatedObject",
            "objectClass: hostingCustomer",
            f"o: {CUSTOMER}",
            f"hostingCustomer: {CUSTOMER}",
            "hostingStatus: active",
            "hostingNumber: 999001",
            "hostingUser: hc-test-mail",
            f"associatedDomain: {DOMAIN}",
            f"associatedDomain: {IDN}",
        ]
    ]
    for address, lines in MAILBOXES.items():
        status = [] if any(line.startswith("hostingStatus") for line in lines) else ["hostingStatus: active"]
        classes = ["objectClass: inetOrgPerson", "objectClass: inetLocalMailRecipient", "objectClass: hostingMailbox"]
        names = [f"mail: {address}", f"cn: {address}", f"sn: {address}", f"hostingCustomer: {CUSTOMER}"]
        entries.append([f"dn: {provider.dn(address)}", *classes, *names, *status, *lines])
    return "\n\n".join("\n".join(entry) for entry in entries) + "\n"


@pytest.fixture(scope="module")
def provider(host: Host, directory_base: str, tmp_path_factory: pytest.TempPathFactory) -> Provider:
    """A customer with an address of each kind."""
    made = Provider(host, directory_base, tmp_path_factory.mktemp("mail") / "ca.crt")
    host.run("ldapadd", *AS_ROOT, stdin=_ldif(made))
    for address in MAILBOXES:
        made.set_password(address, PASSWORD)
    return made


@pytest.fixture(scope="module")
def outside(host: Host) -> Iterator[clients.Sink]:
    """The world outside."""
    with clients.sink(host) as received:
        yield received


@pytest.fixture
def subject() -> str:
    """A subject that no other message has."""
    return f"proof {uuid.uuid4()}"


@pytest.mark.parametrize("user", [f"office@{DOMAIN}", f"Office@{DOMAIN.upper()}", f"info@{DOMAIN}", f"post@{IDN}"])
def test_addresses_and_aliases_log_in(provider: Provider, user: str) -> None:
    provider.imap(user).logout()
    provider.imap(user, port=143, security="starttls").logout()


@pytest.mark.parametrize(
    "user",
    [
        f"closed@{DOMAIN}",
        f"pure@{DOMAIN}",
        f"cloud@{DOMAIN}",
        f"nobody@{DOMAIN}",
        f"*@{DOMAIN}",
        f"offic*@{DOMAIN}",
        f"office@{DOMAIN})(mail=*",
        f"office+x@{DOMAIN}",
    ],
)
def test_nobody_else_logs_in(provider: Provider, user: str) -> None:
    with pytest.raises(imaplib.IMAP4.error):
        provider.imap(user)
    # Dovecot makes an address wait longer with each failure, until a login succeeds.
    provider.imap(f"second@{DOMAIN}").logout()


@pytest.mark.parametrize("user", [f"closed@{DOMAIN}", f"pure@{DOMAIN}", f"offic*@{DOMAIN}"])
def test_nobody_else_submits(provider: Provider, user: str) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
        provider.send(f"second@{DOMAIN}", "no", login=user)
    assert refusal.value.smtp_code == 535
    provider.imap(f"second@{DOMAIN}").logout()


def test_an_office_behind_one_address_opens_as_many_connections_as_its_programs_want(provider: Provider) -> None:
    """Three computers with five each, and one more to work with; but not any number of them."""
    with ExitStack() as stack:
        for _number in range(16):
            stack.enter_context(provider.imap(f"office@{DOMAIN}"))
        limit = int(provider.host.run("doveconf", "-h", "mail_max_userip_connections"))
        for _number in range(limit - 16):
            stack.enter_context(provider.imap(f"office@{DOMAIN}"))
        with pytest.raises(imaplib.IMAP4.error, match="connections"):
            provider.imap(f"office@{DOMAIN}")


def test_no_password_without_tls(provider: Provider) -> None:
    plain = clients.imap_connect(provider.name, 143, provider.ca, provider.address, security="none")
    assert "LOGINDISABLED" in plain.capabilities
    with pytest.raises(imaplib.IMAP4.error):
        plain.login(f"office@{DOMAIN}", PASSWORD)
    plain.shutdown()
    for port in (25, 587):
        with clients.smtp_connect(provider.name, port, provider.ca, provider.address, security="none") as connection:
            assert connection.has_extn("starttls")
            assert not connection.has_extn("auth")
    with clients.smtp_connect(provider.name, 25, provider.ca, provider.address, security="starttls") as connection:
        assert not connection.has_extn("auth")


@pytest.mark.parametrize(
    ("port", "starttls"), [(465, ""), (587, "smtp"), (993, ""), (143, "imap"), (4190, "sieve"), (25, "smtp")]
)
def test_old_ciphers_are_not_offered_to_who_logs_in(host: Host, port: int, starttls: str) -> None:
    """On port 25 other servers come, and a weak cipher is better than none."""
    for ciphers, works in (
        ("ECDHE+AESGCM", True),
        ("ECDHE+SHA1", port == 25),
        ("SHA256:!AESGCM:!CHACHA20", port == 25),
    ):
        asked = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2", "-cipher", ciphers]
        said = host.run(
            "sh", "-c", '"$@" </dev/null 2>&1 || true', "sh", *asked, *(["-starttls", starttls] if starttls else [])
        )
        assert ("Cipher is ECDHE" in said) == works, (ciphers, said)


@pytest.mark.parametrize(("port", "security"), [(465, "tls"), (587, "starttls")])
def test_submission_reaches_another_mailbox(provider: Provider, subject: str, port: int, security: str) -> None:
    provider.send(f"second@{DOMAIN}", subject, port=port, security=security)
    assert len(provider.inbox(f"second@{DOMAIN}", subject)) == 1


@pytest.mark.parametrize("local", ["info", "office+lists", "info+x", "OFFICE"])
def test_aliases_extensions_and_case(provider: Provider, subject: str, local: str) -> None:
    provider.send(f"{local}@{DOMAIN}", subject, login=f"second@{DOMAIN}")
    assert len(provider.inbox(f"office@{DOMAIN}", subject)) == 1


def test_mail_from_outside_by_the_a_label(provider: Provider, subject: str) -> None:
    provider.from_outside(f"post@{IDN}", subject)
    assert len(provider.inbox(f"post@{IDN}", subject)) == 1


def test_a_forwarding_that_keeps_a_copy(provider: Provider, outside: clients.Sink, subject: str) -> None:
    provider.send(f"kept+list@{DOMAIN}", subject)
    assert [item["to"] for item in outside.wait(subject)] == [["kept@outside.example"]]
    assert len(provider.inbox(f"kept@{DOMAIN}", subject)) == 1


def test_a_pure_forwarding(provider: Provider, outside: clients.Sink, subject: str) -> None:
    provider.from_outside(f"pure+list@{DOMAIN}", subject)
    assert [item["to"] for item in outside.wait(subject)] == [["pure@outside.example"]]
    assert "pure" not in provider.host.run("ls", f"/srv/mail/{CUSTOMER}/{DOMAIN}").split()


@pytest.mark.parametrize("sender", [f"second@{DOMAIN}", f"closed@{DOMAIN}", f"nobody@{DOMAIN}", "x@elsewhere.example"])
def test_a_login_sends_as_nobody_else(provider: Provider, sender: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="not owned by user"):
        provider.send(f"second@{DOMAIN}", "no", sender=sender)


@pytest.mark.parametrize("sender", [f"info@{DOMAIN}", f"office+x@{DOMAIN}"])
def test_a_login_sends_as_its_own_addresses(provider: Provider, subject: str, sender: str) -> None:
    provider.send(f"second@{DOMAIN}", subject, sender=sender)
    assert len(provider.inbox(f"second@{DOMAIN}", subject)) == 1


@pytest.mark.parametrize("sender", [f"second@{DOMAIN}", f"INFO+x@{DOMAIN.upper()}", f"invented@{DOMAIN}"])
def test_without_a_login_nobody_sends_as_an_address_of_ours(provider: Provider, sender: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="Log in to send as this address"):
        provider.from_outside(f"second@{DOMAIN}", "no", sender=sender)


@pytest.mark.parametrize(
    "fields",
    [
        [f"second@{DOMAIN}"],
        ["somebody@bank.example"],
        [f"office@{DOMAIN}, second@{DOMAIN}"],
        [f"office@{DOMAIN}", f"second@{DOMAIN}"],
        [f"second@{DOMAIN} <office@{DOMAIN}>, <second@{DOMAIN}>"],
        [f"friends: second@{DOMAIN};"],
        ["nobody in particular"],
    ],
)
def test_a_login_is_who_its_mail_says_it_is_from(provider: Provider, fields: list[str]) -> None:
    login = f"office@{DOMAIN}"
    lines = [*(f"From: {field}" for field in fields), f"To: second@{DOMAIN}", "Subject: no", "", "text"]
    with clients.smtp_connect(provider.name, 465, provider.ca, provider.address) as connection:
        connection.login(login, PASSWORD)
        with pytest.raises(smtplib.SMTPDataError, match="From: has to be an address of who has logged in"):
            connection.sendmail(login, [f"second@{DOMAIN}"], "\r\n".join(lines))


@pytest.mark.parametrize(
    "field", [f"Office <office@{DOMAIN}>", f"OFFICE+club@{DOMAIN}", f'"second@{DOMAIN}" <office@{DOMAIN}>']
)
def test_a_login_has_names_and_extensions(provider: Provider, subject: str, field: str) -> None:
    login = f"office@{DOMAIN}"
    with clients.smtp_connect(provider.name, 465, provider.ca, provider.address) as connection:
        connection.login(login, PASSWORD)
        connection.sendmail(login, [f"second@{DOMAIN}"], f"From: {field}\r\nSubject: {subject}\r\n\r\ntext")
    assert len(provider.inbox(f"second@{DOMAIN}", subject)) == 1


def test_a_mail_without_a_sender_gets_the_one_of_its_envelope(provider: Provider, subject: str) -> None:
    login = f"office@{DOMAIN}"
    with clients.smtp_connect(provider.name, 465, provider.ca, provider.address) as connection:
        connection.login(login, PASSWORD)
        connection.sendmail(login, [f"second@{DOMAIN}"], f"Subject: {subject}\r\n\r\ntext")
    (received,) = provider.inbox(f"second@{DOMAIN}", subject)
    assert f"\r\nFrom: {login}\r\n".encode() in received


def test_nobody_relays(provider: Provider) -> None:
    for recipient in ("a@gmail.example", f"a%gmail.example@{provider.name}", "a@outside.example"):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            provider.from_outside(recipient, "no")
    script = "import smtplib; print(smtplib.SMTP('127.0.0.1').docmd('EHLO x') and 0)"
    assert provider.host.run("python3", "-c", script).strip() == "0"
    relay = (
        "import smtplib; c = smtplib.SMTP('127.0.0.1'); c.ehlo('x'); c.mail('a@b.example');"
        " print(c.rcpt('a@outside.example')[0])"
    )
    assert provider.host.run("python3", "-c", relay).strip() in {"454", "554"}


def test_programs_of_the_host_send_as_no_customer(provider: Provider) -> None:
    spoof = (
        f"import smtplib; c = smtplib.SMTP('127.0.0.1'); c.ehlo('x'); c.mail('office@{DOMAIN}');"
        f" print(c.rcpt('second@{DOMAIN}')[0])"
    )
    assert provider.host.run("python3", "-c", spoof).strip() == "553"


def test_customers_on_the_host_neither_submit_nor_see_the_queue(provider: Provider) -> None:
    as_nobody = ("setpriv", "--reuid=www-data", "--regid=www-data", "--clear-groups")
    for command in (("sendmail", f"second@{DOMAIN}"), ("mailq",), ("sendmail", "-q")):
        script = f"{' '.join((*as_nobody, *command))} </dev/null >/dev/null 2>&1; echo $?"
        assert provider.host.run("sh", "-c", script).strip() != "0", command


def test_unknown_addresses_are_refused_at_once(provider: Provider) -> None:
    for recipient in (f"nobody@{DOMAIN}", f"*@{DOMAIN}", f"off*@{DOMAIN}", f"@{DOMAIN}"):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            provider.from_outside(recipient, "no")


def test_mail_for_a_suspended_address_is_kept(provider: Provider, subject: str) -> None:
    provider.from_outside(f"closed@{DOMAIN}", subject)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = provider.host.run(
            "grep", "-rls", subject, f"/srv/mail/{CUSTOMER}/{DOMAIN}/closed/Maildir/new", check=False
        )
        if found:
            break
        time.sleep(0.3)
    assert found.count("\n") == 1
    assert provider.host.run("stat", "-c", "%U %a", f"/srv/mail/{CUSTOMER}/{DOMAIN}/closed/Maildir").split() == [
        "vmail",
        "700",
    ]


def test_a_full_mailbox_is_refused_where_it_can_still_be_told(provider: Provider, subject: str) -> None:
    user = f"small@{DOMAIN}"
    provider.from_outside(user, subject, size=MEGABYTE * 9 // 10)
    assert provider.inbox(user, subject)
    with pytest.raises(smtplib.SMTPException, match="full"):
        provider.from_outside(user, "too much", size=MEGABYTE // 2)


def test_filters_are_uploaded_and_redirect(provider: Provider, outside: clients.Sink, subject: str) -> None:
    user = f"second@{DOMAIN}"
    script = 'require ["copy", "vacation"];\nredirect :copy "sieve@outside.example";\nvacation :days 1 "away";\n'
    with clients.Sieve(provider.name, provider.ca, provider.address) as sieve:
        sieve.login(user, PASSWORD)
        sieve.put("proof", script)
        sieve.command('SETACTIVE "proof"')
        with pytest.raises(ConnectionRefusedError, match="frobnicate"):
            sieve.put("broken", "frobnicate;\n")
        provider.from_outside(user, subject, sender="asker@outside.example")
        answers = [outside.received.get(timeout=30) for _number in range(2)]
        assert sorted(item["to"][0] for item in answers) == ["asker@outside.example", "sieve@outside.example"]
        assert len(provider.inbox(user, subject)) == 1
        sieve.command('SETACTIVE ""')
        sieve.command('DELETESCRIPT "proof"')
        assert sieve.command("LISTSCRIPTS")[:-1] == []


@pytest.mark.parametrize(
    ("user", "password"), [(f"second@{DOMAIN}", "wrong"), (f"closed@{DOMAIN}", PASSWORD), (f"cloud@{DOMAIN}", PASSWORD)]
)
def test_filters_want_tls_and_a_login(provider: Provider, user: str, password: str) -> None:
    with clients.Sieve(provider.name, provider.ca, provider.address) as sieve:
        assert "PLAIN" not in " ".join(sieve.offered)
        assert "PLAIN" in " ".join(sieve.offered_with_tls)
        with pytest.raises(ConnectionRefusedError):
            sieve.login(user, password)


def test_the_servers_own_mail_reaches_the_postmaster(provider: Provider, outside: clients.Sink, subject: str) -> None:
    mail = f"Subject: {subject}\n\nfrom cron\n"
    provider.host.run("sendmail", "root", stdin=mail)
    queued = provider.host.run("sh", "-c", "sleep 2; postqueue -j")
    assert subject not in queued
    log = provider.host.run("tail", "-n", "50", "/var/log/mail.log")
    assert re.search(rf"orig_to=<root(@{re.escape(provider.name)})?>.*status=sent", log), log


def test_one_changes_ones_own_password(provider: Provider) -> None:
    user, new = f"post@{IDN}", "another-good-password"
    assert clients.ldap_change_password(provider.host, provider.name, provider.dn(user), PASSWORD, new, provider.ca)
    provider.imap(user, new).logout()
    with pytest.raises(imaplib.IMAP4.error):
        provider.imap(user, PASSWORD)
    stored = provider.host.run("ldapsearch", *AS_ROOT, "-LLL", "-b", provider.dn(user), "userPassword")
    assert "userPassword:: e0FSR09OMn0" in stored
    provider.set_password(user, PASSWORD)


def test_nobody_changes_anothers_password(provider: Provider) -> None:
    with provider.ldap(provider.dn(f"office@{DOMAIN}"), PASSWORD) as connection:
        assert not connection.extend.standard.modify_password(
            user=provider.dn(f"second@{DOMAIN}"), new_password="taken-over-1"
        )
    provider.imap(f"second@{DOMAIN}").logout()


def _service_login(provider: Provider, service: str) -> tuple[str, str]:
    if service == "postfix":
        text = provider.host.run("cat", "/etc/postfix/hosting-mailboxes.cf")
        password = re.search(r"^bind_pw = (.*)$", text, re.MULTILINE)
    else:
        text = provider.host.run("doveconf", "-P", "-h", "ldap_auth_dn_password")
        password = re.search(r"^(.*)$", text, re.MULTILINE)
    assert password
    return f"cn={service},ou=services,{provider.base}", password[1]


@pytest.mark.parametrize("who", ["anonymous", "postfix", "dovecot", "itself", "another"])
def test_nobody_reads_a_hash(provider: Provider, who: str) -> None:
    office, second = provider.dn(f"office@{DOMAIN}"), provider.dn(f"second@{DOMAIN}")
    logins = {"anonymous": ("", ""), "itself": (office, PASSWORD), "another": (second, PASSWORD)}
    with provider.ldap(*(logins.get(who) or _service_login(provider, who))) as connection:
        seen = clients.ldap_read(connection, provider.base)
        seen |= clients.ldap_read(connection, office) | clients.ldap_read(connection, second)
        assert not any("userPassword" in names for names in seen.values())
        assert not clients.ldap_read(connection, provider.base, "(userPassword=*)")
    visible = {"anonymous": set(), "itself": {office}, "another": {second}}.get(who)
    if visible is None:
        assert {office, second} <= set(seen)
    else:
        assert set(seen) == visible


@pytest.mark.parametrize("change", ["add", "replace"])
def test_who_knows_a_password_makes_no_second_one_and_no_plain_one(provider: Provider, change: str) -> None:
    second = provider.dn(f"second@{DOMAIN}")
    entry = f"dn: {second}\nchangetype: modify\n{change}: userPassword\nuserPassword: short\n"
    who = f"-x -H ldaps://{provider.address} -D '{second}' -w {PASSWORD}"
    command = f"LDAPTLS_REQCERT=never ldapmodify {who} 2>&1; true"
    assert "Constraint violation (19)" in provider.host.run("sh", "-c", command, stdin=entry)
    provider.imap(f"second@{DOMAIN}").logout()


def test_services_change_nothing(provider: Provider) -> None:
    with provider.ldap(*_service_login(provider, "dovecot")) as connection:
        for attribute, value in (("hostingStatus", "active"), ("userPassword", "x")):
            assert not clients.ldap_replace(connection, provider.dn(f"closed@{DOMAIN}"), attribute, value)


def test_no_address_is_given_twice(provider: Provider) -> None:
    second = provider.dn(f"second@{DOMAIN}")
    change = f"dn: {second}\nchangetype: modify\nadd: mailLocalAddress\nmailLocalAddress: info@{DOMAIN}\n"
    command = f"ldapmodify {' '.join(AS_ROOT)} 2>&1; true"
    assert "non-unique" in provider.host.run("sh", "-c", command, stdin=change)


def test_the_directory_wants_tls_for_passwords(provider: Provider) -> None:
    for uri, words in (("ldap://127.0.0.1", "onfidentiality"), (f"ldap://{provider.address}", "contact")):
        command = f"ldapwhoami -x -H {uri} -D '{provider.dn(f'office@{DOMAIN}')}' -w {PASSWORD} 2>&1; true"
        assert words in provider.host.run("sh", "-c", command)


def test_the_log_has_full_dates_and_long_queue_ids(provider: Provider, subject: str) -> None:
    provider.send(f"second@{DOMAIN}", subject)
    assert provider.inbox(f"second@{DOMAIN}", subject)
    lines = provider.host.run("tail", "-n", "200", "/var/log/mail.log").splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+[+-]\d\d:\d\d ", line) for line in lines)
    queue_ids = re.findall(r"postfix/qmgr\[\d+\]: ([0-9A-Za-z]+): removed", "\n".join(lines))
    assert queue_ids
    assert all(len(queue_id) >= 12 for queue_id in queue_ids)
