# format: milp solution 1
# objective: 4
x 1
y 2.5
