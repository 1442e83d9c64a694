#include "trace/exports.h"

#include <array>

#include "core/error.h"
#include "core/new_file.h"
#include "core/text.h"
#include "trace/recording_file.h"

namespace pysheeet::trace {

namespace {

constexpr std::array<Format, 7> k_formats{{
    {".speedscope.json", "speedscope", write_speedscope},
    {".trace.json", "Perfetto and chrome://tracing", write_chrome},
    {".callgrind", "KCachegrind and callgrind_annotate; callgrind.out.*, too", write_callgrind},
    {".folded", "folded stacks for flame graphs", write_folded},
    {".pb.gz", "go tool pprof", write_pprof},
    {".csv", "a row a function", write_csv},
    {".psr", "the whole recording, for `prof -load'", write_recording},
}};

class FileSink final : public Sink {
 public:
  explicit FileSink(NewFile& file) : file_(file) {}

  void write(std::string_view bytes) override {
    file_.set_size(offset_ + bytes.size());  // which minds the limit that raises a signal
    file_.write_at(offset_, std::as_bytes(std::span(bytes)));
    offset_ += bytes.size();
  }

 private:
  NewFile& file_;
  std::uint64_t offset_ = 0;
};

}  // namespace

std::span<const Format> formats() {
  return k_formats;
}

const Format& format_of(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  std::string endings;
  for (const Format& format : k_formats) {
    const bool is_callgrind = format.write == write_callgrind && name.starts_with("callgrind.out.");
    if (is_callgrind || (name.ends_with(format.ending) && name.size() > format.ending.size())) {
      return format;
    }
    endings += (endings.empty() ? "" : ", ") + std::string(format.ending);
  }
  throw Error("what format " + escape(name) + " is to have is told by its ending: " + endings);
}

void save(const Trace& trace, const std::string& path, bool replace) {
  const Format& format = format_of(path);
  NewFile file(path, replace);
  FileSink sink(file);
  format.write(trace, sink);
  file.commit();
}

}  // namespace pysheeet::trace
