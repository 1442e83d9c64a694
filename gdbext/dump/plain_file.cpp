#include "core/new_file.h"
#include "dump/data_file.h"

namespace pysheeet::dump {

namespace {

class PlainFile final : public DataFile {
 public:
  PlainFile(const std::string& path, bool replace) : file_(path, replace) {}

  void prepare(Block& /*block*/, std::size_t /*worker*/) override {}

  void write(const Block& block) override {
    file_.need_room(block.offset + block.size);
    file_.write_at(block.offset, {block.bytes.get(), block.size});
  }

  std::uint64_t commit(std::uint64_t size) override {
    file_.set_size(size);
    file_.commit();
    return size;
  }

 private:
  NewFile file_;
};

}  // namespace

std::unique_ptr<DataFile> make_plain_file(const std::string& path, bool replace) {
  return std::make_unique<PlainFile>(path, replace);
}

}  // namespace pysheeet::dump
