#include "trace/profile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace pysheeet::trace {

void Profile::add(const EndedCall& call) {
  OldTotals& f = functions_[call.function];
  f.function = call.function;
  ++f.calls;
  if (!is_timed(call.how)) {
    ++f.untimed[call.how];
    return;
  }
  const std::int64_t duration = call.duration();
  f.minimum = f.timed == 0 ? duration : std::min(f.minimum, duration);
  f.maximum = std::max(f.maximum, duration);
  ++f.timed;
  f.sum += duration;
  f.self += call.self();
  if (!call.recursive) {
    f.total += duration;
  }
}

std::vector<OldTotals> Profile::totals() const {
  std::vector<OldTotals> rows;
  rows.reserve(functions_.size());
  for (const auto& [function, f] : functions_) {
    rows.push_back(f);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const OldTotals& a, const OldTotals& b) { return a.self > b.self; });
  return rows;
}

std::string Profile::untimed_text() const {
  std::map<End, std::uint64_t> by_end;
  for (const auto& [function, f] : functions_) {
    for (const auto& [how, calls] : f.untimed) {
      by_end[how] += calls;
    }
  }
  std::string text;
  for (const auto& [how, calls] : by_end) {
    text += (text.empty() ? "" : ", ") + std::to_string(calls) + " ";
    text += name_of(how);
  }
  return text;
}

std::string duration_text(double nanoseconds) {
  struct Unit {
    double size;
    const char* name;
  };
  static constexpr std::array<Unit, 4> k_units{{{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}}};
  const Unit* unit = k_units.data();
  // 999.5 would be shown as 1000: it belongs to the next unit.
  while (unit != &k_units.back() && std::abs(nanoseconds) / unit->size >= 999.5) {
    ++unit;
  }
  const double value = nanoseconds / unit->size;
  const double magnitude = std::abs(value);
  int decimals = 0;
  if (unit->size > 1) {
    decimals = magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0;
  }
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), "%.*f %s", decimals, value, unit->name);
  return text.data();
}

std::string Profile::table(const std::vector<std::string>& names) const {
  constexpr std::size_t k_columns = 6;
  using Row = std::array<std::string, k_columns>;
  std::vector<Row> rows{{"Calls", "Total", "Self", "Mean", "Min", "Max"}};
  std::vector<std::string> functions{"Function"};
  for (const OldTotals& f : totals()) {
    Row row{std::to_string(f.calls), "-", "-", "-", "-", "-"};
    if (f.timed != 0) {
      row[1] = duration_text(static_cast<double>(f.total));
      row[2] = duration_text(static_cast<double>(f.self));
      row[3] = duration_text(f.mean());
      row[4] = duration_text(static_cast<double>(f.minimum));
      row[5] = duration_text(static_cast<double>(f.maximum));
    }
    rows.push_back(std::move(row));
    functions.push_back(f.function < names.size() ? names[f.function] : "?");
  }
  std::array<std::size_t, k_columns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < k_columns; ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string table;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t i = 0; i < k_columns; ++i) {
      table.append(widths[i] - rows[r][i].size(), ' ');
      table += rows[r][i] + "  ";
    }
    table += functions[r] + "\n";
  }
  return table;
}

}  // namespace pysheeet::trace
