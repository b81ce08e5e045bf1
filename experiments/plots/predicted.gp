# predicted.gp - selections that were run as a whole, one band per network: their measured time over the sum of their steps' times in the profile; the
# whiskers are the spread of the runs. DATA: plans.tsv (taso profile --plans); OUT
set datafile separator "\t"
set datafile columnheaders
names = ""
listed(name) = strstrt(" " . names . " ", " " . name . " ") > 0
stats DATA using (names = listed(strcol("network")) ? names : names . " " . strcol("network"), 1) nooutput
names = names[2:]
HEIGHT = 1.05 + 0.21 * words(names)
load "experiments/plots/style.gp"
set title "whole networks, measured against predicted" offset -3, -0.6
set bmargin 3.2
set xlabel "measured time over predicted time"
set key at graph 0.99, first -2.7 right top reverse Left samplen 1 font ",6"
# A name may end like another one: look for it between blanks.
row(name) = words(substr(" " . names . " ", 1, strstrt(" " . names . " ", " " . name . " ")))
set lmargin at screen 0.36
set rmargin at screen 0.95
set yrange [words(names) - 0.4:-2.9] # room for the key
set ytics () scale 0
set for [i = 1:words(names)] ytics add (word(names, i) i - 1)
unset grid
set grid xtics linetype 1 linecolor rgb "#DDDDDD" linewidth 0.4
set for [i = 1:words(names) - 1] arrow from graph 0, first i - 0.5 to graph 1, first i - 0.5 nohead linecolor rgb "#EEEEEE" linewidth 0.4
set arrow from first 1, graph 0 to first 1, first -0.6 nohead linetype 1 linewidth 0.8 dashtype 2 back
set offsets graph 0.04, graph 0.04, 0, 0
ratio(name) = column(name) / column("predicted_ns")
whose(word, value) = strcol("which") eq word ? value : NaN
plot DATA using (whose("fastest", ratio("measured_ns"))):(row(strcol("network")) - 0.25):(ratio("measured_ns") - ratio("measured_spread_ns") / 2):(ratio("measured_ns") + ratio("measured_spread_ns") / 2) \
         with xerrorbars linetype 3 dashtype 1 pointtype 7 pointsize 0.5 title "fastest", \
     DATA using (whose("between", ratio("measured_ns"))):(row(strcol("network"))):(ratio("measured_ns") - ratio("measured_spread_ns") / 2):(ratio("measured_ns") + ratio("measured_spread_ns") / 2) \
         with xerrorbars linetype 2 dashtype 1 pointtype 4 pointsize 0.4 title "between", \
     DATA using (whose("least", ratio("measured_ns"))):(row(strcol("network")) + 0.25):(ratio("measured_ns") - ratio("measured_spread_ns") / 2):(ratio("measured_ns") + ratio("measured_spread_ns") / 2) \
         with xerrorbars linetype 4 dashtype 1 pointtype 6 pointsize 0.4 title "least memory (each model)"
