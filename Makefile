# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

STAMPS := build/stamps
SCENARIOS := $(notdir $(patsubst %/molecule.yml,%,$(wildcard molecule/*/molecule.yml)))

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# side by side
together := $(MAKE) --no-print-directory --jobs=2

.PHONY: lab
lab: $(STAMPS)/lab ## Build a complete provider on this machine and log in to every service
	@lab/run

.PHONY: test
test: $(STAMPS)/test ## Run every check
	@$(together) unit lint sanity
	@tests/run-molecule

.PHONY: check
check: $(STAMPS)/test ## Run the fast checks, without containers
	@$(together) unit lint

.PHONY: lint unit sanity molecule
lint: $(STAMPS)/test
	@tests/run-lint
unit: $(STAMPS)/test
	@tests/run-unit
sanity: $(STAMPS)/test
	@tests/run-sanity
molecule: $(STAMPS)/test
	@tests/run-molecule

# one target per scenario: make molecule-default
.PHONY: $(addprefix molecule-,$(SCENARIOS))
$(addprefix molecule-,$(SCENARIOS)): molecule-%: $(STAMPS)/test
	@tests/run-molecule $*

.PHONY: torture
torture: $(STAMPS)/test ## Run the long fault tests
	@HOSTING_KILLS=$${HOSTING_KILLS:-20} HOSTING_CROWD=$${HOSTING_CROWD:-1000} tests/run-molecule operator

.PHONY: bench
bench: $(STAMPS)/test ## Measure, and write build/bench.json
	@tests/bench/run

.PHONY: clean
clean: ## Take everything of ours away: containers, network, images, build/
	@lab/clean

$(STAMPS)/system: lab/system lab/system-packages.txt
	@lab/system
	@mkdir -p $(@D) && touch $@

$(STAMPS)/lab: lab/venv requirements.txt $(STAMPS)/system
	@lab/venv requirements.txt
	@touch $@

$(STAMPS)/test: lab/venv requirements-test.txt tests/system-packages.txt $(STAMPS)/lab
	@lab/system tests/system-packages.txt
	@lab/venv requirements-test.txt
	@touch $@
