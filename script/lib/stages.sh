# The stages of script/test. Each adds to PASSED and FAILED and shows only what went wrong.
# shellcheck shell=bash

PASSED=0
FAILED=0
ADDON=l10n_pl_ksef
# A test that waits for itself (such as a PDF without allow_pdf_render) must not hang for ever.
PYTEST_LIMIT=${KSEF_PYTEST_LIMIT:-1200}
ODOO_TEST_LIMIT=${KSEF_ODOO_TEST_LIMIT:-1800}

# count_stage NAME PASSED FAILED SECONDS [NOTE [SKIPPED]]: nothing at all is a failure.
count_stage() {
    local name=$1 passed=$2 failed=$3 seconds=$4 note=${5:-} skipped=${6:-0} colour=$GREEN
    if ((passed + failed + skipped == 0)); then
        failed=1
        note="no test ran"
    fi
    ((failed == 0)) || colour=$RED
    PASSED=$((PASSED + passed))
    FAILED=$((FAILED + failed))
    printf '%s%s: %d passed, %d failed%s%s (%d s)\n' "$colour" "$name" "$passed" "$failed" \
        "${note:+, $note}" "$PLAIN" "$seconds"
}

# xml_count FILE ATTRIBUTE: of the first test suite in pytest's JUnit report.
xml_count() { grep -o "<testsuite [^>]*" "$1" 2>/dev/null | sed -n "1s/.* $2=\"\([0-9]*\)\".*/\1/p"; }

# names_a_path ARGUMENT...: whether pytest was told which files or folders to take.
names_a_path() {
    local argument
    for argument in "$@"; do
        [[ $argument == -* || ! -e $ROOT/${argument%%::*} ]] || return 0
    done
    return 1
}

# skip_reasons LOG: how many tests pytest skipped for which reason.
skip_reasons() {
    sed -n 's/^SKIPPED \[\([0-9]*\)\] [^ ]* /\1 /p' "$1" | awk '
        { number = $1; sub(/^[0-9]+ /, ""); skipped[$0] += number }
        END { for (reason in skipped) printf "%d skipped: %s\n", skipped[reason], reason }'
}

# pytest_stage NAME FOLDER [ARGUMENT...]
pytest_stage() {
    local name=$1 folder=$2 report=$LOGS/pytest-$1.xml log=$LOGS/pytest-$1.log status=0 started=$SECONDS
    local tests bad skipped
    shift 2
    heading "$name tests"
    rm -f "$report"
    # With arguments somebody is at work on a few tests: show everything as it comes.
    if (($#)); then
        names_a_path "$@" || set -- "$folder" "$@"
        within "$PYTEST_LIMIT" "$PYTHON" -m pytest --junitxml="$report" "$@" || status=$?
    else
        within "$PYTEST_LIMIT" "$PYTHON" -m pytest -q -rs --no-header --junitxml="$report" "$folder" \
            >"$log" 2>&1 </dev/null || status=$?
        if ((status)); then
            grep -av -e '^SKIPPED' -e '^[.sxFE]* *\[ *[0-9]*%\]$' "$log" | tail -n 200
            say "The whole log: $log"
        fi
        skip_reasons "$log"
    fi
    tests=$(xml_count "$report" tests)
    bad=$(($(xml_count "$report" failures) + $(xml_count "$report" errors)))
    skipped=$(xml_count "$report" skipped)
    # Stopped before it could report, or in collection.
    ((status == 0 || status == 5 || bad > 0)) || bad=1
    count_stage "$name" "$((${tests:-0} - bad - ${skipped:-0}))" "$bad" "$((SECONDS - started))" \
        "$( ((${skipped:-0} == 0)) || echo "$skipped skipped")"
}

# odoo_stage NAME TEMPLATE MODULES TAGS: installs into a clone of the template and runs the tests.
odoo_stage() {
    local name=$1 template=$2 modules=$3 tags=$4 started=$SECONDS status=0
    local run=$LOCAL/run/test-$1-$$ database=test_${1}_$$ log=${KEEP_LOG:-$LOGS/odoo-$1.log} port
    heading "Odoo tests, $name database ($tags)"
    port=$(free_port)
    clone_database "$template" "$database" "$run/data"
    at_exit "drop_database $database; rm -rf '$run'"
    set_parameter "$database" report.url "http://127.0.0.1:$port"
    write_odoo_conf "$run/odoo.conf" "$database" "$port" "$run/data" "$SIMULATOR_URL" \
        'max_cron_threads = 0' "screenshots = $LOGS/screenshots"
    within "$ODOO_TEST_LIMIT" "$ODOO_BIN" -c "$run/odoo.conf" -i "$modules" --test-tags "$tags" \
        --stop-after-init >"$log" 2>&1 </dev/null || status=$?
    ((status != 124)) || say "Odoo was ended after $ODOO_TEST_LIMIT seconds; it was at: $(tail -n 1 "$log")"
    judge_odoo "Odoo, $name" "$log" "$status" "$((SECONDS - started))"
}

# Odoo skips browser and PDF tests by itself where a program is missing: that is a failure here. But
# KSeF's reference data are no part of the repository, and without them some tests have nothing to do.
SKIPPED_TEST=' skipped .* : '
SKIPPED_BY_RIGHT=' skipped .* : .*official .* are not at '

# count_lines LOG PATTERN [PATTERN-TO-LEAVE-OUT]
count_lines() {
    awk -v wanted="$2" -v unless="${3:-^$}" '$0 ~ wanted && $0 !~ unless { n++ } END { print n + 0 }' "$1"
}

# judge_odoo NAME LOG STATUS SECONDS: counts what Odoo's log reports and shows what went wrong.
judge_odoo() {
    local name=$1 log=$2 status=$3 seconds=$4 summary bad=0 failures=0 errors=0 tests=0 skipped forbidden
    summary=$(grep -aEo '[0-9]+ failed, [0-9]+ error\(s\) of [0-9]+ tests when loading' "$log" | tail -n 1 || true)
    if [[ $summary =~ ^([0-9]+)\ failed,\ ([0-9]+)\ error\(s\)\ of\ ([0-9]+) ]]; then
        failures=${BASH_REMATCH[1]} errors=${BASH_REMATCH[2]} tests=${BASH_REMATCH[3]}
    fi
    skipped=$(count_lines "$log" "$SKIPPED_TEST")
    forbidden=$(count_lines "$log" "$SKIPPED_TEST" "$SKIPPED_BY_RIGHT")
    bad=$((failures + errors + forbidden))
    ((status == 0 || bad > 0)) || bad=1
    # A class that is skipped as a whole is not among the tests that Odoo counts.
    local passed=$((tests - failures - errors - $(count_lines "$log" "$SKIPPED_TEST" ' skipped setUpClass ')))
    grep -a "$SKIPPED_BY_RIGHT" "$log" | sed 's/.* : //' | sort | uniq -c |
        sed 's/^ *\([0-9]*\) /\1 skipped: /' || true
    if ((bad || tests + skipped == 0)); then
        show_odoo_problems "$log" | grep -a . || tail -n 25 "$log"
        say "The whole log: $log"
    elif [[ -n ${KEEP_LOG:-} ]]; then
        rm -f "$log"
    fi
    count_stage "$name" "$((passed < 0 ? 0 : passed))" "$bad" "$seconds" \
        "$( ((skipped == 0)) || echo "$skipped skipped")" "$skipped"
}

# Records of level ERROR and CRITICAL with their continuation lines, and skipped tests.
show_odoo_problems() {
    awk '/^[0-9]{4}-[0-9]{2}-[0-9]{2} / || /^[0-9-]+ [0-9:,]+ [0-9]+ [A-Z]+ / {
             show = ($4 == "ERROR" || $4 == "CRITICAL" || (/ skipped .* : / && !/official .* are not at /)) }
         /^Traceback/ && !seen { show = 1 }
         show' "$1" | tail -n 300
}

has_full_tests() { grep -rqs "${ADDON}_full" "$ROOT/$ADDON/tests"; }
