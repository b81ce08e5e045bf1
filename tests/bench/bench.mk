# bench.mk - make bench and its parts: kernels, whole networks and emitted programs here, the solver by experiments/bench. README.md says how to read them.

# As in the programs: no team for a single thread (kernels/parallel.c), which is 2 us, a tenth of a small layer.
ONE_THREAD := -Wl,--wrap=GOMP_parallel
# Libraries to compare the kernels with, if they are installed. They are linked into this one program only.
STAND_IN := -idirafter tests/bench
has = $(shell echo '\#include <$(1)>' | $(CC) $(STAND_IN) -E -x c - >/dev/null 2>&1 && echo yes)
PEER_FLAGS = $(STAND_IN) $(if $(call has,cblas-openblas.h),-DBENCH_OPENBLAS) $(if $(call has,oneapi/dnnl/dnnl.h),-DBENCH_ONEDNN) \
    $(if $(call has,xnnpack.h),-DBENCH_XNNPACK)
PEER_LIBS = $(if $(call has,cblas-openblas.h),-lopenblas) $(if $(call has,oneapi/dnnl/dnnl.h),-ldnnl) $(if $(call has,xnnpack.h),-lXNNPACK)
$(BUILD)/tests/bench/bench_%.o: CFLAGS_ALL += -O3 -ffp-contract=fast -fopenmp $(PEER_FLAGS)
$(BUILD)/bench_kernels: $(patsubst %,$(BUILD)/tests/bench/bench_%.o,kernels kinds layer onednn peak peers rivals tables turns xnnpack) $(ARCHIVES)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp $(ONE_THREAD) $^ $(LIBS) $(PEER_LIBS) -lpthread -o $@
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

$(BUILD)/bench_networks: $(BUILD)/tests/bench/bench_networks.o $(BUILD)/tests/bench/bench_onnx.o $(ARCHIVES)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp $(ONE_THREAD) $^ $(LIBS) -lpthread -o $@
# Plans are made from this machine's profile if it has been measured.
bench_profile = $(firstword $(wildcard results/local/profile.tsv.gz) results/reference/profile.tsv.gz)
bench-networks: $(BUILD)/bench_networks $(BIN)/taso ## whole networks against onnxruntime (found through NODE_PATH) and ncnn (NCNN=benchncnn, NCNN_MODELS=folder of its models); NETS="vgg16 resnet50"
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
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp $(ONE_THREAD) $^ $(LIBS) -lpthread -o $@
agreement: $(BUILD)/agreement ## labels against integer programs and dynamic programming at sampled points of all frontiers; ARGS="--points 100 --time-limit 2"
	$< --data '$(DATA)' $(ARGS)

bench: bench-solver bench-reading bench-kernels bench-networks bench-emitted ## speed of solver and kernels, compared with whatever peers are installed
bench-solver: all ## the solver's part; SETS="netlib own" SHARE=1, more in experiments/bench/bench_solver.sh: results/bench/solver.md
	BIN='$(BIN)' DATA='$(DATA)' OUT='$(BUILD)/bench' COMPILER="$$($(CC) --version | head -1), $(CFLAGS)" experiments/bench/bench_solver.sh peers
	@mkdir -p results/bench && cp $(BUILD)/bench/solver.tsv $(BUILD)/bench/solver.md results/bench/
bench-proofs: all ## proofs of the testbed's own and public programs, checked, with times and sizes; SETS="own miplib3" SHARE=20, more in experiments/bench/proofs.sh: results/bench/proofs.md
	BIN='$(BIN)' DATA='$(DATA)' OUT='$(BUILD)/bench' COMPILER="$$($(CC) --version | head -1), $(CFLAGS)" experiments/bench/proofs.sh
	@mkdir -p results/bench && cp $(BUILD)/bench/proofs.tsv $(BUILD)/bench/proofs.md results/bench/
$(BUILD)/growth_program: $(BUILD)/tests/bench/growth_program.o $(ARCHIVES)
	$(call short,ld $@)
	$(Q)$(CC) $(CFLAGS) $(EXTRA) $(LDFLAGS) -fopenmp $^ $(LIBS) -lpthread -o $@
bench-growth: all $(BUILD)/growth_program ## chains and DAGs of 125 to 2,000 layers: time over size, and HiGHS if HIGHS names it; SIZES, SEEDS, KINDS: results/bench/growth.md
	BIN='$(BIN)' OUT='$(BUILD)/bench' PIN='$(PIN)' COMPILER="$$($(CC) --version | head -1), $(CFLAGS)" experiments/bench/bench_growth.sh $(BUILD)/growth_program
	@$(call table,markdown) $(BUILD)/bench/growth.tsv >$(BUILD)/bench/growth.md
	@mkdir -p results/bench && cp $(BUILD)/bench/growth.tsv $(BUILD)/bench/growth.md results/bench/
bench-speedup: all ## milp on THREADS (2) threads against one on ten programs, by the clock: results/bench/speedup.md; RUN, LIMIT
	BIN='$(BIN)' DATA='$(DATA)' OUT='$(BUILD)/bench' COMPILER="$$($(CC) --version | head -1), $(CFLAGS)" experiments/bench/bench_speedup.sh
	@$(call table,markdown) $(BUILD)/bench/speedup.tsv >$(BUILD)/bench/speedup.md
	@mkdir -p results/bench && cp $(BUILD)/bench/speedup.tsv $(BUILD)/bench/speedup.md results/bench/
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

.PHONY: accuracy agreement bench bench-ablation bench-emitted bench-growth bench-kernels bench-kinds bench-networks bench-proofs bench-reading bench-solver \
    bench-speedup     bench-threads check-emitted check-plans
