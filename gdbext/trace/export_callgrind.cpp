#include <map>
#include <utility>

#include "core/text.h"
#include "trace/export_text.h"

namespace pysheeet::trace {

namespace {

// A name in the format: written out where it is first used, `(N)` from then on.
class Names {
 public:
  std::string operator()(const std::string& text) {
    const auto [found, is_new] = numbers_.try_emplace(text, numbers_.size() + 1);
    const std::string number = "(" + std::to_string(found->second) + ")";
    return is_new ? number + " " + text : number;
  }

 private:
  std::map<std::string, std::size_t> numbers_;
};

struct Step {
  std::uint64_t calls = 0;
  std::int64_t time = 0;  // recursion counted once: readers add up what leads to a function
};

// What a function costs itself, and what it calls. CallTree::k_none stands for what calls the
// outermost ones, so that their time, too, is that of calls.
struct Caller {
  std::int64_t self = 0;
  std::map<std::uint32_t, Step> steps;
};

std::map<std::uint32_t, Caller> callers_in(const CallTree& tree) {
  std::map<std::uint32_t, Caller> callers;
  for (const CallTree::Node& node : tree.nodes()) {
    if (node.is_root() || node.durations.calls() == 0) {
      continue;
    }
    callers[node.function].self += node.self;
    Step& step = callers[tree.nodes()[node.parent].function].steps[node.function];
    step.calls += node.durations.calls();
    step.time += node.recursive ? 0 : node.durations.sum();
  }
  return callers;
}

class Writer {
 public:
  Writer(const Trace& trace, Buffered& out) : trace_(trace), out_(out) {}

  void write(std::uint32_t function, const Caller& caller) {
    out_ << "\nfl=" << file(function) << "\nfn=" << name(function) << "\n"
         << line(function) << " " << caller.self << "\n";
    for (const auto& [callee, step] : caller.steps) {
      out_ << "cfi=" << file(callee) << "\ncfn=" << name(callee) << "\ncalls=" << step.calls << " "
           << line(callee) << "\n"
           << line(function) << " " << step.time << "\n";
    }
  }

 private:
  std::string file(std::uint32_t function) {
    const bool is_known = function != CallTree::k_none && !trace_.functions[function].file.empty();
    return files_(is_known ? escape(trace_.functions[function].file) : "???");
  }
  std::string name(std::uint32_t function) {
    if (function == CallTree::k_none) {
      return names_("(root)");
    }
    // Two functions of one name would be one to the reader.
    const std::string text = frame_name(trace_.functions[function]);
    const auto [found, is_new] = owners_.try_emplace(text, function);
    return names_(found->second == function ? text : text + "'" + std::to_string(function));
  }
  std::uint32_t line(std::uint32_t function) const {
    return function == CallTree::k_none ? 0 : trace_.functions[function].line;
  }

  const Trace& trace_;
  Buffered& out_;
  Names files_;
  Names names_;
  std::map<std::string, std::uint32_t> owners_;
};

}  // namespace

void write_callgrind(const Trace& trace, Sink& sink) {
  Buffered out(sink);
  out << "# callgrind format\nversion: 1\ncreator: pysheeet\ncmd: " << escape(trace.program)
      << "\npositions: line\nevent: ns : Time\nevents: ns\n";
  Writer writer(trace, out);
  std::int64_t total = 0;
  for (const auto& [function, caller] : callers_in(trace.tree)) {
    writer.write(function, caller);
    total += caller.self;
  }
  out << "\ntotals: " << total << "\n";
  out.flush();
}

}  // namespace pysheeet::trace
