# mix.gp - one network, what is chosen as the budget grows: the share of the convolutions' time by input layout (top) and by family of primitives
# (bottom), at a dozen points of the frontier. DATA: mix.tsv; NETWORK; OUT
HEIGHT = 3.6
load "experiments/plots/style.gp"
LAYOUTS = "chw hwc hcw"
# The order of the legend; families that are not named here follow, as DATA has them.
FAMILIES = "sum2d direct im2col im2row implicit kn2 mec conv-1x1 winograd fft depthwise"
COLOURS = "#000000 #D55E00 #0072B2 #009E73 #CC79A7 #E69F00 #56B4E9 #F0E442 #999999 #882255 #332288"
PATTERNS = "3 1 2 4 5 6 7 3 0 2 5"
in_network(value) = is("network", NETWORK) ? column(value) : NaN
unnamed(f) = is("what", "family") && strstrt(" " . FAMILIES . " ", " " . f . " ") == 0
band(what, name, value) = is("network", NETWORK) && is("what", what) && is("name", name) ? column(value) : NaN
short(x) = x < 9.95 ? sprintf("%.1f", x) : sprintf("%.0f", x)
bytes(b) = b < 1024 ? sprintf("%.0f", b) : b < 1048576 ? short(b / 1024) . "K" : short(b / 1048576) . "M"
names = ""
stats DATA using (names = is("network", NETWORK) && int(column("step")) == words(names) \
    ? names . " " . bytes(column("budget_bytes")) : names, in_network("step")) nooutput
stats DATA using (FAMILIES = unnamed(strcol("name")) ? FAMILIES . " " . strcol("name") : FAMILIES, in_network("step")) nooutput
nth(list, i) = word(list, (i - 1) % words(list) + 1)
set xrange [-0.6:words(names) - 0.4]
set yrange [0:100]
set ytics 50
unset grid
set style fill pattern border linecolor rgb "#444444"
set key at screen 0.67, graph 1 left top vertical Left reverse invert samplen 1.4 spacing 0.9 # all families must fit in one column
set lmargin at screen 0.17
set rmargin at screen 0.65
set label 1 "share of convolution time (%)" at screen 0.025, 0.58 center rotate by 90
set label 2 "budget of shared workspace (bytes)" at screen 0.39, 0.025 center
set for [i = 1:9] linetype i dashtype 1
unset xtics
set multiplot
set tmargin at screen 0.97
set bmargin at screen 0.64
plot for [i = 1:words(LAYOUTS)] DATA using (band("layout", word(LAYOUTS, i), "step")):(0):(column("step") - 0.42):(column("step") + 0.42) \
        :(100 * column("low")):(100 * column("high")) with boxxyerror linecolor rgb word(COLOURS, i + 1) linewidth 0.6 fillstyle pattern word(PATTERNS, i + 1) + 0 title word(LAYOUTS, i)
unset label
set tmargin at screen 0.60
set bmargin at screen 0.20
set xtics rotate by 90 right scale 0
set for [i = 1:words(names)] xtics add (word(names, i) i - 1)
plot for [i = 1:words(FAMILIES)] DATA using (band("family", word(FAMILIES, i), "step")):(0):(column("step") - 0.42):(column("step") + 0.42) \
        :(100 * column("low")):(100 * column("high")) with boxxyerror linecolor rgb nth(COLOURS, i) linewidth 0.6 fillstyle pattern nth(PATTERNS, i) + 0 title word(FAMILIES, i)
unset multiplot
