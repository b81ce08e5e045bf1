# kernels.gp - every convolution of the kernel bench: operations per second, counted in direct form (2 C M KH KW per output, whatever an algorithm really does),
# for our best and our direct kernel and for the peers, with the processor's measured peak. DATA: kernels.tsv of results/bench; OUT
HEIGHT = 2.9
load "experiments/plots/style.gp"
PEAK = real(system("sed -n 's|^# peak: \\([0-9.]*\\) GFLOP/s.*|\\1|p' '" . DATA . "' | sort -n | tail -1"))
set title "convolutions of the built-in networks, one thread"
set xlabel "size of the convolution (GFLOP in direct form)"
set ylabel "GFLOP/s in direct form"
set key inside bottom right vertical Left reverse samplen 1 font ",5.5"
set bmargin 3.2
set logscale xy
set xtics ("0.01" 0.01, "0.1" 0.1, "1" 1, "10" 10)
set ytics ("2" 2, "5" 5, "10" 10, "20" 20, "50" 50, "100" 100, "200" 200, "500" 500, "1000" 1000)
set yrange [PEAK / 45:5 * PEAK] # the key is below the slowest
set xrange [0.0018:6]
rate(name) = 1000 * column("gflop") / column(name)
set arrow from graph 0, first PEAK to graph 1, first PEAK nohead linetype 1 linewidth 1 dashtype 2
# ours last, on top
plot DATA using (column("gflop")):(rate("im2col_openblas_ms")) with points linetype 8 linewidth 1.2 pointsize 0.6 title "im2col with OpenBLAS", \
     DATA using (column("gflop")):(rate("onednn_ms")) with points linetype 3 linewidth 1.2 pointsize 0.6 title "oneDNN", \
     DATA using (column("gflop")):(rate("direct_ms")) with points linetype 2 linewidth 1.2 pointsize 0.5 title "taso, direct", \
     DATA using (column("gflop")):(rate("best_ms")) with points linetype 1 pointsize 0.5 title "taso, best", \
     NaN with lines linetype 1 linewidth 1 dashtype 2 title sprintf("measured peak, %.0f GFLOP/s", PEAK)
