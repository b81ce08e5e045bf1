# streamed.gp - all networks: by what factor peak memory shrinks if segments of layers run by rows, against the fastest plan of whole layers.
# DATA: streamed.tsv; OUT
HEIGHT = 4.4
load "experiments/plots/style.gp"
@NETWORK_Y
set title "peak memory saved by running segments by rows"
set xlabel "factor"
SLACKS = "0 0.10 any"
TITLES = "'no slower' '+10 % time' 'at any time'"
N = words(SLACKS)
of(slack, value) = is("slack", slack) ? column(value) : NaN
plot for [i = 1:N] DATA using (0.9):(row(i, N)):(of(word(SLACKS, i), "saved") - 0.9):(0) with vectors nohead linetype i + 1 dashtype 1 notitle, \
     for [i = 1:N] DATA using (of(word(SLACKS, i), "saved")):(row(i, N)) with points linetype i + 1 pointsize 1.1 title word(TITLES, i)
