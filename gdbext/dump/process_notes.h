#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/memory_map.h"

namespace pysheeet::dump {

struct ProcessNotes {
  std::string notes;              // as core_image() takes them
  std::vector<pid_t> unreadable;  // threads whose registers can't be had: they run
  std::uint16_t machine = 0;      // EM_… of elf.h
};

// The notes of a core of a process that this thread traces by ptrace(2), as core(5) and the kernel
// have them (fs/binfmt_elf.c): NT_PRSTATUS, NT_FPREGSET, NT_X86_XSTATE and NT_SIGINFO of each
// thread, NT_PRPSINFO, NT_AUXV and NT_FILE. threads: the first is the one that gdb shows first.
// signal: by which the process stopped. Throws Error for a 32-bit process.
ProcessNotes process_notes(pid_t pid, const std::vector<pid_t>& threads, int signal,
                           const std::vector<Mapping>& mappings);

}  // namespace pysheeet::dump
