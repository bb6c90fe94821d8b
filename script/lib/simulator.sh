# The KSeF simulator.
# shellcheck shell=bash

# start_simulator PORT LOG [OPTION...]: in the background until this script ends; sets SIMULATOR_URL.
start_simulator() {
    local port=$1 log=$2 pid i
    shift 2
    [[ -f $ROOT/ksef_simulator/__main__.py ]] || fail "ksef_simulator is missing" "The repository is incomplete: clone it again."
    port_is_taken "$port" && fail "port $port is taken" "Stop what listens there (ss -ltnp shows it), then run this script again."
    mkdir -p "$(dirname "$log")"
    (cd "$ROOT" && exec "$PYTHON" -m ksef_simulator --port "$port" "$@") >"$log" 2>&1 </dev/null &
    pid=$!
    at_exit "stop_process $pid"
    SIMULATOR_URL=http://127.0.0.1:$port
    for ((i = 0; i < 300; i++)); do
        port_is_taken "$port" && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$log" >&2
    fail "the simulator does not start" "Its log: $log"
}
