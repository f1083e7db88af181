-- A grant's operations stood in a column that has the name of what the API offers with every record.
DO $$ BEGIN
    IF EXISTS (
        SELECT FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = 'record_grant' AND column_name = 'can'
    ) THEN
        ALTER TABLE record_grant RENAME COLUMN can TO allows;
    END IF;
END $$;
