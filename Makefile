# The two commands are `make reproduce` and `make test`; each prepares what it needs.
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
ACTIVATIONS := .venv-activations
EMBEDDED := smollm2-135m-instruct
PYTHONS := python3 python python3.14 python3.13 python3.12 python3.11
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
GENAGENTS ?=

.DEFAULT_GOAL := help
.PHONY: help install reproduce test test-activations test-browser lab site workshop lint format lock bench peers coverage faults tables clean

help:  ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

reproduce: install  ## Every figure and table, into results/ (ARGS="--only 02" passes options on)
	$(BIN)/beliefsim reproduce $(ARGS)

test: install  ## The tests and the notebooks (GENAGENTS=path adds the tests on the real persona bank)
	$(if $(GENAGENTS),,@echo "GENAGENTS is not set: tests on the real persona bank are skipped")
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(if $(GENAGENTS),--genagents "$(GENAGENTS)") \
		$(if $(NOTEBOOKS),--nbmake --nbmake-timeout 900) tests beliefsim $(NOTEBOOKS) $(ARGS)

test-browser: install  ## Panels, notebooks and site in Chromium (CHROMIUM=path), screenshots into results/browser/
	BELIEFSIM_BROWSER=1 $(BIN)/python -m pytest tests/browser $(ARGS)

test-activations: install $(ACTIVATIONS)/installed  ## Real weights read in Python (torch, transformers), in an environment of its own
	$(ACTIVATIONS)/bin/python -m pytest --nbmake --nbmake-timeout 3600 tests/activations notebooks/09b_messages.ipynb $(ARGS)

lab: install  ## JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks/00_start_here.ipynb $(ARGS)

site: install  ## Executed notebooks, figures, tables, reference and how-to pages, into results/site/
	$(BIN)/python docs/build.py $(ARGS)

workshop: install  ## Prepare this laptop to teach or follow the workshop offline, and check it
	$(BIN)/beliefsim reproduce
	$(BIN)/beliefsim doctor --reply

lint: $(INSTALLED)  ## Style, types, and notebooks without outputs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(if $(NOTEBOOKS),$(BIN)/nbstripout --keep-id --verify $(NOTEBOOKS))

format: $(INSTALLED)  ## Mend what the style check can mend, and empty the notebooks
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(if $(NOTEBOOKS),$(BIN)/nbstripout --keep-id $(NOTEBOOKS))

bench: install  ## Speed, into results/benchmarks.json (ARGS="imports" runs one)
	$(BIN)/python -m benchmarks $(ARGS)

peers: install  ## Speed of DSPy, Inspect AI and EDSL, each in an environment of its own under results/peers/
	$(BIN)/python -m benchmarks.peers $(ARGS)

coverage: $(INSTALLED)  ## How often intervals cover the truth in 1,000 scripted replications (long; ARGS="panels" runs one study)
	$(BIN)/python -m benchmarks.coverage $(ARGS)

faults: $(INSTALLED)  ## What every fault of an endpoint or a machine does to a run, into results/faults.json
	$(BIN)/python -m benchmarks.faults $(ARGS)

tables: $(INSTALLED)  ## The tables of docs/speed.md and docs/faults.md from results/
	$(BIN)/python -m benchmarks.tables

lock: $(INSTALLED)  ## Pin the dependencies (ARGS=--upgrade takes newer versions)
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --extra embedded --extra cluster --extra site --extra browser --extra dev \
		--output-file requirements.lock $(ARGS) pyproject.toml

install: $(INSTALLED)  ## The environment in .venv and the embedded model's weights
	@$(BIN)/beliefsim models install $(EMBEDDED)

# Written last, so an interrupted installation starts again; a changed lock installs anew.
$(INSTALLED): requirements.lock pyproject.toml
	@$(BIN)/python -c '' 2>/dev/null || { \
		for python in $(PYTHON) $(PYTHONS); do \
			$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && found=$$python && break; \
		done; \
		test -n "$$found" || { echo "beliefsim needs Python 3.11 or newer with venv; none of these is: $(PYTHON) $(PYTHONS)." \
			"Name one: make PYTHON=/path/to/python" >&2; exit 1; }; \
		echo "Creating $(VENV) with $$($$found --version)"; \
		$$found -m venv --clear $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# torch and transformers stay out of the lock and of .venv, where nothing must come to need them.
$(ACTIVATIONS)/installed: $(INSTALLED)
	$(BIN)/python -m venv --clear $(ACTIVATIONS)
	$(ACTIVATIONS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(ACTIVATIONS)/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation -e ".[activations]"
	@touch $@

clean:  ## Remove the environment (results/ and downloaded weights stay)
	rm -rf $(VENV) $(ACTIVATIONS)
