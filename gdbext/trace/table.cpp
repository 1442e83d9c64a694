#include <algorithm>
#include <array>
#include <cstdio>

#include "core/text.h"
#include "trace/duration_text.h"
#include "trace/reports.h"
#include "trace/text_table.h"

namespace pysheeet::trace {

namespace {

const TextTable::Row k_heads{"Calls", "Total", "Self", "Self%", "Mean",
                             "Min",   "P50",   "P99",  "Max",   "Function"};

std::string time_text(std::int64_t nanoseconds) {
  return duration_text(static_cast<double>(nanoseconds));
}

TextTable::Row row_of(const Trace& trace, const FunctionTotals& row, std::int64_t whole) {
  constexpr double k_median = 0.5;
  constexpr double k_high = 0.99;
  const Durations& each = row.durations;
  return {std::to_string(row.calls()),
          time_text(row.total),
          time_text(row.self),
          percent_text(row.self, whole),
          duration_text(each.mean()),
          time_text(each.minimum()),
          time_text(each.percentile(k_median)),
          time_text(each.percentile(k_high)),
          time_text(each.maximum()),
          escape(trace.functions[row.function].name)};
}

std::string table_of(const Trace& trace, const CallTree& tree, Order order, std::size_t rows) {
  const std::vector<FunctionTotals> totals = function_totals(tree, order);
  if (totals.empty()) {
    return "";
  }
  const std::int64_t whole = root_time(tree);
  const std::size_t shown = rows == 0 ? totals.size() : std::min(rows, totals.size());
  TextTable table(k_heads);
  for (std::size_t i = 0; i < shown; ++i) {
    table.add(row_of(trace, totals[i], whole));
  }
  std::string text = table.text();
  if (const std::size_t rest = totals.size() - shown; rest != 0) {
    std::int64_t self = 0;
    for (std::size_t i = shown; i < totals.size(); ++i) {
      self += totals[i].self;
    }
    text += "... " + std::to_string(rest) + (rest == 1 ? " more function, " : " more functions, ") +
            percent_text(self, whole) + " of the time\n";
  }
  return text;
}

void add_part(std::string& list, std::uint64_t count, std::string_view what) {
  if (count != 0) {
    list += (list.empty() ? "" : ", ") + std::to_string(count) + " ";
    list += what;
  }
}

std::string losses_text(const Trace& trace) {
  const Losses& losses = trace.losses;
  std::string list;
  add_part(list, losses.dropped, "records that came too fast");
  add_part(list, losses.unpaired, "ends of calls whose begin was not seen");
  add_part(list, trace.all_unplaced(),
           "calls whose frame or time could not be told (counted only)");
  add_part(list, losses.unkept,
           "calls beyond `set pysheeet calls' (added up, not kept one by one)");
  return list.empty() ? "" : "Not in the times: " + list + ".\n";
}

std::string cost_text(const TracingCost& cost) {
  if (cost.per_call <= 0) {
    return "";
  }
  const std::string text = "Tracing held each call up by " + time_text(cost.per_call) + ", ";
  if (cost.left < 0) {
    return text + "of which these times have what gdb can't measure: that was not calibrated.\n";
  }
  return text + "taken out of these times to within " + time_text(cost.left) + " a call.\n";
}

}  // namespace

std::string percent_text(std::int64_t part, std::int64_t whole) {
  constexpr double k_percent = 100;
  const double value =
      whole <= 0 ? 0 : k_percent * static_cast<double>(part) / static_cast<double>(whole);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.1f%%", value);
  return text.data();
}

std::string notes(const Trace& trace) {
  std::array<std::uint64_t, k_ends> ends{};
  for (const CallTree::Node& node : trace.tree.nodes()) {
    for (std::size_t i = 0; i < k_ends; ++i) {
      ends[i] += node.ends[i];
    }
  }
  std::string unseen;
  for (std::size_t i = 0; i < k_ends; ++i) {
    const auto end = static_cast<End>(i);
    if (!is_seen(end) && end != End::open && end != End::not_timed) {
      add_part(unseen, ends[i], name_of(end));
    }
  }
  std::string text;
  if (!unseen.empty()) {
    text += "Did not return: " + unseen +
            "; their time runs until the thread was seen outside of them.\n";
  }
  if (const std::uint64_t open = ends[static_cast<std::size_t>(End::open)]; open != 0) {
    text += "Still open: " + std::to_string(open) + "; their time is that until now.\n";
  }
  return text + losses_text(trace) + cost_text(trace.cost);
}

std::string table(const Trace& trace, Order order, std::size_t rows, bool by_thread) {
  std::string text;
  if (by_thread) {
    for (std::uint32_t i = 0; i < trace.threads.size(); ++i) {
      const std::string part = table_of(trace, trace.tree.of_thread(i), order, rows);
      if (!part.empty()) {
        const Thread& thread = trace.threads[i];
        text += "Thread " + std::to_string(thread.id);
        text += thread.name.empty() ? "\n" : " \"" + escape(thread.name) + "\"\n";
        text += part;
      }
    }
  } else {
    text = table_of(trace, trace.tree, order, rows);
  }
  return text.empty() ? losses_text(trace) : text + notes(trace);
}

}  // namespace pysheeet::trace
