# Everything the scripts share, and the set-up most of them begin with.
# shellcheck shell=bash

LIB=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=script/lib/common.sh
. "$LIB/common.sh"
# shellcheck source=script/lib/packages.sh
. "$LIB/packages.sh"
# shellcheck source=script/lib/venv.sh
. "$LIB/venv.sh"
# shellcheck source=script/lib/odoo.sh
. "$LIB/odoo.sh"
# shellcheck source=script/lib/postgres.sh
. "$LIB/postgres.sh"
# shellcheck source=script/lib/databases.sh
. "$LIB/databases.sh"
# shellcheck source=script/lib/simulator.sh
. "$LIB/simulator.sh"

# set_up venv: packages and the virtual environment; set_up tree: also Odoo's source;
# set_up database: also PostgreSQL, until this script ends, and the template database.
set_up() {
    prepare_local
    lock_setup
    ensure_packages "${SYSTEM_PACKAGES[@]}"
    ensure_venv
    if [[ $1 != venv ]]; then
        ensure_odoo
        write_odoo_launcher
    fi
    if [[ $1 == database ]]; then
        pg_use
        sweep_leftovers
        ensure_template "$TEMPLATE_MINIMAL" "$TEMPLATE_MINIMAL_MODULES"
    fi
    unlock_setup
}
