# speedup.gp - all networks: speed-up of the optimum over each baseline at the same budget of shared workspace: geometric mean over the budgets, and
# the range from minimum to maximum. DATA: speedup.tsv; OUT
HEIGHT = 5.0
load "experiments/plots/style.gp"
@NETWORK_Y
set title "speed-up of the optimum over other methods"
set xlabel "factor at equal shared workspace"
BASELINES = "greedy-time greedy-layout family-im2col greedy-memory"
N = words(BASELINES)
of(baseline, value) = is("baseline", baseline) ? column(value) : NaN
set arrow 100 from first 8, graph 0 to first 8, graph 1 nohead linetype 1 linewidth 0.7 dashtype 3
plot for [i = 1:N] DATA using (of(word(BASELINES, i), "geomean")):(row(i, N)):(column("least")):(column("most")) \
        with xerrorbars linetype i + 1 dashtype 1 linewidth 0.9 pointsize 1 title word(BASELINES, i), \
     keyentry with lines linetype 1 linewidth 0.7 dashtype 3 title "published: 8"
