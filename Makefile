# taso: choose a convolution primitive for every layer. `make help` lists the targets.
.DEFAULT_GOAL := all
# None of make's own rules: looking for them takes longer than reading this file. Not with -r, which emitted programs' makes would inherit.
.SUFFIXES:
%: %,v
%: RCS/%,v
%: RCS/%
%: s.%
%: SCCS/s.%
# Commands are shown in short (cc FILE). V=1 shows them in full, make -s not at all.
V ?=
Q := $(if $(filter 1,$(V)),,@)
short = $(if $(filter 1,$(V)),,$(if $(findstring s,$(firstword -$(MAKEFLAGS))),,@echo '  $(1)'))
# CROSS=aarch64-linux-gnu- builds for another machine, into build/aarch64-linux-gnu/bin: statically and without zlib, so that nothing but
# the compiler is needed. Debian's compiler for 32-bit Arm uses NEON only if asked to.
CROSS ?=
ifeq ($(origin CC),default)
CC := $(CROSS)gcc
endif
ifneq ($(CROSS),)
AR := $(CROSS)ar
NM := $(CROSS)nm
BUILD ?= build/$(CROSS:%-=%)
BIN ?= $(BUILD)/bin
ZLIB ?= no
CFLAGS ?= -O2 -g$(if $(filter arm-linux-%,$(CROSS)), -mfpu=neon)
LDFLAGS ?= -static
endif
ZLIB ?= yes
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
BIN ?= bin
DATA ?= ../shared/data
VERSION := 0.1.0

# Rows of tables leave trailing fields out on purpose; they are zero.
WARN := -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
STD := -std=c17 -D_POSIX_C_SOURCE=200809L
CPPFLAGS_ALL := -I. -I$(BUILD) -DTASO_VERSION='"$(VERSION)"' $(if $(filter no,$(ZLIB)),-DTASO_WITHOUT_ZLIB) $(CPPFLAGS)
CFLAGS_ALL = $(STD) $(WARN) $(CFLAGS) -ffp-contract=off -MMD -MP $(EXTRA)
LIBS := $(if $(filter no,$(ZLIB)),,-lz) -lm

all: $(BIN)/milp $(BIN)/taso ## build both programs into bin/

# Before anything is compiled, look for what a target needs; as root on Debian, install it. Phony and order-only prerequisites: checked
# each time, but they cause no rebuild.
SETUPS := setup-compiler setup-zlib setup-check setup-gnuplot setup-arm setup-qemu setup-valgrind setup-latex setup-clang setup-format
NEEDS := compiler $(if $(filter no,$(ZLIB)),,zlib) $(if $(CROSS),,$(if $(filter check sanitize coverage,$(MAKECMDGOALS)),check)) \
    $(if $(filter experiments replay remade reference,$(MAKECMDGOALS)),gnuplot)
$(SETUPS):
	@CC='$(CC)' tests/tools/setup.sh $(@:setup-%=%)

# --- sources -------------------------------------------------------------------------------------------------------------
MAINS := solver/milp_main.c experiments/taso_main.c
sources = $(filter-out $(MAINS),$(wildcard $(1)/*.c $(1)/*/*.c))
objects = $(patsubst %.c,$(BUILD)/%.o,$(call sources,$(1)))
LAYERS := experiments baselines formulation kernels solver
ARCHIVES := $(LAYERS:%=$(BUILD)/lib%.a)
TEST_SOURCES := $(wildcard tests/*/test_*.c)
TESTS := $(basename $(notdir $(TEST_SOURCES)))

# Kernels are compiled with -O3 and may contract a * b + c; results still do not depend on the number of threads.
# No kernel reads errno or floating-point exception flags; ignoring both lets the compiler vectorise square roots and comparisons.
KERNEL_FLAGS := -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp
$(BUILD)/kernels/%.o: CFLAGS_ALL += $(KERNEL_FLAGS)

# taso run --check spends most of its time in these plain loops.
$(BUILD)/experiments/runtime/reference_layers.o: CFLAGS_ALL += -O3 -fopenmp

# A list is written when it changes, and only then: whatever depends on it is rebuilt when a source file is removed or a flag changes.
LISTS := flags networks emitted pages experiments $(LAYERS:%=lib%)
$(LISTS:%=$(BUILD)/%.list): $(BUILD)/%.list: always
	@mkdir -p $(@D)
	@echo '$(list_$*)' >$@.tmp; if cmp -s $@.tmp $@; then rm $@.tmp; else mv $@.tmp $@; fi
list_flags := $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL)

compile = $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c $< -o $@
$(BUILD)/%.o: %.c Makefile $(BUILD)/flags.list | $(NEEDS:%=setup-%)
	@mkdir -p $(@D)
	$(call short,cc $<)
	$(Q)$(compile)

define archive
list_lib$(1) := $(call objects,$(1))
$(BUILD)/lib$(1).a: $(call objects,$(1)) $(if $(filter formulation,$(1)),$(BUILD)/networks.o) \
    $(if $(filter experiments,$(1)),$(BUILD)/kernel_sources.o $(BUILD)/kernel_symbols.o $(BUILD)/report_page_files.o) \
    $(if $(filter solver,$(1)),$(BUILD)/build_info.o) $(BUILD)/lib$(1).list
	@rm -f $$@
	$$(call short,ar $$@)
	$(Q)$(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(foreach layer,$(LAYERS),$(eval $(call archive,$(layer))))

# The built-in networks as C strings: the paper's, and those of today.
NET_FILES := $(wildcard formulation/networks/*.net)
TODAY := $(sort $(wildcard formulation/networks/today/*.net))
list_networks := $(NET_FILES) $(TODAY)
$(BUILD)/networks.c: $(NET_FILES) $(TODAY) formulation/embed.awk $(BUILD)/networks.list
	@mkdir -p $(@D)
	$(Q)awk -f formulation/embed.awk $(NET_FILES) $(TODAY) > $@.tmp && mv $@.tmp $@
$(BUILD)/networks.o: $(BUILD)/networks.c
	$(call short,cc $<)
	$(Q)$(compile)

# What `taso emit` writes: the kernels' sources, and which symbols each of them defines and uses.
NM ?= nm
EMITTED := $(sort $(foreach e,c h inc def,$(wildcard kernels/*.$(e) kernels/*/*.$(e))) $(wildcard experiments/emit/emitted/*))
list_emitted := $(EMITTED)
$(BUILD)/kernel_sources.c: $(EMITTED) experiments/emit/embed_sources.awk $(BUILD)/emitted.list
	@mkdir -p $(@D)
	$(Q)awk -v header=experiments/emit/amalgam.h -v name=amalgam_source -f experiments/emit/embed_sources.awk $(EMITTED) > $@.tmp && mv $@.tmp $@
$(BUILD)/kernel_symbols.c: $(call objects,kernels) experiments/emit/embed_symbols.awk $(BUILD)/libkernels.list
	$(Q)$(NM) -A -P -g $(call objects,kernels) > $@.nm && awk -f experiments/emit/embed_symbols.awk $@.nm > $@.tmp && mv $@.tmp $@
$(BUILD)/kernel_%.o: $(BUILD)/kernel_%.c experiments/emit/amalgam.h
	$(call short,cc $<)
	$(Q)$(compile)

# What `taso report` writes around its figures: the page's style sheet and its explorer.
PAGES := $(sort $(wildcard experiments/report/page/*))
list_pages := $(PAGES)
$(BUILD)/report_page_files.c: $(PAGES) experiments/emit/embed_sources.awk $(BUILD)/pages.list
	@mkdir -p $(@D)
	$(Q)awk -v header=experiments/report/report_page.h -v name=report_page_file -f experiments/emit/embed_sources.awk $(PAGES) > $@.tmp && mv $@.tmp $@
$(BUILD)/report_page_files.o: $(BUILD)/report_page_files.c experiments/report/report_page.h
	$(call short,cc $<)
	$(Q)$(compile)

# What a result says about the program that made it. "with changes" refers to uncommitted changes of the sources only, not to result files.
# Written only when it differs, so that a new commit relinks and recompiles nothing.
commit := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
clean_or_not := $(if $(filter unknown,$(commit)),,$(if $(shell git status --porcelain -- Makefile $(LAYERS) 2>/dev/null | head -1), with changes, clean))
$(BUILD)/build_info.c: always
	@mkdir -p $(@D)
	@{ echo '#include "solver/base/provenance.h"'; \
	   echo 'const char build_commit[] = "$(commit)$(clean_or_not)";'; \
	   echo "const char build_compiler[] = \"$$($(CC) --version | head -1)\";"; \
	   echo "const char build_measured_by[] = \"$$(experiments/measure/measured_by.sh '$(KERNEL_FLAGS)')\";"; \
	   echo 'const char build_flags[] = "$(STD) $(CFLAGS) $(EXTRA)";'; } > $@.tmp
	@if cmp -s $@.tmp $@; then rm $@.tmp; else mv $@.tmp $@; fi
$(BUILD)/build_info.o: $(BUILD)/build_info.c
	$(call short,cc $<)
	$(Q)$(compile)

$(BIN)/milp: $(BUILD)/solver/milp_main.o $(BUILD)/libsolver.a
	@mkdir -p $(@D)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) $^ $(LIBS) -lpthread -o $@
$(BIN)/taso: $(BUILD)/experiments/taso_main.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp -Wl,--wrap=GOMP_parallel $^ $(LIBS) -lpthread -o $@

# Each room has the rules of its own; a target and what it needs are in one file. `make help` lists the targets of all.
include experiments/tables/results.mk experiments/experiments.mk $(wildcard paper/paper.mk) tests/tests.mk tests/bench/bench.mk

# Compiles every source file, links nothing.
check-objects: $(foreach layer,$(LAYERS),$(call objects,$(layer)))

# The solver as a library: these headers, and those that they include.
LIBRARY_HEADERS := solver/milp.h $(addprefix solver/,duals.h facts.h proof.h sensitivity.h solution.h start.h verify.h exact/vipr.h io/bas.h \
    io/lpfile.h io/mps.h model/logic.h)
library_headers = $(sort $(filter solver/%,$(shell $(CC) $(STD) -I. -MM $(LIBRARY_HEADERS))))
bindir = $(DESTDIR)$(PREFIX)/bin
docdir = $(DESTDIR)$(PREFIX)/share/doc/taso
libdir = $(DESTDIR)$(PREFIX)/lib
includedir = $(DESTDIR)$(PREFIX)/include/milp
install: all ## install programs, documentation and the solver as a library (libmilp.a, headers, milp.pc) into $(DESTDIR)$(PREFIX)
	@$(MAKE) install-files
install-files: # without building anything
	install -d '$(bindir)' '$(docdir)' '$(libdir)/pkgconfig'
	install -m 755 $(BIN)/milp $(BIN)/taso '$(bindir)'
	install -m 644 README.md ARCHITECTURE.md CHANGELOG.md LICENSE CITATION.cff '$(docdir)'
	install -m 644 $(BUILD)/libsolver.a '$(libdir)/libmilp.a'
	@for h in $(library_headers); do install -D -m 644 $$h '$(includedir)'/$$h || exit 1; done
	sed -e 's|@PREFIX@|$(abspath $(PREFIX))|' -e 's|@VERSION@|$(VERSION)|' -e 's|@LIBS@|$(LIBS) -lpthread|' solver/milp.pc.in \
	    >'$(libdir)/pkgconfig/milp.pc'
uninstall: ## remove what install has installed
	rm -f '$(bindir)/milp' '$(bindir)/taso' '$(libdir)/libmilp.a' '$(libdir)/pkgconfig/milp.pc'
	rm -rf '$(docdir)' '$(includedir)'
.PHONY: install install-files uninstall

dist: ## pack the last commit as taso-$(VERSION).tar.gz: the same commit gives the same bytes
	@grep -qx 'version: $(VERSION)' CITATION.cff && grep -q '"version": "$(VERSION)"' .zenodo.json || \
	    { echo 'CITATION.cff, .zenodo.json: another version (expected $(VERSION), as in the Makefile)' >&2; exit 1; }
	git archive --format=tar.gz --prefix=taso-$(VERSION)/ -o taso-$(VERSION).tar.gz HEAD

clean: ## remove everything that was built; measured profiles are kept
	rm -rf build $(BUILD) $(BIN)

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(filter-out %.d,$(MAKEFILE_LIST))
	@echo
	@echo '  CC, CFLAGS, PREFIX, DESTDIR have their usual meaning.'
	@echo '  V=1          show full command lines'
	@echo '  CROSS=PREFIX cross-compile, e.g. CROSS=aarch64-linux-gnu-'
	@echo '  DATA=FOLDER  published tables and models that cannot be distributed here ($(DATA))'
	@echo '  make experiments NETWORKS="vgg16 my.net" METHODS="taso greedy-time" MODELS="workspace peak" BUDGETS=64K,1M CPU=0'
	@echo '    EFFORT=quick|thorough LOCAL=FOLDER: selects a part; by default all of them, quick, into $(LOCAL)'

always:
.PHONY: always $(SETUPS) all check-objects dist clean help
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

