# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Italian."""

from __future__ import annotations

from .strings import DownloadTexts, LoginTexts, Texts

_LOGINS = LoginTexts(
    title="I Suoi dati di accesso",
    greeting="Buongiorno,",
    introduction=(
        "con questi dati può accedere alla Sua posta elettronica, ai Suoi file e alle Sue banche dati. Li "
        "inserisca nei Suoi programmi esattamente come sono scritti qui: maiuscole e minuscole sono "
        "diverse, e i trattini fanno parte della password."
    ),
    steps_title="I primi passi",
    see_site=(
        "Apra {url} nel browser: è il Suo sito. Se non compare, il Suo dominio non porta ancora da noi; che cosa va "
        "inserito è scritto alla fine di questa lettera."
    ),
    upload=(
        "Metta le Sue pagine nella cartella {folder} con un programma per SFTP, ad esempio FileZilla. La pagina "
        "iniziale si chiama index.html o index.php."
    ),
    read_mail="Legga subito la Sua posta nel browser: {url}. I dati per i programmi di posta sono più sotto.",
    change_password=(  # noqa: S106  # a sentence
        "Può cambiare da sé la password di un indirizzo, nella webmail alla voce «Impostazioni», «Password». La nuova "
        "vale poi per tutto ciò che appartiene a questo indirizzo."
    ),
    sites="I Suoi siti web",
    addresses="I Suoi indirizzi e-mail",
    address="Indirizzo",
    also="Raggiungibile anche come",
    folder="Cartella per le pagine",
    statistics="Statistiche delle visite",
    forwarded="Inoltrato a",
    room="Spazio",
    no_limit="illimitato",
    no_mailbox="nessuno; solo un inoltro",
    sections={"mailbox": "Posta elettronica", "file_login": "File", "database": "Banche dati"},
    user="Nome utente",
    password="Password",  # noqa: S106  # a label
    unchanged="invariata, come l'ha impostata Lei",
    service="Servizio",
    server="Server",
    port="Porta",
    security="Crittografia",
    services={
        "imap": "Posta in arrivo (IMAP)",
        "submission": "Posta in uscita (SMTP)",
        "webmail": "Webmail nel browser",
        "cloud": "Archivio file nel browser",
        "webdav": "Archivio file (WebDAV)",
        "caldav": "Calendari (CalDAV)",
        "carddav": "Contatti (CardDAV)",
        "xmpp": "Chat (XMPP)",
        "ftp": "File (FTP con TLS)",
        "sftp": "File (SFTP)",
        "statistics": "Statistiche delle visite nel browser",
        "database": "Banca dati (MariaDB)",
        "database_tool": "Amministrazione nel browser",
    },
    securities={
        "tls": "SSL/TLS",
        "starttls": "STARTTLS",
        "explicit": "TLS esplicito (FTPES)",
        "socket": "locale, sul server web",
    },
    fingerprints=(
        "Alla prima connessione con SFTP il Suo programma mostra l'impronta digitale del server. Deve essere questa: "
        "{fingerprints}"
    ),
    local_database=(
        "Questi dati vanno inseriti nelle impostazioni dell'applicazione web che usa questa banca dati: per essa, "
        "{host} è il nostro server. Dall'esterno la banca dati non è raggiungibile."
    ),
    records_title="Dove devono portare i Suoi domini",
    records=(
        "Se questi domini li gestisce Lei o qualcun altro, lì va inserito questo. Se li gestiamo noi, ci pensiamo noi."
    ),
    record_name="Nome",
    record_type="Tipo",
    record_value="Valore",
    same_as="come {server}",
    advice_title="Importante",
    advice=(
        ("Conservi questo foglio come una chiave e non comunichi le password a nessuno. Noi non le chiediamo mai."),
        (
            "La nostra copia di questa lettera viene cancellata dopo breve tempo; da quel momento non "
            "conosciamo più le Sue password. Se ne perde una, gliene diamo una nuova."
        ),
    ),
)

_DOWNLOAD = DownloadTexts(
    title="I Suoi dati sono pronti",
    introduction=(
        "come richiesto, abbiamo raccolto i Suoi dati in un archivio. Può scaricarlo con questo link fino al "
        "{until}. Non serve effettuare l'accesso."
    ),
    link="Link",
    until="Valido fino al",
    file="File",
    size="Dimensione",
    digest="Somma di controllo (SHA-256)",
    steps_title="Come aprire l'archivio",
    download=(
        "Scarichi il file e si assicuri che sul Suo computer ci sia abbastanza spazio: ne serve almeno il doppio "
        "della sua dimensione. Se il download si interrompe, il browser può riprenderlo senza ricominciare da capo."
    ),
    check=(
        "Se desidera verificare che tutto sia arrivato, scriva in un terminale `sha256sum {file}` (su Mac `shasum -a "
        "256 {file}`, su Windows `certutil -hashfile {file} SHA256`). Deve comparire la somma di controllo indicata "
        "sopra."
    ),
    decrypt={
        ".age": (
            "Il file è cifrato per Lei. Lo decifri con la Sua chiave: `age --decrypt --identity FILE_DELLA_CHIAVE "
            "--output {archive} {file}`."
        ),
        ".gpg": (
            "Il file è cifrato per Lei. Lo decifri con la Sua chiave OpenPGP, per esempio in Kleopatra o con `gpg "
            "--output {archive} --decrypt {file}`."
        ),
    },
    unpack=(
        "Estragga l'archivio: su Windows con 7-Zip, su Mac con un doppio clic, in un terminale con `tar -xf {archive}`."
    ),
    unpack_zst=(
        "Estragga l'archivio: su Windows con 7-Zip (dalla versione 24), su Mac con Keka, in un terminale con `tar "
        "--zstd -xf {archive}`."
    ),
    start=(
        "Apra il file `data/index.html` nella cartella estratta. Mostra che cosa è compreso, che cosa non lo è e "
        "perché, e come continuare a usare ogni parte."
    ),
    advice_title="Importante",
    advice=(
        "Chi ha questo link può scaricare l'archivio. Non lo comunichi a nessuno.",
        "Dopo il {until} il link non è più valido. Se Le servirà un nuovo link, ci scriva.",
        (
            "L'archivio contiene i Suoi messaggi, i Suoi contatti e anche i dati dei Suoi clienti. Lo conservi in un "
            "luogo sicuro."
        ),
    ),
    your_provider="il Suo fornitore",
    questions="Domande?",
    ask="Si rivolga a: {provider}, {ask}",
)

TEXTS = Texts(_LOGINS, _DOWNLOAD)
