# models.gp - one network: inference time against memory, the exact frontier under every memory model, since what a budget counts decides
# what memory buys. DATA: the beginning of the names of its frontiers, DATA.MODEL.frontier.tsv; MODELS: their names; NETWORK; OUT
HEIGHT = 2.7
load "experiments/plots/style.gp"
@MEMORY_X
set offsets graph 0.02, graph 0.04, 0, 0
set title NETWORK . ": exact frontiers by memory model"
set xlabel "memory as the model counts it (bytes)"
set ylabel "inference time (ms)"
file(i) = DATA . "." . word(MODELS, i) . ".frontier.tsv"
fastest = 1e30
slowest = 0
array apart[words(MODELS)] # every so many points have one: some frontiers have hundreds
do for [i = 1:words(MODELS)] {
    stats file(i) using (fastest = column("time_ns") / 1e6 < fastest ? column("time_ns") / 1e6 : fastest, \
        slowest = column("time_ns") / 1e6 > slowest ? column("time_ns") / 1e6 : slowest, 1) nooutput
    apart[i] = 1 + int(STATS_records) / 12
}
@TIME_Y
# Not dashed: a curve of hundreds of points would be torn. Markers tell them apart.
plot for [i = words(MODELS):1:-1] file(i) using (column("memory_bytes") / KIB):(column("time_ns") / 1e6) with steps linetype i dashtype 1 linewidth 1.4 notitle, \
     for [i = words(MODELS):1:-1] file(i) using (column("memory_bytes") / KIB):(column("time_ns") / 1e6) every apart[i] with points linetype i pointsize 0.8 notitle, \
     for [i = 1:words(MODELS)] NaN with linespoints linetype i dashtype 1 linewidth 1.4 pointsize 0.8 title word(MODELS, i)
