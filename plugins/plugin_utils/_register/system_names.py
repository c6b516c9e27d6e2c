# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are taken before the first customer comes."""

from __future__ import annotations

from typing import Final

from ansible_collections.magmasoft.hosting.plugins.module_utils._core.names import SERVER_DATABASES

# hc- and hw- are this collection's own users and groups.
SYSTEM_PREFIXES: Final = ("hc-", "hw-", "systemd-", "debian-", "_")

# Users and groups of Debian 12 and 13 and of the services that hosts of a provider run: base-passwd, adduser's reserved
# names, and what packages create.
_SYSTEM_NAMES: Final = """
    adm admin amavis audio avahi backup bacula bin bind bitlbee borg caddy cdrom clamav colord couchdb crontab cyrus
    daemon dba debian dialout dip disk dnsmasq docker dovecot dovenull ejabberd epmd etcd fail2ban fax fetchmail floppy
    freerad ftp fwupd games geoclue git gitlab gnats grafana greylist halt haproxy hosting http input irc jellyfin kmem
    kvm landscape libuuid libvirt libvirt-qemu list logcheck lp lxd mail mailman man memcache memcached messagebus
    minidlna mongodb mosquitto mumble-server munin mysql nagios named netdev news nextcloud nginx nobody nogroup nslcd
    ntp ntpd ntpsec nut ollama openldap operator opendkim opendmarc pcp plugdev podman policyd-spf polkitd polw
    postdrop postfix postgres postgrey postmaster powerdns pcscd privoxy proftpd prometheus prosody proxy puppet pulse
    rabbitmq radicale redis render root rpc rspamd rsync rsyslog rtkit salt sasl saned sddm sgx shadow shutdown snmp
    solr spamd speech-dispatcher src ssh sshd ssl-cert sslh sssd staff statd stunnel4 sudo sudoers sync sys syslog
    tape tcpdump telnetd test tftp tomcat tor transmission tss tty unbound unifi users usbmux utmp uucp uuidd varnish
    vboxadd vde2-net video vmail voice wheel whoopsie www www-data xrdp zabbix
    Debian-exim Debian-gdm Debian-snmp
"""
SYSTEM_NAMES: Final = frozenset(_SYSTEM_NAMES.split())

# Schemas of MariaDB, names its accounts or grants give a meaning, and databases of the provider's own services.
_DATABASE_NAMES: Final = """
    adminer any current_role current_user debian-sys-maint default event_scheduler information_schema innodb magmasoft
    magmasoft_hosting mariadb mysql ndbinfo nextcloud none performance_schema phpmyadmin prosody public root roundcube
    sys test
"""
DATABASE_NAMES: Final = frozenset(_DATABASE_NAMES.split())
# Those of them that hold what is no customer's, and so are nobody's database, not even an unmanaged one.
PROVIDER_DATABASES: Final = frozenset({*SERVER_DATABASES, "ndbinfo", "phpmyadmin", "prosody", "roundcube"})
