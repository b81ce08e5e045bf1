# budget.gp - time against the memory budget, a line a method, of one network. Greedy methods without an answer in a budget have no point there.
# DATA: sweep.tsv; NETWORK; OUT
load "experiments/plots/style.gp"
@MEMORY_X
set xlabel "memory budget (bytes)"
set ylabel "inference time (ms)"
set logscale y
METHODS = "taso taso-layerwise greedy-time greedy-layout greedy-memory family-im2col sum2d"
at(method, value) = is("network", NETWORK) && is("method", method) && (is("outcome", "optimal") || is("outcome", "feasible")) \
    ? column(value) : NaN
plot for [i = 1:words(METHODS)] DATA using (at(word(METHODS, i), "budget_bytes") / KIB):(at(word(METHODS, i), "time_ns") / 1e6) \
    with linespoints linetype i pointinterval 3 title word(METHODS, i)
