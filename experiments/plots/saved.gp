# saved.gp - all networks: by what factor shared workspace shrinks if inference may take longer than with the fastest selection. No mark where no
# workspace at all is needed. DATA: saved.tsv; OUT
HEIGHT = 4.4
load "experiments/plots/style.gp"
@NETWORK_Y
set title "shared workspace saved for more time"
set xlabel "factor"
SLACKS = "0.05 0.15 0.30"
N = words(SLACKS)
of(slack, value) = is("slack", slack) ? column(value) : NaN
set arrow 100 from first 2.2, graph 0 to first 2.2, graph 1 nohead linetype 1 linewidth 0.7 dashtype 3
plot for [i = 1:N] DATA using (0.9):(row(i, N)):(of(word(SLACKS, i), "saved") - 0.9):(0) with vectors nohead linetype i + 1 dashtype 1 notitle, \
     for [i = 1:N] DATA using (of(word(SLACKS, i), "saved")):(row(i, N)) with points linetype i + 1 pointsize 1.1 \
        title sprintf("+%.0f %% time", 100 * real(word(SLACKS, i))), \
     keyentry with lines linetype 1 linewidth 0.7 dashtype 3 title "published at +15 %: 2.2"
