# gaps.gp - every method that is not exact, under each memory model: how much slower than the optimum at the same budget it is, one line per
# network, from the median over the budgets to the largest (dot); on the right of each panel, at how many of the budgets it finds nothing that fits.
# DATA: gaps.tsv; OUT
HEIGHT = 3.9
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
of(m, name) = is("memory_model", word(models, m)) ? column(name) : NaN
# The number of a word in a list of different words.
number(list, name) = words(substr(" " . list . " ", 1, strstrt(" " . list . " ", " " . name . " "))) + 1
method(x) = number(methods, strcol("method"))
row(x) = method(0) - 1 + 0.72 * ((column("index") + 0.5) / networks - 0.5)
array budgets[N * M]
array none[N * M]
do for [k = 1:N * M] { budgets[k] = 0; none[k] = 0 }
stats DATA using (k = (number(models, strcol("memory_model")) - 1) * M + method(0), \
    budgets[k] = budgets[k] + column("budgets"), none[k] = none[k] + column("none"), 1) nooutput
share(k) = budgets[k] == 0 ? "" : sprintf("%.0f %%", 100.0 * none[k] / budgets[k])

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
# The best of them is black.
colour(x) = is("method", "best") ? 0x000000 : 0x0072B2
set label 1 "slower than the optimum at equal budgets (%): median to largest, one line per network; right: budgets without an answer" \
    at screen 0.5, 0.03 center font ",6"
set label 3 "What is lost without an exact solver, by method and memory model; best: the best of them at each budget" at screen 0.5, 0.975 center font ",6.5"
set multiplot
set tmargin at screen 0.88
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
        eval sprintf("set label %d '%s' at graph 1.42, first %d right font ',6'", 10 + k, share((m - 1) * M + k), k - 1)
    }
    plot DATA using (of(m, "median_percent")):(row(0)):(column("largest_percent") - column("median_percent")):(0):(colour(0)) \
            with vectors nohead linecolor rgb variable dashtype 1 linewidth 0.8, \
         DATA using (of(m, "largest_percent")):(row(0)):(colour(0)) with points linecolor rgb variable pointtype 7 pointsize 0.5
    unset label 1
    unset label 3
}
unset multiplot
