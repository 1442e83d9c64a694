#!/usr/bin/env bash
# Installs what is missing through the system's package manager, and builds. Silent when nothing is
# to do, apart from the closing line.
#
#   gdbinit/setup.sh            what users need: packages, release build
#   gdbinit/setup.sh --tests    also what the tests need
#   gdbinit/setup.sh --lint     also what the checks of .ci/run need
#   gdbinit/setup.sh --gdbinit  also adds the source line to ~/.gdbinit
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

packages=(gdb g++ cmake ninja-build python3-dev pybind11-dev nlohmann-json3-dev python3-pygments)
test_packages=(clang libc++-dev libc++abi-dev catch2 python3-pytest python3-pexpect
  python3-pytest-xdist jq)
lint_packages=(clang-format clang-tidy pyflakes3 shellcheck)

tests=false lint=false gdbinit=false
for argument in "$@"; do
  case $argument in
    --tests) tests=true ;;
    --lint) lint=true ;;
    --gdbinit) gdbinit=true ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) echo "setup.sh: unknown option $argument; it has --tests, --lint, --gdbinit" >&2; exit 2 ;;
  esac
done
if $tests; then packages+=("${test_packages[@]}"); fi
if $lint; then packages+=("${lint_packages[@]}"); fi

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

install_packages() {
  local missing=() package
  if ! command -v apt-get >/dev/null; then
    for tool in gdb cmake ninja c++; do
      command -v "$tool" >/dev/null && continue
      echo "setup.sh knows apt only. Install what corresponds to these Debian packages: ${packages[*]}" >&2
      exit 1
    done
    return
  fi
  for package in "${packages[@]}"; do
    installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      echo "setup.sh: these packages are missing, and there is no sudo to install them: ${missing[*]}" >&2
      exit 1
    }
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]}"
  quietly "${as_root[@]}" apt-get update
  quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    "${missing[@]}"
}

# Runs a command and shows what it printed only if it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if ((status)); then
    cat "$log" >&2
    echo "setup.sh: failed: $*" >&2
  fi
  rm -f "$log"
  return $status
}

build() { # preset
  local dir=$root/build/$1
  cd "$root"
  # A build directory from elsewhere (a copied tree) or for another Python can't be reused.
  if [ -f "$dir/CMakeCache.txt" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$dir/CMakeCache.txt"; then
    rm -rf "$dir"
  fi
  if ! cmake --build "$dir" -- -n 2>/dev/null | grep -q 'no work to do'; then
    echo "Building $1"
  fi
  quietly cmake --preset "$1"
  quietly cmake --build --preset "$1"
}

install_packages
build release

line="source $root/gdbinit/pysheeet.gdb"
if $gdbinit && ! grep -qsxF "$line" ~/.gdbinit; then
  echo "$line" >>~/.gdbinit
  echo "Added to ~/.gdbinit: $line"
elif ! grep -qsxF "$line" ~/.gdbinit; then
  echo "To have the commands in every gdb, add this line to ~/.gdbinit (or run $0 --gdbinit):"
  echo "  $line"
fi
