# speedup.gp - how many times faster than each greedy selection the optimum is at the same budget: geometric mean over the budgets, with
# the range from least to largest, for every network. DATA: speedup.tsv; OUT
HEIGHT = 2.6
load "experiments/plots/style.gp"
set xlabel offset 0, 0
set ylabel "speed-up over the method"
set logscale y 2
set ytics (1, 2, 4, 8, 16, 32, 64, 128)
set xtics rotate by -40 left scale 0 offset -0.8, 0
set bmargin 4.4
unset grid
set grid ytics linetype 1 linecolor rgb "#DDDDDD" linewidth 0.4
BASELINES = "greedy-time greedy-layout greedy-memory family-im2col"
stats DATA using (column("index")) nooutput
set xrange [-0.6:STATS_max + 0.6]
at(baseline, value) = is("baseline", baseline) ? column(value) : NaN
shift(i) = (i - (words(BASELINES) + 1) / 2.0) * 0.2
set arrow from graph 0, first 8 to graph 1, first 8 nohead linetype 1 linewidth 0.6 dashtype 3
plot for [i = 1:words(BASELINES)] DATA using (at(word(BASELINES, i), "index") + shift(i)):(column("geomean")):(column("least")):(column("most")):xticlabels("") \
        with yerrorbars linetype i + 1 dashtype 1 pointsize 1.1 title word(BASELINES, i), \
     DATA using (at(word(BASELINES, 1), "index")):(1):xticlabels(strcol("network")) with points linetype 1 pointtype 0 notitle, \
     NaN with lines linetype 1 linewidth 0.6 dashtype 3 title "published: 8"
