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

# --- experiments: profile -> sweeps and frontiers -> tables -> plots, one folder of results each ------------------------------
# results/reference/   the reference machine's profile, and what is computed from it; committed
# results/reference-published/  the same profile, of which only the primitives of the published tables may be selected: the paper's setting
# results/published/T/ what is computed from the published table T (the tables themselves are not ours to commit)
# results/local/       what this machine measured; ignored by git
BUILTIN := $(basename $(notdir $(NET_FILES)))
# The networks of the reference profile, in the order of the tables.
REFERENCE_NETWORKS := $(filter $(BUILTIN),alexnet alexnet-owt vgg11 vgg13 vgg16 vgg16c vgg19 googlenet resnet18 resnet34 resnet50 resnet101 \
    resnet152 squeezenet1.0 squeezenet1.1)
# What the experiments cover: make experiments NETWORKS="vgg16 my.net" METHODS="taso greedy-time" MODELS="workspace peak" BUDGETS=64K,1M CPU=1
# EFFORT=thorough LOCAL=FOLDER. By default all networks, methods and memory models of their tables, so that a new file or row is in every table of results.
NETWORKS ?= $(REFERENCE_NETWORKS) $(filter-out $(REFERENCE_NETWORKS),$(BUILTIN))
def_rows = $(shell sed -n 's/^$(1)."\([^"]*\)".*$(2).*/\1/p' $(3))
# These answer another question, for small networks only, or differ from others only with segments by rows.
OTHER_METHODS := taso-memory taso-weighted exhaustive labels greedy-stream greedy-head
METHODS ?= $(filter-out $(OTHER_METHODS),$(call def_rows,METHOD,,baselines/methods.def)) family-im2col
ALL_MODELS := $(shell sed -n 's/^MEMORY_MODEL.[A-Z_]*, *"\([a-z-]*\)".*/\1/p' formulation/memory_models.def)
MODELS ?= $(ALL_MODELS)
BUDGETS ?=
CPU ?= 0
LOCAL ?= results/local
EFFORT ?= quick
# What is lost without an exact solver: under every memory model; `device` is RAM and flash, `streamed` peak memory with segments by rows.
GAP_MODELS := $(MODELS) device
list_experiments = $(network_names) $(sweep_methods) $(gap_methods) $(MODELS) $(BUDGETS)
EXACT_METHODS := taso labels dynamic $(OTHER_METHODS)
GAP_METHODS := $(if $(filter file,$(origin METHODS)),heuristics $(filter-out $(EXACT_METHODS),$(call def_rows,METHOD,METHOD_PROVES,baselines/methods.def)),\
    $(filter-out $(EXACT_METHODS),$(METHODS)))
TABLES := claims speedup saved gaps memory memory-wide
PUBLISHED_TABLES := intel amd arm i5-2500k-alexnet
comma := ,
list = $(subst $() ,$(comma),$(strip $(1)))
sweep_methods := $(call list,taso $(filter-out taso,$(METHODS)))
gap_methods := $(call list,$(GAP_METHODS))
TABLE_PARTS := experiments/tables/columns.awk experiments/tables/points.awk
# How much more time than the fastest selection workspace-by-layer allows.
SLACKS := 0 0.05 0.15
table = awk $(TABLE_PARTS:%=-f %) -f experiments/tables/$(1).awk
# Budgets of a sweep: those asked for, or $(1) of them spread over the frontier that is the first prerequisite: no second search for its ends.
spread = $(or $(BUDGETS),$$$$($(call table,spread) -v count=$(1) $$<))
# A network by its name in the tables: a file of NETWORKS, one made for a published table, or a built-in one.
network_names := $(patsubst %.net,%,$(notdir $(NETWORKS)))
net = $(if $(filter %-224 %-ungrouped,$(1)),build/published/$(1).net,$(or $(filter $(1).net %/$(1).net,$(NETWORKS)),$(1)))
# Tests and experiments use both cores; measuring is never done next to anything else, as all else needs the profile.
ifneq ($(filter replay reference experiments smoke,$(MAKECMDGOALS)),)
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
endif

# SVG is not committed: the report draws its own pictures.
formats = pdf png $(if $(filter $(LOCAL)%,$(1)),svg)

# $(1) folder, $(2) profile, $(3) networks, $(4) kinds of figures drawn per network, $(5) memory models under which gaps are measured,
# $(6) what is added to select from a part of the primitives. Commands read a network's part of the profile: reading all of it takes longer than
# most of them.
define results
$(1)/raw/%.profile.tsv: $(2) $(BIN)/taso
	@mkdir -p $$(@D)
	$$(call short,part $$@)
	$(Q)$(BIN)/taso profile-part --quiet $(2) --network $$(call net,$$*) --force -o $$@
$(1)/raw/%.sweep.tsv: $(1)/raw/%.workspace.frontier.tsv $(1)/raw/%.profile.tsv $(BIN)/taso $(BUILD)/experiments.list experiments/tables/spread.awk
	$$(call short,sweep $$@)
	$(Q)$(BIN)/taso sweep --quiet --network $$(call net,$$*) --profile $(1)/raw/$$*.profile.tsv $(6) --methods $(sweep_methods) --budgets $(call spread,40),none -o $$@
$(foreach m,$(ALL_MODELS),
$(1)/raw/%.$(m).frontier.tsv: $(1)/raw/%.profile.tsv $(BIN)/taso
	$$(call short,frontier $$@)
	$(Q)$(BIN)/taso frontier --quiet --network $$(call net,$$*) --profile $(1)/raw/$$*.profile.tsv $(6) --memory-model $(m) -o $$@ >$$@.log
$(1)/raw/%.$(m).gaps.tsv: $(1)/raw/%.$(m).frontier.tsv $(1)/raw/%.profile.tsv $(BIN)/taso $(BUILD)/experiments.list experiments/tables/spread.awk
	$$(call short,sweep $$@)
	$(Q)$(BIN)/taso sweep --quiet --network $$(call net,$$*) --profile $(1)/raw/$$*.profile.tsv $(6) --memory-model $(m) --methods $(gap_methods) --budgets $(call spread,20) -o $$@
)
$(1)/raw/%.device.frontier.tsv: $(1)/raw/%.profile.tsv $(BIN)/taso
	$$(call short,frontier $$@)
	$(Q)$(BIN)/taso frontier --quiet --network $$(call net,$$*) --profile $(1)/raw/$$*.profile.tsv $(6) --ram none --streaming off -o $$@ >$$@.log
$(1)/raw/%.device.gaps.tsv: $(1)/raw/%.profile.tsv $(BIN)/taso $(BUILD)/experiments.list
	$$(call short,sweep $$@)
	$(Q)$(BIN)/taso sweep --quiet --network $$(call net,$$*) --profile $(1)/raw/$$*.profile.tsv $(6) --methods $(gap_methods) --ram auto:4 --flash auto:8 --streaming off -o $$@
$(1)/raw/%.mix.tsv: $(1)/raw/%.workspace.frontier.tsv $(1)/raw/%.profile.tsv $(BIN)/taso experiments/tables/budgets.awk
	$$(call short,mix $$@)
	$(Q)$(BIN)/taso mix --network $$(call net,$$*) --profile $(1)/raw/$$*.profile.tsv $(6) --budgets $$$$($(call table,budgets) $$<) >$$@.tmp && mv $$@.tmp $$@

$(foreach s,$(SLACKS),
$(1)/raw/%.slack-$(s).steps.tsv: $(1)/raw/%.workspace.frontier.tsv $(1)/raw/%.profile.tsv $(BIN)/taso experiments/tables/within.awk
	$$(call short,select $$@)
	$(Q)$(BIN)/taso select --quiet --network $$(call net,$$*) --profile $(1)/raw/$$*.profile.tsv $(6) --method labels --budget $$$$($(call table,within) -v slacks=$(s) $$<) --steps $$@ >$$@.log
)

$(call made,$(1)/sweep.tsv,settled,$(3:%=$(1)/raw/%.sweep.tsv))
$(call made,$(1)/frontier.tsv,frontier,$(3:%=$(1)/raw/%.workspace.frontier.tsv))
$(call made,$(1)/mix.tsv,mix,$(3:%=$(1)/raw/%.mix.tsv))
$(call made,$(1)/speedup.tsv,speedup,$(1)/sweep.tsv)
$(call made,$(1)/saved.tsv,saved,$(1)/frontier.tsv)
$(call made,$(1)/memory.tsv,memory,$(1)/sweep.tsv $(foreach n,$(3),$(foreach m,$(filter-out device,$(5)),$(1)/raw/$(n).$(m).frontier.tsv)))
$(call made,$(1)/memory-wide.tsv,memory_wide,$(1)/memory.tsv)
$(call made,$(1)/layers.tsv,layers,$(foreach n,$(3),$(SLACKS:%=$(1)/raw/$(n).slack-%.steps.tsv)))
$(call made,$(1)/claims.tsv,claims,$(1)/saved.tsv $(1)/speedup.tsv)
$(call made,$(1)/gaps.tsv,gaps,$(foreach n,$(3),$(foreach m,$(5),$(1)/raw/$(n).$(m).frontier.tsv $(1)/raw/$(n).$(m).gaps.tsv)))
$(call shown,$(1))

$(call drawn,$(1),frontier-%,frontier,$(1)/frontier.tsv $(1)/sweep.tsv,DATA=$$< POINTS=$(1)/sweep.tsv NETWORK=$$*)
$(call drawn,$(1),budget-%,budget,$(1)/sweep.tsv,DATA=$$< NETWORK=$$*)
$(call drawn,$(1),workspace-by-layer-%,workspace-by-layer,$(1)/layers.tsv,DATA=$$< NETWORK=$$*)
$(call drawn,$(1),mix-%,mix,$(1)/mix.tsv,DATA=$$< NETWORK=$$*)
$(foreach t,speedup saved gaps,$(call drawn,$(1),$(t),$(t),$(1)/$(t).tsv,DATA=$$<))
$(1).all: $(3:%=$(1)/raw/%.profile.tsv) $(1)/sweep.tsv $(1)/frontier.tsv $(1)/mix.tsv $(if $(filter workspace-by-layer,$(4)),$(1)/layers.tsv) $(foreach t,$(TABLES),$(1)/$(t).tsv $(1)/$(t).md $(1)/$(t).tex) \
    $(foreach f,$(call formats,$(1)),$(1)/plots/speedup.$(f) $(1)/plots/saved.$(f) $(1)/plots/gaps.$(f) $(foreach k,$(4),$(3:%=$(1)/plots/$(k)-%.$(f))))
.PHONY: $(1).all

endef
# A table $(1) made by the script $(2) from the tables $(3).
define made
$(1): $(3) $(TABLE_PARTS) experiments/tables/$(2).awk $(BUILD)/experiments.list
	@mkdir -p $$(@D)
	$$(call short,table $$@)
	$(Q)$(call table,$(2)) $(3) >$$@.tmp && mv $$@.tmp $$@
endef
# Tables of the folder $(1) for readers and for LaTeX.
define shown
$(1)/%.md: $(1)/%.tsv experiments/tables/markdown.awk
	$(Q)$(call table,markdown) $$< >$$@.tmp && mv $$@.tmp $$@
$(1)/%.tex: $(1)/%.tsv experiments/tables/latex.awk
	$(Q)$(call table,latex) $$< >$$@.tmp && mv $$@.tmp $$@
endef
# $(1) folder, $(2) folders of results whose claims and gaps it collects.
define summary
$(call made,$(1)/claims.tsv,summary,$(2:%=%/claims.tsv))
$(call made,$(1)/gaps.tsv,gaps_summary,$(2:%=%/gaps.tsv))
$(call made,$(1)/memory.tsv,memory_summary,$(2:%=%/memory.tsv))
$(call made,$(1)/exact.md,exact,$(1)/gaps.tsv $(2:%=%/sweep.tsv))
$(call shown,$(1))
$(1).all: $(foreach t,claims gaps memory,$(1)/$(t).tsv $(1)/$(t).md $(1)/$(t).tex) $(1)/exact.md
.PHONY: $(1).all
endef
STYLE := experiments/plots/style.gp experiments/plots/draw.sh
# The picture $(2) of the folder $(1), all formats at once: by the script $(3) from the tables $(4), with the names $(5).
pictures = $(foreach f,$(call formats,$(1)),$(1)/plots/$(2).$(f))
define drawn
$(call pictures,$(1),$(2))$(if $(findstring %,$(2)),, &): $(4) experiments/plots/$(3).gp $(STYLE) | setup-gnuplot
	$$(call short,draw $$@)
	$(Q)experiments/plots/draw.sh experiments/plots/$(3).gp $(subst %,$$*,$(call pictures,$(1),$(2))) $(5)

endef

# Frontiers of peak memory, with layers as a whole and by rows. $(1) folder, $(2) a profile that has strips, $(3) networks.
define streams
$(1)/raw/%.streamed.frontier.tsv: $(1)/raw/%.profile.tsv $(BIN)/taso
	$$(call short,frontier $$@)
	$(Q)$(BIN)/taso frontier --quiet --network $$(call net,$$*) --profile $(1)/raw/$$*.profile.tsv --memory-model peak --streaming on -o $$@ >$$@.log
$(1)/raw/%.streamed.gaps.tsv: $(1)/raw/%.streamed.frontier.tsv $(1)/raw/%.profile.tsv $(BIN)/taso $(BUILD)/experiments.list experiments/tables/spread.awk
	$$(call short,sweep $$@)
	$(Q)$(BIN)/taso sweep --quiet --network $$(call net,$$*) --profile $(1)/raw/$$*.profile.tsv --memory-model peak --streaming on --methods $(gap_methods) --budgets $(call spread,10) -o $$@
$(call made,$(1)/peak.tsv,peak,$(foreach n,$(3),$(1)/raw/$(n).peak.frontier.tsv $(1)/raw/$(n).streamed.frontier.tsv))
$(call made,$(1)/streamed.tsv,streamed,$(1)/peak.tsv)
$(1)/raw/%.whole.steps.tsv: $(1)/raw/%.profile.tsv $(BIN)/taso
	$$(call short,select $$@)
	$(Q)$(BIN)/taso select --quiet --network $$(call net,$$*) --profile $(1)/raw/$$*.profile.tsv --memory-model peak --method labels --steps $$@ >$$@.log
$(1)/raw/%.streamed.steps.tsv: $(1)/raw/%.peak.frontier.tsv $(1)/raw/%.streamed.frontier.tsv $(1)/raw/%.profile.tsv $(BIN)/taso experiments/tables/within.awk
	$$(call short,select $$@)
	$(Q)$(BIN)/taso select --quiet --network $$(call net,$$*) --profile $(1)/raw/$$*.profile.tsv --memory-model peak --streaming on --method labels \
	    --budget $$$$($(call table,within) -v slacks=0.10 $$(filter %.frontier.tsv,$$^)) --steps $$@ >$$@.log
$(call made,$(1)/along.tsv,along,$(foreach n,$(3),$(1)/raw/$(n).whole.steps.tsv $(1)/raw/$(n).streamed.steps.tsv))
$(call drawn,$(1),models-%,models,$(foreach m,$(MODELS) streamed,$(1)/raw/%.$(m).frontier.tsv),DATA=$(1)/raw/$$* NETWORK=$$* 'MODELS=$(MODELS) streamed')
$(call drawn,$(1),predicted,predicted,$(2),DATA=$(dir $(2))plans.tsv)
$(call drawn,$(1),peak-%,peak,$(1)/peak.tsv,DATA=$$< NETWORK=$$*)
$(call drawn,$(1),memory-along-%,memory-along,$(1)/along.tsv,DATA=$$< NETWORK=$$*)
$(call drawn,$(1),streamed,streamed,$(1)/streamed.tsv,DATA=$$<)
$(1).all: $(1)/peak.tsv $(1)/along.tsv $(1)/streamed.tsv $(1)/streamed.md $(1)/streamed.tex \
    $(foreach f,$(call formats,$(1)),$(1)/plots/streamed.$(f) $(1)/plots/predicted.$(f) $(foreach k,peak models memory-along,$(3:%=$(1)/plots/$(k)-%.$(f))))
endef

# The integer programs of a machine's networks, and what it takes to solve them: with seconds, and nodes and pivots that change with the solver, so
# it is kept with what is measured. $(1) folder, $(2) profile, $(3) networks, $(4) folder of the profile.
define efforts
$(1)/raw/%.effort.tsv: $(foreach m,$(MODELS),$(1)/raw/%.$(m).frontier.tsv) $(2) $(BIN)/taso $(BIN)/milp experiments/bench/effort.sh
	$$(call short,effort $$@)
	$(Q)experiments/bench/effort.sh $(BIN) $$(call net,$$*) $(2) $(1)/raw/$$* $(MODELS) >$$@.tmp && mv $$@.tmp $$@
$(1)/effort.tsv: $(3:%=$(1)/raw/%.effort.tsv) $(TABLE_PARTS) experiments/tables/effort.awk $(BUILD)/experiments.list
	$$(call short,table $$@)
	$(Q)$(call table,effort) -v commit='$(commit)' -v date="$$$$(date -u +%Y-%m-%dT%H:%MZ)" -v load="$$$$(cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || echo unknown)" \
	    -v host="$$$$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" $(3:%=$(1)/raw/%.effort.tsv) >$$@.tmp && mv $$@.tmp $$@
$(call drawn,$(1),solver-effort,solver-effort,$(4)/effort.tsv,DATA=$$<)
$(1).all: $(foreach f,$(call formats,$(1)),$(1)/plots/solver-effort.$(f))
endef

# A measured profile is precious: it is made once and not remade when the program is newer; delete it to measure again. It is extended when
# a network is new: `networks`, next to it, has those that were measured. back-to-back.tsv has the same run's times of each network's
# fastest selection, run as a whole.
measured = $(if $(wildcard $(LOCAL)/profile.tsv.gz),$(if $(wildcard $(LOCAL)/networks),$(file <$(LOCAL)/networks),$(NETWORKS)))
PROFILES := $(LOCAL)/profile.tsv.gz $(if $(filter reference,$(MAKECMDGOALS)),results/reference/profile.tsv.gz)
$(LOCAL)/profile.tsv.gz: $(if $(filter-out $(measured),$(NETWORKS)),always)
profiled = $(if $(filter $(LOCAL)/%,$@),$(call list,$(NETWORKS)),$(call list,$(REFERENCE_NETWORKS)))
$(PROFILES): | $(BIN)/taso
	@mkdir -p $(@D)
	$(BIN)/taso profile --network $(profiled) --streaming -o $@ --$(EFFORT:--%=%) --cpu $(CPU) --resume --plans $(@D)/plans.tsv >$(@D)/back-to-back.tsv.tmp
	mv $(@D)/back-to-back.tsv.tmp $(@D)/back-to-back.tsv
	@$(if $(filter $(LOCAL)/%,$@),echo '$(sort $(measured) $(NETWORKS))' >$(@D)/networks)
.PRECIOUS: $(PROFILES) build/published/%.tsv.gz

# The published tables found in DATA (of their rows those that the networks read: every command reads a profile anew), and the networks for which they have every convolution, or all but the first,
# or (ResNets) all but the strided 1x1.
PUBLISHED := $(notdir $(patsubst %.csv.gz,%,$(wildcard $(foreach t,$(PUBLISHED_TABLES),$(DATA)/trinnity/$(t).csv.gz))))
build/published/%.tsv.gz: $(DATA)/trinnity/%.csv.gz $(shell find formulation -name profile_import.c -o -name profile_text.h) | $(BIN)/taso
	@mkdir -p $(@D)
	$(BIN)/taso profile-import $< --network $(call list,$(foreach n,$(networks_$*),$(call net,$(n)))) -o $@
networks_intel := alexnet-owt vgg11 vgg13 vgg16 vgg16c vgg19 googlenet resnet18 resnet34 resnet50 squeezenet1.0-224 squeezenet1.1-224
networks_amd := $(networks_intel)
networks_arm := vgg11 vgg13 vgg16 vgg16c vgg19 googlenet squeezenet1.0-224 squeezenet1.1-224
networks_i5-2500k-alexnet := alexnet-ungrouped
# The tables have SqueezeNet's layers for an input of 224 x 224; the built-in networks have the authors' 227. The i5's has AlexNet's without groups.
build/published/%-224.net: formulation/networks/%.net
	@mkdir -p $(@D)
	sed 's/h=227 w=227/h=224 w=224/' $< >$@
build/published/%-ungrouped.net: formulation/networks/%.net
	@mkdir -p $(@D)
	sed 's/ g=2$$//' $< >$@
$(foreach t,$(PUBLISHED),build/published/$(t).tsv.gz): | build/published/squeezenet1.0-224.net build/published/squeezenet1.1-224.net build/published/alexnet-ungrouped.net
ifneq ($(filter experiments,$(MAKECMDGOALS)),)
$(foreach t,$(PUBLISHED),build/published/$(t).tsv.gz): | $(LOCAL)/profile.tsv.gz
endif

# The folders of results of one machine: $(1) where, $(2) name of the machine's folder, $(3) folder of its results for the published set of
# primitives, $(4) profile, $(5) networks, $(6) memory models with segments by rows, $(7) folder of the profile, $(8) further results.
define machine
$(call results,$(2),$(4),$(5),frontier budget mix workspace-by-layer,$(GAP_MODELS) $(6),)
$(if $(6),$(call streams,$(2),$(4),$(5)))
$(call efforts,$(2),$(4),$(5),$(7))
$(call results,$(3),$(4),$(5),,$(GAP_MODELS),--primitives published)
$(foreach t,$(PUBLISHED),$(call results,$(1)/published/$(t),build/published/$(t).tsv.gz,$(networks_$(t)),frontier,$(GAP_MODELS),))
$(call summary,$(1)/summary,$(2) $(3) $(PUBLISHED:%=$(1)/published/%))
$(call verdicts,$(1),$(7),$(foreach f,$(2) $(3) $(PUBLISHED:%=$(1)/published/%),$(foreach t,sweep frontier mix $(filter-out memory-wide,$(TABLES)),$(f)/$(t).tsv)) \
    $(if $(6),$(2)/streamed.tsv) $(8))
endef
# The claims, judged by the results below $(1), with the times that were measured in $(2); $(3): all that they are judged by.
define verdicts
$(1)/summary/verdicts.tsv: $(3) $(TABLE_PARTS) $(VERDICTS) $(BUILD)/experiments.list
	@mkdir -p $$(@D)
	$$(call short,table $$@)
	$(Q)experiments/tables/verdicts.sh $(if $(asked),--partial) $(1) $(2) >$$@.tmp && mv $$@.tmp $$@
$(1)/summary/verdicts.md: $(1)/summary/verdicts.tsv $(TABLE_PARTS) experiments/tables/verdicts_page.awk
	$(Q)$(call table,verdicts_page) $$< >$$@.tmp && mv $$@.tmp $$@
$(1)/summary.all: $(1)/summary/verdicts.md $(1)/summary/verdicts.tex
endef
VERDICTS := $(wildcard experiments/tables/verdicts*) experiments/tables/paper_claims.tsv
asked = $(strip $(foreach v,NETWORKS METHODS MODELS BUDGETS,$(if $(filter command,$(firstword $(origin $(v)))),$(v))))
streamed = $(if $(filter peak,$(MODELS)),streamed)
# Thousands of rules: made only for goals that need them.
ifneq ($(filter experiments $(LOCAL)%,$(MAKECMDGOALS)),)
$(eval $(call machine,$(LOCAL),$(LOCAL),$(LOCAL)/local-published,$(LOCAL)/profile.tsv.gz,$(network_names),$(streamed),$(LOCAL),))
endif
ifneq ($(filter replay remade reference effort build/replay%,$(MAKECMDGOALS)),)
$(eval $(call machine,build/replay,build/replay/reference,build/replay/reference-published,results/reference/profile.tsv.gz,$(REFERENCE_NETWORKS),$(streamed),results/reference,build/replay/prior-art/prior-art.tsv))
endif
experiments: $(LOCAL).all $(LOCAL)/local-published.all $(PUBLISHED:%=$(LOCAL)/published/%.all) $(LOCAL)/summary.all $(LOCAL)/report.html ## measure this machine once, then sweeps, tables, plots, verdicts and a report: results/local/
	@$(say_published)
	@cat $(LOCAL)/back-to-back.tsv
	@$(call table,verdicts_check) $(LOCAL)/summary/verdicts.tsv | tail -1
	@echo 'verdicts: $(LOCAL)/summary/verdicts.md; tables: $(LOCAL)/summary/, $(LOCAL)/*.md; plots: $(LOCAL)/plots/; report: $(LOCAL)/report.html'

ifneq ($(filter replay reference,$(MAKECMDGOALS)),)
$(if $(asked),$(error $(asked): the committed results have all of them; these variables are for make experiments))
endif
ifneq ($(filter replay,$(MAKECMDGOALS)),)
$(if $(wildcard results/reference/profile.tsv.gz),,$(error results/reference/profile.tsv.gz is missing; make reference measures it))
endif
# Published analytic figures next to ours: no measurement, no profile.
define prior_art
$(1)/prior-art.tsv: $(wildcard experiments/prior_art/*) $(BIN)/taso
	@mkdir -p $$(@D)
	experiments/prior_art/prior_art.sh $(BIN)/taso ./experiments/prior_art >$$@.tmp && mv $$@.tmp $$@
$(1)/prior-art.md: $(1)/prior-art.tsv experiments/tables/markdown.awk
	$(call table,markdown) $$< >$$@.tmp && mv $$@.tmp $$@
endef
$(eval $(call prior_art,build/replay/prior-art))
prior-art: build/replay/prior-art/prior-art.md ## published analytic figures next to ours: results/prior-art/
	@mkdir -p results/prior-art
	cp build/replay/prior-art/prior-art.tsv build/replay/prior-art/prior-art.md results/prior-art/
.PHONY: prior-art

# The summary spans every table, so it is compared only if all of them are in DATA.
remade: build/replay/reference.all build/replay/reference-published.all $(PUBLISHED:%=build/replay/published/%.all) build/replay/summary.all build/replay/prior-art/prior-art.md
missing_tables := $(filter-out $(PUBLISHED),$(PUBLISHED_TABLES))
replay_folders = reference reference-published prior-art $(PUBLISHED:%=published/%) $(if $(missing_tables),,summary)
say_published = $(if $(missing_tables),echo 'SKIPPED: published cost tables not found in $(DATA)/trinnity: $(missing_tables) (results/README.md says where they are published)',:)
replay: remade ## recompute the committed results from the committed profile; fail if a byte differs
	@$(say_published)
	experiments/tables/compare.sh build/replay results $(replay_folders)
reference: remade ## recompute and replace the committed results; measures first if results/reference/profile.tsv.gz was deleted
	@$(say_published)
	experiments/tables/compare.sh --accept build/replay results $(replay_folders)

effort: build/replay/reference/effort.tsv ## solve every network's integer programs in both formulations: results/reference/effort.tsv; LIMIT=60 seconds each
	cp $< results/reference/effort.tsv
	$(MAKE) reference # the figure, and what the report says
.PHONY: effort

# The verdicts that are printed are made from the results as they are, not read from verdicts.tsv.
RESULTS ?= results
not_measured = $(if $(wildcard $(RESULTS)/networks),$(filter-out $(file <$(RESULTS)/networks),$(REFERENCE_NETWORKS)))
compare: ## a verdict on every claim of the paper, from RESULTS (default: results; or results/local); exit status 1 if an exact or shape claim fails
	@mkdir -p $(BUILD)
	@experiments/tables/verdicts.sh $(if $(not_measured),--partial) $(RESULTS) $(RESULTS)$(if $(wildcard $(RESULTS)/reference),/reference) >$(BUILD)/verdicts.tsv
	@$(call table,verdicts_check) $(BUILD)/verdicts.tsv
.PHONY: compare

# A small network from the first measurement to the report, and every command of both programs once; nothing is kept.
smoke: all ## the experiments on one small network, and every command once, in two minutes: build/smoke/
	@rm -rf $(BUILD)/smoke
	$(MAKE) --no-print-directory experiments LOCAL=$(BUILD)/smoke DATA=$(BUILD)/none NETWORKS=formulation/networks/today/resnet8.net
	@experiments/bench/smoke.sh '$(BIN)' '$(BUILD)/smoke' formulation/networks/today/resnet8.net
.PHONY: smoke

report_of = $(BIN)/taso report --quiet $(1)/profile.tsv.gz -o $@ --claims $(1)/claims.tsv --results $(1)
# The tables of its figures (experiments/report/report_figures.def): made for the goal experiments, otherwise those that are there.
report_tables = $(if $(filter experiments $(LOCAL)%,$(MAKECMDGOALS)),$(LOCAL)/layers.tsv $(LOCAL)/effort.tsv $(if $(streamed),$(LOCAL)/along.tsv))
$(LOCAL)/report.html: $(LOCAL)/profile.tsv.gz $(LOCAL)/claims.tsv $(report_tables) $(BIN)/taso
	$(call short,report $@)
	$(Q)$(call report_of,$(LOCAL))
build/report.html: results/reference/profile.tsv.gz $(wildcard results/reference/*.tsv) $(BIN)/taso
	@mkdir -p $(@D)
	$(call short,report $@)
	$(Q)$(call report_of,results/reference)
report: $(if $(wildcard $(LOCAL)/profile.tsv.gz),$(LOCAL)/report.html,build/report.html) ## one HTML page of this machine's results (results/local/report.html) or, without any, of the committed ones (build/report.html)
	@echo 'report: $<'
.PHONY: report

# Every number and figure in it comes from the committed results.
paper: build/paper.pdf ## the experiment as a paper, from the committed results: build/paper.pdf
paper_made := build/paper/numbers.tex
$(paper_made): $(wildcard paper/*.awk paper/*.tsv paper/*.sh) experiments/tables/columns.awk experiments/tables/query.awk $(BIN)/taso \
    $(wildcard results/*/*.tsv results/reference/profile.tsv.gz)
	paper/made.sh $(BIN)/taso results $(@D)
paper-page: build/paper.html ## the same text as one HTML page, without LaTeX: build/paper.html
paper_page := $(addprefix paper/,math.awk bib.awk html.awk)
build/paper.html: $(paper_page) paper/paper.tex paper/paper.bib $(paper_made) experiments/report/page/page.css $(wildcard results/reference/plots/*.png)
	LC_ALL=C awk -v results=results -v made=build/paper -v css=experiments/report/page/page.css $(paper_page:%=-f %) \
	    $(paper_made) paper/paper.bib paper/paper.tex >$@.tmp && mv $@.tmp $@
# bibtex writes only below the folder in which it runs.
latex = pdflatex -interaction=batchmode -halt-on-error -output-directory=../build paper.tex
build/paper.pdf: paper/paper.tex paper/paper.bib $(paper_made) $(wildcard results/reference/plots/*.pdf) | setup-latex
	cd paper && $(latex) && (cd ../build && BIBINPUTS=../paper: bibtex paper) && $(latex) && $(latex)
.PHONY: experiments remade replay reference paper paper-page

# --- tests: each tests/FOLDER/test_X.c is a program (tests/README.md)  -----------------------------------------
CHECK_FLAGS = $(if $(CROSS),-Itests/cross,$(shell pkg-config --cflags check 2>/dev/null))
CHECK_LIBS = $(if $(CROSS),,$(shell pkg-config --libs check 2>/dev/null || echo -lcheck))
T ?= $(TESTS)
$(BUILD)/tests/%.o: tests/%.c Makefile $(BUILD)/flags.list | $(NEEDS:%=setup-%) $(if $(CROSS),,setup-check)
	@mkdir -p $(@D)
	$(call short,cc $<)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CHECK_FLAGS) $(CFLAGS_ALL) -Wno-pedantic -c $< -o $@
# Tests spend their time in what they test: with -O1 they take as long, and compile in two thirds of the time.
$(TEST_SOURCES:%.c=$(BUILD)/%.o): CFLAGS_ALL += $(if $(filter -O2 -O3,$(CFLAGS)),-O1)
define test
$(BUILD)/tests/$(notdir $(1)): $(BUILD)/$(1).o $(BUILD)/tests/support/harness.o $(ARCHIVES)
	$$(call short,ld $$@)
	$(Q)$$(CC) $$(CFLAGS) $$(EXTRA) $$(LDFLAGS) -fopenmp -Wl,--wrap=GOMP_parallel $$^ $$(LIBS) $$(CHECK_LIBS) -lpthread -o $$@
endef
$(foreach t,$(basename $(TEST_SOURCES)),$(eval $(call test,$(t))))
# This test makes kernels return wrong results.
$(BUILD)/tests/test_reference: LDFLAGS += -Wl,--wrap=operator_run,--wrap=primitive_run,--wrap=convert_run
# In these tests, calls that can fail go through tests/support/failing.c.
FAILING := malloc calloc realloc aligned_alloc free fopen open_memstream fread fseek fwrite vfprintf fflush fsync fclose rename mkdir methods_run \
    $(if $(filter no,$(ZLIB)),,gzopen gzgets gzerror gzvprintf gzclose)
FAILING_TESTS := $(addprefix $(BUILD)/tests/test_,blocks error_paths spoiled_words whole_commands whole_runs)
$(FAILING_TESTS): $(BUILD)/tests/support/failing.o
$(FAILING_TESTS): LDFLAGS += $(FAILING:%=-Wl,--wrap=%)
.PRECIOUS: $(BUILD)/tests/%.o $(BUILD)/%.o

SECONDS_MOST ?= 280
# Waiting threads sleep: several test programs run at the same time, and spinning threads would slow down the others.
check: all $(T:%=$(BUILD)/tests/%) ## run the tests; T="test_a test_b": only these
	@OMP_WAIT_POLICY=passive TASO_DATA='$(DATA)' TASO_BIN='$(BIN)' CK_DEFAULT_TIMEOUT='$(SECONDS_MOST)' tests/tools/run.sh $(T:%=$(BUILD)/tests/%)

mutants: ## random one-token changes, each built and tested: N=40 SEED=1 FOLDER=solver; prints those that no test notices
	@CC='$(CC)' MAKE='$(MAKE_COMMAND)' DATA='$(DATA)' N='$(or $(N),40)' SEED='$(or $(SEED),1)' FOLDER='$(FOLDER)' \
	    SANITIZED_KERNELS='$(SANITIZED_KERNELS)' tests/tools/mutants.sh $(TESTS:%=build/tests/%)
.PHONY: mutants

check-arm: setup-arm all ## 32-bit and 64-bit Arm under qemu-user: emitted programs, kernel tests, taso itself; ALL=1: also VGG-16
	CK_RUN_CASE=programs TASO_EMIT=$(if $(ALL),all,arm) $(MAKE) check T=test_emit SECONDS_MOST=7200
	tests/tools/check_arm.sh aarch64-linux-gnu qemu-aarch64
	tests/tools/check_arm.sh arm-linux-gnueabihf qemu-arm

# On an emulated CPU each primitive runs a sample of the scenarios, all in one process, so that translated code is reused.
ISA_TESTS := test_primitives test_gemm test_convert test_operators test_pools
check-isa: setup-qemu $(ISA_TESTS:%=$(BUILD)/tests/%) ## kernels on CPUs without AVX-512 or AVX2: each instruction set forced, and qemu-user as Nehalem and Haswell
	for isa in portable sse2 avx2; do OMP_WAIT_POLICY=passive CK_DEFAULT_TIMEOUT=600 TASO_ISA=$$isa TASO_EVERY=3 $(BUILD)/tests/test_primitives || exit 1; done
	for cpu in Nehalem Haswell; do for t in $(ISA_TESTS); do echo "--- $$t on $$cpu"; \
	    OMP_WAIT_POLICY=passive CK_FORK=no TASO_EVERY=12 TASO_RANDOM=10 qemu-x86_64 -cpu $$cpu $(BUILD)/tests/$$t || exit 1; done; done

check-layers: $(BUILD)/tests/test_layers ## every primitive on every convolution of every network (15 minutes)
	OMP_WAIT_POLICY=passive TASO_LAYERS=all $<

# Libraries to compare the kernels with, if they are installed. They are linked into this one program only.
STAND_IN := -idirafter tests/bench
has = $(shell echo '\#include <$(1)>' | $(CC) $(STAND_IN) -E -x c - >/dev/null 2>&1 && echo yes)
PEER_FLAGS = $(STAND_IN) $(if $(call has,cblas-openblas.h),-DBENCH_OPENBLAS) $(if $(call has,oneapi/dnnl/dnnl.h),-DBENCH_ONEDNN) \
    $(if $(call has,xnnpack.h),-DBENCH_XNNPACK)
PEER_LIBS = $(if $(call has,cblas-openblas.h),-lopenblas) $(if $(call has,oneapi/dnnl/dnnl.h),-ldnnl) $(if $(call has,xnnpack.h),-lXNNPACK)
$(BUILD)/tests/bench/bench_%.o: CFLAGS_ALL += -O3 -ffp-contract=fast -fopenmp $(PEER_FLAGS)
$(BUILD)/bench_kernels: $(patsubst %,$(BUILD)/tests/bench/bench_%.o,kernels kinds layer onednn peak peers rivals tables turns xnnpack) $(ARCHIVES)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp $^ $(LIBS) $(PEER_LIBS) -lpthread -o $@
bench-kernels: $(BUILD)/bench_kernels ## convolutions and GEMM against OpenBLAS, oneDNN and XNNPACK: results/bench/; ARGS="--only winograd vgg16": a part, into build/bench/
	@mkdir -p $(BUILD)/bench
	OMP_NUM_THREADS=1 $(BUILD)/bench_kernels -o $(BUILD)/bench $(ARGS)
	@$(if $(ARGS),,mkdir -p results/bench && cd $(BUILD)/bench && cp kernels.tsv kernels-networks.tsv kernels.md $(CURDIR)/results/bench/)
	@$(if $(ARGS),,$(if $(shell command -v gnuplot),$(MAKE) results/bench/kernels.pdf results/bench/kernels.png))
	@sed -n '/^| what/,/^$$/p;/^| network/,/^$$/p' $(BUILD)/bench/kernels.md
results/bench/kernels.pdf results/bench/kernels.png: results/bench/kernels.tsv experiments/plots/kernels.gp $(STYLE)
	experiments/plots/draw.sh experiments/plots/kernels.gp $@ DATA=$<
bench-kinds: $(BUILD)/bench_kernels ## depthwise, grouped, first and other layers against oneDNN and XNNPACK: build/bench/kinds.md; ARGS="depthwise"
	@mkdir -p $(BUILD)/bench
	OMP_NUM_THREADS=1 $(BUILD)/bench_kernels --kinds --rounds 15 -o $(BUILD)/bench $(ARGS)
	@cat $(BUILD)/bench/kinds.md

$(BUILD)/bench_networks: $(BUILD)/tests/bench/bench_networks.o $(ARCHIVES)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp $^ $(LIBS) -lpthread -o $@
# Plans are made from this machine's profile if it has been measured.
bench_profile = $(firstword $(wildcard results/local/profile.tsv.gz) results/reference/profile.tsv.gz)
bench-networks: $(BUILD)/bench_networks $(BIN)/taso ## whole networks against onnxruntime (found through NODE_PATH); NETS="vgg16 resnet50"
	@command -v node >/dev/null || { echo 'SKIPPED: networks against onnxruntime: node is not installed'; exit 0; } ; \
	    BIN='$(BIN)' BUILD='$(BUILD)' OUT='$(or $(OUT),$(BUILD)/bench)' CC='$(CC)' PROFILE='$(or $(PROFILE),$(bench_profile))' OMP_NUM_THREADS=1 node tests/bench/bench_networks.mjs $(NETS)
$(BUILD)/bench_threads: $(BUILD)/tests/bench/bench_threads.o $(BUILD)/tests/bench/bench_lanes.o $(ARCHIVES)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp $(patsubst %,-Wl$(comma)--wrap=%,GOMP_parallel omp_get_thread_num omp_get_num_threads) $^ $(LIBS) -lpthread -o $@
thread_nets = $(or $(NETS),googlenet resnet50 vgg16 alexnet mobilenet2-1.0)
bench-threads: $(BUILD)/bench_threads $(BIN)/taso ## plans on one thread and on THREADS (2), by kind of step: build/bench/threads.md; NETS, ROUNDS
	@mkdir -p $(BUILD)/bench/threads
	@for n in $(thread_nets); do $(BIN)/taso select --quiet --network $$n \
	    --profile '$(or $(PROFILE),$(bench_profile))' --method taso --conversions per-tensor -o $(BUILD)/bench/threads/$$n.plan >/dev/null || exit 1; done
	@$(PIN) $(BUILD)/bench_threads $(or $(THREADS),2) $(or $(ROUNDS),21) $(BUILD)/bench \
	    $(patsubst %,$(BUILD)/bench/threads/%.plan,$(thread_nets))
	@$(call table,markdown) $(BUILD)/bench/threads.tsv | tee $(BUILD)/bench/threads.md
bench-emitted: $(BUILD)/bench_networks $(BIN)/taso ## emitted programs, built with their own flags, against taso run: time, size, compile time: build/bench/emitted.md; NETS, ROUNDS, COMPILERS
	@BIN='$(BIN)' BUILD='$(BUILD)' OUT='$(or $(OUT),$(BUILD)/bench)' NETWORKS='$(NETS)' PIN='$(PIN)' PROFILE='$(or $(PROFILE),$(bench_profile))' OMP_NUM_THREADS=1 tests/bench/bench_emitted.sh
	@$(call table,markdown) '$(or $(OUT),$(BUILD)/bench)/emitted.tsv' | tee '$(or $(OUT),$(BUILD)/bench)/emitted.md'

$(BUILD)/accuracy_kernels: $(BUILD)/tests/bench/accuracy_kernels.o $(ARCHIVES)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp $^ $(LIBS) -lpthread -o $@
accuracy: $(BUILD)/accuracy_kernels ## error of every algorithm against double precision, and its tolerance: results/bench/; ARGS="--isa avx2": only printed
	@mkdir -p $(BUILD)/bench results/bench
	@$(BUILD)/accuracy_kernels $(ARGS) >$(BUILD)/bench/accuracy.tsv
	@$(call table,markdown) $(BUILD)/bench/accuracy.tsv >$(BUILD)/bench/accuracy.md
	@$(if $(ARGS),,cp $(BUILD)/bench/accuracy.tsv $(BUILD)/bench/accuracy.md results/bench/)
	@cat $(BUILD)/bench/accuracy.md

# Not a test: it takes about ten minutes.
$(BUILD)/agreement: $(BUILD)/tests/bench/agreement.o $(ARCHIVES)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp -Wl,--wrap=GOMP_parallel $^ $(LIBS) -lpthread -o $@
agreement: $(BUILD)/agreement ## labels against integer programs and dynamic programming at sampled points of all frontiers; ARGS="--points 100 --time-limit 2"
	$< --data '$(DATA)' $(ARGS)
.PHONY: agreement

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -DTASO_CHECK
# With sanitizers, -O3 compiles the largest loops three times as long as -O1 does, and would find no more.
SANITIZED_KERNELS := $(KERNEL_FLAGS:-O3=-O1)
sanitize: ## the tests with the address and undefined-behaviour sanitizers and all invariants (CHECK); T= as for check
	$(MAKE) check BUILD=build/sanitize BIN=build/sanitize/bin CFLAGS='-O1 -g -fno-omit-frame-pointer' EXTRA='$(SANITIZE)' \
	    KERNEL_FLAGS='$(SANITIZED_KERNELS)'

# A sample that takes about a minute: readers of files, and code with its own memory management.
SAMPLE ?= test_error_paths test_spoiled_words test_exact test_ilp test_import test_lpfile test_lu test_mps test_mutations test_network \
    test_plan test_plan_judge test_presolve test_products test_profile test_runtime
sanitize-sample: ## a sample of the tests under the sanitizers; SAMPLE="test_a test_b"
	WHAT='sanitized sample' $(MAKE) sanitize T='$(filter $(SAMPLE),$(TESTS))'
.PHONY: sanitize-sample

# valgrind does not support AVX-512, and is about 30 times slower.
valgrind: setup-valgrind $(BUILD)/tests/test_primitives $(BUILD)/tests/test_gemm ## the kernels under valgrind, each primitive on a sample of the scenarios
	for t in test_primitives test_gemm; do OMP_WAIT_POLICY=passive CK_FORK=no TASO_EVERY=25 TASO_RANDOM=10 \
	    valgrind -q --error-exitcode=9 $(BUILD)/tests/$$t || exit 1; done

# No compiler may contract or reorder the solver's arithmetic, and ties are broken by more than a position in memory.
same-tree: all ## check that repeated runs, and clang's build, take the same pivots and nodes to the same answers
	DATA='$(DATA)' TASO='$(BIN)/taso' tests/tools/same_tree.sh '$(BIN)/milp' '$(BIN)/milp'
	@if ! command -v clang >/dev/null; then echo 'SKIPPED: clang is not installed'; else \
	    $(MAKE) build/clang/bin/milp CC=clang BUILD=build/clang BIN=build/clang/bin CFLAGS=-O3 && \
	    DATA='$(DATA)' TASO='$(BIN)/taso' tests/tools/same_tree.sh '$(BIN)/milp' build/clang/bin/milp; fi
.PHONY: same-tree

# Not a test: it runs for as long as it is asked to, and its inputs depend on SEED. With MINUTES, libFuzzer (clang) searches from the
# corpus, guided by the code that an input reaches; with SECONDS, or without libFuzzer, one valid file per reader is mutated.
FUZZ := build/sanitize/fuzz_readers
# What readers are made of; the rest, of which they use little more than tables, is linked as built for everything else.
FUZZED := $(call objects,solver) $(call objects,formulation) $(call objects,baselines) $(BUILD)/networks.o $(BUILD)/build_info.o \
    $(patsubst %,$(BUILD)/experiments/%.o,commands/sweep_merge measure/merge measure/workload runtime/arena_file \
        runtime/image runtime/npy) build/libexperiments.a build/libkernels.a
$(BUILD)/fuzz_readers: $(BUILD)/tests/fuzz/fuzz_readers.o $(BUILD)/tests/support/harness.o $(FUZZED)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp -Wl,--wrap=GOMP_parallel $^ $(LIBS) $(CHECK_LIBS) -lpthread -o $@
$(BUILD)/fuzz_targets: $(BUILD)/tests/fuzz/fuzz_targets.o $(BUILD)/tests/support/harness.o $(FUZZED)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) -fsanitize=fuzzer $(LDFLAGS) $^ $(LIBS) $(CHECK_LIBS) -lgomp -lpthread -o $@
fuzz: ## feed corrupted files to every reader, under the sanitizers; SECONDS=60 SEED=1 READER=name; with MINUTES=1, libFuzzer, so long per reader
	@MAKE='$(MAKE_COMMAND)' READER='$(READER)' MINUTES='$(MINUTES)' SECONDS='$(if $(filter-out 0,$(SECONDS)),$(SECONDS),60)' SEED='$(or $(SEED),1)' \
	    SANITIZE='$(SANITIZE)' tests/fuzz/fuzz.sh run
fuzz-coverage: ## share of each reader's lines that its corpus (tests/fuzz/corpus) reaches, and the lines it misses
	@MAKE='$(MAKE_COMMAND)' READER='$(READER)' tests/fuzz/fuzz.sh coverage
fuzz-corpus: ## search for inputs for MINUTES per reader, and keep the smallest set that reaches the same code
	@MAKE='$(MAKE_COMMAND)' READER='$(READER)' MINUTES='$(or $(MINUTES),1)' SANITIZE='$(SANITIZE)' tests/fuzz/fuzz.sh corpus
$(BUILD)/faults_memory.so: tests/fuzz/faults_memory.c
	@mkdir -p $(@D)
	$(call short,cc $<)
	$(Q)$(CC) $(STD) $(WARN) -Wno-missing-prototypes -O1 -g -shared -fPIC $< -o $@
$(BUILD)/faults: $(BUILD)/tests/fuzz/faults.o $(BUILD)/libsolver.a
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) $^ $(LIBS) -lpthread -o $@
check-faults: all $(BUILD)/faults $(BUILD)/faults_memory.so $(BUILD)/fuzz_readers ## whole commands with failing allocations, a full disk, closed pipes and signals at random moments; SECONDS=150 SEED=1
	TASO_BIN='$(BIN)' TASO_FAULTS='$(BUILD)/faults_memory.so' TASO_READERS='$(BUILD)/fuzz_readers' $(BUILD)/faults $(if $(filter-out 0,$(SECONDS)),$(SECONDS),150) $(SEED)
.PHONY: fuzz-coverage fuzz-corpus check-faults

coverage: ## share of lines that the tests execute, one line per source file
	$(MAKE) check BUILD=build/coverage BIN=build/coverage/bin CFLAGS='-O0 -g' EXTRA='--coverage'
	@find build/coverage -name '*.gcda' -not -path '*/tests/*' | sort | xargs gcov -n 2>/dev/null | tests/tools/coverage.awk

lint: ## check includes, include guards, names, sizes, asserts per 100 lines and formatting
	tests/tools/lint.sh

analyze: ## cppcheck and clang-tidy, as configured in tests/tools; QUICK=1: without the path-sensitive checks
	@CC='$(CC)' SETUP=tests/tools/setup.sh QUICK='$(QUICK)' tests/tools/analyze.sh
.PHONY: analyze

format: ## run clang-format on every source file
	clang-format -i $$(git ls-files '*.c' '*.h')

# Compiles every source file, links nothing.
check-objects: $(foreach layer,$(LAYERS),$(call objects,$(layer)))

bench: bench-solver bench-reading bench-kernels bench-networks bench-emitted ## speed of solver and kernels, compared with whatever peers are installed
bench-solver: all ## the solver's part; SETS="netlib own" SHARE=1, more in experiments/bench/bench_solver.sh: results/bench/solver.md
	BIN='$(BIN)' DATA='$(DATA)' OUT='$(BUILD)/bench' COMPILER="$$($(CC) --version | head -1), $(CFLAGS)" experiments/bench/bench_solver.sh peers
	@mkdir -p results/bench && cp $(BUILD)/bench/solver.tsv $(BUILD)/bench/solver.md results/bench/
bench-proofs: all ## proofs of the testbed's own and public programs, checked, with times and sizes; SETS="own miplib3" SHARE=20, more in experiments/bench/proofs.sh: results/bench/proofs.md
	BIN='$(BIN)' DATA='$(DATA)' OUT='$(BUILD)/bench' COMPILER="$$($(CC) --version | head -1), $(CFLAGS)" experiments/bench/proofs.sh
	@mkdir -p results/bench && cp $(BUILD)/bench/proofs.tsv $(BUILD)/bench/proofs.md results/bench/
bench-reading: all ## time and memory that milp needs to read programs of up to 5 million entries: results/bench/reading.md
	BIN='$(BIN)' OUT='$(BUILD)/bench' experiments/bench/bench_reading.sh
	@$(call table,markdown) $(BUILD)/bench/reading.tsv >$(BUILD)/bench/reading.md
	@mkdir -p results/bench && cp $(BUILD)/bench/reading.tsv $(BUILD)/bench/reading.md results/bench/
	@cat results/bench/reading.md
check-emitted: all ## compile what taso emit writes for every network with gcc and clang at -O0, -O2 and the shipped flags; NETS, COMPILERS, BUDGETS, FLAGS
	NETWORKS='$(NETS)' BIN='$(BIN)' WORK='$(BUILD)/emitted' PROFILE='$(or $(PROFILE),results/reference/profile.tsv.gz)' experiments/bench/emitted.sh
check-plans: check-emitted all ## run plans of every network and method; compare bytes, errors and times with what they state: results/bench/plans.md
	BIN='$(BIN)' WORK='$(BUILD)/plans' PROFILE='$(or $(PROFILE),results/reference/profile.tsv.gz)' PIN='$(PIN)' experiments/bench/plans.sh
bench-ablation: all ## ablation study of the solver, each ingredient off in turn: results/bench/ablated.md
	BIN='$(BIN)' DATA='$(DATA)' OUT='$(BUILD)/bench' COMPILER="$$($(CC) --version | head -1), $(CFLAGS)" experiments/bench/bench_solver.sh ablation
	@mkdir -p results/bench && cp $(BUILD)/bench/ablated.tsv $(BUILD)/bench/ablated.md results/bench/

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
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' Makefile
	@echo
	@echo '  CC, CFLAGS, PREFIX, DESTDIR have their usual meaning.'
	@echo '  V=1          show full command lines'
	@echo '  CROSS=PREFIX cross-compile, e.g. CROSS=aarch64-linux-gnu-'
	@echo '  DATA=FOLDER  published tables and models that cannot be distributed here ($(DATA))'
	@echo '  make experiments NETWORKS="vgg16 my.net" METHODS="taso greedy-time" MODELS="workspace peak" BUDGETS=64K,1M CPU=0'
	@echo '    EFFORT=quick|thorough LOCAL=FOLDER: selects a part; by default all of them, quick, into $(LOCAL)'

always:
.PHONY: fuzz always $(SETUPS) all check-arm check-isa check-layers bench bench-solver bench-proofs bench-reading bench-kernels bench-kinds bench-networks bench-emitted bench-ablation accuracy check sanitize valgrind coverage lint format install dist clean help check-objects check-plans check-emitted
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
