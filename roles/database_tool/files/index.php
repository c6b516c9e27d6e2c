<?php
// SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Managed by the role magmasoft.hosting.database_tool; changes made here are lost.

/**
 * Adminer for one server, the one on this host, and for the databases that the register allows. In Debian's Adminer parameters have no types.
 */
function adminer_object(): object
{
    return new class extends Adminer\Adminer {
        private const OWNERSHIP = 'magmasoft_hosting.ownership';
        private const SECONDS = 1800;

        private bool $let_in = false;

        public function name(): string
        {
            return '<span id="h1">' . Adminer\h(getenv('HOSTING_TITLE')) . '</span>';
        }

        /** Whatever server a request names, this one is meant. */
        public function credentials(): array
        {
            $this->count_attempt();
            return ['localhost', $_GET['username'], Adminer\get_password()];
        }

        /** MariaDB has let the user in; whether the tool may be used is another question. */
        public function login($login, $password): bool
        {
            $this->let_in = $password !== '' && $this->allowed($login);
            return $this->let_in;
        }

        /** Whoever has an address of IPv6 has 2^64 of them. */
        public function bruteForceKey(): string
        {
            $address = inet_pton($_SERVER['REMOTE_ADDR']);
            return bin2hex(strlen($address) === 16 ? substr($address, 0, 8) : $address);
        }

        /** A password that outlives the session would lie in a cookie. */
        public function permanentLogin($create = false): string
        {
            return '';
        }

        public function databases($flush = true): array
        {
            return array_values(array_diff(Adminer\get_databases($flush), ['information_schema']));
        }

        public function loginForm(): void
        {
            echo '<input type="hidden" name="auth[driver]" value="server"><input type="hidden" name="auth[server]" value="">';
            echo "<table class='layout'>\n<tr><th>", Adminer\lang('Username'), '<td><input name="auth[username]" id="username" autofocus value="',
                Adminer\h($_GET['username'] ?? ''), '" autocomplete="username" autocapitalize="off">', "\n<tr><th>", Adminer\lang('Password'),
                '<td><input type="password" name="auth[password]" autocomplete="current-password">', "\n</table>\n";
            echo '<p><input type="submit" value="', Adminer\lang('Login'), "\">\n";
        }

        /** Adminer would ask its own site for news. */
        public function head($dark = null): bool
        {
            echo Adminer\script('verifyVersion = () => {};');
            return parent::head($dark);
        }

        public function csp($csp): array
        {
            foreach ($csp as &$policy) {
                unset($policy['frame-src']);
                $policy['connect-src'] = "'self'";
            }
            return $csp;
        }

        /** Files on the server are nobody's to import. */
        public function importServerPath(): string
        {
            return '';
        }

        /**
         * Adminer counts no failure of whoever brings a cookie of no session, and none before it is over, so this is counted here: before
         * MariaDB is asked, and taken back at the end for those who were let in. The counters are in the memory of this PHP-FPM and end with it.
         */
        private function count_attempt(): void
        {
            $counter = 'failures:' . $this->bruteForceKey();
            if (apcu_inc($counter, 1, $success, self::SECONDS) > (int) getenv('HOSTING_FAILURES')) {
                apcu_dec($counter, 1, $success, self::SECONDS);
                $permanent = [];
                Adminer\auth_error(Adminer\lang('Too many unsuccessful logins, try again in %d minute(s).', self::SECONDS / 60), $permanent);
            }
            register_shutdown_function(function () use ($counter) {
                if ($this->let_in) {
                    apcu_dec($counter, 1, $success, self::SECONDS);
                }
            });
        }

        private function allowed(string $login): bool
        {
            $server = new mysqli('localhost', getenv('HOSTING_ACCOUNT'));
            $found = $server->execute_query('SELECT 1 FROM ' . self::OWNERSHIP . " WHERE kind = 'database_tool' AND name = ?", [$login]);
            return $found->num_rows === 1;
        }
    };
}

include '/usr/share/adminer/adminer.php';
