#include "trace/call_log.h"

#include <array>
#include <cstdio>
#include <utility>

namespace pysheeet::trace {

namespace {

std::string cost_text(const EndedCall& call) {
  constexpr double k_nanoseconds = 1e9;
  std::array<char, 64> cost{"unknown"};
  if (is_timed(call.how)) {
    std::snprintf(cost.data(), cost.size(), "%.9f",
                  static_cast<double>(call.duration()) / k_nanoseconds);
  }
  std::string text = std::string("\tCost: ") + cost.data();
  if (call.how != End::returned) {
    text += " (";
    text += name_of(call.how);
    text += ")";
  }
  return text + "\n";
}

}  // namespace

std::string CallLog::begin(const Place& place, std::string_view function, std::string text,
                           std::int64_t time) {
  const auto [entry, is_new] = function_numbers_.try_emplace(
      std::string(function), static_cast<std::uint32_t>(functions_.size()));
  if (is_new) {
    functions_.emplace_back(function);
  }
  const std::uint64_t call = ++last_call_;
  texts_.emplace(call, std::move(text));
  return tell(stacks_.enter(place, call, entry->second, time));
}

std::string CallLog::arrived(const Place& place, std::int64_t time) {
  return tell(stacks_.arrive(place, time));
}

std::string CallLog::left(const Place& place, std::int64_t time, End how) {
  return tell(stacks_.leave(place, time, how));
}

std::string CallLog::unwound(const Place& place, std::int64_t time, End how) {
  return tell(stacks_.unwind(place, time, how));
}

void CallLog::unwinding(std::uint64_t thread, std::int64_t time, End how) {
  stacks_.unwinding(thread, time, how);
}

std::string CallLog::abandon(const std::string& function, End how) {
  const auto number = function_numbers_.find(function);
  return number == function_numbers_.end() ? "" : tell(stacks_.abandon(number->second, how));
}

std::string CallLog::finish(End how) {
  return tell(stacks_.end_all(0, how));
}

std::string CallLog::tell(const std::vector<EndedCall>& calls) {
  std::string out;
  for (const EndedCall& call : calls) {
    profile_.add(call);
    const auto text = texts_.find(call.id);
    out += text->second + cost_text(call);
    texts_.erase(text);
  }
  return out;
}

std::string CallLog::table() const {
  if (profile_.totals().empty()) {
    return "";
  }
  const std::string untimed = profile_.untimed_text();
  return profile_.table(functions_) + (untimed.empty() ? "" : "Not timed: " + untimed + ".\n");
}

}  // namespace pysheeet::trace
