-- SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
-- SPDX-License-Identifier: GPL-3.0-or-later
CREATE DATABASE verein_web CHARACTER SET utf8mb4;
CREATE USER 'verein'@'localhost' IDENTIFIED BY 'a-good-pass-word';
GRANT ALL ON `verein\_web`.* TO 'verein'@'localhost';
USE verein_web;
CREATE TABLE artikel (
    nummer INT AUTO_INCREMENT PRIMARY KEY, titel VARCHAR(200) NOT NULL, inhalt LONGBLOB, geaendert INT NOT NULL DEFAULT 0
) ENGINE=InnoDB;
CREATE TABLE archiv (jahr INT PRIMARY KEY, titel VARCHAR(200)) ENGINE=MyISAM;
CREATE TABLE zaehler (ereignis VARCHAR(20)) ENGINE=InnoDB;
INSERT INTO artikel (titel, inhalt) VALUES ('unser-row', 0x00FF270A5C), ('Grüße 🏔', NULL);
INSERT INTO archiv VALUES (1987, 'unser-archive'), (1988, NULL);
CREATE DEFINER='verein'@'localhost' SQL SECURITY INVOKER VIEW neueste AS SELECT nummer, titel FROM artikel ORDER BY nummer DESC;
DELIMITER //
CREATE DEFINER='verein'@'localhost' TRIGGER gezaehlt AFTER INSERT ON artikel FOR EACH ROW
BEGIN
    INSERT INTO zaehler VALUES ('insert');
END//
CREATE DEFINER='verein'@'localhost' PROCEDURE anzahl(OUT zahl INT)
BEGIN
    SELECT COUNT(*) INTO zahl FROM artikel;
END//
CREATE DEFINER='verein'@'localhost' EVENT aufraeumen ON SCHEDULE EVERY 1 YEAR STARTS '2099-01-01' DO DELETE FROM zaehler//
DELIMITER ;
