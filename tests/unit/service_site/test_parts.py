# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure parts of a site: names, users, places, rendering, certificates."""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import users as system
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.apache import Apache, served_names
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.certificates import (
    DAYS,
    Authority,
    StandIns,
    facts_of,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.fpm import Fpm, discover_version
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.templates import Templates
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.users import Group, SystemAccounts, User
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._daemon_config.certificates import (
    CertificateDirectory,
    Certificates,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import State
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.site import users as site_users
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.site.files import look, places
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.site.model import (
    CERTIFICATE_FILE,
    SiteItem,
    SiteOwner,
    SiteSettings,
    find_invalid,
    find_shared_names,
    find_shared_users,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.site.render import FILTERS, Renderer
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.site.secrets import Secrets, StoredCredentials
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

TEMPLATES = Path(__file__).resolve().parents[3] / "roles" / "web" / "templates" / "site"
DOMAIN = "alpenverein.example"
OWNER = SiteOwner("hc-alpen", 20000, 30000)
WEB = "www-data"


def site(**fields: Any) -> SiteItem:
    """Return a site of PHP with logs of its own."""
    values: dict[str, Any] = {
        "name": DOMAIN,
        "customer": "alpen",
        "state": State.PRESENT,
        "managed": True,
        "kind": "php",
        "aliases": (f"www.{DOMAIN}",),
        "log": "own",
        "databases": (),
        "language": "de",
        "root": None,
        "owner": OWNER,
    }
    return SiteItem(**{**values, **fields})


def settings_in(root: Path) -> SiteSettings:
    """Return settings with every place below ``root``."""
    return SiteSettings(
        web_root=f"{root}/www",
        log_root=f"{root}/log",
        state_directory=f"{root}/state",
        templates=str(TEMPLATES),
        certificates_root=f"{root}/certificates",
        socket_directory="/run/hosting-php",
        web_user=WEB,
        database_host="localhost",
        source="local",
        ca_certificate=f"{root}/ca.crt",
        ca_key=f"{root}/ca.key",
        sentinel_port=8079,
        purge=False,
        php={
            "processes": 5,
            "idle_seconds": 20,
            "requests": 500,
            "memory_mb": 256,
            "seconds": 60,
            "input_variables": 3000,
            "open_basedir": ["/usr/share/php"],
            "sendmail": None,
        },
    )


def accounts(users: Sequence[User] = (), groups: Sequence[Group] = ()) -> SystemAccounts:
    """Return a system with these users and groups, and the web server's."""
    everybody = [User("root", 0, 0), User(WEB, 33, 33), *users]
    all_groups = [Group("root", 0, frozenset()), Group(WEB, 33, frozenset()), Group("adm", 4, frozenset()), *groups]
    return SystemAccounts(
        {user.name: user for user in everybody},
        {user.uid: user for user in everybody},
        {group.name: group for group in all_groups},
        {group.gid: group for group in all_groups},
        Counter(user.gid for user in everybody),
    )


def complete() -> SystemAccounts:
    """Return a system with the customer's accounts."""
    shared = Group("hw-alpen", 30000, frozenset({OWNER.user, WEB}))
    return accounts([User(OWNER.user, 20000, 20000)], [Group(OWNER.user, 20000, frozenset()), shared])


def test_accounts_are_read_from_the_files(tmp_path: Path) -> None:
    (tmp_path / "passwd").write_text(
        "root:x:0:0::/root:/bin/sh\n+::::::\nold:x:1042:100::/:/bin/sh\nold2:x:1042:100::/:/\n"
    )
    (tmp_path / "group").write_text("root:x:0:\nusers:x:100:old,other\nbroken\n")
    found = system.read_accounts(str(tmp_path))
    assert found.users_by_uid[1042] == User("old", 1042, 100)
    assert found.groups["users"].members == {"old", "other"}
    assert found.shares_group(found.users["old"])
    assert not found.shares_group(found.users["root"])


@pytest.mark.parametrize("end", ["\u2028", "\u0085", "\x0b", "\r"])
def test_a_full_name_with_an_odd_line_end_hides_nobody(tmp_path: Path, end: str) -> None:
    (tmp_path / "passwd").write_bytes(f"odd:x:1042:100:One{end}Two:/:/bin/sh\n".encode())
    (tmp_path / "group").touch()
    assert system.read_accounts(str(tmp_path)).users == {"odd": User("odd", 1042, 100)}


@pytest.mark.parametrize("end", ["\u2028", "\u0085", "\x0b", "\r"])
def test_what_a_customer_has_logged_is_no_complaint_of_a_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    log = tmp_path / "error.log"
    log.write_bytes(
        f"[Sat] [core:error] asked for /{end}[Sat] [core:emerg] forged\n[Sat] [core:emerg] true\n"
        f"[Sat] WARNING: child said{end}[Sat] ERROR: forged\n[Sat] ERROR: true too\n".encode()
    )
    assert Apache("", 0, bytes, log=log).complaints() == "true"
    monkeypatch.setattr(Fpm, "log", log)
    assert Fpm("", 0, bytes).complaints() == "true too"


def test_accounts_that_are_as_they_should_be() -> None:
    assert site_users.judge(site(), OWNER, complete(), WEB).value == site_users.wanted_user(site(), OWNER)


@pytest.mark.parametrize(
    ("users", "groups", "told"),
    [
        ([User("hc-alpen", 20001, 20001)], [], "has number 20001 here"),
        ([User("stranger", 20000, 20000)], [], "is that of system user stranger here"),
        ([User("hc-alpen", 20000, 100)], [], "has primary group 100 here"),
        ([], [Group("hc-alpen", 20005, frozenset())], "group hc-alpen has number 20005 here"),
        ([], [Group("stranger", 20000, frozenset())], "number 20000 of group hc-alpen is that of group stranger"),
        ([], [Group("hw-alpen", 30005, frozenset())], "group hw-alpen has number 30005 here"),
        ([], [Group("stranger", 30000, frozenset())], "number 30000 of group hw-alpen is that of group stranger"),
    ],
)
def test_names_and_numbers_of_somebody_else(users: list[User], groups: list[Group], told: str) -> None:
    problem = site_users.judge(site(), OWNER, accounts(users, groups), WEB).problem
    assert problem is not None
    assert told in problem.message
    assert problem.code == "system-user-taken"


@pytest.mark.parametrize(
    "owner", [SiteOwner("root", 0, 30000), SiteOwner("daemon", 1, 30000), SiteOwner("nobody", 65534, 30000)]
)
def test_a_site_never_runs_as_a_user_of_the_system(owner: SiteOwner) -> None:
    problem = site_users.judge(site(owner=owner), owner, accounts([User(owner.user, owner.uid, 1)]), WEB).problem
    assert problem is not None


def test_what_has_to_be_made_of_accounts() -> None:
    adopted = SiteOwner("old", 1042, 31042)
    assert site_users.lines(site(), OWNER, "/srv/www/alpen", WEB) == [
        'u hc-alpen 20000 "Customer alpen" /srv/www/alpen /usr/sbin/nologin',
        "g hw-alpen 30000",
        "m hc-alpen hw-alpen",
        "m www-data hw-alpen",
    ]
    assert site_users.lines(site(), adopted, "/srv/www/alpen", WEB)[0] == "g hw-alpen 31042"
    problem = site_users.judge(site(owner=adopted), adopted, accounts(), WEB).problem
    assert problem is not None
    assert problem.code == "system-user-missing"


def test_places_follow_the_documentation(tmp_path: Path) -> None:
    told = [str(place) for place in places(site(), settings_in(tmp_path), accounts())]
    assert told == [
        "customer's directory root:hw-alpen 0750",
        "site's directory root:hw-alpen 0750",
        "htdocs hc-alpen:hw-alpen 2750",
        "private root:hc-alpen 0750",
        "tmp hc-alpen:hc-alpen 0700",
        "sessions hc-alpen:hc-alpen 0700",
        "log root:adm 0750",
    ]
    assert told == [str(place) for place in places(site(), settings_in(tmp_path), complete())]
    suspended = places(site(state=State.SUSPENDED), settings_in(tmp_path), complete())
    assert [place.label for place in suspended] == ["log"]


def test_a_shared_primary_group_is_not_trusted_with_secrets(tmp_path: Path) -> None:
    owner = SiteOwner("old", 1042, 31042)
    crowd = accounts([User("old", 1042, 100), User("other", 1043, 100)], [Group("users", 100, frozenset())])
    told = [str(place) for place in places(site(owner=owner), settings_in(tmp_path), crowd)]
    assert "private old:root 0500" in told
    assert "tmp old:users 0700" in told


@pytest.mark.parametrize("plant", ["file", "link", "fifo"])
def test_what_is_no_directory_is_found(tmp_path: Path, plant: str) -> None:
    top = tmp_path / "www" / "alpen"
    (top / DOMAIN).mkdir(parents=True)
    path = top / DOMAIN / "htdocs"
    _plant(path, plant)
    seen = look(places(site(), settings_in(tmp_path), complete()), complete())
    assert seen.problem is not None
    assert seen.problem.code == "unsafe-path"
    assert str(path) in seen.problem.message


@pytest.mark.parametrize("name", ["access.log", "error.log"])
@pytest.mark.parametrize("plant", ["directory", "link", "fifo"])
def test_what_apache_can_not_log_to_is_found(tmp_path: Path, name: str, plant: str) -> None:
    path = tmp_path / "log" / DOMAIN / name
    path.parent.mkdir(parents=True)
    _plant(path, plant)
    seen = look(places(site(), settings_in(tmp_path), complete()), complete())
    assert seen.problem is not None
    assert str(path) in seen.problem.message


def _plant(path: Path, what: str) -> None:
    match what:
        case "file":
            path.touch()
        case "directory":
            path.mkdir()
        case "link":
            path.symlink_to("/etc/passwd")
        case "fifo":
            os.mkfifo(path)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x"},
        {"name": "../x.example"},
        {"aliases": ("a b.example",)},
        {"aliases": (DOMAIN,)},
        {"customer": "a/b"},
        {"databases": ("a'b",)},
        {"owner": SiteOwner("a:b", 20000, 30000)},
    ],
)
def test_values_that_reach_paths_are_checked(fields: dict[str, Any]) -> None:
    assert find_invalid(site(**fields)) is not None
    assert find_invalid(site()) is None


def test_a_name_belongs_to_one_site() -> None:
    one, two = site(name="a.example", aliases=("x.example",)), site(name="b.example", aliases=("x.example",))
    assert find_shared_names([one, two], {}).keys() == {"b.example"}
    assert find_shared_names([one], {"x.example": "c.example"}).keys() == {"a.example"}
    assert find_shared_names([replace(one, aliases=("b.example",)), two], {}).keys() == {"a.example"}
    assert find_shared_names([one, replace(two, state=State.ABSENT)], {}) == {}


def test_a_system_user_belongs_to_one_customer() -> None:
    one, two = (
        site(name="a.example"),
        site(name="b.example", customer="other", owner=SiteOwner("hc-other", 20000, 30001)),
    )
    assert find_shared_users([one, site(name="c.example"), two]).keys() == {"b.example"}
    assert find_shared_users([one, replace(two, owner=None)]) == {}
    assert find_shared_users([one, replace(two, owner=SiteOwner("hc-other", 20001, 30001))]) == {}


def test_names_of_files_and_sockets_fit() -> None:
    long = ".".join(["a" * 60] * 4) + ".example"
    assert len(site(name=long).socket_name) < 60
    assert len(site(name=long).vhost_file) < 258
    longest = ".".join(["a" * 62] * 3 + ["b" * 60])
    assert len(longest) == 249
    assert len(site(name=longest + ".ab").vhost_file.rpartition("/")[2]) <= 255
    assert site().socket_name == f"{DOMAIN}.sock"


def test_virtual_hosts_of_the_operator_are_known(tmp_path: Path) -> None:
    (tmp_path / "sites-enabled").mkdir()
    text = (
        '<VirtualHost *:80>\n ServerName http://Old.example:80\n  serveralias  a.example "b.example"\n # ServerName c\n'
    )
    (tmp_path / "sites-enabled" / "old.conf").write_text(text)
    assert set(served_names(tmp_path)) == {"old.example", "a.example", "b.example"}
    assert set(served_names(tmp_path / "missing")) == set()


def test_the_newest_php_is_found(tmp_path: Path) -> None:
    for version in ("8.4", "8.10", "8.2", "odd"):
        (tmp_path / version / "fpm").mkdir(parents=True)
        (tmp_path / version / "fpm" / "php-fpm.conf").touch()
    assert discover_version(tmp_path) == "8.10"
    with pytest.raises(ServiceUnavailable):
        discover_version(tmp_path / "odd")


def _renderer(root: Path) -> Renderer:
    settings = settings_in(root)
    return Renderer(settings, Templates(settings.templates, FILTERS))


def test_a_site_with_php_is_rendered(tmp_path: Path) -> None:
    files = _renderer(tmp_path).present(site(), {"source": "local", "file": "/c/site.pem"}, complete())
    vhost, pool = (files[name].decode() for name in (f"apache/{DOMAIN}.conf", f"php/{DOMAIN}.conf"))
    assert vhost.startswith(f"# magmasoft.hosting: site {DOMAIN} of alpen;")
    assert vhost.count(f'ServerName "{DOMAIN}"') == vhost.count(f'ServerAlias "www.{DOMAIN}"') == 2
    assert f"%{{note:uds_path}} == '/run/hosting-php/{DOMAIN}.sock'" in vhost
    assert "MDomain" not in vhost
    assert f"[{DOMAIN}]" in pool
    assert 'user = "hc-alpen"' in pool
    assert "/usr/share/php" in pool
    assert 'opcache.restrict_api] = "/nonexistent"' in pool


@pytest.mark.parametrize("source", ["local", "acme"])
def test_a_virtual_host_is_the_same_wherever_its_certificate_comes_from(tmp_path: Path, source: str) -> None:
    files = _renderer(tmp_path).present(site(kind="static"), {"source": source, "file": "/c/site.pem"}, complete())
    assert files.keys() == {f"apache/{DOMAIN}.conf"}
    text = files[f"apache/{DOMAIN}.conf"].decode()
    assert 'SSLCertificateFile "/c/site.pem"' in text
    assert "MDomain" not in text


@pytest.mark.parametrize("language", ["de", "en", "it", "es"])
def test_the_notice_is_in_the_customers_language(tmp_path: Path, language: str) -> None:
    files = _renderer(tmp_path).suspended(site(language=language), {"source": "local", "file": "/c"}, complete())
    text = files[f"apache/{DOMAIN}.conf"]
    assert files.keys() == {f"apache/{DOMAIN}.conf"}
    assert text.isascii()
    assert f'<html lang=\\"{language}\\">'.encode() in text
    assert text.count(b"ErrorDocument 503") == 2


@pytest.mark.parametrize("text", ["{{ nothing }}", "{% frobnicate %}", "{{ 1 / 0 }}", "{{ site.nothing }}"])
def test_a_broken_template_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "site.static.conf.j2").write_text(f"\n{text}\n")
    settings = replace(settings_in(tmp_path), templates=str(tmp_path))
    renderer = Renderer(settings, Templates(settings.templates, FILTERS))
    with pytest.raises(ItemRefused, match=r"site\.static\.conf\.j2 line 2") as caught:
        renderer.present(site(kind="static"), {"source": "local", "file": "/c"}, complete())
    assert caught.value.code == "template-error"


def test_the_fingerprint_follows_templates_and_limits(tmp_path: Path) -> None:
    settings = replace(settings_in(tmp_path), templates=str(tmp_path))
    before = Renderer(settings, Templates(settings.templates, FILTERS)).fingerprint()
    assert Renderer(replace(settings, purge=True), Templates(settings.templates, FILTERS)).fingerprint() == before
    (tmp_path / "sentinel.apache.conf.j2").write_text("x")
    assert Renderer(settings, Templates(settings.templates, FILTERS)).fingerprint() == before
    other = replace(settings, php={**settings.php, "processes": 6})
    assert Renderer(other, Templates(settings.templates, FILTERS)).fingerprint() != before
    (tmp_path / "pool.conf.j2").write_text("x")
    assert Renderer(settings, Templates(settings.templates, FILTERS)).fingerprint() != before


def test_passwords_that_nobody_knows_are_told(tmp_path: Path) -> None:
    secrets = Secrets(settings_in(tmp_path), {"a": "password of a"})
    assert secrets.missing(site(databases=("a",)), {}) is None
    assert secrets.missing(site(databases=("b",)), {"b": {"password": "x"}}) is None
    problem = secrets.missing(site(databases=("a", "b")), {})
    assert problem is not None
    assert problem.code == "password-unknown"
    assert "password of a" not in str(problem)
    assert secrets.wanted_digest(site(databases=("b",))) is None
    digest = secrets.wanted_digest(site(databases=("a", "b")))
    assert digest is not None
    assert "password of a" not in digest
    assert (
        secrets.found_digest(
            site(databases=("a", "b")), StoredCredentials({"a": {"password": "password of a"}}, intact=True)
        )
        == digest
    )


def _authority(root: Path, days: int = 3650, issuer: str = "Test") -> Authority:
    """Return an authority; with another issuer it is one whose certificate somebody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    root.mkdir(exist_ok=True)
    (root / "ca.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (root / "ca.key").write_bytes(pem)
    return Authority(str(root / "ca.crt"), str(root / "ca.key"))


def test_a_certificate_is_issued_and_recognised(tmp_path: Path) -> None:
    authority = _authority(tmp_path)
    names = [DOMAIN, f"www.{DOMAIN}"]
    issued = authority.issue(names)
    found = x509.load_pem_x509_certificate(issued.content)
    assert (found.not_valid_after_utc - found.not_valid_before_utc).days == DAYS
    assert issued.renew == int((found.not_valid_after_utc - datetime.timedelta(days=30)).timestamp())
    assert authority.recognise(issued.content, names) == issued
    assert authority.recognise(issued.content, [DOMAIN]) is None
    assert authority.recognise(b"garbage", names) is None
    other = authority.issue(names)
    half = len(issued.content) - issued.content.find(b"-----BEGIN PRIVATE")
    assert authority.recognise(issued.content[:-half] + other.content[-half:], names) is None
    assert _authority(tmp_path / "other").recognise(issued.content, names) is None


def test_what_stands_between_a_certificate_and_its_authority_is_delivered_with_it(tmp_path: Path) -> None:
    issued = _authority(tmp_path, issuer="Root").issue([DOMAIN])
    own, between = x509.load_pem_x509_certificates(issued.content)
    assert own.issuer == between.subject
    assert between.issuer != between.subject
    alone = _authority(tmp_path / "other").issue([DOMAIN])
    assert len(x509.load_pem_x509_certificates(alone.content)) == 1


def test_names_longer_than_a_common_name_are_no_trouble(tmp_path: Path) -> None:
    long = "a" * 60 + ".alpenverein.example"
    authority = _authority(tmp_path)
    assert authority.recognise(authority.issue([long]).content, [long]) is not None


def test_nothing_outlives_its_authority(tmp_path: Path) -> None:
    issued = _authority(tmp_path, days=100).issue([DOMAIN])
    assert issued.renew is None


def test_an_authority_that_is_missing_refuses_the_item(tmp_path: Path) -> None:
    with pytest.raises(ItemRefused, match=r"ca\.crt"):
        Authority(str(tmp_path / "ca.crt"), str(tmp_path / "ca.key")).issue([DOMAIN])


def test_a_certificate_is_judged_by_what_was_noted(tmp_path: Path) -> None:
    authority, settings = _authority(tmp_path), settings_in(tmp_path)
    now = 1_000_000.0
    place = CertificateDirectory(settings.certificates_root, CERTIFICATE_FILE)
    certificates = Certificates("local", settings.ca_certificate, place, lambda: authority, clock=lambda: now)
    path = tmp_path / "certificates" / DOMAIN / CERTIFICATE_FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    status = path.lstat()
    stamp = [status.st_mode, status.st_uid, status.st_size, status.st_mtime_ns]
    names = list(site().names)
    digest = certificates.digest
    notes = {"source": "local", "names": names, "authority": digest, "renew": int(now) + 1, "stamp": stamp}
    assert certificates.told(names, notes) == certificates.wanted(names)
    assert certificates.told(names, {**notes, "names": [DOMAIN]}) != certificates.wanted(names)
    assert certificates.told(names, {**notes, "renew": int(now)}) == "about to expire"
    assert certificates.told(names, {**notes, "renew": None}) == certificates.wanted(names)
    assert certificates.told(names, {**notes, "authority": "x"}) == "of another authority"
    assert certificates.told(names, {**notes, "source": "acme"}) == f"acme: {', '.join(names)}"
    path.write_bytes(b"other")
    assert certificates.told(names, notes) == "missing, or not the one that was issued"


def test_a_site_waits_for_its_certificate_with_a_stand_in(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    place = CertificateDirectory(settings.certificates_root, CERTIFICATE_FILE)
    certificates = Certificates("acme", settings.ca_certificate, place, StandIns)
    names = [DOMAIN, f"www.{DOMAIN}"]
    path = tmp_path / "certificates" / DOMAIN / CERTIFICATE_FILE
    assert certificates.told(names, {}) != certificates.wanted(names)
    notes = certificates.provide(names, {})
    assert certificates.told(names, notes) == certificates.wanted(names)
    facts = facts_of(path.read_bytes())
    assert facts is not None
    assert (facts.stand_in, facts.names) == (True, frozenset(names))
    assert path.stat().st_mode & 0o777 == 0o600
    # what the authority has issued meanwhile is no change, whatever else is changed of the site
    path.write_bytes(b"a real one")
    assert certificates.told(names, notes) == certificates.wanted(names)
    assert certificates.provide([DOMAIN], notes) == {"source": "acme", "names": [DOMAIN]}
    assert path.read_bytes() == b"a real one"
    # one that others can read is replaced, and so is one that this host has signed
    path.chmod(0o644)
    assert certificates.told(names, notes) == "missing, or open to others"
    certificates.provide(names, notes)
    assert path.read_bytes() != b"a real one"
    path.write_bytes(b"a local one")
    certificates.provide(names, {**notes, "source": "local"})
    assert path.read_bytes() != b"a local one"


def test_a_suspended_site_answers_challenges(tmp_path: Path) -> None:
    files = _renderer(tmp_path).suspended(site(), {"source": "acme", "file": "/c"}, complete())
    text = files[f"apache/{DOMAIN}.conf"].decode()
    assert text.count('RedirectMatch 503 "^/(?!\\.well-known/acme-challenge/)"') == 2
    assert 'Redirect 503 "/"' not in text
