#!/usr/bin/env bash
# Installs what is missing, builds Backstep, and opens the model (without one: the welcome page).
# Use: bash app/run.sh [MODEL]
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/app/setup.sh"

install_missing || exit 4
build release -DBACKSTEP_TESTS=OFF || {
    echo "Backstep could not be built; the compiler's message stands above." >&2
    exit 4
}
program="$root/build/release/app/backstep"
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
    echo "Backstep is built; there is no display for its window. Without one: $program check ${1:-MODEL.onnx}"
    exit 0
fi
echo "Backstep opens ${1:-its welcome page}."
exec "$program" "$@"
