#!/bin/sh
# setup.sh NEED... - checks that what a target needs is installed: compiler, zlib, check, gnuplot, clang, cppcheck, tidy, format, arm,
# qemu, valgrind, latex. If something is missing, installs it as root on Debian, and otherwise prints the command to run and exits with
# status 1. Quick and silent if nothing is missing.
set -u
cc=${CC:-gcc}

have() {
    case $1 in
    # CC may be words, as in CC='ccache gcc'
    compiler) command -v "${cc%% *}" && command -v ar ;;
    zlib) echo '#include <zlib.h>' | $cc -E -o /dev/null - ;;
    check) pkg-config --exists check ;;
    gnuplot) command -v gnuplot && echo 'set terminal pdfcairo; set terminal pngcairo' | gnuplot ;;
    arm) command -v arm-linux-gnueabihf-gcc && command -v aarch64-linux-gnu-gcc && command -v qemu-arm && command -v qemu-aarch64 ;;
    qemu) [ "$(uname -m)" = x86_64 ] && command -v qemu-x86_64 ;;
    valgrind) command -v valgrind ;;
    clang) command -v clang ;;
    cppcheck) command -v cppcheck ;;
    tidy) command -v clang-tidy ;;
    format) command -v clang-format ;;
    latex) command -v pdflatex && kpsewhich booktabs.sty ;;
    *) echo "setup: unknown need $1" >&2; exit 2 ;;
    esac >/dev/null 2>&1
}
packages() {
    case $1 in
    compiler)
        case $cc in # make CROSS=...
        aarch64-linux-gnu-gcc) echo 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross binutils' ;;
        arm-linux-gnueabihf-gcc) echo 'gcc-arm-linux-gnueabihf libc6-dev-armhf-cross binutils' ;;
        *) echo 'gcc libc6-dev binutils' ;;
        esac ;;
    zlib) echo 'zlib1g-dev' ;;
    check) echo 'check pkg-config' ;;
    gnuplot) echo 'gnuplot-nox fonts-dejavu-core' ;;
    arm) echo 'gcc-arm-linux-gnueabihf gcc-aarch64-linux-gnu libc6-dev-armhf-cross libc6-dev-arm64-cross qemu-user' ;;
    qemu) echo 'qemu-user' ;;
    valgrind) echo 'valgrind libc6-dbg' ;;
    clang) echo 'clang' ;;
    cppcheck) echo 'cppcheck' ;;
    tidy) echo 'clang-tidy' ;;
    format) echo 'clang-format' ;;
    latex) echo 'texlive-latex-base texlive-latex-recommended' ;;
    esac
}
missing() {
    for need in "$@"; do have "$need" || packages "$need"; done | tr '\n' ' ' | sed 's/ $//'
}

# Compilers named by the user are not installed: their package is unknown.
case $cc in
gcc | cc | aarch64-linux-gnu-gcc | arm-linux-gnueabihf-gcc) ;;
*)
    if ! command -v "${cc%% *}" >/dev/null; then
        echo "setup: CC='$cc': '${cc%% *}' not found (expected a C compiler in PATH)" >&2
        exit 1
    fi ;;
esac

wanted=$(missing "$@")
[ -z "$wanted" ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    sudo=$([ "$(id -u)" -eq 0 ] || echo 'sudo ')
    echo "setup: some packages are missing; on Debian run: ${sudo}apt-get update && ${sudo}apt-get install -y $wanted" >&2
    exit 1
fi
exec 9>"${TMPDIR:-/tmp}/taso-setup.lock" && flock 9 # make -j may run this twice at the same time
wanted=$(missing "$@")
[ -z "$wanted" ] && exit 0
echo "setup: installing $wanted" >&2
log=$(mktemp)
if apt-get update >"$log" 2>&1 &&
    # shellcheck disable=SC2086 -- a list of packages
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $wanted >>"$log" 2>&1; then
    rm -f "$log"
else
    tail -5 "$log" >&2
    echo "setup: apt-get install $wanted failed; see $log" >&2
    exit 1
fi
wanted=$(missing "$@")
[ -z "$wanted" ] || { echo "setup: $wanted was installed but is still not found" >&2; exit 1; }
