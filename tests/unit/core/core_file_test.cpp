#include "core/core_file.h"

#include <array>
#include <cstddef>

#include "catch.h"
#include "core/core_builder.h"
#include "core/error.h"

using namespace core_builder;
using pysheeet::CoreFile;
using pysheeet::Stretch;

namespace {

// "K n": the kind's first letter and the size, or the bytes that were read.
std::string read(CoreFile& core, std::uint64_t address, std::size_t size = 16) {
  std::string buffer(size, '#');
  const Stretch stretch = core.read(address, std::as_writable_bytes(std::span<char>(buffer)));
  if (stretch.kind == Stretch::Kind::data) {
    return buffer.substr(0, stretch.size);
  }
  return std::string(stretch.reason) + ", " + std::to_string(stretch.size);
}

void refuses(const std::string& bytes, const std::string& message) {
  INFO(message);
  try {
    opened(bytes);
    FAIL("it was taken");
  } catch (const pysheeet::Error& error) {
    CHECK(std::string(error.what()) == "a.core: " + message);
  }
}

const std::string k_core = core({{0x1000, 0x10, "0123456789"}, {0x2000, 0x10, "abcdefghijklmnop"}});

}  // namespace

TEST_CASE("a core file reads as its segments say") {
  CoreFile core = opened(k_core);
  REQUIRE(core.segments().size() == 2);
  CHECK(core.segments()[0].permissions == "rw-?");
  CHECK(read(core, 0x1000) == "0123456789");
  CHECK(read(core, 0x1003, 4) == "3456");
  CHECK(read(core, 0x2000) == "abcdefghijklmnop");
  CHECK(read(core, 0x200f) == "p");
  CHECK(core.damage().empty());
}

TEST_CASE("what a core file lacks is never zeros") {
  CoreFile core = opened(k_core);
  CHECK(read(core, 0x100a) == "not in the core file, 6");
  CHECK(read(core, 0x0) == "not in the core file, 4096");
  CHECK(read(core, 0x1010) == "not in the core file, 4080");
  CHECK(read(core, 0x2010) == "not in the core file, " + std::to_string(~0ULL - 0x2010));
  CHECK(read(core, ~0ULL) == "not in the core file, 1");
}

TEST_CASE("a truncated core keeps what it has") {
  CoreFile core = opened(k_core.substr(0, k_core.size() - 4));
  CHECK(read(core, 0x1000) == "0123456789");
  CHECK(read(core, 0x2000) == "abcdefghijkl");
  CHECK(read(core, 0x200c) == "the core file is truncated, 4");
  CHECK(core.damage() ==
        "The core file is truncated: it ends at 0xfe, and has less of the memory than its headers "
        "say.");
}

TEST_CASE("a segment far beyond the end of the file is one stretch") {
  std::string bytes = core({{0x1000, 0x10, "0123456789"}});
  for (const auto field : {offsetof(Elf64_Phdr, p_offset), offsetof(Elf64_Phdr, p_filesz),
                           offsetof(Elf64_Phdr, p_memsz)}) {
    bytes = patched(bytes, in_header(1, field), Elf64_Xword{1} << 62);
  }
  CoreFile core = opened(bytes);
  CHECK(read(core, 0x1000) == "the core file is truncated, " + std::to_string(1ULL << 62));
}

TEST_CASE("a core that shrinks after it was opened is a truncated one") {
  pysheeet::FileDescriptor file = file_of(k_core);
  const int fd = file.get();
  CoreFile core(std::move(file), "a.core");
  REQUIRE(::ftruncate(fd, static_cast<off_t>(k_core.size() - 16)) == 0);
  CHECK(read(core, 0x2004) == "the core file is truncated, 12");
  CHECK(read(core, 0x1000) == "0123456789");
}

TEST_CASE("each cut of a core file is an error or a truncated core") {
  const std::string whole =
      core({{0x1000, 0x10, "0123456789"}},
           file_note({{0x1000, 0x2000, 0}}, {"/a"}) + note(NT_AUXV, words({3, 5})));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    try {
      CoreFile core = opened(whole.substr(0, size));
      CHECK_FALSE(core.damage().empty());
      CHECK(read(core, 0x1000) != "0123456789");
    } catch (const pysheeet::Error& error) {
      CHECK(std::string(error.what()).find("at offset 0x") != std::string::npos);
      CHECK(size < k_headers + 2 * sizeof(Elf64_Phdr));
    }
  }
}

TEST_CASE("a core file without segments has nothing") {
  CoreFile core = opened(core_builder::core({}));
  CHECK(core.segments().empty());
  CHECK(read(core, 0x1000).starts_with("not in the core file"));
}

TEST_CASE("what is no core file is refused") {
  refuses("", "the file ends at 0x0, within the ELF header (at offset 0x0)");
  refuses(std::string(64, 'x'), "not an ELF file (at offset 0x0)");
  refuses(patched(k_core, EI_DATA, '\2'),
          "not little-endian; other core files are not read (at offset 0x5)");
  refuses(patched(k_core, EI_CLASS, '\3'),
          "neither a 32-bit nor a 64-bit ELF file (at offset 0x4)");
  refuses(patched(k_core, offsetof(Elf64_Ehdr, e_type), Elf64_Half{ET_EXEC}),
          "an ELF file, but not a core file (at offset 0x10)");
  refuses(patched(k_core, offsetof(Elf64_Ehdr, e_phentsize), Elf64_Half{32}),
          "program headers of 32 bytes, not 56 (at offset 0x36)");
}

TEST_CASE("program headers that are not there are refused") {
  const auto offset = offsetof(Elf64_Ehdr, e_phoff);
  const auto count = offsetof(Elf64_Ehdr, e_phnum);
  refuses(patched(k_core, offset, ~Elf64_Off{0}),
          "the file ends at 0x102, within its 3 program headers (at offset 0xffffffffffffffff)");
  refuses(patched(k_core, count, Elf64_Half{0xfffe}),
          "the file ends at 0x102, within its 65534 program headers (at offset 0x40)");
  // PN_XNUM: the number is in a section header, which may be missing, or say anything.
  refuses(patched(patched(k_core, count, Elf64_Half{PN_XNUM}), offsetof(Elf64_Ehdr, e_shoff),
                  ~Elf64_Off{0}),
          "the file ends at 0x102, within the first section header (at offset 0xffffffffffffffff)");
  Elf64_Shdr section{};
  section.sh_info = 0xffffffff;
  const std::string many = patched(patched(k_core, count, Elf64_Half{PN_XNUM}),
                                   offsetof(Elf64_Ehdr, e_shoff), Elf64_Off{k_core.size()});
  refuses(many + bytes_of(section),
          "4294967295 program headers are more than a program can have (at offset 0x12e)");
  section.sh_info = 3;
  CHECK(opened(many + bytes_of(section)).segments().size() == 2);
}

TEST_CASE("impossible segments are refused") {
  const auto size = in_header(1, offsetof(Elf64_Phdr, p_memsz));
  const auto address = in_header(1, offsetof(Elf64_Phdr, p_vaddr));
  const auto offset = in_header(1, offsetof(Elf64_Phdr, p_offset));
  refuses(patched(k_core, size, Elf64_Xword{9}),
          "a segment with more bytes in the file than in memory (at offset 0x78)");
  refuses(patched(k_core, size, ~Elf64_Xword{0}),
          "a segment beyond the last address (at offset 0x78)");
  refuses(patched(k_core, offset, ~Elf64_Off{0}),
          "a segment beyond the largest offset (at offset 0x78)");
  refuses(patched(k_core, address, Elf64_Addr{0x1ff8}),
          "two segments hold the memory at 0x2000 (at offset 0xf2)");
  refuses(patched(k_core, in_header(0, offsetof(Elf64_Phdr, p_filesz)), ~Elf64_Xword{0}),
          "notes beyond the largest offset (at offset 0x40)");
}

TEST_CASE("an empty segment is none") {
  CHECK(opened(core({{0x1000, 0, ""}, {0x1000, 4, "abcd"}})).segments().size() == 1);
}

TEST_CASE("the notes tell mapped files and the auxiliary vector") {
  const std::string notes =
      note(NT_PRSTATUS, std::string(336, '\0')) + note(1, "x", {"\0", 1}) +
      note(NT_FILE, "gdb's?", {"ELSE\0", 5}) +
      file_note({{0x3000, 0x4000, 2}, {0x1000, 0x2000, 0}}, {"/b c", "/a\n"}) +
      note(NT_AUXV, words({33, 0x7000, 31, 0x8000, 0, 0}));
  const CoreFile core = opened(core_builder::core({}, notes));
  REQUIRE(core.mapped_files().size() == 2);
  CHECK(core.mapped_files()[0] == pysheeet::Mapping{0x1000, 0x2000, "", 0, "/a\n"});
  CHECK(core.mapped_files()[1] == pysheeet::Mapping{0x3000, 0x4000, "", 0x2000, "/b c"});
  CHECK(core.auxiliary(33) == 0x7000U);
  CHECK(core.auxiliary(31) == 0x8000U);
  CHECK_FALSE(core.auxiliary(3));
}

TEST_CASE("hostile notes are refused") {
  const auto with = [](const std::string& notes) { return core({}, notes); };
  const std::string good = file_note({{0x1000, 0x2000, 0}}, {"/a"});
  refuses(with(patched(good, offsetof(Elf64_Nhdr, n_namesz), ~Elf64_Word{0})),
          "a note that is longer than all notes together (at offset 0x78)");
  refuses(with(patched(good, offsetof(Elf64_Nhdr, n_descsz), ~Elf64_Word{0})),
          "a note that is longer than all notes together (at offset 0x78)");
  refuses(with(note(NT_FILE, "short")), "a note NT_FILE that is too short (at offset 0x8c)");
  refuses(with(note(NT_FILE, words({~0ULL, 0x1000}))),
          "a note NT_FILE that is too short for its 18446744073709551615 files (at offset 0x8c)");
  refuses(with(file_note({{0x1000, 0x2000, 0}, {0x2000, 0x3000, 0}}, {"/a"})),
          "the note NT_FILE has fewer names than files (at offset 0x8c)");
  refuses(with(file_note({{0x2000, 0x1000, 0}}, {"/a"})),
          "the note NT_FILE has an impossible range at 0x2000 (at offset 0x8c)");
  refuses(with(file_note({{0x1000, 0x2000, ~0ULL}}, {"/a"})),
          "the note NT_FILE has an impossible range at 0x1000 (at offset 0x8c)");
  refuses(with(file_note({{0x1000, 0x3000, 0}, {0x2000, 0x4000, 0}}, {"/a", "/b"})),
          "the note NT_FILE has two files at 0x2000 (at offset 0x8c)");
}

TEST_CASE("a 32-bit core file is read too") {
  Elf32_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS32;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_CORE;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(Elf32_Phdr);
  header.e_phnum = 2;
  Elf32_Phdr load{};
  load.p_type = PT_LOAD;
  load.p_flags = PF_R;
  load.p_offset = sizeof header + 2 * sizeof load;
  load.p_vaddr = 0xfffff000;
  load.p_filesz = 4;
  load.p_memsz = 0x1000;
  const std::array<std::uint32_t, 5> range{1, 0x1000, 0xfffff000, 0xffffffff, 1};
  const std::string notes = note(NT_FILE, bytes_of(range) + "/a" + '\0');
  Elf32_Phdr note_header{};
  note_header.p_type = PT_NOTE;
  note_header.p_offset = load.p_offset + 4;
  note_header.p_filesz = static_cast<Elf32_Word>(notes.size());
  CoreFile core =
      opened(bytes_of(header) + bytes_of(load) + bytes_of(note_header) + "abcd" + notes);
  CHECK_FALSE(core.is_64_bit());
  CHECK(core.segments().at(0).end == 0x100000000U);
  CHECK(read(core, 0xfffff000) == "abcd");
  CHECK(core.mapped_files().at(0) == pysheeet::Mapping{0xfffff000, 0xffffffff, "", 0x1000, "/a"});
}

TEST_CASE("a directory or a pipe is no core file") {
  CHECK_THROWS_WITH(CoreFile("/"), "/: not a regular file");
  CHECK_THROWS_WITH(CoreFile("/nonexistent"), "/nonexistent: No such file or directory");
}
