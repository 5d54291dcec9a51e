#!/bin/sh
# Sees to it that the browser tests find a Chromium, and that what drives it starts.
# Says in one sentence when it cannot; exits 2.
set -eu
cd "$(dirname "$0")/.."

has_chromium() {
    command -v chromium || command -v chromium-browser || command -v google-chrome
}

driver_starts() {
    .venv/bin/playwright --version
}

missing=""
has_chromium >/dev/null || missing="chromium"
# The driver is a Node that brings everything along but this one library.
driver_starts >/dev/null 2>&1 || missing="${missing:+$missing }libatomic1"
[ -n "$missing" ] || exit 0

stop() {
    printf '%s\n' "$1" >&2
    exit 2
}

wanted="The browser tests need what the Debian packages '$missing' hold"
if ! command -v apt-get >/dev/null; then
    stop "$wanted: install their equivalent on this system."
fi
if [ "$(id -u)" != 0 ]; then
    stop "$wanted: install them as root (apt-get install $missing)."
fi

echo "Installing $missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
waiting="-o DPkg::Lock::Timeout=300"
# A font is only recommended by Chromium, and without one every letter is an empty box.
# shellcheck disable=SC2086
{
    apt-get update -q $waiting &&
        apt-get install -y -q --no-install-recommends $waiting fonts-dejavu-core $missing
} >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    stop "$wanted, and apt-get could not install them (see the lines above)."
}
