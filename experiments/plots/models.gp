# models.gp - one network: inference time against memory, the exact frontier under every memory model, since what a budget counts decides
# what memory buys. DATA: the beginning of the names of its frontiers, DATA.MODEL.frontier.tsv; MODELS: their names; NETWORK; OUT
HEIGHT = 2.7
load "experiments/plots/style.gp"
@MEMORY_X
set offsets graph 0.02, graph 0.04, 0, 0
set title NETWORK . ": exact frontiers by memory model" font ",6.5" offset 0, -0.6
set xlabel "memory as the model counts it (bytes)"
set ylabel "inference time (ms)"
set key outside bottom center horizontal samplen 2.4 font ",6"
set bmargin 5.6
set tmargin 1.6
file(i) = DATA . "." . word(MODELS, i) . ".frontier.tsv"
fastest = 1e30
slowest = 0
do for [i = 1:words(MODELS)] {
    stats file(i) using (fastest = column("time_ns") / 1e6 < fastest ? column("time_ns") / 1e6 : fastest, \
        slowest = column("time_ns") / 1e6 > slowest ? column("time_ns") / 1e6 : slowest, 1) nooutput
}
set logscale y
set yrange [fastest / 1.04:slowest * 1.04]
set ytics () out nomirror scale 0.5
# 1, 1.2, 1.5, ... of every power of ten; without those between where the range is wide.
MARKS = slowest > 3 * fastest ? "1 2 3 5 7" : "1 1.1 1.2 1.3 1.4 1.5 1.7 2 2.3 2.6 3 3.5 4 4.5 5 6 7 8 9"
do for [e = -1:5] { do for [k = 1:words(MARKS)] {
    mark = 10.0 ** e * real(word(MARKS, k))
    if (mark > fastest / 1.04 && mark < slowest * 1.04) { set ytics add (sprintf("%.4g", mark) mark) }
} }
plot for [i = words(MODELS):1:-1] file(i) using (column("memory_bytes") / KIB):(column("time_ns") / 1e6) with steps linetype i dashtype 1 linewidth 1.4 notitle, \
     for [i = words(MODELS):1:-1] file(i) using (column("memory_bytes") / KIB):(column("time_ns") / 1e6) with points linetype i pointsize 0.4 notitle, \
     for [i = 1:words(MODELS)] NaN with linespoints linetype i dashtype 1 linewidth 1.4 pointsize 0.8 title word(MODELS, i)
