#include "core/core_mappings.h"

#include <cstddef>
#include <cstdio>

#include "catch.h"
#include "core/core_builder.h"

using namespace core_builder;

namespace {

// "start-end permissions name", a mapping a line.
std::string told(const std::string& bytes) {
  pysheeet::CoreFile core = opened(bytes);
  std::string lines;
  for (const pysheeet::Mapping& mapping : pysheeet::core_mappings(core)) {
    char range[64];
    std::snprintf(range, sizeof range, "%llx-%llx ", static_cast<unsigned long long>(mapping.start),
                  static_cast<unsigned long long>(mapping.end));
    lines += range + mapping.permissions + ' ' + mapping.name + '\n';
  }
  return lines;
}

Load anonymous(std::uint64_t start, std::uint64_t end, std::uint32_t flags = PF_R | PF_W) {
  return {start, end - start, "", flags};
}

// A program at 0x10000 whose bss ends in the page of 0x12345: its first page and auxiliary vector.
Load program_page(bool has_interpreter = true) {
  Elf64_Phdr phdr{};
  phdr.p_type = PT_PHDR;
  phdr.p_vaddr = 0x40;
  Elf64_Phdr load{};
  load.p_type = PT_LOAD;
  load.p_vaddr = 0x1000;
  load.p_memsz = 0x1345;
  Elf64_Phdr interpreter{};
  interpreter.p_type = has_interpreter ? PT_INTERP : PT_GNU_STACK;
  const std::string page =
      std::string(0x40, 'e') + bytes_of(phdr) + bytes_of(load) + bytes_of(interpreter);
  return {0x10000, 0x1000, page, PF_R};
}

const std::string k_program_notes =
    file_note({{0x10000, 0x11000, 0}, {0x11000, 0x12000, 1}}, {"/a", "/a"}) +
    note(NT_AUXV, words({AT_PHDR, 0x10040, AT_PHNUM, 3}));

const std::string k_program_lines = "10000-11000 r--? /a\n11000-12000 rw-? /a\n";

}  // namespace

TEST_CASE("mapped files and segments are joined") {
  CHECK(told(core({anonymous(0x1000, 0x2000), anonymous(0x5000, 0x8000, PF_R | PF_X)},
                  file_note({{0x3000, 0x4000, 0}, {0x6000, 0x7000, 0}, {0x7800, 0x9000, 0}},
                            {"/absent", "/b", "/c"}))) ==
        "1000-2000 rw-? \n"
        "3000-4000 ???? /absent\n"
        "5000-6000 r-x? \n"
        "6000-7000 r-x? /b\n"
        "7000-7800 r-x? \n"
        "7800-9000 r-x? /c\n");
  CHECK(told(core({anonymous(0x1000, 0x2000), anonymous(0x2000, 0x4000)},
                  file_note({{0x800, 0x3000, 0}}, {"/a"}))) ==
        "800-3000 ???? /a\n"
        "3000-4000 rw-? \n");
}

TEST_CASE("stack, vdso and vsyscall are told") {
  const std::string notes = note(
      NT_AUXV, words({AT_EXECFN, 0x3ff0, AT_RANDOM, 0x3f00, AT_SYSINFO_EHDR, 0x5000, AT_PHNUM, 9}));
  CHECK(told(core({anonymous(0x1000, 0x2000), anonymous(0x3000, 0x4000), anonymous(0x5000, 0x6000),
                   anonymous(0xffffffffff600000, 0xffffffffff601000)},
                  notes)) ==
        "1000-2000 rw-? \n"
        "3000-4000 rw-? [stack]\n"
        "5000-6000 rw-? [vdso]\n"
        "ffffffffff600000-ffffffffff601000 rw-? [vsyscall]\n");
}

TEST_CASE("the heap is the first writable anonymous segment above the bss") {
  // The bss's own pages, a guard page, the heap with a part of other permissions, a thread's stack.
  CHECK(told(core({program_page(), anonymous(0x11000, 0x12000), anonymous(0x12000, 0x13000),
                   anonymous(0x14000, 0x15000, 0), anonymous(0x20000, 0x21000),
                   anonymous(0x21000, 0x22000, PF_R), anonymous(0x30000, 0x31000)},
                  k_program_notes)) == k_program_lines +
                                           "12000-13000 rw-? \n"
                                           "14000-15000 ---? \n"
                                           "20000-21000 rw-? [heap]\n"
                                           "21000-22000 r--? [heap]\n"
                                           "30000-31000 rw-? \n");
  // One mapping with the bss, as without address space randomisation.
  CHECK(told(core({program_page(), anonymous(0x11000, 0x12000), anonymous(0x12000, 0x15000)},
                  k_program_notes)) == k_program_lines + "12000-15000 rw-? [heap]\n");
}

TEST_CASE("no heap is guessed") {
  // Too far above the program; only bss; no program headers in the core; a count beyond reason.
  const std::uint64_t far = 0x13000 + (1ULL << 30) + 0x1000;
  CHECK(told(core({program_page(), anonymous(0x11000, 0x12000), anonymous(far, far + 0x1000)},
                  k_program_notes))
            .find("[heap]") == std::string::npos);
  CHECK(told(core({program_page(), anonymous(0x11000, 0x12000), anonymous(0x12000, 0x13000)},
                  k_program_notes)) == k_program_lines + "12000-13000 rw-? \n");
  CHECK(told(core({anonymous(0x20000, 0x21000)}, k_program_notes)).find("[heap]") ==
        std::string::npos);
  CHECK(told(core({program_page(), anonymous(0x20000, 0x21000)},
                  note(NT_AUXV, words({AT_PHDR, 0x10040, AT_PHNUM, ~0ULL}))))
            .find("[heap]") == std::string::npos);
}

TEST_CASE("the heap of a static PIE is where the kernel puts it") {
  const Load low = anonymous(0x12000, 0x15000);
  const Load far = anonymous(0x555555600000, 0x555555621000);
  const std::string bytes =
      core({program_page(false), anonymous(0x11000, 0x12000), low, far}, k_program_notes);
  const auto machine = offsetof(Elf64_Ehdr, e_machine);
  CHECK(told(patched(bytes, machine, Elf64_Half{EM_X86_64})) ==
        k_program_lines +
            "12000-15000 rw-? \n"
            "555555600000-555555621000 rw-? [heap]\n");
}
