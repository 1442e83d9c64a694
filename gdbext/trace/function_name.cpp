#include "trace/function_name.h"

namespace pysheeet::trace {

std::string_view without_parameters(std::string_view name) {
  // The last group of brackets; operator() has two.
  const std::size_t close = name.rfind(')');
  if (close == std::string_view::npos) {
    return name;
  }
  std::size_t depth = 0;
  for (std::size_t i = close + 1; i-- > 0;) {
    depth += name[i] == ')' ? 1 : 0;
    depth -= name[i] == '(' ? 1 : 0;
    if (depth == 0) {
      return name.substr(0, i);
    }
  }
  return name;
}

}  // namespace pysheeet::trace
