# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""German."""

from __future__ import annotations

from .strings import Notice, Texts

TEXTS = Texts(
    statistics="Statistik",
    of_site="Statistik für {site}",
    your_sites="Ihre Websites",
    report="Bericht öffnen",
    report_hint="Besuche, Seiten, Herkunft, Browser. Wird regelmäßig ergänzt.",
    no_report="Es gibt noch keine Besuche. Der Bericht erscheint nach den ersten.",
    notice="Datenschutzhinweis ansehen",
    notice_hint=(
        "Für die Besucher Ihrer Website: was dieser Server aufzeichnet. Sie können ihn verlinken oder "
        "herunterladen und ergänzen."
    ),
    download="Herunterladen",
    privacy=Notice(
        title="Datenschutzhinweis zu {site}",
        intro=(
            "Diese Website liegt auf einem Server von {provider}. Hier steht, was dieser Server aufzeichnet, wenn"
            " Sie sie besuchen."
        ),
        logged_title="Was aufgezeichnet wird",
        logged="Bei jedem Abruf schreibt der Webserver eine Zeile in sein Zugriffsprotokoll. Sie enthält:",
        logged_items=(
            "die IP-Adresse, von der der Abruf kommt",
            "Datum und Uhrzeit",
            "was abgerufen wurde: Methode, Adresse mit allen Angaben darin, Version des Protokolls",
            "das Ergebnis: Statuscode und Zahl der übertragenen Bytes",
            "die Seite, von der Sie kommen, und die Kennung des Browsers, falls Ihr Browser sie mitteilt",
            "den Benutzernamen, falls Sie sich in einem geschützten Bereich des Webservers anmelden",
        ),
        logged_errors=(
            "Tritt ein Fehler auf, stehen im Fehlerprotokoll Zeit, IP-Adresse, die Seite, von der Sie kommen, und"
            " eine Beschreibung."
        ),
        logged_errors_php="Auch Fehler der Programme dieser Website werden dort aufgezeichnet.",
        purpose_title="Wozu",
        purpose=(
            "Um den Server sicher zu betreiben, Angriffe und Fehler zu erkennen und die unten beschriebene "
            "Statistik zu erstellen. Darin liegt das berechtigte Interesse (Art. 6 Abs. 1 lit. f DSGVO)."
        ),
        kept_title="Wie lange",
        kept=(
            "Protokolle werden nach dem Tag, an dem sie geschrieben wurden, noch {log_days} Tage aufbewahrt und "
            "dann gelöscht."
        ),
        statistics_title="Welche Statistik erstellt wird",
        statistics=(
            "Aus dem Zugriffsprotokoll erstellt das Programm GoAccess auf demselben Server eine Statistik, die "
            "nur der Betreiber dieser Website sieht."
        ),
        statistics_items=(
            "IP-Adressen werden vorher gekürzt: um die letzten 8 Bit, bei IPv6 um die letzten 80.",
            (
                "Benutzernamen und alles, was in einer Adresse auf ein Fragezeichen folgt, werden vorher entfernt; "
                "von der Seite, von der Sie kommen, bleibt nur der Name der Website."
            ),
            (
                "Gezählt werden Besuche nach Tag und Uhrzeit, abgerufene und nicht gefundene Seiten, verweisende "
                "Websites, Browser, Betriebssysteme und gekürzte Adressen."
            ),
            "Dafür werden keine Cookies gesetzt, nichts wird in Ihrem Browser ausgeführt, und nichts geht an Dritte.",
        ),
        statistics_kept="Die Statistik umfasst die letzten {days} Tage mit Besuchen.",
        limits_title="Was hier nicht steht",
        limits=(
            "Dieser Hinweis beschreibt den Server. Was die Website selbst tut, etwa mit Formularen, Cookies oder "
            "eingebundenen Inhalten anderer, beschreibt ihr Betreiber."
        ),
        rights_title="Ihre Rechte",
        rights=(
            "Sie haben das Recht auf Auskunft, Berichtigung, Löschung, Einschränkung und Widerspruch sowie auf "
            "Beschwerde bei einer Aufsichtsbehörde. Wenden Sie sich an den Betreiber dieser Website."
        ),
    ),
)
