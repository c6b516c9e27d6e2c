# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""German."""

from __future__ import annotations

from .strings import Texts

TEXTS = Texts(
    language="de",
    decimal=",",
    cloud="Cloud",
    used="{used} von {quota} belegt",
    used_only="{used} belegt",
    full="Dafür reicht Ihr Speicherplatz nicht. Löschen Sie etwas, oder bitten Sie Ihren Anbieter um mehr.",
    setup="Auf Telefon und Computer einrichten",
    setup_hint="Ihr Passwort ist dasselbe wie für Ihre E-Mails.",
    user="Benutzername",
    calendars="Kalender und Kontakte (CalDAV, CardDAV)",
    webdav="Dateien (WebDAV)",
    files="Dateien",
    empty="Hier ist noch nichts.",
    upload="Hochladen",
    new_folder="Neuer Ordner",
    make="Anlegen",
    delete="Löschen",
    share="Teilen",
    shares="Geteilte Ordner",
    shares_hint="Wer einen dieser Links hat, kann den Ordner lesen, ohne sich anzumelden.",
    unshare="Nicht mehr teilen",
    shared_with_you="Dieser Ordner wurde mit Ihnen geteilt.",
    gone="Hier gibt es nichts",
    gone_hint="Die Datei, der Ordner oder der Link ist nicht mehr da.",
    reload="Die Seite war veraltet. Bitte noch einmal versuchen.",
    exists="Das gibt es hier schon.",
    bad_name="Dieser Name geht nicht. Erlaubt ist alles außer einem Schrägstrich.",
    too_many="Es können höchstens {files} Dateien auf einmal hochgeladen werden.",
)
