# Every target bootstraps what it needs from a bare python3; nothing is installed outside this folder
# except, as root and where a package manager allows, the packages that python3 itself lacks and a browser.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# In the order of tests/conftest.py, slow files come before the many quick ones, so that the workers end together. Each
# imports all of the tests; there are two more than cores where Terraform and the clouds of the tests mostly wait.
PYTEST := $(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test test-fast check fix bench learn pages portal lock clean

demo: $(VENV)/.installed
	@$(BIN)/python -m skywright_bench.demo

# The gym's own tests lay its worlds over moto for their whole process, so they have processes of their own.
test: $(VENV)/.installed
	$(PYTEST) -n 4 tests --ignore tests/unit/gym
	$(PYTEST) -n 2 tests/unit/gym

test-fast: $(VENV)/.installed
	$(PYTEST) -n 2 -m "not slow" tests --ignore tests/unit/gym
	$(PYTEST) -n 2 -m "not slow" tests/unit/gym

check: $(VENV)/.installed
	$(BIN)/ruff format --check src tests bench examples hatch_build.py
	$(BIN)/ruff check src tests bench examples hatch_build.py
	$(BIN)/lint-imports
	$(BIN)/pyright --pythonpath $(BIN)/python

fix: $(VENV)/.installed
	$(BIN)/ruff format src tests bench examples hatch_build.py
	$(BIN)/ruff check --fix src tests bench examples hatch_build.py

bench: $(VENV)/.installed
	$(BIN)/python -m bench

# What the builtin brain learnt, out of its phrasings; scikit-learn is needed for this alone.
learn: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[learn]'
	$(BIN)/python -m skywright.brains.builtin.intents.learn
	$(BIN)/python -m skywright.brains.builtin.rewording.learn

# The pages of docs/ that are generated.
pages: $(VENV)/.installed
	$(BIN)/python -m skywright_gym.rules_page
	$(BIN)/python -m skywright_bench.tasks_page
	$(BIN)/python -m bench breadth coverage docs plans

# The web portal's user interface, by npm; a gym that is up serves it from then on.
portal: $(VENV)/.installed
	@$(BIN)/python hatch_build.py

lock:
	uv pip compile --generate-hashes --no-header --no-emit-index-url --no-annotate --extra dev \
	  --python-version 3.11 -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) dist build portal/node_modules src/skywright_gym/portal/static

$(VENV)/.installed: requirements.lock pyproject.toml .ci/bootstrap
	@PYTHON=$(PYTHON) VENV=$(VENV) sh .ci/bootstrap
	@touch $@
