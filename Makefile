# `make run` is all a newcomer needs. PYTHON=… chooses the Python that .venv is made with.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# checks and tests keep their database apart from the one that somebody works with
APART := DATA_DIR=.data/test
CODE := config sources claims tests manage.py

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test faults fuzz check lint format types layers migrations schema schema-check \
	permissions messages bench

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.runtime  ## make .venv with what the server needs

install-dev: $(VENV)/.dev  ## the same with what checks and tests need

run: install  ## start everything and serve until Ctrl-C
	@exec $(BIN)/python manage.py serve

# compiled once: where nothing compiled is kept, each of hundreds of processes compiles everything anew
test: install-dev  ## run the tests (TESTS=… for some of them)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

faults: install-dev  ## break everything on purpose, ten times each (as root: small disks too)
	@FAULTS_ROUNDS=$(or $(FAULTS_ROUNDS),10) LEAKS_LONG=1 \
		$(BIN)/python -m pytest tests/faults tests/leaks tests/claims/services/test_merging_at_once.py

fuzz: install-dev  ## send what the API's document promises and forbids (FUZZ_CASES=20000, FUZZ_SEED=…)
	@FUZZ_CASES=$(or $(FUZZ_CASES),20000) $(BIN)/python -m pytest tests/fuzz

bench: install-dev  ## measure it beside raw SQL, plain DRF, Datasette and PostGraphile (N=100000, BENCH="--only list")
	@$(BIN)/python -m tests.bench $(or $(N),100000) $(BENCH)

check: lint types layers migrations schema-check  ## all checks that need no tests

lint: install-dev  ## format and style, changing nothing
	@$(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .

format: install-dev  ## put the code in order
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

types: install-dev  ## types
	@$(APART) $(BIN)/mypy --no-error-summary $(CODE)

layers: install-dev  ## who may import whom
	@$(BIN)/lint-imports --no-logo >$(VENV)/layers.txt 2>&1 || { cat $(VENV)/layers.txt; exit 1; }

migrations: install-dev  ## do the migrations say what the models say?
	@$(APART) $(BIN)/python manage.py makemigrations --check --dry-run --verbosity 1 >$(VENV)/migrations.txt 2>&1 \
		|| { cat $(VENV)/migrations.txt; exit 1; }

schema: install  ## write openapi.yaml and docs/dataset.schema.json anew
	@$(APART) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file openapi.yaml
	@$(APART) $(BIN)/python manage.py dataset_schema docs/dataset.schema.json

permissions: install-dev  ## write docs/permissions.md anew: who may do what, as measured
	@$(BIN)/python -m tests.permissions.write

schema-check: install-dev
	@$(APART) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file $(VENV)/openapi.yaml
	@diff -u openapi.yaml $(VENV)/openapi.yaml || { echo "openapi.yaml is out of step. Run: make schema"; exit 1; }
	@$(APART) $(BIN)/python manage.py dataset_schema $(VENV)/dataset.schema.json
	@diff -u docs/dataset.schema.json $(VENV)/dataset.schema.json \
		|| { echo "docs/dataset.schema.json is out of step. Run: make schema"; exit 1; }

messages: install-dev  ## collect and compile the texts to translate (needs gettext)
	@$(APART) $(BIN)/python manage.py makemessages --locale fr
	@$(APART) $(BIN)/python manage.py compilemessages --locale fr --ignore .venv --ignore .data

$(BIN)/python:
	@set -e; \
	for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$("$$python" --version) …"; \
			"$$python" -m venv $(VENV) && exit 0; \
			rm -rf $(VENV); echo "$$python cannot make a virtual environment (on Debian: apt install python3-venv)."; exit 1; \
		fi; \
	done; \
	echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python."; exit 1

$(VENV)/.runtime: requirements.txt constraints.txt | $(BIN)/python
	@echo "Installing what the server needs (once, a minute or so) …"
	@$(PIP) --requirement requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt constraints.txt | $(BIN)/python
	@echo "Installing what checks and tests need (once, a minute or so) …"
	@$(PIP) --requirement requirements-dev.txt
	@touch $(VENV)/.runtime $@
