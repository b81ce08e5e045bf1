# speedup.gp - how many times faster than each baseline the optimum is at the same budget: geometric mean over the budgets, with the range
# from least to most, for every network. DATA: speedup.tsv; OUT
HEIGHT = 2.6
load "experiments/plots/style.gp"
@NETWORK_X
set ylabel "speed-up over the baseline"
set logscale y 2
set ytics (1, 2, 4, 8, 16, 32, 64, 128, 256)
set yrange [0.9:*]
BASELINES = "greedy-time greedy-layout family-im2col greedy-memory"
at(baseline, value) = is("baseline", baseline) ? column(value) : NaN
shift(i) = (i - (words(BASELINES) + 1) / 2.0) * 0.2
plot 8 with lines linetype 1 linewidth 0.7 dashtype 3 title "published: 8", \
     for [i = 1:words(BASELINES)] DATA using (at(word(BASELINES, i), "index") + shift(i)):(column("geomean")):(column("least")):(column("most")) \
        with yerrorbars linetype i + 1 dashtype 1 linewidth 0.9 pointsize 1 title word(BASELINES, i)
