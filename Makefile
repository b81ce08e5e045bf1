# taso: choose a convolution primitive for every layer.   make help tells what there is to make.
.DEFAULT_GOAL := all
ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
BIN ?= bin
DATA ?= ../shared/data
VERSION := 0.1.0

# Rows of tables leave trailing fields at zero on purpose.
WARN := -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
STD := -std=c17 -D_POSIX_C_SOURCE=200809L
CPPFLAGS_ALL := -I. -I$(BUILD) -DTASO_VERSION='"$(VERSION)"' $(CPPFLAGS)
CFLAGS_ALL = $(STD) $(WARN) $(CFLAGS) -ffp-contract=off -MMD -MP $(EXTRA)
LIBS := -lz -lm

all: $(BIN)/milp $(BIN)/taso ## both programs, into bin/

# What a step needs is looked for, and on a fresh Debian machine installed, before anything is compiled. Phony and order-only:
# asked each time, and nothing is remade for it.
SETUPS := setup-compiler setup-zlib setup-check setup-gnuplot
$(SETUPS):
	@CC='$(CC)' tests/setup.sh $(@:setup-%=%)

# --- sources -------------------------------------------------------------------------------------------------------------
MAINS := solver/milp_main.c experiments/taso_main.c
sources = $(filter-out $(MAINS),$(wildcard $(1)/*.c))
objects = $(patsubst %.c,$(BUILD)/%.o,$(call sources,$(1)))
LAYERS := experiments baselines formulation kernels solver
ARCHIVES := $(LAYERS:%=$(BUILD)/lib%.a)
TESTS := $(patsubst tests/%.c,%,$(wildcard tests/test_*.c))

# Kernels are worth the optimiser's time, and may contract a*b+c; contraction changes no result that depends on threads.
# No kernel reads errno or floating-point exception flags: without them square roots and comparisons become vectors.
$(BUILD)/kernels/%.o: CFLAGS_ALL += -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp

$(BUILD)/%.o: %.c Makefile | setup-compiler setup-zlib
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c $< -o $@

define archive
$(BUILD)/lib$(1).a: $(call objects,$(1)) $(if $(filter formulation,$(1)),$(BUILD)/networks.o) \
    $(if $(filter solver,$(1)),$(BUILD)/build_info.o)
	@rm -f $$@
	$(AR) rcs $$@ $$^
endef
$(foreach layer,$(LAYERS),$(eval $(call archive,$(layer))))

# The built-in networks, formulation/networks/*.net, as C strings.
NETWORKS := $(wildcard formulation/networks/*.net)
$(BUILD)/networks.c: $(NETWORKS) formulation/embed.awk
	@mkdir -p $(@D)
	awk -f formulation/embed.awk $(NETWORKS) > $@.tmp && mv $@.tmp $@
$(BUILD)/networks.o: $(BUILD)/networks.c
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c $< -o $@

# What a result says about the program that made it. Written only when it changes, so that a commit alone relinks and no more.
commit := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
clean_or_not := $(if $(filter unknown,$(commit)),,$(if $(shell git status --porcelain 2>/dev/null | head -1), with changes, clean))
$(BUILD)/build_info.c: always
	@mkdir -p $(@D)
	@{ echo '#include "solver/provenance.h"'; \
	   echo 'const char build_commit[] = "$(commit)$(clean_or_not)";'; \
	   echo "const char build_compiler[] = \"$$($(CC) --version | head -1)\";"; \
	   echo 'const char build_flags[] = "$(STD) $(CFLAGS) $(EXTRA)";'; } > $@.tmp
	@if cmp -s $@.tmp $@; then rm $@.tmp; else mv $@.tmp $@; fi
$(BUILD)/build_info.o: $(BUILD)/build_info.c
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c $< -o $@

$(BIN)/milp: $(BUILD)/solver/milp_main.o $(BUILD)/libsolver.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) $^ $(LIBS) -lpthread -o $@
$(BIN)/taso: $(BUILD)/experiments/taso_main.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp $^ $(LIBS) -lpthread -o $@

# --- tests: each tests/test_X.c is a program; make check T="test_a test_b" runs some -----------------------------------------
CHECK_FLAGS = $(shell pkg-config --cflags check 2>/dev/null)
CHECK_LIBS = $(shell pkg-config --libs check 2>/dev/null || echo -lcheck)
T ?= $(TESTS)
$(BUILD)/tests/%.o: tests/%.c Makefile | setup-compiler setup-zlib setup-check
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CHECK_FLAGS) $(CFLAGS_ALL) -Wno-pedantic -c $< -o $@
$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(BUILD)/tests/harness.o $(ARCHIVES)
	$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp $^ $(LIBS) $(CHECK_LIBS) -lpthread -o $@
.PRECIOUS: $(BUILD)/tests/%.o $(BUILD)/%.o

# Threads that wait sleep: test programs run beside each other, and spinning ones would take the cores from the working ones.
check: all $(T:%=$(BUILD)/tests/%) ## the tests; T="test_a test_b" runs some
	@OMP_WAIT_POLICY=passive TASO_DATA='$(DATA)' TASO_BIN='$(BIN)' CK_DEFAULT_TIMEOUT=280 tests/run.sh $(T:%=$(BUILD)/tests/%)

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
sanitize: ## the tests under the address and undefined-behaviour sanitizers; T= as for check
	$(MAKE) check BUILD=build/sanitize BIN=build/sanitize/bin CFLAGS='-O1 -g -fno-omit-frame-pointer' EXTRA='$(SANITIZE)'

coverage: ## which lines the tests reach, a line a file
	$(MAKE) check BUILD=build/coverage BIN=build/coverage/bin CFLAGS='-O0 -g' EXTRA='--coverage'
	@find build/coverage -name '*.gcda' -not -path '*/tests/*' | sort | xargs gcov -n 2>/dev/null | tests/coverage.awk

lint: ## what a reader may rely on: includes, include guards, formatting, names
	tests/lint.sh

format: ## clang-format over every source
	clang-format -i $$(git ls-files '*.c' '*.h')

# Compiles everything that has a file, links nothing.
check-objects: $(foreach layer,$(LAYERS),$(call objects,$(layer)))

install: all ## into $(DESTDIR)$(PREFIX)
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/doc/taso'
	install -m 755 $(BIN)/milp $(BIN)/taso '$(DESTDIR)$(PREFIX)/bin'
	install -m 644 README.md ARCHITECTURE.md CHANGELOG.md LICENSE CITATION.cff '$(DESTDIR)$(PREFIX)/share/doc/taso'

dist: ## taso-$(VERSION).tar.gz of the last commit
	git archive --format=tar.gz --prefix=taso-$(VERSION)/ -o taso-$(VERSION).tar.gz HEAD

clean: ## removes what was built; measured profiles stay
	rm -rf build $(BUILD) $(BIN)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile
	@echo '  CC CFLAGS PREFIX DESTDIR as everywhere; DATA=FOLDER: where published tables and models lie ($(DATA))'

always:
.PHONY: always $(SETUPS) all check sanitize coverage lint format install dist clean help check-objects
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
