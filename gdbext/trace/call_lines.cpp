#include "trace/call_lines.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "core/text.h"
#include "trace/duration_text.h"
#include "trace/function_name.h"

namespace pysheeet::trace {

namespace {

// Callers of a call stand among its arguments, as `#1`, with a place for a value.
bool is_caller(const Argument& argument) {
  return argument.name.starts_with('#');
}

std::string value_lines(const std::vector<Argument>& arguments, CallLines::Layout layout) {
  std::string text;
  for (const Argument& each : arguments) {
    const std::string name = escape(each.name);
    const std::string type = escape(each.type);
    const std::string value = escape(each.value);
    text += '\t';
    if (is_caller(each)) {
      text.append(name).append("  ").append(value).append("\n");
    } else if (layout == CallLines::Layout::costs) {
      text.append(name.empty() ? "Returned" : name).append(": ").append(value);
      text.append(" [").append(type).append("]\n");
    } else {
      text.append(name).append("(").append(type).append(": ").append(value);
      text.append(") [").append(std::to_string(each.size)).append("]\n");
    }
  }
  return text;
}

// What the call returned, taken out of the values at its end; void for a function without result.
std::string take_result(std::vector<Argument>& values) {
  if (values.empty() || !values.front().name.empty()) {
    return "";
  }
  const Argument result = std::move(values.front());
  values.erase(values.begin());
  return escape(result.value.empty() ? result.type : result.value);
}

std::string duration_of(const OpenCall& call, std::int64_t end) {
  return duration_text(static_cast<double>(end - call.begin));
}

}  // namespace

void CallLines::began(const OpenCall& call) {
  flush();
  if (is_full_ || hidden_.contains(call.function)) {
    return;
  }
  if (layout_ == Layout::reached) {
    tell_reached(call);
  } else if (layout_ == Layout::graph) {
    held_ = call;
  }
}

void CallLines::ended(const OpenCall& call, std::int64_t end, End how, std::uint32_t result) {
  if (held_.id != call.id) {
    flush();
  }
  if (is_full_ || hidden_.contains(call.function)) {
    held_ = {};
    return;
  }
  switch (layout_) {
    case Layout::reached:
      if (how != End::not_timed) {
        tell_result(call, end, how, result);
      }
      break;
    case Layout::costs:
      tell_cost(call, end, how, result);
      break;
    case Layout::graph:
      tell_graph(call, end, how, result);
      break;
  }
}

void CallLines::tell_reached(const OpenCall& call) {
  add(head(call) + value_lines(values(call.arguments), layout_));
}

void CallLines::tell_result(const OpenCall& call, std::int64_t end, End how, std::uint32_t result) {
  std::vector<Argument> told = values(result);
  std::string value = take_result(told);
  if (how != End::returned) {
    value = name_of(how);
  }
  add(name(call) + " => " + value + (value.empty() ? "" : " ") + "(" + duration_of(call, end) +
      ")\n" + value_lines(told, layout_));
}

void CallLines::tell_cost(const OpenCall& call, std::int64_t end, End how, std::uint32_t result) {
  constexpr double k_nanoseconds = 1e9;
  std::array<char, 64> cost{};
  std::snprintf(cost.data(), cost.size(), "%.9f",
                static_cast<double>(end - call.begin) / k_nanoseconds);
  std::string text = head(call) + value_lines(values(call.arguments), layout_) +
                     value_lines(values(result), layout_) + "\tCost: " + cost.data();
  if (how != End::returned) {
    text += " (";
    text += name_of(how);
    text += ")";
  }
  add(text + "\n");
}

void CallLines::tell_graph(const OpenCall& call, std::int64_t end, End how, std::uint32_t result) {
  std::vector<Argument> told = values(result);
  const std::string value = take_result(told);
  std::string close = value.empty() || value == "void" ? "" : " = " + value;
  std::string remark;
  if (how != End::returned && how != End::not_timed) {
    remark = name_of(how);
  }
  if (std::exchange(held_, {}).id == call.id) {
    add_graph_line(
        call, how == End::not_timed ? "" : duration_of(call, end),
        graph_call(call) + close + ";" + (remark.empty() ? "" : " /* " + remark + " */"));
    return;
  }
  add_graph_line(call, duration_of(call, end),
                 "}" + close + (close.empty() ? "" : ";") + " /* " +
                     escape(without_parameters(recorder_.functions()[call.function].name)) +
                     (remark.empty() ? "" : " " + remark) + " */");
}

void CallLines::add_graph_line(const OpenCall& call, const std::string& duration,
                               const std::string& text) {
  constexpr std::size_t k_width = 10;
  constexpr std::size_t k_most_indented = 100;
  std::string line(k_width - std::min(k_width, duration.size()), ' ');
  line += duration;
  if (recorder_.threads().size() > 1) {
    std::array<char, 32> thread{};
    const std::uint64_t id = recorder_.threads()[recorder_.thread_of(call.lane)].id;
    std::snprintf(thread.data(), thread.size(), " [%7llu]", static_cast<unsigned long long>(id));
    line += thread.data();
  }
  add(line + " | " + std::string(2 * std::min<std::size_t>(call.depth, k_most_indented), ' ') +
      text + "\n");
}

void CallLines::flush() {
  if (held_.id != 0) {
    const OpenCall call = std::exchange(held_, {});
    add_graph_line(call, "", graph_call(call) + " {");
  }
}

std::string CallLines::take() {
  return std::exchange(out_, {});
}

std::string CallLines::name(const OpenCall& call) const {
  return escape(recorder_.functions()[call.function].name);
}

std::string CallLines::head(const OpenCall& call) const {
  return name(call) + " @ " + escape(recorder_.functions()[call.function].place) + "\n";
}

std::string CallLines::graph_call(const OpenCall& call) const {
  std::string text = escape(without_parameters(recorder_.functions()[call.function].name));
  std::string list;
  for (const Argument& each : values(call.arguments)) {
    if (!is_caller(each)) {
      list += (list.empty() ? "" : ", ") + escape(each.name) + "=" + escape(each.value);
    }
  }
  return text + "(" + list + ")";
}

std::vector<Argument> CallLines::values(std::uint32_t text) const {
  return text == k_no_text ? std::vector<Argument>{} : unpack(recorder_.text(text));
}

void CallLines::add(const std::string& lines) {
  const auto count = static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
  if (is_full_) {
    return;
  }
  if (count > most_lines_ - lines_) {
    is_full_ = true;
    out_ += "These were " + std::to_string(lines_) +
            " lines (`set pysheeet lines'); calls go on being counted.\n";
    return;
  }
  lines_ += count;
  out_ += lines;
}

}  // namespace pysheeet::trace
