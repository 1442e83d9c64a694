#include "trace/export_text.h"

namespace pysheeet::trace {

namespace {

void write_frames(const Trace& trace, Buffered& out) {
  out << R"("shared":{"frames":[)";
  std::string_view separator;
  for (const Function& function : trace.functions) {
    out << separator << R"({"name":)" << json_string(function.name);
    if (!function.file.empty()) {
      out << R"(,"file":)" << json_string(function.file);
    }
    if (function.line != 0) {
      out << R"(,"line":)" << function.line;
    }
    out << "}";
    separator = ",";
  }
  out << "]}";
}

void write_evented(const Trace& trace, std::uint32_t lane, Buffered& out) {
  out << R"({"type":"evented","name":)" << json_string(lane_text(trace, lane))
      << R"(,"unit":"nanoseconds","startValue":0,"endValue":)" << trace.duration
      << R"(,"events":[)";
  std::string_view separator;
  for (const LaneEvent& event : lane_events(trace, lane)) {
    const Call& call = trace.calls[event.call];
    out << separator << (event.opens ? R"({"type":"O","frame":)" : R"({"type":"C","frame":)")
        << call.function << R"(,"at":)" << (event.opens ? call.begin : call.end) << "}";
    separator = ",";
  }
  out << "]}";
}

// The samples of a thread are its paths, the weights their self times.
void write_sampled(const Trace& trace, std::uint32_t thread, Buffered& out) {
  const auto& nodes = trace.tree.nodes();
  const Paths paths(trace.tree);
  std::string samples;
  std::string weights;
  std::int64_t sum = 0;
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    const CallTree::Node& node = nodes[i];
    if (node.thread != thread || node.durations.calls() == 0) {
      continue;
    }
    std::string sample;
    for (const std::uint32_t function : paths(i)) {
      sample += (sample.empty() ? "[" : ",") + std::to_string(function);
    }
    samples += (samples.empty() ? "" : ",") + sample + "]";
    weights += (weights.empty() ? "" : ",") + std::to_string(node.self);
    sum += node.self;
  }
  out << R"({"type":"sampled","name":)" << json_string(thread_text(trace.threads[thread]))
      << R"(,"unit":"nanoseconds","startValue":0,"endValue":)" << sum << R"(,"samples":[)"
      << samples << R"(],"weights":[)" << weights << "]}";
}

}  // namespace

void write_speedscope(const Trace& trace, Sink& sink) {
  Buffered out(sink);
  out << R"({"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"pysheeet",)"
      << R"("name":)" << json_string(trace.command + " " + trace.program) << ",";
  write_frames(trace, out);
  out << R"(,"profiles":[)";
  const bool has_calls = has_all_calls(trace);
  const std::size_t profiles = has_calls ? trace.lanes.size() : trace.threads.size();
  for (std::uint32_t i = 0; i < profiles; ++i) {
    out << (i == 0 ? "" : ",");
    if (has_calls) {
      write_evented(trace, i, out);
    } else {
      write_sampled(trace, i, out);
    }
  }
  out << "]}\n";
  out.flush();
}

}  // namespace pysheeet::trace
