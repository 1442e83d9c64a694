#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/memory_reader.h"
#include "dump/manifest_reader.h"

namespace pysheeet::dump {

// A file of a dump, unpacked as it is read.
class DataSource {
 public:
  DataSource() = default;
  DataSource(const DataSource&) = delete;
  DataSource& operator=(const DataSource&) = delete;
  virtual ~DataSource() = default;

  // Reads the bytes at offset of the uncompressed file; fewer than asked for, and 0 at its end.
  // Throws Error if it can't be read, or is not what its format says.
  virtual std::size_t read(std::uint64_t offset, std::span<std::byte> buffer) = 0;
  // The first offset from this one on, at most end, up to which the file has nothing but zeros that
  // take no room in it.
  virtual std::uint64_t next_data(std::uint64_t offset, std::uint64_t /*end*/) { return offset; }
};
std::unique_ptr<DataSource> open_data(const std::string& path, const std::string& encoding);

// The memory that a manifest and its files hold. No file is opened before it is needed.
class DumpMemory : public MemoryReader {
 public:
  explicit DumpMemory(const std::string& path);

  Stretch read(std::uint64_t address, std::span<std::byte> buffer) override;
  const Manifest& manifest() const { return manifest_; }
  std::vector<Mapping> mappings() const;

  // What is wrong with the i-th mapping in its file, a phrase; empty if its captured bytes have the
  // hash that the manifest tells, and nothing lies between them. progress as in dump.h.
  std::string verify(std::size_t i, const std::function<void(std::uint64_t done)>& progress);

 private:
  DataSource& data_of(const DumpedMapping& mapping);
  bool has_raw_file_alone(const DumpedMapping& mapping);

  Manifest manifest_;
  std::string open_path_;  // of data_
  std::unique_ptr<DataSource> data_;
  std::optional<std::set<std::string>> shared_files_;  // those of several mappings, once known
};

}  // namespace pysheeet::dump
