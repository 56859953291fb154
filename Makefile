# make report | make test | make lab      DATA=folder OUT=folder for other data
PYTHON ?= python3
VENV ?= .venv
DATA ?= data/sample
OUT ?= report
BIN = $(VENV)/bin

report: $(VENV)/ready
	$(BIN)/python -m analysis report "$(DATA)" --out "$(OUT)"

test: $(VENV)/ready
	$(BIN)/python -m pytest

lab: $(VENV)/ready
	SPEECH_KEPT=.cache $(BIN)/jupyter lab notebooks

# Everything is set up once, and again when the pins change; uv does the same faster where it is installed.
$(VENV)/ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	if command -v uv >/dev/null; then \
	  UV_COMPILE_BYTECODE=1 uv pip install --quiet --python $(BIN)/python -r requirements.txt && \
	  uv pip install --quiet --python $(BIN)/python --no-deps -e .; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .; \
	fi
	touch $@

.PHONY: report test lab
