// Reads recordings that libFuzzer makes up, and does with those that can be read whatever is done
// with a recording.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "trace/exports.h"
#include "trace/recording_file.h"
#include "trace/reports.h"
#include "trace/sample_traces.h"
#include "trace/totals.h"

namespace {

using namespace pysheeet::trace;

class CountingSink final : public Sink {
 public:
  void write(std::string_view piece) override { size += piece.size(); }
  std::size_t size = 0;
};

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void use(const Trace& trace) {
  CountingSink sink;
  for (const Format& format : formats()) {
    format.write(trace, sink);
  }
  write_json(trace, {}, sink);
  std::int64_t self = 0;
  for (const Order order : {Order::self, Order::total, Order::calls, Order::maximum}) {
    self = 0;
    for (const FunctionTotals& row : function_totals(trace.tree, order)) {
      self += row.self;
    }
  }
  require(self == root_time(trace.tree));
  for (std::uint32_t function = 0; function < trace.functions.size(); ++function) {
    callers_of(trace.tree, function);
    callees_of(trace.tree, function);
    function_text(trace, trace.functions[function].name);
  }
  for (const bool by_thread : {false, true}) {
    table(trace, Order::self, 3, by_thread);
    tree_text(trace, by_thread);
  }
}

void read(std::span<const std::byte> bytes) {
  Trace trace;
  try {
    trace = read_recording(bytes);
  } catch (const pysheeet::Error& error) {
    require(std::string_view(error.what()).find(" at offset ") != std::string_view::npos);
    return;
  }
  use(trace);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto given = std::as_bytes(std::span(data, size));
  read(given);
  // It would hardly ever guess a checksum.
  const std::string sealed =
      samples::signed_again(std::string(reinterpret_cast<const char*>(data), size));
  read(std::as_bytes(std::span(sealed)));
  return 0;
}
