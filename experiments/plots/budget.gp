# budget.gp - one network: inference time against the budget of shared workspace, one line per method; no line where a method has no answer within
# the budget. Steps, since between two budgets only the time at the smaller one is known to be attainable; staggered markers show lines that
# coincide. DATA: sweep.tsv; NETWORK; OUT
load "experiments/plots/style.gp"
@MEMORY_X
set xlabel "budget of shared workspace (bytes)"
set ylabel "inference time (ms)"
set logscale y
METHODS = "taso taso-layerwise greedy-time greedy-layout family-im2col greedy-memory sum2d"
N = words(METHODS)
at(method, value) = is("network", NETWORK) && is("method", method) && (is("outcome", "optimal") || is("outcome", "feasible")) \
    ? column(value) : NaN
plot for [i = 1:N] DATA using (at(word(METHODS, i), "budget_bytes") / KIB):(at(word(METHODS, i), "time_ns") / 1e6) \
        with fsteps linetype i notitle, \
     for [i = 1:N] DATA using (at(word(METHODS, i), "budget_bytes") / KIB):(at(word(METHODS, i), "time_ns") / 1e6) \
        every N::i - 1 with points linetype i pointsize 1.1 notitle, \
     for [i = 1:N] keyentry with linespoints linetype i pointsize 1.1 title word(METHODS, i)
