# frontier.gp - one network: inference time against shared workspace, the exact frontier and where each method lies without a budget; markers of
# different sizes, since some coincide. DATA: frontier.tsv; POINTS: sweep.tsv; NETWORK; OUT
HEIGHT = 2.8
load "experiments/plots/style.gp"
@MEMORY_X
set title NETWORK . ": exact frontier and other methods"
set bmargin 7.4
set key font ",5.6"
set offsets graph 0.02, graph 0.04, 0, 0
set xlabel "shared workspace (bytes)"
set ylabel "inference time (ms)"
METHODS = "pbqp greedy-time greedy-layout family-im2col greedy-memory sum2d"
on(name, value) = is("network", NETWORK) ? column(value) : NaN
at(method, value) = is("network", NETWORK) && is("method", method) && is("budget_bytes", "none") ? column(value) : NaN
fastest = 1e30
slowest = 0
stats DATA using (fastest = on(0, "time_ns") / 1e6 < fastest ? column("time_ns") / 1e6 : fastest, \
    slowest = on(0, "time_ns") / 1e6 > slowest ? column("time_ns") / 1e6 : slowest, 1) nooutput
array takes[words(METHODS)]
do for [i = 1:words(METHODS)] {
    takes[i] = 0
    stats POINTS using (takes[i] = at(word(METHODS, i), "time_ns") / 1e6 > 0 ? column("time_ns") / 1e6 : takes[i], 1) nooutput
    if (takes[i] > slowest && takes[i] <= TIME_SPAN * fastest) { slowest = takes[i] }
}
@TIME_Y
# the frontier last, on top
plot for [i = 1:words(METHODS)] POINTS using (at(word(METHODS, i), "memory_bytes") / KIB):(at(word(METHODS, i), "time_ns") / 1e6) \
         with points linetype i + 1 linewidth 1.5 pointsize 2.1 - 0.2 * i notitle, \
     DATA using (on(0, "memory_bytes") / KIB):(on(0, "time_ns") / 1e6) with steps linetype 1 notitle, \
     keyentry with lines linetype 1 title "exact frontier", \
     for [i = 1:words(METHODS)] keyentry with points linetype i + 1 linewidth 1.5 pointsize 1.4 title word(METHODS, i) . above(takes[i])
