<?php
// SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Managed by the role magmasoft.hosting.webmail; changes made here are lost.

/**
 * Refuses logins from where too many have failed, writes down who has logged in from where, ends the sessions of those
 * whom the mail server no longer lets in, and lets the proof of on-boarding say in which language a customer begins.
 *
 * Roundcube itself limits only names that it knows, so it does not stop whoever tries one password with many names. The
 * counters are in the memory of this PHP-FPM and end with it.
 */
class hosting_guard extends rcube_plugin
{
    private const SECONDS = 900;
    /** As which program the playbook onboard logs in. */
    private const PROOF = 'magmasoft.hosting login_check';

    public function init()
    {
        $this->add_hook('startup', [$this, 'startup']);
        $this->add_hook('storage_connect', [$this, 'storage_connect']);
        $this->add_hook('authenticate', [$this, 'authenticate']);
        $this->add_hook('login_failed', [$this, 'login_failed']);
        $this->add_hook('login_after', [$this, 'login_after']);
        $this->add_hook('preferences_save', [$this, 'preferences_save']);
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
        return $server;
    }

    public function authenticate(array $login): array
    {
        $limit = rcmail::get_instance()->config->get('hosting_guard_failures', 20);
        if (apcu_fetch($this->counter()) >= $limit) {
            $login['abort'] = true;
            $login['error'] = rcmail::ERROR_RATE_LIMIT;
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
        if (($_SERVER['HTTP_USER_AGENT'] ?? '') === self::PROOF && !$rcmail->config->get('hosting_language_chosen')) {
            // that of the browser, which is the customer's; Roundcube itself asks for it at the very first login only
            $_SESSION['language'] = '';
            $rcmail->load_language();
            $rcmail->user->save_prefs([]);
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
