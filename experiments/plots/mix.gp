# mix.gp - what is chosen as the budget grows, of one network: the share of convolution time by layout (above) and by family of primitives
# (below). DATA: mix.tsv; NETWORK; OUT
HEIGHT = 3.4
load "experiments/plots/style.gp"
FILLS = "0 3 1 2 4 5 6 7"
LAYOUTS = "chw hwc hcw"
is_share(what, name, value) = is("network", NETWORK) && is("what", what) && is("name", name) ? column(value) : NaN
