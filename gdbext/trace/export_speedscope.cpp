#include "trace/export_text.h"
#include "trace/lane_calls.h"

namespace pysheeet::trace {

namespace {

void write_frames(const Trace& trace, Buffered& out) {
  out << R"("shared":{"frames":[)";
  std::string_view separator;
  for (const Function& function : trace.functions) {
    out << separator << R"({"name":)" << json_string(frame_name(function));
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

void write_evented(const Trace& trace, const LaneCalls& calls, std::uint32_t lane, Buffered& out) {
  out << R"({"type":"evented","name":)" << json_string(lane_text(trace, lane))
      << R"(,"unit":"nanoseconds","startValue":0,"endValue":)" << trace.duration
      << R"(,"events":[)";
  std::string_view separator;
  for (const LaneCalls::Event& event : calls.events(lane)) {
    const Call& call = trace.calls[event.call];
    out << separator << (event.begins ? R"({"type":"O","frame":)" : R"({"type":"C","frame":)")
        << call.function << R"(,"at":)" << (event.begins ? call.begin : call.end) << "}";
    separator = ",";
  }
  out << "]}";
}

void write_sample(const Paths& paths, std::uint32_t node, Buffered& out) {
  std::string_view separator = "[";
  for (const std::uint32_t function : paths(node)) {
    out << separator << function;
    separator = ",";
  }
  out << "]";
}

// The samples of a thread are its paths, the weights their self times.
void write_sampled(const Trace& trace, std::uint32_t thread, const Paths& paths,
                   const std::vector<std::uint32_t>& samples, Buffered& out) {
  const auto& nodes = trace.tree.nodes();
  std::int64_t sum = 0;
  for (const std::uint32_t node : samples) {
    sum += nodes[node].self;
  }
  out << R"({"type":"sampled","name":)" << json_string(thread_text(trace.threads[thread]))
      << R"(,"unit":"nanoseconds","startValue":0,"endValue":)" << sum << R"(,"samples":[)";
  std::string_view separator;
  for (const std::uint32_t node : samples) {
    out << separator;
    write_sample(paths, node, out);
    separator = ",";
  }
  out << R"(],"weights":[)";
  separator = "";
  for (const std::uint32_t node : samples) {
    out << separator << nodes[node].self;
    separator = ",";
  }
  out << "]}";
}

void write_lanes(const Trace& trace, Buffered& out) {
  const LaneCalls calls(trace);
  for (std::uint32_t lane = 0; lane < trace.lanes.size(); ++lane) {
    out << (lane == 0 ? "" : ",");
    write_evented(trace, calls, lane, out);
  }
}

void write_threads(const Trace& trace, Buffered& out) {
  const auto& nodes = trace.tree.nodes();
  std::vector<std::vector<std::uint32_t>> samples(trace.threads.size());
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].durations.calls() != 0) {
      samples[nodes[i].thread].push_back(i);
    }
  }
  const Paths paths(trace.tree);
  for (std::uint32_t thread = 0; thread < samples.size(); ++thread) {
    out << (thread == 0 ? "" : ",");
    write_sampled(trace, thread, paths, samples[thread], out);
  }
}

}  // namespace

void write_speedscope(const Trace& trace, Sink& sink) {
  Buffered out(sink);
  out << R"({"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"pysheeet",)"
      << R"("name":)" << json_string(trace.command + " " + trace.program) << ",";
  write_frames(trace, out);
  out << R"(,"profiles":[)";
  if (!has_all_calls(trace)) {
    write_threads(trace, out);
  } else {
    write_lanes(trace, out);
  }
  out << "]}\n";
  out.flush();
}

}  // namespace pysheeet::trace
