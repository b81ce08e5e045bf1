# budget.gp - one network: inference time against the budget of shared workspace, one line per method; no line where a method has no answer within
# the budget, or takes far longer than the fastest. Steps, since between two budgets only the time at the smaller one is known to be attainable; staggered markers show lines that
# coincide. DATA: sweep.tsv; NETWORK; OUT
HEIGHT = 2.8
load "experiments/plots/style.gp"
@MEMORY_X
set title NETWORK . ": time within a workspace budget"
set bmargin 7.4
set key font ",5.6"
set offsets graph 0.02, graph 0.04, 0, 0
set xlabel "budget of shared workspace (bytes)"
set ylabel "inference time (ms)"
METHODS = "taso taso-layerwise greedy-time greedy-layout family-im2col greedy-memory sum2d"
N = words(METHODS)
at(method, value) = is("network", NETWORK) && is("method", method) && (is("outcome", "optimal") || is("outcome", "feasible")) \
    ? column(value) : NaN
fastest = 1e30
slowest = 0
array least[N]
do for [i = 1:N] {
    least[i] = 1e30
    stats DATA using (least[i] = at(word(METHODS, i), "time_ns") / 1e6 < least[i] ? column("time_ns") / 1e6 : least[i], \
        slowest = at(word(METHODS, i), "time_ns") / 1e6 > slowest ? column("time_ns") / 1e6 : slowest, 1) nooutput
    if (least[i] < fastest) { fastest = least[i] }
}
if (slowest > TIME_SPAN * fastest) { slowest = TIME_SPAN * fastest }
@TIME_Y
# taso last, on top
plot for [i = N:1:-1] DATA using (at(word(METHODS, i), "budget_bytes") / KIB):(at(word(METHODS, i), "time_ns") / 1e6) \
        with fsteps linetype i notitle, \
     for [i = N:1:-1] DATA using (at(word(METHODS, i), "budget_bytes") / KIB):(at(word(METHODS, i), "time_ns") / 1e6) \
        every N::i - 1 with points linetype i pointsize 1.1 notitle, \
     for [i = 1:N] keyentry with linespoints linetype i pointsize 1.1 title word(METHODS, i) . above(least[i])
