#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/build_id.h"
#include "core/memory_map.h"
#include "core/new_file.h"
#include "dump/range.h"

namespace pysheeet::dump {

// What was dumped, beside the data as JSON:
//   {"format": "pysheeet memory dump", "version": 1, "target": {…}, "time": "…Z",
//    "build_ids": {"PATH": "HEX", …}, "mappings": [{"start": "0x…", "end": "0x…",
//    "permissions": "rw-p", "offset": N, "name": "…", "file": "…", "encoding": "raw", "ranges":
//    [["captured", "0x…", "0x…", OFFSET], ["unreadable", "0x…", "0x…", "REASON"], ["zero", …], …],
//    "xxh64": "…"}, …]}
// Addresses are text: numbers beyond 2**53 are not safe in JSON. A file is named relative to the
// manifest; OFFSET counts its bytes once it is unpacked. The XXH64 (seed 0) is that of the captured
// bytes, by ascending address. Names are escaped as for a terminal (core/text.h).
constexpr std::string_view k_manifest_format = "pysheeet memory dump";
constexpr int k_manifest_version = 1;

struct Target {
  std::string kind;     // "process", "core", "remote", "replay"
  std::string program;  // its path
  long pid = 0;
};

// Writes a manifest as the dump goes on: its memory does not depend on the number of ranges.
class ManifestWriter {
 public:
  ManifestWriter(const std::string& path, bool replace, const Target& target,
                 const std::vector<BuildId>& build_ids);

  // encoding: "raw", "zstd" or "core". file: empty if nothing is captured, or it is not known yet.
  void begin(const Mapping& mapping);
  // By ascending address. Those that go on where the last one of their kind ends are one.
  void add(const Range& range);
  void end(std::string_view file, std::string_view encoding, std::uint64_t hash);

  void commit();

 private:
  void write(std::string_view text);
  void write_range();
  void flush();

  NewFile file_;
  std::string buffer_;
  std::uint64_t size_ = 0;
  bool is_first_mapping_ = true;
  bool is_first_range_ = true;
  Range pending_;  // empty if there is none
};

}  // namespace pysheeet::dump
