<?php
// SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Managed by the role magmasoft.hosting.webmail; changes made here are lost.

$config = json_decode(file_get_contents(__DIR__ . '/settings.json'), true, 16, JSON_THROW_ON_ERROR);
$config['des_key'] = trim(file_get_contents(__DIR__ . '/session.secret'));
$config['password_ldap_searchPW'] = trim(file_get_contents(__DIR__ . '/directory.secret'));
