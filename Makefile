# `make run` tries Maillage; `make test` proves it. Both begin from a bare clone.

# Text is UTF-8 whatever the locale of the machine.
export PYTHONUTF8 = 1

PORT ?= 5000
BIN = .venv/bin
FLASK = $(BIN)/flask --app wsgi
# Two processes, the tests that need a browser in one of them: quickest on two cores.
WORKERS ?= --numprocesses 2 --dist loadgroup
LOCK = $(BIN)/python -m uv pip compile --quiet --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock" $(UPGRADE) pyproject.toml

.PHONY: help setup run test check bench mailbench relancebench frameworkbench lock clean

help:
	@echo "make run     the demonstration on http://127.0.0.1:$(PORT) (PORT=… for another port)"
	@echo "make test    every check and every test (ARGS=… goes to pytest)"
	@echo "make check   style, types, templates, security, floors: no test"
	@echo "make bench   how long the main pages take, beside a bare one"
	@echo "make mailbench   mails a second, beside a bare loop"
	@echo "make relancebench   a day's run of relances, alone and with its mails, beside one query"
	@echo "make frameworkbench   a folder of 120 files beside YAML alone, a score beside a plain sum"
	@echo "make setup   the environment .venv alone"
	@echo "make lock    the lock files again from pyproject.toml (UPGRADE=--upgrade for newer versions)"
	@echo "make clean   remove the environment and the caches; data in var/ stays"

setup:
	@sh .ci/setup.sh requirements-dev.txt

run: export MAILLAGE_DEMO = 1
run: export MAILLAGE_BASE_URL ?= http://127.0.0.1:$(PORT)
run:
	@sh .ci/setup.sh requirements.txt
	@$(FLASK) db upgrade
	@$(FLASK) demo
	@$(FLASK) run --host 127.0.0.1 --port $(PORT)

test: setup
	@sh .ci/browser.sh
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest $(WORKERS) $(ARGS)

check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive app
	$(BIN)/lint-imports

bench: setup
	@$(BIN)/python -m bench $(ARGS)

mailbench: setup
	@$(BIN)/python -m bench.delivery $(ARGS)

relancebench: setup
	@$(BIN)/python -m bench.relances $(ARGS)
	@$(BIN)/python -m bench.relances_delivered $(ARGS)

frameworkbench: setup
	@$(BIN)/python -m bench.frameworks $(ARGS)

# The second lock follows the first, so that tests run on the versions that are installed.
lock: setup
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
