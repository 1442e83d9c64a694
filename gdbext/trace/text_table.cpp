#include "trace/text_table.h"

#include <algorithm>

namespace pysheeet::trace {

std::string TextTable::text() const {
  const std::size_t columns = rows_.front().size();
  std::vector<std::size_t> widths(columns);
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < columns; ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i + 1 < columns; ++i) {
      text.append(widths[i] - row[i].size(), ' ');
      text += row[i] + "  ";
    }
    text += row.back() + "\n";
  }
  return text;
}

}  // namespace pysheeet::trace
