#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_descriptor.h"
#include "core/memory_map.h"
#include "core/memory_reader.h"

namespace pysheeet {

// A PT_LOAD segment of a core file. What lies behind file_size is not in the file.
struct CoreSegment {
  std::uint64_t start = 0;      // address of the first byte
  std::uint64_t end = 0;        // address after the last byte
  std::uint64_t offset = 0;     // of the first byte in the core file
  std::uint64_t file_size = 0;  // bytes that the core file holds of it
  std::string permissions;      // "rwx?"
};

// The memory of a program as an ELF core file keeps it (elf(5), core(5)), 32 or 64 bits,
// little-endian; written by the kernel or by gdb's generate-core-file. Nothing in the file is
// trusted.
//
// A core that ends early still serves: what it lacks is unreadable, and damage() says what else is
// missed. All other contradictions throw Error with the offset in the file.
class CoreFile : public MemoryReader {
 public:
  explicit CoreFile(const std::string& path);
  // name is what errors call the file.
  CoreFile(FileDescriptor file, std::string name);

  Stretch read(std::uint64_t address, std::span<std::byte> buffer) override;
  // Those in the file, its holes included.
  std::optional<std::uint64_t> resident(std::uint64_t start, std::uint64_t end) override;

  // By ascending address; they don't overlap.
  const std::vector<CoreSegment>& segments() const { return segments_; }
  // The mapped files of the note NT_FILE, by ascending address; they don't overlap. Permissions are
  // not told.
  const std::vector<Mapping>& mapped_files() const { return mapped_files_; }
  // An entry of the auxiliary vector (getauxval(3)).
  std::optional<std::uint64_t> auxiliary(std::uint64_t type) const;
  // All notes as they are, padded. Throws Error if they are cut off, or too many to be true.
  std::string notes() const;
  // What is lost because the file ends early: a sentence, or empty.
  const std::string& damage() const { return damage_; }
  bool is_64_bit() const { return is_64_bit_; }
  // EM_… of elf.h.
  std::uint16_t machine() const { return machine_; }

 private:
  struct Range {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };

  template <typename Elf>
  void read_headers();
  template <typename Elf>
  std::uint64_t count_headers(const typename Elf::Header& header) const;
  template <typename Elf>
  void add_segment(const typename Elf::ProgramHeader& header, std::uint64_t at);
  void sort_segments();
  void read_notes(Range notes);
  void read_note(std::uint32_t type, std::string_view owner, Range contents);
  void read_mapped_files(Range contents);
  void add_mapped_files(std::string_view bytes, std::uint64_t at);
  void read_auxiliary(Range contents);

  std::string bytes_at(Range range, std::string_view what) const;
  template <typename T>
  T value_at(std::uint64_t offset, std::string_view what) const;
  [[noreturn]] void fail(std::string_view what, std::uint64_t offset) const;

  FileDescriptor file_;
  std::string name_;
  std::uint64_t size_ = 0;
  bool is_64_bit_ = true;
  std::uint16_t machine_ = 0;
  std::vector<CoreSegment> segments_;
  std::vector<Range> notes_;
  std::vector<Mapping> mapped_files_;
  std::map<std::uint64_t, std::uint64_t> auxiliary_;
  std::string damage_;
};

}  // namespace pysheeet
