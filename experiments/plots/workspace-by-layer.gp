# workspace-by-layer.gp - one network, the workspace of each convolution under three budgets: what the fastest selection needs, and the least with which
# inference takes at most 5 and 15 % longer. A budget that few layers touch costs little. DATA: layers.tsv; NETWORK; OUT
HEIGHT = 2.5
load "experiments/plots/style.gp"
SLACKS = "0 0.05 0.15"
TITLES = "'fastest' '+5 %' '+15 %'"
COLOURS = "#000000 #D55E00 #56B4E9" # the later, the lighter, also in grey
of(s, value) = is("network", NETWORK) && is("slack", word(SLACKS, s)) ? column(value) : NaN
short(x) = x < 9.95 ? sprintf("%.1f", x) : sprintf("%.0f", x)
bytes(b) = b < 1024 ? sprintf("%.0f", b) : b < 1000 * 1024 ? short(b / 1024) . "K" : short(b / 1048576) . "M"
array budget[3]
do for [s = 1:3] {
    stats DATA using (of(s, "budget_bytes")) nooutput
    budget[s] = STATS_max
    convolutions = STATS_records
}
set nonlinear y via asinh(y) inverse sinh(y)
set ytics ("0" 0, "1K" 1, "10K" 10, "100K" 100, "1M" 1024, "10M" 10240, "100M" 102400, "1G" 1048576)
set yrange [-0.3:budget[1] / KIB * 2 + 1]
set xrange [0.4:convolutions + 0.6]
set xtics convolutions > 100 ? 20 : convolutions > 40 ? 10 : convolutions > 12 ? 5 : 1
set title NETWORK . ": workspace, as more time is allowed"
set xlabel "convolution, in the order of execution"
set ylabel "workspace (bytes)"
set key at screen 0.5, screen 0.10 / HEIGHT center center horizontal maxrows 1 samplen 1.5 width -2 font ",5.7"
set bmargin 4.6
do for [s = 1:3] { set arrow from graph 0, first budget[s] / KIB to graph 1, first budget[s] / KIB nohead linecolor rgb word(COLOURS, s) linewidth 0.8 dashtype 3 }
few = convolutions <= 60 # room for stems
offset(s) = few ? 0.22 * (s - 2) : 0
plot for [s = 1:3] DATA using (of(s, "convolution") + offset(s)):(few ? 0 : NaN):(0):(column("workspace_bytes") / KIB) \
         with vectors nohead linecolor rgb word(COLOURS, s) linewidth 1 dashtype 1 notitle, \
     for [s = 1:3] DATA using (of(s, "convolution") + offset(s)):(column("workspace_bytes") / KIB) with points linetype s linecolor rgb word(COLOURS, s) \
         pointsize (few ? 0.8 : 0.5) notitle, \
     for [s = 1:3] NaN with linespoints linetype s linecolor rgb word(COLOURS, s) dashtype 3 pointsize 0.8 title word(TITLES, s) . ": " . bytes(budget[s])
