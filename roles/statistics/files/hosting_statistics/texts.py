# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pages say, in the languages of customers. In privacy notices, ``{site}`` and the like are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A privacy notice for the visitors of a site."""

    title: str
    intro: str
    logged_title: str
    logged: str
    logged_items: tuple[str, ...]
    logged_errors: str
    logged_errors_php: str
    purpose_title: str
    purpose: str
    kept_title: str
    kept: str
    statistics_title: str
    statistics: str
    statistics_items: tuple[str, ...]
    statistics_kept: str
    limits_title: str
    limits: str
    rights_title: str
    rights: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts in one language."""

    statistics: str
    of_site: str
    your_sites: str
    report: str
    report_hint: str
    no_report: str
    notice: str
    notice_hint: str
    download: str
    privacy: Notice


_DE = Texts(
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

_EN = Texts(
    statistics="Statistics",
    of_site="Statistics of {site}",
    your_sites="Your websites",
    report="Open the report",
    report_hint="Visits, pages, referring sites, browsers. Continued regularly.",
    no_report="There are no visits yet. The report appears after the first ones.",
    notice="View the privacy notice",
    notice_hint=(
        "For the visitors of your website: what this server records. You can link to it, or download and extend it."
    ),
    download="Download",
    privacy=Notice(
        title="Privacy notice for {site}",
        intro="This website is hosted on a server of {provider}. Here is what this server records when you visit it.",
        logged_title="What is recorded",
        logged="For each request the web server writes a line to its access log. It contains:",
        logged_items=(
            "the IP address from which the request comes",
            "date and time",
            "what was requested: method, address with everything in it, version of the protocol",
            "the outcome: status code and number of bytes sent",
            "the page that you come from and the identification of the browser, if your browser tells them",
            "the user name, if you log in to a protected area of the web server",
        ),
        logged_errors=(
            "When an error occurs, the error log contains the time, the IP address, the page that you come from, "
            "and a description."
        ),
        logged_errors_php="Errors of this website's programs are recorded there as well.",
        purpose_title="What for",
        purpose=(
            "To run the server securely, to detect attacks and faults, and to make the statistics described "
            "below. That is the legitimate interest (Art. 6(1)(f) GDPR)."
        ),
        kept_title="For how long",
        kept="Logs are kept for {log_days} days after the day on which they were written, and then deleted.",
        statistics_title="Which statistics are made",
        statistics=(
            "From the access log the program GoAccess makes statistics on the same server, which only the owner "
            "of this website sees."
        ),
        statistics_items=(
            "IP addresses are shortened before that: by their last 8 bits, with IPv6 by their last 80.",
            (
                "User names, and all that follows a question mark in an address, are removed before that; of the page"
                " that you come from only the name of the website is left."
            ),
            (
                "Counted are visits by day and hour, pages that were found and not found, referring websites, "
                "browsers, operating systems and shortened addresses."
            ),
            "No cookies are set for this, nothing runs in your browser, and nothing goes to others.",
        ),
        statistics_kept="The statistics cover the last {days} days with visits.",
        limits_title="What is not described here",
        limits=(
            "This notice describes the server. What the website itself does, for example with forms, cookies or "
            "embedded content of others, is described by its owner."
        ),
        rights_title="Your rights",
        rights=(
            "You have the right of access, rectification, erasure, restriction and objection, and the right to "
            "complain to a supervisory authority. Please turn to the owner of this website."
        ),
    ),
)

_IT = Texts(
    statistics="Statistiche",
    of_site="Statistiche di {site}",
    your_sites="I Suoi siti web",
    report="Apri il rapporto",
    report_hint="Visite, pagine, siti di provenienza, browser. Aggiornato regolarmente.",
    no_report="Non ci sono ancora visite. Il rapporto compare dopo le prime.",
    notice="Vedi l'informativa sulla privacy",
    notice_hint=(
        "Per i visitatori del Suo sito: che cosa registra questo server. Può collegarla oppure scaricarla e "
        "completarla."
    ),
    download="Scarica",
    privacy=Notice(
        title="Informativa sulla privacy di {site}",
        intro=(
            "Questo sito web si trova su un server di {provider}. Qui è indicato che cosa registra questo server "
            "quando Lei lo visita."
        ),
        logged_title="Che cosa viene registrato",
        logged="A ogni richiesta il server web scrive una riga nel registro degli accessi. Essa contiene:",
        logged_items=(
            "l'indirizzo IP da cui proviene la richiesta",
            "data e ora",
            "che cosa è stato richiesto: metodo, indirizzo con tutto ciò che contiene, versione del protocollo",
            "l'esito: codice di stato e numero di byte trasmessi",
            "la pagina da cui Lei proviene e l'identificazione del browser, se il Suo browser le comunica",
            "il nome utente, se Lei accede a un'area protetta del server web",
        ),
        logged_errors=(
            "In caso di errore, il registro degli errori contiene l'ora, l'indirizzo IP, la pagina da cui Lei "
            "proviene e una descrizione."
        ),
        logged_errors_php="Vi vengono registrati anche gli errori dei programmi di questo sito.",
        purpose_title="A che scopo",
        purpose=(
            "Per gestire il server in sicurezza, riconoscere attacchi ed errori e creare le statistiche descritte"
            " di seguito. In ciò consiste il legittimo interesse (art. 6, par. 1, lett. f, GDPR)."
        ),
        kept_title="Per quanto tempo",
        kept=(
            "I registri vengono conservati per {log_days} giorni dopo il giorno in cui sono stati scritti e poi "
            "cancellati."
        ),
        statistics_title="Quali statistiche vengono create",
        statistics=(
            "Dal registro degli accessi il programma GoAccess crea, sullo stesso server, statistiche che vede "
            "soltanto il titolare di questo sito."
        ),
        statistics_items=(
            "Gli indirizzi IP vengono prima abbreviati: degli ultimi 8 bit, con IPv6 degli ultimi 80.",
            (
                "I nomi utente e tutto ciò che in un indirizzo segue un punto interrogativo vengono prima rimossi; "
                "della pagina di provenienza resta soltanto il nome del sito."
            ),
            (
                "Si contano le visite per giorno e ora, le pagine trovate e non trovate, i siti di provenienza, i "
                "browser, i sistemi operativi e gli indirizzi abbreviati."
            ),
            "Per questo non si usano cookie, nulla viene eseguito nel Suo browser e nulla viene trasmesso ad altri.",
        ),
        statistics_kept="Le statistiche comprendono gli ultimi {days} giorni con visite.",
        limits_title="Che cosa non è descritto qui",
        limits=(
            "Questa informativa descrive il server. Ciò che fa il sito stesso, per esempio con moduli, cookie o "
            "contenuti di altri, lo descrive il suo titolare."
        ),
        rights_title="I Suoi diritti",
        rights=(
            "Lei ha il diritto di accesso, rettifica, cancellazione, limitazione e opposizione, e il diritto di "
            "proporre reclamo a un'autorità di controllo. Si rivolga al titolare di questo sito."
        ),
    ),
)

_ES = Texts(
    statistics="Estadísticas",
    of_site="Estadísticas de {site}",
    your_sites="Sus sitios web",
    report="Abrir el informe",
    report_hint="Visitas, páginas, sitios de procedencia, navegadores. Se amplía con regularidad.",
    no_report="Todavía no hay visitas. El informe aparece después de las primeras.",
    notice="Ver el aviso de privacidad",
    notice_hint=(
        "Para los visitantes de su sitio: qué registra este servidor. Puede enlazarlo, o descargarlo y completarlo."
    ),
    download="Descargar",
    privacy=Notice(
        title="Aviso de privacidad de {site}",
        intro=(
            "Este sitio web está alojado en un servidor de {provider}. Aquí se indica qué registra este servidor "
            "cuando usted lo visita."
        ),
        logged_title="Qué se registra",
        logged="En cada petición el servidor web escribe una línea en su registro de accesos. Contiene:",
        logged_items=(
            "la dirección IP de la que procede la petición",
            "la fecha y la hora",
            "lo que se pidió: método, dirección con todo lo que contiene, versión del protocolo",
            "el resultado: código de estado y número de bytes enviados",
            "la página de la que usted viene y la identificación del navegador, si su navegador las comunica",
            "el nombre de usuario, si usted accede a una zona protegida del servidor web",
        ),
        logged_errors=(
            "Cuando se produce un error, el registro de errores contiene la hora, la dirección IP, la página de "
            "la que usted viene y una descripción."
        ),
        logged_errors_php="Allí se registran también los errores de los programas de este sitio.",
        purpose_title="Para qué",
        purpose=(
            "Para mantener el servidor seguro, detectar ataques y fallos y elaborar las estadísticas que se "
            "describen más abajo. En ello consiste el interés legítimo (art. 6.1.f del RGPD)."
        ),
        kept_title="Durante cuánto tiempo",
        kept="Los registros se conservan {log_days} días después del día en que se escribieron y después se borran.",
        statistics_title="Qué estadísticas se elaboran",
        statistics=(
            "A partir del registro de accesos, el programa GoAccess elabora en el mismo servidor estadísticas que"
            " solo ve el titular de este sitio."
        ),
        statistics_items=(
            "Las direcciones IP se acortan antes: los últimos 8 bits, con IPv6 los últimos 80.",
            (
                "Los nombres de usuario y todo lo que en una dirección sigue a un signo de interrogación se eliminan "
                "antes; de la página de la que usted viene solo queda el nombre del sitio."
            ),
            (
                "Se cuentan las visitas por día y hora, las páginas encontradas y no encontradas, los sitios de "
                "procedencia, los navegadores, los sistemas operativos y las direcciones acortadas."
            ),
            "Para ello no se usan cookies, no se ejecuta nada en su navegador y no se transmite nada a terceros.",
        ),
        statistics_kept="Las estadísticas abarcan los últimos {days} días con visitas.",
        limits_title="Qué no se describe aquí",
        limits=(
            "Este aviso describe el servidor. Lo que hace el propio sitio, por ejemplo con formularios, cookies o"
            " contenidos de otros, lo describe su titular."
        ),
        rights_title="Sus derechos",
        rights=(
            "Usted tiene derecho de acceso, rectificación, supresión, limitación y oposición, y derecho a "
            "reclamar ante una autoridad de control. Diríjase al titular de este sitio."
        ),
    ),
)

LANGUAGES: Mapping[str, Texts] = {"de": _DE, "en": _EN, "it": _IT, "es": _ES}
