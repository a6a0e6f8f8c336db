# `make` prints what can be asked. Needs python3 (>= 3.11) with venv, git and make; everything else is fetched and pinned.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

UV := .uv/bin/uv
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
RUN := $(UV) run --frozen

BROWSER ?= yes
TOKEN ?= yes
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: help demo test check bench soak fuzz environment packages wheelhouse sbom

help:  ## print this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

$(UV): bootstrap.txt
	@echo "Fetching uv (once) …"
	python3 -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.txt
	touch $(UV)

environment: $(UV)
	@$(UV) sync --frozen --quiet

demo: $(UV)  ## make the demo nodes, introduce them, say who may sign in where; Ctrl-C stops them (PORT=9101: elsewhere)
	@$(UV) sync --frozen --quiet --no-dev
	exec $(UV) run --frozen --no-dev lienlac demo $(if $(PORT),--port $(PORT))

check: environment  ## lint, formats, types, direction of imports: seconds
	@$(RUN) ruff check
	$(RUN) ruff format --check --quiet
	$(RUN) mypy
	$(RUN) lint-imports --no-logo

test: check packages  ## everything: check, unit, property, journey and browser tests, SQLite and PostgreSQL
	@$(RUN) python -m tests.everything --browser=$(BROWSER) --token=$(TOKEN)

# Debian's packages that are missing here: the browser, what the program that drives it is linked with, a token in software.
packages:
	@missing=
	if [ "$(BROWSER)" = no ]; then
	    echo "BROWSER=no: no page will be tested in a real browser."
	else
	    if [ -z "$(CHROMIUM)" ]; then missing="chromium"; fi
	    if ! /sbin/ldconfig -p | grep -q libatomic.so.1; then missing="$$missing libatomic1"; fi
	fi
	if [ "$(TOKEN)" = no ]; then
	    echo "TOKEN=no: no key will be tested in a token, where softhsm2 is missing."
	elif ! command -v softhsm2-util >/dev/null; then
	    missing="$$missing softhsm2"
	fi
	if ! command -v openssl >/dev/null; then missing="$$missing openssl"; fi
	if [ -z "$$missing" ]; then exit 0; fi
	as_root=
	if [ "$$(id -u)" != 0 ]; then as_root="sudo -n"; fi
	if ! command -v apt-get >/dev/null || ! $$as_root true 2>/dev/null; then
	    echo "Missing here, and no right to install: 'apt-get install $$missing', or 'make test BROWSER=no TOKEN=no'." >&2
	    exit 1
	fi
	echo "Installing from Debian: $$missing …"
	$$as_root apt-get update -qq
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null

bench: environment packages  ## the figures, a table for each bench (one alone, as JSON: uv run python -m bench.journey --json)
	@for one in journey pages line exchange records names.own postgres; do echo "— bench.$$one"; $(RUN) python -m bench.$$one; done

SCHEDULES ?= 200000
SEED ?= $(shell date +%s)

soak: environment  ## planted bugs of the lane are found; then bad weather without end (SCHEDULES=…, SEED=… to repeat)
	@$(RUN) python -m tests.core.lane.finding
	$(RUN) python -m tests.core.lane.simulator --schedules $(SCHEDULES) --seed $(SEED) --tell

INPUTS ?= 1000000

fuzz: environment  ## altered bytes for every parser that meets bytes from outside, seed printed (INPUTS=…, SEED=… to repeat)
	@$(RUN) python -m tests.fuzz --inputs $(INPUTS) --seed $(SEED)

OUT ?= dist/wheelhouse

wheelhouse: $(UV)  ## all that a machine without a network needs, pinned, with hashes; signed with KEY=private.pem (OUT=…, EXTRAS=…)
	@packaging/wheelhouse.sh $(OUT) $(KEY)

SBOM ?= dist/sbom.cdx.json

sbom: $(UV)  ## the parts of the program as CycloneDX 1.5, out of uv.lock (SBOM=…)
	@mkdir -p $(dir $(SBOM))
	$(UV) export --frozen --no-dev --all-extras --format cyclonedx1.5 --quiet --output-file $(SBOM) >/dev/null
	echo "$(SBOM): $$(grep -c '"purl"' $(SBOM)) parts."
