#!/usr/bin/env bash
# Shows every command at work in real gdb on the small programs beside it.
#
#   examples/demo.sh [--no-setup] [SECTION...]   sections: tp graph prof dj dm pl sf stat
set -uo pipefail

examples=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$examples")
programs=$root/build/examples

setup=true wanted=()
for argument in "$@"; do
  case $argument in
    --no-setup) setup=false ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) wanted+=("$argument") ;;
  esac
done
if $setup; then "$root/gdbinit/setup.sh" || exit 1; fi

echo "Each section is a session of gdb, with gdbinit/pysheeet.gdb read first. The files that are written"
echo "go to a temporary directory, which is removed at the end."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
known=() failed=()

compile() { # source
  local program=$programs/${1%.*} compiler=g++
  [ "${1##*.}" = cpp ] || compiler=gcc
  [ "$program" -nt "$examples/$1" ] && return
  mkdir -p "$programs"
  # Compiled in its directory, so that gdb shows names, not paths. Renamed when whole: another
  # demo may be running it.
  (cd "$examples" && "$compiler" -g -O0 -Wall -o "$program.$$" "$1") && mv -f "$program.$$" "$program"
}

# The gdb script that types each line of stdin as at a prompt.
typed() {
  local line
  while IFS= read -r line; do
    printf 'echo (gdb) %s\\n\n%s\n' "${line//\\/\\\\}" "$line"
  done
}

# Shows the gdb session in which the lines of stdin are typed.
section() { # name, source, explanation
  known+=("$1")
  [[ ${#wanted[@]} -eq 0 || " ${wanted[*]} " == *" $1 "* ]] || return
  local directory=$work/$1 program=${2%.*}
  printf '\n=== %s: %s (examples/%s)\n\n' "$1" "$3" "$2"
  if ! compile "$2"; then
    failed+=("$1")
    return
  fi
  mkdir -p "$directory"
  typed >"$work/$1.gdb"
  # gdb leaves a script at its first error, with a status that says so.
  (cd "$directory" && "${PYSHEEET_GDB:-gdb}" -nx -batch -iex 'set debuginfod enabled off' -iex 'set style enabled on' \
    -iex "source $root/gdbinit/pysheeet.gdb" -x "$work/$1.gdb" "$programs/$program" 2>&1 </dev/null) ||
    failed+=("$1")
}

section tp fib.cpp 'every call of a function with its arguments; the program does not stop' <<'END'
tp fib
run
END

section graph fib.cpp 'the same calls nested, with durations and results' <<'END'
set pysheeet layout graph
tp fib
run
END

section prof fib.cpp 'what each call costs, a table at the end, and files for viewers' <<'END'
prof fib
prof -quiet main
run
info prof -tree
save prof fib.speedscope.json
END

section dj json.cpp 'the JSON in a string of the program, indented' <<'END'
break publish
run
print json
dj json
END

section dm fib.cpp 'memory into files, here the stack' <<'END'
break fib if n == 0
run
dm stack
shell ls -l
END

section pl mean.cpp 'the listing in colour (on a terminal)' <<'END'
break mean
run
pl
END

section sf mean.cpp 'where the program is, with arguments and local variables' <<'END'
break mean.cpp:17
run
sf
END

section stat stat.c 'struct stat as stat(1) prints it' <<'END'
break stat.c:11
run
p st
END

for name in "${wanted[@]}"; do
  [[ " ${known[*]} " == *" $name "* ]] || {
    echo "demo.sh: there is no section $name; the sections are: ${known[*]}" >&2
    exit 2
  }
done
echo
if ((${#failed[@]})); then
  echo "demo.sh: these sections failed: ${failed[*]}" >&2
  exit 1
fi
