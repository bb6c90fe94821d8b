# Shared by every script: where things are, how they speak, fail and clean up.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
LOCAL=$ROOT/.local
LOGS=$LOCAL/log
export LC_ALL=C.UTF-8 PYTHONUNBUFFERED=1
export PYTHONPYCACHEPREFIX=$LOCAL/cache/python
# Settings of the person's own Odoo, Python or PostgreSQL must not reach ours.
unset ODOO_RC OPENERP_SERVER PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV CDPATH
unset PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGPASSWORD PGPASSFILE PGSERVICE PGOPTIONS PGDATA

if [[ -t 1 ]]; then
    BOLD=$'\e[1m' RED=$'\e[31m' GREEN=$'\e[32m' PLAIN=$'\e[0m'
else
    BOLD='' RED='' GREEN='' PLAIN=''
fi

say() { printf '%s\n' "$*"; }

heading() { printf '\n%s== %s%s\n' "$BOLD" "$*" "$PLAIN"; }

# fail WHAT [WHAT-TO-DO...]: says what is missing and what to do, then ends the script.
fail() {
    printf '%sFailed: %s%s\n' "$RED" "$1" "$PLAIN" >&2
    shift
    local line
    for line in "$@"; do printf '        %s\n' "$line" >&2; done
    exit 1
}

# quietly LOG COMMAND...: runs the command with its output in the log; shows the end of it on failure.
quietly() {
    local log=$1 status=0
    shift
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 || status=$?
    if ((status)); then
        printf '%s... %s (whole log: %s)%s\n' "$RED" "the last lines of the log" "$log" "$PLAIN" >&2
        tail -n 25 "$log" >&2
    fi
    return "$status"
}

# --- cleaning up: the last thing registered is the first thing undone ---------------------------

CLEANUPS=()
at_exit() { CLEANUPS+=("$*"); }

clean_up() {
    local status=$? i
    trap - EXIT
    trap '' INT TERM HUP
    set +e
    for ((i = ${#CLEANUPS[@]} - 1; i >= 0; i--)); do
        eval "${CLEANUPS[i]}"
    done
    exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# stop_process PID: asks it to end, waits up to ten seconds, then insists.
stop_process() {
    local pid=$1 i
    kill -TERM "$pid" 2>/dev/null || return 0
    for ((i = 0; i < 100; i++)); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    return 0
}

# within SECONDS COMMAND...: ends the command when it takes longer (status 124). It runs in the
# background so that Ctrl-C reaches this script at once, which then ends the command.
within() {
    local seconds=$1 pid status=0
    shift
    timeout --kill-after=15 "$seconds" "$@" <&0 &
    pid=$!
    at_exit "stop_process $pid"
    wait "$pid" || status=$?
    unset "CLEANUPS[-1]"
    return "$status"
}

# --- the machine ---------------------------------------------------------------------------------

is_root() { [[ $(id -u) -eq 0 ]]; }

# as_root COMMAND...: directly, or through sudo.
as_root() {
    if is_root; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        return 127
    fi
}

prepare_local() {
    mkdir -p "$LOCAL" "$LOGS" 2>/dev/null || true
    if [[ ! -w $LOCAL || ! -w $LOGS ]]; then
        fail "$LOCAL cannot be written by $(id -un)" \
            "It was made by $(stat -c %U "$LOCAL" 2>/dev/null || echo 'another user')." \
            "Run the script as that user, or delete the folder: everything in it can be made again."
    fi
}

# One script at a time sets up; the others wait for it and then find everything done.
lock_setup() {
    exec {SETUP_LOCK}>>"$LOCAL/setup.lock"
    if ! flock -n "$SETUP_LOCK"; then
        say "Waiting for another script that is setting up ..."
        flock "$SETUP_LOCK"
    fi
}

unlock_setup() {
    exec {SETUP_LOCK}>&-
    unset SETUP_LOCK
}

free_port() {
    "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
