#!/usr/bin/env bash
# Installs what is missing, builds, and runs all tests: the unit tests, the same under ASan and
# UBSan, then the end-to-end tests in real gdb. Arguments go to pytest.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root" || exit 1
"$root/gdbinit/setup.sh" --tests || exit 1

status=0
for preset in dev sanitize; do
  echo "== unit tests, $preset"
  { cmake --preset "$preset" >build/configure.log 2>&1 || { cat build/configure.log; false; }; } &&
    cmake --build --preset "$preset" -- --quiet && ctest --preset "$preset" || status=1
done

echo "== end-to-end tests, $(gdb --version | head -n 1)"
# Debian's own Python: it has the packages, whatever python3 on PATH is.
/usr/bin/python3 -m pytest tests/e2e -n "$(nproc)" -q -ra "$@" || status=1
exit $status
