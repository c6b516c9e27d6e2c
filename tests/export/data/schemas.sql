-- SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Awkward databases, each of which the server takes: what test_database_corpus.py dumps, and loads elsewhere.
--
-- `-- === NAME: what it is` begins one; `-- left out: WHAT (REASON)` says what its dump can't make again. All are made by
-- root, each with the settings of a new session. `corpus_gone`, `corpus_locked` and `corpus_poor` are accounts, `corpus_role` is a role.

-- === generated: columns that are computed, stored and virtual, indexed, of one another
CREATE TABLE t (
  a INT PRIMARY KEY, b VARCHAR(20), v INT AS (a * 2) VIRTUAL, s INT AS (a + 1) STORED, w INT AS (v + s) VIRTUAL,
  j JSON, n VARCHAR(20) AS (JSON_VALUE(j, '$.n')) STORED, l VARCHAR(30) AS (CONCAT('it''s \\ "', b)) VIRTUAL,
  u CHAR(64) AS (SHA2(b, 256)) PERSISTENT, KEY (v), UNIQUE (s), KEY (n), KEY (l)
);
INSERT INTO t (a, b, j) VALUES (1, 'x', '{"n": "one"}'), (2, NULL, NULL), (3, 'üñ', '{}');
CREATE TABLE only_one (a INT DEFAULT 1, b INT AS (a) VIRTUAL INVISIBLE);
INSERT INTO only_one VALUES (5);

-- === sequences: of all kinds, and columns that take their numbers from them
CREATE SEQUENCE s;
CREATE SEQUENCE down START WITH -1 INCREMENT BY -5 MINVALUE -1000 MAXVALUE -1 CYCLE NOCACHE;
CREATE SEQUENCE tiny AS TINYINT UNSIGNED START WITH 250 CYCLE;
CREATE SEQUENCE `odd ``name.` START WITH 7 CACHE 10 ENGINE = Aria;
CREATE TABLE t (
  i BIGINT DEFAULT NEXTVAL(s) PRIMARY KEY, j BIGINT DEFAULT (NEXTVAL(`odd ``name.`) + 1), t VARCHAR(50) DEFAULT 'nextval(`sequences`.`s`)'
) COMMENT 'nextval(`sequences`.`s`)';
INSERT INTO t (t) VALUES ('a'), ('b');
SELECT NEXTVAL(down), NEXTVAL(down), NEXTVAL(tiny);
CREATE VIEW numbers AS SELECT LASTVAL(s) AS last, '`sequences`.`s`' AS text;

-- === versions: history by time, which the server keeps
CREATE TABLE t (n INT PRIMARY KEY, x VARCHAR(10), secret INT WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING;
INSERT INTO t VALUES (1, 'one', 1), (2, 'two', 2);
UPDATE t SET x = 'uno'; DELETE FROM t WHERE n = 2;
CREATE TABLE named (
  n INT, since TIMESTAMP(6) GENERATED ALWAYS AS ROW START, until TIMESTAMP(6) GENERATED ALWAYS AS ROW END,
  PERIOD FOR SYSTEM_TIME (since, until)
) WITH SYSTEM VERSIONING;
INSERT INTO named (n) VALUES (1); UPDATE named SET n = 2;
CREATE TABLE parted (n INT) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME LIMIT 100 PARTITIONS 3;
INSERT INTO parted VALUES (1); DELETE FROM parted;
CREATE VIEW past AS SELECT n FROM t FOR SYSTEM_TIME ALL;

-- === transactions: history by the number of a transaction
-- left out: table precise (history)
CREATE TABLE precise (
  n INT, a BIGINT UNSIGNED GENERATED ALWAYS AS ROW START INVISIBLE, b BIGINT UNSIGNED GENERATED ALWAYS AS ROW END INVISIBLE,
  PERIOD FOR SYSTEM_TIME (a, b)
) WITH SYSTEM VERSIONING ENGINE = InnoDB;
INSERT INTO precise (n) VALUES (1), (2); UPDATE precise SET n = 3 WHERE n = 1;
CREATE TABLE plain (n INT) WITH SYSTEM VERSIONING;
INSERT INTO plain VALUES (1); DELETE FROM plain;

-- === periods: times that an application keeps, and that may not overlap
CREATE TABLE rooms (
  id INT, since DATE, until DATE, PERIOD FOR stay (since, until), PRIMARY KEY (id, stay WITHOUT OVERLAPS)
);
INSERT INTO rooms VALUES (1, '2026-01-01', '2026-02-01'), (1, '2026-02-01', '2026-03-01');
DELETE FROM rooms FOR PORTION OF stay FROM '2026-01-10' TO '2026-01-12';

-- === partitions: of every kind
CREATE TABLE a (n INT, d DATE) PARTITION BY RANGE (n) (PARTITION p0 VALUES LESS THAN (10) COMMENT 'it''s; (', PARTITION p1 VALUES LESS THAN MAXVALUE);
INSERT INTO a SELECT seq, '2026-01-01' FROM seq_1_to_50;
CREATE TABLE b (n INT) PARTITION BY LIST (n) (PARTITION few VALUES IN (1, 2, NULL), PARTITION rest DEFAULT);
INSERT INTO b VALUES (1), (NULL), (9);
CREATE TABLE c (d DATE, t VARCHAR(5)) PARTITION BY RANGE COLUMNS (d, t) (PARTITION x VALUES LESS THAN ('2026-01-01', 'm'), PARTITION y VALUES LESS THAN (MAXVALUE, MAXVALUE));
INSERT INTO c VALUES ('2025-12-31', 'z'), ('2026-01-01', 'z');
CREATE TABLE d (n INT PRIMARY KEY) PARTITION BY KEY () PARTITIONS 4;
INSERT INTO d SELECT seq FROM seq_1_to_20;
CREATE TABLE e (n INT, d DATE) PARTITION BY RANGE (YEAR(d)) SUBPARTITION BY HASH (n) SUBPARTITIONS 2 (PARTITION `odd (``` VALUES LESS THAN (2026), PARTITION later VALUES LESS THAN MAXVALUE);
INSERT INTO e VALUES (1, '2020-01-01'), (2, '2030-01-01');
CREATE TABLE f (n INT) PARTITION BY LINEAR HASH (n) PARTITIONS 3;
CREATE TABLE g (n INT) ENGINE = MyISAM PARTITION BY HASH (n) PARTITIONS 2;
INSERT INTO g VALUES (1), (2);

-- === checks: and rows that came in while nobody looked
CREATE TABLE t (
  a INT CHECK (a > 0), b INT, c VARCHAR(20) CHECK (c <> 'it''s'), CONSTRAINT both_of CHECK (a < b),
  CONSTRAINT `odd ``one` CHECK (JSON_VALID(c) OR c IS NULL OR c REGEXP '^[\\w]+$')
);
SET check_constraint_checks = OFF;
INSERT INTO t VALUES (1, 2, 'ok'), (-1, -5, 'it''s');
CREATE TABLE json (j JSON);
INSERT INTO json VALUES ('{"a": [1, "ü", null]}'), ('no JSON'), (NULL);

-- === spatial: all types, with an index and a reference system
CREATE TABLE t (
  id INT PRIMARY KEY, p POINT NOT NULL, l LINESTRING, s POLYGON REF_SYSTEM_ID = 4326, mp MULTIPOINT, ml MULTILINESTRING, ms MULTIPOLYGON,
  gc GEOMETRYCOLLECTION, g GEOMETRY, SPATIAL INDEX (p)
);
INSERT INTO t VALUES
  (1, POINT(1, 2), ST_GeomFromText('LINESTRING(0 0, 1 1)'), ST_GeomFromText('POLYGON((0 0, 1 0, 1 1, 0 0))', 4326),
   ST_GeomFromText('MULTIPOINT(0 0, 1 1)'), ST_GeomFromText('MULTILINESTRING((0 0, 1 1), (2 2, 3 3))'),
   ST_GeomFromText('MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)))'), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))'), POINT(-1.5, 1e300)),
  (2, POINT(0, 0), NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE VIEW zzz AS SELECT p FROM t;
CREATE VIEW aaa AS SELECT ST_X(p) AS x FROM zzz;

-- === fulltext: in every engine that has it
CREATE TABLE a (id INT PRIMARY KEY, t TEXT, FULLTEXT KEY (t)) ENGINE = InnoDB;
CREATE TABLE b (t TEXT, u VARCHAR(50), FULLTEXT (t, u), FULLTEXT `odd "one` (u)) ENGINE = MyISAM;
CREATE TABLE c (t TEXT, FULLTEXT (t)) ENGINE = Aria PAGE_CHECKSUM = 1;
INSERT INTO a VALUES (1, 'the quick brown fox'); INSERT INTO b VALUES ('jumps', 'over'); INSERT INTO c VALUES ('the lazy dog');
CREATE VIEW v AS SELECT id, MATCH (t) AGAINST ('fox' IN BOOLEAN MODE) AS found FROM a;

-- === character_sets: a column in each
SET group_concat_max_len = 1000000;
SET @columns = (SELECT GROUP_CONCAT('c_', character_set_name, ' VARCHAR(30) CHARACTER SET ', character_set_name) FROM information_schema.character_sets);
EXECUTE IMMEDIATE CONCAT('CREATE TABLE t (id INT PRIMARY KEY, ', @columns, ')');
SET @values = (SELECT GROUP_CONCAT('''plain \\'' text''') FROM information_schema.character_sets);
EXECUTE IMMEDIATE CONCAT('INSERT INTO t VALUES (1, ', @values, ')');
UPDATE t SET c_utf8mb4 = '😀𝄞', c_utf16 = '😀ü', c_utf16le = 'üñ', c_utf32 = '𝄞', c_ucs2 = '寿司', c_utf8mb3 = 'ß', c_latin1 = '€ü', c_latin2 = 'ő', c_cp1251 = 'Ж', c_koi8r = 'Ж',
  c_sjis = 'ソ表', c_cp932 = 'ソ①', c_ujis = '表', c_gbk = '誠', c_big5 = '功', c_euckr = '한', c_greek = 'ω', c_hebrew = 'א', c_tis620 = 'ก', c_binary = x'00ff27', c_cp850 = 'ü';

-- === collations: a column in each, and a default that is none of the column's
ALTER DATABASE CHARACTER SET latin2 COLLATE latin2_hungarian_ci;
SET group_concat_max_len = 1000000;
SET @columns = (SELECT GROUP_CONCAT('`', full_collation_name, '` CHAR(1) CHARACTER SET ', character_set_name, ' COLLATE ', full_collation_name) FROM information_schema.collation_character_set_applicability);
EXECUTE IMMEDIATE CONCAT('CREATE TABLE t (', @columns, ') ENGINE = MyISAM');
INSERT INTO t () VALUES ();
CREATE TABLE of_database (a VARCHAR(10), b VARCHAR(10) COLLATE utf8mb4_uca1400_swedish_as_cs) COLLATE latin1_german2_ci;
INSERT INTO of_database VALUES ('ä', 'å');

-- === reserved: words as names
CREATE TABLE `select` (`from` INT, `group` INT, `order` INT DEFAULT 1, `key` INT, `end` INT, PRIMARY KEY (`from`), KEY `where` (`group`), CONSTRAINT `check` CHECK (`key` > 0));
INSERT INTO `select` VALUES (1, 2, 3, 4, 5);
CREATE VIEW `view` AS SELECT `from`, `group` AS `by` FROM `select` `as` WHERE `as`.`order` = 3;
CREATE VIEW `join` AS SELECT `by` FROM `view`;
CREATE FUNCTION `function`(`in` INT) RETURNS INT RETURN `in`;
CREATE TRIGGER `trigger` BEFORE INSERT ON `select` FOR EACH ROW SET NEW.`group` = `function`(1);
CREATE EVENT `event` ON SCHEDULE EVERY 1 YEAR DISABLE DO DELETE FROM `select` WHERE `from` = 0;

-- === odd_names: everything that a name may be
CREATE TABLE `it's "odd"; -- /* #` (`a ``b`` c` INT, `100%s` INT, `back\slash` INT, `q?` INT, `,(` INT, KEY `k'"``;` (`100%s`));
INSERT INTO `it's "odd"; -- /* #` VALUES (1, 2, 3, 4, 5);
CREATE TABLE `new
line` (`a
b` INT, c INT AS (`a
b` + 1) STORED, CONSTRAINT `d
e` UNIQUE (c));
INSERT INTO `new
line` (`a
b`) VALUES (1);
CREATE TABLE `DELIMITER ;;` (`);
x` INT) COMMENT ');
';
INSERT INTO `DELIMITER ;;` VALUES (1);
CREATE TABLE `寿司.ü` (`Ж` INT, `	tab` INT);
INSERT INTO `寿司.ü` VALUES (1, 2);
CREATE TABLE `#sql-1` (i INT);
CREATE TABLE `-e` (i INT);
CREATE TABLE `a.b` (i INT);
CREATE VIEW `v;
--` AS SELECT `Ж` AS `'"`, `	tab` AS `x``y` FROM `寿司.ü`;
CREATE VIEW `also
odd` AS SELECT `'"` FROM `v;
--`;
CREATE PROCEDURE `p ``;; ü`(`x y` INT) SELECT `x y`;

-- === long_names: sixty-four characters everywhere
CREATE TABLE `t123456789t123456789t123456789t123456789t123456789t123456789t123` (
  `c123456789c123456789c123456789c123456789c123456789c123456789c123` INT,
  KEY `k123456789k123456789k123456789k123456789k123456789k123456789k123` (`c123456789c123456789c123456789c123456789c123456789c123456789c123`)
);
INSERT INTO `t123456789t123456789t123456789t123456789t123456789t123456789t123` VALUES (1);
CREATE VIEW `ü123456789ü123456789ü123456789ü123456789ü123456789ü123456789ü123` AS SELECT * FROM `t123456789t123456789t123456789t123456789t123456789t123456789t123`;

-- === cases: names that differ in nothing else
CREATE TABLE t (a INT); CREATE TABLE T (A INT); INSERT INTO t VALUES (1); INSERT INTO T VALUES (2);
CREATE VIEW v AS SELECT a FROM t; CREATE VIEW V AS SELECT A FROM T;

-- === huge_rows: rows longer than a packet, in hexadecimal or when quotes are escaped
CREATE TABLE t (id INT PRIMARY KEY, a LONGBLOB, b LONGTEXT, c LONGTEXT CHARACTER SET utf16, d INT DEFAULT 4);
SET @a = REPEAT(x'00ff275c', 9 * 1024 * 1024);
SET @b = REPEAT('ü''\\"😀', 1024 * 1024);
INSERT INTO t VALUES (1, @a, @b, REPEAT('ü寿', 1024 * 1024), -5), (2, 'small', 'small', 'small', 6);
UPDATE t SET b = CONCAT(b, 'x', b) WHERE id = 1;
INSERT INTO t VALUES (3, NULL, REPEAT('\'', 5 * 1024 * 1024), NULL, NULL);
CREATE TABLE u (`a
b` INT, c TEXT);
INSERT INTO u VALUES (1, 'x');

-- === views: on views, in the order of no alphabet
CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(10)); INSERT INTO t VALUES (1, 'x'), (2, 'y');
CREATE VIEW m AS SELECT a, b FROM t;
CREATE VIEW z AS SELECT a, b FROM m WHERE a > 0;
CREATE VIEW a AS SELECT z.a, z.b FROM z JOIN m ON z.a = m.a;
CREATE VIEW checked AS SELECT a, b FROM z WHERE a < 100 WITH CASCADED CHECK OPTION;
CREATE VIEW zz AS SELECT a FROM t;
CREATE VIEW aa AS SELECT a FROM zz WHERE a < 50 WITH LOCAL CHECK OPTION;
CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW mine (x, `y z`) AS SELECT a, b FROM a;
CREATE ALGORITHM = TEMPTABLE VIEW other AS SELECT COUNT(*) AS `COUNT(*)`, MAX(`y z`) FROM mine m2 GROUP BY x;

-- === view_texts: everything that a view may be made of
CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(10), d DATETIME, j JSON); CREATE TABLE u (a INT, c INT);
INSERT INTO t VALUES (1, ' x ', '2026-01-02 03:04:05', '[1, 2]'); INSERT INTO u VALUES (1, 2);
CREATE VIEW joins AS SELECT t.a, u.c, x.c AS d FROM t LEFT JOIN u ON t.a = u.a RIGHT JOIN (u AS x CROSS JOIN u AS y) ON x.a = t.a;
CREATE VIEW straight AS SELECT t.a FROM t STRAIGHT_JOIN u ON t.a = u.a JOIN (SELECT c FROM u) AS z;
CREATE VIEW natural_join AS SELECT a FROM t NATURAL JOIN u;
CREATE VIEW unions AS SELECT a FROM t UNION ALL (SELECT c FROM u ORDER BY c LIMIT 1) EXCEPT SELECT 99;
CREATE VIEW nested AS SELECT (SELECT MAX(c) FROM u WHERE u.a = t.a) AS m FROM t WHERE EXISTS (SELECT 1 FROM u) AND a IN (SELECT a FROM u);
CREATE VIEW windows AS SELECT a, ROW_NUMBER() OVER w AS n, SUM(a) OVER (PARTITION BY b ORDER BY d ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM t WINDOW w AS (ORDER BY a DESC);
CREATE VIEW numbers AS WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n;
CREATE VIEW n AS WITH recursive_one AS (SELECT a FROM t) SELECT * FROM recursive_one;
CREATE VIEW parts AS SELECT EXTRACT(YEAR FROM t.d) AS y, TRIM(BOTH ' ' FROM t.b) AS b, EXTRACT(DAY_HOUR FROM d) AS h, SUBSTRING(b FROM 2) AS s FROM t;
CREATE VIEW jsons AS SELECT x.v FROM t, JSON_TABLE(t.j, '$[*]' COLUMNS (v INT PATH '$', o FOR ORDINALITY)) AS x;
CREATE VIEW quoted AS SELECT 'from `view_texts`.`t` join `view_texts`.`t`' AS a, "it's \\ `view_texts`.`f`(" AS `from ``view_texts```, '`' AS c FROM t;
CREATE VIEW aliased AS SELECT view_texts.a, `view_texts`.`b` FROM t AS view_texts WHERE EXTRACT(YEAR FROM view_texts.d) > 1;
CREATE VIEW literals AS SELECT _latin1'ü' COLLATE latin1_german1_ci AS a, x'ff00' AS b, b'101' AS c, 1.5e300 AS d, DATE'2026-01-01' AS e, INTERVAL 1 DAY + DATE'2026-01-01' AS f, CAST('1' AS CHAR CHARACTER SET ucs2) AS g, N'n' AS h;
CREATE VIEW odd AS SELECT a IS NOT TRUE AS x, a BETWEEN 1 AND 2 AS y, b LIKE '%\\%%' ESCAPE '|' AS z, CASE a WHEN 1 THEN 'one' ELSE "it's" END AS c, a DIV 2 MOD 3 AS m, NOT a XOR 1 AS n, GROUP_CONCAT(b ORDER BY a SEPARATOR ';;') AS g FROM t;
CREATE VIEW limited AS SELECT a FROM t IGNORE INDEX (PRIMARY) ORDER BY a DESC LIMIT 3 OFFSET 0;
CREATE VIEW rows_of AS VALUES (1, 'x'), (2, 'y');
CREATE VIEW nothing AS SELECT table_name FROM information_schema.tables WHERE table_schema = 'nowhere';

-- === view_texts2: a table, a view, a column and an alias that are called as their database
CREATE TABLE view_texts2 (view_texts2 INT); INSERT INTO view_texts2 VALUES (7);
CREATE VIEW v AS SELECT view_texts2.view_texts2 FROM view_texts2;
CREATE VIEW w AS SELECT view_texts2.view_texts2.view_texts2 FROM view_texts2.view_texts2;
CREATE VIEW x AS SELECT view_texts2.view_texts2 AS c FROM v AS view_texts2 JOIN w ON w.view_texts2 = view_texts2.view_texts2;

-- === functions: that views use, that use views, and that are called by their full name
CREATE TABLE t (a INT); INSERT INTO t VALUES (1);
CREATE FUNCTION f(x INT) RETURNS INT DETERMINISTIC RETURN x + 1;
CREATE VIEW z AS SELECT f(a) AS f, functions.f(2) AS g FROM t;
CREATE FUNCTION g() RETURNS INT READS SQL DATA RETURN (SELECT MAX(f) FROM z);
CREATE VIEW a AS SELECT g() AS g, 'functions.f(' AS t;
CREATE VIEW b AS SELECT f(f) AS `f(f)` FROM z WHERE f = functions.f(1);

-- === gone: views and code by an account that is gone
CREATE TABLE t (a INT, b INT); INSERT INTO t VALUES (1, 2); CREATE TABLE log (a INT);
CREATE DEFINER = corpus_gone@localhost FUNCTION f() RETURNS INT RETURN 1;
CREATE DEFINER = corpus_gone@localhost VIEW v AS SELECT a FROM t;
CREATE DEFINER = corpus_gone@localhost VIEW w AS SELECT x.a, t.b, 'gone.t.a' AS c FROM t AS x JOIN t ON x.a = t.a WHERE t.a > 0;
CREATE DEFINER = corpus_gone@localhost VIEW functional AS SELECT f() AS f, a FROM v;
CREATE VIEW u AS SELECT a FROM v;
CREATE DEFINER = corpus_gone@localhost SQL SECURITY INVOKER VIEW i AS SELECT a FROM t;
CREATE DEFINER = corpus_gone@localhost TRIGGER tr AFTER INSERT ON t FOR EACH ROW INSERT INTO log VALUES (NEW.a);
CREATE DEFINER = corpus_gone@localhost PROCEDURE p() SELECT 1;
CREATE DEFINER = corpus_gone@localhost EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1;

-- === definers: a role, an account that is locked, one that has lost its rights, odd ones
CREATE TABLE t (a INT); INSERT INTO t VALUES (1);
CREATE DEFINER = corpus_role VIEW by_role AS SELECT * FROM t;
CREATE DEFINER = corpus_role PROCEDURE p() SELECT 1;
CREATE DEFINER = corpus_role FUNCTION f() RETURNS INT RETURN 1;
CREATE DEFINER = corpus_role TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;
CREATE DEFINER = corpus_role EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1;
CREATE DEFINER = corpus_locked@localhost VIEW by_locked AS SELECT a FROM t;
CREATE DEFINER = corpus_poor@localhost VIEW by_poor AS SELECT a FROM t;
CREATE DEFINER = corpus_poor@localhost SQL SECURITY INVOKER VIEW poor_invoker AS SELECT a AS b FROM by_poor;
CREATE DEFINER = `odd ``@'" name`@`%` VIEW by_odd AS SELECT a FROM t;
CREATE DEFINER = `odd ``@'" name`@`%` PROCEDURE q() SELECT 'DEFINER=`root`@`localhost` ';
CREATE VIEW of_all AS SELECT l.a, r.a AS b FROM by_locked l JOIN by_role r JOIN by_poor p;

-- === broken: views of what is gone, and views of them
-- left out: view a (broken), view of_column (broken), view of_function (broken), view of_view (broken)
CREATE TABLE t (a INT, b INT); CREATE TABLE gone (a INT); INSERT INTO t VALUES (1, 2);
CREATE FUNCTION f() RETURNS INT RETURN 1;
CREATE VIEW a AS SELECT a FROM gone;
CREATE VIEW of_view AS SELECT a FROM a;
CREATE VIEW of_column AS SELECT b FROM t;
CREATE VIEW of_function AS SELECT f() AS f;
CREATE VIEW good AS SELECT a FROM t;
DROP TABLE gone; ALTER TABLE t DROP COLUMN b; DROP FUNCTION f;

-- === elsewhere: what leads into another database
-- left out: child: FOREIGN KEY far (other-database), child: FOREIGN KEY far2 (other-database), view far_view (other-database), view of_far (other-database), view both_of (other-database), view called (other-database)
CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t SELECT a FROM corpus_other.parent;
CREATE TABLE child (
  a INT, b INT, CONSTRAINT far FOREIGN KEY (a) REFERENCES corpus_other.parent (a) ON DELETE CASCADE,
  CONSTRAINT near FOREIGN KEY (b) REFERENCES t (a), CONSTRAINT far2 FOREIGN KEY (b) REFERENCES corpus_other.parent (a)
);
INSERT INTO child VALUES (1, 1);
CREATE VIEW far_view AS SELECT a FROM corpus_other.parent;
CREATE VIEW of_far AS SELECT a FROM far_view;
CREATE VIEW both_of AS SELECT t.a, p.a AS b FROM t JOIN corpus_other.parent p ON p.a = t.a;
CREATE VIEW called AS SELECT corpus_other.f(t.a) AS f FROM t;
CREATE VIEW near AS SELECT a FROM t;

-- === latin1: code and views by a client that spoke latin1
SET NAMES latin1;
CREATE TABLE t (a VARCHAR(20)) CHARACTER SET utf8mb4;
CREATE PROCEDURE p() COMMENT 'c\'' SELECT 'ü' AS b;
ALTER PROCEDURE p COMMENT 'ü \\ ''';
CREATE FUNCTION f(x VARCHAR(10)) RETURNS VARCHAR(20) CHARSET latin1 COMMENT 'ü' RETURN CONCAT(x, 'ü', _utf8mb4'x');
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = CONCAT(NEW.a, 'ü');
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE COMMENT 'ü' DO SELECT 'ü';
CREATE VIEW v AS SELECT 'ü' AS a, a AS `ü` FROM t;
CREATE VIEW w AS SELECT `ü` FROM v;
CREATE TABLE `ü` (`ü` INT); INSERT INTO `ü` VALUES (1);
CREATE VIEW `vü` AS SELECT `ü` AS `x` FROM `ü`;
CREATE TRIGGER `tü` BEFORE INSERT ON `ü` FOR EACH ROW SET NEW.`ü` = 1;

-- === latin1_names: names that such a client gave
SET NAMES latin1;
CREATE PROCEDURE `pü`(`ä` INT) SELECT `ä`, 'ö';
CREATE FUNCTION `fü`(`ä` INT) RETURNS INT RETURN `ä`;
CREATE EVENT `eü` ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 'ö';

-- === sjis: a character whose second byte is a backslash
SET NAMES cp932;
CREATE PROCEDURE p() SELECT 'ソ' AS a;
CREATE TABLE t (a VARCHAR(10)) CHARACTER SET cp932; INSERT INTO t VALUES ('ソ');
CREATE VIEW v AS SELECT 'ソ' AS a FROM t;

-- === modes: code in other dialects
CREATE TABLE t (a INT, b VARCHAR(50));
SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES';
CREATE TRIGGER "quoted ""tr" BEFORE INSERT ON "t" FOR EACH ROW SET NEW."b" = 'a\' || NEW.b;
CREATE PROCEDURE "p""q"() SELECT 'back\', "a" FROM t;
CREATE EVENT "e" ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM "t" WHERE "b" = 'it''s\';
CREATE VIEW "v""w" AS SELECT 'back\' || b AS "x" FROM t;
SET sql_mode = 'HIGH_NOT_PRECEDENCE,IGNORE_SPACE,REAL_AS_FLOAT';
CREATE FUNCTION f () RETURNS REAL RETURN NOT 1 BETWEEN -5 AND 5;
SET sql_mode = '';
CREATE PROCEDURE none() SELECT "it's" AS `a;;b`;
CREATE TABLE computed (a VARCHAR(10), b VARCHAR(30) AS (CONCAT(a, '\\')) STORED);
INSERT INTO computed (a) VALUES ('x');

-- === oracle: packages and procedures in that dialect
SET sql_mode = ORACLE;
DELIMITER //
CREATE PACKAGE pack COMMENT 'it''s' AS
  FUNCTION f1 RETURN INT;
  PROCEDURE p1(a INT);
END//
CREATE PACKAGE BODY pack AS
  hidden INT := 5;
  FUNCTION f1 RETURN INT AS BEGIN RETURN hidden; END;
  PROCEDURE p1(a INT) AS BEGIN hidden := a; END;
END//
CREATE PROCEDURE p(a OUT VARCHAR2(10)) AS BEGIN a := 'x'; END//
CREATE FUNCTION f(a IN INT) RETURN INT AS BEGIN RETURN a; END//
DELIMITER ;
CREATE VIEW v AS SELECT pack.f1() AS a, f(1) AS b FROM dual;

-- === triggers: several for one event, replaced ones, and ones with the name of their database
CREATE TABLE t (a INT, b VARCHAR(100) DEFAULT '');
CREATE TRIGGER zz BEFORE INSERT ON t FOR EACH ROW SET NEW.b = CONCAT(NEW.b, 'z');
CREATE TRIGGER mm BEFORE INSERT ON t FOR EACH ROW PRECEDES zz SET NEW.b = CONCAT(NEW.b, 'm');
CREATE TRIGGER aa BEFORE INSERT ON t FOR EACH ROW FOLLOWS zz SET NEW.b = CONCAT(NEW.b, 'a');
CREATE OR REPLACE TRIGGER up AFTER UPDATE ON t FOR EACH ROW SET @x = 1;
CREATE TRIGGER IF NOT EXISTS del AFTER DELETE ON t FOR EACH ROW SET @x = 'FOR EACH ROW';
CREATE TRIGGER triggers.named BEFORE UPDATE ON triggers.t FOR EACH ROW SET NEW.b = 'x';
create   trigger
 `triggers` . `odd``name`
 after insert   on `triggers`.`t` for each row
 set @y = 1 -- the end
;
DELIMITER //
CREATE TRIGGER body BEFORE DELETE ON t FOR EACH ROW BEGIN
  /* don't; */ -- nor ' here
  IF OLD.a = 1 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'it''s */ ;;'; END IF;
END//
DELIMITER ;

-- === routines: of all kinds, with comments in every place
CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2);
CREATE PROCEDURE ends() SELECT 1 -- ends in a comment
;
CREATE PROCEDURE hash() SELECT 1 # ends in another
;
CREATE PROCEDURE block() SELECT 1 /* ends in a block */;
CREATE PROCEDURE versioned() SELECT /*!50000 1 */ /*M!100000 + 1 */ AS a;
DELIMITER //
CREATE OR REPLACE PROCEDURE p(IN a INT, OUT b VARCHAR(10) CHARSET utf8mb4, INOUT c DECIMAL(5, 2)) MODIFIES SQL DATA SQL SECURITY INVOKER COMMENT 'it''s \\ "c"'
label: BEGIN
  DECLARE done INT DEFAULT 0;
  DECLARE cur CURSOR FOR SELECT a FROM t;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1;
  -- DELIMITER ;
  SET b = 'DELIMITER ;
CREATE DEFINER=`x`@`y` PROCEDURE q()'; /* ;; */
  LEAVE label;
END//
CREATE AGGREGATE FUNCTION largest(x INT) RETURNS INT BEGIN
  DECLARE m INT; DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN m;
  LOOP FETCH GROUP NEXT ROW; SET m = GREATEST(COALESCE(m, x), x); END LOOP;
END//
CREATE FUNCTION IF NOT EXISTS f(x VARCHAR(10) CHARACTER SET latin1 COLLATE latin1_bin) RETURNS TEXT CHARSET utf8mb4 NOT DETERMINISTIC NO SQL
  RETURN CONCAT(x, ';;')//
CREATE FUNCTION of_row() RETURNS INT BEGIN DECLARE r ROW TYPE OF t; RETURN 1; END//
DELIMITER ;
CREATE PROCEDURE nothing() BEGIN END;
CREATE FUNCTION f2() RETURNS ENUM('a', 'it''s') RETURN 'a';

-- === events: of all kinds
CREATE TABLE t (a INT);
SET time_zone = '+05:30';
CREATE EVENT once ON SCHEDULE AT '2037-12-31 23:59:59' DO DELETE FROM t;
CREATE EVENT past ON SCHEDULE AT '2001-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE DO DELETE FROM t;
SET time_zone = 'SYSTEM';
CREATE EVENT often ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2020-01-01 00:00:00' ENDS '2037-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE ON SLAVE COMMENT 'it''s \\ ü' DO DELETE FROM t;
CREATE EVENT ends ON SCHEDULE EVERY 1 MONTH DISABLE DO SELECT 1 -- the end
;
DELIMITER //
CREATE EVENT body ON SCHEDULE EVERY 10 YEAR STARTS '2030-01-01' DO BEGIN
  SELECT 'it''s
DELIMITER ;
/*!50106 CREATE*/ /*!50117 DEFINER=`x`@`y`*/ /*!50106 EVENT';
  /* ;; */ SELECT ";;";
END//
DELIMITER ;

-- === changed_default: code that was made while the database had another character set
ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_german1_ci;
CREATE TABLE t (a VARCHAR(10)); INSERT INTO t VALUES ('ü');
CREATE PROCEDURE p(x VARCHAR(10)) SELECT x;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 'x';
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1;
ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE PROCEDURE q(x VARCHAR(10)) SELECT x;

-- === circles: foreign keys that lead to each other, to their own table, and to nothing
CREATE TABLE a (id INT PRIMARY KEY, b INT);
CREATE TABLE b (id INT PRIMARY KEY, a INT, CONSTRAINT to_a FOREIGN KEY (a) REFERENCES a (id) ON DELETE SET NULL ON UPDATE CASCADE);
INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1);
ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b (id);
SET foreign_key_checks = OFF;
CREATE TABLE child2 (x INT, y INT, CONSTRAINT `odd ``; key` FOREIGN KEY (x, y) REFERENCES parent2 (x, y));
SET foreign_key_checks = ON;
CREATE TABLE parent2 (x INT, y INT, PRIMARY KEY (x, y)); INSERT INTO parent2 VALUES (1, 2); INSERT INTO child2 VALUES (1, 2);
CREATE TABLE tree (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES tree (id)); INSERT INTO tree VALUES (1, 1);
SET foreign_key_checks = OFF;
CREATE TABLE orphan (id INT, FOREIGN KEY (id) REFERENCES nowhere (id)); INSERT INTO orphan VALUES (5);
INSERT INTO tree VALUES (2, 99);

-- === auto_increment: in every odd way
CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 1000;
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; INSERT INTO a VALUES (0), (-5), (7);
CREATE TABLE b (g CHAR(1), id INT AUTO_INCREMENT, PRIMARY KEY (g, id)) ENGINE = MyISAM;
INSERT INTO b (g) VALUES ('a'), ('a'), ('b');
CREATE TABLE c (id BIGINT UNSIGNED AUTO_INCREMENT, x INT, KEY (id)); INSERT INTO c VALUES (18446744073709551614, 1);
CREATE TABLE d (id TINYINT UNSIGNED AUTO_INCREMENT UNIQUE, n INT); INSERT INTO d VALUES (255, 1);
CREATE TABLE e (id FLOAT AUTO_INCREMENT PRIMARY KEY); INSERT INTO e VALUES (1), (2.5);

-- === zero_dates: days that are in no calendar
SET sql_mode = 'ALLOW_INVALID_DATES';
CREATE TABLE t (a DATE DEFAULT '0000-00-00', b DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', c TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00', d DATE NOT NULL, y YEAR, t TIME(6));
INSERT INTO t VALUES ('0000-00-00', '0000-00-00', 0, '2026-02-31', 0, '-838:59:59.999999'), ('2026-00-00', '9999-12-31 23:59:59', '1970-01-01 00:00:01', '2026-00-10', 2155, '838:59:59');

-- === times: hours that come twice, and parts of seconds
SET time_zone = '+00:00';
CREATE TABLE t (id INT, a TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), b TIMESTAMP NULL, c DATETIME(3) DEFAULT NOW(3));
INSERT INTO t VALUES (1, '2026-10-25 00:30:00.123456', '2026-10-25 01:30:00', '2026-10-25 02:30:00.999'), (2, '2038-01-19 03:14:07.999999', NULL, NULL);

-- === invisible: columns that are not seen, and indexes that are not used
CREATE TABLE t (a INT, b INT INVISIBLE DEFAULT 5, c INT NOT NULL INVISIBLE DEFAULT 0, KEY k (a) IGNORED, KEY d (a DESC, b));
INSERT INTO t (a, b, c) VALUES (1, 2, 3); INSERT INTO t VALUES (4);
CREATE VIEW v AS SELECT a, b FROM t;

-- === indexes: of every kind
CREATE TABLE t (a TEXT, b BLOB, c VARCHAR(200), UNIQUE KEY `long` (a), UNIQUE (b), KEY pre (c(10), a(5)) COMMENT 'it''s', KEY tree USING BTREE (c));
INSERT INTO t VALUES ('x', 'y', 'z'), (REPEAT('l', 5000), 'z', NULL);
CREATE TABLE m (a INT, KEY USING HASH (a), KEY USING BTREE (a)) ENGINE = MEMORY; INSERT INTO m VALUES (1);

-- === addresses: types for addresses and identifiers
CREATE TABLE t (a INET6, b INET4, c UUID DEFAULT '123e4567-e89b-12d3-a456-426655440000', PRIMARY KEY (a));
INSERT INTO t VALUES ('2001:db8::1', '192.0.2.1', DEFAULT), ('::ffff:192.0.2.1', NULL, NULL);
CREATE VIEW v AS SELECT a, c FROM t WHERE a > '::1';

-- === compressed: columns, pages, rows
CREATE TABLE a (t TEXT COMPRESSED, b VARBINARY(1000) COMPRESSED = zlib DEFAULT 'x'); INSERT INTO a VALUES (REPEAT('x', 5000), REPEAT('y', 1000)), (NULL, DEFAULT);
CREATE TABLE b (t TEXT) PAGE_COMPRESSED = 1 PAGE_COMPRESSION_LEVEL = 9; INSERT INTO b VALUES ('x');
CREATE TABLE c (t TEXT) ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = 4; INSERT INTO c VALUES ('x');
CREATE TABLE d (t TEXT) ROW_FORMAT = REDUNDANT; INSERT INTO d VALUES ('x');

-- === engines: of every kind
CREATE TABLE csv (a INT NOT NULL, b VARCHAR(50) NOT NULL) ENGINE = CSV; INSERT INTO csv VALUES (1, 'a "quoted", one'), (2, '');
CREATE TABLE aria (a INT) ENGINE = Aria TRANSACTIONAL = 0 ROW_FORMAT = FIXED PAGE_CHECKSUM = 1; INSERT INTO aria VALUES (1);
CREATE TABLE aria2 (a INT, b TEXT) ENGINE = Aria TRANSACTIONAL = 1 PAGE_CHECKSUM = 1; INSERT INTO aria2 VALUES (1, 'x');
CREATE TABLE isam (a INT, b CHAR(10)) ENGINE = MyISAM ROW_FORMAT = FIXED CHECKSUM = 1 DELAY_KEY_WRITE = 1; INSERT INTO isam VALUES (1, 'x');
CREATE TABLE isam2 LIKE isam; INSERT INTO isam2 VALUES (2, 'y');
CREATE TABLE merged (a INT, b CHAR(10)) ENGINE = MRG_MyISAM UNION = (isam, isam2) INSERT_METHOD = LAST;
CREATE TABLE memory (a INT) ENGINE = MEMORY MAX_ROWS = 100; INSERT INTO memory VALUES (1);

-- === not_strict: a table that the server refuses when it is strict
SET innodb_strict_mode = OFF, group_concat_max_len = 1000000;
SET @columns = (SELECT GROUP_CONCAT('c', seq, ' VARCHAR(100)') FROM seq_0_to_99);
EXECUTE IMMEDIATE CONCAT('CREATE TABLE t (', @columns, ') ROW_FORMAT = COMPACT CHARACTER SET utf8mb4');
INSERT INTO t (c0, c99) VALUES ('first', 'last');
CREATE TABLE u (a INT) ROW_FORMAT = FIXED KEY_BLOCK_SIZE = 3;

-- === values: at the limits of their types
CREATE TABLE t (a BIT(64), b BIT(1), c SET('a', 'it''s', 'ü'), d ENUM('x', '''', 'ü'), e DECIMAL(65, 30), f FLOAT, g DOUBLE, h BOOLEAN, i BIGINT UNSIGNED, j YEAR, k TINYINT ZEROFILL, l BINARY(3), m VARBINARY(5), n CHAR(0), o BINARY(0), p DOUBLE(10, 2) UNSIGNED);
SET sql_mode = '';
INSERT INTO t VALUES (b'1111111111111111111111111111111111111111111111111111111111111111', b'0', 'a,it''s', '''', -99999999999999999999999999999999999.999999999999999999999999999999, 3.40282e38, -1.7976931348623157e308, TRUE, 18446744073709551615, 1901, 5, 'a', x'00', '', '', 1.5),
  (NULL, NULL, '', NULL, 0, -0.0, 5e-324, FALSE, 0, 0, 255, x'000000', '', NULL, NULL, 0), (b'0', b'1', NULL, 'no such', 1e-30, 0.1, 0.1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

-- === defaults: that are computed, and texts that look like code
CREATE TABLE t (
  a CHAR(36) DEFAULT (UUID()), b INT DEFAULT (1 + 2), c TEXT DEFAULT 'it''s \\ ;\n', d JSON DEFAULT (JSON_OBJECT('a', 1)), e VARCHAR(50) DEFAULT CONCAT('a', "b"),
  f TIMESTAMP DEFAULT (NOW() + INTERVAL 1 DAY), g INT DEFAULT (b * 2), h BLOB DEFAULT x'00ff', i BIT(3) DEFAULT b'101', j VARCHAR(20) DEFAULT 'NULL', k VARCHAR(20) DEFAULT (NULL), l DATE DEFAULT CURDATE(), m VARCHAR(80) DEFAULT USER()
);
INSERT INTO t (b) VALUES (7), (DEFAULT);

-- === remarks: on tables, columns, indexes
CREATE TABLE t (a INT COMMENT 'it''s \\ "x"\n`y` ; -- /* */', KEY k (a) COMMENT 'ü😀') COMMENT = 'a quote '' and
a newline;
) ENGINE=InnoDB;
CREATE TABLE `x` (';
INSERT INTO t VALUES (1);
EXECUTE IMMEDIATE CONCAT('CREATE TABLE u (a INT COMMENT ''', REPEAT('ü', 1024), ''') COMMENT ''', REPEAT('x', 2048), '''');

-- === wide: a thousand columns
SET @columns = (SELECT GROUP_CONCAT('c', seq, ' INT') FROM seq_1_to_1000);
EXECUTE IMMEDIATE CONCAT('CREATE TABLE t (', @columns, ')');
INSERT INTO t (c1, c1000) VALUES (1, 1000);

-- === many: rows, over several statements
CREATE TABLE t (id INT PRIMARY KEY, t VARCHAR(200));
INSERT INTO t SELECT seq, REPEAT(CHAR(65 + seq % 26), seq % 200) FROM seq_1_to_20000;
CREATE TABLE u (a INT); CREATE TABLE twice (a INT, b VARCHAR(5)); INSERT INTO twice VALUES (1, 'x'), (1, 'x'), (NULL, NULL), (NULL, NULL);
CREATE TABLE megabytes (t MEDIUMTEXT); INSERT INTO megabytes VALUES (REPEAT('a', 1046520)), (REPEAT('b', 1100000)), ('c');

-- === bytes: all of them, and texts that look like the dump they are in
CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, b BLOB, t TEXT, l TEXT CHARACTER SET latin1);
INSERT INTO t (b, t, l) SELECT UNHEX(GROUP_CONCAT(LPAD(HEX(seq), 2, '0') ORDER BY seq SEPARATOR '')), 'x', CONVERT(UNHEX(GROUP_CONCAT(LPAD(HEX(seq), 2, '0') ORDER BY seq SEPARATOR '')) USING latin1) FROM seq_0_to_255;
INSERT INTO t (t) VALUES ('one\nDEFINER=`root`@`localhost`\n-- Dump completed\nDELIMITER ;;\nCREATE DEFINER=`x`@`y` PROCEDURE'), ('\n(1),\n(2);\nINSERT INTO `t` VALUES\n('), ('\\ '' " \Z \t \r \0 \b'), ('\\'), (''), ('\nCREATE TABLE `x` (\n  `a` int DEFAULT nextval(`bytes`.`s`)\n);\n'), ('😀𝄞'), ('/*!50013 DEFINER='), ('\n  CONSTRAINT `a` FOREIGN KEY (`b`) REFERENCES `c`.`d` (`e`)\n');
INSERT INTO t (t) VALUES (CONVERT(x'61e280a862c285' USING utf8mb4));
SET sql_mode = 'NO_BACKSLASH_ESCAPES'; INSERT INTO t (t) VALUES ('back\''slash\');

-- === vectors: and an index on them
CREATE TABLE t (id INT PRIMARY KEY, v VECTOR(3) NOT NULL, VECTOR INDEX (v) M = 8 DISTANCE = cosine);
INSERT INTO t VALUES (1, VEC_FromText('[0.1, -2, 3e10]')), (2, VEC_FromText('[0, 0, 1]'));

-- === elsewhere_on_disk: tables whose files lie in other directories
CREATE TABLE t (a INT) DATA DIRECTORY = '/var/tmp'; INSERT INTO t VALUES (1);

-- === options: of tables, some of which mean nothing and are lost
SET sql_mode = 'IGNORE_BAD_TABLE_OPTIONS';
CREATE TABLE t (a INT no_such = 'it''s') STATS_PERSISTENT = 1 STATS_AUTO_RECALC = 0 STATS_SAMPLE_PAGES = 10 MIN_ROWS = 1 MAX_ROWS = 10 AVG_ROW_LENGTH = 10 PACK_KEYS = 1 CONNECTION = 'x://''y' no_such = 'option';
INSERT INTO t VALUES (1);

-- === only_views: a database with nothing else
CREATE VIEW a AS SELECT 1 AS b;

-- === only_code: a database with nothing else
CREATE PROCEDURE p() SELECT 1;

-- === only_sequences: a database with nothing else
CREATE SEQUENCE s START WITH 5; SELECT NEXTVAL(s), NEXTVAL(s);

-- === only_events: a database with nothing else
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1;

-- === WordPress_DB: a name with capitals
CREATE TABLE t (a INT); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT WordPress_DB.t.a FROM WordPress_DB.t;

-- === wordpress_db: the same in small letters
CREATE TABLE t (a INT); INSERT INTO t VALUES (2);

-- === 1und1_shop: a name that begins with a digit
CREATE TABLE t (a INT); INSERT INTO t VALUES (1); CREATE SEQUENCE s; CREATE TABLE u (a INT DEFAULT NEXTVAL(s));

-- === db.verein: a name with a dot
CREATE TABLE t (a INT); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW `db.verein` AS SELECT a FROM t;

-- === verein$shop: a name with a dollar
CREATE TABLE t (a INT); INSERT INTO t VALUES (1); CREATE FUNCTION f() RETURNS INT RETURN 1; CREATE VIEW v AS SELECT `verein$shop`.f() AS f;

-- === Verein-2020: a name with a hyphen
CREATE TABLE t (a INT); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT a FROM t;

-- === we`ird.*%s "x" /ü寿: a name that nobody should give
CREATE TABLE t (a INT DEFAULT 1); INSERT INTO t VALUES (1); CREATE SEQUENCE s; CREATE TABLE u (a INT DEFAULT NEXTVAL(s));
CREATE FUNCTION f() RETURNS INT RETURN 1; CREATE VIEW v AS SELECT `we``ird.*%s "x" /ü寿`.f() AS f, a FROM `we``ird.*%s "x" /ü寿`.t;

-- === -e: a name that could be an option
CREATE TABLE t (a INT); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT a FROM t;

-- === select: a name that is a word of the language
CREATE TABLE t (a INT); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT `select`.t.a FROM `select`.t;
