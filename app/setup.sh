# Sourced by app/run.sh and tests/run.sh: installs what is missing and builds. Asks nothing.

# The packages of app/packages.txt that are not installed, one a line.
missing_packages() {
    local package
    while read -r package; do
        [ -z "$package" ] && continue
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
            echo "$package"
    done <"$root/app/packages.txt"
}

# Runs a command as root: as it is, or with sudo (which may ask for a password on a terminal only).
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif ! command -v sudo >/dev/null; then
        echo "Neither root nor sudo: as root, run: $*" >&2
        return 1
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

install_missing() {
    if ! command -v dpkg-query >/dev/null; then
        echo "This is no Debian or Ubuntu: nothing is installed; needed is what app/packages.txt lists."
        return 0
    fi
    local missing
    missing=$(missing_packages)
    [ -z "$missing" ] && return 0
    echo "Installing:" $missing
    local apt="env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3"
    as_root $apt update -qq &&
        as_root $apt install -y -qq --no-install-recommends $missing </dev/null || {
        echo "Backstep: these packages could not be installed:" $missing >&2
        return 1
    }
}

# One job a processor, and one for each 2 GB of free memory at most: sanitized kernels take that much.
jobs() {
    local free
    free=$(awk '/MemAvailable/ { print int($2 / 2000000) }' /proc/meminfo)
    local most
    most=$(nproc)
    [ "$free" -lt "$most" ] && most=$free
    [ "$most" -lt 1 ] && most=1
    echo "$most"
}

# build PRESET [cmake options]: configures once, then builds what changed; of the targets in
# `targets` alone, where they are set.
build() {
    local preset=$1
    shift
    local folder="$root/build/$preset"
    if [ ! -f "$folder/build.ninja" ]; then
        echo "Configuring $preset"
        (cd "$root" && cmake --preset "$preset" "$@" >"$root/build-$preset.log" 2>&1) || {
            cat "$root/build-$preset.log" >&2
            rm -f "$root/build-$preset.log"
            return 1
        }
        rm -f "$root/build-$preset.log"
    fi
    echo "Building $preset"
    ninja -C "$folder" -j "$(jobs)" ${targets:-}
}
