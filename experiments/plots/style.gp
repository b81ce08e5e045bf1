# style.gp - what all figures share: the size of one column, fonts, and series that are distinct in grey and to the colour-blind.
# Needs OUT and FORMAT (pdf, png or svg). Tables are TSV with a header line; columns are named, never numbered.
set encoding utf8
set datafile separator "\t"
set datafile missing NaN
set datafile columnheaders
if (!exists("HEIGHT")) HEIGHT = 2.4
WIDTH = exists("WIDTH") ? real(WIDTH) : 3.4 # one column; 7 for two: `draw.sh SCRIPT OUT ... WIDTH=7`
if (FORMAT eq "png") {
    set terminal pngcairo size int(300 * WIDTH), int(300 * HEIGHT) font "DejaVu Sans,7" fontscale 3.9 linewidth 3.5 pointscale 2.6 dashlength 2.2
} else { if (FORMAT eq "svg") {
    set terminal svg size int(100 * WIDTH), int(100 * HEIGHT) dynamic font "DejaVu Sans,9" linewidth 1.1 dashlength 0.7 background "#FFFFFF"
} else {
    set terminal pdfcairo size WIDTH in, HEIGHT in font "DejaVu Sans,7" fontscale 0.94 linewidth 1 pointscale 0.5 dashlength 1.1
} }
set output OUT

# Okabe and Ito's colours: black, orange, sky blue, green, vermilion, blue, purple, yellow; each with its dash and marker.
set linetype 1 linecolor rgb "#000000" linewidth 1.4 dashtype 1 pointtype 7
set linetype 2 linecolor rgb "#D55E00" linewidth 1.1 dashtype 2 pointtype 4
set linetype 3 linecolor rgb "#0072B2" linewidth 1.1 dashtype 4 pointtype 8
set linetype 4 linecolor rgb "#009E73" linewidth 1.1 dashtype 5 pointtype 6
set linetype 5 linecolor rgb "#CC79A7" linewidth 1.1 dashtype 3 pointtype 10
set linetype 6 linecolor rgb "#E69F00" linewidth 1.1 dashtype "-.." pointtype 12
set linetype 7 linecolor rgb "#56B4E9" linewidth 1.1 dashtype "--." pointtype 2
set linetype 8 linecolor rgb "#777777" linewidth 1.1 dashtype "." pointtype 1

set border 3 linewidth 0.7 linecolor rgb "#444444"
set tics nomirror out scale 0.5 textcolor rgb "#000000"
set grid xtics ytics linetype 1 linecolor rgb "#DDDDDD" linewidth 0.4 dashtype 1, linetype 1 linecolor rgb "#EEEEEE" linewidth 0.3 dashtype 1
# The title is above the data, the key below the axis; a script whose key has more than two rows sets bmargin.
set key outside bottom center horizontal samplen 2.4 spacing 0.95 width 0 font ",6"
set bmargin 5.6
set tmargin 1.6
set title "" font ",6.5" offset 0, -0.6

is(column, word) = strcol(column) eq word
KIB = 1024.0

# A memory axis from 0 over many powers of ten: logarithmic beyond 1 KiB, linear below, 0 on it. x is in KiB. Use: @MEMORY_X
set macros
MEMORY_X = 'set nonlinear x via asinh(x) inverse sinh(x); set xtics ("0" 0, "1K" 1, "10K" 10, "100K" 100, "1M" 1024, "10M" 10240, "100M" 102400, "1G" 1048576)'

# About four tics up to x, at 1, 2 or 5 times a power of ten.
power(x) = 10 ** floor(log10(x / 4))
tics(x) = x / 4 / power(x) > 5 ? 10 * power(x) : x / 4 / power(x) > 2 ? 5 * power(x) : x / 4 / power(x) > 1 ? 2 * power(x) : power(x)

# What takes more than TIME_SPAN times the fastest lies above the picture: its time is in the key instead.
TIME_SPAN = 8
above(ms) = ms > TIME_SPAN * fastest ? ms < 999.5 ? sprintf(": %.3g ms", ms) : sprintf(": %.3g s", ms / 1000) : ""

# A logarithmic axis of inference times, fitted to [fastest, slowest] ms, with marks that suit its length. Use: @TIME_Y
TIME_Y = 'set logscale y; slack = slowest > 30 * fastest ? 1.2 : 1.05; set yrange [fastest / slack:slowest * slack]; set ytics () out nomirror scale 0.5; \
    marks = slowest > 30 * fastest ? "1 3" : slowest > 3 * fastest ? "1 2 3 5 7" : "1 1.1 1.2 1.3 1.4 1.5 1.7 2 2.3 2.6 3 3.5 4 4.5 5 6 7 8 9"; \
    set for [e = -2:6] for [k = 1:words(marks)] ytics add (time_mark(10.0 ** e * real(word(marks, k))) 10.0 ** e * real(word(marks, k)))'
time_mark(ms) = ms > fastest / slack && ms < slowest * slack ? sprintf("%.6g", ms) : ""

# One row per network, named in the order of the column `index`, the first at the top; `row` places series i of n within it.
# Use: @NETWORK_Y
NETWORK_Y = 'names = ""; \
    stats DATA using (names = int(column("index")) == words(names) ? names . " " . strcol("network") : names, column("index")) nooutput; \
    set lmargin at screen 0.37; set rmargin at screen 0.92; set tmargin at screen 1 - 0.25 / HEIGHT; set bmargin at screen 0.86 / HEIGHT; \
    set title offset screen -0.145, screen -0.05 / HEIGHT; set xlabel offset 0, 0.3; \
    set key at screen 0.97, screen 0.44 / HEIGHT right top vertical maxrows 3 samplen 2; \
    set yrange [words(names) - 0.45:-0.55]; set ytics () scale 0; set for [i = 1:words(names)] ytics add (word(names, i) i - 1); \
    set for [i = 1:words(names) - 1] arrow from graph 0, first i - 0.5 to graph 1, first i - 0.5 nohead linecolor rgb "#DDDDDD" linewidth 0.4; \
    unset grid; set grid xtics linetype 1 linecolor rgb "#DDDDDD" linewidth 0.4; set logscale x 2; set xrange [0.9:*]; \
    row(i, n) = column("index") + (i - (n + 1) / 2.0) * 0.8 / n'
