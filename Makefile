# On a fresh machine `make demo` and `make test` are all there is to do: what they need is set up on the way.

.DEFAULT_GOAL := help
.PHONY: help demo test check bench eval lint format
BIN := .venv/bin
READY := .venv/.ready
FAST := not slow and not browser and not peers
export PYTHON

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## Both chats in a browser, with a living demo world behind them
	@$(BIN)/nightdesk demo $(ARGS)

test: $(READY) ## Everything, with the peers that this machine has; says what it skipped
	@$(BIN)/pytest --numprocesses=3 --dist=loadfile --no-loadscope-reorder $(ARGS)

check: lint ## The fast loop: style, types, import rules, unit tests
	@$(BIN)/pytest tests/unit -q -m "$(FAST)" $(ARGS)

bench: $(READY) ## How fast and how large, beside a bare Bolt app and a bare CloudAdapter in the same run
	@$(BIN)/python -m tests.bench $(ARGS)

eval: $(READY) ## How often the translator of questions is right, what the detector of anomalies finds, how well spend is foreseen and a model is checked
	@$(BIN)/python -m tests.eval $(ARGS)

lint: $(READY) ## Style, types and import rules alone
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY) ## Put the code into shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Anew whenever what is locked has changed; uv then changes only what differs.
$(READY): pyproject.toml uv.lock .ci/prepare
	@.ci/prepare
