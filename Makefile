# Every command does its own set-up. `make help` lists them.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
# A company's own certificates, which uv reads only when told to.
export UV_SYSTEM_CERTS ?= 1
CHECK_ENV := set -a; . tests/test.env; set +a;

.PHONY: help setup run test check peers bench lock format messages
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## make the virtual environment, with all that tests and checks need

# What the site itself needs, so that a first page does not wait for the tools of tests.
$(VENV)/.runs: requirements.txt pyproject.toml $(wildcard locale/*/LC_MESSAGES/*.po)
	test -x $(BIN)/python || python3.11 -m venv $(VENV) || python3 -m venv $(VENV)
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirements requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	$(BIN)/pybabel --quiet compile --domain django --directory locale --use-fuzzy 2>/dev/null || true
	touch $@

$(VENV)/.ready: $(VENV)/.runs requirements-dev.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt requirements-dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

run: $(VENV)/.runs ## the site and its worker with a realistic demo, at http://127.0.0.1:$PORT
	@DEMO=$${DEMO-1} PORT=$(PORT) $(BIN)/python -m config.run

test: setup ## all tests; the browser's too where Chromium is present
	$(BIN)/python -m pytest --numprocesses=3 --dist=loadgroup

check: setup ## format, lint, types, import order, templates, migrations, translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(CHECK_ENV) $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djade --target-version 5.2 --check $$(git ls-files 'templates/*.html')
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m config.translations

# The peers want an older numpy; the lock's comes back after them, and they run on it.
PEERS := var/bench/peers/bin/python
peers: setup ## compare the audit's figures with bob.measure, pyeer and fairlearn
	test -x $(PEERS) || $(BIN)/uv venv --quiet --python $(BIN)/python var/bench/peers
	$(BIN)/uv pip install --quiet --python $(PEERS) --requirements bench/requirements.txt
	$(BIN)/uv pip install --quiet --python $(PEERS) --requirements requirements.txt --requirements requirements-dev.txt
	$(PEERS) -m pytest -q tests/recognition_audit/test_peers.py tests/recognition_audit/test_measures.py

bench: setup ## measure; figures and their meaning stand in bench/README.md
	$(BIN)/python -m bench.sign
	$(BIN)/python -m bench.intervals
	test -x $(PEERS) || $(BIN)/uv venv --quiet --python $(BIN)/python var/bench/peers
	$(BIN)/uv pip install --quiet --python $(PEERS) --requirements bench/requirements.txt
	$(BIN)/python -m bench.audit --people 10000000 --shards 200000000 --embeddings 50000 --peers $(PEERS)

lock: ## resolve requirements*.in into the hashed lock files
	$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 requirements-dev.in -o requirements-dev.txt

messages: setup ## bring new texts into the catalogues of locale/
	$(BIN)/python -m config.translations --update

format: setup ## format the code and the templates
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html') || true
