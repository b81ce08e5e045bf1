# frontier.gp - one network: inference time against shared workspace, the exact frontier and where each method lies without a budget; markers of
# different sizes, since some coincide. DATA: frontier.tsv; POINTS: sweep.tsv; NETWORK; OUT
load "experiments/plots/style.gp"
@MEMORY_X
set xlabel "shared workspace (bytes)"
set ylabel "inference time (ms)"
set logscale y
METHODS = "pbqp greedy-time greedy-layout family-im2col greedy-memory sum2d"
on(name, value) = is("network", NETWORK) ? column(value) : NaN
at(method, value) = is("network", NETWORK) && is("method", method) && is("budget_bytes", "none") ? column(value) : NaN
plot DATA using (on(0, "memory_bytes") / KIB):(on(0, "time_ns") / 1e6) with steps linetype 1 title "exact frontier", \
     for [i = 1:words(METHODS)] POINTS using (at(word(METHODS, i), "memory_bytes") / KIB):(at(word(METHODS, i), "time_ns") / 1e6) \
         with points linetype i + 1 linewidth 1.5 pointsize 2.1 - 0.2 * i title word(METHODS, i)
