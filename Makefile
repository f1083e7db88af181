# Everything a newcomer needs: `make run` and `make test`. Asks for Python 3.11 or newer, nothing else.

VENV := .venv
READY := $(VENV)/.ready
ARGS ?=

export UV_PYTHON_DOWNLOADS := never
export PYTHONUTF8 := 1

.PHONY: help run test check fix bench ready clean

help:
	@echo "make run          start Dougong on http://localhost:8000 (Ctrl-C stops it)"
	@echo "make test         check, then the whole test suite in parallel"
	@echo "make check        format, lint, strict types, import contracts"
	@echo "make fix          mend what format and lint can mend"
	@echo "make bench        measure: the cycle of an order beside a bare script and beside Tryton"

run: $(READY)
	@exec $(VENV)/bin/dougong serve --demo $(ARGS)

test: check
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

ready: $(READY)

clean:
	rm -rf $(VENV) .uv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Locked packages, checked by their hashes, and the `dougong` command; once, until the lock changes.
$(READY): requirements.lock pyproject.toml install.sh
	@sh install.sh
	@touch $(READY)
