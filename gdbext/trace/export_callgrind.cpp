#include <map>
#include <utility>

#include "core/text.h"
#include "trace/export_text.h"
#include "trace/totals.h"

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

// The calls from one function to another. Only the time of a path's first entry into a function
// counts, so that what readers add up for a function is its total.
struct Calls {
  std::uint64_t calls = 0;
  std::int64_t time = 0;
};
using CallsByCallee = std::map<std::uint32_t, Calls>;

// By caller; k_none for what no recorded call made.
std::map<std::uint32_t, CallsByCallee> calls_by_caller(const CallTree& tree) {
  std::map<std::uint32_t, CallsByCallee> found;
  for (const CallTree::Node& node : tree.nodes()) {
    if (node.durations.calls() != 0) {
      Calls& calls = found[tree.nodes()[node.parent].function][node.function];
      calls.calls += node.durations.calls();
      calls.time += node.recursive ? 0 : node.durations.sum();
    }
  }
  return found;
}

class Writer {
 public:
  Writer(const Trace& trace, Buffered& out)
      : trace_(trace), out_(out), calls_(calls_by_caller(trace.tree)) {}

  void write(const FunctionTotals& row) {
    const Function& function = trace_.functions[row.function];
    out_ << "\nfl=" << files_(file_of(function)) << "\nfn=" << functions_(name_of(row.function))
         << "\n"
         << function.line << " " << row.self << "\n";
    write_calls(row.function, function.line);
  }

  // The caller of what no recorded call made, so that readers know that time, too.
  void write_outside() {
    out_ << "\nfl=" << files_("???") << "\nfn=" << functions_("(not recorded)") << "\n0 0\n";
    write_calls(CallTree::k_none, 0);
  }

 private:
  void write_calls(std::uint32_t caller, std::uint32_t line) {
    for (const auto& [callee, calls] : calls_[caller]) {
      const Function& function = trace_.functions[callee];
      out_ << "cfi=" << files_(file_of(function)) << "\ncfn=" << functions_(name_of(callee))
           << "\ncalls=" << calls.calls << " " << function.line << "\n"
           << line << " " << calls.time << "\n";
    }
  }

  static std::string file_of(const Function& function) {
    return function.file.empty() ? "???" : escape(function.file);
  }
  // Two functions of one name would be one to the reader.
  std::string name_of(std::uint32_t number) {
    const std::string name = escape(trace_.functions[number].name);
    const auto [found, is_new] = owners_.try_emplace(name, number);
    return found->second == number ? name : name + "'" + std::to_string(number);
  }

  const Trace& trace_;
  Buffered& out_;
  std::map<std::uint32_t, CallsByCallee> calls_;
  Names files_;
  Names functions_;
  std::map<std::string, std::uint32_t> owners_;
};

}  // namespace

void write_callgrind(const Trace& trace, Sink& sink) {
  Buffered out(sink);
  out << "# callgrind format\nversion: 1\ncreator: pysheeet\ncmd: " << escape(trace.program)
      << "\npositions: line\nevent: ns : Time\nevents: ns\n";
  Writer writer(trace, out);
  const std::vector<FunctionTotals> rows = function_totals(trace.tree, Order::self);
  for (const FunctionTotals& row : rows) {
    writer.write(row);
  }
  if (!rows.empty()) {
    writer.write_outside();
  }
  out << "\ntotals: " << root_time(trace.tree) << "\n";
  out.flush();
}

}  // namespace pysheeet::trace
