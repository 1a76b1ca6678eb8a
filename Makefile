# Tamada's everyday commands. `make` alone lists them.
# Nothing is installed outside this folder, except the system packages that `make test` asks apt for.

.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
SMTP_PORT ?= 2525
DATA ?= var

# What the installed environment was made from: when one of these is newer than the stamp, it is synchronised again.
INPUTS := pyproject.toml uv.lock scripts/bootstrap.sh $(wildcard hatch_build.py) \
          $(shell find frontend locale -name node_modules -prune -o -type f ! -name '*.mo' -print 2>/dev/null)

.PHONY: help run setup dev test check proof bench messages assets format clean

help: ## list these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.run: $(INPUTS)
	@scripts/bootstrap.sh run

$(VENV)/.dev: $(INPUTS)
	@scripts/bootstrap.sh dev

run: $(VENV)/.run ## install, then start Tamada with the demo company at http://127.0.0.1:8000
	@exec $(BIN)/tamada up --demo --host $(HOST) --port $(PORT) --smtp-port $(SMTP_PORT) --data $(DATA)

setup: $(VENV)/.run ## install what `make run` needs, and stop there
	@echo "Ready: $(BIN)/tamada"

dev: $(VENV)/.dev ## install the tools for working on Tamada as well

test: $(VENV)/.dev ## install what the tests need, then run every test
	@scripts/system.sh
	@$(BIN)/python scripts/suite.py test

check: $(VENV)/.dev ## formatting, lint, types, floors, templates, translations, secrets, known holes
	@$(BIN)/python scripts/suite.py check

proof: $(VENV)/.dev ## kills, floods and soaks at full size; the report is docs/proof.md
	@scripts/system.sh
	@$(BIN)/python scripts/suite.py proof

bench: $(VENV)/.run ## the benchmarks, each beside its yardstick
	@$(BIN)/tamada bench

messages: $(VENV)/.dev ## collect strings for translators into locale/
	@$(BIN)/python scripts/messages.py

assets: ## build the desk's scripts and styles again
	@scripts/bootstrap.sh assets

format: $(VENV)/.dev ## put code and templates in shape
	@$(BIN)/ruff check --quiet --fix-only src tests scripts benchmarks hatch_build.py
	@$(BIN)/ruff format --quiet src tests scripts benchmarks hatch_build.py

clean: ## remove what was installed and built (not the data in ./var)
	rm -rf $(VENV) node_modules frontend/node_modules src/tamada/assets .mypy_cache .pytest_cache .ruff_cache
