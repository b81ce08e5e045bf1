# mix.gp - one network, what is chosen as the budget grows, at a dozen points of the frontier: the time of the convolutions and of the conversions
# between them (top), and the share of the convolutions' time by input layout (middle) and by family of primitives (bottom). DATA: mix.tsv; NETWORK; OUT
HEIGHT = 4.4
load "experiments/plots/style.gp"
LAYOUTS = "chw hwc hcw"
# The order of the legend; families that are not named here follow, as DATA has them.
FAMILIES = "sum2d direct im2col im2row implicit kn2 mec conv-1x1 winograd fft depthwise"
# Neighbours among the families that are chosen most differ in lightness, so that they are apart in grey; the key has their order.
COLOURS = "#999999 #0072B2 #C8E6F8 #CC79A7 #332288 #D55E00 #009E73 #F0E442 #E69F00 #FFFFFF #882255 #000000"
LAYOUT_COLOURS = "#0072B2 #C8E6F8 #E69F00"
in_network(value) = is("network", NETWORK) ? column(value) : NaN
unnamed(f) = is("what", "family") && strstrt(" " . FAMILIES . " ", " " . f . " ") == 0
band(what, name, value) = is("network", NETWORK) && is("what", what) && is("name", name) ? column(value) : NaN
short(x) = x < 9.95 ? sprintf("%.1f", x) : sprintf("%.0f", x)
bytes(b) = b < 1024 ? sprintf("%.0f", b) : b < 1048576 ? short(b / 1024) . "K" : short(b / 1048576) . "M"
names = ""
stats DATA using (names = is("network", NETWORK) && int(column("step")) == words(names) \
    ? names . " " . bytes(column("budget_bytes")) : names, in_network("step")) nooutput
stats DATA using (FAMILIES = unnamed(strcol("name")) ? FAMILIES . " " . strcol("name") : FAMILIES, in_network("step")) nooutput
stats DATA using (in_network("convolutions_ns")) nooutput
longest = STATS_max / 1e6
nth(list, i) = word(list, (i - 1) % words(list) + 1)
set xrange [-0.6:words(names) - 0.4]
unset grid
set style fill solid 1 border linecolor rgb "#444444"
set key at screen 0.67, graph 1 left top vertical Left reverse invert samplen 1.4 spacing 0.9 font ",6" # all families must fit in one column
set lmargin at screen 0.17
set rmargin at screen 0.65
set label 3 "time (ms)" at screen 0.025, 0.86 center rotate by 90
set label 4 NETWORK . ": what is chosen as the budget grows" at screen 0.5, 0.985 center font ",6.5"
set for [i = 1:9] linetype i dashtype 1
unset xtics
set multiplot
set tmargin at screen 0.955
set bmargin at screen 0.765
set yrange [0:*]
set ytics tics(longest) font ",6"
# A band's row says the times of the whole of its step, too: drawn by the bands that begin at 0.
whole(x) = is("network", NETWORK) && is("what", "layout") && column("low") == 0 ? column("step") : NaN
plot DATA using (whole(0)):(0):(column("step") - 0.42):(column("step") + 0.42):(0):(column("convolutions_ns") / 1e6) \
         with boxxyerror linecolor rgb "#BBBBBB" linewidth 0.6 title "convolutions", \
     DATA using (whole(0)):(0):(column("step") - 0.42):(column("step") + 0.42):(column("convolutions_ns") / 1e6) \
         :((column("convolutions_ns") + column("conversions_ns")) / 1e6) with boxxyerror linecolor rgb "#000000" linewidth 0.6 title "conversions"
unset label
set label 1 "share of the convolutions (%)" at screen 0.025, 0.45 center rotate by 90
set label 2 "budget of shared workspace (bytes)" at screen 0.41, 0.022 center
set yrange [0:100]
set ytics 50
set tmargin at screen 0.72
set bmargin at screen 0.53
plot for [i = 1:words(LAYOUTS)] DATA using (band("layout", word(LAYOUTS, i), "step")):(0):(column("step") - 0.42):(column("step") + 0.42) \
        :(100 * column("low")):(100 * column("high")) with boxxyerror linecolor rgb word(LAYOUT_COLOURS, i) linewidth 0.6 title word(LAYOUTS, i)
unset label
set tmargin at screen 0.49
set bmargin at screen 0.165
set xtics rotate by 90 right scale 0
set for [i = 1:words(names)] xtics add (word(names, i) i - 1)
plot for [i = 1:words(FAMILIES)] DATA using (band("family", word(FAMILIES, i), "step")):(0):(column("step") - 0.42):(column("step") + 0.42) \
        :(100 * column("low")):(100 * column("high")) with boxxyerror linecolor rgb nth(COLOURS, i) linewidth 0.6 title word(FAMILIES, i)
unset multiplot
