#include <algorithm>
#include <bit>
#include <map>

#include "core/error.h"
#include "core/text.h"
#include "trace/duration_text.h"
#include "trace/function_name.h"
#include "trace/reports.h"
#include "trace/text_table.h"

namespace pysheeet::trace {

namespace {

std::string edges_text(const Trace& trace, const char* title, const std::vector<Edge>& edges,
                       std::int64_t whole) {
  if (edges.empty()) {
    return "";
  }
  TextTable table({"Calls", "Total", "%", title});
  for (const Edge& edge : edges) {
    const bool is_known = edge.function != CallTree::k_none;
    table.add({std::to_string(edge.calls), duration_text(static_cast<double>(edge.total)),
               percent_text(edge.total, whole),
               is_known ? escape(trace.functions[edge.function].name) : "(not profiled)"});
  }
  return "\n" + table.text();
}

std::string histogram_text(const Durations& durations) {
  constexpr int k_most_lines = 16;
  constexpr std::uint64_t k_width = 40;
  // Octaves, several to a line if there are many.
  std::map<int, std::uint64_t> octaves;
  for (const Durations::Bucket& bucket : durations.buckets()) {
    octaves[static_cast<int>(std::bit_width(static_cast<std::uint64_t>(bucket.low)))] +=
        bucket.calls;
  }
  const int first = octaves.begin()->first;
  const int span = octaves.rbegin()->first - first + 1;
  const int step = (span + k_most_lines - 1) / k_most_lines;
  std::map<int, std::uint64_t> lines;
  std::uint64_t most = 0;
  for (const auto& [octave, calls] : octaves) {
    std::uint64_t& count = lines[(octave - first) / step];
    count += calls;
    most = std::max(most, count);
  }
  TextTable table({"From", "Below", "Calls", "Durations"});
  for (int line = 0; line <= (span - 1) / step; ++line) {
    const std::uint64_t calls = lines[line];
    const auto bound = [](int octave) {
      return octave <= 0 ? 0.0 : static_cast<double>(std::uint64_t{1} << (octave - 1));
    };
    const std::uint64_t bar = (calls * k_width + most - 1) / most;
    table.add({duration_text(bound(first + line * step)),
               duration_text(std::max(1.0, bound(first + (line + 1) * step))),
               std::to_string(calls), std::string(bar, '#')});
  }
  return "\n" + table.text();
}

std::string one_function(const Trace& trace, const FunctionTotals& row) {
  constexpr double k_median = 0.5;
  constexpr double k_high = 0.99;
  const auto time = [](std::int64_t ns) { return duration_text(static_cast<double>(ns)); };
  const Function& function = trace.functions[row.function];
  const Durations& each = row.durations;
  const std::int64_t whole = root_time(trace.tree);
  std::string text = escape(function.name) + " at " + escape(function.place) + "\n";
  text += std::to_string(row.calls()) + (row.calls() == 1 ? " call" : " calls") + ", total " +
          time(row.total) + " (" + percent_text(row.total, whole) + "), self " + time(row.self) +
          " (" + percent_text(row.self, whole) + ")\n";
  text += "mean " + duration_text(each.mean()) + ", min " + time(each.minimum()) + ", p50 " +
          time(each.percentile(k_median)) + ", p99 " + time(each.percentile(k_high)) + ", max " +
          time(each.maximum()) + "\n";
  text += edges_text(trace, "Callers", callers_of(trace.tree, row.function), row.total);
  text += edges_text(trace, "Callees", callees_of(trace.tree, row.function), row.total);
  return text + histogram_text(each);
}

}  // namespace

std::vector<std::uint32_t> functions_named(const Trace& trace, std::string_view name) {
  std::vector<std::uint32_t> exact;
  std::vector<std::uint32_t> bare;
  std::string near;
  for (std::uint32_t i = 0; i < trace.functions.size(); ++i) {
    const std::string& full = trace.functions[i].name;
    if (full == name) {
      exact.push_back(i);
    } else if (without_parameters(full) == name) {
      bare.push_back(i);
    } else if (!name.empty() && full.find(name) != std::string::npos && near.size() < 200) {
      near += (near.empty() ? "" : ", ") + escape(full);
    }
  }
  if (exact.empty() && bare.empty()) {
    throw Error("no calls of '" + escape(name) + "' were recorded" +
                (near.empty() ? "" : "; there are: " + near));
  }
  return exact.empty() ? bare : exact;
}

std::string function_text(const Trace& trace, std::string_view name) {
  const std::vector<std::uint32_t> named = functions_named(trace, name);
  std::string text;
  for (const FunctionTotals& row : function_totals(trace.tree, Order::total)) {
    if (std::find(named.begin(), named.end(), row.function) != named.end()) {
      text += (text.empty() ? "" : "\n") + one_function(trace, row);
    }
  }
  return text + notes(trace);
}

CallsAndTime totals_of(const Trace& trace, std::string_view name) {
  const std::vector<std::uint32_t> named = functions_named(trace, name);
  CallsAndTime sums;
  for (const FunctionTotals& row : function_totals(trace.tree, Order::total)) {
    if (std::find(named.begin(), named.end(), row.function) != named.end()) {
      sums.calls += row.calls();
      sums.time += row.total;
    }
  }
  for (const std::uint32_t function : named) {
    sums.calls += trace.unplaced_of(function);
  }
  return sums;
}

}  // namespace pysheeet::trace
