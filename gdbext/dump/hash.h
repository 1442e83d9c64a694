#pragma once

#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace pysheeet::dump {

// XXH64 with seed 0 of bytes that come in pieces.
class Xxh64 {
 public:
  void reset() { XXH64_reset(state_.get(), 0); }
  void add(std::span<const std::byte> bytes) {
    XXH64_update(state_.get(), bytes.data(), bytes.size());
  }
  std::uint64_t value() const { return XXH64_digest(state_.get()); }

 private:
  struct Free {
    void operator()(XXH64_state_t* state) const { XXH64_freeState(state); }
  };
  static XXH64_state_t* make() {
    XXH64_state_t* state = XXH64_createState();
    XXH64_reset(state, 0);
    return state;
  }
  std::unique_ptr<XXH64_state_t, Free> state_{make()};
};

}  // namespace pysheeet::dump
