# The Odoo tree: ODOO_HOME where it is set, else Debian's package odoo-19, unpacked and not installed.
# shellcheck shell=bash

ODOO_TREE=$LOCAL/odoo
ODOO_PACKAGE=odoo-19
# Debian replaces some web files by links to these packages. Version 4 of Font Awesome is the
# stable suite's: unstable has 7, whose file names Odoo does not know.
ODOO_WEB_PACKAGES=(
    libjs-jquery libjs-jquery-form libjs-underscore fonts-roboto-unhinted fonts-montserrat
    fonts-inconsolata fonts-ocr-b fonts-glyphicons-halflings
)
ODOO_STABLE_PACKAGES=(fonts-font-awesome/bookworm)

# Sets ODOO_PATH (what goes on Python's path), ODOO_ADDONS (comma-separated), ODOO_VERSION.
ensure_odoo() {
    if [[ -n ${ODOO_HOME:-} ]]; then
        use_odoo_home
    else
        [[ -s $ODOO_TREE/VERSION ]] || fetch_odoo
        ODOO_PATH=$ODOO_TREE/usr/lib/python3/dist-packages
        ODOO_ADDONS=$ODOO_PATH/odoo/addons
        ODOO_VERSION=$(<"$ODOO_TREE/VERSION")
    fi
    # The FA(3) schema by which the simulator checks what it is sent.
    local file
    for file in "$ODOO_PATH/addons" "$ODOO_PATH/odoo/addons"; do
        file=$file/l10n_pl_edi/data/fa3_schema.xsd
        [[ ! -f $file ]] || export KSEF_SIMULATOR_SCHEMA=$file
    done
    [[ -n ${KSEF_SIMULATOR_SCHEMA:-} ]] || fail "this Odoo has no l10n_pl_edi/data/fa3_schema.xsd" \
        "It is older than the Polish FA(3): take a newer 19.0, or set KSEF_SIMULATOR_SCHEMA to the official XSD."
    grep -q "^version_info = (19, 0," "$ODOO_PATH/odoo/release.py" || fail \
        "$ODOO_PATH is not Odoo 19.0" "This addon is for 19.0: set ODOO_HOME to such a tree, or unset it."
}

use_odoo_home() {
    local home
    home=$(cd "$ODOO_HOME" 2>/dev/null && pwd -P) || fail "ODOO_HOME is not a folder: $ODOO_HOME"
    if [[ -f $home/usr/lib/python3/dist-packages/odoo/release.py ]]; then
        home=$home/usr/lib/python3/dist-packages    # an unpacked Debian package
    fi
    [[ -f $home/odoo/release.py ]] || fail "there is no Odoo in ODOO_HOME ($ODOO_HOME)" \
        "It must be a checkout (with odoo-bin, odoo/ and addons/) or an unpacked release (with odoo/)."
    ODOO_PATH=$home
    ODOO_ADDONS=$home/odoo/addons
    if [[ -f $home/addons/account/__manifest__.py && -f $home/odoo-bin ]]; then
        ODOO_ADDONS=$home/addons,$home/odoo/addons
    fi
    # What distinguishes one tree from another: the commit, else the release with its place.
    ODOO_VERSION=$(git -C "$home" rev-parse HEAD 2>/dev/null) ||
        ODOO_VERSION="$home $(sha256sum <"$home/odoo/release.py" | cut -c1-12)"
}

# The system's own mirrors, as apt itself understands its sources (either file format). Others than
# Debian may be among them: those fail the check of Debian's signature.
debian_mirrors() {
    if [[ -n ${KSEF_DEBIAN_MIRROR:-} ]]; then
        say "$KSEF_DEBIAN_MIRROR"
        return
    fi
    apt-get --print-uris update | sed -n "s|^'\(.*\)/dists/[a-z]*/InRelease'.*|\1|p" | awk '!seen[$0]++'
}

fetch_odoo() {
    local state=$LOCAL/apt new=$ODOO_TREE.new mirrors mirror fetched=''
    mapfile -t mirrors < <(debian_mirrors)
    ((${#mirrors[@]})) || fail "no Debian mirror among the sources in /etc/apt" \
        "Add Debian's archive there, set KSEF_DEBIAN_MIRROR to the address of a mirror," \
        "or set ODOO_HOME to an Odoo 19.0 of your own."
    say "Fetching Odoo 19 (Debian package $ODOO_PACKAGE, about 130 MB)"
    for mirror in "${mirrors[@]}"; do
        if fetch_odoo_packages "$mirror" "$state" >"$LOGS/odoo-fetch.log" 2>&1; then
            fetched=yes
            break
        fi
    done
    if [[ -z $fetched ]]; then
        tail -n 15 "$LOGS/odoo-fetch.log" >&2
        fail "the Debian package $ODOO_PACKAGE could not be fetched from the unstable suite" \
            "Tried ${mirrors[*]}. Set KSEF_DEBIAN_MIRROR to the address of a mirror that has it," \
            "or set ODOO_HOME to an Odoo 19.0 of your own (a checkout or an unpacked release)."
    fi
    rm -rf "$new"
    mkdir -p "$new"
    local deb
    for deb in "$state"/debs/*.deb; do
        dpkg -x "$deb" "$new"
    done
    complete_odoo "$new/usr/lib/python3/dist-packages"
    dpkg-deb -f "$state/debs/${ODOO_PACKAGE}"_*.deb Version >"$new/VERSION"
    rm -rf "$ODOO_TREE" "$state"
    mv "$new" "$ODOO_TREE"
    say "Odoo $(<"$ODOO_TREE/VERSION") is in .local/odoo"
}

fetch_odoo_packages() {
    local mirror=$1 state=$2 keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    rm -rf "$state"
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/debs"
    printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" sid "$keyring" "$mirror" bookworm \
        >"$state/sources.list"
    private_apt "$state" update || return
    (cd "$state/debs" && private_apt "$state" download \
        "$ODOO_PACKAGE" "${ODOO_WEB_PACKAGES[@]}" "${ODOO_STABLE_PACKAGES[@]}")
}

# apt with sources, lists and cache of its own: signatures are checked, the system stays as it is.
private_apt() {
    local state=$1
    shift
    apt-get -q -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=- \
        -o Dir::Etc::preferences=- -o Dir::Etc::preferencesparts=- -o APT::Default-Release= \
        -o Dir::State::lists="$state/lists" -o Dir::Cache="$state/cache" \
        -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=3 \
        -o APT::Update::Error-Mode=any -o APT::Get::List-Cleanup=0 "$@" </dev/null
}

complete_odoo() {
    local tree=$1 file
    # Left out of the package; the web client logs an error without it, and tours fail on errors.
    file=$tree/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js
    if [[ ! -e $file ]]; then
        mkdir -p "$(dirname "$file")"
        : >"$file"
    fi
    # A second copy of all addons' Python files, which nothing uses.
    rm -rf "$tree/addons"
}

# Odoo with our Python as one program, for us and for tests that start Odoo themselves.
write_odoo_launcher() {
    ODOO_BIN=$LOCAL/bin/odoo
    local text
    text=$(printf '#!/bin/sh\nPYTHONPATH=%q exec %q -m odoo "$@"' "$ODOO_PATH" "$PYTHON")
    [[ ! -x $ODOO_BIN || $(<"$ODOO_BIN") != "$text" ]] || return 0
    mkdir -p "$LOCAL/bin"
    printf '%s\n' "$text" >"$ODOO_BIN.new"
    chmod +x "$ODOO_BIN.new"
    mv "$ODOO_BIN.new" "$ODOO_BIN"
}
