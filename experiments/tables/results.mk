# results.mk - the rules of one folder of results, called for each machine and each published table by ../experiments.mk: sweeps and frontiers of
# each network, tables of all of them, figures.

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
