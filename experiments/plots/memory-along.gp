# memory-along.gp - one network, memory along the execution: what each step keeps in RAM, by what it is for (top), and the stored weights that it reads
# (bottom); on the left the fastest plan of whole layers, on the right one with segments of layers by rows that is at most 10 % slower.
# DATA: along.tsv; NETWORK; OUT
HEIGHT = 3.0
load "experiments/plots/style.gp"
EXECUTIONS = "whole streamed"
TITLES = "'whole layers' 'segments by rows'"
PARTS = "activations conversions block workspace"
NAMES = "'tensors' 'converted copies' 'rows of a segment' 'workspace'"
COLOURS = "#56B4E9 #000000 #C8E6F8 #D55E00 #777777" # apart in grey, too
MIB = 1048576.0
of(execution, value) = is("network", NETWORK) && is("execution", execution) ? value : NaN
# The sum of the parts before the k-th one, in MiB.
below(k) = (k > 1 ? column("activations_bytes") : 0) + (k > 2 ? column("conversions_bytes") : 0) + (k > 3 ? column("block_bytes") : 0)
ram(x) = column("activations_bytes") + column("conversions_bytes") + column("block_bytes") + column("workspace_bytes")
array steps[2]
array peak[2]
array stored[2]
array ms[2]
heaviest = 0
do for [e = 1:2] {
    stats DATA using (of(word(EXECUTIONS, e), ram(0))) nooutput
    steps[e] = STATS_records
    peak[e] = STATS_max / MIB
    stats DATA using (of(word(EXECUTIONS, e), column("weights_bytes"))) nooutput
    stored[e] = STATS_sum / MIB
    heaviest = STATS_max / MIB > heaviest ? STATS_max / MIB : heaviest
    stats DATA using (of(word(EXECUTIONS, e), column("time_ns"))) nooutput
    ms[e] = STATS_sum / 1e6
}
highest = peak[1] > peak[2] ? peak[1] : peak[2]
short(x) = x < 0.095 ? sprintf("%.1g", x) : x < 9.95 ? sprintf("%.1f", x) : sprintf("%.0f", x)
set style fill solid 1 noborder
unset grid
set grid ytics linetype 1 linecolor rgb "#DDDDDD" linewidth 0.4
left(e) = e == 1 ? 0.43 / WIDTH : 0.5 + 0.30 / WIDTH
right(e) = e == 1 ? 0.5 + 0.1 / WIDTH : 1 - 0.03 / WIDTH
set title ""
set label 1 NETWORK . ": memory along the execution" at screen 0.5, screen 1 - 0.09 / HEIGHT center font ",6.5"
set label 2 "step of the execution" at screen 0.56, screen 0.26 / HEIGHT center font ",6.5"
place = 0.02
do for [k = 1:4] {
    set object k rectangle from screen place, screen 0.05 / HEIGHT to screen place + 0.075 / WIDTH, screen 0.13 / HEIGHT fillcolor rgb word(COLOURS, k) fillstyle solid 1 noborder
    set label 10 + k word(NAMES, k) at screen place + 0.105 / WIDTH, screen 0.09 / HEIGHT left font ",5.6"
    place = place + (0.19 + 0.052 * strlen(word(NAMES, k))) / WIDTH
}
unset key
set xtics font ",6" offset 0, 0.4
set ytics font ",6" offset 0.4, 0
set multiplot
do for [e = 1:2] {
    set lmargin at screen left(e)
    set rmargin at screen right(e)
    set xrange [-0.5:steps[e] - 0.5]
    set tmargin at screen 1 - 0.51 / HEIGHT
    set bmargin at screen 0.44
    set yrange [0:highest * 1.04]
    set xtics tics(steps[e] < 4 ? 4 : steps[e]) format ""
    set ytics tics(highest)
    if (e == 2) { set format y "" } else { set format y "%g" }
    if (e == 1) { set label 3 "RAM (MiB)" at screen 0.07 / WIDTH, 0.63 center rotate by 90 font ",6.5" } else { unset label 3 }
    set label 4 word(TITLES, e) . ", " . short(ms[e]) . " ms" at graph 0.5, screen 1 - 0.28 / HEIGHT center font ",5.9"
    set label 5 "peak " . short(peak[e]) . ", footprint " . short(peak[e] + stored[e]) . " MiB" at graph 0.5, screen 1 - 0.41 / HEIGHT center font ",5.7"
    plot for [k = 1:4] DATA using (of(word(EXECUTIONS, e), column("step"))):(0):(column("step") - 0.5):(column("step") + 0.5):(below(k) / MIB) \
             :((below(k) + column(word(PARTS, k) . "_bytes")) / MIB) with boxxyerror linecolor rgb word(COLOURS, k)
    do for [k = 1:2] { unset label k }
    do for [k = 1:4] { unset label 10 + k; unset object k }
    unset label 4
    unset label 5
    set tmargin at screen 0.40
    set bmargin at screen 0.50 / HEIGHT
    set yrange [0:heaviest * 1.06]
    set ytics tics(heaviest)
    set xtics tics(steps[e] < 4 ? 4 : steps[e]) format "%g"
    if (e == 1) { set label 3 "weights (MiB)" at screen 0.07 / WIDTH, 0.285 center rotate by 90 font ",6.5" }
    plot DATA using (of(word(EXECUTIONS, e), column("step"))):(0):(column("step") - 0.5):(column("step") + 0.5):(0):(column("weights_bytes") / MIB) \
        with boxxyerror linecolor rgb word(COLOURS, 5)
}
unset multiplot
