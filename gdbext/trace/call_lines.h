#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "trace/arguments.h"
#include "trace/call_listener.h"
#include "trace/recorder.h"

namespace pysheeet::trace {

// Tells calls as they are recorded, as text safe for a terminal, each piece of whole lines.
class CallLines final : public CallListener {
 public:
  enum class Layout : std::uint8_t {
    reached,  // where and with what, as each call begins; its result, if it has one, as it ends
    costs,    // the same as it ends, with what it cost in seconds
    graph,    // calls nested, with durations and results
  };

  // most_lines: after so many, one more says that there are others, and none follows. The recorder
  // outlives it.
  CallLines(const Recorder& recorder, Layout layout, std::uint64_t most_lines)
      : recorder_(recorder), layout_(layout), most_lines_(most_lines) {}

  // Calls of this function are not told.
  void hide(std::uint32_t function) { hidden_.insert(function); }

  void began(const OpenCall& call) override;
  void ended(const OpenCall& call, std::int64_t end, End how, std::uint32_t result) override;

  // Tells what the graph holds back until it knows what comes next.
  void flush();
  // What there is to write since the last time.
  std::string take();

 private:
  void tell_reached(const OpenCall& call);
  void tell_result(const OpenCall& call, std::int64_t end, End how, std::uint32_t result);
  void tell_cost(const OpenCall& call, std::int64_t end, End how, std::uint32_t result);
  void tell_graph(const OpenCall& call, std::int64_t end, End how, std::uint32_t result);
  void add_graph_line(const OpenCall& call, const std::string& duration, const std::string& text);
  std::string head(const OpenCall& call) const;
  std::string name(const OpenCall& call) const;
  std::string graph_call(const OpenCall& call) const;
  std::vector<Argument> values(std::uint32_t text) const;
  void add(const std::string& lines);

  const Recorder& recorder_;
  Layout layout_;
  std::uint64_t most_lines_;
  std::uint64_t lines_ = 0;
  bool is_full_ = false;
  std::unordered_set<std::uint32_t> hidden_;
  OpenCall held_;  // id 0: none
  std::string out_;
};

}  // namespace pysheeet::trace
