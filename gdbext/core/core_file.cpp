#include "core/core_file.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace pysheeet {

namespace {

struct Elf32 {
  using Header = Elf32_Ehdr;
  using ProgramHeader = Elf32_Phdr;
  using SectionHeader = Elf32_Shdr;
};

struct Elf64 {
  using Header = Elf64_Ehdr;
  using ProgramHeader = Elf64_Phdr;
  using SectionHeader = Elf64_Shdr;
};

// Both far above what the kernel and gdb write: 64 Ki segments and 4 MiB of names by default.
constexpr std::uint64_t k_most_segments = std::uint64_t{1} << 22;
constexpr std::uint64_t k_largest_note = std::uint64_t{1} << 28;

// Of 100,000 mapped files NT_FILE has some 10 MB.
constexpr std::uint64_t k_most_copied = std::uint64_t{1} << 25;

constexpr std::uint64_t k_page_size = 4096;

bool add_overflows(std::uint64_t a, std::uint64_t b) {
  return b > std::numeric_limits<std::uint64_t>::max() - a;
}

std::uint64_t round_up_to_word(std::uint64_t size) {
  return (size + 3) & ~std::uint64_t{3};
}

// The bytes of a note, taken off the front in words of the program's width.
class Words {
 public:
  Words(std::string_view bytes, bool is_64_bit) : bytes_(bytes), width_(is_64_bit ? 8 : 4) {}

  std::size_t count() const { return bytes_.size() / width_; }
  std::string_view rest() const { return bytes_; }

  std::uint64_t take() {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes_.data(), width_);  // little-endian on both sides
    bytes_.remove_prefix(width_);
    return word;
  }

 private:
  std::string_view bytes_;
  std::size_t width_;
};

}  // namespace

// Without O_NONBLOCK a named pipe would wait for its other end.
CoreFile::CoreFile(const std::string& path)
    : CoreFile(FileDescriptor::open(path, O_RDONLY | O_NONBLOCK), path) {}

CoreFile::CoreFile(FileDescriptor file, std::string name)
    : file_(std::move(file)), name_(std::move(name)) {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) {
    throw_errno(name_);
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(escape(name_) + ": not a regular file");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
  const auto identity = value_at<std::array<unsigned char, EI_NIDENT>>(0, "the ELF header");
  if (std::memcmp(identity.data(), ELFMAG, SELFMAG) != 0) {
    fail("not an ELF file", 0);
  }
  if (identity[EI_DATA] != ELFDATA2LSB) {
    fail("not little-endian; other core files are not read", EI_DATA);
  }
  if (identity[EI_CLASS] != ELFCLASS64 && identity[EI_CLASS] != ELFCLASS32) {
    fail("neither a 32-bit nor a 64-bit ELF file", EI_CLASS);
  }
  is_64_bit_ = identity[EI_CLASS] == ELFCLASS64;
  is_64_bit_ ? read_headers<Elf64>() : read_headers<Elf32>();
  sort_segments();
  for (const Range& notes : notes_) {
    read_notes(notes);
  }
}

void CoreFile::fail(std::string_view what, std::uint64_t offset) const {
  throw Error(escape(name_) + ": " + std::string(what) + " (at offset 0x" + hex(offset) + ")");
}

std::string CoreFile::bytes_at(Range range, std::string_view what) const {
  if (range.size > size_ || range.offset > size_ - range.size) {
    fail("the file ends at 0x" + hex(size_) + ", within " + std::string(what), range.offset);
  }
  std::string bytes(range.size, '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::pread(file_.get(), bytes.data() + done, bytes.size() - done,
                              static_cast<off_t>(range.offset + done));
    if (n == 0) {
      fail("the file has become shorter, within " + std::string(what), range.offset);
    }
    if (n < 0 && errno != EINTR) {
      throw_errno(name_);
    }
    done += n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  return bytes;
}

template <typename T>
T CoreFile::value_at(std::uint64_t offset, std::string_view what) const {
  T value{};
  std::memcpy(&value, bytes_at({offset, sizeof value}, what).data(), sizeof value);
  return value;
}

template <typename Elf>
void CoreFile::read_headers() {
  using ProgramHeader = typename Elf::ProgramHeader;
  const auto header = value_at<typename Elf::Header>(0, "the ELF header");
  if (header.e_type != ET_CORE) {
    fail("an ELF file, but not a core file", offsetof(typename Elf::Header, e_type));
  }
  if (header.e_phentsize != sizeof(ProgramHeader)) {
    fail("program headers of " + std::to_string(header.e_phentsize) + " bytes, not " +
             std::to_string(sizeof(ProgramHeader)),
         offsetof(typename Elf::Header, e_phentsize));
  }
  machine_ = header.e_machine;
  const std::uint64_t count = count_headers<Elf>(header);
  const std::string table = bytes_at({header.e_phoff, count * sizeof(ProgramHeader)},
                                     "its " + std::to_string(count) + " program headers");
  for (std::uint64_t i = 0; i < count; ++i) {
    ProgramHeader program_header{};
    std::memcpy(&program_header, table.data() + i * sizeof program_header, sizeof program_header);
    const std::uint64_t at = header.e_phoff + i * sizeof program_header;
    if (program_header.p_type == PT_LOAD) {
      add_segment<Elf>(program_header, at);
    } else if (program_header.p_type == PT_NOTE) {
      if (add_overflows(program_header.p_offset, program_header.p_filesz)) {
        fail("notes beyond the largest offset", at);
      }
      notes_.push_back({program_header.p_offset, program_header.p_filesz});
    }
  }
}

template <typename Elf>
std::uint64_t CoreFile::count_headers(const typename Elf::Header& header) const {
  std::uint64_t count = header.e_phnum;
  std::uint64_t at = offsetof(typename Elf::Header, e_phnum);
  if (count == PN_XNUM) {  // elf(5): the count is then in the first section header
    using SectionHeader = typename Elf::SectionHeader;
    count = value_at<SectionHeader>(header.e_shoff, "the first section header").sh_info;
    at = header.e_shoff + offsetof(SectionHeader, sh_info);
  }
  if (count > k_most_segments) {
    fail(std::to_string(count) + " program headers are more than a program can have", at);
  }
  return count;
}

template <typename Elf>
void CoreFile::add_segment(const typename Elf::ProgramHeader& header, std::uint64_t at) {
  if (header.p_memsz == 0) {
    return;
  }
  if (header.p_filesz > header.p_memsz) {
    fail("a segment with more bytes in the file than in memory", at);
  }
  if (add_overflows(header.p_vaddr, header.p_memsz)) {
    fail("a segment beyond the last address", at);
  }
  if (add_overflows(header.p_offset, header.p_filesz)) {
    fail("a segment beyond the largest offset", at);
  }
  const std::string permissions{(header.p_flags & PF_R) != 0 ? 'r' : '-',
                                (header.p_flags & PF_W) != 0 ? 'w' : '-',
                                (header.p_flags & PF_X) != 0 ? 'x' : '-', '?'};
  segments_.push_back({header.p_vaddr, std::uint64_t{header.p_vaddr} + header.p_memsz,
                       header.p_offset, header.p_filesz, permissions});
  if (damage_.empty() && header.p_filesz > 0 &&
      std::uint64_t{header.p_offset} + header.p_filesz > size_) {
    damage_ = "The core file is truncated: it ends at 0x" + hex(size_) +
              ", and has less of the memory than its headers say.";
  }
}

void CoreFile::sort_segments() {
  std::sort(segments_.begin(), segments_.end(),
            [](const CoreSegment& a, const CoreSegment& b) { return a.start < b.start; });
  for (std::size_t i = 1; i < segments_.size(); ++i) {
    if (segments_[i].start < segments_[i - 1].end) {
      fail("two segments hold the memory at 0x" + hex(segments_[i].start), segments_[i].offset);
    }
  }
}

Stretch CoreFile::read(std::uint64_t address, std::span<std::byte> buffer) {
  constexpr const char* k_absent = "not in the core file";
  constexpr const char* k_truncated = "the core file is truncated";
  const auto next =
      std::upper_bound(segments_.begin(), segments_.end(), address,
                       [](std::uint64_t value, const CoreSegment& s) { return value < s.start; });
  if (next == segments_.begin() || std::prev(next)->end <= address) {
    const std::uint64_t end =
        next == segments_.end() ? std::numeric_limits<std::uint64_t>::max() : next->start;
    return {Stretch::Kind::unreadable, std::max<std::uint64_t>(end - address, 1), k_absent};
  }
  const CoreSegment& segment = *std::prev(next);
  const std::uint64_t skipped = address - segment.start;
  if (skipped >= segment.file_size) {
    return {Stretch::Kind::unreadable, segment.end - address, k_absent};
  }
  const std::uint64_t left = segment.file_size - skipped;
  const std::uint64_t offset = segment.offset + skipped;
  if (offset >= size_) {
    return {Stretch::Kind::unreadable, left, k_truncated};
  }
  // A hole of the file is one of memory: what wrote it had nothing to write there.
  const off_t data = ::lseek(file_.get(), static_cast<off_t>(offset), SEEK_DATA);
  const bool is_last_hole = data < 0 && errno == ENXIO;
  const auto end = static_cast<std::uint64_t>(is_last_hole ? ::lseek(file_.get(), 0, SEEK_END)
                                                           : std::max<off_t>(data, 0));
  if (end > offset) {
    return {Stretch::Kind::hole, std::min(left, end - offset)};
  }
  const ssize_t n = ::pread(file_.get(), buffer.data(),
                            static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size())),
                            static_cast<off_t>(offset));
  if (n > 0) {
    return {Stretch::Kind::data, static_cast<std::uint64_t>(n)};
  }
  if (n == 0) {
    return {Stretch::Kind::unreadable, left, k_truncated};
  }
  return {Stretch::Kind::unreadable, std::min(left, k_page_size - address % k_page_size),
          ::strerrordesc_np(errno)};
}

std::optional<std::uint64_t> CoreFile::resident(std::uint64_t start, std::uint64_t end) {
  std::uint64_t bytes = 0;
  auto segment = std::partition_point(segments_.begin(), segments_.end(),
                                      [start](const CoreSegment& s) { return s.end <= start; });
  for (; segment != segments_.end() && segment->start < end; ++segment) {
    const std::uint64_t kept = std::min(segment->start + segment->file_size, end);
    const std::uint64_t from = std::max(segment->start, start);
    bytes += kept > from ? kept - from : 0;
  }
  return bytes;
}

std::string CoreFile::notes() const {
  std::string all;
  for (const Range& range : notes_) {
    if (range.size > k_most_copied - all.size()) {
      fail("more notes than can be copied", range.offset);
    }
    all += bytes_at(range, "its notes");
    all.resize(round_up_to_word(all.size()));
  }
  return all;
}

void CoreFile::read_notes(Range notes) {
  std::uint64_t at = notes.offset;
  const std::uint64_t end = notes.offset + notes.size;
  while (end - at >= sizeof(Elf64_Nhdr)) {
    const std::uint64_t header_end = at + sizeof(Elf64_Nhdr);
    if (header_end > size_) {
      damage_ = "The core file is truncated: it ends at 0x" + hex(size_) +
                ", before its notes; names of mappings are lost.";
      return;
    }
    const auto header = value_at<Elf64_Nhdr>(at, "a note");  // the same for 32 bits
    const std::uint64_t owner_size = round_up_to_word(header.n_namesz);
    const Range contents{header_end + owner_size, header.n_descsz};
    if (owner_size + contents.size > end - header_end) {
      fail("a note that is longer than all notes together", at);
    }
    if (contents.offset + contents.size > size_) {
      damage_ = "The core file is truncated: it ends at 0x" + hex(size_) +
                ", within its notes; names of mappings may be lost.";
      return;
    }
    // Those of interest are owned by "CORE", with its NUL.
    if (header.n_namesz == 5) {
      read_note(header.n_type, bytes_at({header_end, 4}, "a note's owner"), contents);
    }
    // The last note need not be padded.
    at = std::min(contents.offset + round_up_to_word(contents.size), end);
  }
}

void CoreFile::read_note(std::uint32_t type, std::string_view owner, Range contents) {
  if (owner == "CORE" && type == NT_FILE) {
    read_mapped_files(contents);
  } else if (owner == "CORE" && type == NT_AUXV) {
    read_auxiliary(contents);
  }
}

// Linux fs/binfmt_elf.c, fill_files_note(): count, page size, then start, end and offset in pages
// of each file, then all names, each with its NUL.
void CoreFile::read_mapped_files(Range contents) {
  if (contents.size > k_largest_note) {
    fail("a note NT_FILE of " + std::to_string(contents.size) + " bytes", contents.offset);
  }
  add_mapped_files(bytes_at(contents, "the note NT_FILE"), contents.offset);
  std::sort(mapped_files_.begin(), mapped_files_.end(),
            [](const Mapping& a, const Mapping& b) { return a.start < b.start; });
  for (std::size_t i = 1; i < mapped_files_.size(); ++i) {
    if (mapped_files_[i].start < mapped_files_[i - 1].end) {
      fail("the note NT_FILE has two files at 0x" + hex(mapped_files_[i].start), contents.offset);
    }
  }
}

void CoreFile::add_mapped_files(std::string_view bytes, std::uint64_t at) {
  Words words(bytes, is_64_bit_);
  if (words.count() < 2) {
    fail("a note NT_FILE that is too short", at);
  }
  const std::uint64_t count = words.take();
  const std::uint64_t page_size = words.take();
  if (count > words.count() / 3) {
    fail("a note NT_FILE that is too short for its " + std::to_string(count) + " files", at);
  }
  const std::size_t first = mapped_files_.size();
  for (std::uint64_t i = 0; i < count; ++i) {
    Mapping mapping;
    mapping.start = words.take();
    mapping.end = words.take();
    if (mapping.start >= mapping.end ||
        __builtin_mul_overflow(words.take(), page_size, &mapping.offset)) {
      fail("the note NT_FILE has an impossible range at 0x" + hex(mapping.start), at);
    }
    mapped_files_.push_back(std::move(mapping));
  }
  std::string_view names = words.rest();
  for (std::size_t i = first; i < mapped_files_.size(); ++i) {
    const std::size_t length = names.find('\0');
    if (length == std::string_view::npos) {
      fail("the note NT_FILE has fewer names than files", at);
    }
    mapped_files_[i].name = names.substr(0, length);
    names.remove_prefix(length + 1);
  }
}

void CoreFile::read_auxiliary(Range contents) {
  // The kernel's has some twenty entries.
  const std::string bytes =
      bytes_at({contents.offset, std::min(contents.size, k_page_size)}, "the note NT_AUXV");
  Words words(bytes, is_64_bit_);
  while (words.count() >= 2) {
    const std::uint64_t type = words.take();
    auxiliary_.emplace(type, words.take());
  }
}

std::optional<std::uint64_t> CoreFile::auxiliary(std::uint64_t type) const {
  const auto found = auxiliary_.find(type);
  return found == auxiliary_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace pysheeet
