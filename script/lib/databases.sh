# Databases: templates with Odoo's own modules are made once; everything else is a clone of one.
# shellcheck shell=bash

TEMPLATE_DATA=$LOCAL/templates      # Odoo's data_dir of the templates
TEMPLATE_MINIMAL=tpl_l10n_pl
TEMPLATE_MINIMAL_MODULES=l10n_pl
TEMPLATE_FULL=tpl_l10n_pl_full
TEMPLATE_FULL_MODULES=l10n_pl,sale,purchase,account_debit_note

database_exists() { [[ -n $(sql postgres "SELECT 1 FROM pg_database WHERE datname = '$1'") ]]; }

drop_database() {
    sql postgres "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" 2>/dev/null
}

# write_odoo_conf FILE DATABASE PORT DATA_DIR SIMULATOR_URL [LINE...]
write_odoo_conf() {
    local file=$1 database=$2 port=$3 data_dir=$4 simulator_url=$5
    shift 5
    mkdir -p "$(dirname "$file")" "$data_dir"
    {
        printf '%s\n' '[options]' \
            "addons_path = $ODOO_ADDONS,$ROOT" \
            "data_dir = $data_dir" \
            "db_host = $PG_SOCKET" "db_port = $PG_PORT" "db_user = $PG_ROLE" "db_name = $database" \
            "dbfilter = ^$database\$" 'list_db = False' \
            'http_interface = 127.0.0.1' "http_port = $port"
        [[ -z $simulator_url ]] || printf 'l10n_pl_ksef_simulator_url = %s\n' "$simulator_url"
        (($# == 0)) || printf '%s\n' "$@"
    } >"$file"
}

# ensure_template NAME MODULES: made again when Odoo's version or the list of modules changed.
ensure_template() {
    local name=$1 modules=$2 stamp building=$1_new
    stamp="$ODOO_VERSION: $modules"
    if [[ $(sql postgres "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$name'") == "$stamp" ]]; then
        return 0
    fi
    say "Making the template database $name ($modules)"
    drop_database "$name"
    drop_database "$building"
    rm -rf "$TEMPLATE_DATA/filestore/$name" "$TEMPLATE_DATA/filestore/$building"
    write_odoo_conf "$TEMPLATE_DATA/$name.conf" "$building" 0 "$TEMPLATE_DATA" '' 'max_cron_threads = 0'
    sql postgres "CREATE DATABASE \"$building\" TEMPLATE template0"
    quietly "$LOGS/$name.log" within 1800 "$ODOO_BIN" -c "$TEMPLATE_DATA/$name.conf" -i "$modules" \
        --stop-after-init --no-http --log-level=warn </dev/null || fail \
        "Odoo could not install $modules" "The log says why; nothing is kept."
    # Web bundles compiled once here need not be compiled by every test run.
    quietly "$LOGS/$name-assets.log" "$ODOO_BIN" shell -c "$TEMPLATE_DATA/$name.conf" --no-http --log-level=warn \
        <<<"env['ir.qweb']._pregenerate_assets_bundles(); env.cr.commit()" || fail "Odoo could not compile its web bundles"
    [[ ! -d $TEMPLATE_DATA/filestore/$building ]] ||
        mv "$TEMPLATE_DATA/filestore/$building" "$TEMPLATE_DATA/filestore/$name"
    sql postgres "ALTER DATABASE \"$building\" RENAME TO \"$name\""
    sql postgres "COMMENT ON DATABASE \"$name\" IS '$stamp'"
    sql postgres "ALTER DATABASE \"$name\" ALLOW_CONNECTIONS false"
}

# clone_database TEMPLATE NAME DATA_DIR: a database of its own identity with the template's files.
clone_database() {
    local template=$1 name=$2 data_dir=$3
    drop_database "$name"
    sql postgres "CREATE DATABASE \"$name\" TEMPLATE \"$template\""
    sql "$name" "UPDATE ir_config_parameter SET value = gen_random_uuid()::text WHERE key IN ('database.uuid', 'database.secret')"
    rm -rf "$data_dir/filestore/$name"
    mkdir -p "$data_dir/filestore"
    # Odoo never changes a stored file in place, so links will do.
    cp -al "$TEMPLATE_DATA/filestore/$template" "$data_dir/filestore/$name" 2>/dev/null ||
        cp -a "$TEMPLATE_DATA/filestore/$template" "$data_dir/filestore/$name"
}

# What scripts that were killed left behind: databases and folders named by a process that is gone.
sweep_leftovers() {
    local name folder
    for folder in "$LOCAL"/run/*-[0-9]*; do
        if [[ -d $folder && ! -d /proc/${folder##*-} ]]; then rm -rf "$folder"; fi
    done
    for name in $(sql postgres "SELECT datname FROM pg_database WHERE datname ~ '^(test|bench)[a-z_]*_[0-9]+$'"); do
        [[ -d /proc/${name##*_} ]] || drop_database "$name"
    done
}

set_parameter() {
    local database=$1 key=$2 value=$3
    sql "$database" "INSERT INTO ir_config_parameter (key, value, create_uid, write_uid, create_date, write_date)
        VALUES ('$key', '$value', 1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
        ON CONFLICT (key) DO UPDATE SET value = excluded.value"
}
