# Debian packages: installed by apt, only those that are missing.
# shellcheck shell=bash

SYSTEM_PACKAGES=(
    ca-certificates             # downloads over TLS
    python3 python3-venv        # the virtual environment
    postgresql-15               # the database server
    wkhtmltopdf                 # invoices as PDF
    fonts-dejavu-core           # Polish letters in these PDFs
    chromium                    # browser tours
    xmlsec1                     # checks our signatures with a program that is not ours
    libmagic1                   # python-magic loads it
    debian-archive-keyring      # apt checks Odoo's package with it
)
LINT_PACKAGES=(shellcheck)

is_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# ensure_packages NAME...
ensure_packages() {
    local name missing=()
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null || fail "apt-get is missing" \
        "This script sets up Debian 12. Elsewhere install by hand: ${missing[*]}"
    if ! is_root && ! command -v sudo >/dev/null; then
        fail "these Debian packages are missing: ${missing[*]}" \
            "$(id -un) is not root and there is no sudo. Ask an administrator to run:" \
            "apt-get install --no-install-recommends ${missing[*]}"
    fi
    say "Installing Debian packages: ${missing[*]}"
    apt_get update
    apt_get install --yes --no-install-recommends "${missing[@]}"
}

apt_get() {
    local log=$LOGS/apt-$1.log
    quietly "$log" as_root env DEBIAN_FRONTEND=noninteractive apt-get -q \
        -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null || fail \
        "apt-get $*" \
        "Check the network and the sources in /etc/apt, then run this script again." \
        "By hand: apt-get update && apt-get install --no-install-recommends ${SYSTEM_PACKAGES[*]}"
}
