#include <algorithm>

#include "core/text.h"
#include "trace/duration_text.h"
#include "trace/reports.h"
#include "trace/text_table.h"

namespace pysheeet::trace {

namespace {

// A path with the calls that a function makes of itself taken into one.
struct Folded {
  std::uint64_t calls = 0;
  std::int64_t total = 0;
  std::int64_t self = 0;
  std::uint32_t deepest = 1;  // levels of recursion
};

struct Folding {
  CallTree tree;
  std::vector<Folded> sums;  // of its nodes
};

Folding fold(const CallTree& all) {
  Folding folding;
  std::vector<std::uint32_t> places(all.nodes().size());
  std::vector<std::uint32_t> levels(all.nodes().size(), 1);
  for (std::size_t i = 0; i < all.nodes().size(); ++i) {
    const CallTree::Node& node = all.nodes()[i];
    const bool is_own = !node.is_root() && all.nodes()[node.parent].function == node.function;
    if (is_own) {
      places[i] = places[node.parent];
      levels[i] = levels[node.parent] + 1;
    } else {
      places[i] = node.is_root() ? folding.tree.root(0)
                                 : folding.tree.child(places[node.parent], node.function);
    }
    folding.sums.resize(folding.tree.nodes().size());
    Folded& sums = folding.sums[places[i]];
    sums.calls += node.durations.calls();
    sums.self += node.self;
    sums.total += is_own ? 0 : node.durations.sum();
    sums.deepest = std::max(sums.deepest, levels[i]);
  }
  return folding;
}

std::vector<std::uint32_t> children_by_total(const Folding& folding, std::uint32_t node) {
  std::vector<std::uint32_t> children = folding.tree.children(node);
  std::stable_sort(children.begin(), children.end(), [&folding](std::uint32_t a, std::uint32_t b) {
    return folding.sums[a].total > folding.sums[b].total;
  });
  return children;
}

std::string name_at(const Trace& trace, const Folding& folding, std::uint32_t node,
                    std::size_t depth) {
  constexpr std::size_t k_most_indented = 60;
  std::string name(2 * std::min(depth, k_most_indented), ' ');
  if (depth > k_most_indented) {
    name += "(" + std::to_string(depth) + " deep) ";
  }
  name += escape(trace.functions[folding.tree.nodes()[node].function].name);
  if (const std::uint32_t deepest = folding.sums[node].deepest; deepest > 1) {
    name += "  (calls itself, up to " + std::to_string(deepest) + " deep)";
  }
  return name;
}

// Below this part of the whole a path is only counted.
constexpr std::int64_t k_least_part = 1000;

std::string tree_of(const Trace& trace, const Folding& folding) {
  struct Todo {
    std::uint32_t node;
    std::size_t depth;
  };
  std::int64_t whole = 0;
  std::vector<Todo> todo;
  for (const std::uint32_t child : children_by_total(folding, 0)) {
    todo.push_back({child, 0});
    whole += folding.sums[child].total;
  }
  std::reverse(todo.begin(), todo.end());
  TextTable table({"Total%", "Total", "Self", "Calls", "Path"});
  std::size_t left_out = 0;
  while (!todo.empty()) {
    const auto [node, depth] = todo.back();
    todo.pop_back();
    const Folded& sums = folding.sums[node];
    std::vector<std::uint32_t> children = children_by_total(folding, node);
    std::reverse(children.begin(), children.end());
    if (sums.total < whole / k_least_part) {
      left_out += 1;
    } else {
      table.add({percent_text(sums.total, whole), duration_text(static_cast<double>(sums.total)),
                 duration_text(static_cast<double>(sums.self)), std::to_string(sums.calls),
                 name_at(trace, folding, node, depth)});
    }
    for (const std::uint32_t child : children) {
      todo.push_back({child, depth + 1});
    }
  }
  std::string text = table.text();
  if (left_out != 0) {
    text += "... " + std::to_string(left_out) + (left_out == 1 ? " more path" : " more paths") +
            " with less than 0.1% each\n";
  }
  return text;
}

}  // namespace

std::string tree_text(const Trace& trace, bool by_thread) {
  if (!by_thread) {
    const Folding folding = fold(trace.tree.merged());
    return folding.tree.nodes().empty() ? "" : tree_of(trace, folding) + notes(trace);
  }
  std::string text;
  for (std::uint32_t i = 0; i < trace.threads.size(); ++i) {
    const CallTree tree = trace.tree.of_thread(i);
    if (tree.nodes().size() > 1) {
      text += "Thread " + std::to_string(trace.threads[i].id) + "\n" + tree_of(trace, fold(tree));
    }
  }
  return text + notes(trace);
}

}  // namespace pysheeet::trace
