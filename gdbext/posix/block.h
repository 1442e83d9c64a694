#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pysheeet::posix {

// Labelled values in braces, a row a line, the first labels aligned at their colons as stat(1)
// does:
//   {
//       Size: 1221
//     Device: 254:0   Inode: 861
//   }
class Block {
 public:
  // Begins a line. One that stays empty is not shown.
  Block& row();
  // Adds "label: value". The value is filled up to width if another follows it in its row.
  Block& cell(std::string_view label, std::string_view value, std::size_t width = 0);
  std::string text() const;

 private:
  struct Cell {
    std::string label;
    std::string value;
    std::size_t width;
  };
  std::vector<std::vector<Cell>> rows_;
};

// text with blanks before it up to width.
std::string right_aligned(std::string_view text, std::size_t width);

}  // namespace pysheeet::posix
