#include "core/core_mappings.h"

#include <elf.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace pysheeet {

namespace {

constexpr std::uint64_t k_vsyscall = 0xffffffffff600000;
constexpr std::uint64_t k_page_size = 4096;

// arch_randomize_brk() of arm64 goes up to 1 GiB, that of x86 to 32 MiB.
constexpr std::uint64_t k_largest_heap_gap = std::uint64_t{1} << 30;

constexpr std::uint64_t k_most_program_headers = 1024;

const char* permissions_at(const CoreFile& core, std::uint64_t address) {
  const auto& segments = core.segments();
  const auto next =
      std::upper_bound(segments.begin(), segments.end(), address,
                       [](std::uint64_t value, const CoreSegment& s) { return value < s.start; });
  const bool inside = next != segments.begin() && address < std::prev(next)->end;
  return inside ? std::prev(next)->permissions.c_str() : "????";
}

// The mapped files, and of each segment the parts that are no mapped file.
std::vector<Mapping> join(const CoreFile& core) {
  std::vector<Mapping> mappings;
  auto file = core.mapped_files().begin();
  const auto last_file = core.mapped_files().end();
  const auto add_file = [&] {
    mappings.push_back(*file);
    mappings.back().permissions = permissions_at(core, file->start);
  };
  std::uint64_t files_end = 0;  // of the files added so far
  for (const CoreSegment& segment : core.segments()) {
    std::uint64_t at = std::max(segment.start, files_end);
    for (; file != last_file && file->start < segment.end; ++file) {
      if (at < file->start) {
        mappings.push_back({at, file->start, segment.permissions, 0, ""});
      }
      add_file();
      files_end = file->end;
      at = std::max(at, files_end);
    }
    if (at < segment.end) {
      mappings.push_back({at, segment.end, segment.permissions, 0, ""});
    }
  }
  for (; file != last_file; ++file) {
    add_file();
  }
  return mappings;
}

Mapping* find(std::vector<Mapping>& mappings, std::optional<std::uint64_t> address) {
  const auto found = std::find_if(mappings.begin(), mappings.end(), [&](const Mapping& mapping) {
    return address && mapping.start <= *address && *address < mapping.end;
  });
  return found == mappings.end() ? nullptr : &*found;
}

void name_anonymous(std::vector<Mapping>& mappings, std::optional<std::uint64_t> address,
                    const char* name) {
  Mapping* mapping = find(mappings, address);
  if (mapping != nullptr && mapping->name.empty()) {
    mapping->name = name;
  }
}

std::string read_bytes(CoreFile& core, std::uint64_t address, std::uint64_t size) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::span<char> rest(bytes.data() + done, bytes.size() - done);
    const Stretch stretch = core.read(address + done, std::as_writable_bytes(rest));
    if (stretch.kind != Stretch::Kind::data) {
      return {};
    }
    done += static_cast<std::size_t>(stretch.size);
  }
  return bytes;
}

// Where the kernel puts the break of a program that is relocated and has no interpreter: at
// ELF_ET_DYN_BASE, away from the program (fs/binfmt_elf.c). 0 if not known for the machine.
std::uint64_t break_without_interpreter(const CoreFile& core) {
  switch (core.machine()) {
    case EM_X86_64:
      return 0x555555554000;
    case EM_AARCH64:
      return 0xaaaaaaaaa000;
    default:
      return 0;
  }
}

// The lowest address at which the heap may begin, by the program's own headers; none if the core
// lacks them.
template <typename Header, typename ProgramHeader>
std::optional<std::uint64_t> heap_floor(CoreFile& core) {
  const auto table = core.auxiliary(AT_PHDR);
  const auto count = core.auxiliary(AT_PHNUM);
  if (!table || !count || *count > k_most_program_headers) {
    return std::nullopt;
  }
  const std::string bytes = read_bytes(core, *table, *count * sizeof(ProgramHeader));
  std::optional<std::uint64_t> bias;
  std::uint64_t bss_end = 0;
  bool has_interpreter = false;
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(ProgramHeader)) {
    ProgramHeader header{};
    std::memcpy(&header, bytes.data() + at, sizeof header);
    has_interpreter = has_interpreter || header.p_type == PT_INTERP;
    if (header.p_type == PT_PHDR) {
      bias = *table - header.p_vaddr;
    } else if (header.p_type == PT_LOAD) {
      // A static program need not have PT_PHDR; its table then follows the ELF header.
      if (!bias && header.p_offset == 0) {
        bias = *table - sizeof(Header) - header.p_vaddr;
      }
      bss_end = std::max<std::uint64_t>(bss_end, std::uint64_t{header.p_vaddr} + header.p_memsz);
    }
  }
  if (!bias || bss_end == 0) {
    return std::nullopt;
  }
  if (*bias != 0 && !has_interpreter && break_without_interpreter(core) != 0) {
    return break_without_interpreter(core);
  }
  return (*bias + bss_end + k_page_size - 1) & ~(k_page_size - 1);
}

void name_heap(CoreFile& core, std::vector<Mapping>& mappings) {
  const auto floor = core.is_64_bit() ? heap_floor<Elf64_Ehdr, Elf64_Phdr>(core)
                                      : heap_floor<Elf32_Ehdr, Elf32_Phdr>(core);
  if (!floor) {
    return;
  }
  auto mapping = std::find_if(mappings.begin(), mappings.end(), [&](const Mapping& m) {
    return m.end > *floor && m.name.empty() && m.permissions.starts_with("rw");
  });
  if (mapping == mappings.end() ||
      (mapping->start > *floor && mapping->start - *floor > k_largest_heap_gap)) {
    return;
  }
  std::uint64_t end = mapping->start;
  for (; mapping != mappings.end() && mapping->name.empty() && mapping->start == end; ++mapping) {
    mapping->name = "[heap]";
    end = mapping->end;
  }
}

}  // namespace

std::vector<Mapping> core_mappings(CoreFile& core) {
  std::vector<Mapping> mappings = join(core);
  name_anonymous(mappings, core.auxiliary(AT_EXECFN), "[stack]");
  name_anonymous(mappings, core.auxiliary(AT_RANDOM), "[stack]");
  name_anonymous(mappings, core.auxiliary(AT_SYSINFO_EHDR), "[vdso]");
  if (core.is_64_bit()) {
    name_anonymous(mappings, k_vsyscall, "[vsyscall]");
  }
  name_heap(core, mappings);
  return mappings;
}

}  // namespace pysheeet
