<?php
// SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// WordPress of a customer: what the provider wrote beside the document root says how to reach the database.
$database = (require dirname(__DIR__) . '/private/databases.php')['alpenverein-web'];
define('DB_NAME', 'alpenverein-web');
define('DB_USER', $database['user']);
define('DB_PASSWORD', $database['password']);
define('DB_HOST', $database['host']);
define('DB_CHARSET', 'utf8mb4');
define('DISALLOW_FILE_MODS', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
require __DIR__ . '/wp-keys.php';
$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
