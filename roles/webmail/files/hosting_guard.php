<?php
// SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Managed by the role magmasoft.hosting.webmail; changes made here are lost.

/**
 * Refuses logins from where too many have failed, writes down who has logged in from where, ends the sessions of those
 * whom the mail server no longer lets in, and lets the proof of on-boarding say in which language a customer begins. Who gets
 * an address that somebody else had finds nothing of the former owner.
 *
 * Roundcube itself limits only names that it knows, so it does not stop whoever tries one password with many names. The
 * counters are in the memory of this PHP-FPM and end with it.
 */
class hosting_guard extends rcube_plugin
{
    private const SECONDS = 900;
    /** As which program the playbook onboard logs in. */
    private const PROOF = 'magmasoft.hosting login_check';
    private const OWNER = 'hosting_customer';

    /** Whose the address is that logs in; empty where the directory does not know it. */
    private string $owner = '';

    public function init()
    {
        $this->add_hook('startup', [$this, 'startup']);
        $this->add_hook('storage_connect', [$this, 'storage_connect']);
        $this->add_hook('authenticate', [$this, 'authenticate']);
        $this->add_hook('login_failed', [$this, 'login_failed']);
        $this->add_hook('login_after', [$this, 'login_after']);
        $this->add_hook('preferences_save', [$this, 'preferences_save']);
        $this->add_hook('write_log', [$this, 'write_log']);
    }

    /** Contacts and settings are shown without a word to the mail server, also to the suspended. */
    public function startup(array $request): array
    {
        $rcmail = rcmail::get_instance();
        if ($rcmail->user->ID && $request['task'] !== 'logout' && !$rcmail->storage_connect()
            && $rcmail->get_storage()->get_error_code() === rcube_imap_generic::ERROR_NO
        ) {
            $rcmail->kill_session();
        }
        return $request;
    }

    /** The mail server slows down whoever fails, by address: that has to be the one of who is in front of the browser. */
    public function storage_connect(array $server): array
    {
        $server['preauth_ident'] = ['x-originating-ip' => $_SERVER['REMOTE_ADDR']];
        $server['host'] = rcmail::get_instance()->config->get('hosting_guard_imap_address') ?: $server['host'];
        return $server;
    }

    public function authenticate(array $login): array
    {
        $limit = rcmail::get_instance()->config->get('hosting_guard_failures', 20);
        if (apcu_fetch($this->counter()) >= $limit) {
            $login['abort'] = true;
            $login['error'] = rcmail::ERROR_RATE_LIMIT;
            return $login;
        }
        $owner = $this->owner_of($login['user']);
        if ($owner === null) {
            $login['abort'] = true;
            $login['error'] = rcmail::ERROR_STORAGE;
            return $login;
        }
        $this->owner = $owner;
        // the name of the host alone stands with a user
        $user = rcube_user::query($login['user'], rcube_utils::parse_host_uri($login['host'])[0]);
        $former = $user ? $user->get_prefs()[self::OWNER] ?? $owner : $owner;
        if ($owner !== '' && $former !== $owner) {
            $this->set_aside($user, $former);
        }
        return $login;
    }

    public function login_failed(array $login): array
    {
        // what is refused unseen does not count: the limit would never end
        if ($login['code'] !== rcmail::ERROR_RATE_LIMIT) {
            apcu_inc($this->counter(), 1, $success, self::SECONDS);
        }
        $this->note('refused', $login['user']);
        return $login;
    }

    public function login_after(array $where): array
    {
        $rcmail = rcmail::get_instance();
        $this->note('logged in', $rcmail->get_user_name());
        $begins = ($_SERVER['HTTP_USER_AGENT'] ?? '') === self::PROOF && !$rcmail->config->get('hosting_language_chosen');
        if ($begins) {
            // what the client asks for, which Roundcube itself looks at when a user logs in for the very first time only
            $rcmail->load_language('auto');
        }
        if ($begins || !isset($rcmail->user->get_prefs()[self::OWNER])) {
            // with what is saved goes the language; with nothing to save, nothing does
            $rcmail->user->save_prefs([self::OWNER => $this->owner]);
        }
        return $where;
    }

    /** Whoever has chosen a language keeps it. */
    public function preferences_save(array $saved): array
    {
        if ($saved['section'] === 'general') {
            $saved['prefs']['hosting_language_chosen'] = true;
        }
        return $saved;
    }

    /** What strangers type stands in many a message; PHP makes a line of the log of each of its lines. */
    public function write_log(array $entry): array
    {
        $entry['line'] = preg_replace('/[\x00-\x1f\x7f]+/', ' ', $entry['line']);
        return $entry;
    }

    /** The customer that an address belongs to, an empty string where there is no such address, null without an answer. */
    private function owner_of(string $address): ?string
    {
        $config = rcmail::get_instance()->config;
        $directory = ldap_connect($config->get('password_ldap_host'));
        ldap_set_option($directory, LDAP_OPT_PROTOCOL_VERSION, 3);
        ldap_set_option($directory, LDAP_OPT_NETWORK_TIMEOUT, 5);
        if (!@ldap_bind($directory, $config->get('password_ldap_searchDN'), $config->get('password_ldap_searchPW'))) {
            rcube::raise_error('the directory does not answer: ' . ldap_error($directory), true);
            return null;
        }
        $attribute = $config->get('hosting_guard_owner');
        $filter = str_replace(
            '%login',
            ldap_escape(strtolower($address), '', LDAP_ESCAPE_FILTER),
            $config->get('password_ldap_search_filter')
        );
        $found = @ldap_search($directory, $config->get('password_ldap_search_base'), $filter, [$attribute]);
        if ($found === false) {
            return null;
        }
        return ldap_get_entries($directory, $found)[0][strtolower($attribute)][0] ?? '';
    }

    /** What somebody has of the webmail stays theirs, under a name that is no address: customers are handed it by that. */
    private function set_aside(rcube_user $user, string $owner): void
    {
        $database = rcmail::get_instance()->get_dbh();
        $table = $database->table_name('users', true);
        $database->query("UPDATE $table SET username = ? WHERE user_id = ?", "{$user->data['username']} $owner", $user->ID);
        rcube::write_log('userlogins', "set aside what customer $owner had of an address");
    }

    /** Whoever has an address of IPv6 has 2^64 of them. */
    private function counter(): string
    {
        $address = inet_pton($_SERVER['REMOTE_ADDR']);
        return 'hosting_guard:' . bin2hex(strlen($address) === 16 ? substr($address, 0, 8) : $address);
    }

    private function note(string $what, string $user): void
    {
        $name = json_encode($user, JSON_INVALID_UTF8_SUBSTITUTE);
        rcube::write_log('userlogins', "$what: user=$name address={$_SERVER['REMOTE_ADDR']}");
    }
}
