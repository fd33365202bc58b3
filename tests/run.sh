#!/usr/bin/env bash
# Installs what is missing, builds Backstep with its tests, and runs them.
# Use: bash tests/run.sh          the quick tests
#      bash tests/run.sh --all    also the engine's tests under sanitizers, and conformance
#      bash tests/run.sh --frameworks  what is written as code, run in TensorFlow, PyTorch and JAX
#                                      (installs them: 2 GB)
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/app/setup.sh"
export QT_QPA_PLATFORM=offscreen

all=false
frameworks=false
case "${1:-}" in
"") ;;
--all) all=true ;;
--frameworks) frameworks=true ;;
*)
    echo "Use: bash tests/run.sh [--all|--frameworks]" >&2
    exit 3
    ;;
esac

passed=0
failed=0
summary=

# Adds a suite's ctest summary line, such as "100% tests passed, 0 tests failed out of 24".
count() {
    local suite=$1 log=$2 line total bad
    line=$(grep -E '^[0-9]+% tests passed' "$log" | tail -1)
    total=${line##* }
    bad=$(sed -E 's/.* ([0-9]+) tests? failed.*/\1/' <<<"$line")
    if [ -z "$line" ]; then
        total=1
        bad=1
        line="no test ran"
    fi
    passed=$((passed + total - bad))
    failed=$((failed + bad))
    summary+="$suite: $line"$'\n'
}

# A step that is not ctest's: one test that passed or failed.
step() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        summary+="$name: passed"$'\n'
    else
        failed=$((failed + 1))
        summary+="$name: FAILED"$'\n'
    fi
}

# suite PRESET [cmake options]: builds and runs the tests of one preset.
suite() {
    local preset=$1
    local log="$root/build/$preset.ctest.log"
    if ! build "$@"; then
        failed=$((failed + 1))
        summary+="$preset: the build FAILED"$'\n'
        return
    fi
    ctest --test-dir "$root/build/$preset" -j "$(nproc)" --output-on-failure --no-tests=error \
        2>&1 | tee "$log"
    count "$preset" "$log"
}

# python_with FOLDER REQUIREMENTS: Python packages in an environment of their own below build/.
python_with() {
    local folder="$root/build/$1" wanted
    wanted=$(sha256sum <"$2")
    if [ "$(cat "$folder/made-for" 2>/dev/null)" != "$wanted" ]; then
        rm -rf "$folder"
        python3 -m venv "$folder" &&
            "$folder/bin/pip" install -q --disable-pip-version-check -r "$2" || return 1
        echo "$wanted" >"$folder/made-for"
    fi
}

prepare_python() {
    python_with python "$root/tests/requirements.txt"
}

rnn_cases() {
    local seed
    for seed in 1 2 3 4 5; do
        "$root/build/python/bin/python" "$root/tests/conformance/make_rnn_cases.py" \
            "$root/build/conformance/rnn_cases_$seed" "$seed" 240 || return 1
    done
}

conformance() {
    prepare_python &&
        "$root/build/python/bin/python" "$root/tests/conformance/check_written_models.py" \
            "$root/build/dev/app/backstep" "$root/build/conformance" &&
        mkdir -p "$root/build/conformance/random_models" &&
        "$root/build/python/bin/python" "$root/tests/conformance/make_random_models.py" \
            "$root/build/conformance/random_models" &&
        "$root/build/python/bin/python" "$root/tests/conformance/check_training_graphs.py" \
            "$root/build/dev/app/backstep" "$root/tests/data/models" \
            "$root/build/conformance/random_models" "$root/build/conformance/training" &&
        "$root/build/python/bin/python" "$root/tests/conformance/check_reports.py" \
            "$root/build/dev/app/backstep" "$root/tests/data/models" \
            "$root/tests/data/schemas/sarif-schema-2.1.0.json" &&
        "$root/build/python/bin/python" "$root/tests/conformance/check_long_recurrences.py" \
            "$root/build/dev/app/backstep" "$root/build/conformance/long_recurrences" &&
        "$root/build/python/bin/python" "$root/tests/conformance/check_drawn_graphs.py" \
            "$root/build/dev/app/backstep" "$root/build/conformance/drawn_graphs" &&
        rnn_cases &&
        BACKSTEP_RNN_CASES="$root/build/conformance" "$root/build/dev/tests/tst_rnn_cases"
}

# ONNX's own backend cases, from Debian and from PyPI.
onnx_backend() {
    local cases="$root/build/conformance/onnx_cases"
    if ! dpkg-query -W libonnx-testdata >/dev/null 2>&1; then
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libonnx-testdata \
            </dev/null || return 1
    fi
    prepare_python && mkdir -p "$cases" &&
        cat "$root/tests/conformance/expected_failures.txt" "$root/tests/conformance/open_cases.txt" \
            >"$root/build/conformance/expected_failures.txt" &&
        "$root/build/python/bin/python" -W ignore "$root/tests/conformance/write_onnx_cases.py" \
            "$cases" &&
        "$root/build/dev/tests/backstep-conformance" \
            --root deb=/usr/share/libonnx-testdata/data --root "whl=$cases" \
            --list "$root/tests/data/onnx_backend_subset.txt" \
            --expected-failures "$root/build/conformance/expected_failures.txt" \
            --report "$root/build/conformance/onnx_backend.tsv" &&
        "$root/build/dev/tests/backstep-conformance" \
            --root deb=/usr/share/libonnx-testdata/data --root "whl=$cases" \
            --list "$root/tests/data/onnx_backend_further.txt"
}

# Fixes written as code, run where they belong: TensorFlow and JAX from PyPI, PyTorch from Debian
# (or what BACKSTEP_PYTORCH names: a Python that has it).
exported_code() {
    local modules="$root/build/frameworks/modules" torch="${BACKSTEP_PYTORCH:-/usr/bin/python3}"
    if ! "$torch" -c "import torch" 2>/dev/null; then
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
            --no-install-recommends python3-torch python3-numpy </dev/null || return 1
    fi
    mkdir -p "$modules"
    prepare_python &&
        python_with frameworks/python "$root/tests/frameworks/requirements.txt" &&
        "$root/build/python/bin/python" "$root/tests/frameworks/write_modules.py" \
            "$root/build/dev/app/backstep" "$modules" || return 1
    local framework python failures=0
    for framework in tensorflow pytorch jax; do
        python="$root/build/frameworks/python/bin/python"
        [ "$framework" = pytorch ] && python=$torch
        TF_CPP_MIN_LOG_LEVEL=3 "$python" "$root/tests/frameworks/run_modules.py" \
            "$framework" "$modules" || failures=$((failures + 1))
    done
    [ "$failures" = 0 ]
}

install_missing || exit 4
if $frameworks; then
    targets=backstep build dev && step "code in the frameworks" exported_code
    printf '%s' "$summary"
    echo "$passed passed, $failed failed"
    [ "$passed" -gt 0 ] && [ "$failed" = 0 ]
    exit
fi
step "type names" python3 "$root/tests/tools/check_type_names.py" "$root"
suite dev
if $all; then
    step conformance conformance
    step "ONNX backend cases" onnx_backend
    # Sanitized builds run the engine's tests and the command line; Qt's own code is not ours to check.
    # ThreadSanitizer's are those of what runs on threads (tests/CMakeLists.txt).
    suite asan -DBACKSTEP_GUI=OFF
    suite tsan
fi

echo
printf '%s' "$summary"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
