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

        public function name(): string
        {
            return '<span id="h1">' . Adminer\h(getenv('HOSTING_TITLE')) . '</span>';
        }

        /** Whatever server a request names, this one is meant. */
        public function credentials(): array
        {
            return ['localhost', $_GET['username'], Adminer\get_password()];
        }

        /** MariaDB has let the user in; whether the tool may be used is another question. */
        public function login($login, $password): bool
        {
            return $password !== '' && $this->allowed($login);
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

        private function allowed(string $login): bool
        {
            $server = new mysqli('localhost', getenv('HOSTING_ACCOUNT'));
            $found = $server->execute_query('SELECT 1 FROM ' . self::OWNERSHIP . " WHERE kind = 'database_tool' AND name = ?", [$login]);
            return $found->num_rows === 1;
        }
    };
}

include '/usr/share/adminer/adminer.php';
