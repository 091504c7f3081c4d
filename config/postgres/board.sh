#!/bin/sh
# Run once by the database's image: the board's own account, which reads and cannot write.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$BOARD_PASSWORD" --username "$POSTGRES_USER" \
    --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE board LOGIN PASSWORD :'password';
GRANT pg_read_all_data TO board;
ALTER ROLE board SET default_transaction_read_only = on;
SQL
