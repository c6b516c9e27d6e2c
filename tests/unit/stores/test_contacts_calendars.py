# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections of Radicale as files that others read: nothing lost, nothing twice, nothing of anybody else."""

from __future__ import annotations

import errno
import importlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats import contentlines
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.contacts_calendars import ContactsCalendars
from icalendar import Calendar

from .customers import CLUB, INFO, MYCLUB, OFFICE, OTHER, Bags, held, mailbox, selection, written

# publishes no types
vobject: Any = importlib.import_module("vobject")

PLACE = f"cloud/{OFFICE}"
ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\n{more}BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\n"
    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def event(uid: str, summary: str = "x", zone: str | None = "", kind: str = "VEVENT") -> str:
    """Return an item of a calendar; ``zone`` is what its time zone has more than others."""
    zones = "" if zone is None else ZONE.format(more=zone)
    at = "DTSTART:20260101T100000Z" if zone is None else "DTSTART;TZID=Europe/Vienna:20260101T100000"
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{zones}BEGIN:{kind}\r\nUID:{uid}\r\n"
        f"DTSTAMP:20260101T000000Z\r\n{at}\r\nSUMMARY:{summary}\r\nEND:{kind}\r\nEND:VCALENDAR\r\n"
    )


def rule(number: int) -> str:
    """Return a rule of a time zone."""
    return (
        f"BEGIN:DAYLIGHT\r\nDTSTART:19700329T0{number // 60}{number % 60:02}00\r\nRRULE:FREQ=YEARLY\r\n"
        "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\n"
    )


def card(uid: str, name: str = "x") -> str:
    """Return a contact."""
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:{name};;;;\r\nEND:VCARD\r\n"


def properties(tag: str, name: str, **more: str) -> str:
    """Return what Radicale notes of a collection."""
    return json.dumps({"tag": tag, "D:displayname": name, **more})


def store(root: Path, **more: str) -> ContactsCalendars:
    """Return the store."""
    return ContactsCalendars({"collections": str(root), **more})


def uids(raw: bytes) -> list[str]:
    """Return the items of a calendar, as a foreign library sees them."""
    return [str(part["UID"]) for part in Calendar.from_ical(raw.decode()).walk() if part.name in ("VEVENT", "VTODO")]


def unescaped(value: object) -> str:
    """Return a text as RFC 5545 (3.3.11) has it escaped."""
    return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), str(value))


def test_calendars_and_contacts(tmp_path: Path, bags: Bags) -> None:
    root = written(
        tmp_path / "root",
        {
            f"{OFFICE}/.Radicale.props": "{}",
            f"{OFFICE}/c1/.Radicale.props": properties(
                "VCALENDAR",
                "Hütte, Süd; 2026",
                **{"ICAL:calendar-color": "#ff0000ff", "C:calendar-description": "ä\nb"},
            ),
            f"{OFFICE}/c1/a.ics": event("a", "äöü 日本"),
            f"{OFFICE}/c1/b.ics": event("b"),
            f"{OFFICE}/c1/t.ics": event("t", zone=None, kind="VTODO"),
            f"{OFFICE}/c1/.Radicale.cache/item/a.ics": "cached",
            f"{OFFICE}/c2/.Radicale.props": properties("VADDRESSBOOK", "Leute"),
            f"{OFFICE}/c2/a.vcf": card("a", "Änne"),
            f"{OFFICE}/c2/b.vcf": card("b")[:-2],
            f"{OFFICE}/c3/.Radicale.props": properties("VCALENDAR", "Leer"),
            f"{OTHER}/c1/.Radicale.props": properties("VCALENDAR", "theirs"),
            f"{OTHER}/c1/s.ics": event("secret"),
        },
    )
    files = bags.export(store(root), CLUB, MYCLUB).files()
    assert sorted(files) == [f"{PLACE}/{name}" for name in ("Hutte,_Sud_2026.ics", "Leute.vcf", "collections.json")]
    calendar: Any = Calendar.from_ical(files[f"{PLACE}/Hutte,_Sud_2026.ics"].decode())
    # texts, as RFC 5545 says of properties that begin with X-; the library leaves them as they are
    assert unescaped(calendar["X-WR-CALNAME"]) == "Hütte, Süd; 2026"
    assert unescaped(calendar["X-WR-CALDESC"]) == "ä\nb"
    assert str(calendar["X-APPLE-CALENDAR-COLOR"]) == "#ff0000ff"
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", "VEVENT", "VEVENT", "VTODO"]
    assert [str(part.get("SUMMARY", "")) for part in calendar.subcomponents][1] == "äöü 日本"
    cards = list(vobject.readComponents(files[f"{PLACE}/Leute.vcf"].decode()))
    assert [one.fn.value for one in cards] == ["Änne", "x"]
    listed = json.loads(files[f"{PLACE}/collections.json"])
    assert [(one["name"], one["files"], one["apart"]) for one in listed] == [
        ("Hütte, Süd; 2026", ["Hutte,_Sud_2026.ics"], []),
        ("Leute", ["Leute.vcf"], []),
        ("Leer", [], []),
    ]
    assert [(one["outcome"], one["count"]) for one in bags.records()] == [("delivered", 5)]
    assert uids(bags.files("myclub")[f"cloud/{OTHER}/theirs.ics"]) == ["secret"]
    assert [(one["customer"], one["count"]) for one in held(store(root), CLUB, MYCLUB)] == [("club", 5), ("myclub", 1)]


def test_no_item_is_altered(tmp_path: Path, bags: Bags) -> None:
    item = event("a", "x" * 200 + "\r\n  folded\r\n\tfolded")
    root = written(tmp_path, {f"{OFFICE}/c/.Radicale.props": properties("VCALENDAR", "c"), f"{OFFICE}/c/a.ics": item})
    raw = bags.export(store(root), CLUB).files()[f"{PLACE}/c.ics"].decode()
    assert item[item.index("BEGIN:VEVENT") : item.index("END:VCALENDAR")] in raw


def test_zones_of_one_name_that_differ_go_into_files_of_their_own(tmp_path: Path, bags: Bags) -> None:
    kinds = ["", rule(1), rule(2)]
    items = {f"{OFFICE}/c/{number}.ics": event(str(number), zone=kinds[number % 3]) for number in range(9)}
    root = written(tmp_path, {f"{OFFICE}/c/.Radicale.props": properties("VCALENDAR", "c"), **items})
    files = bags.export(store(root), CLUB).files()
    assert [uids(files[f"{PLACE}/{name}.ics"]) for name in ("c", "c-2", "c-3")] == [
        ["0", "3", "6"],
        ["1", "4", "7"],
        ["2", "5", "8"],
    ]
    assert all(files[f"{PLACE}/{name}.ics"].count(b"BEGIN:VTIMEZONE") == 1 for name in ("c", "c-2", "c-3"))


def test_nobody_has_zones_without_end(tmp_path: Path, bags: Bags) -> None:
    items = {f"{OFFICE}/c/{number:02}.ics": event(str(number), zone=rule(number)) for number in range(30)}
    root = written(tmp_path, {f"{OFFICE}/c/.Radicale.props": properties("VCALENDAR", "c"), **items})
    files = bags.export(store(root), CLUB).files()
    found = [uid for name, raw in files.items() if name.endswith(".ics") for uid in uids(raw)]
    assert sorted(found, key=int) == [str(number) for number in range(30)]
    assert len([name for name in files if "/c-apart/" in name]) == 20


@pytest.mark.parametrize(
    "broken",
    [
        "nonsense",
        event("x")[:-20],
        event("x").replace("VERSION:2.0\r\n", "VERSION:1.0\r\n"),
        event("x").replace("VERSION:2.0\r\n", "VERSION:2.0\r\nCALSCALE:HEBREW\r\n"),
        event("x", zone="").replace("BEGIN:VEVENT", ZONE.format(more=rule(1)) + "BEGIN:VEVENT"),
        event("x", "a\x00b"),
        "",
    ],
)
def test_what_is_broken_is_kept_apart_and_spoils_nothing(tmp_path: Path, bags: Bags, broken: str) -> None:
    root = written(
        tmp_path,
        {
            f"{OFFICE}/c/.Radicale.props": properties("VCALENDAR", "c"),
            f"{OFFICE}/c/a.ics": event("a"),
            f"{OFFICE}/c/b.ics": broken,
            f"{OFFICE}/v/.Radicale.props": properties("VADDRESSBOOK", "v"),
            f"{OFFICE}/v/b.vcf": broken,
        },
    )
    files = bags.export(store(root), CLUB).files()
    assert uids(files[f"{PLACE}/c.ics"]) == ["a"]
    for name in (f"{PLACE}/c-apart/b.ics", f"{PLACE}/v-apart/b.vcf"):
        assert files[name].decode().removesuffix("\r\n") == broken.removesuffix("\r\n")
    assert [one["apart"] for one in json.loads(files[f"{PLACE}/collections.json"])] == [
        ["c-apart/b.ics"],
        ["v-apart/b.vcf"],
    ]


def test_calendars_of_one_name_do_not_overwrite_each_other(tmp_path: Path, bags: Bags) -> None:
    names = ["Work", "work", "Wörk", "../../x", "collections", ""]
    items: dict[str, str] = {}
    for number, name in enumerate(names):
        items[f"{OFFICE}/{number}/.Radicale.props"] = properties("VCALENDAR", name)
        items[f"{OFFICE}/{number}/{number}.ics"] = event(str(number))
    files = bags.export(store(written(tmp_path, items)), CLUB).files()
    found = sorted(uid for name, raw in files.items() if name.endswith(".ics") for uid in uids(raw))
    assert found == [str(number) for number in range(len(names))]


def test_logins_by_alias_and_in_upper_case_are_the_same_address(tmp_path: Path, bags: Bags) -> None:
    logins = ["Office@Club.example", INFO, "office+x@club.example", "office2@club.example", "xoffice@club.example"]
    items: dict[str, str] = {}
    for number, login in enumerate(logins):
        items[f"{login}/c/.Radicale.props"] = properties("VCALENDAR", str(number))
        items[f"{login}/c/a.ics"] = event(str(number))
    root = written(tmp_path, items)
    files = bags.export(store(root), CLUB).files()
    assert sorted(name for name in files if name.endswith(".ics")) == [f"{PLACE}/{number}.ics" for number in range(3)]


def test_logins_that_are_no_addresses(tmp_path: Path, bags: Bags) -> None:
    props = properties("VADDRESSBOOK", "c")
    root = written(tmp_path, {"office/c/.Radicale.props": props, "office/c/a.vcf": card("a")})
    assert f"{PLACE}/c.vcf" in bags.export(store(root, login="{local}"), CLUB).files()


def test_nothing_is_followed(tmp_path: Path, bags: Bags) -> None:
    secret = tmp_path / "secret"
    secret.write_text(event("SECRET"))
    root = written(
        tmp_path / "root",
        {
            f"{OFFICE}/c/.Radicale.props": properties("VCALENDAR", "c"),
            f"{OFFICE}/c/a.ics": event("a"),
            f"{OFFICE}/c/l.ics": secret,
        },
    )
    os.mkfifo(root / OFFICE / "c/f.ics")
    files = bags.export(store(root), CLUB).files()
    assert uids(files[f"{PLACE}/c.ics"]) == ["a"]
    assert sorted(bags.left_out()) == [("f.ics", "special-file"), ("l.ics", "elsewhere")]


@pytest.mark.parametrize("broken", ["no JSON", "", "[]", Path("/etc/hostname")])
def test_properties_that_a_crash_has_left_behind(tmp_path: Path, bags: Bags, broken: str | Path) -> None:
    """What nobody can read is told, and the items are there."""
    root = written(tmp_path, {f"{OFFICE}/c/.Radicale.props": broken, f"{OFFICE}/c/a.ics": event("a")})
    files = bags.export(store(root), CLUB).files()
    assert files[f"{PLACE}/c-apart/a.ics"].decode() == event("a")
    assert bags.left_out() == [(f"{OFFICE}/c/.Radicale.props", "unreadable")]
    assert held(store(root), CLUB)[0]["left_out"] == bags.records()[0]["left_out"]


def test_collections_deeper_than_any_are_told(tmp_path: Path, bags: Bags) -> None:
    deep = "/".join("d" * 30)
    root = written(tmp_path, {f"{OFFICE}/{deep}/a.ics": event("a"), f"{OFFICE}/c/a.ics": event("b")})
    files = bags.export(store(root), CLUB).files()
    assert any("UID:b" in content.decode() for content in files.values())
    assert [reason for _what, reason in bags.left_out()] == ["unreadable"]


def test_an_item_that_cannot_be_read_stops_no_other(
    tmp_path: Path, bags: Bags, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = written(
        tmp_path,
        {
            f"{OFFICE}/c/.Radicale.props": properties("VCALENDAR", "c"),
            f"{OFFICE}/c/a.ics": event("a"),
            f"{OFFICE}/c/b.ics": event("b"),
        },
    )
    opened = os.open

    def failing(path: Any, *values: Any, **more: Any) -> int:
        if path == "b.ics":
            raise OSError(errno.EIO, "Input/output error", path)
        return opened(path, *values, **more)

    monkeypatch.setattr(os, "open", failing)
    bags.export(store(root), CLUB)
    assert uids(bags.files()[f"{PLACE}/c.ics"]) == ["a"]
    assert bags.left_out() == [("b.ics", "unreadable")]


@pytest.mark.parametrize(
    "said",
    ["X-KDE-ICAL-IMPLEMENTATION-VERSION:1.0", "X-WR-TIMEZONE:Europe/Vienna", "METHOD:REQUEST", "X_OWN:1", "NAME:x"],
)
def test_what_items_say_of_the_calendar_keeps_none_apart(tmp_path: Path, bags: Bags, said: str) -> None:
    """Programs write their own properties into each VCALENDAR: a club's 2,000 events are one calendar."""
    items = {
        f"{OFFICE}/c/{number:02}.ics": event(str(number), zone=None).replace("PRODID", f"{said}\r\nPRODID")
        for number in range(30)
    }
    root = written(tmp_path, {f"{OFFICE}/c/.Radicale.props": properties("VCALENDAR", "Termine"), **items})
    files = bags.export(store(root), CLUB).files()
    assert sorted(files) == [f"{PLACE}/Termine.ics", f"{PLACE}/collections.json"]
    assert uids(files[f"{PLACE}/Termine.ics"]) == [str(number) for number in range(30)]
    assert said.encode() not in files[f"{PLACE}/Termine.ics"]


def test_spellings_of_one_time_zone_are_one(tmp_path: Path, bags: Bags) -> None:
    """Programs define the same zone each in its own way."""
    standard = (
        "BEGIN:STANDARD\r\n{name}DTSTART:{start}T030000\r\nRRULE:{rule}\r\nTZOFFSETFROM:+0200\r\n"
        "TZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
    )
    daylight = (
        "BEGIN:DAYLIGHT\r\nTZOFFSETTO:+0200\r\nTZOFFSETFROM:+0100\r\n{name}"
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nDTSTART:{start}T020000\r\nEND:DAYLIGHT\r\n"
    )
    items: dict[str, str] = {}
    for number in range(16):
        rules = [
            standard.format(
                name="TZNAME:CET\r\n" if number & 1 else "",
                start="19701025" if number & 2 else "16010101",
                rule="FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" + (";INTERVAL=1" if number & 4 else ""),
            ),
            daylight.format(name="X-MINE:1\r\n" if number & 8 else "", start="19960331"),
        ]
        more = ["", "X-LIC-LOCATION:Europe/Vienna\r\n", "LAST-MODIFIED:20260101T000000Z\r\n"][number % 3]
        zone = "".join(rules if number & 1 else reversed(rules))
        items[f"{OFFICE}/c/{number:02}.ics"] = event(str(number), zone=None).replace(
            "BEGIN:VEVENT", f"BEGIN:VTIMEZONE\r\n{more}TZID:Europe/Vienna\r\n{zone}END:VTIMEZONE\r\nBEGIN:VEVENT"
        )
    root = written(tmp_path, {f"{OFFICE}/c/.Radicale.props": properties("VCALENDAR", "c"), **items})
    files = bags.export(store(root), CLUB).files()
    assert sorted(files) == [f"{PLACE}/c.ics", f"{PLACE}/collections.json"]
    assert files[f"{PLACE}/c.ics"].count(b"BEGIN:VTIMEZONE") == 1


@pytest.mark.parametrize(
    ("line", "what", "value"),
    [
        ("X_CUSTOM:1\r\n", "x_custom", "1"),
        ("\r\nNOTE:behind a blank line\r\n", "note", "behind a blank line"),
        ("NOTE:a\x0bb\r\n", "note", "a\x0bb"),
    ],
)
def test_cards_as_programs_write_them_are_not_apart(
    tmp_path: Path, bags: Bags, line: str, what: str, value: str
) -> None:
    odd = card("a").replace("FN:", f"{line}FN:")
    root = written(
        tmp_path,
        {
            f"{OFFICE}/v/.Radicale.props": properties("VADDRESSBOOK", "Mitglieder"),
            f"{OFFICE}/v/a.vcf": odd,
            f"{OFFICE}/v/b.vcf": card("b"),
        },
    )
    files = bags.export(store(root), CLUB).files()
    assert sorted(files) == [f"{PLACE}/Mitglieder.vcf", f"{PLACE}/collections.json"]
    assert odd.encode() in files[f"{PLACE}/Mitglieder.vcf"]
    cards = list(vobject.readComponents(files[f"{PLACE}/Mitglieder.vcf"].decode(), allowQP=True, ignoreUnreadable=True))
    assert [one.uid.value for one in cards] == ["a", "b"]
    assert getattr(cards[0], what).value == value


def test_a_calendar_that_its_owner_removes_meanwhile(
    tmp_path: Path, bags: Bags, monkeypatch: pytest.MonkeyPatch
) -> None:
    items: dict[str, str] = {}
    for name in "ab":
        items[f"{OFFICE}/{name}/.Radicale.props"] = properties("VCALENDAR", name)
        items[f"{OFFICE}/{name}/1.ics"] = event(name)
        items[f"{OFFICE}/{name}/2.ics"] = event(f"{name}2")
    root = written(tmp_path, items)
    look = contentlines.components

    def removing(item: Any) -> Any:
        shutil.rmtree(root / OFFICE / "b", ignore_errors=True)
        (root / OFFICE / "a/2.ics").unlink(missing_ok=True)
        return look(item)

    monkeypatch.setattr(contentlines, "components", removing)
    files = bags.export(store(root), CLUB).files()
    assert uids(files[f"{PLACE}/a.ics"]) == ["a"]
    assert bags.left_out() == [("2.ics", "vanished"), ("b", "vanished")]


def test_addresses_without_cloud(tmp_path: Path, bags: Bags) -> None:
    left = f"{OTHER}/c/.Radicale.props"
    root = written(tmp_path, {left: properties("VADDRESSBOOK", "c"), f"{OTHER}/c/a.vcf": card("a")})
    nobody, former = mailbox(OFFICE, cloud=None), mailbox(OTHER, cloud=None)
    bags.export(store(root), selection("club", nobody, former))
    assert [(one["item"], one["outcome"]) for one in bags.records()] == [(OTHER, "delivered")]


def test_places_are_checked(tmp_path: Path, bags: Bags) -> None:
    with pytest.raises(ServiceUnavailable, match="no such directory"):
        bags.export(store(tmp_path / "nothing"), CLUB)
    with pytest.raises(ItemRefused, match=r"contacts_calendars\.login"):
        store(tmp_path, login="{login}")
