-- The case file, format 1.3. Every byte of this text is part of the format: a case whose schema reads otherwise has been
-- altered. Columns beside record, receipt, png and content only repeat what these say; they serve look-ups and foreign
-- keys. Format 1.3 is format 1.2 and the table of seals.

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  entry BLOB NOT NULL
) STRICT;

CREATE TABLE case_facts (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  record_sha256 TEXT NOT NULL,
  record BLOB NOT NULL
) STRICT;

CREATE TABLE footage (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  sha256 TEXT NOT NULL UNIQUE,
  record_sha256 TEXT NOT NULL,
  record BLOB NOT NULL
) STRICT;

CREATE TABLE frames (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  footage TEXT NOT NULL REFERENCES footage (id),
  stream INTEGER NOT NULL,
  picture_index INTEGER NOT NULL,
  version INTEGER NOT NULL,
  picture_sha256 TEXT NOT NULL,
  png_sha256 TEXT NOT NULL,
  record_sha256 TEXT NOT NULL,
  record BLOB NOT NULL,
  png BLOB NOT NULL,
  UNIQUE (footage, stream, picture_index, version)
) STRICT;

CREATE TABLE crops (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  frame TEXT NOT NULL REFERENCES frames (id),
  x INTEGER NOT NULL,
  y INTEGER NOT NULL,
  w INTEGER NOT NULL,
  h INTEGER NOT NULL,
  picture_sha256 TEXT NOT NULL,
  png_sha256 TEXT NOT NULL,
  record_sha256 TEXT NOT NULL,
  record BLOB NOT NULL,
  png BLOB NOT NULL,
  UNIQUE (frame, x, y, w, h)
) STRICT;

CREATE TABLE cards (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  record_sha256 TEXT NOT NULL,
  record BLOB NOT NULL
) STRICT;

CREATE TABLE outputs (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  crop TEXT NOT NULL REFERENCES crops (id),
  card_sha256 TEXT NOT NULL REFERENCES cards (id),
  receipt_sha256 TEXT NOT NULL,
  picture_sha256 TEXT NOT NULL,
  png_sha256 TEXT NOT NULL,
  record_sha256 TEXT NOT NULL,
  record BLOB NOT NULL,
  receipt BLOB NOT NULL,
  png BLOB NOT NULL
) STRICT;

CREATE TABLE remarks (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  exhibit TEXT,
  record_sha256 TEXT NOT NULL,
  record BLOB NOT NULL
) STRICT;

CREATE TABLE indexes (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  footage TEXT NOT NULL REFERENCES footage (id),
  content_sha256 TEXT NOT NULL,
  record_sha256 TEXT NOT NULL,
  record BLOB NOT NULL,
  content BLOB NOT NULL
) STRICT;

CREATE TABLE companions (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  output TEXT NOT NULL REFERENCES outputs (id),
  role TEXT NOT NULL,
  number INTEGER NOT NULL,
  picture_sha256 TEXT NOT NULL,
  png_sha256 TEXT NOT NULL,
  record_sha256 TEXT NOT NULL,
  record BLOB NOT NULL,
  png BLOB NOT NULL,
  UNIQUE (output, role, number)
) STRICT;

CREATE TABLE seals (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  head_seq INTEGER NOT NULL REFERENCES journal (seq),
  head_sha256 TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  record_sha256 TEXT NOT NULL,
  record BLOB NOT NULL
) STRICT;

CREATE INDEX outputs_of_crop ON outputs (crop);

CREATE INDEX outputs_of_card ON outputs (card_sha256, id);

CREATE INDEX remarks_of_exhibit ON remarks (exhibit);

CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN
  SELECT RAISE(ABORT, 'append-only: journal rows are never changed');
END;

CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN
  SELECT RAISE(ABORT, 'append-only: journal rows are never deleted');
END;

CREATE TRIGGER journal_only_append BEFORE INSERT ON journal
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM journal)
  OR EXISTS (SELECT 1 FROM journal WHERE sha256 = NEW.sha256)
BEGIN
  SELECT RAISE(ABORT, 'append-only: journal rows are only added at the end, once');
END;

CREATE TRIGGER case_facts_no_update BEFORE UPDATE ON case_facts BEGIN
  SELECT RAISE(ABORT, 'append-only: case_facts rows are never changed');
END;

CREATE TRIGGER case_facts_no_delete BEFORE DELETE ON case_facts BEGIN
  SELECT RAISE(ABORT, 'append-only: case_facts rows are never deleted');
END;

CREATE TRIGGER case_facts_only_append BEFORE INSERT ON case_facts
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM case_facts) OR NEW.seq <> 1
  OR EXISTS (SELECT 1 FROM case_facts WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'append-only: case_facts rows are only added at the end, once');
END;

CREATE TRIGGER footage_no_update BEFORE UPDATE ON footage BEGIN
  SELECT RAISE(ABORT, 'append-only: footage rows are never changed');
END;

CREATE TRIGGER footage_no_delete BEFORE DELETE ON footage BEGIN
  SELECT RAISE(ABORT, 'append-only: footage rows are never deleted');
END;

CREATE TRIGGER footage_only_append BEFORE INSERT ON footage
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM footage)
  OR EXISTS (SELECT 1 FROM footage WHERE id = NEW.id OR sha256 = NEW.sha256)
BEGIN
  SELECT RAISE(ABORT, 'append-only: footage rows are only added at the end, once');
END;

CREATE TRIGGER frames_no_update BEFORE UPDATE ON frames BEGIN
  SELECT RAISE(ABORT, 'append-only: frames rows are never changed');
END;

CREATE TRIGGER frames_no_delete BEFORE DELETE ON frames BEGIN
  SELECT RAISE(ABORT, 'append-only: frames rows are never deleted');
END;

CREATE TRIGGER frames_only_append BEFORE INSERT ON frames
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM frames)
  OR EXISTS (SELECT 1 FROM frames WHERE id = NEW.id OR (footage = NEW.footage AND stream = NEW.stream AND picture_index = NEW.picture_index AND version = NEW.version))
BEGIN
  SELECT RAISE(ABORT, 'append-only: frames rows are only added at the end, once');
END;

CREATE TRIGGER crops_no_update BEFORE UPDATE ON crops BEGIN
  SELECT RAISE(ABORT, 'append-only: crops rows are never changed');
END;

CREATE TRIGGER crops_no_delete BEFORE DELETE ON crops BEGIN
  SELECT RAISE(ABORT, 'append-only: crops rows are never deleted');
END;

CREATE TRIGGER crops_only_append BEFORE INSERT ON crops
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM crops)
  OR EXISTS (SELECT 1 FROM crops WHERE id = NEW.id OR (frame = NEW.frame AND x = NEW.x AND y = NEW.y AND w = NEW.w AND h = NEW.h))
BEGIN
  SELECT RAISE(ABORT, 'append-only: crops rows are only added at the end, once');
END;

CREATE TRIGGER cards_no_update BEFORE UPDATE ON cards BEGIN
  SELECT RAISE(ABORT, 'append-only: cards rows are never changed');
END;

CREATE TRIGGER cards_no_delete BEFORE DELETE ON cards BEGIN
  SELECT RAISE(ABORT, 'append-only: cards rows are never deleted');
END;

CREATE TRIGGER cards_only_append BEFORE INSERT ON cards
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM cards)
  OR EXISTS (SELECT 1 FROM cards WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'append-only: cards rows are only added at the end, once');
END;

CREATE TRIGGER outputs_no_update BEFORE UPDATE ON outputs BEGIN
  SELECT RAISE(ABORT, 'append-only: outputs rows are never changed');
END;

CREATE TRIGGER outputs_no_delete BEFORE DELETE ON outputs BEGIN
  SELECT RAISE(ABORT, 'append-only: outputs rows are never deleted');
END;

CREATE TRIGGER outputs_only_append BEFORE INSERT ON outputs
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM outputs)
  OR EXISTS (SELECT 1 FROM outputs WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'append-only: outputs rows are only added at the end, once');
END;

CREATE TRIGGER remarks_no_update BEFORE UPDATE ON remarks BEGIN
  SELECT RAISE(ABORT, 'append-only: remarks rows are never changed');
END;

CREATE TRIGGER remarks_no_delete BEFORE DELETE ON remarks BEGIN
  SELECT RAISE(ABORT, 'append-only: remarks rows are never deleted');
END;

CREATE TRIGGER remarks_only_append BEFORE INSERT ON remarks
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM remarks)
  OR EXISTS (SELECT 1 FROM remarks WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'append-only: remarks rows are only added at the end, once');
END;

CREATE TRIGGER indexes_no_update BEFORE UPDATE ON indexes BEGIN
  SELECT RAISE(ABORT, 'append-only: indexes rows are never changed');
END;

CREATE TRIGGER indexes_no_delete BEFORE DELETE ON indexes BEGIN
  SELECT RAISE(ABORT, 'append-only: indexes rows are never deleted');
END;

CREATE TRIGGER indexes_only_append BEFORE INSERT ON indexes
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM indexes)
  OR EXISTS (SELECT 1 FROM indexes WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'append-only: indexes rows are only added at the end, once');
END;

CREATE TRIGGER companions_no_update BEFORE UPDATE ON companions BEGIN
  SELECT RAISE(ABORT, 'append-only: companions rows are never changed');
END;

CREATE TRIGGER companions_no_delete BEFORE DELETE ON companions BEGIN
  SELECT RAISE(ABORT, 'append-only: companions rows are never deleted');
END;

CREATE TRIGGER companions_only_append BEFORE INSERT ON companions
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM companions)
  OR EXISTS (SELECT 1 FROM companions WHERE id = NEW.id OR (output = NEW.output AND role = NEW.role AND number = NEW.number))
BEGIN
  SELECT RAISE(ABORT, 'append-only: companions rows are only added at the end, once');
END;

CREATE TRIGGER seals_no_update BEFORE UPDATE ON seals BEGIN
  SELECT RAISE(ABORT, 'append-only: seals rows are never changed');
END;

CREATE TRIGGER seals_no_delete BEFORE DELETE ON seals BEGIN
  SELECT RAISE(ABORT, 'append-only: seals rows are never deleted');
END;

CREATE TRIGGER seals_only_append BEFORE INSERT ON seals
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM seals)
  OR EXISTS (SELECT 1 FROM seals WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'append-only: seals rows are only added at the end, once');
END;
