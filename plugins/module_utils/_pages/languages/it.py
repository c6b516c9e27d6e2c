# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Italian."""

from __future__ import annotations

from ..formats import Notation
from .strings import BagTexts, CountUnit, KindTexts, ReportTexts, Texts, Words

_NOTATION = Notation(
    decimal=",",
    group=".",
    date="{day:02}/{month:02}/{year}",
    months=("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"),
)

_WORDS = Words(
    your_provider="il Suo fornitore",
    customer="Cliente",
    made="Situazione al",
    size="Dimensione",
    count="Quantità",
    period="Periodo",
    item="Che cosa",
    all_of_it="Tutto",
    contents="Indice",
    kind="Tipo di dati",
    sizes="In breve",
    sizes_caption="Quanto c'è di ogni tipo di dati",
    total="Totale",
    empty="vuoto",
    questions="Domande?",
    ask="Si rivolga a: {provider}.",
    ask_contact="Si rivolga a: {provider}, {contact}",
)

_BAG = BagTexts(
    title="I Suoi dati",
    introduction=(
        "Questo archivio contiene i dati conservati per Lei al {made} da: {provider}. I dati sono Suoi: tutto è in "
        "formati che anche altri programmi e altri fornitori sanno leggere. Questa pagina mostra che cosa contiene "
        "l'archivio e come portare altrove ogni sua parte. Funziona senza connessione a Internet."
    ),
    begin=(
        "Conservi l'archivio in un luogo sicuro: contiene i Suoi messaggi, i Suoi contatti e anche i dati dei Suoi "
        "clienti."
    ),
    only="È stato richiesto soltanto questo: {names}.",
    files="File",
    completeness_title="Completezza",
    completeness={
        "complete": "completo",
        "complete-with-exclusions": "completo, tranne quanto elencato più sotto",
    },
    months="Visite ed e-mail al mese",
    months_introduction="È contato ciò che si trova in questo archivio; i registri si conservano solo per poco tempo.",
    visits_of="Visite a {site}",
    visits="Visite",
    mail="E-mail",
    received="ricevute",
    sent="inviate",
    month="Mese",
    site="Sito web",
    chart="Da {first} a {last}. Il valore più alto è {highest}. Tutti i numeri sono nella tabella qui sotto.",
    numbers="I numeri in una tabella",
    inside="Che cosa contiene",
    elsewhere="Come portarlo altrove",
    more_files="e altri {count}, elencati in `data.json`",
    lines=(
        "Righe consegnate: {given}. "
        "Righe che La nominano ma riguardano altri: {withheld}. "
        "Righe che non è stato possibile interpretare: {unexplained}."
    ),
    left_out="Elementi esclusi qui: {count}",
    more_left_out="e altri {count}, elencati in `data.json`",
    not_inside="Che cosa non contiene, e perché",
    not_inside_introduction="Di un archivio ci si deve poter fidare. Ecco dunque che cosa non vi troverà:",
    absences={
        "not-asked-for": "Non è stato richiesto.",
        "no-such-service": "Il Suo fornitore non offre questo servizio.",
        "nothing-held": "Per Lei non è conservato niente di questo tipo.",
        "listed-only": "Le copie nei backup, se ce ne sono, non sono comprese; i dati stessi sì.",
        "never-handed-out": (
            "Le password non vengono mai consegnate, nemmeno in forma cifrata. Le trova nelle Sue lettere, oppure ne "
            "riceve di nuove."
        ),
    },
    passwords="Password",
    exclusions="Singoli elementi esclusi",
    why="Motivo",
    reasons={
        "special-file": (
            "non è un file ma un collegamento tra programmi (socket, pipe o dispositivo); non contiene niente di "
            "conservato"
        ),
        "vanished": "è stato eliminato mentre si creava l'archivio",
        "changed": "veniva modificato mentre si creava l'archivio",
        "temporary": "temporaneo: sessioni, cache, caricamenti non terminati",
        "index": "si ricrea da ciò che è nell'archivio",
        "secret": "una password assegnata da noi; la trova nella Sua lettera",
        "shared": "riguarda anche altri e non può essere consegnato",
        "nameless": "ha righe che non indicano di chi sono; queste non si consegnano",
        "unread": (
            "è un registro o si trova accanto a uno, e non è stato letto, o non fino alla fine: il nome, la "
            "compressione o il formato non è noto, oppure è danneggiato; può contenere righe Sue"
        ),
        "unreadable": (
            "non è stato possibile leggerlo, o non fino in fondo: è chiuso, danneggiato o in una forma che non "
            "sappiamo leggere"
        ),
        "elsewhere": (
            "un collegamento verso l'esterno o un altro disco: il collegamento è nell'archivio, ciò a cui porta no"
        ),
        "sparse": ("è nell'archivio, ma è fatto per lo più di spazi vuoti: lo estragga con tar; 7-Zip non lo capisce"),
        "compressed": (
            "è nell'archivio come lo ha compresso il server; lo decomprima prima di leggerlo con un programma di posta"
        ),
        "encrypted": "è nell'archivio come lo ha cifrato il server; la chiave è solo su quel server",
        "broken": "non funziona più sul server: è danneggiato, oppure manca qualcosa di cui è fatto",
        "other-database": (
            "riguarda un'altra banca dati, senza la quale non si potrebbe caricare; una vista si trova alla "
            "fine del file, come commento"
        ),
        "history": (
            "versioni precedenti di righe, che il server conservava per transazione e che nessun file del "
            "genere può contenere; le righe di oggi ci sono"
        ),
    },
    others=(
        "I registri contengono solo le righe che La riguardano. Ciò che riguarda altre persone manca: di un "
        "messaggio con più destinatari, per esempio, ciascuno vede solo la consegna a sé stesso."
    ),
    verify="Verificare che tutto sia integro",
    verify_introduction=(
        "L'archivio segue lo standard BagIt (RFC 8493). Accanto alla cartella di questa pagina si trova "
        "`manifest-sha256.txt`: un elenco di tutti i file, ciascuno con la sua impronta (SHA-256). Se in un file "
        "cambia anche un solo carattere, cambia la sua impronta. Apra un terminale nella cartella che contiene "
        "l'elenco e scriva:"
    ),
    verify_manifest=(
        "Ogni riga deve finire con «OK». Su Mac il comando è `shasum -a 256 --check manifest-sha256.txt`; su Windows "
        "`certutil -hashfile FILE SHA256` mostra l'impronta di un file, da confrontare con l'elenco."
    ),
    verify_tags="L'elenco stesso e la descrizione dell'archivio si verificano allo stesso modo:",
    verify_bagit="Oppure verifichi tutto insieme con lo strumento della Library of Congress (`pip install bagit`):",
    programs="Per i programmi",
    programs_text="Tutto ciò che si legge in questa pagina è anche in {file}, in una forma adatta ai programmi.",
)

_REPORT = ReportTexts(
    title="I dati conservati per Lei",
    introduction=(
        "Questo resoconto mostra che cosa era conservato per Lei al {made}: quali tipi di dati, quanti, da quando e "
        "per quanto tempo. Responsabile: {provider}. Le copie tecniche all'interno dei servizi, come gli indici di "
        "ricerca, non sono contate."
    ),
    kept="Conservazione",
    kept_by_you="finché non lo elimina Lei",
    backup="Backup",
    backups={
        "shared": "backup comune",
        "separate": "backup separato",
        "none": "in nessun backup",
        "not-set-up": "nessun backup configurato",
    },
    backup_note="In quale backup finisce ogni cosa è indicato secondo la configurazione attuale.",
    no_backup_note=(
        "Attualmente questo sistema non fa backup. Se ne esistono di fatti in altro modo, glielo dice il Suo fornitore."
    ),
    place="Posizione sul server",
    completeness_title="Completezza",
    complete="È stato possibile esaminare tutto",
    incomplete="Non è stato possibile esaminare tutto, si veda più sotto",
    unknown="non è stato possibile esaminarlo",
    left_out="Elementi che non è stato possibile esaminare: {count}",
    held="Che cosa è conservato",
    not_held="Che cosa non è conservato",
    nothing="Per Lei non è conservato niente di questo tipo.",
    no_service="Il Suo fornitore non offre questo servizio.",
    not_looked_at="Non è stato possibile interrogare il server su cui si trova. Chieda un nuovo resoconto.",
    rights="Che cosa può chiedere",
    rights_text=(
        "Può farsi consegnare tutto questo, in formati che anche altri fornitori accettano. E può farlo cancellare, "
        "salvo che una legge ci obblighi a conservarlo."
    ),
)

_SHEET = (
    "Il file `.log` è testo semplice; il file `.csv` si apre con qualsiasi foglio di calcolo, per esempio "
    "LibreOffice Calc o Excel."
)
_RECORD = "Un file di testo (JSON) che si apre con qualsiasi editor. È per la Sua documentazione."

TEXTS = Texts(
    language="it",
    notation=_NOTATION,
    words=_WORDS,
    bag=_BAG,
    report=_REPORT,
    units={
        "files": CountUnit("file", "file"),
        "rows": CountUnit("record", "record"),
        "lines": CountUnit("riga", "righe"),
        "messages": CountUnit("messaggio", "messaggi"),
        "entries": CountUnit("voce", "voci"),
        "days": CountUnit("giorno", "giorni"),
    },
    kinds={
        "site_files": KindTexts(
            "File dei siti web",
            "I file di ogni sito web così come si trovano sul server, con nomi, date e permessi.",
            "Estragga `files.tar` (su Windows con 7-Zip) e carichi i file nel nuovo spazio web con SFTP o FTP. "
            "Applicazioni come WordPress hanno bisogno anche della loro banca dati; ne inserisca il nuovo nome e la "
            "nuova password nel file di configurazione.",
        ),
        "databases": KindTexts(
            "Banche dati",
            "Un dump SQL per ogni banca dati: tabelle con il loro contenuto, viste, routine, trigger ed eventi.",
            "Crei una banca dati vuota presso il nuovo fornitore e carichi il file: in phpMyAdmin con «Importa», in "
            "un terminale con `mariadb NUOVA_BANCA_DATI < FILE.sql`.",
        ),
        "web_access_log": KindTexts(
            "Registri degli accessi ai siti",
            "Chi ha richiesto quale pagina e quando: solo le righe dei Suoi siti.",
            "Il file `.log` è nel formato «combined», che GoAccess, AWStats e Matomo leggono; il file `.csv` si apre "
            "con qualsiasi foglio di calcolo.",
        ),
        "web_error_log": KindTexts(
            "Registri degli errori dei siti",
            "Gli errori che il server web e PHP hanno segnalato per i Suoi siti.",
            _SHEET,
        ),
        "web_statistics": KindTexts(
            "Statistiche delle visite",
            "Le statistiche di ogni sito, come le conosce dal browser.",
            "Le pagine si aprono con qualsiasi browser. Un nuovo fornitore comincia statistiche proprie; le vecchie "
            "restano leggibili qui.",
        ),
        "mail_messages": KindTexts(
            "Posta elettronica",
            "Tutti i messaggi di ogni casella, con cartelle e contrassegni come letto, risposto e contrassegnato. "
            "Sono compresi anche i messaggi segnati per l'eliminazione ma non ancora rimossi.",
            "`maildir.tar` contiene una Maildir, in cui ogni messaggio è un file. I server di posta come Dovecot la "
            "accettano così com'è: la consegni al nuovo fornitore. Se preferisce fare da sé, la estragga: `mbsync` "
            "la carica in qualsiasi casella IMAP, KMail ed Evolution la aprono, e Thunderbird apre singoli messaggi "
            "se il nome finisce con `.eml`.",
        ),
        "mail_filters": KindTexts(
            "Filtri della posta",
            "Le Sue regole di filtro e i messaggi di assenza.",
            "I file sono script nel linguaggio standard Sieve (RFC 5228). Li carichi nelle impostazioni dei filtri "
            "della nuova webmail o con un programma per ManageSieve.",
        ),
        "webmail_settings": KindTexts(
            "Impostazioni della webmail",
            "Mittenti, firme e impostazioni di ogni indirizzo nella webmail.",
            "Un file di testo (JSON) che si apre con qualsiasi editor. Copi firme e mittenti nel nuovo programma.",
        ),
        "mail_queue": KindTexts(
            "E-mail in viaggio",
            "Messaggi non ancora consegnati quando l'archivio è stato creato. La consegna è poi proseguita.",
            "I file `.eml` si aprono con Thunderbird, Outlook e Apple Mail. Non spedisca di nuovo i messaggi, a meno "
            "che non sappia che non sono arrivati.",
        ),
        "mail_log": KindTexts(
            "Registri della posta",
            "Ciò che il server di posta ha annotato sui messaggi da e verso i Suoi indirizzi: ora, mittente, "
            "destinatario ed esito, mai il contenuto.",
            _SHEET,
        ),
        "mail_login_log": KindTexts(
            "Accessi alle caselle di posta",
            "Quando e da quale indirizzo di rete qualcuno ha effettuato l'accesso alle Sue caselle.",
            _SHEET,
        ),
        "credentials": KindTexts(
            "Indirizzi e accessi",
            "Le Sue voci nella nostra directory: indirizzi, alias, inoltri e accessi. Non contiene password.",
            "`directory.ldif` è un file di testo (LDIF) che ogni server LDAP legge. Altrimenti serve come elenco per "
            "creare di nuovo gli indirizzi.",
        ),
        "contacts_calendars": KindTexts(
            "Contatti e calendari",
            "Ogni rubrica in formato vCard, ogni calendario ed elenco di attività in formato iCalendar.",
            "Importi i file `.vcf` come contatti e i file `.ics` come calendari: lo permettono Thunderbird, Apple, "
            "Google, Outlook e Nextcloud.",
        ),
        "cloud_files": KindTexts(
            "File nel cloud",
            "I file e le cartelle di ogni indirizzo.",
            "Estragga `files.tar` (su Windows con 7-Zip) e copi i file nel nuovo spazio, per esempio Nextcloud o "
            "un'altra cartella WebDAV.",
        ),
        "cloud_log": KindTexts(
            "Registri degli accessi al cloud",
            "Quando e da quale indirizzo di rete sono stati usati i Suoi file, contatti e calendari.",
            _SHEET,
        ),
        "chat_account": KindTexts(
            "Chat",
            "L'elenco dei contatti, il profilo e i messaggi conservati di ogni account di chat, e i file caricati.",
            "Il file `.xml` è nel formato di scambio di XMPP (XEP-0227), che l'amministratore di un altro server può "
            "importare: Prosody con `prosody-migrator`, ejabberd con `ejabberdctl import_piefxis`.",
        ),
        "chat_log": KindTexts(
            "Accessi alla chat",
            "Quando qualcuno ha effettuato l'accesso ai Suoi account di chat.",
            _SHEET,
        ),
        "file_transfer_log": KindTexts(
            "Registri dei trasferimenti di file",
            "Quali file sono stati trasferiti via FTP e SFTP con i Suoi accessi.",
            _SHEET,
        ),
        "customer_record": KindTexts(
            "Che cosa abbiamo annotato su di Lei",
            "La Sua voce nel nostro registro dei clienti, e che cosa è stato richiesto, consegnato e cancellato.",
            _RECORD,
        ),
        "backup_copies": KindTexts(
            "Copie di backup",
            "Un elenco dei backup che contengono Suoi dati, e per quanto tempo sono conservati.",
            _RECORD,
        ),
    },
)
