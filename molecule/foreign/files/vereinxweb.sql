-- SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
-- SPDX-License-Identifier: GPL-3.0-or-later
CREATE DATABASE vereinxweb CHARACTER SET utf8mb4;
CREATE TABLE vereinxweb.artikel (titel VARCHAR(200)) ENGINE=InnoDB;
INSERT INTO vereinxweb.artikel VALUES ('fremd-row');
