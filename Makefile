# Thin: every target is one command. Needs make and Python 3.11 or newer, nothing else.
#   make briefings                       every partner
#   make briefings ARGS="ARM --as-of 2026-01-31"
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
UV     := .venv-lock/bin/uv
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help briefings test test-all lint mutants check explore lab bench others sample picture lock filter clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

briefings: $(READY)  ## a PDF per partner, in reports/latest (ARGS="ARM IRN" for some)
	$(BIN)/allywatch build $(ARGS)

check: $(READY)  ## is the data sound? names every slip by file, row and column
	$(BIN)/allywatch check $(ARGS)

# The workspace is laid out once; from then on it stays as its user leaves it.
export JUPYTERLAB_WORKSPACES_DIR = $(CURDIR)/$(VENV)/workspaces
export JUPYTER_CONFIG_PATH = $(CURDIR)/etc/jupyter
export JUPYTER_APP_LAUNCHER_PATH = $(CURDIR)/etc/jupyter
lab: $(READY)  ## JupyterLab with the notebooks open
	@test -d $(VENV)/workspaces || \
	  $(BIN)/jupyter lab workspaces import etc/jupyter/allywatch.jupyterlab-workspace
	$(BIN)/jupyter lab --LabApp.default_url=/lab/workspaces/allywatch $(ARGS)

explore: export JUPYTER_PATH = $(CURDIR)/etc/jupyter
explore: $(READY)  ## choose from the evidence on a page of its own, without code or JupyterLab
	$(BIN)/voila notebooks/explore.ipynb --template=allywatch --VoilaConfiguration.strip_sources=True $(ARGS)

# A worker that has nothing left takes tests of the other. At the end of each line of dots stands how far they are.
# Each worker keeps to a core of its own.
PYTEST := OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal
test-all: $(READY)  ## every test: whether all of it works here; what CI runs
	@echo "All tests: on two cores a quarter of an hour; a line of dots may take one of them."
	$(PYTEST) $(ARGS)

test: $(READY)  ## the tests without the slow ones, of every room: while you work
	@echo "The tests without the slow ones: about two minutes on two cores; the first dots come after some seconds."
	$(PYTEST) -m "not slow" $(ARGS)

lint: $(READY)  ## style, types, and notebooks without outputs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/nbstripout --verify --keep-id notebooks/*.ipynb

# Cosmic Ray makes the faults. It lies beside the environment and not in it.
mutants: $(READY)  ## put 300 small faults into the library, one at a time: do its tests notice? (ARGS="60 --parts scoring")
	@test -d .mutants || $(BIN)/python -m pip install --quiet --disable-pip-version-check --target .mutants 'cosmic-ray==8.7.*'
	$(BIN)/python tests/mutants.py $(ARGS)

bench: $(READY)  ## how long a build takes, beside what people do without it (ARGS="rows" for the table alone)
	$(BIN)/python benchmarks/bench.py $(ARGS)

others: $(READY)  ## how long one briefing takes by other people's tools (nbprint; quarto where it is installed)
	@test -x .others/bin/nbprint || { echo "Installing nbprint into .others: once, a minute or two."; \
	  $(PYTHON) -m venv .others && .others/bin/python -m pip install --quiet --disable-pip-version-check 'nbprint==0.13.*' -e .; }
	$(BIN)/python benchmarks/others.py $(ARGS)

sample: $(READY)  ## a made-up network with its documents, in sample/: see a sentence led to its passage
	@test ! -e sample || { echo "There is a folder sample already: remove or rename it first."; exit 2; }
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/sample/make.sh sample
	@echo "Open sample/reports/latest/index.html, then ask where a line comes from:"
	@echo "  $(BIN)/allywatch trace XIL-05 --data sample/data"

# Reduced by octree (2), which keeps a colour that is used little.
picture: $(READY)  ## the picture in the README, from the briefing on Armenia in reports/latest
	$(BIN)/python -c 'import pypdfium2; page = pypdfium2.PdfDocument("reports/latest/country_briefing_ARM.pdf")[0]; \
	  picture = page.render(scale=827 / page.get_width()).to_pil().quantize(method=2); \
	  picture.save("reports/sample/country_briefing_ARM-1.png", optimize=True)'

clean:  ## remove what was generated, and the environment
	rm -rf $(VENV) .venv-lock .mutants .others reports/latest reports/editions reports/explored reports/preview reports/docx reports/failures sample lib/*.egg-info .pytest_cache .ruff_cache .mypy_cache

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "allywatch needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
	  echo "Name another one: make briefings PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "$(PYTHON) comes without its venv module; install it (on Debian and Ubuntu: python3-venv)."; exit 2; }
	@echo "Installing $$(grep -c == requirements.lock) packages into $(VENV): once, a minute or two."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(MAKE) --no-print-directory filter
	@touch $(READY)

# In a git checkout: outputs stay out of diffs and commits (see .gitattributes). Should the environment go, a notebook
# passes the filter as it is.
STRIP_KEYS := metadata.papermill cell.metadata.papermill metadata.vscode cell.metadata.vscode $(addprefix \
  metadata.language_info.,codemirror_mode file_extension mimetype nbconvert_exporter pygments_lexer version)
filter:
	@test ! -e .git || ! command -v git >/dev/null || { \
	  git config filter.nbstripout.clean 'if test -x $(BIN)/nbstripout; then $(BIN)/nbstripout --keep-id; else cat; fi'; \
	  git config filter.nbstripout.extrakeys '$(STRIP_KEYS)'; }

# Both doors from one resolution: requirements.lock with hashes, environment.yml with the same versions.
lock:  ## resolve the versions anew, for every platform and Python, after a change to pyproject.toml
	test -x $(UV) || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet uv; }
	$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --fork-strategy fewest \
	  --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet -o requirements.lock
	sed -i.old '/^      # locked/q' environment.yml && rm environment.yml.old
	sed -n 's/^\([a-z0-9].*==[^\\]*[^\\ ]\) *\\$$/      - \1/p' requirements.lock >> environment.yml
