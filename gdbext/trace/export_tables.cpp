#include <algorithm>

#include "core/text.h"
#include "trace/export_text.h"
#include "trace/totals.h"

namespace pysheeet::trace {

namespace {

constexpr double k_median = 0.5;
constexpr double k_high = 0.99;

// A cell of RFC 4180. A spreadsheet must not take text for a formula.
std::string cell(std::string_view text) {
  std::string safe = escape(text);
  if (!safe.empty() && std::string_view("=+-@").find(safe.front()) != std::string_view::npos) {
    safe.insert(0, "'");
  }
  std::string quoted = "\"";
  for (const char c : safe) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

// A name as one frame of a folded stack.
std::string frame(std::string text) {
  std::replace(text.begin(), text.end(), ';', ':');
  return text;
}

void write_columns(const FunctionTotals& row, std::string_view separator, Buffered& out) {
  const Durations& each = row.durations;
  out << row.calls() << separator << row.total << separator << row.self << separator
      << static_cast<std::int64_t>(each.mean()) << separator << each.minimum() << separator
      << each.percentile(k_median) << separator << each.percentile(k_high) << separator
      << each.maximum();
}

}  // namespace

void write_folded(const Trace& trace, Sink& sink) {
  Buffered out(sink);
  const auto& nodes = trace.tree.nodes();
  const auto roots = std::count_if(nodes.begin(), nodes.end(),
                                   [](const CallTree::Node& node) { return node.is_root(); });
  const Paths paths(trace.tree);
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    const CallTree::Node& node = nodes[i];
    if (node.durations.calls() == 0) {
      continue;
    }
    std::string line = roots > 1 ? frame(thread_text(trace.threads[node.thread])) : "";
    for (const std::uint32_t function : paths(i)) {
      line += (line.empty() ? "" : ";") + frame(frame_name(trace.functions[function]));
    }
    out << line << " " << node.self << "\n";
  }
  out.flush();
}

void write_csv(const Trace& trace, Sink& sink) {
  Buffered out(sink);
  out << "function,file,line,calls,total_ns,self_ns,mean_ns,min_ns,p50_ns,p99_ns,max_ns,"
         "returned\r\n";
  for (const FunctionTotals& row : function_totals(trace.tree, Order::self)) {
    const Function& function = trace.functions[row.function];
    out << cell(function.name) << "," << cell(function.file) << "," << function.line << ",";
    write_columns(row, ",", out);
    out << "," << row.ends[static_cast<std::size_t>(End::returned)] << "\r\n";
  }
  out.flush();
}

}  // namespace pysheeet::trace
