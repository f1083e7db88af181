-- What a change says, how it was before, and what a view shows were JSON in a text.
DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'text'
        AND (table_name, column_name) IN
            (('change_item', 'value'), ('change_item', 'before'), ('view', 'content'))
    LOOP
        EXECUTE format(
            'ALTER TABLE %1$I ALTER COLUMN %2$I TYPE jsonb USING '
            'CASE WHEN %2$I IS JSON OBJECT THEN %2$I::jsonb ELSE ''{}'' END',
            wanted.table_name, wanted.column_name
        );
    END LOOP;
END $$;
