#include "core/build_id.h"

#include <elf.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace pysheeet {

namespace {

// Linkers put the headers and the notes at the front.
constexpr std::size_t k_page_size = 4096;

struct Elf32 {
  using Header = Elf32_Ehdr;
  using ProgramHeader = Elf32_Phdr;
};

struct Elf64 {
  using Header = Elf64_Ehdr;
  using ProgramHeader = Elf64_Phdr;
};

template <typename T>
bool take(std::string_view bytes, std::size_t offset, T& value) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof value) {
    return false;
  }
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return true;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += k_digits[byte >> 4];
    text += k_digits[byte & 0xf];
  }
  return text;
}

std::string build_id_of_notes(std::string_view notes) {
  Elf64_Nhdr header{};  // the same for 32 bits
  const auto padded = [](std::size_t size) { return (size + 3) & ~std::size_t{3}; };
  while (take(notes, 0, header)) {
    notes.remove_prefix(sizeof header);
    const std::size_t owner = padded(header.n_namesz);
    if (owner > notes.size() || header.n_descsz > notes.size() - owner) {
      return {};
    }
    if (header.n_type == NT_GNU_BUILD_ID && notes.starts_with(std::string_view("GNU\0", 4))) {
      return hex(notes.substr(owner, header.n_descsz));
    }
    notes.remove_prefix(std::min(notes.size(), owner + padded(header.n_descsz)));
  }
  return {};
}

template <typename Elf>
std::string build_id_of(std::string_view page) {
  typename Elf::Header header{};
  typename Elf::ProgramHeader program_header{};
  if (!take(page, 0, header)) {
    return {};
  }
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const std::size_t at = static_cast<std::size_t>(header.e_phoff) + i * sizeof program_header;
    if (!take(page, at, program_header)) {
      return {};
    }
    if (program_header.p_type == PT_NOTE && program_header.p_offset < page.size()) {
      std::string id =
          build_id_of_notes(page.substr(static_cast<std::size_t>(program_header.p_offset),
                                        static_cast<std::size_t>(program_header.p_filesz)));
      if (!id.empty()) {
        return id;
      }
    }
  }
  return {};
}

}  // namespace

std::string build_id_at(MemoryReader& reader, std::uint64_t address) {
  std::string page(k_page_size, '\0');
  std::size_t done = 0;
  while (done < page.size()) {
    const std::span<char> rest(page.data() + done, page.size() - done);
    const Stretch stretch = reader.read(address + done, std::as_writable_bytes(rest));
    if (stretch.kind != Stretch::Kind::data) {
      break;
    }
    done += static_cast<std::size_t>(stretch.size);
  }
  page.resize(done);
  if (page.size() < EI_NIDENT || !page.starts_with(ELFMAG)) {
    return {};
  }
  return page[EI_CLASS] == ELFCLASS64 ? build_id_of<Elf64>(page) : build_id_of<Elf32>(page);
}

std::vector<BuildId> build_ids(MemoryReader& reader, const std::vector<Mapping>& mappings) {
  std::set<std::string_view> wanted;
  for (const Mapping& mapping : mappings) {
    // A core does not always tell what is executable.
    if (mapping.name.starts_with('/') &&
        mapping.permissions.find_first_of("x?") != std::string::npos) {
      wanted.insert(mapping.name);
    }
  }
  std::vector<BuildId> found;
  for (const Mapping& mapping : mappings) {
    if (mapping.offset == 0 && wanted.erase(mapping.name) > 0) {
      std::string id = build_id_at(reader, mapping.start);
      if (!id.empty()) {
        found.push_back({mapping.name, std::move(id)});
      }
    }
  }
  return found;
}

}  // namespace pysheeet
