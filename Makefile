# GNU make 3.81 (macOS) and newer. `make` alone lists the targets.

VENV := .venv
RUN := $(VENV)/bin/python
# The environment grows: what `make up` runs, our two distributions, and what the other targets need beside them.
LEAN := $(VENV)/.lean
OWN := $(VENV)/.own
LOCKED := $(VENV)/.locked
WHEEL := $(VENV)/.wheel
SOURCES := $(shell find provider emulator \( -name __pycache__ -o -path provider/venv \) -prune -o -print)

# The first Python that is new enough; override with `make PYTHON=/path/to/python3`.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$name && exit; done; echo none-found)

# The tests start hundreds of Python processes, which would compile what they import again and again.
unexport PYTHONDONTWRITEBYTECODE

# Three workers for two processors, because tests wait too. Each gets one test at a time, the longest first, so that all
# end together.
PYTEST := -m pytest -n 3 --maxschedchunk 1

# A mirror of Pulumi's releases, for networks that reach no other.
PULUMI_RELEASES ?=

.PHONY: help
help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: up
up: $(OWN) quickstart-cli ## Start emulator and database, create the quickstart's connection (TARGET=adobe: at Adobe).
	@$(RUN) -m tools.quickstart up

.PHONY: down
down: $(OWN) ## Destroy what `make up` has created and stop what it has started (FORCE=1: also what was made by hand).
	@$(RUN) -m tools.quickstart down

.PHONY: check
check: lint ## Check format, rules, types and workflows, and run the short tests.
	$(RUN) $(PYTEST) -q -m 'not engine and not long and not more' --ignore tests/e2e

.PHONY: lint
lint: $(WHEEL) ## Check format, rules, types and workflows.
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(RUN) -m tools.workflows

.PHONY: newest-engine
newest-engine: cli
	@$(RUN) -m tools.pulumi_cli.newest_engine >/dev/null

CLI :=

.PHONY: test
ifeq ($(CLI),newest)
test: $(WHEEL) newest-engine
	PATH="$(CURDIR)/.tools/pulumi-newest/bin:$$PATH" $(RUN) $(PYTEST) -m 'engine and not pinned and not picture'
else
test: $(WHEEL) cli ## Run all tests (CLI=newest: those with the Pulumi CLI, with the newest one, built with Go).
	$(RUN) $(PYTEST)
	@$(MAKE) --no-print-directory readings SEEDS=7 READINGS='tests/lifecycle -k "$(BRIEF)"'
	$(RUN) -m pytest -q -n 2 --native tests/lifecycle -k "$(BRIEF)"
endif

.PHONY: coverage
coverage: $(WHEEL) cli ## Run all tests once and report the coverage, which takes half as long again.
	@rm -f .coverage .coverage.*
	$(RUN) -m coverage run $(PYTEST)
	@$(RUN) -m coverage combine -q
	@$(RUN) -m coverage report

# The tests of the provider hold whatever seed picks the emulator's choices; `make test` runs some of them under one.
SEEDS := 1 2 3 5 7
READINGS := tests/lifecycle tests/dynamic tests/cli
BRIEF := not (bulk_reads or every_kind or faults or load or model or patches or random or readings or test_outcomes)

.PHONY: readings
readings: $(WHEEL) cli ## Run the tests of the provider under other readings of Adobe's documents (SEEDS="1 2" READINGS=tests/e2e).
	@for seed in $(SEEDS); do echo "Seed $$seed" >&2; \
		$(RUN) -m pytest -q -n 2 --flowservice-vary $$seed $(READINGS) || exit 1; done

.PHONY: versions
versions: $(WHEEL) cli ## Run the main job with the lowest and with the newest versions of all dependencies.
	@for which in lowest newest; do echo "Dependencies: $$which versions" >&2; $(RUN) -m tools.versions $$which && \
		$(RUN) -m pytest -q -n 2 --environment .tools/versions/$$which tests/versions/main_job.py || exit 1; done

.PHONY: bench
bench: $(WHEEL) cli ## Measure what the goals need, in a quarter of an hour; BENCH="--only documentation ours" compares others.
	$(RUN) -m benchmarks $(BENCH)

.PHONY: pictures
pictures: $(WHEEL) cli ## Draw the pictures of the terminal in docs/pictures anew; the tests compare them.
	@mkdir -p docs/pictures
	$(RUN) $(PYTEST) -q --pictures -m picture tests/e2e

.PHONY: docs
docs: $(WHEEL) ## Build the site of the documentation into dist/site; warnings and dead links are errors (REPOSITORY=https://…).
	@$(RUN) -m tools.site $(if $(REPOSITORY),--repository '$(REPOSITORY)') $(if $(TAG),--tag '$(TAG)')

.PHONY: docs-serve
docs-serve: docs ## Show that site on this machine (PORT=8000), until Ctrl-C.
	$(RUN) -m http.server $(or $(PORT),8000) --bind 127.0.0.1 --directory dist/site

.PHONY: fuzz
fuzz: $(WHEEL) ## Send the emulator what no client should send, for two minutes; FUZZ="--seconds 600 --seed 5".
	$(RUN) -m campaigns.fuzz $(FUZZ)

.PHONY: echoes
echoes: $(WHEEL) ## Count the random echoes of passwords that would be shown, a second for a thousand; ECHOES="--count 200000 --seed 5".
	$(RUN) -m campaigns.echoes $(ECHOES)

MINUTES := 10
SEED :=

.PHONY: soak
soak: $(WHEEL) cli ## Let many stacks live at random, with killed processes, faults and changes by others (MINUTES=30 SEED=1).
	$(RUN) -m campaigns.soak --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(SOAK)

# Nothing goes to Adobe by a slip of the keyboard.
.PHONY: contract
contract: $(WHEEL) ## Run the contract suite and write a report (TARGET=adobe SANDBOX=name: at Adobe; VARY=seed: emulator).
	@test -z '$(filter-out adobe,$(TARGET))' || { echo 'TARGET is adobe, or nothing for the emulator.' >&2; exit 1; }
	@$(RUN) -m pytest -q -p no:xdist tests/contract --report dist/contract-report.md \
		$(if $(TARGET),--live --sandbox '$(SANDBOX)') $(if $(VARY),--flowservice-vary $(VARY)); \
		status=$$?; test $$status -lt 2 && echo 'Report: dist/contract-report.md' || exit $$status

.PHONY: aepp
aepp: $(WHEEL) ## Work with the emulator by Adobe's own Python client, in an environment of its own.
	@test -x .tools/aepp/bin/python || $(RUN) -m venv .tools/aepp
	@.tools/aepp/bin/python -m pip install --quiet --disable-pip-version-check aepp==0.6.0
	.tools/aepp/bin/python tools/aepp_check.py $(VENV)/bin/flowservice-emulator

.PHONY: release-check
release-check: $(WHEEL) cli ## Build both distributions twice and compare; run the README's program with the wheels alone.
	@$(RUN) -m tools.release_check

.PHONY: format
format: $(WHEEL) ## Format all Python files, and apply automatic fixes.
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

.PHONY: generate
generate: $(WHEEL) ## Write the generated files anew: Python classes, schemas, reference pages.
	$(RUN) -m tools.generate_sdk
	$(RUN) -m pulumi_flowservice.manifest.schema > provider/pulumi_flowservice/manifest/connections.schema.json
	$(RUN) -m tools.reference_pages

.PHONY: address
address: ## Set where this repository is (REPOSITORY=https://HOST/ORG/NAME), and where its plugins are, if elsewhere (PLUGINS=…).
	@$(PYTHON) -m tools.address '$(REPOSITORY)' --plugins '$(PLUGINS)'
	@$(MAKE) --no-print-directory generate

.PHONY: version
version: ## Name the next release in all files (VERSION=1.0.0): docs/engineering/release.md.
	@$(PYTHON) -m tools.release_version '$(VERSION)'
	@$(MAKE) --no-print-directory generate

# The quickstart goes without the debugger (20 MB) that Pulumi's SDK asks for: only `--attach-debugger` starts it.
.PHONY: lock
lock: $(LOCKED) ## Update requirements.lock from both pyproject.toml, and from it what the quickstart and the plugin need.
	$(RUN) -m uv pip compile pyproject.toml emulator/pyproject.toml --quiet --all-extras --group dev --group docs --universal --generate-hashes \
		--python-version 3.10 --no-emit-index-url --no-header --output-file requirements.lock
	$(RUN) -m uv pip compile pyproject.toml emulator/pyproject.toml --constraints requirements.lock --quiet --all-extras \
		--group quickstart --universal --generate-hashes --python-version 3.10 --no-emit-index-url --no-header --no-annotate \
		--no-emit-package debugpy --output-file requirements-quickstart.lock
	$(RUN) -m uv pip compile pyproject.toml --constraints requirements.lock --quiet --universal --generate-hashes \
		--python-version 3.10 --no-emit-index-url --no-header --no-annotate --output-file provider/requirements.txt

.PHONY: audit
audit: $(LOCKED) ## Look for known vulnerabilities in the locked dependencies; needs the internet.
	$(RUN) -m pip_audit --strict --require-hashes --disable-pip --progress-spinner off --requirement requirements.lock

GET_CLI := $(PYTHON) -m tools.pulumi_cli $(if $(PULUMI_RELEASES),--releases '$(PULUMI_RELEASES)')

.PHONY: cli
cli: python ## Find, download or build the Pulumi CLI, with the language hosts of all examples.
	@$(GET_CLI) >/dev/null

# To build the other hosts takes two minutes, and the quickstart's program is in Python.
.PHONY: quickstart-cli
quickstart-cli: python
	@$(GET_CLI) --for-python >/dev/null

# Needs Go. An official CLI does the same for more languages: `pulumi package gen-sdk`.
.PHONY: sdk
sdk: ## Generate typed classes and functions for another language, into dist/sdk (LANGUAGE=nodejs, python or go).
	cd tools/sdk && CGO_ENABLED=0 go run -mod=readonly -trimpath . $(or $(LANGUAGE),nodejs) \
		../../provider/pulumi_flowservice/plugin/schema.json ../../dist/sdk/$(or $(LANGUAGE),nodejs)

.PHONY: clean
clean: ## Stop what runs, and remove everything that make has created, also the Pulumi CLI.
	@test ! -d .work/adobe || { echo '.work/adobe holds the state of connections at Adobe; without it they would be' \
		'orphans. Run `TARGET=adobe make down` first, or move that folder away.' >&2; exit 1; }
	@test ! -d .work || $(MAKE) down
	rm -rf $(VENV) .tools .work dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache

.PHONY: python
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { echo 'Python 3.10 or newer is' \
		'needed, and PATH has none. Install one (https://www.python.org/downloads/), or name it:' \
		'make PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo '$(PYTHON) comes without its venv module.' \
		'On Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }

# Made again when the Python that it links to is gone.
$(RUN): | python
	@$(PYTHON) -m tools.environment create

# Each exactly as locked; pip checks every file's hash.
$(LEAN): $(RUN) requirements-quickstart.lock
	@$(RUN) -m tools.environment install requirements-quickstart.lock
	@touch $@

$(OWN): $(LEAN) $(SOURCES) pyproject.toml docs/reference/errors.md
	@$(RUN) -m tools.environment install-own
	@ln -sfn ../../.venv examples/quickstart/.venv
	@touch $@

$(LOCKED): requirements.lock | $(OWN)
	@$(RUN) -m tools.environment install requirements.lock
	@touch $@

$(WHEEL): $(OWN) $(LOCKED)
	@touch $@
