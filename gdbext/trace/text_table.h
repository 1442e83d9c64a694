#pragma once

#include <string>
#include <vector>

namespace pysheeet::trace {

// Rows of text in aligned columns: all but the last to the right. Cells are ASCII, but for the last
// of a row; all rows have as many cells.
class TextTable {
 public:
  using Row = std::vector<std::string>;

  explicit TextTable(Row heads) { rows_.push_back(std::move(heads)); }
  void add(Row row) { rows_.push_back(std::move(row)); }

  // A line for each row, the heads first.
  std::string text() const;

 private:
  std::vector<Row> rows_;
};

}  // namespace pysheeet::trace
