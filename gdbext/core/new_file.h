#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/file_descriptor.h"

namespace pysheeet {

// A file in the making, readable and writable by its owner alone. It appears under its name when it
// is committed; until then nothing is under that name, and if it never is, nothing stays behind.
class NewFile {
 public:
  // replace: a file that is there by then is replaced; otherwise committing fails. What is there is
  // never written to, and a symbolic link never followed. Throws SystemError that names the path.
  // Until then the file has no name at all, so that it vanishes whatever ends gdb; or, where the
  // file system can't do that, a hidden one beside path.
  enum class Temporary { unnamed_if_possible, named };
  NewFile(std::string path, bool replace, Temporary temporary = Temporary::unnamed_if_possible);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  // What is not written of it reads as zeros and takes no room. Throws SystemError.
  void set_size(std::uint64_t size);
  // Throws SystemError if the file may not become so large. To write beyond would raise a signal
  // that ends gdb.
  void need_room(std::uint64_t size) const;
  void write_at(std::uint64_t offset, std::span<const std::byte> bytes);

  // Gives the file its name. Throws SystemError: EEXIST if the name is taken.
  void commit();

 private:
  void open_named();
  bool link_as(const std::string& name) const;
  void rename_to_path(unsigned flags);

  std::string path_;
  bool replace_;
  std::string temporary_;  // its present name; empty while it has none
  FileDescriptor file_;
};

}  // namespace pysheeet
