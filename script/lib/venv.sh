# The virtual environment in .local/venv, exactly as requirements/lock.txt says.
# shellcheck shell=bash

VENV=$LOCAL/venv
PYTHON=$VENV/bin/python
LOCK=$ROOT/requirements/lock.txt
SYSTEM_PYTHON=${KSEF_PYTHON:-/usr/bin/python3}

lock_stamp() {
    printf '%s %s\n' "$("$SYSTEM_PYTHON" -V 2>&1)" "$(sha256sum <"$LOCK" | cut -d' ' -f1)"
}

ensure_venv() {
    local stamp=$VENV/.lock-stamp
    if [[ -x $PYTHON && -f $stamp && $(<"$stamp") == "$(lock_stamp)" ]]; then
        return 0
    fi
    "$SYSTEM_PYTHON" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' || fail \
        "$SYSTEM_PYTHON is $("$SYSTEM_PYTHON" -V 2>&1), Odoo 19 needs Python 3.10 to 3.13" \
        "Set KSEF_PYTHON to the path of such a Python."
    say "Installing Python packages into .local/venv"
    # Another Python, or one that no longer starts: the whole environment is made again.
    if [[ ! -x $PYTHON || $("$PYTHON" -V 2>&1) != "$("$SYSTEM_PYTHON" -V 2>&1)" ]]; then
        rm -rf "$VENV"
        quietly "$LOGS/venv.log" "$SYSTEM_PYTHON" -m venv "$VENV" || fail \
            "python3 -m venv" "Is the package python3-venv installed?"
    fi
    rm -f "$stamp"
    quietly "$LOGS/pip.log" "$PYTHON" -m pip install --disable-pip-version-check --no-input \
        --only-binary :all: --no-deps --retries 5 -r "$LOCK" </dev/null || fail \
        "pip could not install the packages of requirements/lock.txt" \
        "Check the network (pip's own settings and PIP_* variables are honoured), then run this script again."
    quietly "$LOGS/pip-check.log" "$PYTHON" -m pip check || fail \
        "requirements/lock.txt does not hold together" "Renew it: see the top of requirements/lock.txt."
    lock_stamp >"$stamp"
}
