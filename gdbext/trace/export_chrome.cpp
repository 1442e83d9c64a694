#include <array>
#include <cstdio>

#include "trace/arguments.h"
#include "trace/export_text.h"
#include "trace/lane_calls.h"

namespace pysheeet::trace {

namespace {

// Microseconds with three decimals, exactly.
std::string microseconds(std::int64_t nanoseconds) {
  constexpr std::int64_t k_nanoseconds = 1000;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%lld.%03lld",
                static_cast<long long>(nanoseconds / k_nanoseconds),
                static_cast<long long>(nanoseconds % k_nanoseconds));
  return text.data();
}

void write_track(std::uint64_t track, const std::string& name, Buffered& out) {
  out << R"({"ph":"M","name":"thread_name","pid":1,"tid":)" << track << R"(,"args":{"name":)"
      << json_string(name) << "}},\n";
}

void write_slice(const Trace& trace, std::uint32_t function, std::uint64_t track, const Laid& laid,
                 Buffered& out) {
  out << R"({"ph":"X","cat":)" << json_string(trace.command) << R"(,"name":)"
      << json_string(frame_name(trace.functions[function])) << R"(,"pid":1,"tid":)" << track
      << R"(,"ts":)" << microseconds(laid.begin) << R"(,"dur":)"
      << microseconds(laid.end - laid.begin) << R"(,"args":{)";
}

void write_call(const Trace& trace, const Call& call, Buffered& out) {
  write_slice(trace, call.function, call.lane + std::uint64_t{1}, {call.begin, call.end}, out);
  std::string_view separator;
  for (const std::uint32_t text : {call.arguments, call.result}) {
    for (const Argument& each : unpack(trace.texts[text])) {
      out << separator << json_string(each.name.empty() ? "returned" : each.name) << ":"
          << json_string(each.value);
      separator = ",";
    }
  }
  if (call.how != End::returned) {
    out << separator << R"("ended":)" << json_string(name_of(call.how));
  }
  out << "}},\n";
}

// Of slices that begin and end as one, readers take the first for the caller.
void write_calls(const Trace& trace, Buffered& out) {
  const LaneCalls calls(trace);
  for (std::uint32_t lane = 0; lane < trace.lanes.size(); ++lane) {
    write_track(lane + std::uint64_t{1}, lane_text(trace, lane), out);
    for (const LaneCalls::Event& event : calls.events(lane)) {
      if (event.begins) {
        write_call(trace, trace.calls[event.call], out);
      }
    }
  }
}

void write_paths(const Trace& trace, Buffered& out) {
  for (std::uint32_t thread = 0; thread < trace.threads.size(); ++thread) {
    write_track(thread + std::uint64_t{1}, thread_text(trace.threads[thread]) + ", call paths",
                out);
  }
  const std::vector<Laid> chart = flame_chart(trace.tree);
  for (std::size_t i = 0; i < chart.size(); ++i) {
    const CallTree::Node& node = trace.tree.nodes()[i];
    if (!node.is_root() && node.durations.calls() != 0) {
      write_slice(trace, node.function, node.thread + std::uint64_t{1}, chart[i], out);
      out << R"("calls":)" << node.durations.calls() << R"(,"self_ns":)" << node.self << "}},\n";
    }
  }
}

}  // namespace

void write_chrome(const Trace& trace, Sink& sink) {
  Buffered out(sink);
  out << R"({"displayTimeUnit":"ns","otherData":{"program":)" << json_string(trace.program)
      << R"(,"engine":)" << json_string(trace.engine) << R"(},"traceEvents":[)"
      << "\n";
  if (has_all_calls(trace)) {
    write_calls(trace, out);
  } else {
    write_paths(trace, out);
  }
  out << R"({"ph":"M","name":"process_name","pid":1,"args":{"name":)" << json_string(trace.program)
      << "}}]}\n";
  out.flush();
}

}  // namespace pysheeet::trace
