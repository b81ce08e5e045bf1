# solver-effort.gp - the integer programs of all networks, one mark each: how far the relaxation is below the optimum (top), nodes (middle) and pivots
# (bottom) against the number of columns, by memory model; conversions as flows (2) on the left, as products (2') on the right. Programs that were not
# solved within the limit have no mark. DATA: effort.tsv; OUT
HEIGHT = 4.0
load "experiments/plots/style.gp"
FORMULATIONS = "flow product"
TITLES = "'conversions as flows (2)' 'as products (2′)'"
models = ""
with(list, name) = strstrt(" " . list . " ", " " . name . " ") ? list : list . " " . name
stats DATA using (models = with(models, strcol("memory_model")), column("columns")) nooutput
N = words(models)
from = 10 ** floor(log10(STATS_min))
to = STATS_max * 1.3
of(m, f, value) = is("memory_model", word(models, m)) && is("formulation", word(FORMULATIONS, f)) && is("outcome", "optimal") ? column(value) : NaN
ROWS = "root_gap_percent nodes pivots"
LABELS = "'root gap (%)' nodes pivots"
array low[3]
array high[3]
do for [r = 1:3] {
    stats DATA using (is("outcome", "optimal") ? column(word(ROWS, r)) : NaN) nooutput
    low[r] = r == 1 ? -0.002 : STATS_min / 1.3
    high[r] = r == 1 ? STATS_max * 1.2 + 0.01 : STATS_max * 1.5
}
left(f) = f == 1 ? 0.46 / WIDTH : 0.5 + 0.24 / WIDTH
right(f) = f == 1 ? 0.5 + 0.12 / WIDTH : 1 - 0.1 / WIDTH
top(r) = 1 - (0.42 + (r - 1) * 1.0) / HEIGHT
set logscale x
set xrange [from:to]
set label 1 "effort of solving, by size and formulation" at screen 0.5, screen 1 - 0.09 / HEIGHT center font ",6.5"
set label 2 "columns of the integer program" at screen 0.55, screen 0.33 / HEIGHT center font ",6.5"
place = 0.3 / WIDTH
do for [m = 1:N] {
    set label 10 + m word(models, m) at screen place, screen 0.10 / HEIGHT left offset 1, 0 font ",6" point linetype m pointsize 0.9
    place = place + (0.32 + 0.058 * strlen(word(models, m))) / WIDTH
}
unset key
set multiplot
do for [r = 1:3] { do for [f = 1:2] {
    set lmargin at screen left(f)
    set rmargin at screen right(f)
    set tmargin at screen top(r)
    set bmargin at screen top(r) - 0.88 / HEIGHT
    if (r == 1) {
        set nonlinear y via asinh(y * 100) inverse sinh(y) / 100
        set ytics ("0" 0, "0.01" 0.01, "0.1" 0.1, "1" 1, "10" 10, "100" 100)
    } else {
        unset nonlinear y
        set logscale y
        set ytics ("1" 1, "10" 10, "100" 100, "1K" 1000, "10K" 10000, "100K" 100000, "1M" 1000000)
        if (high[r] < 100) { set ytics add ("2" 2, "5" 5, "20" 20, "50" 50) }
    }
    set yrange [low[r]:high[r]]
    if (f == 2) { set format y ""; set ytics ("" 0, "" 0.01, "" 0.1, "" 1, "" 10, "" 100, "" 1000, "" 10000, "" 100000, "" 1000000) }
    if (f == 2 && r > 1 && high[r] < 100) { set ytics add ("" 2, "" 5, "" 20, "" 50) }
    set ytics font ",6" offset 0.4, 0
    set xtics ("100" 100, "1K" 1000, "10K" 10000, "100K" 100000, "1M" 1000000) font ",6" offset 0, 0.4
    if (r < 3) { set format x ""; set xtics ("" 100, "" 1000, "" 10000, "" 100000, "" 1000000) }
    if (f == 1) { set label 3 word(LABELS, r) at screen 0.07 / WIDTH, screen top(r) - 0.44 / HEIGHT center rotate by 90 font ",6.5" } else { unset label 3 }
    if (r == 1) { set label 4 word(TITLES, f) at graph 0.5, screen 1 - 0.28 / HEIGHT center font ",6" } else { unset label 4 }
    plot for [m = N:1:-1] DATA using (of(m, f, "columns")):(column(word(ROWS, r))) with points linetype m pointsize 0.8 notitle
    if (r == 1 && f == 1) { unset label 1; unset label 2; do for [m = 1:N] { unset label 10 + m } }
} }
unset multiplot
