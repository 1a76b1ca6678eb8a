#!/bin/sh
# Installs Tamada into .venv. Usage: bootstrap.sh run|dev|assets
#   run     what `tamada up` needs            dev     the test tools too
#   assets  builds the package again, and with it scripts, styles and translations
# Needs Python 3.11 or newer and the package registries; uv and Node come from there.
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}
venv=.venv

fail() { echo "tamada: $*" >&2; exit 1; }

python_of_choice() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed, and none was found. On Debian or Ubuntu: apt-get install python3"
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 && return
    { apt-get update -qq && apt-get install -qq -y --no-install-recommends "$@"; } >/dev/null 2>&1
}

# Debian ships Python without ensurepip: pip then comes from the system's own pip, or from python3-venv.
make_environment() {
    python=$(python_of_choice)
    rm -rf "$venv"
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv "$venv"
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --without-pip "$venv"
    else
        version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null \
            || fail "Python's venv module is incomplete here. Install it with: sudo apt-get install $version"
        echo "Installing $version ..." >&2
        apt_install "$version" || fail "apt-get could not install $version, which Python needs for a virtual environment."
        "$python" -m venv "$venv"
    fi
    install_uv "$python"
}

install_uv() {
    uv=$(sed -n 's/^required-version = ">=\([^"]*\)"/uv>=\1/p' pyproject.toml)
    if [ -x "$venv/bin/pip" ]; then
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${uv:-uv}"
    else
        "$1" -m pip --python "$venv/bin/python" install --quiet --disable-pip-version-check "${uv:-uv}"
    fi || fail "uv could not be installed from the Python package registry. Is this machine online?"
}

usable() { [ -x "$venv/bin/uv" ] && "$venv/bin/python" -c '' 2>/dev/null; }

sync() {
    unset VIRTUAL_ENV
    UV_PROJECT_ENVIRONMENT=$venv UV_PYTHON_DOWNLOADS=never "$venv/bin/uv" sync --frozen "$@" \
        || fail "the packages could not be installed. The lines above tell which; run the same command again to continue."
}

usable || make_environment
[ -t 2 ] && quiet="" || quiet="--quiet"
rebuild=""
[ "$what" != assets ] || rebuild="--reinstall-package tamada"
[ "$what" != assets ] || what=$([ -e "$venv/.dev" ] && echo dev || echo run)
# Once the test tools are there they stay: `make run` after `make test` must not remove them.
[ ! -e "$venv/.dev" ] || what=dev
case $what in
    run) sync $quiet $rebuild --all-extras --no-dev; touch "$venv/.run" ;;
    dev) sync $quiet $rebuild --extra assistant; touch "$venv/.run" "$venv/.dev" ;;
    *) fail "bootstrap.sh takes run, dev or assets, not '$what'." ;;
esac
