# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat accounts from the files of a Prosody 13.0, as a real one wrote them."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores import chat_account
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.chat_account import ChatAccount
from ansible_collections.magmasoft.hosting.tests.kinds.world import unpacked

from .customers import CLUB, INFO, MYCLUB, OFFICE, OTHER, Bags, held, mailbox, selection, written

HOST, UPLOADS = "club%2eexample", "upload%2eexample"
NAMES = {
    "pie": "urn:xmpp:pie:0",
    "client": "jabber:client",
    "roster": "jabber:iq:roster",
    "privacy": "jabber:iq:privacy",
    "private": "jabber:iq:private",
    "pubsub": "http://jabber.org/protocol/pubsub",
    "owner": "http://jabber.org/protocol/pubsub#owner",
    "data": "jabber:x:data",
    "mam": "urn:xmpp:pie:0#mam",
    "delay": "urn:xmpp:delay",
}
ROSTER = r"""return {
    [false] = {
        ["pending"] = {
            ["ciao@foto.example"] = {
                ["name"] = "presence";
                ["attr"] = {
                    ["to"] = "office@club.example";
                    ["from"] = "ciao@foto.example";
                    ["type"] = "subscribe";
                };
            };
            ["old@foto.example"] = true;
        };
        ["version"] = 3;
    };
    ["wart@club.example"] = {
        ["name"] = "H\195\188tten \"wart\" <&>";
        ["groups"] = {
            ["Freunde & Co"] = true;
        };
        ["subscription"] = "both";
    };
};
""".replace("    ", "\t")
NICK = """item({
    "Obfrau";
    ["key"] = "6442";
    ["attr"] = {
        ["xmlns"] = "http://jabber.org/protocol/nick";
        ["stamp"] = "2026-11-25T10:29:25Z";
    };
    ["name"] = "nick";
    ["when"] = 1795602565;
    ["with"] = "office@club.example";
});
""".replace("    ", "\t")
PEP = """return {
    ["http://jabber.org/protocol/nick"] = {
        ["name"] = "http://jabber.org/protocol/nick";
        ["subscribers"] = {};
        ["affiliations"] = {
            ["office@club.example"] = "owner";
        };
        ["config"] = {
            ["persist_items"] = true;
            ["max_items"] = "max";
            ["payload_type"] = "x";
            ["_defaults_only"] = true;
        };
    };
    ["empty"] = true;
};
""".replace("    ", "\t")
BLOCKED = """return {
    [false] = {
        ["created"] = 1795602565;
    };
    ["spam@evil.example"] = 1795602565;
};
""".replace("    ", "\t")


def message(text: str, when: int = 1795602566) -> str:
    """Return a message as it lies in a list."""
    return (
        f'item({{\n\t{{\n\t\t"{text}";\n\t\t["name"] = "body";\n\t\t["attr"] = {{}};\n\t}};\n\t["key"] = "k";\n'
        '\t["attr"] = {\n\t\t["to"] = "office@club.example";\n\t\t["xml:lang"] = "en";\n'
        '\t\t["stamp"] = "2026-11-25T10:29:26Z";\n\t\t["from"] = "ciao@foto.example/x";\n\t\t["type"] = "chat";\n\t};\n'
        f'\t["name"] = "message";\n\t["when"] = {when};\n\t["with"] = "ciao@foto.example";\n}});\n'
    )


def upload(slot: str, uploader: str, name: str = "a.txt") -> str:
    """Return a slot for an upload as it lies in the list of all."""
    return (
        f'item({{\n\t["key"] = "{slot}";\n\t["attr"] = {{\n\t\t["filename"] = "{name}";\n\t\t["size"] = "5";\n\t}};\n'
        f'\t["name"] = "request";\n\t["when"] = 1795602565;\n\t["with"] = "{uploader}";\n}});\n'
    )


def data(tmp_path: Path, **more: Any) -> Path:
    """Return a data directory with what ``more`` has of the account."""
    return written(tmp_path / "prosody", {f"{HOST}/{name}": content for name, content in more.items()})


def store(root: Path, **more: str) -> ChatAccount:
    """Return the store."""
    return ChatAccount({"data": str(root), "upload_host": "upload.example", **more})


def document(bags: Bags, address: str = OFFICE) -> ET.Element:
    """Return the document of an address."""
    return ET.fromstring(bags.files()[f"chat/{address}.xml"])  # noqa: S314 - it is ours


def test_everything_of_an_account(tmp_path: Path, bags: Bags) -> None:
    root = written(
        tmp_path,
        {
            f"{HOST}/roster/office.dat": ROSTER,
            f"{HOST}/pep/office.dat": PEP,
            f"{HOST}/pep_http%3a%2f%2fjabber%2eorg%2fprotocol%2fnick/office.list": NICK,
            f"{HOST}/pep_http%3a%2f%2fjabber%2eorg%2fprotocol%2fnick/office.lidx": b"\0binary",
            f"{HOST}/blocklist/office.dat": BLOCKED,
            f"{HOST}/offline/office.list": message("one") + message(r"two <&> \195\164"),
            f"{HOST}/archive/office.list": message("kept", 1700000000),
            f"{HOST}/private/office.dat": 'return { ["a:b"] = { ["name"] = "a"; ["attr"] = { ["xmlns"] = "b"; }; }; };',
            f"{HOST}/roster/office2.dat": "SECRET",
            "myclub%2eexample/roster/office.dat": "return {};",
        },
    )
    bags.export(store(root), CLUB, MYCLUB)
    user = document(bags).find("pie:host[@jid='club.example']/pie:user[@name='office']", NAMES)
    assert user is not None
    items = user.findall("roster:query[@version='3']/roster:item", NAMES)
    assert [(one.get("jid"), one.get("name"), one.get("subscription")) for one in items] == [
        ("wart@club.example", 'Hütten "wart" <&>', "both")
    ]
    assert [one.text for one in items[0]] == ["Freunde & Co"]
    assert [one.get("from") for one in user.findall("client:presence[@type='subscribe']", NAMES)] == [
        "ciao@foto.example",
        "old@foto.example",
    ]
    assert [one.get("value") for one in user.findall(".//privacy:item[@action='deny']", NAMES)] == ["spam@evil.example"]
    waiting = user.findall("pie:offline-messages/client:message", NAMES)
    assert [one.findtext("client:body", "", NAMES) for one in waiting] == ["one", "two <&> ä"]
    assert [one.find("delay:delay[@stamp='2026-11-25T10:29:26Z']", NAMES) is not None for one in waiting] == [True] * 2
    assert all("stamp" not in one.attrib and "key" not in one.attrib for one in waiting)
    assert [one.get("node") for one in user.findall("pubsub:pubsub/pubsub:items", NAMES)] == [
        "http://jabber.org/protocol/nick",
        "empty",
    ]
    nick = user.find("pubsub:pubsub/pubsub:items/pubsub:item[@id='6442']", NAMES)
    assert nick is not None
    assert nick.findtext("{http://jabber.org/protocol/nick}nick") == "Obfrau"
    fields = user.findall("owner:pubsub/owner:configure/data:x/data:field", NAMES)
    assert {str(one.get("var")): one.findtext("data:value", "", NAMES) for one in fields} == {
        "FORM_TYPE": "http://jabber.org/protocol/pubsub#node_config",
        "pubsub#persist_items": "1",
        "pubsub#max_items": "max",
        "pubsub#type": "x",
    }
    assert user.find("private:query/{b}a", NAMES) is not None
    archived = user.findall("mam:archive/{urn:xmpp:mam:2}result[@id='k']", NAMES)
    assert [one.findtext(".//client:body", "", NAMES) for one in archived] == ["kept"]
    record = bags.records()[0]
    assert (record["outcome"], record["oldest"], record["newest"]) == (
        "delivered",
        "2023-11-14T22:13:20Z",
        "2026-11-25T10:29:26Z",
    )
    assert [(one["item"], one["count"]) for one in held(store(root), CLUB, MYCLUB)] == [(OFFICE, 7), (OTHER, 1)]


def test_no_credentials(tmp_path: Path, bags: Bags) -> None:
    root = data(
        tmp_path,
        **{
            "accounts/office.dat": 'return { ["password"] = "SECRET"; };',
            "tokenauth/office.dat": 'return { ["x"] = "SECRET"; };',
            "cloud_notify/office.dat": 'return { ["x"] = "SECRET"; };',
            "lastlog2/office.dat": 'return { ["login"] = { ["timestamp"] = 1; }; };',
            "roster/office.dat": "return {};",
        },
    )
    files = bags.export(store(root), CLUB).files()
    assert b"SECRET" not in b"".join(files.values())
    assert bags.left_out() == [
        (f"{OFFICE}: accounts", "secret"),
        (f"{OFFICE}: cloud_notify", "temporary"),
        (f"{OFFICE}: tokenauth", "secret"),
    ]
    assert json.loads(files[f"chat/{OFFICE}-more.json"]) == [
        {"account": OFFICE, "store": "lastlog2", "value": {"login": {"timestamp": 1}}, "items": []}
    ]


def test_uploads_are_of_this_account_only(tmp_path: Path, bags: Bags) -> None:
    listed = [
        upload("s1", OFFICE, r"\195\188ber uns.txt"),
        upload("s2", OFFICE, "../../etc/passwd"),
        upload("s3", OTHER),
        upload("s4", OFFICE),
        upload("s5", f"{OFFICE}.evil.example"),
        upload("s6", OFFICE),
    ]
    root = written(
        tmp_path / "prosody",
        {
            f"{UPLOADS}/uploads.list": "".join(listed),
            **{f"{UPLOADS}/http_file_share/s{number}.bin": f"file{number}" for number in (1, 2, 3, 5)},
            f"{UPLOADS}/http_file_share/s4.bin~": "half",
            f"{UPLOADS}/http_file_share/s6.bin": tmp_path / "secret",
        },
    )
    (tmp_path / "secret").write_text("SECRET")
    bags.export(store(root), CLUB)
    assert bags.left_out() == [("s6/a.txt", "elsewhere")]
    archive = tarfile.open(fileobj=io.BytesIO(bags.files()[f"chat/{OFFICE}-uploads.tar"]))  # noqa: SIM115
    found = {member.name: (archive.extractfile(member) or io.BytesIO()).read() for member in archive}
    assert found == {"s1/über uns.txt": b"file1", "s2/.._.._etc_passwd": b"file2"}
    assert [(one["count"], one["bytes"]) for one in held(store(root), CLUB)] == [(2, 10)]


def test_uploads_have_names_that_file_systems_take(tmp_path: Path, bags: Bags) -> None:
    long = ["\u0e01" * 120 + ".jpg", "x" * 300, "x." + "y" * 300, "\u00fc" * 126 + "xy.txt"]
    root = written(
        tmp_path / "prosody",
        {
            f"{UPLOADS}/uploads.list": "".join(upload(f"s{number}", OFFICE, name) for number, name in enumerate(long)),
            **{f"{UPLOADS}/http_file_share/s{number}.bin": "file" for number in range(len(long))},
        },
    )
    archive = tmp_path / "uploads.tar"
    archive.write_bytes(bags.export(store(root), CLUB).files()[f"chat/{OFFICE}-uploads.tar"])
    with tarfile.open(archive) as found:
        names = [member.name.partition("/")[2] for member in found]
    unpacked(archive, tmp_path / "unpacked")
    assert names == ["\u0e01" * 83 + ".jpg", "x" * 255, "x." + "y" * 253, "\u00fc" * 125 + ".txt"]


def test_what_is_just_being_written_is_looked_at_again(
    tmp_path: Path, bags: Bags, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = data(tmp_path, **{"offline/office.list": message("one") + message("two")[:40]})
    waited: list[float] = []

    def finish(seconds: float) -> None:
        waited.append(seconds)
        (root / HOST / "offline/office.list").write_text(message("one") + message("two"))

    monkeypatch.setattr("time.sleep", finish)
    bags.export(store(root), CLUB)
    assert len(document(bags).findall(".//client:message", NAMES)) == 2
    assert len(waited) == 1
    assert bags.records()[0]["count"] == 2


def test_the_list_of_uploads_may_be_growing(tmp_path: Path, bags: Bags, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = upload("s1", OFFICE)
    files = {f"{UPLOADS}/uploads.list": listed + listed[:30], f"{UPLOADS}/http_file_share/s1.bin": "file"}
    root = written(tmp_path / "prosody", files)
    monkeypatch.setattr("time.sleep", lambda _seconds: (root / UPLOADS / "uploads.list").write_text(listed))
    assert f"chat/{OFFICE}-uploads.tar" in bags.export(store(root), CLUB).files()


@pytest.mark.parametrize(
    "broken",
    [message("two")[:40], "return 1;", "item(os.exit());\n", "item({});\n", message("x").replace("body", "b y")],
)
def test_what_cannot_be_read_is_told_and_all_else_is_there(
    tmp_path: Path, bags: Bags, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """A crash may have cut a list off, and what came afterwards is fine."""
    monkeypatch.setattr(chat_account, "_PAUSE_SECONDS", 0)
    root = data(tmp_path, **{"offline/office.list": message("one") + broken + "\n" + message("two")})
    waiting = document(bags.export(store(root), CLUB)).findall(".//client:message", NAMES)
    # what is no item belongs to the one before it
    readable = ["two"] if broken == "return 1;" else ["one", "two"]
    assert [one.findtext("client:body", "", NAMES) for one in waiting] == readable
    assert bags.left_out() == [(f"{OFFICE}: offline (1)", "unreadable")]
    assert bags.records()[0]["count"] == len(readable)


@pytest.mark.parametrize("store_", ["roster", "vcard", "private", "blocklist", "pep", "lastlog2"])
def test_a_value_that_cannot_be_read_is_told(
    tmp_path: Path, bags: Bags, monkeypatch: pytest.MonkeyPatch, store_: str
) -> None:
    monkeypatch.setattr(chat_account, "_PAUSE_SECONDS", 0)
    root = data(tmp_path, **{f"{store_}/office.dat": "return { broken", "offline/office.list": message("one")})
    assert len(document(bags.export(store(root), CLUB)).findall(".//client:message", NAMES)) == 1
    assert {what.partition(" (")[0] for what, _reason in bags.left_out()} == {f"{OFFICE}: {store_}"}


def test_a_list_of_uploads_that_cannot_be_read_is_told_to_everybody(
    tmp_path: Path, bags: Bags, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whose the damaged line was."""
    monkeypatch.setattr(chat_account, "_PAUSE_SECONDS", 0)
    listed = upload("s1", OFFICE)
    files = {f"{UPLOADS}/uploads.list": listed + listed[:30], f"{UPLOADS}/http_file_share/s1.bin": "file"}
    bags.export(store(written(tmp_path / "prosody", files)), CLUB, MYCLUB)
    assert f"chat/{OFFICE}-uploads.tar" in bags.files()
    assert bags.left_out() == bags.left_out("myclub") == [("upload.example: uploads (1)", "unreadable")]


def test_a_store_on_another_disk_is_told(tmp_path: Path, bags: Bags) -> None:
    root = data(tmp_path, **{"roster/office.dat": ROSTER, "archive": tmp_path})
    bags.export(store(root), CLUB)
    assert bags.left_out() == [(f"{OFFICE}: archive", "elsewhere")]


def test_accounts_of_aliases_and_other_names(tmp_path: Path, bags: Bags) -> None:
    root = data(tmp_path, **{"roster/office.dat": ROSTER, "roster/info.dat": ROSTER})
    bags.export(store(root), CLUB)
    users = document(bags).findall("pie:host/pie:user", NAMES)
    assert [one.get("name") for one in users] == ["office", "info"]
    chat = written(tmp_path / "other", {"chat%2eexample/roster/office.dat": ROSTER})
    other = Bags(tmp_path / "bags2").export(store(chat, jid="{local}@chat.example"), CLUB)
    hosts = document(other).findall("pie:host", NAMES)
    assert [one.get("jid") for one in hosts] == ["chat.example"]


def test_of_addresses_without_chat_there_is_nothing(tmp_path: Path, bags: Bags) -> None:
    bags.export(store(data(tmp_path)), selection("club", mailbox(OFFICE, INFO, chat=False)))
    assert bags.records() == []


def test_places_are_checked(tmp_path: Path, bags: Bags) -> None:
    with pytest.raises(ServiceUnavailable, match="no such directory"):
        bags.export(store(tmp_path / "nothing"), CLUB)
    (data(tmp_path) / "prosody.sqlite").write_text("")
    with pytest.raises(ItemRefused, match="SQL"):
        list(store(tmp_path / "prosody").measure([CLUB]))
    for name in ("other.sqlite", "whatever"):
        database = written(
            tmp_path / name, {f"{name}.db": b"SQLite format 3\0...", f"{HOST}/roster/office.dat": ROSTER}
        )
        with pytest.raises(ItemRefused, match="SQL"):
            list(store(database).measure([CLUB]))
    # a database server: there are directories, and nothing was ever stored in them
    for number, names in enumerate(([HOST], [f"{HOST}/roster", f"{UPLOADS}/http_file_share"])):
        for name in names:
            (tmp_path / f"server{number}" / name).mkdir(parents=True)
        with pytest.raises(ItemRefused, match="SQL"):
            list(store(tmp_path / f"server{number}").measure([CLUB]))
    with pytest.raises(ItemRefused, match=r"chat_account\.data"):
        ChatAccount({"data": "relative"})


CONFIG = """
-- storage = "sql"
--[[ storage = "sql"
]]
sql = {{ driver = "MySQL", password = "-- storage = 'sql'" }}
{setting}
Include "conf.d/*.cfg.lua"
VirtualHost "club.example"
{of_host}
Component "muc.example" "muc"
\tstorage = "sql"
"""


@pytest.mark.parametrize(
    ("setting", "of_host", "outcome"),
    [
        ("", "", []),
        ('storage = "internal"', "", []),
        ('storage = "sql"', "", "sql-storage"),
        ("default_storage = 'sql2'", "", "sql-storage"),
        ("", '\tstorage = "sql"', "sql-storage"),
        ('storage = "sql"', '\tstorage = "internal"', [("upload.example: uploads (1)", "unreadable")]),
        ('storage = { archive = "sql", roster = "internal" }', "", [(f"{OFFICE}: archive", "unreadable")]),
        ("", 'storage = {\n\t["archive"] = "sql";\n}', [(f"{OFFICE}: archive", "unreadable")]),
    ],
)
def test_the_configuration_says_where_data_are_kept(
    tmp_path: Path, bags: Bags, setting: str, of_host: str, outcome: object
) -> None:
    root = data(tmp_path, **{"roster/office.dat": ROSTER})
    config = tmp_path / "prosody.cfg.lua"
    config.write_text(CONFIG.format(setting=setting, of_host=of_host))
    bags.export(store(root, config=str(config)), CLUB)
    (record,) = bags.records()
    assert (record["error"]["code"] if record["error"] else bags.left_out()) == outcome


def test_the_configuration_includes_others(tmp_path: Path, bags: Bags) -> None:
    config = written(tmp_path / "etc", {"prosody.cfg.lua": CONFIG.format(setting="", of_host="")}) / "prosody.cfg.lua"
    written(tmp_path / "etc/conf.d", {"storage.cfg.lua": 'storage = "sql"', "loop.cfg.lua": 'Include "conf.d/*"'})
    bags.export(store(data(tmp_path, **{"roster/office.dat": ROSTER}), config=str(config)), CLUB)
    assert [(one["error"] or {"code": ""})["code"] for one in bags.records()] == ["sql-storage"]


def test_a_new_server_with_a_configuration_holds_nothing(tmp_path: Path, bags: Bags) -> None:
    (tmp_path / "prosody" / HOST).mkdir(parents=True)
    config = tmp_path / "prosody.cfg.lua"
    config.write_text('storage = "internal"')
    bags.export(store(tmp_path / "prosody", config=str(config)), CLUB)
    assert [one["outcome"] for one in bags.records()] == ["empty"]
