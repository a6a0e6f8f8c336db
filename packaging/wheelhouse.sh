#!/bin/bash
# Put all that a machine without a network needs into one directory, and sign it: packaging/wheelhouse.sh DIRECTORY [PRIVATE.pem]
# Run in a clean clone at the version that is to be released, by `make wheelhouse`; EXTRAS="nats pkcs11" for who uses these. A key pair, once, on a machine of its own:
#   openssl genpkey -algorithm ed25519 -out release.pem && openssl pkey -in release.pem -pubout -out release.pub
set -euo pipefail
cd "$(dirname "$0")/.."
out=$1 key=${2:-}
uv=.uv/bin/uv
if [ -e "$out" ]; then echo "$out exists already: name another directory." >&2; exit 1; fi
mkdir -p "$out/wheels"

extras=(); for one in ${EXTRAS:-}; do extras+=(--extra "$one"); done
locked=$(mktemp) && trap 'rm -f "$locked"' EXIT
$uv export --frozen --no-dev "${extras[@]}" --no-emit-project --no-header --quiet --output-file "$locked" >/dev/null
$uv export --frozen --no-dev "${extras[@]}" --format cyclonedx1.5 --quiet --output-file "$out/sbom.cdx.json" >/dev/null
# What is fetched has the hashes of uv.lock. What has no wheel yet is built here, so the hashes for the other machine are taken afterwards.
.uv/bin/pip wheel --quiet --disable-pip-version-check --require-hashes --no-deps --wheel-dir "$out/wheels" --requirement "$locked"
for wheel in "$out"/wheels/*.whl; do
    IFS=- read -r name version _ <<< "$(basename "$wheel")"
    echo "$name==$version --hash=sha256:$(sha256sum "$wheel" | cut -d' ' -f1)"
done > "$out/requirements.txt"
$uv build --quiet --wheel --no-create-gitignore --out-dir "$out"
$uv version --short > "$out/VERSION"
cp -r packaging/systemd packaging/install.sh "$out/"
mkdir "$out/doc" && cp docs/operators/*.md "$out/doc/"

(cd "$out" && find . -type f ! -path ./SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum > SHA256SUMS)
if [ -n "$key" ]; then
    openssl pkeyutl -sign -rawin -inkey "$key" -in "$out/SHA256SUMS" -out "$out/SHA256SUMS.sig"
fi
echo "$out: $(du -sh "$out" | cut -f1), $(find "$out/wheels" -type f | wc -l) wheels, version $(cat "$out/VERSION")${key:+, signed}."
