# Everything from a bare checkout, with only Python (3.11 to 3.13), venv and make.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
OUT ?= report

# The first of these that is new enough and not too new: TensorFlow has no wheels for other versions.
CANDIDATES := $(PYTHON) python3 python3.13 python3.12 python3.11 python
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))

.PHONY: help demo gui test test-slow check docs format bench models constraints system clean
.DELETE_ON_ERROR:

help:
	@echo "make demo         diagnose a trained VAE on handwritten digits, write its report, open the app if there is a screen"
	@echo "make gui          open the desktop app"
	@echo "make system       (Debian, Ubuntu; as root) the libraries that Qt links to and servers lack"
	@echo "make test         the tests (make test-slow: the statistical ones that take many minutes)"
	@echo "make check        lint, formatting, types, layers (make format: put the formatting right)"
	@echo "make docs         the documentation as a site, in site/ (warnings are errors)"
	@echo "make bench        the speed and memory figures, measured on this machine"
	@echo "make models       train every bundled model again (FASHION=folder: Fashion-MNIST as well)"
	@echo "make constraints  resolve the dependencies again and write their hashes"
	@echo "make clean        remove the environment and everything that was generated"

demo: $(READY)
	@echo "The model draws grey digits from a normal distribution, but half of all pixels of real digits are exactly 0:"
	@echo "no normal distribution does that, so expect to be told that its tails are wrong. That is the point of the demo."
	@echo
	@$(BIN)/vaediag report digits-normal-image digits -o $(OUT)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
	    echo "The same model in the window (close it to come back):"; $(BIN)/vaediag gui digits-normal-image digits; fi

gui: $(READY)
	$(BIN)/vaediag gui

# Qt's wheels link to these; desktops have them, servers and containers often do not. Xvfb is a screen without a screen.
system:
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends libegl1 libgl1 libopengl0 libdbus-1-3 libfontconfig1 libglib2.0-0 \
	    libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
	    libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 xvfb

test: $(READY)
	@$(BIN)/python -m vaediag_gui.system
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

test-slow: $(READY)
	$(BIN)/python -m pytest -m slow $(ARGS)

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/lint-imports

docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(READY)
	$(BIN)/python -m benchmarks $(ARGS)

models: $(READY)
	FASHION="$(FASHION)" $(BIN)/python -m vaediag_models.make $(ARGS)

constraints: $(READY)
	$(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate --upgrade --extra zarr --extra pandas --extra xarray --extra gui --group dev pyproject.toml --output-file constraints.txt

clean:
	rm -rf $(VENV) build dist site report .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installed once, and again when the dependencies change. Hashes are checked; the project itself is linked, not copied.
$(READY): pyproject.toml constraints.txt
	@python=$$(for each in $(CANDIDATES); do \
	    "$$each" -c '$(FITS)' 2>/dev/null && echo "$$each" && break; done; true); \
	if [ -z "$$python" ]; then \
	    echo "make: vaediag needs Python 3.11, 3.12 or 3.13, and found none; install one, or name it: make PYTHON=/path/to/python3.12 demo" >&2; \
	    exit 2; fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "make: $$python lacks the venv module; on Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 2; fi; \
	echo "Setting up $(VENV) (once; TensorFlow is large, so this takes a minute or two) ..."; \
	[ -x $(BIN)/python ] && $(BIN)/python -c '$(FITS)' 2>/dev/null || "$$python" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r constraints.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
