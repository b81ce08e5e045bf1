# tests.mk - make check and its relatives: sanitizers, other machines, fuzzing, mutants, lint. Each tests/FOLDER/test_X.c is a program (README.md).

CHECK_FLAGS = $(if $(CROSS),-Itests/cross,$(shell pkg-config --cflags check 2>/dev/null))
CHECK_LIBS = $(if $(CROSS),,$(shell pkg-config --libs check 2>/dev/null || echo -lcheck))
# These build the testbed anew in scratch copies, with rows added to its tables: two minutes of the CPU.
ADDED := test_added_rows test_added_solver_rows test_own_experiment
T ?= $(filter-out $(ADDED),$(TESTS))
$(BUILD)/tests/%.o: tests/%.c Makefile $(BUILD)/flags.list | $(NEEDS:%=setup-%) $(if $(CROSS),,setup-check)
	@mkdir -p $(@D)
	$(call short,cc $<)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CHECK_FLAGS) $(CFLAGS_ALL) -Wno-pedantic -c $< -o $@
# Tests spend their time in what they test: with -O1 they take as long, and compile in two thirds of the time.
$(TEST_SOURCES:%.c=$(BUILD)/%.o): CFLAGS_ALL += $(if $(filter -O2 -O3,$(CFLAGS)),-O1)
# tests/cross has a check.h of its own, without marks.
MARKS = $(if $(CROSS),,$(BUILD)/tests/support/marks.o)
define test
$(BUILD)/tests/$(notdir $(1)): $(BUILD)/$(1).o $(BUILD)/tests/support/harness.o $(MARKS) $(ARCHIVES)
	$$(call short,ld $$@)
	$(Q)$$(CC) $$(CFLAGS) $$(EXTRA) $$(LDFLAGS) -fopenmp -Wl,--wrap=GOMP_parallel$(if $(MARKS),$(comma)--wrap=_mark_point) $$^ $$(LIBS) $$(CHECK_LIBS) -lpthread -o $$@
endef
$(foreach t,$(basename $(TEST_SOURCES)),$(eval $(call test,$(t))))
# This test makes kernels return wrong results.
$(BUILD)/tests/test_reference: LDFLAGS += -Wl,--wrap=operator_run,--wrap=primitive_run,--wrap=convert_run
# And this one, relaxations fail.
$(BUILD)/tests/test_lost: LDFLAGS += -Wl,--wrap=lp_solve
# In these tests, calls that can fail go through tests/support/failing.c.
FAILING := malloc calloc realloc aligned_alloc free fopen open_memstream fread fseek fwrite vfprintf fflush fsync fclose rename mkdir methods_run \
    $(if $(filter no,$(ZLIB)),,gzopen gzgets gzerror gzvprintf gzclose)
FAILING_TESTS := $(addprefix $(BUILD)/tests/test_,blocks error_paths spoiled_words whole_commands whole_runs)
$(FAILING_TESTS): $(BUILD)/tests/support/failing.o
$(FAILING_TESTS): LDFLAGS += $(FAILING:%=-Wl,--wrap=%)
.PRECIOUS: $(BUILD)/tests/%.o $(BUILD)/%.o

SECONDS_MOST ?= 280
# Waiting threads sleep: several test programs run at the same time, and spinning threads would slow down the others.
check: all $(T:%=$(BUILD)/tests/%) ## run the tests, but for those of check-added; T="test_a test_b": only these
	@OMP_WAIT_POLICY=passive TASO_DATA='$(DATA)' TASO_BIN='$(BIN)' CK_DEFAULT_TIMEOUT='$(SECONDS_MOST)' tests/tools/run.sh $(T:%=$(BUILD)/tests/%)

check-added: ## what READMEs say of adding an algorithm, an operator, a method, an ingredient or a network: in scratch copies, which are built
	$(MAKE) check T='$(ADDED)'

mutants: ## random one-token changes, each built and tested: N=40 SEED=1 FOLDER=solver; prints those that no test notices
	@CC='$(CC)' MAKE='$(MAKE_COMMAND)' DATA='$(DATA)' N='$(or $(N),40)' SEED='$(or $(SEED),1)' FOLDER='$(FOLDER)' \
	    SANITIZED_KERNELS='$(SANITIZED_KERNELS)' tests/tools/mutants.sh $(TESTS:%=build/tests/%)

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

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -DTASO_CHECK
# With sanitizers, -O3 compiles the largest loops three times as long as -O1 does, and would find no more. Tests take up to ten times as long.
SANITIZED_KERNELS := $(KERNEL_FLAGS:-O3=-O1)
sanitize: ## the tests with the address and undefined-behaviour sanitizers and all invariants (CHECK); T= as for check
	$(MAKE) check BUILD=build/sanitize BIN=build/sanitize/bin CFLAGS='-O1 -g -fno-omit-frame-pointer' EXTRA='$(SANITIZE)' \
	    KERNEL_FLAGS='$(SANITIZED_KERNELS)' SECONDS_MOST=3600

# A sample that takes about a minute: readers of files, and code with its own memory management.
SAMPLE ?= test_error_paths test_spoiled_words test_exact test_ilp test_import test_lpfile test_lu test_mps test_mutations test_network \
    test_network_join test_plan test_plan_judge test_presolve test_products test_profile test_runtime
sanitize-sample: ## a sample of the tests under the sanitizers; SAMPLE="test_a test_b"
	WHAT='sanitized sample' $(MAKE) sanitize T='$(filter $(SAMPLE),$(TESTS))'

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

coverage: ## share of lines that the tests execute, one line per source file
	$(MAKE) check BUILD=build/coverage BIN=build/coverage/bin CFLAGS='-O0 -g' EXTRA='--coverage'
	@find build/coverage -name '*.gcda' -not -path '*/tests/*' | sort | xargs gcov -n 2>/dev/null | tests/tools/coverage.awk

lint: ## check includes, include guards, names, sizes, asserts per 100 lines and formatting
	tests/tools/lint.sh

analyze: ## cppcheck and clang-tidy, as configured in tests/tools; QUICK=1: without the path-sensitive checks
	@CC='$(CC)' SETUP=tests/tools/setup.sh QUICK='$(QUICK)' tests/tools/analyze.sh

format: ## run clang-format on every source file
	clang-format -i $$(git ls-files '*.c' '*.h')

.PHONY: check check-arm check-isa check-layers check-faults mutants sanitize sanitize-sample valgrind same-tree coverage lint analyze format \
    fuzz fuzz-coverage fuzz-corpus
