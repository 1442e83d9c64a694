#pragma once

#include <cstdint>
#include <vector>

namespace pysheeet::trace {

// How long the calls of one place took, in nanoseconds: their number, sum, extremes and, in buckets
// whose widths grow with their values, how they are distributed.
class Durations {
 public:
  // A bucket holds the durations in [low, high).
  struct Bucket {
    std::int64_t low;
    std::int64_t high;
    std::uint64_t calls;
  };

  // duration: not negative.
  void add(std::int64_t duration);
  void add(const Durations& others);

  std::uint64_t calls() const { return calls_; }
  std::int64_t sum() const { return sum_; }
  std::int64_t minimum() const { return minimum_; }  // 0 without calls
  std::int64_t maximum() const { return maximum_; }
  double mean() const;

  // The duration that this part (0 to 1) of the calls did not exceed, to 1/32 of itself and within
  // the extremes; 0 without calls.
  std::int64_t percentile(double part) const;

  // From the lowest that holds a call to the highest, with the empty ones between.
  std::vector<Bucket> buckets() const;

  // For storing and restoring: the index of the first bucket and the calls in each from there on.
  std::uint32_t first_bucket() const { return first_; }
  const std::vector<std::uint64_t>& bucket_calls() const { return counts_; }
  // Throws std::invalid_argument if these can't be what add() makes.
  static Durations restore(std::int64_t sum, std::int64_t minimum, std::int64_t maximum,
                           std::uint32_t first_bucket, std::vector<std::uint64_t> bucket_calls);

 private:
  std::uint64_t calls_ = 0;
  std::int64_t sum_ = 0;
  std::int64_t minimum_ = 0;
  std::int64_t maximum_ = 0;
  std::uint32_t first_ = 0;  // bucket of counts_[0]
  std::vector<std::uint64_t> counts_;
};

}  // namespace pysheeet::trace
