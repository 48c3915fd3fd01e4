# Everything is built into build/, tools into build/bin/, Python packages of the tests into build/venv/.
#
#   make demo     compile the Fashion-MNIST network for three targets and classify the test images
#   make test     build and run every test
#   make bench    measure compiled code beside its peers (docs/benchmarks.md)
#   make help     the rest

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
.DEFAULT_GOAL := help

BUILD := build
JOBS ?= $(shell nproc)
# Extra arguments for ctest, such as CTEST_ARGS="-R lit/Import"
CTEST_ARGS ?=
# make fuzz: how many programs, and the seed of the first
COUNT ?= 2000
SEED ?= 1
# make bench: suites (comma-separated, all by default), a regular expression for cases, QUICK=1 for few samples, and
# anything else that benchmarks/run.py takes
SUITES ?=
CASES ?=
QUICK ?=
BENCH_ARGS ?=

.PHONY: help deps configure build venv demo test test-torch torch-venv bench bench-venv format check-format docs \
  fuzz fuzz-pairs clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'
	@echo "Variables: JOBS=$(JOBS) (parallel compile jobs), CTEST_ARGS (passed to ctest), COUNT and SEED (fuzz),"
	@echo "SUITES, CASES, QUICK and BENCH_ARGS (bench; see BENCH_ARGS=--help)"

deps: ## Install the Debian packages that are missing
	@utils/install-dependencies.sh

configure: deps
	@[ -f $(BUILD)/build.ninja ] || cmake --preset release

build: configure ## Build everything into build/
	cmake --build $(BUILD) -j $(JOBS)

# The stamp is a copy of the list, so that a changed list is installed anew.
venv: deps ## Python packages of the tests, in build/venv
	@cmp -s test/requirements.txt $(BUILD)/venv/requirements.txt || { \
	  echo "Installing the packages of test/requirements.txt into $(BUILD)/venv"; \
	  python=/usr/bin/python3; [ -x $$python ] || python=python3; \
	  $$python -m venv --clear $(BUILD)/venv; \
	  $(BUILD)/venv/bin/pip install -q --disable-pip-version-check -r test/requirements.txt; \
	  cp test/requirements.txt $(BUILD)/venv/; }

demo: configure ## Compile the example network for three targets and run it
	cmake --build $(BUILD) -j $(JOBS) --target bnnc
	examples/fashion_mnist/demo.sh $(BUILD)

test: build venv ## Build and run every test
	ctest --test-dir $(BUILD) --output-on-failure --no-tests=error $(CTEST_ARGS)

# PyTorch is large, so these tests have an environment of their own.
torch-venv: deps
	@cmp -s python_bindings/tests/torch/requirements.txt $(BUILD)/venv-torch/requirements.txt || { \
	  echo "Installing PyTorch and Brevitas into $(BUILD)/venv-torch"; \
	  python=/usr/bin/python3; [ -x $$python ] || python=python3; \
	  $$python -m venv --clear $(BUILD)/venv-torch; \
	  $(BUILD)/venv-torch/bin/pip install -q --disable-pip-version-check -r python_bindings/tests/torch/requirements.txt; \
	  cp python_bindings/tests/torch/requirements.txt $(BUILD)/venv-torch/; }

test-torch: configure torch-venv ## Test the Python package with PyTorch, Brevitas and ONNX Runtime
	cmake --build $(BUILD) -j $(JOBS) --target bnn_c
	BNN_C_LIBRARY=$(CURDIR)/$(BUILD)/lib/libbnn_c.so PYTHONPATH=python_bindings \
	  $(BUILD)/venv-torch/bin/python -m pytest -q -p no:cacheprovider python_bindings/tests/torch

# Every package is a peer that may be missing: the benchmarks say so and go on without it.
bench-venv: deps
	@cmp -s benchmarks/requirements.txt $(BUILD)/bench/venv/requirements.txt || { \
	  echo "Installing the packages of benchmarks/requirements.txt into $(BUILD)/bench/venv"; \
	  python=/usr/bin/python3; [ -x $$python ] || python=python3; \
	  $$python -m venv --clear $(BUILD)/bench/venv; \
	  grep -v '^#' benchmarks/requirements.txt | \
	    xargs -n1 $(BUILD)/bench/venv/bin/pip install -q --disable-pip-version-check || \
	    echo "bench: some packages could not be installed"; \
	  cp benchmarks/requirements.txt $(BUILD)/bench/venv/; }

bench: configure bench-venv ## Measure compiled code beside its peers (SUITES=gemm,conv CASES=28x28 QUICK=1)
	@utils/install-dependencies.sh --bench
	cmake --build $(BUILD) -j $(JOBS) --target bnnc bnn-opt
	$(BUILD)/bench/venv/bin/python benchmarks/run.py --build=$(BUILD) --suites='$(SUITES)' --cases='$(CASES)' \
	  $(if $(QUICK),--quick) $(BENCH_ARGS)

format: deps ## Format all C and C++ sources
	git ls-files '*.c' '*.h' '*.cpp' | xargs clang-format-22 -i

check-format: deps ## Say which sources are not formatted
	git ls-files '*.c' '*.h' '*.cpp' | xargs clang-format-22 --dry-run -Werror

fuzz: configure ## Compare fast and reference path on COUNT random programs
	cmake --build $(BUILD) -j $(JOBS) --target bnn-fuzz
	$(BUILD)/bin/bnn-fuzz --count=$(COUNT) --seed=$(SEED) --jobs=$(JOBS) --folder=$(BUILD)/fuzz

fuzz-pairs: configure ## Compare contractions of all pairs of code types, whole and in planes, with the reference path
	cmake --build $(BUILD) -j $(JOBS) --target bnn-fuzz
	$(BUILD)/bin/bnn-fuzz --pairs --jobs=$(JOBS) --folder=$(BUILD)/fuzz

docs: configure ## Regenerate docs/generated
	cmake --build $(BUILD) -j $(JOBS) --target bnn-docs-update

clean: ## Remove build/
	rm -rf $(BUILD)
