#include "posix/block.h"

#include <algorithm>

namespace pysheeet::posix {

Block& Block::row() {
  rows_.emplace_back();
  return *this;
}

Block& Block::cell(std::string_view label, std::string_view value, std::size_t width) {
  if (rows_.empty()) {
    row();
  }
  rows_.back().push_back({std::string(label), std::string(value), width});
  return *this;
}

std::string Block::text() const {
  std::size_t label_width = 0;
  for (const auto& row : rows_) {
    label_width = std::max(label_width, row.empty() ? 0 : row.front().label.size());
  }
  std::string out = "{\n";
  for (const auto& row : rows_) {
    if (row.empty()) {
      continue;
    }
    out += "  " + right_aligned(row.front().label, label_width);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Cell& cell = row[i];
      if (i > 0) {
        out += ' ' + cell.label;
      }
      out += ": " + cell.value;
      if (i + 1 < row.size() && cell.value.size() < cell.width) {
        out.append(cell.width - cell.value.size(), ' ');
      }
    }
    out += '\n';
  }
  return out + '}';
}

std::string right_aligned(std::string_view text, std::size_t width) {
  std::string out(width > text.size() ? width - text.size() : 0, ' ');
  out += text;
  return out;
}

}  // namespace pysheeet::posix
