-- What is judged is bound to what is stored: `revision` rises with each change of consent, document type or images, and a verdict is
-- written only to the revision that it was made of. `finalizing_until_ms`: until then changes are refused.
ALTER TABLE session ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN finalizing_until_ms INTEGER;
ALTER TABLE ida_session ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ida_session ADD COLUMN finalizing_until_ms INTEGER;
