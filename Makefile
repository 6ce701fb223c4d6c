# make run: the main job on the example mission. make test: everything that is checked.
# Both make their own virtual environment; nothing else needs to be there but Python 3.11+ and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PINS := requirements.txt
MISSION := out/donbas

.PHONY: run test clean

run: $(VENV)/.run
	@$(BIN)/trucewatch init $(MISSION) --from examples/donbas
	@$(BIN)/trucewatch run --mission $(MISSION)

test: $(VENV)/.test
	@BIN=$(BIN) sh scripts/check.sh

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make run PYTHON=/path/to/python3.11"; exit 1; }
	@echo "making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made $(PINS) pyproject.toml
	@echo "installing what trucewatch needs (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(PINS) -e '.[all]'
	@echo "compiling what is compiled at first use (once)"
	@$(BIN)/trucewatch doctor --warm --mission $(VENV) >/dev/null
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "installing what the tests need (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(PINS) -e '.[all,test,spark]'
	@touch $@

clean:
	rm -rf $(VENV) out
