# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cloud with clients that nobody here wrote: calendars, contacts, files, quotas, suspension, attacks, accidents."""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.cloud import prove_dav, prove_page
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import (
    ConnectionRefused,
    Network,
)
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from caldav.lib.error import DAVError

from .cloud import ANNA, BERT, CARLA, COLLECTIONS, LOG, NAME, ONE, PASSWORD, PORT, QUOTA, ROOT, URL, Cloud

# the name is in no DNS, so two of the clients come by the address; the proofs check the certificate
pytestmark = pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")

SOURCE, BACK = "/root/cloud-source", "/root/cloud-back"
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20261123T120000Z
DTSTART:20261124T180000Z
DTEND:20261124T190000Z
SUMMARY:{summary}
END:VEVENT
END:VCALENDAR
"""
CARD = "BEGIN:VCARD\nVERSION:3.0\nUID:{uid}\nFN:{name}\nN:;{name};;;\nEND:VCARD\n"


@pytest.fixture(scope="module")
def cloud(host: Host, directory_base: str, tmp_path_factory: pytest.TempPathFactory) -> Cloud:
    """Return the customers."""
    ca_file = tmp_path_factory.mktemp("cloud") / "ca.crt"
    ca_file.write_text(host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")
    address = host.address
    found = Cloud(host, directory_base, Network({"*": address}, str(ca_file), 20))
    found.directory()
    found.host.converge("cloud_account", found.arguments())
    return found


@pytest.fixture(autouse=True)
def whole(cloud: Cloud) -> Iterator[None]:
    """Begin each test with empty trees."""
    yield
    cloud.close()
    cloud.shell(f"rm -rf {ROOT}/*@cloud-*.example/files/* {ROOT}/*@cloud-*.example/shares/*")


def test_calendars(cloud: Cloud) -> None:
    mine = cloud.calendars()
    calendar = mine.calendars()[0]
    assert calendar.get_display_name() == "Calendar"
    calendar.save_event(EVENT.format(uid="one", summary="Probe im Vereinsheim, 18 Uhr"))
    day = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    found = cloud.calendars().calendars()[0].search(start=day, end=day + datetime.timedelta(days=1), event=True)
    assert [str(event.icalendar_component["summary"]) for event in found] == ["Probe im Vereinsheim, 18 Uhr"]
    found[0].delete()
    assert calendar.events() == []


@pytest.mark.parametrize("other", [BERT, CARLA])
def test_nobody_sees_the_collections_of_others(cloud: Cloud, other: str) -> None:
    cloud.calendars(other).calendars()[0].save_event(EVENT.format(uid="secret", summary="secret"))
    quoted = urllib.parse.quote(other)
    for path in (f"/dav/{quoted}/", f"/dav/{quoted}/calendar/", f"/dav/{other}/calendar/secret.ics"):
        for method in ("PROPFIND", "GET", "REPORT", "DELETE", "PUT", "MKCOL", "PROPPATCH"):
            status, said = cloud.http(method, path, data="x" if method == "PUT" else "")
            assert status in (400, 403, 404, 405), (method, path, status)
            assert "secret" not in said.replace(path, "")
    status, said = cloud.http("PROPFIND", "/dav/", "-H", "Depth: 1")
    assert status == 207
    assert other not in urllib.parse.unquote(said)
    with pytest.raises(DAVError):
        cloud.calendars(ANNA).client.calendar(url=f"/dav/{quoted}/calendar/").events()


def test_contacts_and_calendars_are_synchronised_both_ways(cloud: Cloud, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("vdirsyncer")
    remote = (
        f'url = "https://{cloud.network.address(NAME)}:{PORT}/dav/"\nusername = "{CARLA}"\npassword = "{PASSWORD}"\n'
    )
    trust = f'verify_fingerprint = "{cloud.fingerprint()}"\n'
    (tmp_path / "config").write_text(
        f'[general]\nstatus_path = "{tmp_path}/status"\n'
        + "".join(
            f'[pair {kind}]\na = "{kind}_here"\nb = "{kind}_there"\ncollections = ["from a", "from b"]\n'
            f'[storage {kind}_here]\ntype = "filesystem"\npath = "{tmp_path}/{kind}"\nfileext = ".{suffix}"\n'
            f'[storage {kind}_there]\ntype = "{kind}"\n{remote}{trust}'
            for kind, suffix in (("caldav", "ics"), ("carddav", "vcf"))
        ),
        "utf-8",
    )

    def sync() -> None:
        for step in (["discover"], ["sync"]):
            done = subprocess.run(
                [program, "-c", tmp_path / "config", *step],
                input="y\n" * 9,
                check=False,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stdout + done.stderr

    sync()
    sepp = CARD.format(uid="sepp", name="Sepp")
    (tmp_path / "carddav" / "contacts" / "resi.vcf").write_text(CARD.format(uid="resi", name="Resi Gärtner"), "utf-8")
    (tmp_path / "caldav" / "calendar" / "one.ics").write_text(EVENT.format(uid="one", summary="from here"), "utf-8")
    sync()
    assert "Resi Gärtner" in cloud.http("GET", f"/dav/{CARLA}/contacts/resi.vcf", user=CARLA)[1]
    assert cloud.http("PUT", f"/dav/{CARLA}/contacts/sepp.vcf", data=sepp, user=CARLA)[0] == 201
    assert cloud.http("DELETE", f"/dav/{CARLA}/calendar/one.ics", user=CARLA)[0] == 200
    sync()
    assert "FN:Sepp" in (tmp_path / "carddav" / "contacts" / "sepp.vcf").read_text("utf-8")
    assert not (tmp_path / "caldav" / "calendar" / "one.ics").exists()


def test_files_go_there_and_back(cloud: Cloud) -> None:
    cloud.shell(
        f"rm -rf {SOURCE} {BACK}; mkdir -p '{SOURCE}/Über uns/leer & voll'; cd {SOURCE};"
        " head -c 3000000 /dev/urandom > gross.bin; echo hallo > 'Über uns/100% \"sicher\" #1?.txt'; : > leer;"
        " echo x > 'Über uns/leer & voll/a+b=c;d.txt'"
    )
    cloud.rclone("sync", SOURCE, "C:")
    cloud.rclone("sync", "C:", BACK)
    assert cloud.shell(f"diff -r {SOURCE} {BACK}") == ""
    cloud.rclone("moveto", "C:gross.bin", "C:Über uns/klein.bin")
    cloud.rclone("copyto", "C:leer", "C:leer2")
    cloud.rclone("purge", "C:Über uns/leer & voll")
    assert cloud.files() == ["leer", "leer2", "Über uns", 'Über uns/100% "sicher" #1?.txt', "Über uns/klein.bin"]
    assert cloud.shell(f"stat -c '%U %G %a' {ROOT}/{ANNA}/files/leer") == "hosting-cloud hosting-cloud 600"


def test_the_server_knows_what_a_webdav_server_has_to(cloud: Cloud) -> None:
    cloud.shell(f"grep -q {NAME} /etc/hosts || echo 127.0.0.1 {NAME} >> /etc/hosts")
    said = cloud.shell(
        f"cd /root && TESTS='basic copymove locks http' litmus -k {URL}/files/{ANNA}/ {ANNA} {PASSWORD} 2>&1"
        " | tr -cd '[:print:]\\n'"
    )
    failed = re.findall(r"^\s*\d+\. (\S+)\.+ FAIL.*$", said, re.MULTILINE)
    assert "summary for" in said, said
    assert failed == [], said


def test_an_upload_over_the_quota_is_refused_and_leaves_nothing(cloud: Cloud) -> None:
    cloud.restart()
    small, large = "x" * (QUOTA - 50_000), "y" * 60_000
    assert cloud.http("PUT", f"/files/{BERT}/small", data=small, user=BERT)[0] == 201
    for options in ((), ("-H", "Transfer-Encoding: chunked")):
        status, said = cloud.http("PUT", f"/files/{BERT}/large", *options, data=large, user=BERT)
        assert status == 507
        assert "quota" in said
    # one that is there stays as it is
    assert cloud.http("PUT", f"/files/{BERT}/small", data="y" * (QUOTA + 1), user=BERT)[0] == 507
    status, _said = cloud.http("COPY", f"/files/{BERT}/small", "-H", f"Destination: {URL}/files/{BERT}/copy", user=BERT)
    assert status == 507
    assert cloud.files(BERT) == ["small"]
    assert cloud.shell(f"cat {ROOT}/{BERT}/files/small | tr -d x | wc -c") == "0"
    assert cloud.shell(f"ls {ROOT}/{BERT}/uploads") == ""
    # and there is room again once it is gone
    assert cloud.http("DELETE", f"/files/{BERT}/small", user=BERT)[0] == 204
    assert cloud.http("PUT", f"/files/{BERT}/large", data=large, user=BERT)[0] == 201
    status, said = cloud.http("PROPFIND", f"/files/{BERT}/", "-H", "Depth: 0", user=BERT)
    # a file counts what it holds and 4 KB
    assert re.search(r"quota-used-bytes>64096<", said)
    assert re.search(rf"quota-available-bytes>{QUOTA - 64_096}<", said)


def test_the_quota_is_not_passed_by_a_deep_path(cloud: Cloud) -> None:
    """What lay deeper than a path may be long was not counted any more."""
    cloud.restart()
    quoted = f"/files/{BERT}"
    for top in ("a", "b"):
        path = quoted
        for _level in range(9):
            path += f"/{top * 200}"
            assert cloud.http("MKCOL", f"{path}/", user=BERT)[0] == 201
        assert cloud.http("MKCOL", f"{path}/{top * 240}/", user=BERT)[0] == 400
    file = f"{quoted}/{'a' * 200}/file"
    assert cloud.http("PUT", file, data="x" * 90_000, user=BERT)[0] == 201
    inside = f"{quoted}/{'/'.join(['b' * 200] * 9)}/c"
    for method in ("MOVE", "COPY"):
        status, said = cloud.http(method, f"{quoted}/{'a' * 200}/", "-H", f"Destination: {URL}{inside}/", user=BERT)
        assert status >= 400 or "400" in said, (method, status, said)
    assert max(map(len, cloud.files(BERT))) <= 2048
    cloud.restart()
    assert cloud.http("PUT", f"{quoted}/second", data="x" * 90_000, user=BERT)[0] == 507


def test_empty_files_are_not_without_number(cloud: Cloud) -> None:
    cloud.restart()
    statuses = [cloud.http("MKCOL", f"/files/{BERT}/{number}/", user=BERT)[0] for number in range(QUOTA // 4096 + 1)]
    assert set(statuses[:-1]) == {201}
    assert statuses[-1] == 507


@pytest.mark.parametrize("path", [f"/files/{ANNA}/", f"/dav/{ANNA}/", "/"])
@pytest.mark.parametrize("options", [(), ("-H", "Transfer-Encoding: chunked")])
def test_a_request_that_is_no_upload_may_not_be_large(cloud: Cloud, path: str, options: tuple[str, ...]) -> None:
    """An XML reader takes a hundred times the memory of what it reads, and its time."""
    large = f"<D:propfind xmlns:D='DAV:'>{'<D:a/>' * 1_000_000}</D:propfind>"
    before = _memory(cloud)
    for method in ("PROPFIND", "REPORT", "LOCK", "MKCOL"):
        assert cloud.http(method, path, *options, data=large)[0] == 413
    assert _memory(cloud) < before + 50_000
    assert cloud.http("GET", "/")[0] == 200


def test_no_thread_waits_for_what_is_not_needed(cloud: Cloud) -> None:
    """Each refused upload held one of the threads, until the web server closed its connection."""
    large = "x" * 3_000_000
    refused = [
        *(cloud.http("PROPFIND", f"/files/{ANNA}/", data=large)[0] for _number in range(3)),
        *(cloud.http("PUT", f"/files/{BERT}/large", data=large, user=BERT)[0] for _number in range(3)),
        cloud.http("PUT", "/", data=large, user=ANNA, password="wrong")[0],
    ]
    assert refused == [413] * 3 + [507] * 3 + [401]
    # a thread that waits for a request or its body sits in a read of a socket, others wait for work
    waiting = "cat /proc/$(pgrep -n -u hosting-cloud gunicorn)/task/*/wchan; echo"
    assert "unix_stream" not in cloud.shell(waiting)


def test_an_item_may_not_be_large_and_a_file_may(cloud: Cloud) -> None:
    large = CARD.format(uid="large", name="x" * 1_100_000)
    assert cloud.http("PUT", f"/dav/{ANNA}/contacts/large.vcf", data=large)[0] == 413
    assert cloud.http("PUT", f"/files/{ANNA}/large.vcf", data=large)[0] == 201


def test_the_memory_of_the_cloud_is_limited(cloud: Cloud) -> None:
    cloud.host.require("memory")
    total = int(cloud.shell("awk '/MemTotal/ {print $2}' /proc/meminfo")) * 1024
    for unit, most in (("hosting-cloud", 0.41), ("hosting-cloud-web", 0.21)):
        limit = int(cloud.shell(f"systemctl show -P MemoryMax {unit}.service"))
        assert 0 < limit < most * total
        assert cloud.shell(f"systemctl show -P MemoryCurrent {unit}.service").isdecimal()


def _memory(cloud: Cloud) -> int:
    """Return how much memory the largest process of the application has, in KiB."""
    return int(cloud.shell("ps -o rss= -u hosting-cloud -C gunicorn | sort -n | tail -1"))


def test_a_form_may_not_have_a_thousand_files(cloud: Cloud) -> None:
    """Each is an open file before the token of the form is looked at."""
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="file"; filename="{number}"\r\n\r\n\r\n' for number in range(900)
    )
    status, said = cloud.http(
        "POST", "/", "-H", "Content-Type: multipart/form-data; boundary=x", data=f"{parts}--x--\r\n"
    )
    assert status == 409
    assert "höchstens 100 Dateien" in said
    assert cloud.shell(f"ls {ROOT}/{ANNA}/uploads") == ""
    assert cloud.files() == []
    assert cloud.shell("systemctl show -P LimitNOFILE hosting-cloud.service") == "8192"


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "PROPPATCH", "MKCALENDAR"])
@pytest.mark.parametrize("path", [f"/files/{ANNA}/", f"/dav/{ANNA}/calendar/"])
def test_a_document_type_is_the_fault_of_whoever_sends_it(cloud: Cloud, method: str, path: str) -> None:
    since = cloud.shell("date +%s")
    body = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    for text in (body, body.replace("SYSTEM", "PUBLIC 'a'")):
        status, said = cloud.http(method, path, data=text)
        assert status == 400
        assert "root:" not in said
    assert "Traceback" not in cloud.shell(f"journalctl -u hosting-cloud --since @{since} -o cat")


def test_a_page_among_the_files_runs_nothing(cloud: Cloud) -> None:
    assert cloud.http("PUT", f"/files/{ANNA}/page.html", data="<script>1</script>")[0] == 201
    for path in (
        f"/files/{ANNA}/page.html",
        f"/files%2f{ANNA}/page.html",
        f"/files%2F{ANNA}%2Fpage.html",
        f"//files/{ANNA}/page.html",
    ):
        said = cloud.http("GET", path, "-i")[1]
        assert "<script>" not in said or "sandbox" in said, (path, said)
    assert "sandbox" in cloud.http("GET", f"/files%2f{ANNA}/page.html", "-i")[1]


def test_a_link_to_a_folder_stands_in_no_log(cloud: Cloud) -> None:
    cloud.http("MKCOL", f"/files/{ANNA}/photos/")
    token = re.search(r'name="token" value="([0-9a-f]+)"', cloud.http("GET", "/")[1])
    assert token
    form = ("-F", f"token={token[1]}", "-F", "action=share", "-F", "name=photos")
    assert cloud.http("POST", "/", *form)[0] == 303
    link = re.search(r"/shared/[0-9a-f]+/([A-Za-z0-9_-]{43})/", cloud.http("GET", "/")[1])
    assert link
    for path in (link[0], link[0].replace("/shared", "//shared"), link[0].replace("/", "%2f").replace("%2f", "/", 1)):
        cloud.http("GET", path, "-H", f"Referer: {URL}{link[0]}", user=None)
    assert cloud.http("GET", link[0], user=None)[0] == 200
    assert cloud.shell(f"grep -rl -e {link[1]} /var/log || true") == ""
    assert '"GET /shared/ HTTP/' in cloud.shell(f"tail -n 1 {LOG}")


def test_old_ciphers_are_not_offered(cloud: Cloud) -> None:
    for ciphers, works in (
        ("ECDHE+AESGCM", True),
        ("kRSA", False),
        ("SHA1", False),
        ("SHA256:!AESGCM:!CHACHA20", False),
    ):
        asked = f"openssl s_client -connect 127.0.0.1:{PORT} -tls1_2 -cipher '{ciphers}'"
        said = cloud.shell(f"echo | {asked} 2>&1 | grep -c 'Cipher is ECDHE'", check=False)
        assert (said == "1") == works, (ciphers, said)


def test_an_upload_that_breaks_off_leaves_the_former_file(cloud: Cloud) -> None:
    cloud.http("PUT", f"/files/{ANNA}/file", data="former")
    for path in ("file", "new"):
        with pytest.raises(AssertionError, match="ended with 28"):
            cloud.http("PUT", f"/files/{ANNA}/{path}", "--limit-rate", "1k", "--max-time", "2", data="z" * 100_000)
    for _second in range(20):
        if cloud.shell(f"ls {ROOT}/{ANNA}/uploads") == "":
            break
        cloud.shell("sleep 1")
    assert cloud.shell(f"cat {ROOT}/{ANNA}/files/file") == "former"
    assert cloud.shell(f"ls {ROOT}/{ANNA}/uploads") == ""
    assert cloud.files() == ["file"]


@pytest.mark.parametrize(
    "path",
    [
        f"/files/{CARLA}/secret", f"/files/{ANNA}/../{CARLA}/secret", f"/files/{ANNA}/..%2f{CARLA}/secret",
        f"/files/{ANNA}/%2e%2e/{CARLA}/secret", f"/files/{ANNA}/%2e%2e/account.json", f"/files//{CARLA}/secret",
        f"/files/{ANNA}/..%2f..%2f..%2f..%2fetc/passwd", "/files/", f"/files/{ANNA}/link", f"/files/{ANNA}/dir/secret",
        f"/files/{ANNA}/dir/", f"/files/{ANNA}/fifo", f"/files/{ANNA}/%00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "PROPFIND", "PUT", "DELETE", "COPY", "MOVE"])
def test_nothing_leads_out_of_a_tree(cloud: Cloud, path: str, method: str) -> None:
    cloud.shell(
        f"echo secret > {ROOT}/{CARLA}/files/secret; cd {ROOT}/{ANNA}/files; ln -sfn ../../{CARLA}/files/secret link;"
        f" ln -sfn {ROOT}/{CARLA}/files dir; [ -e fifo ] || mkfifo fifo; chown -h hosting-cloud link dir fifo"
    )
    options = ("-H", f"Destination: {URL}/files/{ANNA}/taken") if method in ("COPY", "MOVE") else ()
    status, said = cloud.http(method, path, *options, data="planted" if method == "PUT" else "")
    assert status >= 400, said
    assert "secret\n" not in said
    assert "root:" not in said
    assert cloud.shell(f"cat {ROOT}/{CARLA}/files/secret") == "secret"
    assert cloud.files(CARLA) == ["secret"]
    assert "taken" not in cloud.files()


@pytest.mark.parametrize("method", ["DELETE", "MOVE"])
def test_the_tree_itself_stays(cloud: Cloud, method: str) -> None:
    options = ("-H", f"Destination: {URL}/files/{ANNA}/taken") if method == "MOVE" else ()
    assert cloud.http("PUT", f"/files/{ANNA}/file", data="x")[0] == 201
    assert cloud.http(method, f"/files/{ANNA}/", *options)[0] == 404
    assert cloud.files() == ["file"]
    assert cloud.shell(f"stat -c '%U %a' {ROOT}/{ANNA}/files") == "hosting-cloud 700"


def test_a_listing_leaves_planted_links_out(cloud: Cloud) -> None:
    cloud.shell(f"cd {ROOT}/{ANNA}/files; ln -s /etc/passwd link; mkfifo fifo; echo x > mine")
    status, said = cloud.http("PROPFIND", f"/files/{ANNA}/", "-H", "Depth: 1")
    assert status == 207
    names = {found.rpartition("/")[2] for found in re.findall(r"href>([^<]*)<", said)}
    assert names == {"", "mine"}


@pytest.mark.parametrize(
    ("user", "password"),
    [
        (None, ""), (ANNA, "wrong"), (ANNA, ""), ("*", PASSWORD), ("*@cloud-one.example", PASSWORD), ("", PASSWORD),
        ("anna)(mail=*@cloud-one.example", PASSWORD), ("anna@cloud-two.example", PASSWORD),
        ("../anna@x.example", PASSWORD),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", f"/files/{ANNA}/", f"/dav/{ANNA}/", "/browse/"])
def test_nobody_else_gets_in(cloud: Cloud, path: str, user: str | None, password: str) -> None:
    assert cloud.http("PROPFIND" if path != "/" else "GET", path, user=user, password=password)[0] == 401


def test_headers_do_not_make_somebody_else_of_one(cloud: Cloud) -> None:
    for header in ("X-Remote-User", "Remote-User", "X-Hosting-User", "X-Forwarded-User", "X-Script-Name"):
        status, said = cloud.http("PROPFIND", f"/dav/{CARLA}/", "-H", f"{header}: {CARLA}")
        assert status == 403, (header, said)
        assert cloud.http("GET", "/", "-H", f"{header}: {CARLA}", user=None)[0] == 401


def test_many_wrong_passwords_are_not_tried_any_more(cloud: Cloud) -> None:
    cloud.restart()
    statuses = [cloud.http("GET", "/", user=BERT, password=f"wrong-{number}")[0] for number in range(12)]
    assert statuses[:10] == [401] * 10
    assert statuses[-1] == 429
    assert cloud.http("GET", "/", user=BERT)[0] == 429
    # others are not concerned, and not the same one elsewhere
    assert cloud.http("GET", "/", user=ANNA)[0] == 200
    prove_page({"user": BERT, "password": PASSWORD, "url": f"{URL}/"}, cloud.network)
    cloud.restart()


def test_nobody_makes_themselves_another_client(cloud: Cloud) -> None:
    """A header that names itself in `Connection` is taken away on the way (RFC 9110, 7.6.1)."""
    cloud.restart()
    for number in range(10):
        assert cloud.http("GET", "/", user=BERT, password=f"wrong-{number}")[0] == 401
    for headers in (
        ("Connection: close, X-Hosting-Client",),
        ("X-Hosting-Client: 192.0.2.7",),
        ("X_Hosting_Client: x",),
    ):
        options = [part for header in headers for part in ("-H", header)]
        assert cloud.http("GET", "/", *options, user=BERT, password="wrong")[0] in (400, 429)
    assert cloud.http("GET", "/", "-H", "Connection: X-Hosting-Client", user=ANNA)[0] == 400
    cloud.restart()


def test_the_suspended_are_refused_at_once_and_come_back_with_everything(cloud: Cloud) -> None:
    cloud.http("PUT", f"/files/{ANNA}/file", data="mine")
    cloud.calendars().calendars()[0].save_event(EVENT.format(uid="kept", summary="kept"))
    places = f"{ROOT}/{ANNA}/files {COLLECTIONS}/{ANNA}"
    hashes = f"find {places} -type f -not -path '*/.Radicale*' | sort | xargs -d '\n' sha256sum"
    before = cloud.shell(hashes)
    done = cloud.host.converge("cloud_account", cloud.arguments({ANNA: "suspended"}))
    assert [(item["name"], item["action"]) for item in done["results"]] == [(ANNA, "suspend")]
    # the directory lets her in still: the cloud does not
    for method, path in (("GET", "/"), ("GET", f"/files/{ANNA}/file"), ("PROPFIND", f"/dav/{ANNA}/")):
        assert cloud.http(method, path)[0] == 401
    cloud.directory({ANNA: "suspended"})
    cloud.apply()
    # and the other way round
    assert cloud.http("GET", "/")[0] == 401
    cloud.directory()
    assert cloud.http("GET", f"/files/{ANNA}/file") == (200, "mine")
    assert cloud.shell(hashes) == before


def test_a_new_password_counts(cloud: Cloud) -> None:
    cloud.directory(password="another-pass-word")
    try:
        assert cloud.http("GET", "/", password="another-pass-word")[0] == 200
        assert cloud.http("GET", "/", user=CARLA)[0] == 401
    finally:
        cloud.directory()


def test_absent_keeps_and_purge_leaves_nothing(cloud: Cloud) -> None:
    cloud.http("PUT", f"/files/{CARLA}/file", data="mine", user=CARLA)
    cloud.calendars(CARLA).calendars()[0].save_event(EVENT.format(uid="gone", summary="gone"))
    cloud.host.converge("cloud_account", cloud.arguments({CARLA: "absent"}))
    assert cloud.http("GET", "/", user=CARLA)[0] == 401
    assert cloud.files(CARLA) == ["file"]
    done = cloud.host.converge("cloud_account", cloud.arguments({CARLA: "absent"}, purge=True))
    assert [(item["name"], item["action"], item["fields"]) for item in done["results"]] == [(CARLA, "remove", ["data"])]
    assert cloud.shell(f"ls -d {ROOT}/{CARLA} {COLLECTIONS}/{CARLA}", check=False) == ""
    cloud.apply()
    assert cloud.files(CARLA) == []
    assert cloud.calendars(CARLA).calendars()[0].events() == []


def test_quota_and_language_change(cloud: Cloud) -> None:
    arguments = cloud.arguments()
    arguments["accounts"][1] |= {"quota": 1, "language": "en"}
    done = cloud.host.converge("cloud_account", arguments)
    assert [(item["name"], item["fields"]) for item in done["results"]] == [(BERT, ["language", "quota"])]
    assert cloud.http("PUT", f"/files/{BERT}/x", data="xx", user=BERT)[0] == 507
    assert "of 1 B used" in cloud.http("GET", "/", user=BERT)[1]
    cloud.apply()


@pytest.mark.parametrize(
    "break_it",
    [
        "rm -r {tree} && ln -s /etc {tree}",
        "rm -r {tree}/files && ln -s /etc {tree}/files",
        "rm {tree}/account.json && ln -s /etc/passwd {tree}/account.json",
        "echo '{{' > {tree}/account.json",
        "rm -r {tree} && touch {tree}",
    ],
)
def test_one_broken_account_does_not_stop_the_others(cloud: Cloud, break_it: str) -> None:
    tree = f"{ROOT}/{BERT}"
    cloud.shell(break_it.format(tree=tree))
    arguments = cloud.arguments({ANNA: "suspended"})
    try:
        done = cloud.host.module("cloud_account", arguments)
        told = {item["name"]: (item["status"], str((item["error"] or {}).get("message"))) for item in done["results"]}
        assert done["failed"]
        assert told[ANNA] == ("done", "None")
        assert told[BERT][0] == "failed"
        assert tree in told[BERT][1]
        assert cloud.shell("stat -c '%U %a' /etc") == "root 755"
        assert cloud.http("GET", "/", user=CARLA)[0] == 200
        assert cloud.http("GET", "/", user=BERT)[0] >= 400
    finally:
        cloud.shell(f"rm -rf {tree}")
    cloud.host.converge("cloud_account", cloud.arguments())
    assert cloud.http("GET", "/", user=BERT)[0] == 200


def test_what_is_not_ours_is_left_alone_and_told(cloud: Cloud) -> None:
    other = "dora@cloud-two.example"
    cloud.shell(f"mkdir {ROOT}/{other}; echo x > {ROOT}/{other}/file")
    try:
        accounts = [{"name": other, "customer": ONE}]
        done = cloud.host.module("cloud_account", {"accounts": accounts})
        assert "not ours" in done["results"][0]["error"]["message"]
        unmanaged = cloud.host.module("cloud_account", {"accounts": [{**accounts[0], "managed": False}]})
        assert not unmanaged["changed"]
        assert [item["name"] for item in unmanaged["unmanaged"]] == [other]
    finally:
        cloud.shell(f"rm -r {ROOT}/{other}")


def test_orphans_are_told_and_kept(cloud: Cloud) -> None:
    arguments = cloud.arguments(complete=True)
    arguments["accounts"] = arguments["accounts"][:2]
    done = cloud.host.module("cloud_account", arguments)
    assert CARLA in [item["name"] for item in done["orphans"]]
    assert not done["changed"]
    assert cloud.http("GET", "/", user=CARLA)[0] == 200


def test_another_customers_account_is_refused(cloud: Cloud) -> None:
    done = cloud.host.module("cloud_account", {"accounts": [{"name": CARLA, "customer": ONE}]})
    assert "belongs to customer" in done["results"][0]["error"]["message"]


@pytest.mark.parametrize(
    "name", ["../x@cloud-one.example", "a@b", "x/y@cloud-one.example", "a\n@cloud-one.example", ".@x.example"]
)
def test_names_that_are_no_addresses_are_refused(cloud: Cloud, name: str) -> None:
    done = cloud.host.module("cloud_account", {"accounts": [{"name": name, "customer": ONE}]})
    assert done["results"][0]["error"]["code"] == "invalid-name"


def test_a_killed_run_heals(cloud: Cloud) -> None:
    many = [{"name": f"kill{number}@cloud-one.example", "customer": ONE} for number in range(200)]
    wait = "timeout 60 sh -c 'until pgrep -f [A]nsiballZ_cloud_account; do sleep 0.1; done'"
    for seconds in (0.5, 0.8, 1.1):
        with cloud.host.started("cloud_account", {"accounts": many}):
            cloud.shell(f"{wait} && sleep {seconds} && {{ pkill -9 -f [A]nsiballZ_cloud_account || true; }}")
    cloud.host.converge("cloud_account", {"accounts": many})
    assert cloud.shell(f"ls -A {ROOT} | grep -c '^kill'") == "200"
    assert cloud.shell(f"ls -A {ROOT} | grep hosting || true") == ""
    gone = [{**item, "state": "absent"} for item in many]
    with cloud.host.started("cloud_account", {"accounts": gone, "purge": True}):
        cloud.shell(f"{wait} && sleep 0.8 && {{ pkill -9 -f [A]nsiballZ_cloud_account || true; }}")
    cloud.host.converge("cloud_account", {"accounts": gone, "purge": True})
    assert cloud.shell(f"ls -A {ROOT} | grep -c '^kill' || true") == "0"


def test_the_directory_down_is_told_and_nothing_is_lost(cloud: Cloud) -> None:
    cloud.shell("systemctl stop slapd")
    try:
        assert cloud.http("GET", "/")[0] == 503
    finally:
        cloud.shell("systemctl start slapd")
    assert cloud.http("GET", "/")[0] == 200


def test_the_proofs(cloud: Cloud) -> None:
    login = {"user": ANNA, "password": PASSWORD}
    prove_page({**login, "url": f"{URL}/"}, cloud.network)
    prove_dav({**login, "url": f"{URL}/files/{ANNA}/"}, cloud.network)
    prove_dav({**login, "url": f"{URL}/dav/"}, cloud.network)
    with pytest.raises(ConnectionRefused, match="status 401"):
        prove_page({**login, "password": "wrong", "url": f"{URL}/"}, cloud.network)


def test_the_log_says_who_and_when_and_holds_no_password(cloud: Cloud) -> None:
    cloud.http("PUT", f"/files/{ANNA}/logged", data="x")
    cloud.http("GET", "/", password="the-wrong-one")
    lines = cloud.shell(f"cat {LOG}")
    assert re.search(
        rf'^\S+ - {re.escape(ANNA)} \[[^]]+\] "PUT /files/{re.escape(ANNA)}/logged HTTP/', lines, re.MULTILINE
    )
    assert re.search(r'^\S+ - - \[[^]]+\] "GET / HTTP/\S+" 401 ', lines, re.MULTILINE)
    journal = cloud.shell("journalctl -u hosting-cloud -u hosting-cloud-web -o cat")
    for secret in (PASSWORD, "the-wrong-one"):
        assert secret not in lines + journal
    assert cloud.shell(f"stat -c '%U %G' {LOG}") == "root adm" or cloud.shell(f"stat -c %U {LOG}") == "root"
    assert "rotate 14" in cloud.shell("cat /etc/logrotate.d/hosting-cloud")


def test_what_is_closed(cloud: Cloud) -> None:
    assert cloud.shell(f"stat -c '%U %G %a' {ROOT}/{ANNA}") == "root hosting-cloud 750"
    assert cloud.shell(f"stat -c '%U %G %a' {ROOT}/{ANNA}/files") == "hosting-cloud hosting-cloud 700"
    assert cloud.shell("stat -c '%U %G %a' /etc/hosting/cloud/directory.secret") == "root hosting-cloud 640"
    assert (
        cloud.shell("su -s /bin/sh www-data -c 'ls /srv/cloud /run/hosting-cloud' 2>&1", check=False).count("denied")
        == 2
    )
    mark = json.loads(cloud.shell(f"cat {ROOT}/{BERT}/account.json"))
    assert (mark["customer"], mark["quota"]) == (ONE, QUOTA)
