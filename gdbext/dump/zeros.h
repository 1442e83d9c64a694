#pragma once

#include <cstddef>
#include <span>

namespace pysheeet::dump {

// What is told and left out as zeros is at least so long: shorter runs would make long lists.
constexpr std::size_t k_shortest_zeros = std::size_t{1} << 16;

// A stretch of bytes at the front that is all zero, or that is not.
struct Front {
  bool is_zero = false;
  std::size_t size = 0;
};

// The front of bytes, which are not empty. Only whole blocks of k_shortest_zeros, counted from
// the front, are zero; so what bytes begin with should be at a multiple of it, where there is more.
Front front_of(std::span<const std::byte> bytes);

}  // namespace pysheeet::dump
