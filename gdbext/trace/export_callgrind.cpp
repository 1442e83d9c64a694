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

class Writer {
 public:
  Writer(const Trace& trace, Buffered& out) : trace_(trace), out_(out) {}

  void write(const FunctionTotals& row) {
    const Function& function = trace_.functions[row.function];
    out_ << "\nfl=" << files_(file_of(function)) << "\nfn=" << functions_(name_of(row.function))
         << "\n"
         << function.line << " " << row.self << "\n";
    for (const Edge& edge : callees_of(trace_.tree, row.function)) {
      const Function& callee = trace_.functions[edge.function];
      out_ << "cfi=" << files_(file_of(callee)) << "\ncfn=" << functions_(name_of(edge.function))
           << "\ncalls=" << edge.calls << " " << callee.line << "\n"
           << function.line << " " << edge.total << "\n";
    }
  }

 private:
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
  for (const FunctionTotals& row : function_totals(trace.tree, Order::self)) {
    writer.write(row);
  }
  out << "\ntotals: " << root_time(trace.tree) << "\n";
  out.flush();
}

}  // namespace pysheeet::trace
