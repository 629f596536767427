#!/bin/sh
# Installs the browser of the browser tests where that is possible without asking anyone:
# Debian's packages, as root. Anywhere else it only says what is missing.
found() {
    [ -n "$CHROMIUM" ] && return 0
    for name in chromium chromium-browser google-chrome-stable google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

fonts() {
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=ja family)" ]
}

found && fonts && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium and a Japanese font for the browser tests."
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends \
        chromium fonts-noto-cjk fontconfig; } >/dev/null 2>&1 </dev/null
fi
found || echo "No Chromium here: the browser tests are skipped (a failure with CI=true)." \
    "To run them: apt-get install chromium fonts-noto-cjk, as root."
fonts || echo "No Japanese font here: pages show boxes (apt-get install fonts-noto-cjk)."
exit 0
