NAME          SMALL
OBJSENSE
    MAX
ROWS
 N  COST
 L  LIM1
 G  LIM2
 E  MYEQN
 N  OTHER
COLUMNS
    X         COST         1.0   LIM1         1.0
    X         LIM2         1.0
    MARKER                 'MARKER'                 'INTORG'
    Y         COST         4.0   LIM1         1.0
    Y         MYEQN       -1.0D0
    MARKER                 'MARKER'                 'INTEND'
    Z         COST         9.0   LIM2         1.0
    Z         MYEQN        1.0
RHS
    RHS       COST       -5.0   LIM1         4.0
    RHS       LIM2         1.0   MYEQN        7.0
RANGES
    RNG       LIM1         2.5
BOUNDS
 UP BND       X            4.0
 LO BND       Y           -1.0
 UP BND       Y            1.0
 FR BND       Z
ENDATA
