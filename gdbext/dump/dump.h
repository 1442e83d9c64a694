#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/memory_map.h"
#include "core/memory_reader.h"
#include "dump/core_image.h"
#include "dump/data_file.h"
#include "dump/hash.h"
#include "dump/manifest.h"
#include "dump/pipeline.h"
#include "dump/range.h"

namespace pysheeet::dump {

// Called about every 20 ms of long work with the bytes of the mapping that are behind it. May throw
// to end the work.
using Progress = std::function<void(std::uint64_t done)>;

enum class Encoding : std::uint8_t { raw, zstd, core };

struct DumpOptions {
  Encoding encoding = Encoding::raw;
  int level = 3;                   // of zstd
  bool is_single = false;          // all in one file; a core always is
  std::string path;                // that file, or the directory ("" is the current one)
  std::string manifest;            // its path
  bool replace = false;            // files that exist
  bool leaves_file_pages = false;  // out of a core: those that the mapped files have, too
  bool packs = false;              // leaves long holes no place: what is more than a file can be
};

// A range that is not in the file, and why.
struct Gap {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::string reason;
};

// How many gaps a report lists.
constexpr std::size_t k_listed_gaps = 16;

struct DumpReport {
  std::vector<std::string> files;  // none if nothing could be read; several if it is huge
  std::uint64_t size = 0;          // of what was to be dumped, bytes
  std::uint64_t captured = 0;      // bytes that the file holds
  std::uint64_t holes = 0;         // bytes never touched: zeros that take no room in the file
  std::uint64_t in_file = 0;       // bytes left out since the mapped file has them
  std::uint64_t unreadable = 0;    // bytes in all gaps
  std::vector<Gap> gaps;           // the first of them, by ascending address
  std::uint64_t more_gaps = 0;     // how many are not in gaps
};

// One dump: mapping after mapping into files, and a manifest of it all. Takes a fixed amount of
// memory. Whatever throws leaves no file that is not whole; those written before stay.
class Dump {
 public:
  // reader must live as long. Throws Error if no file can be made.
  Dump(MemoryReader& reader, const Target& target, DumpOptions options,
       const std::vector<BuildId>& build_ids);
  Dump(const Dump&) = delete;
  Dump& operator=(const Dump&) = delete;
  ~Dump();

  // Dumps what mapping spans, by ascending address. Raw in files of its own, a byte's offset is its
  // address less the start; otherwise the manifest tells. Throws Error if the source or the file
  // fails, or what progress throws.
  DumpReport write(const Mapping& mapping, const Progress& progress);
  // Notes in the manifest that mapping was not to be read.
  void skip(const Mapping& mapping, const std::string& reason);
  // Gives the files that are still open their names. notes: of a core, as note() makes them;
  // machine: likewise, EM_… of elf.h.
  void finish(std::string_view notes, std::uint16_t machine);

 private:
  class Part;

  void begin_part(const Mapping& part);
  void capture(Part& part);
  void add_data(Part& part, std::uint64_t address, std::size_t size);
  std::span<const std::byte> move_to_next_block(std::span<const std::byte> bytes,
                                                std::uint64_t offset);
  void leave_out(const Part& part, const Range& range);
  void make_room(std::uint64_t offset);
  void send_block();
  void send_bytes(std::uint64_t offset, std::string_view bytes);
  void open_file(const Mapping& part);
  void commit_file(std::uint64_t size);
  bool is_elided(const Range& range) const;
  void extend_segment(const Mapping& mapping, std::uint64_t start, std::uint64_t end);
  std::uint64_t offset_of(std::uint64_t address) const { return offset_ + (address - base_); }

  MemoryReader& reader_;
  Target target_;
  DumpOptions options_;
  ManifestWriter manifest_;
  std::unique_ptr<DataFile> file_;  // before pipeline_, which must end first
  std::string file_path_;
  Pipeline pipeline_;
  std::unique_ptr<Block> block_;  // being filled
  Xxh64 hash_;
  std::uint64_t base_ = 0;  // the address whose byte is at offset_ in the file
  std::uint64_t offset_ = 0;
  std::uint64_t end_ = 0;  // of what is in the file so far
  std::vector<LoadSegment> segments_;
};

}  // namespace pysheeet::dump
