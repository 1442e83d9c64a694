#include "dump/zeros.h"

#include <cstring>

namespace pysheeet::dump {

namespace {

bool is_zero_block(std::span<const std::byte> bytes) {
  if (bytes.size() < k_shortest_zeros) {
    return false;
  }
  // All are zero if the first is, and each is as the one before. Most blocks differ at once.
  return bytes[0] == std::byte{0} &&
         std::memcmp(bytes.data(), bytes.data() + 1, k_shortest_zeros - 1) == 0;
}

}  // namespace

Front front_of(std::span<const std::byte> bytes) {
  Front front{.is_zero = is_zero_block(bytes), .size = 0};
  do {
    front.size += std::min(k_shortest_zeros, bytes.size() - front.size);
  } while (front.size < bytes.size() && is_zero_block(bytes.subspan(front.size)) == front.is_zero);
  return front;
}

}  // namespace pysheeet::dump
