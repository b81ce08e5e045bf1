/* bench_serve.h - one side of an interleaved measurement: a process that runs a network on request.
 *
 * A line `run R` on standard input: R inferences; the answer is the CPU time of the whole process that they took, in
 * ns. `output NAME`: the last output goes to FOLDER/NAME, raw float32. `memory`: the process's peak resident memory,
 * arena and weights, in bytes. C11 and POSIX, so that emitted programs can include it too. */
#ifndef TESTS_BENCH_BENCH_SERVE_H
#define TESTS_BENCH_BENCH_SERVE_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static inline long long serve_cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline void serve(void (*run)(void *context), void *context, const float *out, size_t outputs,
                         const char *folder, long long arena_bytes, long long weights_bytes) {
    char line[256], name[128], path[4096];
    struct rusage usage;
    int runs;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "run %d", &runs) == 1) {
            long long start = serve_cpu_ns();
            for (int i = 0; i < runs; i++) run(context);
            printf("%lld\n", serve_cpu_ns() - start);
        } else if (sscanf(line, "output %127s", name) == 1) {
            snprintf(path, sizeof path, "%s/%s", folder, name);
            FILE *file = fopen(path, "wb");
            if (!file || fwrite(out, sizeof *out, outputs, file) != outputs || fclose(file) != 0) perror(path), exit(2);
            printf("done\n");
        } else if (strncmp(line, "memory", 6) == 0) {
            getrusage(RUSAGE_SELF, &usage);
            printf("%lld %lld %lld\n", (long long)usage.ru_maxrss * 1024, arena_bytes, weights_bytes);
        } else {
            fprintf(stderr, "serve: what is `%s`?\n", line), exit(2);
        }
        fflush(stdout);
    }
}

#endif
