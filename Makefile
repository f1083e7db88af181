# Everything a newcomer needs: `make run` and `make test`. Asks for Python 3.11 or newer, nothing else.

VENV := .venv
READY := $(VENV)/.ready
BUILT := dougong/web/built/index.html
CLIENT := client/package.json client/package-lock.json client/index.html client/vite.config.ts client/tsconfig.json $(shell find client/src client/public -type f ! -name schema.d.ts)
ARGS ?=

export UV_PYTHON_DOWNLOADS := never
export PYTHONUTF8 := 1

.PHONY: help run test check fix bench bench-large client ready clean

help:
	@echo "make run          start Dougong on http://localhost:8000 (Ctrl-C stops it)"
	@echo "make test         check, then the whole test suite in parallel"
	@echo "make client       build the web client, where it has changed"
	@echo "make check        format, lint, strict types, import contracts"
	@echo "make fix          mend what format and lint can mend"
	@echo "make bench        measure: the cycle of an order beside a bare script and beside Tryton"
	@echo "make bench-large  measure: lists, figures and the cycle in a company of a million orders"

run: $(READY) $(BUILT)
	@exec $(VENV)/bin/dougong serve --demo $(ARGS)

test: check $(BUILT)
	@$(VENV)/bin/python -m pytest -n auto --dist loadfile $(ARGS)

check: $(READY)
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo

fix: $(READY)
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

bench: $(READY)
	@$(VENV)/bin/python -m bench $(ARGS)

bench-large: $(READY)
	@$(VENV)/bin/python -m bench.large $(ARGS)

ready: $(READY)

client: $(BUILT)

clean:
	rm -rf $(VENV) .uv client/node_modules dougong/web/built .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Locked packages, checked by their hashes, and the `dougong` command; once, until the lock changes.
$(READY): requirements.lock pyproject.toml install.sh
	@sh install.sh
	@touch $(READY)

# The web client, whenever something of it or of the API's description may have changed.
$(BUILT): $(CLIENT) $(READY)
	@sh client/build.sh
