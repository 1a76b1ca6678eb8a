#!/bin/sh
# Installs the servers and the browser that the tests start for themselves: Chromium, PostgreSQL, Redis, Dovecot, PgBouncer.
# They are installed, never started: each test run starts its own on a temporary folder and a free port.
# What cannot be installed is said aloud; that fails the run where CI=true, and elsewhere those tests are left out.
set -eu
missing=""
absent=""

have() {
    case $1 in
        chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
        postgresql) command -v initdb || ls /usr/lib/postgresql/*/bin/initdb ;;
        redis-server) command -v redis-server || command -v valkey-server ;;
        dovecot-imapd) command -v dovecot && ls /usr/lib/dovecot/imap ;;
        *) command -v "$1" ;;
    esac >/dev/null 2>&1
}

PATH=$PATH:/usr/sbin:/sbin
for package in chromium postgresql redis-server dovecot-imapd pgbouncer; do
    have "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
    echo "Installing$missing ..."
    export DEBIAN_FRONTEND=noninteractive
    # Debian starts a service when it installs one, and makes a database cluster: the tests want neither.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
        $as_root chmod 755 "$policy"
        trap '$as_root rm -f "$policy"' EXIT
    fi
    log=$(mktemp)
    for package in $missing; do
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >>"$log" 2>&1 </dev/null && continue
        if [ -z "${updated:-}" ]; then
            updated=yes
            $as_root apt-get update -qq >>"$log" 2>&1 || true
            $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >>"$log" 2>&1 </dev/null || true
        fi
    done
fi

# Ubuntu's chromium is a snap, which needs a running snapd: Playwright's own build serves there.
if ! have chromium && [ -x .venv/bin/playwright ]; then
    .venv/bin/playwright install chromium >/dev/null 2>&1 </dev/null && touch .venv/.playwright-chromium || true
fi

for package in $missing; do
    have "$package" && continue
    [ "$package" = chromium ] && [ -e .venv/.playwright-chromium ] && continue
    absent="$absent $package"
done
[ -n "$absent" ] || exit 0
echo "WARNING: not installed:$absent. The tests that need it are left out of this run." >&2
[ -z "${log:-}" ] || tail -n 5 "$log" >&2
echo "To run them: sudo apt-get install$absent" >&2
[ "${CI:-}" != true ] || { echo "ERROR: with CI=true every test must run." >&2; exit 1; }
