#pragma once

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/core_file.h"

// Core files made of bytes, for tests to write down and to break.
namespace core_builder {

template <typename T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

inline std::string words(const std::vector<std::uint64_t>& values) {
  std::string bytes;
  for (const std::uint64_t value : values) {
    bytes += bytes_of(value);
  }
  return bytes;
}

inline std::string note(std::uint32_t type, std::string_view contents,
                        std::string_view owner = {"CORE\0", 5}) {
  const Elf64_Nhdr header{static_cast<Elf64_Word>(owner.size()),
                          static_cast<Elf64_Word>(contents.size()), type};
  std::string bytes = bytes_of(header) + std::string(owner);
  bytes.resize((bytes.size() + 3) & ~std::size_t{3});
  bytes += contents;
  bytes.resize((bytes.size() + 3) & ~std::size_t{3});
  return bytes;
}

// A note NT_FILE of ranges {start, end, offset in pages} and their names.
inline std::string file_note(const std::vector<std::vector<std::uint64_t>>& ranges,
                             const std::vector<std::string>& names) {
  std::string contents = words({ranges.size(), 0x1000});
  for (const auto& range : ranges) {
    contents += words(range);
  }
  for (const std::string& name : names) {
    contents += name + '\0';
  }
  return note(NT_FILE, contents);
}

struct Load {
  std::uint64_t address;
  std::uint64_t memory_size;
  std::string bytes;  // what the file holds of it
  std::uint32_t flags = PF_R | PF_W;
};

constexpr std::uint64_t k_headers = sizeof(Elf64_Ehdr);

inline Elf64_Ehdr elf_header(std::size_t count) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_CORE;
  header.e_phoff = k_headers;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = static_cast<Elf64_Half>(count);
  return header;
}

// Header, program headers (the notes' first), notes, segments.
inline std::string core(const std::vector<Load>& loads, const std::string& notes = "") {
  std::uint64_t offset = k_headers + (loads.size() + 1) * sizeof(Elf64_Phdr);
  Elf64_Phdr header{};
  header.p_type = PT_NOTE;
  header.p_offset = offset;
  header.p_filesz = notes.size();
  std::string table = bytes_of(header);
  offset += notes.size();
  std::string contents = notes;
  for (const Load& load : loads) {
    header = {};
    header.p_type = PT_LOAD;
    header.p_flags = load.flags;
    header.p_offset = offset;
    header.p_vaddr = load.address;
    header.p_filesz = load.bytes.size();
    header.p_memsz = load.memory_size;
    table += bytes_of(header);
    contents += load.bytes;
    offset += load.bytes.size();
  }
  return bytes_of(elf_header(loads.size() + 1)) + table + contents;
}

// Writes value over the bytes at offset.
template <typename T>
std::string patched(std::string bytes, std::size_t offset, T value) {
  bytes.replace(offset, sizeof value, reinterpret_cast<const char*>(&value), sizeof value);
  return bytes;
}

// The offset of a field of program header i.
constexpr std::size_t in_header(std::size_t i, std::size_t field) {
  return k_headers + i * sizeof(Elf64_Phdr) + field;
}

inline pysheeet::FileDescriptor file_of(std::string_view bytes) {
  pysheeet::FileDescriptor file(::memfd_create("core", MFD_CLOEXEC));
  if (::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    return {};
  }
  return file;
}

inline pysheeet::CoreFile opened(std::string_view bytes) {
  return {file_of(bytes), "a.core"};
}

}  // namespace core_builder
