#pragma once

#include <vector>

#include "core/core_file.h"
#include "core/memory_map.h"

namespace pysheeet {

// The mappings of the program that a core file tells, by ascending address: its mapped files, also
// those of which it has no byte, and its other segments. Named as /proc/PID/maps would, by what a
// core keeps:
//   [stack]     where the kernel put the program's file name or random bytes (AT_EXECFN, AT_RANDOM)
//   [vdso]      at AT_SYSINFO_EHDR
//   [vsyscall]  at its fixed address
//   [heap]      the first writable anonymous segment that ends above the program's bss, told from
//               its program headers (AT_PHDR), and begins no further above than the kernel's random
//               gap; and what adjoins it. Of a static PIE, above the kernel's fixed place for it
// What the core doesn't tell of the permissions is '?'.
std::vector<Mapping> core_mappings(CoreFile& core);

}  // namespace pysheeet
