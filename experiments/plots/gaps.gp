# gaps.gp - every method that is not exact, under each memory model: how much slower than the optimum at the same budget it is, one line per
# network, from the median over the budgets to the largest (dot); on the right of each panel, at how many of the budgets it finds nothing that fits.
# DATA: gaps.tsv; OUT
HEIGHT = 3.7
WIDTH = 7.0
load "experiments/plots/style.gp"
models = ""
methods = ""
networks = 0
with(list, name) = strstrt(" " . list . " ", " " . name . " ") ? list : list . " " . name
stats DATA using (models = with(models, strcol("memory_model")), \
    methods = is("method", "best") ? methods : with(methods, strcol("method")), \
    networks = column("index") + 1 > networks ? column("index") + 1 : networks, column("index")) nooutput
methods = methods . " best"
N = words(models)
M = words(methods)
within(m, k) = is("memory_model", word(models, m)) && is("method", word(methods, k))
of(m, k, name) = within(m, k) ? column(name) : NaN
row(k) = k - 1 + 0.72 * ((column("index") + 0.5) / networks - 0.5)
array share[N * M]
do for [m = 1:N] { do for [k = 1:M] {
    budgets = 0
    none = 0
    stats DATA using (within(m, k) ? (budgets = budgets + column("budgets"), none = none + column("none"), 1) : 1) nooutput
    share[(m - 1) * M + k] = budgets == 0 ? "" : sprintf("%.0f %%", 100.0 * none / budgets)
} }

set nonlinear x via asinh(4 * x) inverse sinh(x) / 4
set xrange [0:6000]
set yrange [M - 0.4:-0.6]
set xtics ("0" 0, "1" 1, "10" 10, "" 100, "1000" 1000) font ",6" offset 0, 0.3
unset grid
set grid xtics linetype 1 linecolor rgb "#DDDDDD" linewidth 0.4
unset key
set for [k = 1:M - 1] arrow from graph 0, first k - 0.5 to graph 1.46, first k - 0.5 nohead linecolor rgb "#DDDDDD" linewidth 0.4
LEFT = 0.157
STEP = (1 - LEFT) / N
# Series 1 is black: the best of them.
series(k) = word(methods, k) eq "best" ? 1 : 3
set label 1 "slower than the optimum at equal budgets (%): median to largest, one line per network; right: budgets without an answer" \
    at screen 0.5, 0.03 center font ",6"
set multiplot
set tmargin at screen 0.915
set bmargin at screen 0.13
do for [m = 1:N] {
    set lmargin at screen LEFT + (m - 1) * STEP
    set rmargin at screen LEFT + (m - 0.33) * STEP
    set label 2 word(models, m) at graph 0.5, 1.05 center
    unset ytics
    if (m == 1) {
        set ytics ("" 0) scale 0
        set for [k = 1:M] ytics add (word(methods, k) k - 1)
    }
    do for [k = 1:M] {
        eval sprintf("set label %d '%s' at graph 1.42, first %d right font ',6'", 10 + k, share[(m - 1) * M + k], k - 1)
    }
    plot for [k = 1:M] DATA using (of(m, k, "median_percent")):(row(k)):(of(m, k, "largest_percent") - column("median_percent")):(0) \
            with vectors nohead linetype series(k) dashtype 1 linewidth 0.8, \
         for [k = 1:M] DATA using (of(m, k, "largest_percent")):(row(k)) with points linetype series(k) pointtype 7 pointsize 0.5
    unset label 1
}
unset multiplot
