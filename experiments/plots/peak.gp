# peak.gp - one network: inference time against peak memory (live tensors and workspace), every layer run as a whole and segments of layers run by
# rows: two exact frontiers. DATA: peak.tsv; NETWORK; OUT
load "experiments/plots/style.gp"
set title NETWORK . ": whole layers, or segments by rows"
set bmargin 4.8
set xlabel "peak memory: live tensors and workspace (MiB)"
set ylabel "inference time (ms)"
set logscale x 2
set xtics ("1/4" 0.25, "1/2" 0.5, "1" 1, "2" 2, "4" 4, "8" 8, "16" 16, "32" 32, "64" 64)
set offsets graph 0.02, graph 0.05, graph 0.06, graph 0.06
on(execution, value) = is("network", NETWORK) && is("execution", execution) ? column(value) : NaN
plot DATA using (on("streamed", "memory_bytes") / KIB / KIB):(on("streamed", "time_ns") / 1e6) with steps linetype 2 dashtype 1 title "segments by rows", \
     DATA using (on("streamed", "memory_bytes") / KIB / KIB):(on("streamed", "time_ns") / 1e6) with points linetype 2 pointsize 0.6 notitle, \
     DATA using (on("whole", "memory_bytes") / KIB / KIB):(on("whole", "time_ns") / 1e6) with points linetype 1 pointsize 1.3 title "whole layers"
