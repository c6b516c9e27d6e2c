# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat with a client that nobody here wrote: messages, files, suspension, erasure, attacks and accidents."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import slixmpp
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.chat import prove_xmpp
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import (
    ConnectionRefused,
    Network,
)
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.site import told

from .chat import ANNA, BERT, CARLA, CERTIFICATES, DATA, LOG, ONE, OWNER, PASSWORD, STATE, Chat, play

# Makes an upload older by some days.
_AGE = """
import pathlib, re, sys
file = pathlib.Path("/var/lib/prosody/upload%2echat%2elab%2eexample/uploads.list")
items = file.read_text().split("item(")
aged = [re.sub(r'(\\["when"\\] = )(\\d+)', lambda found: found[1] + str(int(found[2]) - 86400 * int(sys.argv[2])), item)
        if sys.argv[1] in item else item for item in items]
assert aged != items
file.write_text("item(".join(aged))
"""

# Has Prosody read its configuration three times; prints the files of it that are open then.
_RELOAD = """
import os, socket, subprocess
for _time in range(3):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("/run/prosody/hosting.sock")
        connection.sendall(b'{"do": "reload"}\\n')
        assert connection.makefile().readline() == "{}\\n"
show = ["systemctl", "show", "--value", "--property", "MainPID", "prosody.service"]
place = f"/proc/{subprocess.check_output(show, text=True).strip()}/fd"
found = [os.readlink(f"{place}/{name}") for name in os.listdir(place)]
assert len(found) > 10
print(*(path for path in found if path.endswith((".lua", ".conf"))))
"""

# Tries so many wrong passwords from an address, on as few connections as it may, and the right one at last.
GUESS = """
import base64, json, re, socket, ssl, sys
domain, user, right, address, *wrong = sys.argv[1:]
passwords = ["wrong"] * int((wrong or [24])[0]) + [right]
context = ssl._create_unverified_context()
said, connection = [], None

def answer(pattern):
    seen = b""
    while not re.search(pattern, seen):
        more = connection.recv(65536)
        if not more:
            raise EOFError
        seen += more
    return seen

def opened():
    plain = socket.create_connection(("127.0.0.1", 5222), 20, source_address=(address, 0))
    names = "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
    begin = f"<stream:stream to='{domain}' {names} version='1.0'>"
    globals()["connection"] = plain
    plain.sendall(begin.encode())
    answer(b"</stream:features>")
    plain.sendall(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    answer(b"<proceed")
    globals()["connection"] = context.wrap_socket(plain, server_hostname=domain)
    connection.sendall(begin.encode())
    answer(b"</stream:features>")

for password in passwords:
    try:
        if connection is None:
            opened()
        token = base64.b64encode(f"\\0{user}\\0{password}".encode()).decode()
        connection.sendall(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{token}</auth>".encode())
        seen = answer(b"</failure>|<success|</stream:error>")
        said.append(next(word for word in ("success", "not-authorized", "policy-violation") if word.encode() in seen))
        if said[-1] == "policy-violation":
            connection = None
    except (EOFError, OSError):
        said.append("closed")
        connection = None
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def chat(host: Host, directory_base: str, tmp_path_factory: pytest.TempPathFactory) -> Chat:
    """Return the customers."""
    ca_file = tmp_path_factory.mktemp("chat") / "ca.crt"
    ca_file.write_text(host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")
    address = host.address
    found = Chat(host, directory_base, Network({"*": address}, str(ca_file), 20))
    found.directory()
    found.converge(*OWNER)
    return found


@pytest.fixture(autouse=True)
def whole(chat: Chat) -> Iterator[None]:
    """Bring everything back after a test that has not done so."""
    yield
    chat.run(*OWNER)


def test_two_addresses_exchange_messages(chat: Chat) -> None:
    async def scene() -> None:
        async with chat.client(ANNA) as anna, chat.client(CARLA, port=5223) as carla:
            anna.say(CARLA, "Grüezi")
            assert await carla.text() == (ANNA, "Grüezi")
            carla.say(ANNA, "Servus")
            assert await anna.text() == (CARLA, "Servus")

    play(scene())


def test_what_one_device_sends_the_other_sees(chat: Chat) -> None:
    async def scene() -> None:
        async with chat.client(ANNA) as phone, chat.client(ANNA) as desk, chat.client(BERT) as bert:
            for device in (phone, desk):
                await device.plugin["xep_0280"].enable()
            phone.say(BERT, "from the phone")
            assert await bert.text() == (ANNA, "from the phone")
            carbon = await asyncio.wait_for(desk.carbons.get(), 20)
            assert carbon["carbon_sent"]["body"] == "from the phone"

    play(scene())


def test_files(chat: Chat) -> None:
    async def scene() -> tuple[str, str, dict[str, str]]:
        async with chat.client(CARLA) as carla:
            return await carla.slot("über uns.txt", 5)

    fetch, put, headers = play(scene())
    assert chat.http("PUT", put, b"hello", **headers)[0] == 201
    assert chat.http("GET", fetch) == (200, b"hello")
    assert chat.http("PUT", put, b"other", **headers)[0] == 409
    assert chat.http("PUT", put.replace("über", "x"), b"other")[0] == 401


def test_files_are_kept_for_a_week(chat: Chat) -> None:
    async def scene() -> list[tuple[str, str, dict[str, str]]]:
        async with chat.client(CARLA) as carla:
            return [await carla.slot(name, 5) for name in ("old.txt", "older.txt")]

    slots = play(scene())
    for _fetch, put, headers in slots:
        assert chat.http("PUT", put, b"hello", **headers)[0] == 201
    chat.shell("systemctl stop prosody")
    for (fetch, _put, _headers), days in zip(slots, (6, 8), strict=True):
        chat.host.run("python3", "-", fetch.split("/")[-2], str(days), stdin=_AGE)
    # what is done once a day is done at a start where it is not known to have been done
    chat.shell(f"rm -f {DATA}/upload%2echat%2elab%2eexample/cron.dat; systemctl start prosody")
    slot = slots[1][0].split("/")[-2]
    chat.shell(f"timeout 30 bash -c 'while grep -rq {slot} {DATA}; do sleep 0.2; done'", check=False)
    assert [chat.http("GET", fetch)[0] for fetch, _put, _headers in slots] == [200, 404]
    assert chat.shell(f"find {DATA} -name '*{slot}*'; grep -rl {slot} {DATA}", check=False) == ""


def test_a_file_that_is_too_large_is_refused(chat: Chat) -> None:
    async def scene() -> None:
        async with chat.client(ANNA) as anna:
            with pytest.raises(slixmpp.exceptions.IqError) as caught:
                await anna.slot("large", 104857601)
            assert caught.value.condition == "not-acceptable"

    play(scene())


def test_nothing_is_archived(chat: Chat) -> None:
    async def scene() -> None:
        async with chat.client(ANNA) as anna, chat.client(BERT) as bert:
            anna.say(BERT, "not-for-the-archive")
            assert await bert.text() == (ANNA, "not-for-the-archive")
            found = await anna.plugin["xep_0030"].get_info(slixmpp.JID(ANNA), timeout=20)
            assert not [name for name in found["disco_info"]["features"] if "urn:xmpp:mam" in name]

    play(scene())
    assert chat.shell(f"grep -rl not-for-the-archive {DATA} {LOG}", check=False) == ""


def test_the_log_has_date_time_and_login_and_no_address(chat: Chat) -> None:
    own = chat.shell("echo $SSH_CONNECTION").split()[0]
    before = len(chat.shell(f"cat {LOG}"))
    assert play(chat.login(BERT)) == "session_start"
    assert play(chat.login(BERT, "wrong")) == "failed_all_auth"
    lines = chat.shell(f"cat {LOG}")[before:]
    pattern = rf"^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 \S+\tinfo\tAuthenticated as {re.escape(BERT)}"
    assert len(re.findall(pattern, lines, re.MULTILINE)) == 1
    assert own not in lines
    assert chat.shell(f"stat -c '%U %a' {LOG}") == "prosody 640"
    rotated = r"/var/log/prosody/\*\.log\n/var/log/prosody/prosody\.err\n\{\n\tdaily\n\trotate 7\n"
    assert re.search(rotated, chat.shell("cat /etc/logrotate.d/prosody"))


@pytest.mark.parametrize(
    ("user", "password"),
    [
        (ANNA, "wrong"),
        (ANNA, ""),
        ("*@chat-one.example", PASSWORD),
        ("an*@chat-one.example", PASSWORD),
        ("anna)(mail=*@chat-one.example", PASSWORD),
        ("anna%@chat-one.example", PASSWORD),
        ("ännä@chat-one.example", PASSWORD),
        ("anna\\2a@chat-one.example", PASSWORD),
        ("alias@chat-one.example", PASSWORD),
        ("anna@chat-two.example", PASSWORD),
        ("anna@localhost", PASSWORD),
        ("anna@nowhere.example", PASSWORD),
    ],
)
def test_nobody_else_gets_in(chat: Chat, user: str, password: str) -> None:
    assert play(chat.login(user, password)) != "session_start"


def test_many_wrong_passwords_are_not_tried_any_more(chat: Chat) -> None:
    """As somebody would who guesses; Prosody asks the directory for each, and does nothing else meanwhile."""
    _restart(chat)
    here = "python3 - " + " ".join((ANNA.partition("@")[2], ANNA.partition("@")[0], PASSWORD))
    said = json.loads(chat.host.run("sh", "-c", f"{here} 127.0.0.1", stdin=GUESS))
    assert said.count("not-authorized") == 20, said
    assert said[-1] == "policy-violation"
    assert "success" not in said
    # somebody elsewhere is not concerned
    assert json.loads(chat.host.run("sh", "-c", f"{here} 127.0.0.2 0", stdin=GUESS)) == ["success"]
    _restart(chat)


def _restart(chat: Chat) -> None:
    """Let Prosody forget who has guessed."""
    ready = "until (echo >/dev/tcp/127.0.0.1/5222) 2>/dev/null; do sleep 0.3; done"
    chat.shell("systemctl reset-failed prosody; systemctl restart prosody")
    chat.shell(f"timeout 30 bash -c '{ready}'")


def test_no_password_goes_over_a_connection_without_tls(chat: Chat) -> None:
    with chat.network.connect("chat.lab.example", 5222) as connection:
        opening = "<stream:stream to='chat-one.example' xmlns='jabber:client' version='1.0'"
        connection.sendall(f"{opening} xmlns:stream='http://etherx.jabber.org/streams'>".encode())
        said = b""
        while b"</stream:features>" not in said:
            said += connection.recv(4096)
    assert b"<required/>" in said
    assert b"mechanism" not in said


def test_the_suspended_are_thrown_out_and_come_back_with_everything(chat: Chat) -> None:
    async def scene() -> None:
        async with chat.client(ANNA) as anna, chat.client(CARLA) as carla:
            await anna.befriend(BERT, "kept")
            before = _fingerprint(chat)
            assert before
            await asyncio.to_thread(chat.directory, "suspended", addresses=[ANNA])
            assert not anna.ended.is_set()
            done = await asyncio.to_thread(chat.converge, ANNA, state="suspended")
            assert [(item["action"], item["fields"]) for item in done["results"]] == [("suspend", ["sessions"])]
            assert anna.ended.is_set()
            assert anna.stream_error == "not-authorized"
            assert not carla.ended.is_set()
            assert await chat.login(ANNA) == "failed_all_auth"
            assert _fingerprint(chat) == before
            await asyncio.to_thread(chat.directory)
            done = await asyncio.to_thread(chat.converge, ANNA)
            assert [item["action"] for item in done["results"]] == ["resume"]
            assert not carla.ended.is_set()
        async with chat.client(ANNA) as anna:
            assert anna.client_roster[BERT]["name"] == "kept"

    play(scene())


def test_absent_leaves_nothing_of_an_account(chat: Chat) -> None:
    async def live() -> tuple[str, str, dict[str, str]]:
        async with chat.client(ANNA) as anna, chat.client(BERT) as bert:
            await anna.plugin["xep_0049"].store(_note("secret-note"), timeout=20)
            card = anna.plugin["xep_0054"].make_vcard()
            card["NICKNAME"] = "secret-nick"
            await anna.plugin["xep_0054"].publish_vcard(card, timeout=20)
            item = slixmpp.xmlstream.ET.fromstring("<mood xmlns='http://jabber.org/protocol/mood'>secret-mood</mood>")
            await anna.plugin["xep_0163"].publish(
                slixmpp.xmlstream.StanzaBase(xml=item), node="secret-node", timeout=20
            )
            await anna.plugin["xep_0191"].block([slixmpp.JID("secret@enemy.example")], timeout=20)
            await anna.befriend(BERT, "secret-friend")
            bert.say(CARLA, "for-carla-later")
            return await anna.slot("secret-file.txt", 12)

    fetch, put, headers = play(live())
    assert chat.http("PUT", put, b"secret-bytes", **headers)[0] == 201
    assert chat.http("GET", fetch)[0] == 200
    found = chat.shell(f"grep -rlE 'secret-(note|nick|mood|friend|file|bytes)' {DATA}").splitlines()
    assert len(found) >= 5, found
    others = chat.shell(f"find {DATA} -name 'carla*' -type f | sort | xargs sha256sum")
    chat.directory(chat=False, addresses=[ANNA])
    done = chat.converge(ANNA, state="absent")
    assert [(item["action"], item["fields"]) for item in done["results"]] == [("remove", ["data", "mark", "uploads"])]
    assert chat.shell(f"grep -rlE 'secret-|anna@chat-one' {DATA}", check=False) == ""
    assert chat.shell(f"find {DATA} -name 'anna*'") == ""
    assert chat.shell(f"find {DATA} -name 'carla*' -type f | sort | xargs sha256sum") == others
    assert chat.http("GET", fetch)[0] == 404
    assert "anna" not in chat.shell(f"cat {STATE}/current/manifest.json")
    chat.directory()
    assert [item["action"] for item in chat.converge(ANNA)["results"]] == ["create"]


def test_the_last_account_of_a_domain_takes_the_domain_with_it(chat: Chat) -> None:
    chat.converge(CARLA, state="absent")
    assert chat.domains() == ["chat-one.example"]
    assert chat.shell(f"ls -d {CERTIFICATES}/chat-*") == f"{CERTIFICATES}/chat-one.example"
    assert play(chat.login(CARLA)) != "session_start"
    chat.converge(CARLA)
    assert play(chat.login(CARLA)) == "session_start"


def test_others_stay_connected_while_domains_come_and_go(chat: Chat) -> None:
    async def scene() -> None:
        async with chat.client(ANNA) as anna:
            for state in ("absent", "present"):
                await asyncio.to_thread(chat.converge, CARLA, state=state)
            assert not anna.ended.is_set()
            anna.say(ANNA, "still here")
            assert await anna.text() == (ANNA, "still here")

    play(scene())


def test_orphans_are_told_and_kept(chat: Chat) -> None:
    result = chat.run(ANNA, complete=True)
    assert not result["changed"]
    # on the host there may be more
    assert {BERT, CARLA} <= _names(result)
    assert ANNA not in _names(result)
    withheld = chat.run(ANNA, complete=True, withheld=[ONE])
    assert CARLA in _names(withheld)
    assert BERT not in _names(withheld)
    assert play(chat.login(BERT)) == "session_start"


def test_what_is_not_ours_is_left_alone(chat: Chat) -> None:
    """Data of an account without our mark, and a domain that the operator serves."""
    planted = f"{DATA}/chat%2done%2eexample/roster/stranger.dat"
    own = "/etc/prosody/conf.d/own.cfg.lua"
    chat.shell(f"install -D -o prosody -g prosody /dev/null {planted}; echo 'return {{}};' > {planted}")
    chat.shell(f"echo 'VirtualHost \"own.example\"' > {own}; systemctl reload prosody; sleep 1")
    try:
        for name in ("stranger@chat-one.example", "somebody@own.example"):
            assert told(chat.run(name)) == {name: ("change", "failed", "not-ours")}
            gone = chat.run(name, state="absent")
            assert (gone["changed"], gone["results"]) == (False, [])
            unmanaged = {"accounts": [{"name": name, "customer": ONE, "managed": False}]}
            assert chat.host.module("chat_account", unmanaged)["unmanaged"][0]["found"] == "yes"
        assert chat.shell(f"cat {planted}") == "return {};"
    finally:
        chat.shell(f"rm -f {planted} {own}; systemctl reload prosody")


def test_names_that_are_no_addresses(chat: Chat) -> None:
    bad = [
        'x"]] os.execute("touch /tmp/owned")--@chat-one.example',
        "../../etc@x.example",
        "a@../x",
        "a@b",
        "ü@x.example",
    ]
    result = chat.run(*bad, ANNA)
    assert {code for _action, _status, code in told(result).values()} == {"invalid-name"}
    assert result["counts"] == {"failed": len(bad), "unchanged": 1}
    assert chat.shell("ls /tmp/owned", check=False) == ""


def test_another_customer_s_account_is_refused(chat: Chat) -> None:
    items = [{"name": CARLA, "customer": ONE, "state": state} for state in ("present", "absent")]
    for item in items:
        assert told(chat.host.module("chat_account", {"accounts": [item]}))[CARLA][2] == "owned-by-other"
    assert play(chat.login(CARLA)) == "session_start"


def test_one_broken_domain_does_not_stop_the_others(chat: Chat) -> None:
    chat.run(CARLA, ANNA, BERT, state="absent")
    chat.shell(f"rm -rf {CERTIFICATES}/chat-two.example; ln -s /root {CERTIFICATES}/chat-two.example")
    try:
        result = chat.run(*OWNER)
        done = {name: (action, status) for name, (action, status, _code) in told(result).items()}
        assert done == {ANNA: ("create", "done"), BERT: ("create", "done"), CARLA: ("create", "failed")}
        assert told(result)[CARLA][2] == "unsafe-path"
        assert play(chat.login(ANNA)) == "session_start"
        assert chat.shell("ls /root/chat.pem", check=False) == ""
    finally:
        chat.shell(f"rm -f {CERTIFICATES}/chat-two.example")
    assert told(chat.run(*OWNER)) == {CARLA: ("create", "done", None)}


def test_a_certificate_that_prosody_does_not_take_is_that_domain_s_fault(chat: Chat) -> None:
    """Somebody has their own certificates, and one of them is broken."""
    chat.run(*OWNER, state="absent")
    chat.shell(
        f"cd {CERTIFICATES}; umask 027; cp /etc/hosting/certificates/host.crt chat-one.example.crt;"
        " cp /etc/hosting/certificates/host.key chat-one.example.key;"
        " echo broken > chat-two.example.crt; echo broken > chat-two.example.key; chgrp prosody *.crt *.key"
    )
    try:
        started = chat.shell("systemctl show -p MainPID prosody")
        result = chat.run(*OWNER, certificates={"source": "files"})
        codes = {name: (status, code) for name, (_action, status, code) in told(result).items()}
        assert codes == {
            ANNA: ("done", None),
            BERT: ("done", None),
            CARLA: ("failed", "configuration-rejected"),
        }
        assert chat.shell("systemctl show -p MainPID prosody") == started
        login = {"user": ANNA, "password": PASSWORD, "host": "chat.lab.example", "port": 5222, "security": "starttls"}
        with pytest.raises(ConnectionRefused, match="certificate"):
            # it is the host's, and does not name the domain
            prove_xmpp(login, chat.network)
        assert chat.domains() == ["chat-one.example"]
    finally:
        chat.shell(f"rm -f {CERTIFICATES}/*.crt {CERTIFICATES}/*.key")
        chat.run(*OWNER)


def test_what_somebody_has_altered_is_told_and_put_right(chat: Chat) -> None:
    path = f"{STATE}/current/prosody/chat-two.example.conf"
    chat.shell(f"echo '-- mine' >> {path}")
    done = chat.converge(*OWNER)
    assert told(done) == {CARLA: ("change", "done", None)}
    assert "mine" not in chat.shell(f"cat {path}")


def test_a_certificate_that_is_gone_is_made_anew_without_ending_a_session(chat: Chat) -> None:
    async def scene() -> None:
        async with chat.client(ANNA) as anna:
            await asyncio.to_thread(chat.shell, f"rm {CERTIFICATES}/chat-one.example/chat.pem")
            done = await asyncio.to_thread(chat.converge, *OWNER)
            assert {item["name"]: item["fields"] for item in done["results"]} == {
                ANNA: ["certificate"],
                BERT: ["certificate"],
            }
            assert not anna.ended.is_set()

    play(scene())
    assert play(chat.login(ANNA)) == "session_start"


def test_prosody_down(chat: Chat) -> None:
    chat.shell("systemctl stop prosody")
    try:
        started = time.monotonic()
        result = chat.run(*OWNER)
        assert result["error"]["code"] == "service-unavailable"
        assert time.monotonic() - started < 25
    finally:
        chat.shell("systemctl start prosody; sleep 2")
    assert not chat.run(*OWNER)["changed"]


def test_the_directory_down_refuses_and_the_server_lives(chat: Chat) -> None:
    chat.shell("systemctl stop slapd")
    try:
        assert play(chat.login(ANNA)) != "session_start"
    finally:
        chat.shell("systemctl start slapd")
    assert play(chat.login(ANNA)) == "session_start"


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.torture)])
def test_killed_at_any_moment_the_next_run_heals(chat: Chat, seed: int) -> None:
    chat.run(*OWNER, state="absent")
    delay = random.Random(seed).uniform(0.0, 0.6)
    with chat.host.started("chat_account", chat.arguments(*OWNER)):
        chat.shell(
            "until pgrep -f '[A]nsiballZ_chat_account' >/dev/null; do sleep 0.05; done;"
            f" sleep {delay:.3f}; pkill -KILL -f '[A]nsiballZ_chat_account' || true"
        )
    result = chat.run(*OWNER)
    assert not result.get("failed"), result["msg"]
    assert not chat.run(*OWNER)["changed"]
    assert all(play(chat.login(address)) == "session_start" for address in OWNER)


def test_the_login_proof(chat: Chat) -> None:
    login = {"user": ANNA, "password": PASSWORD, "host": "chat.lab.example", "port": 5222, "security": "starttls"}
    prove_xmpp(login, chat.network)
    prove_xmpp({**login, "port": 5223, "security": "tls"}, chat.network)
    with pytest.raises(ConnectionRefused, match="refuses the login"):
        prove_xmpp({**login, "password": "wrong"}, chat.network)
    with pytest.raises(ConnectionRefused, match="host-unknown"):
        prove_xmpp({**login, "user": "anna@nowhere.example"}, chat.network)
    with pytest.raises(ConnectionRefused, match="certificate"):
        prove_xmpp(login, Network(chat.network.connect_to, None, 20))


def test_the_configuration_is_closed(chat: Chat) -> None:
    paths = ("/etc/prosody/hosting-directory.secret", "/etc/prosody/prosody.cfg.lua", "/run/prosody/hosting.sock")
    modes = [chat.shell(f"stat -c '%U %a' {path}") for path in paths]
    assert modes == ["root 640", "root 640", "prosody 600"]
    assert chat.shell(f"stat -c '%U:%G %a' {CERTIFICATES}/chat-one.example/chat.pem") == "root:prosody 640"
    assert chat.shell(f"stat -c '%U:%G %a' {STATE}/current/prosody/chat-one.example.conf") == "root:prosody 640"


def test_a_reload_leaves_no_file_open(chat: Chat) -> None:
    """Prosody does not close what it includes, a file for each domain: after some reloads it could open no more."""
    assert chat.host.run("python3", "-", stdin=_RELOAD).split() == []


def _note(text: str) -> Any:
    xml = slixmpp.xmlstream.ET.fromstring(f"<note xmlns='note'>{text}</note>")
    return slixmpp.xmlstream.ElementBase(xml=xml)


def _names(result: dict[str, Any]) -> set[str]:
    """Return the orphans."""
    return {orphan["name"] for orphan in result["orphans"]}


def _fingerprint(chat: Chat) -> str:
    """Return the SHA-256 of all data of the accounts."""
    files = f"find {DATA} -type f -path '*chat%2done*' ! -name cron.dat"
    return chat.shell(f"{files} | sort | xargs -r sha256sum")
