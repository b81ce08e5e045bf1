#!/usr/bin/awk -f
# Reads the output of gcov -n; prints one line per source file, least covered first, then the total. Skips headers and system files.
/^File '/ { file = $0; sub(/^File '/, "", file); sub(/'$/, "", file) }
/^Lines executed:/ && file ~ /^(solver|kernels|formulation|baselines|experiments)\/[a-z0-9_\/]+\.c$/ && !seen[file]++ {
    split($0, part, /[:% ]+/)
    percent = part[3]; lines = part[5]
    covered += percent * lines / 100; all += lines
    printf "%6.2f %% of %4d lines  %s\n", percent, lines, file | "sort -n"
}
{ if (/^Lines executed:/) file = "" }
END { close("sort -n"); if (all) printf "%6.2f %% of %4d lines  in total\n", 100 * covered / all, all }
