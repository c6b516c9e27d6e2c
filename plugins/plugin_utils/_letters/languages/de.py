# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""German."""

from __future__ import annotations

from .strings import DownloadTexts, LoginTexts, Texts

_LOGINS = LoginTexts(
    title="Ihre Zugangsdaten",
    greeting="Guten Tag,",
    introduction=(
        "mit diesen Angaben erreichen Sie Ihre E-Mail, Ihre Dateien und Ihre Datenbanken. Tragen Sie sie "
        "so in Ihre Programme ein, wie sie hier stehen; Groß- und Kleinbuchstaben werden unterschieden, "
        "die Bindestriche gehören zum Passwort."
    ),
    steps_title="Die ersten Schritte",
    see_site=(
        "Öffnen Sie {url} im Browser: Das ist Ihre Website. Erscheint sie nicht, führt Ihre Domain noch nicht zu uns; "
        "was dafür einzutragen ist, steht am Ende dieses Briefes."
    ),
    upload=(
        "Legen Sie Ihre Seiten mit einem Programm für SFTP, etwa FileZilla, in den Ordner {folder}. Die Startseite "
        "heißt index.html oder index.php."
    ),
    read_mail="Lesen Sie Ihre E-Mail gleich im Browser: {url}. Angaben für E-Mail-Programme stehen weiter unten.",
    change_password=(  # noqa: S106  # a sentence
        "Das Passwort einer E-Mail-Adresse können Sie selbst ändern, im Webmail unter »Einstellungen« und »Passwort«. "
        "Das neue gilt dann für alles, was zu dieser Adresse gehört."
    ),
    sites="Ihre Websites",
    addresses="Ihre E-Mail-Adressen",
    address="Adresse",
    also="Auch erreichbar als",
    folder="Ordner für die Seiten",
    statistics="Besucherstatistik",
    forwarded="Weitergeleitet an",
    room="Speicherplatz",
    no_limit="unbegrenzt",
    no_mailbox="keiner; nur eine Weiterleitung",
    sections={"mailbox": "E-Mail", "file_login": "Dateien", "database": "Datenbanken"},
    user="Benutzername",
    password="Passwort",  # noqa: S106  # a label
    unchanged="unverändert, wie Sie es festgelegt haben",
    service="Dienst",
    server="Server",
    port="Port",
    security="Verschlüsselung",
    services={
        "imap": "Posteingang (IMAP)",
        "submission": "Postausgang (SMTP)",
        "webmail": "Webmail im Browser",
        "cloud": "Dateiablage im Browser",
        "webdav": "Dateiablage (WebDAV)",
        "caldav": "Kalender (CalDAV)",
        "carddav": "Kontakte (CardDAV)",
        "xmpp": "Chat (XMPP)",
        "ftp": "Dateien (FTP mit TLS)",
        "sftp": "Dateien (SFTP)",
        "statistics": "Besucherstatistik im Browser",
        "database": "Datenbank (MariaDB)",
        "database_tool": "Verwaltung im Browser",
    },
    securities={
        "tls": "SSL/TLS",
        "starttls": "STARTTLS",
        "explicit": "explizites TLS (FTPES)",
        "socket": "lokal auf dem Webserver",
    },
    fingerprints=(
        "Beim ersten Verbinden über SFTP zeigt Ihr Programm den Fingerabdruck des Servers. Er muss so lauten: "
        "{fingerprints}"
    ),
    local_database=(
        "Diese Angaben gehören in die Einstellungen der Webanwendung, die diese Datenbank benutzt: {host} ist für sie "
        "unser Server. Von außen ist die Datenbank nicht erreichbar."
    ),
    records_title="Wohin Ihre Domains führen müssen",
    records=(
        "Verwalten Sie oder jemand anders diese Domains, ist dort dies einzutragen. Richten wir sie ein, tun wir es."
    ),
    record_name="Name",
    record_type="Art",
    record_value="Wert",
    same_as="wie {server}",
    advice_title="Bitte beachten",
    advice=(
        (
            "Bewahren Sie dieses Blatt so auf wie einen Schlüssel, und geben Sie die Passwörter nicht "
            "weiter. Wir fragen nie danach."
        ),
        (
            "Unsere Kopie dieses Briefes wird nach kurzer Zeit gelöscht, und wir kennen Ihre Passwörter "
            "dann nicht mehr. Geht eines verloren, bekommen Sie von uns ein neues."
        ),
    ),
)

_DOWNLOAD = DownloadTexts(
    title="Ihre Daten liegen für Sie bereit",
    introduction=(
        "wie gewünscht haben wir Ihre Daten in einem Archiv zusammengestellt. Bis zum {until} können Sie es unter "
        "diesem Link herunterladen. Anmelden müssen Sie sich dazu nicht."
    ),
    link="Link",
    until="Gültig bis",
    file="Datei",
    size="Größe",
    digest="Prüfsumme (SHA-256)",
    steps_title="So öffnen Sie das Archiv",
    download=(
        "Laden Sie die Datei herunter, und achten Sie darauf, dass auf Ihrem Computer genug Platz ist: Sie brauchen "
        "mindestens das Doppelte ihrer Größe. Bricht das Herunterladen ab, können Sie es im Browser fortsetzen, "
        "statt neu zu beginnen."
    ),
    check=(
        "Wenn Sie sichergehen möchten, dass alles richtig angekommen ist, geben Sie im Terminal `sha256sum {file}` "
        "ein (auf dem Mac `shasum -a 256 {file}`, unter Windows `certutil -hashfile {file} SHA256`). Es muss die "
        "Prüfsumme erscheinen, die oben steht."
    ),
    decrypt={
        ".age": (
            "Die Datei ist für Sie verschlüsselt. Entschlüsseln Sie sie mit Ihrem Schlüssel: `age --decrypt "
            "--identity SCHLÜSSELDATEI --output {archive} {file}`."
        ),
        ".gpg": (
            "Die Datei ist für Sie verschlüsselt. Entschlüsseln Sie sie mit Ihrem OpenPGP-Schlüssel, etwa in "
            "Kleopatra oder mit `gpg --output {archive} --decrypt {file}`."
        ),
    },
    unpack=(
        "Entpacken Sie das Archiv: unter Windows mit 7-Zip, auf dem Mac mit einem Doppelklick, im Terminal mit `tar "
        "-xf {archive}`."
    ),
    unpack_zst=(
        "Entpacken Sie das Archiv: unter Windows mit 7-Zip (ab Version 24), auf dem Mac mit Keka, im Terminal mit "
        "`tar --zstd -xf {archive}`."
    ),
    start=(
        "Öffnen Sie im entpackten Ordner die Datei `data/index.html`. Sie zeigt, was alles enthalten ist, was nicht "
        "und warum, und wie Sie jeden Teil weiterverwenden."
    ),
    advice_title="Bitte beachten",
    advice=(
        "Wer diesen Link hat, kann das Archiv herunterladen. Geben Sie ihn nicht weiter.",
        "Nach dem {until} gilt der Link nicht mehr. Brauchen Sie danach einen neuen, genügt eine Nachricht.",
        (
            "Das Archiv enthält Ihre Nachrichten, Ihre Kontakte und auch die Daten Ihrer Kundinnen und Kunden. "
            "Bewahren Sie es sicher auf."
        ),
    ),
    your_provider="Ihr Anbieter",
    questions="Noch Fragen?",
    ask="{provider} hilft Ihnen gerne weiter: {ask}",
)

TEXTS = Texts(_LOGINS, _DOWNLOAD)
