# effort.awk -v host=H -v load=L -v commit=C -v date=D - the solver's effort for several networks (experiments/bench/effort.sh) as one table. Its seconds, nodes and
# pivots are those of that solver on that machine, so the table is kept with what is measured, and not compared by `make replay`.
BEGIN { print "# format: taso-table 1"; print "# date: " date; print "# host: " host; print "# load: " load; print "# commit: " commit }
!titled { print header; titled = 1 }
{ print }
