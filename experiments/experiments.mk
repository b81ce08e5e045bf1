# experiments.mk - profile -> sweeps and frontiers -> tables -> plots, one folder of results each: make experiments, replay, reference, compare, smoke,
# report.
#
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
.PHONY: experiments remade replay reference report
