# PostgreSQL 15: a cluster of our own, reached by a Unix socket only, never run as root.
# It runs while at least one script uses it; the last one that leaves stops it.
# shellcheck shell=bash

PG_PORT=54319       # names the socket; nothing listens on the network
PG_ROLE=odoo

pg_find_programs() {
    PG_BIN=${KSEF_POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
    [[ -x $PG_BIN/initdb && -x $PG_BIN/pg_ctl ]] || fail "PostgreSQL 15 is missing ($PG_BIN/initdb)" \
        "Install Debian's package postgresql-15, or set KSEF_POSTGRES_BIN to the folder of another version's programs."
}

# Who runs the server and where it lives. Root cannot: then Debian's user postgres does, and the
# cluster moves to that user's home when this folder is closed to it.
pg_choose_place() {
    local hash
    hash=$(printf '%s' "$ROOT" | sha256sum | cut -c1-10)
    PG_HOME=$LOCAL/postgres
    PG_USER=$(id -un)
    if is_root; then
        PG_USER=postgres
        if [[ -d $PG_HOME/data ]]; then
            PG_USER=$(stat -c %U "$PG_HOME/data")
        else
            mkdir -p "$PG_HOME"
            chown "$PG_USER:" "$PG_HOME"
        fi
        if ! runuser -u "$PG_USER" -- test -w "$PG_HOME"; then
            PG_HOME=$(getent passwd "$PG_USER" | cut -d: -f6)/l10n_pl_ksef-$hash
        fi
    elif [[ -e $PG_HOME && ! -O $PG_HOME ]]; then
        fail "the database cluster in .local/postgres belongs to $(stat -c %U "$PG_HOME")" \
            "Run the scripts as root or as that user, or delete .local as root and start again."
    fi
    # The system allows 107 characters for a socket's path.
    if ((${#PG_HOME} > 80)); then
        PG_HOME=${HOME%/}/.cache/l10n_pl_ksef-$hash
        ((${#PG_HOME} <= 80)) || fail "the path of this folder is too long for PostgreSQL's socket" \
            "Move the repository to a shorter path."
    fi
    PG_DATA=$PG_HOME/data
    PG_SOCKET=$PG_HOME/socket
}

# as_pg COMMAND...: as the cluster's user, without our locks.
as_pg() {
    if [[ $(id -un) == "$PG_USER" ]]; then
        (cd / && exec "$@")
    else
        (cd / && exec runuser -u "$PG_USER" -- "$@")
    fi
}

pg_make_cluster() {
    [[ -s $PG_DATA/ksef.conf ]] && return
    say "Making a PostgreSQL cluster in ${PG_HOME#"$ROOT"/}"
    if is_root; then
        install -d -m 700 -o "$PG_USER" "$PG_HOME"
    else
        install -d -m 700 "$PG_HOME"
    fi
    as_pg rm -rf "$PG_DATA"
    quietly "$LOGS/initdb.log" as_pg "$PG_BIN/initdb" --pgdata="$PG_DATA" --username="$PG_ROLE" \
        --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync || fail \
        "initdb" "Nothing is kept: correct what the log says and run this script again."
    # fsync is off: this cluster holds only what scripts can make again.
    as_pg tee -a "$PG_DATA/postgresql.conf" >/dev/null <<<"include 'ksef.conf'"
    as_pg tee "$PG_DATA/ksef.conf" >/dev/null <<EOF
listen_addresses = ''
port = $PG_PORT
unix_socket_directories = '$PG_SOCKET'
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 2GB
shared_buffers = 256MB
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
log_min_error_statement = panic
log_checkpoints = off
EOF
}

pg_is_running() { as_pg "$PG_BIN/pg_ctl" status --pgdata="$PG_DATA" >/dev/null 2>&1; }

pg_start() {
    as_pg mkdir -p "$PG_SOCKET"
    as_pg chmod 700 "$PG_SOCKET"
    quietly "$LOGS/postgres-start.log" as_pg "$PG_BIN/pg_ctl" start --pgdata="$PG_DATA" --wait --timeout=120 \
        --log="$PG_HOME/server.log" </dev/null || {
        as_pg tail -n 10 "$PG_HOME/server.log" >&2
        fail "PostgreSQL does not start" \
            "See $PG_HOME/server.log. If the cluster is damaged delete $PG_HOME: it holds only what scripts can make again."
    }
}

# Starts the server or joins those who use it, until this script ends.
pg_use() {
    pg_find_programs
    pg_choose_place
    exec {PG_USERS}>>"$LOCAL/postgres.users"
    # Held exclusively while somebody starts or stops, shared by those who use the server.
    exec {PG_GATE}>>"$LOCAL/postgres.gate"
    flock "$PG_GATE"
    flock -s "$PG_USERS"
    pg_make_cluster
    # The server must not inherit the locks: it would be its own user for ever.
    pg_is_running || (
        exec {PG_USERS}>&- {PG_GATE}>&-
        [[ -z ${SETUP_LOCK:-} ]] || exec {SETUP_LOCK}>&-
        pg_start
    ) || exit 1
    flock -u "$PG_GATE"
    at_exit pg_leave
}

pg_leave() {
    flock "$PG_GATE"
    flock -u "$PG_USERS"
    if flock -n -x "$PG_USERS"; then
        as_pg "$PG_BIN/pg_ctl" stop --pgdata="$PG_DATA" --mode=fast --wait >/dev/null 2>&1
    fi
    exec {PG_USERS}>&- {PG_GATE}>&-
}

# sql DATABASE STATEMENT: prints bare values.
sql() {
    "$PG_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$PG_SOCKET" -p "$PG_PORT" -U "$PG_ROLE" -d "$1" -c "$2"
}
