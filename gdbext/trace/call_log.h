#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "trace/call_stacks.h"
#include "trace/profile.h"

namespace pysheeet::trace {

// The calls of a run: pairs what is reported into calls, adds them up by function, and tells each
// call that is over as text.
//
// Every function that takes a place or a thread returns the blocks of the calls found to be over,
// to be printed: the text given at their begin, then "\tCost: <seconds>\n" or why that is not
// known.
class CallLog {
 public:
  // text: lines that tell what was called, safe for a terminal, with their newlines. function: its
  // name in the table, likewise safe.
  std::string begin(const Place& place, std::string_view function, std::string text,
                    std::int64_t time);
  std::string arrived(const Place& place, std::int64_t time);
  std::string left(const Place& place, std::int64_t time, End how);
  std::string unwound(const Place& place, std::int64_t time, End how);
  void unwinding(std::uint64_t thread, std::int64_t time, End how);
  std::string abandon(const std::string& function, End how);
  std::string finish(End how);

  // The calls that are over, by function, and how those without a known cost ended; empty if there
  // are none.
  std::string table() const;

 private:
  std::string tell(const std::vector<EndedCall>& calls);

  CallStacks stacks_;
  Profile profile_;
  std::vector<std::string> functions_;
  std::unordered_map<std::string, std::uint32_t> function_numbers_;
  std::unordered_map<std::uint64_t, std::string> texts_;  // of open calls
  std::uint64_t last_call_ = 0;
};

}  // namespace pysheeet::trace
