# saved.gp - how many times less memory does, if inference may take so much longer than the fastest selection. Nothing needed at all is drawn
# on the upper edge. DATA: saved.tsv; OUT
HEIGHT = 2.4
load "experiments/plots/style.gp"
@NETWORK_X
set ylabel "memory saved (factor)"
set logscale y 2
set yrange [0.9:*]
SLACKS = "0.05 0.15 0.30"
at(slack, value) = is("slack", slack) ? column(value) : NaN
shift(i) = (i - (words(SLACKS) + 1) / 2.0) * 0.24
plot 2.2 with lines linetype 1 linewidth 0.7 dashtype 3 title "published: 2.2", \
     for [i = 1:words(SLACKS)] DATA using (at(word(SLACKS, i), "index") + shift(i)):(column("saved")) \
        with impulses linetype i + 1 dashtype 1 linewidth 1 notitle, \
     for [i = 1:words(SLACKS)] DATA using (at(word(SLACKS, i), "index") + shift(i)):(column("saved")) \
        with points linetype i + 1 pointsize 1.2 title sprintf("+%.0f %% time", 100 * real(word(SLACKS, i)))
