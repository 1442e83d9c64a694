#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "trace/exports.h"
#include "trace/totals.h"

namespace pysheeet::trace {

namespace {

using Json = nlohmann::ordered_json;

constexpr double k_median = 0.5;
constexpr double k_high = 0.99;
constexpr int k_deepest = 100;

Json probe_json(const ListedProbe& probe) {
  Json told = {{"number", probe.number}, {"location", escape(probe.location)}};
  if (!probe.condition.empty()) {
    told["condition"] = escape(probe.condition);
  }
  told["enabled"] = probe.enabled;
  told["count"] = probe.count;
  return told;
}

Json function_json(const Function& function, const FunctionTotals& row) {
  const Durations& each = row.durations;
  Json told = {{"name", escape(function.name)},
               {"place", escape(function.place)},
               {"file", escape(function.file)},
               {"line", function.line},
               {"calls", row.calls()},
               {"total_ns", row.total},
               {"self_ns", row.self},
               {"mean_ns", static_cast<std::int64_t>(each.mean())},
               {"min_ns", each.minimum()},
               {"p50_ns", each.percentile(k_median)},
               {"p99_ns", each.percentile(k_high)},
               {"max_ns", each.maximum()},
               {"ended", Json::object()}};
  for (std::size_t i = 0; i < k_ends; ++i) {
    if (const auto end = static_cast<End>(i); end != End::returned && row.ends[i] != 0) {
      told["ended"][std::string(name_of(end))] = row.ends[i];
    }
  }
  return told;
}

// The paths below a node of which each is at most k_deepest deep.
Json tree_json(const Trace& trace, const CallTree& tree, std::uint32_t node, int depth) {
  Json children = Json::array();
  if (depth == k_deepest) {
    return children;
  }
  for (const std::uint32_t i : tree.children(node)) {
    const CallTree::Node& child = tree.nodes()[i];
    children.push_back({{"function", escape(trace.functions[child.function].name)},
                        {"calls", child.durations.calls()},
                        {"total_ns", child.durations.sum()},
                        {"self_ns", child.self},
                        {"children", tree_json(trace, tree, i, depth + 1)}});
  }
  return children;
}

}  // namespace

void write_json(const Trace& trace, std::span<const ListedProbe> probes, Sink& sink) {
  Json told;
  told["probes"] = Json::array();
  std::transform(probes.begin(), probes.end(), std::back_inserter(told["probes"]), probe_json);
  told["program"] = escape(trace.program);
  told["command"] = escape(trace.command);
  told["engine"] = escape(trace.engine);
  told["duration_ns"] = trace.duration;
  told["threads"] = Json::array();
  for (const Thread& thread : trace.threads) {
    told["threads"].push_back({{"id", thread.id}, {"name", escape(thread.name)}});
  }
  told["functions"] = Json::array();
  for (const FunctionTotals& row : function_totals(trace.tree, Order::self)) {
    told["functions"].push_back(function_json(trace.functions[row.function], row));
  }
  const CallTree merged = trace.tree.merged();
  told["tree"] = merged.nodes().empty() ? Json::array() : tree_json(trace, merged, 0, 0);
  told["losses"] = {{"dropped", trace.losses.dropped},
                    {"unpaired", trace.losses.unpaired},
                    {"unplaced", trace.all_unplaced()},
                    {"unkept", trace.losses.unkept}};
  told["cost"] = {{"per_call_ns", trace.cost.per_call}, {"off_by_ns", trace.cost.left}};
  sink.write(told.dump() + "\n");
}

}  // namespace pysheeet::trace
