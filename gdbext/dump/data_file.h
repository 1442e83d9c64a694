#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "dump/pipeline.h"

namespace pysheeet::dump {

// A file of memory in the making; what is not written of it reads as zeros. It has its name once it
// is committed, and leaves nothing if it never is.
class DataFile : public Output {
 public:
  // Called when all blocks are written: size is that of the uncompressed file. Returns the size of
  // the file itself. Throws SystemError.
  virtual std::uint64_t commit(std::uint64_t size) = 0;
};

// The bytes as they are, sparse.
std::unique_ptr<DataFile> make_plain_file(const std::string& path, bool replace);

// In zstd's seekable format, at most a megabyte a frame (contrib/seekable_format of zstd): any zstd
// unpacks it. workers: how many threads of a pipeline write it.
std::unique_ptr<DataFile> make_zstd_file(const std::string& path, bool replace, int level,
                                         std::size_t workers);

// The compression levels of make_zstd_file(): what those above need of memory is not bounded.
constexpr int k_first_level = 1;
constexpr int k_last_level = 19;
// How many threads are of use, within the memory that they may take.
std::size_t zstd_workers(int level);

}  // namespace pysheeet::dump
