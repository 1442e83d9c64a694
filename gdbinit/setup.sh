#!/usr/bin/env bash
set -euo pipefail

usage() {
  cat <<'END'
Installs what is missing through the system's package manager, and builds.
Silent when nothing is to do.

  gdbinit/setup.sh            what users need: packages, release build
  gdbinit/setup.sh --tests    also what the tests need, built
  gdbinit/setup.sh --lint     also what the checks of .ci/run need
  gdbinit/setup.sh --gdbinit  also adds the source line to ~/.gdbinit

PYSHEEET_GDB names the gdb to build for, if it is not the one on PATH.
END
}

# Not through cd: the script may be called through a symbolic link.
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
packages=(gdb g++ cmake ninja-build python3-dev pybind11-dev nlohmann-json3-dev zlib1g-dev
          libzstd-dev libxxhash-dev python3-pygments)
tools=("${PYSHEEET_GDB:-gdb}" c++ cmake ninja)
presets=(release)
gdbinit=false did_something=false
HOME=${HOME:-~}

while (($#)); do
  case $1 in
    --tests)
      packages+=(clang libc++-dev libc++abi-dev catch2 gdbserver jq locales python3-jsonschema
        python3-pytest python3-pexpect python3-pytest-xdist strace valgrind
        zstd)
      tools+=(clang++)
      presets+=(dev sanitize)
      ;;
    --lint)
      # libFuzzer comes with the default clang's libclang-rt-dev, whatever its version.
      packages+=(clang libclang-rt-dev clang-format clang-tidy pyflakes3 shellcheck)
      tools+=(clang++ clang-format clang-tidy shellcheck)
      presets+=(fuzz)
      ;;
    --gdbinit) gdbinit=true ;;
    -h | --help) usage; exit 0 ;;
    *) echo "setup.sh: unknown argument $1; it takes --tests, --lint, --gdbinit" >&2; exit 2 ;;
  esac
  shift
done

# What the tests and the checks both need is named once.
mapfile -t packages < <(printf '%s\n' "${packages[@]}" | awk '!named[$0]++')
mapfile -t tools < <(printf '%s\n' "${tools[@]}" | awk '!named[$0]++')

fail() {
  printf 'setup.sh: %s\n' "$@" >&2
  exit 1
}

# Runs a command, its output going to $log. The lock is not for daemons that it may start.
logged() { "$@" >"$log" 2>&1 </dev/null 9>&-; }

# Of two that run at once the second waits, and finds nothing to do.
take_turn() {
  if ! { mkdir -p "$root/build" && : >>"$root/build/.lock"; } 2>/dev/null; then
    fail "can't write to $root/build, where it builds"
  fi
  exec 9>>"$root/build/.lock"
  flock -n 9 || { echo "Waiting for another setup.sh to finish"; flock 9; }
  log=$root/build/setup.log
}

# Another distribution's names can't be known; CMake finds out whether the libraries are there.
need_tools() {
  local tool absent=()
  for tool in "${tools[@]}"; do
    command -v "$tool" >/dev/null || absent+=("$tool")
  done
  ((${#absent[@]} == 0)) ||
    fail "not found: ${absent[*]}" "it installs with apt only; here, install what Debian calls: ${packages[*]}"
}

missing_packages() {
  local present
  present=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
  for package in "${packages[@]}"; do
    grep -qxF "installed $package" <<<"$present" || echo "$package"
  done
}

# A source that can't be reached is no obstacle as long as the packages can be had. The locks may be
# held: by a fresh machine's own first update, or by a second setup.sh. For that of the lists apt has
# no timeout.
apt_install() { # packages
  local as_root=(env LC_ALL=C DEBIAN_FRONTEND=noninteractive) said
  [ "$(id -u)" = 0 ] || as_root=(sudo "${as_root[@]}")
  until said=$("${as_root[@]}" apt-get update 2>&1) || [[ $said != *'Could not get lock'* ]] ||
    ((SECONDS > 600)); do
    sleep 2
  done
  echo "$said"
  "${as_root[@]}" apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]})) || return 0
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    fail "these packages are missing, and without sudo only root can install them:" \
      "  apt-get install ${missing[*]}"
  echo "Installing ${missing[*]}"
  did_something=true
  logged apt_install "${missing[@]}" && return
  { grep -E '^(E|W):' "$log" || cat "$log"; } | head -n 10 >&2
  fail "the packages could not be installed, for the reason above; all of it is in $log"
}

configure() { # preset
  logged cmake --preset "$1" -DGDB_EXECUTABLE="$gdb" && return
  # The build directory may be of another place or generator: then it works without its cache.
  logged cmake --preset "$1" -DGDB_EXECUTABLE="$gdb" --fresh && return
  cat "$log" >&2
  fail "could not configure $1, for the reason above; it needs what Debian calls: ${packages[*]}"
}

build() { # preset
  configure "$1"
  if logged cmake --build --preset "$1" -- -n && grep -q 'no work to do' "$log"; then return; fi
  echo "Building $1"
  did_something=true
  logged cmake --build --preset "$1" && return
  grep -vE '^\[[0-9]+/[0-9]+\] ' "$log" >&2 || true
  fail "could not build $1, for the reason above"
}

# gdb reads the first of these that exists.
init_file() {
  local config=${XDG_CONFIG_HOME:-$HOME/.config}/gdb/gdbinit
  if [ -e "$config" ]; then echo "$config"; else echo "$HOME/.gdbinit"; fi
}

add_to_gdbinit() { # file, line
  # The last line may lack its end.
  local separator=''
  [ ! -s "$1" ] || [ -z "$(tail -c 1 "$1")" ] || separator=$'\n'
  { printf '%s%s\n' "$separator" "$2" >>"$1"; } 2>/dev/null ||
    fail "can't write to $1; the line to add is" "  $2"
  echo "Added to $1: $2"
}

take_turn
if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
  install_packages
else
  need_tools
fi
gdb=$(command -v "${PYSHEEET_GDB:-gdb}") || fail "there is no ${PYSHEEET_GDB:-gdb}"
gdb=$(realpath -s "$gdb")
cd "$root"
for preset in "${presets[@]}"; do
  build "$preset"
done

line="source $root/gdbinit/pysheeet.gdb"
file=$(init_file)
if ! grep -qsxF "$line" "$file"; then
  if $gdbinit; then
    add_to_gdbinit "$file" "$line"
  elif $did_something; then
    echo "To have the commands in every gdb, add this line to $file (or run ${0@Q} --gdbinit):"
    echo "  $line"
  fi
fi
