#include "dump/core_image.h"

#include <elf.h>

#include <array>
#include <cstring>

namespace pysheeet::dump {

namespace {

template <typename T>
void append(std::string& out, const T& value) {
  std::array<char, sizeof(T)> bytes{};
  std::memcpy(bytes.data(), &value, sizeof value);
  out.append(bytes.data(), bytes.size());
}

void pad(std::string& out, std::size_t alignment) {
  out.resize((out.size() + alignment - 1) / alignment * alignment);
}

Elf64_Phdr header_of(const LoadSegment& segment) {
  Elf64_Phdr header{};
  header.p_type = PT_LOAD;
  header.p_offset = segment.offset;
  header.p_vaddr = segment.start;
  header.p_filesz = segment.file_size;
  header.p_memsz = segment.end - segment.start;
  header.p_align = 1;
  for (const char c : segment.permissions) {
    header.p_flags |= c == 'r' ? PF_R : c == 'w' ? PF_W : c == 'x' ? PF_X : 0;
  }
  return header;
}

// elf(5): the count of more headers than e_phnum can tell is in the first section header.
std::string section_header(std::size_t headers) {
  Elf64_Shdr header{};
  header.sh_info = static_cast<Elf64_Word>(headers);
  header.sh_size = 1;
  std::string bytes;
  append(bytes, header);
  return bytes;
}

}  // namespace

std::string note(std::string_view owner, std::uint32_t type, std::string_view contents) {
  Elf64_Nhdr header{};
  header.n_namesz = static_cast<Elf64_Word>(owner.size() + 1);
  header.n_descsz = static_cast<Elf64_Word>(contents.size());
  header.n_type = type;
  std::string bytes;
  append(bytes, header);
  bytes.append(owner).push_back('\0');
  pad(bytes, 4);
  bytes += contents;
  pad(bytes, 4);
  return bytes;
}

CoreImage core_image(std::span<const LoadSegment> segments, std::string_view notes,
                     std::uint16_t machine, std::uint64_t tail_offset) {
  CoreImage image;
  image.tail = notes;
  pad(image.tail, 8);
  Elf64_Ehdr elf{};
  std::memcpy(elf.e_ident, ELFMAG, SELFMAG);
  elf.e_ident[EI_CLASS] = ELFCLASS64;
  elf.e_ident[EI_DATA] = ELFDATA2LSB;
  elf.e_ident[EI_VERSION] = EV_CURRENT;
  elf.e_type = ET_CORE;
  elf.e_machine = machine;
  elf.e_version = EV_CURRENT;
  elf.e_ehsize = sizeof(Elf64_Ehdr);
  elf.e_phentsize = sizeof(Elf64_Phdr);
  elf.e_phoff = tail_offset + image.tail.size();
  const std::size_t headers = segments.size() + 1;
  elf.e_phnum = static_cast<Elf64_Half>(headers < PN_XNUM ? headers : PN_XNUM);

  Elf64_Phdr note_header{};
  note_header.p_type = PT_NOTE;
  note_header.p_offset = tail_offset;
  note_header.p_filesz = notes.size();
  note_header.p_align = 4;
  append(image.tail, note_header);
  for (const LoadSegment& segment : segments) {
    append(image.tail, header_of(segment));
  }
  if (headers >= PN_XNUM) {
    elf.e_shoff = tail_offset + image.tail.size();
    elf.e_shentsize = sizeof(Elf64_Shdr);
    elf.e_shnum = 1;
    image.tail += section_header(headers);
  }
  append(image.head, elf);
  return image;
}

}  // namespace pysheeet::dump
