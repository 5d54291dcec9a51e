#!/bin/sh
# Sees to it that the browser tests find a Chromium. Says in one sentence when it cannot; exits 2.
set -eu

for program in chromium chromium-browser google-chrome; do
    if command -v "$program" >/dev/null; then
        exit 0
    fi
done

stop() {
    printf '%s\n' "$1" >&2
    exit 2
}

wanted="The browser tests need Chromium: install the Debian package chromium"
if ! command -v apt-get >/dev/null; then
    stop "$wanted or, on another system, its equivalent."
fi
if [ "$(id -u)" != 0 ]; then
    stop "$wanted (apt-get install chromium, as root)."
fi

echo "Installing Chromium" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
# A font is only recommended by Chromium, and without one every letter is an empty box.
packages="chromium fonts-dejavu-core"
waiting="-o DPkg::Lock::Timeout=300"
# shellcheck disable=SC2086
{ apt-get update -q $waiting && apt-get install -y -q --no-install-recommends $waiting $packages; } \
    >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    stop "$wanted; apt-get could not (see the lines above)."
}
