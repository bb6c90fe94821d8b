# The demo database: shared by script/demo and script/console.
# shellcheck shell=bash

DEMO=$LOCAL/demo
DEMO_DATABASE=ksef_demo
DEMO_CONF=$DEMO/odoo.conf
DEMO_PORT=${KSEF_DEMO_PORT:-8069}
DEMO_SIMULATOR_PORT=${KSEF_DEMO_SIMULATOR_PORT:-8180}

# Warnings, except that our own option in the configuration file is none of Odoo's.
QUIET_SHELL=(--log-handler=:WARNING --log-handler=odoo.tools.config:ERROR)

# workers = 0: one process serves pages, live updates and scheduled actions on one port.
write_demo_conf() {
    write_odoo_conf "$DEMO_CONF" "$DEMO_DATABASE" "$DEMO_PORT" "$DEMO/data" \
        "http://127.0.0.1:$DEMO_SIMULATOR_PORT" 'workers = 0' 'max_cron_threads = 1' \
        'limit_time_real = 600' 'log_handler = :INFO,odoo.tools.config:ERROR,werkzeug:WARNING'
}

addon_digest() {
    (cd "$ROOT/l10n_pl_ksef" && find . -type f ! -name '*.pyc' ! -path './tests/*' -print0 | LC_ALL=C sort -z |
        xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

# prepare_demo_database: clones, installs or updates, only as far as something changed.
prepare_demo_database() {
    local stamp=$DEMO/installed wanted
    wanted="$ODOO_VERSION $(addon_digest)"
    if database_exists "$DEMO_DATABASE" && [[ -f $stamp && $(cut -d' ' -f1 "$stamp") == "${ODOO_VERSION%% *}" ]]; then
        [[ $(<"$stamp") != "$wanted" ]] || return 0
        say "Updating the addon in the database $DEMO_DATABASE"
        run_demo_odoo update -u l10n_pl_ksef
    else
        say "Making the database $DEMO_DATABASE (Polish chart of accounts, KSeF, Polish and English)"
        rm -f "$stamp"
        clone_database "$TEMPLATE_MINIMAL" "$DEMO_DATABASE" "$DEMO/data"
        set_parameter "$DEMO_DATABASE" web.base.url "http://localhost:$DEMO_PORT"
        set_parameter "$DEMO_DATABASE" web.base.url.freeze True
        run_demo_odoo install -i l10n_pl_ksef --load-language=pl_PL
    fi
    # wkhtmltopdf fetches styles and pictures from here.
    set_parameter "$DEMO_DATABASE" report.url "http://127.0.0.1:$DEMO_PORT"
    printf '%s\n' "$wanted" >"$stamp"
}

run_demo_odoo() {
    local what=$1
    shift
    quietly "$LOGS/demo-$what.log" within 1200 "$ODOO_BIN" -c "$DEMO_CONF" "$@" --stop-after-init --no-http \
        --log-level=warn </dev/null || fail "Odoo could not $what l10n_pl_ksef in $DEMO_DATABASE" \
        "Correct what the log says; script/demo --fresh makes a new database."
}

# start_demo_server: in the background until this script ends; sets DEMO_SERVER.
start_demo_server() {
    local i
    "$ODOO_BIN" -c "$DEMO_CONF" >"$DEMO/odoo.log" 2>&1 </dev/null &
    DEMO_SERVER=$!
    at_exit "stop_process $DEMO_SERVER"
    for ((i = 0; i < 600; i++)); do
        "$PYTHON" - "http://127.0.0.1:$DEMO_PORT/web/health" <<'EOF' 2>/dev/null && return 0
import sys, urllib.request
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=5)
EOF
        kill -0 "$DEMO_SERVER" 2>/dev/null || break
        sleep 0.2
    done
    tail -n 20 "$DEMO/odoo.log" >&2
    fail "Odoo does not start" "Its log: $DEMO/odoo.log"
}
