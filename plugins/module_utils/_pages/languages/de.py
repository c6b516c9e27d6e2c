# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""German."""

from __future__ import annotations

from ..formats import Notation
from .strings import BagTexts, CountUnit, KindTexts, ReportTexts, Texts, Words

_NOTATION = Notation(
    decimal=",",
    group=".",
    date="{day:02}.{month:02}.{year}",
    months=("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"),
)

_WORDS = Words(
    your_provider="Ihr Anbieter",
    customer="Kunde",
    made="Stand",
    size="Größe",
    count="Anzahl",
    period="Zeitraum",
    item="Was",
    all_of_it="Alles",
    contents="Inhalt",
    kind="Art der Daten",
    sizes="Auf einen Blick",
    sizes_caption="Wie viel von jeder Art von Daten da ist",
    total="Gesamt",
    empty="leer",
    questions="Noch Fragen?",
    ask="{provider} hilft Ihnen gerne weiter.",
    ask_contact="{provider} hilft Ihnen gerne weiter: {contact}",
)

_BAG = BagTexts(
    title="Ihre Daten",
    introduction=(
        "Dieses Archiv enthält die Daten, die für Sie gespeichert sind, mit Stand vom {made}, übergeben durch: "
        "{provider}. Diese Daten gehören Ihnen: Alles liegt in Formaten vor, die auch andere Programme und andere "
        "Anbieter lesen. Diese Seite zeigt, was enthalten ist und wie Sie jeden Teil mitnehmen. Sie funktioniert "
        "ohne Internetverbindung."
    ),
    begin=(
        "Bewahren Sie das Archiv sicher auf: Es enthält Ihre Nachrichten, Ihre Kontakte und auch die Daten Ihrer "
        "Kundinnen und Kunden."
    ),
    only="Angefordert wurde nur dies: {names}.",
    files="Dateien",
    completeness_title="Vollständigkeit",
    completeness={
        "complete": "vollständig",
        "complete-with-exclusions": "vollständig bis auf das, was unten aufgeführt ist",
    },
    months="Besuche und E-Mails pro Monat",
    months_introduction=(
        "Gezählt wurde, was in diesem Archiv enthalten ist; Protokolle werden nur für kurze Zeit aufbewahrt."
    ),
    visits_of="Besuche auf {site}",
    visits="Besuche",
    mail="E-Mails",
    received="empfangen",
    sent="gesendet",
    month="Monat",
    site="Website",
    chart="Von {first} bis {last}. Der höchste Wert ist {highest}. Alle Zahlen stehen in der Tabelle darunter.",
    numbers="Die Zahlen als Tabelle",
    inside="Was enthalten ist",
    elsewhere="So nehmen Sie es mit",
    more_files="und {count} weitere, aufgeführt in `data.json`",
    lines=(
        "Herausgegebene Zeilen: {given}. "
        "Zeilen, in denen Sie vorkommen, die aber von anderen handeln: {withheld}. "
        "Nicht verstandene Zeilen: {unexplained}."
    ),
    left_out="Hier ausgelassen: {count}",
    more_left_out="und {count} weitere, aufgeführt in `data.json`",
    not_inside="Was nicht enthalten ist, und warum",
    not_inside_introduction="Auf ein Archiv muss Verlass sein. Deshalb steht hier, was Sie darin nicht finden:",
    absences={
        "not-asked-for": "Wurde nicht angefordert.",
        "no-such-service": "Diesen Dienst gibt es bei Ihrem Anbieter nicht.",
        "nothing-held": "Davon ist für Sie nichts gespeichert.",
        "listed-only": "Kopien in Sicherungen sind nicht enthalten, falls es welche gibt; die Daten selbst sind es.",
        "never-handed-out": (
            "Passwörter werden nie herausgegeben, auch nicht verschlüsselt. Sie stehen in Ihren Briefen, oder Sie "
            "bekommen neue."
        ),
    },
    passwords="Passwörter",
    exclusions="Einzelnes, das ausgelassen wurde",
    why="Grund",
    reasons={
        "special-file": (
            "keine Datei, sondern eine Verbindung zwischen Programmen (Socket, Pipe oder Gerät); darin ist nichts "
            "gespeichert"
        ),
        "vanished": "wurde gelöscht, während das Archiv entstand",
        "changed": "wurde gerade verändert, während das Archiv entstand",
        "temporary": "nur vorübergehend: Sitzungen, Zwischenspeicher, unfertige Uploads",
        "index": "wird aus dem, was im Archiv ist, neu erzeugt",
        "secret": "ein Passwort, das wir vergeben haben; es steht in Ihrem Brief",
        "shared": "betrifft auch jemand anderen und darf nicht herausgegeben werden",
        "nameless": "hat Zeilen, die nicht sagen, wessen sie sind; diese werden nicht herausgegeben",
        "unread": (
            "ein Protokoll, oder es liegt neben einem, und wurde nicht oder nicht ganz gelesen: Name, Packart oder "
            "Format ist nicht bekannt, oder es ist beschädigt; es kann Zeilen von Ihnen haben"
        ),
        "unreadable": (
            "konnte nicht oder nicht ganz gelesen werden: gesperrt, beschädigt oder in einer Form, die wir nicht lesen "
            "können"
        ),
        "elsewhere": (
            "eine Verknüpfung nach außerhalb oder ein anderer Datenträger: Die Verknüpfung ist im Archiv, ihr Ziel "
            "nicht"
        ),
        "sparse": ("ist im Archiv, besteht aber größtenteils aus Lücken: mit tar entpacken, 7-Zip versteht es nicht"),
        "compressed": (
            "so im Archiv, wie der Server es komprimiert hat; entpacken Sie es, bevor ein E-Mail-Programm es liest"
        ),
        "encrypted": ("so im Archiv, wie der Server es verschlüsselt hat; den Schlüssel hat nur dieser Server"),
        "broken": (
            "funktioniert auf dem Server nicht mehr: Es ist beschädigt, oder etwas, woraus es besteht, ist "
            "nicht mehr da"
        ),
        "other-database": (
            "gehört zu einer anderen Datenbank, ohne die es sich nicht laden ließe; eine Sicht steht als "
            "Bemerkung am Ende der Datei"
        ),
        "history": (
            "frühere Fassungen von Zeilen, die der Server nach Transaktionen aufbewahrt hat und die keine "
            "solche Datei enthalten kann; die heutigen Zeilen sind da"
        ),
    },
    others=(
        "Protokolle enthalten nur die Zeilen, die Sie betreffen. Was andere angeht, fehlt: Bei einer Nachricht an "
        "mehrere Personen sieht zum Beispiel jede nur die Zustellung an sich selbst."
    ),
    verify="Prüfen, ob alles unversehrt ist",
    verify_introduction=(
        "Das Archiv folgt dem Standard BagIt (RFC 8493). Neben dem Ordner, in dem diese Seite liegt, finden Sie "
        "`manifest-sha256.txt`: eine Liste aller Dateien mit ihrem Fingerabdruck (SHA-256). Ändert sich in einer "
        "Datei auch nur ein Zeichen, ändert sich ihr Fingerabdruck. Öffnen Sie ein Terminal in dem Ordner, in dem "
        "die Liste liegt, und geben Sie ein:"
    ),
    verify_manifest=(
        "Jede Zeile muss mit »OK« enden. Auf dem Mac heißt der Befehl `shasum -a 256 --check manifest-sha256.txt`; "
        "unter Windows zeigt `certutil -hashfile DATEI SHA256` den Fingerabdruck einer Datei, den Sie mit der Liste "
        "vergleichen."
    ),
    verify_tags="Die Liste selbst und die Beschreibung des Archivs prüfen Sie genauso:",
    verify_bagit="Oder Sie prüfen alles auf einmal mit dem Werkzeug der Library of Congress (`pip install bagit`):",
    programs="Für Programme",
    programs_text="Alles, was auf dieser Seite steht, steht auch in {file}, in einer Form, die Programme lesen.",
)

_REPORT = ReportTexts(
    title="Was für Sie gespeichert ist",
    introduction=(
        "Diese Übersicht zeigt, was am {made} für Sie gespeichert war: welche Arten von Daten, wie viel, seit wann "
        "und wie lange. Verantwortlich: {provider}. Technische Kopien innerhalb der Dienste, etwa Suchindizes, sind "
        "nicht mitgezählt."
    ),
    kept="Aufbewahrung",
    kept_by_you="bis Sie es löschen",
    backup="Sicherung",
    backups={
        "shared": "gemeinsame Sicherung",
        "separate": "eigene Sicherung",
        "none": "in keiner Sicherung",
        "not-set-up": "keine Sicherung eingerichtet",
    },
    backup_note="In welche Sicherung etwas kommt, ist so angegeben, wie es zurzeit eingestellt ist.",
    no_backup_note=(
        "Dieses System legt zurzeit keine Sicherungen an. Ob es auf anderem Weg welche gibt, sagt Ihnen Ihr Anbieter."
    ),
    place="Ort auf dem Server",
    completeness_title="Vollständigkeit",
    complete="Alles konnte geprüft werden",
    incomplete="Nicht alles konnte geprüft werden, siehe unten",
    unknown="konnte nicht geprüft werden",
    left_out="Konnte nicht geprüft werden: {count}",
    held="Was gespeichert ist",
    not_held="Was nicht gespeichert ist",
    nothing="Davon ist für Sie nichts gespeichert.",
    no_service="Diesen Dienst gibt es bei Ihrem Anbieter nicht.",
    not_looked_at=(
        "Der Server, auf dem das liegt, konnte nicht befragt werden. Bitte lassen Sie sich eine neue Übersicht geben."
    ),
    rights="Was Sie verlangen können",
    rights_text=(
        "Sie können sich all das aushändigen lassen, in Formaten, die auch andere Anbieter übernehmen. Und Sie "
        "können es löschen lassen, soweit kein Gesetz uns verpflichtet, es aufzubewahren."
    ),
)

_SHEET = (
    "Die Datei mit der Endung `.log` ist reiner Text; die mit der Endung `.csv` öffnet jede Tabellenkalkulation, "
    "etwa LibreOffice Calc oder Excel."
)
_RECORD = "Eine Textdatei (JSON), die jeder Editor öffnet. Sie ist für Ihre Unterlagen."

TEXTS = Texts(
    language="de",
    notation=_NOTATION,
    words=_WORDS,
    bag=_BAG,
    report=_REPORT,
    units={
        "files": CountUnit("Datei", "Dateien"),
        "rows": CountUnit("Datensatz", "Datensätze"),
        "lines": CountUnit("Zeile", "Zeilen"),
        "messages": CountUnit("Nachricht", "Nachrichten"),
        "entries": CountUnit("Eintrag", "Einträge"),
        "days": CountUnit("Tag", "Tage"),
    },
    kinds={
        "site_files": KindTexts(
            "Dateien der Websites",
            "Die Dateien jeder Website, wie sie auf dem Server liegen, mit Namen, Zeiten und Rechten.",
            "Entpacken Sie `files.tar` (unter Windows mit 7-Zip), und laden Sie die Dateien mit SFTP oder FTP auf "
            "den neuen Webspace. Anwendungen wie WordPress brauchen auch ihre Datenbank; tragen Sie deren neuen "
            "Namen und das neue Passwort in ihre Konfigurationsdatei ein.",
        ),
        "databases": KindTexts(
            "Datenbanken",
            "Ein SQL-Dump je Datenbank: Tabellen mit Inhalt, Views, Routinen, Trigger und Events.",
            "Legen Sie am neuen Ort eine leere Datenbank an, und laden Sie die Datei: in phpMyAdmin unter "
            "»Importieren«, im Terminal mit `mariadb NEUE_DATENBANK < DATEI.sql`.",
        ),
        "web_access_log": KindTexts(
            "Zugriffsprotokolle der Websites",
            "Wer wann welche Seite abgerufen hat: nur die Zeilen Ihrer eigenen Websites.",
            "Die Datei mit der Endung `.log` hat das Combined Log Format, das GoAccess, AWStats und Matomo lesen; "
            "die mit der Endung `.csv` öffnet jede Tabellenkalkulation.",
        ),
        "web_error_log": KindTexts(
            "Fehlerprotokolle der Websites",
            "Fehler, die der Webserver und PHP bei Ihren Websites gemeldet haben.",
            _SHEET,
        ),
        "web_statistics": KindTexts(
            "Besucherstatistik",
            "Die Statistik jeder Website, wie Sie sie aus dem Browser kennen.",
            "Die Seiten öffnet jeder Browser. Ein neuer Anbieter beginnt eine eigene Statistik; die alte bleibt hier "
            "lesbar.",
        ),
        "mail_messages": KindTexts(
            "E-Mails",
            "Alle Nachrichten jedes Postfachs, mit Ordnern und Kennzeichen wie gelesen, beantwortet und markiert. "
            "Auch Nachrichten, die zum Löschen vorgemerkt, aber noch nicht entfernt waren, sind dabei.",
            "`maildir.tar` enthält ein Maildir: Jede Nachricht ist eine Datei. Mailserver wie Dovecot übernehmen es "
            "unverändert; geben Sie es Ihrem neuen Anbieter. Wenn Sie es selbst tun möchten, entpacken Sie es: "
            "`mbsync` lädt es in jedes IMAP-Postfach, KMail und Evolution öffnen es, und Thunderbird öffnet einzelne "
            "Nachrichten, wenn ihr Name auf `.eml` endet.",
        ),
        "mail_filters": KindTexts(
            "E-Mail-Filter",
            "Ihre Filterregeln und Abwesenheitsnotizen.",
            "Die Dateien sind Skripte in der standardisierten Sprache Sieve (RFC 5228). Laden Sie sie in den "
            "Filtereinstellungen des neuen Webmails hoch oder mit einem Programm für ManageSieve.",
        ),
        "webmail_settings": KindTexts(
            "Einstellungen des Webmails",
            "Absender, Signaturen und Einstellungen jeder Adresse im Webmail.",
            "Eine Textdatei (JSON), die jeder Editor öffnet. Übernehmen Sie Signaturen und Absender in das neue "
            "Programm.",
        ),
        "mail_queue": KindTexts(
            "E-Mails auf dem Weg",
            "Nachrichten, die noch nicht zugestellt waren, als das Archiv entstand. Die Zustellung ging danach weiter.",
            "Dateien mit der Endung `.eml` öffnen Thunderbird, Outlook und Apple Mail. Senden Sie die Nachrichten "
            "nur dann noch einmal, wenn Sie wissen, dass sie nicht angekommen sind.",
        ),
        "mail_log": KindTexts(
            "E-Mail-Protokolle",
            "Was der Mailserver zu Nachrichten von und an Ihre Adressen vermerkt hat: Zeit, Absender, Empfänger und "
            "Ergebnis, niemals den Inhalt.",
            _SHEET,
        ),
        "mail_login_log": KindTexts(
            "Anmeldungen an Postfächern",
            "Wann und von welcher Netzwerkadresse aus sich jemand an Ihren Postfächern angemeldet hat.",
            _SHEET,
        ),
        "credentials": KindTexts(
            "Adressen und Zugänge",
            "Ihre Einträge in unserem Verzeichnis: Adressen, Aliasse, Weiterleitungen und Zugänge. Passwörter sind "
            "nicht dabei.",
            "`directory.ldif` ist eine Textdatei (LDIF), die jeder LDAP-Server liest. Ansonsten dient sie als Liste, "
            "um die Adressen neu einzurichten.",
        ),
        "contacts_calendars": KindTexts(
            "Kontakte und Kalender",
            "Jedes Adressbuch als vCard, jeder Kalender und jede Aufgabenliste als iCalendar.",
            "Importieren Sie Dateien mit der Endung `.vcf` als Kontakte und solche mit der Endung `.ics` als "
            "Kalender: Thunderbird, Apple, Google, Outlook und Nextcloud können das.",
        ),
        "cloud_files": KindTexts(
            "Dateien in der Cloud",
            "Die Dateien und Ordner jeder Adresse.",
            "Entpacken Sie `files.tar` (unter Windows mit 7-Zip), und kopieren Sie die Dateien in den neuen "
            "Speicher, etwa in Nextcloud oder einen anderen WebDAV-Ordner.",
        ),
        "cloud_log": KindTexts(
            "Zugriffsprotokolle der Cloud",
            "Wann und von welcher Netzwerkadresse aus Ihre Dateien, Kontakte und Kalender benutzt wurden.",
            _SHEET,
        ),
        "chat_account": KindTexts(
            "Chat",
            "Kontaktliste, Profil und gespeicherte Nachrichten jedes Chat-Kontos, dazu hochgeladene Dateien.",
            "Die Datei mit der Endung `.xml` hat das Austauschformat von XMPP (XEP-0227), das die Verwaltung eines "
            "anderen Servers einlesen kann: Prosody mit `prosody-migrator`, ejabberd mit `ejabberdctl "
            "import_piefxis`.",
        ),
        "chat_log": KindTexts(
            "Anmeldungen am Chat",
            "Wann sich jemand an Ihren Chat-Konten angemeldet hat.",
            _SHEET,
        ),
        "file_transfer_log": KindTexts(
            "Protokolle der Dateiübertragung",
            "Welche Dateien mit Ihren Zugängen per FTP und SFTP übertragen wurden.",
            _SHEET,
        ),
        "customer_record": KindTexts(
            "Was wir über Sie notiert haben",
            "Ihr Eintrag in unserem Kundenverzeichnis, und was angefordert, ausgehändigt und gelöscht wurde.",
            _RECORD,
        ),
        "backup_copies": KindTexts(
            "Sicherungskopien",
            "Eine Liste der Sicherungen, die Daten von Ihnen enthalten, und wie lange sie aufbewahrt werden.",
            _RECORD,
        ),
    },
)
