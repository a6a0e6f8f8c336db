#!/bin/bash
# Install, or upgrade to, the version in this directory; no network is used: ./install.sh RELEASE.pub [PREFIX]
# RELEASE.pub comes from elsewhere than this directory (the first time: on paper, or from two people), and decides.
# Everything is looked at before anything is written; the version before stays beside the new one.
set -euo pipefail
umask 022  # the node's user must read what root installs
here=$(cd "$(dirname "$0")" && pwd -P)
public=${1:?"say which key signed this release: ./install.sh RELEASE.pub [PREFIX]"} prefix=${2:-/opt/lienlac}
python=${PYTHON:-python3}
refuse() { echo "REFUSED: $*. Nothing was installed." >&2; exit 1; }

public=$(realpath "$public")
case $public in "$here"/*) refuse "the key lies in the release itself, where whoever changed the one changes the other";; esac
cd "$here"
openssl pkeyutl -verify -rawin -pubin -inkey "$public" -in SHA256SUMS -sigfile SHA256SUMS.sig >/dev/null 2>&1 \
    || refuse "the signature under SHA256SUMS is not by $public"
sha256sum --quiet --strict --check SHA256SUMS >/dev/null 2>&1 || refuse "a file is not what was signed: sha256sum --check SHA256SUMS"
unsigned=$(find . ! -type d ! -path ./SHA256SUMS ! -path ./SHA256SUMS.sig -printf '%p\n' | LC_ALL=C sort | LC_ALL=C comm -23 - <(cut -c67- SHA256SUMS | LC_ALL=C sort))
[ -z "$unsigned" ] || refuse "files that nobody signed lie here: $(echo $unsigned)"

version=$(cat VERSION)
[[ $version =~ ^[0-9][0-9a-z.+]*$ ]] || refuse "VERSION cannot be read"
"$python" -I -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || refuse "python3 (>= 3.11) with venv is needed"
target=$prefix/$version
[ ! -e "$target" ] || refuse "$target is there already"

trap 'rm -rf "$target"; exit 1' ERR HUP INT TERM  # what broke off leaves nothing behind
mkdir -p "$prefix"
"$python" -I -m venv "$target"
"$target/bin/python" -I -m pip --isolated install --quiet --disable-pip-version-check --no-index --no-deps --require-hashes --only-binary :all: \
    --find-links wheels --requirement requirements.txt
"$target/bin/python" -I -m pip --isolated install --quiet --disable-pip-version-check --no-index --no-deps ./lienlac-*.whl
"$target/bin/lienlac" --version
mkdir -p "$target/share/doc/lienlac"
cp -r --no-preserve=mode doc/. "$target/share/doc/lienlac/"
cp -r --no-preserve=mode systemd sbom.cdx.json VERSION "$target/share/"
trap - ERR HUP INT TERM

if [ -L "$prefix/current" ]; then echo "Before: $(readlink "$prefix/current")"; fi
echo "Installed in $target. Stop the node, then:"
echo "  ln -sfn $version $prefix/current"
echo "  sudo -u lienlac $prefix/current/bin/lienlac --home /var/lib/lienlac upgrade"
echo "and start it again. To go back: docs/operators/installing.md."
