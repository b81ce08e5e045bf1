# saved.gp - how much less memory does, if inference may take so much longer than the fastest selection. DATA: saved.tsv; OUT
HEIGHT = 2.4
load "experiments/plots/style.gp"
set ylabel "memory saved (factor)"
set logscale y 2
set xtics rotate by -40 left scale 0 offset -0.8, 0
set bmargin 4.4
unset grid
set grid ytics linetype 1 linecolor rgb "#DDDDDD" linewidth 0.4
SLACKS = "0.05 0.15 0.30"
stats DATA using (column("index")) nooutput
set xrange [-0.6:STATS_max + 0.6]
at(slack, value) = is("slack", slack) ? column(value) : NaN
set arrow from graph 0, first 2.2 to graph 1, first 2.2 nohead linetype 1 linewidth 0.6 dashtype 3
plot for [i = 1:words(SLACKS)] DATA using (at(word(SLACKS, i), "index") + (i - 2) * 0.22):(column("saved")) \
        with impulses linetype i + 1 dashtype 1 linewidth 1 notitle, \
     for [i = 1:words(SLACKS)] DATA using (at(word(SLACKS, i), "index") + (i - 2) * 0.22):(column("saved")) \
        with points linetype i + 1 pointsize 1.2 title sprintf("+%.0f %% time", 100 * real(word(SLACKS, i))), \
     DATA using (at(word(SLACKS, 1), "index")):(1):xticlabels(strcol("network")) with points pointtype 0 notitle, \
     NaN with lines linetype 1 linewidth 0.6 dashtype 3 title "published at 15 %: 2.2"
