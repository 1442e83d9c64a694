#!/usr/bin/env bash
# Installs what is missing, builds, and runs all tests: the unit tests, the same under ASan and
# UBSan, then the end-to-end tests in real gdb. Arguments go to pytest.
set -uo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
cd "$root" || exit 1
gdbinit/setup.sh --tests || exit 1

failed=()
for preset in dev sanitize; do
  echo "== unit tests, $preset"
  ctest --preset "$preset" -j "$(nproc)" || failed+=("unit tests ($preset)")
done

echo "== end-to-end tests, $("${PYSHEEET_GDB:-gdb}" --version | head -n 1)"
# The system's own Python has the packages, whatever python3 is on PATH.
/usr/bin/python3 -m pytest tests/e2e -n "$(nproc)" -q -ra "$@" || failed+=("end-to-end tests")

((${#failed[@]})) || exit 0
printf 'FAILED: %s\n' "${failed[@]}"
exit 1
