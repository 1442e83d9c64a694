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

void write_function(const Trace& trace, const FunctionTotals& row, Buffered& out) {
  const Function& function = trace.functions[row.function];
  const Durations& each = row.durations;
  out << R"({"name":)" << json_string(function.name) << R"(,"place":)"
      << json_string(function.place) << R"(,"file":)" << json_string(function.file) << R"(,"line":)"
      << function.line << R"(,"calls":)" << row.calls() << R"(,"total_ns":)" << row.total
      << R"(,"self_ns":)" << row.self << R"(,"mean_ns":)" << static_cast<std::int64_t>(each.mean())
      << R"(,"min_ns":)" << each.minimum() << R"(,"p50_ns":)" << each.percentile(k_median)
      << R"(,"p99_ns":)" << each.percentile(k_high) << R"(,"max_ns":)" << each.maximum()
      << R"(,"ended":{)";
  std::string_view separator;
  for (std::size_t i = 0; i < k_ends; ++i) {
    if (const auto end = static_cast<End>(i); end != End::returned && row.ends[i] != 0) {
      out << separator << json_string(name_of(end)) << ":" << row.ends[i];
      separator = ",";
    }
  }
  out << "}}";
}

void write_tree(const Trace& trace, const CallTree& tree, Buffered& out) {
  constexpr std::size_t k_deepest = 100;
  struct Step {
    std::uint32_t node;
    std::size_t depth;
    bool closes;
  };
  std::vector<Step> todo;
  const auto add_children = [&](std::uint32_t node, std::size_t depth) {
    std::vector<std::uint32_t> children = tree.children(node);
    std::reverse(children.begin(), children.end());
    for (const std::uint32_t child : children) {
      todo.push_back({child, depth, false});
    }
  };
  bool is_first = true;
  if (!tree.nodes().empty()) {
    add_children(0, 1);
  }
  while (!todo.empty()) {
    const Step step = todo.back();
    todo.pop_back();
    if (step.closes) {
      out << "]}";
      is_first = false;
      continue;
    }
    const CallTree::Node& node = tree.nodes()[step.node];
    out << (is_first ? "" : ",") << R"({"function":)"
        << json_string(trace.functions[node.function].name) << R"(,"calls":)"
        << node.durations.calls() << R"(,"total_ns":)" << node.durations.sum() << R"(,"self_ns":)"
        << node.self << R"(,"children":[)";
    is_first = true;
    todo.push_back({step.node, step.depth, true});
    if (step.depth < k_deepest) {
      add_children(step.node, step.depth + 1);
    }
  }
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

void write_json(const Trace& trace, Sink& sink) {
  Buffered out(sink);
  out << R"({"program":)" << json_string(trace.program) << R"(,"command":)"
      << json_string(trace.command) << R"(,"engine":)" << json_string(trace.engine)
      << R"(,"duration_ns":)" << trace.duration << R"(,"threads":[)";
  std::string_view separator;
  for (const Thread& thread : trace.threads) {
    out << separator << R"({"id":)" << thread.id << R"(,"name":)" << json_string(thread.name)
        << "}";
    separator = ",";
  }
  out << R"(],"functions":[)";
  separator = "";
  for (const FunctionTotals& row : function_totals(trace.tree, Order::self)) {
    out << separator;
    write_function(trace, row, out);
    separator = ",";
  }
  out << R"(],"tree":[)";
  write_tree(trace, trace.tree.merged(), out);
  const Losses& lost = trace.losses;
  out << R"(],"losses":{"dropped":)" << lost.dropped << R"(,"unpaired":)" << lost.unpaired
      << R"(,"unplaced":)" << lost.unplaced << R"(,"unkept":)" << lost.unkept
      << R"(},"cost":{"per_call_ns":)" << trace.cost.per_call << R"(,"off_by_ns":)"
      << trace.cost.left << "}}\n";
  out.flush();
}

}  // namespace pysheeet::trace
