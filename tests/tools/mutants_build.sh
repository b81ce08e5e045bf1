# mutants_build.sh - part of mutants.sh: copies of the tree, and a mutant in one of them.
#
# make needs seconds to read the Makefile. So it is asked once for the commands of all objects and programs ($work/recipes); a mutant then
# costs its objects, their places in the archives, and one link for each program that is run.
#
#     tree1 ... treeJOBS   one for each worker, plainly built; tree/.mutated names the source that differs, if any
#     sanitized            one, for the mutants that survived; built when the first one needs it
#     cover/tree           one, for the coverage

# Into $1: first $work/orig, then from there, so that the sources may be edited meanwhile. Files keep their times, so that little is rebuilt; what an interrupted run left in a source does not stay in its objects.
copy_tree() {
    mkdir -p "$1"
    [ ! -f "$1/.files" ] || comm -23 "$1/.files" "$work/files" | (cd "$1" && xargs -r rm -f)
    from=$work/orig
    [ "$1" != "$from" ] || from=.
    (cd "$from" && tar -cf - -T "$work/files") | tar -xf - -C "$1"
    [ ! -f "$1/.mutated" ] || { (cd "$1" && xargs touch <.mutated) && rm "$1/.mutated"; }
    cp "$work/files" "$1/.files"
}

# The first tree starts from what `make check` has built.
start_tree() {
    mkdir -p "$1/build"
    [ ! -f build/libsolver.a ] || (cd build && cp -a $FOLDERS tests ./*.[acdo] ./*.list "$1/build" && rm -f "$1"/build/tests/test_* "$1/build/build_info."?)
}

# Other levels of optimisation and sanitizers bring warnings that the sources were never freed of: there, no warning is an error.
make_in() { # tree, kind, arguments...
    tree_made=$1 kind_made=$2
    shift 2
    case $kind_made in
    plain) $MAKE -C "$tree_made" --no-print-directory "CC=$CC" "$@" ;;
    sanitized) $MAKE -C "$tree_made" --no-print-directory "CC=$CC" BUILD=build/sanitize BIN=build/sanitize/bin CFLAGS=-O1 \
        ${SANITIZED_KERNELS:+"KERNEL_FLAGS=$SANITIZED_KERNELS"} \
        "EXTRA=-Wno-error -fsanitize=address,undefined -fno-sanitize-recover=all -DTASO_CHECK" "$@" ;;
    coverage) $MAKE -C "$tree_made" --no-print-directory "CC=$CC" CFLAGS=-O1 "EXTRA=-Wno-error --coverage" "$@" ;;
    esac
}

# Lines "TARGET<tab>COMMAND" of objects, archives and programs. Warnings that a mutation is bound to cause are not errors; all others are, as for any
# programmer. Without debug information, for that holds the columns, the same code is the same object.
write_recipes() {
    lenient='-Wno-unused -Wno-unused-parameter -Wno-maybe-uninitialized -Wno-type-limits -g0'
    make_in "$work/tree1" plain -s -n -B V=1 all $programs 2>/dev/null |
        awk -v compile="$lenient" -v link="$LINKER -Wl,--strip-debug" '
            $2 == "rcs" { print $3 "\t" $0 }
            $(NF - 1) != "-o" { next }
            { sub(/ -MMD -MP/, ""); target = $NF; $(NF - 1) = ($NF ~ /\.o$/ ? compile : link) " -o"; print target "\t" $0 }' >"$work/recipes"
    [ -s "$work/recipes" ] || die 'make names no commands'
}

recipe_of() { awk -F'\t' -v target="$1" '$1 == target { print $2; exit }' "$work/recipes"; }
run_recipe() { (cd "$tree" && sh -c "$(recipe_of "$1")"); } # target: in $tree

objects_of() { # file: objects compiled from it
    case $1 in
    *.c) echo "build/${1%.c}.o" ;;
    *) (cd "$tree" && find build -name '*.d' -not -path 'build/tests/*' -exec grep -lF " $1" {} + | sed 's/\.d$/.o/') ;;
    esac
}

worker_tree() { # claims a free tree; its lock is held until the process ends
    while :; do
        for w in $(seq "$JOBS"); do
            exec 8>"$work/lock$w"
            if flock -n 8; then
                tree=$work/tree$w
                [ ! -f "$tree/.mutated" ] || take_out_mutant "$(cat "$tree/.mutated")" # a test that was killed
                return
            fi
        done
        sleep 0.2
    done
}

# The texts that `taso emit` writes, and the symbols of the kernels, are made of the kernels' sources and objects.
embedded='build/kernel_sources.c build/kernel_sources.o build/kernel_symbols.c build/kernel_symbols.o'
touched_by() { # file: what is built of it and put into archives
    objects_of "$1"
    case $1 in kernels/*) printf '%s\n' $embedded ;; esac
}

archive() { # objects: makes their archives anew; a member cannot be replaced by its name, which two may share
    for layer in $FOLDERS; do
        printf '%s\n' "$@" | grep -qE "^build/$layer/.*\.o$" || { [ "$layer" = experiments ] && printf '%s\n' "$@" | grep -q '^build/kernel_'; } || continue
        rm -f "$tree/build/lib$layer.a" && run_recipe "build/lib$layer.a" || return 1
    done
}

# Both programs, once for the sources as they are, and a test.
link_in() { # program
    [ -f "$tree/.linked" ] || { run_recipe bin/milp && run_recipe bin/taso && : >"$tree/.linked"; } || return 1
    run_recipe "$1"
}

# The mutant of judge ($work/objects/NUMBER) into $tree, and out again.
put_mutant() { # number, file, place
    touched=$(touched_by "$2")
    (cd "$tree" && tar -cf .saved.tar $touched && rm -f .linked)
    echo "$2" >"$tree/.mutated"
    "$work/mutate" apply "$work/orig/$2" "$3" >"$tree/$2"
    (cd "$work/objects/$1" && tar -cf - --mtime=now .) | tar -xf - -C "$tree"
    # shellcheck disable=SC2086
    case $2 in kernels/*) make_in "$tree" plain $embedded >"$tree/build.log" 2>&1 || return 1 ;; esac
    archive $touched
}

take_out_mutant() { # file
    [ -f "$tree/.mutated" ] || return 0
    cp -p "$work/orig/$1" "$tree/$1"
    (cd "$tree" && tar -xmf .saved.tar)
    # shellcheck disable=SC2046
    archive $(touched_by "$1")
    rm -f "$tree/.mutated" "$tree/.linked"
}

# Soft limits: programs that a test builds with a sanitizer reserve terabytes of addresses, so the test raises theirs.
run_test() { # kind, program, CPU seconds of one process and seconds by the clock at most -> status
    (cd "$tree" && mkdir -p scratch && ulimit -S -t "$3" && ulimit -S -v "$([ "$1" = sanitized ] && echo unlimited || echo 8000000)" &&
        TMPDIR=$PWD/scratch OMP_WAIT_POLICY=passive TASO_DATA=${DATA:-none} CK_DEFAULT_TIMEOUT="$4" \
            TASO_BIN="$([ "$1" = sanitized ] && echo build/sanitize/bin || echo bin)" timeout -k 5 "$4" \
            "$([ "$1" = sanitized ] && echo "build/sanitize/${2#build/}" || echo "$2")") >"$tree/test.log" 2>&1
}
