#include "trace/durations.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace pysheeet::trace {

namespace {

// Buckets of width 1 up to 2^k_bits, then 2^k_bits of equal width for each power of two.
constexpr std::uint32_t k_bits = 4;
constexpr std::uint32_t k_per_power = 1U << k_bits;
constexpr std::uint32_t k_buckets = (64 - k_bits) * k_per_power;

std::uint32_t bucket_of(std::int64_t duration) {
  const auto value = static_cast<std::uint64_t>(duration);
  if (value < k_per_power) {
    return static_cast<std::uint32_t>(value);
  }
  const auto shift = static_cast<std::uint32_t>(std::bit_width(value)) - 1 - k_bits;
  return (shift << k_bits) + static_cast<std::uint32_t>(value >> shift);
}

std::int64_t low_of(std::uint32_t bucket) {
  if (bucket < 2 * k_per_power) {
    return bucket;
  }
  const std::uint32_t shift = (bucket >> k_bits) - 1;
  const std::uint64_t mantissa = (bucket & (k_per_power - 1)) + k_per_power;
  const std::uint64_t low = mantissa << shift;
  return static_cast<std::int64_t>(
      std::min(low, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())));
}

}  // namespace

void Durations::add(std::int64_t duration) {
  const std::uint32_t bucket = bucket_of(duration);
  if (counts_.empty()) {
    first_ = bucket;
  } else if (bucket < first_) {
    counts_.insert(counts_.begin(), first_ - bucket, 0);
    first_ = bucket;
  }
  if (bucket - first_ >= counts_.size()) {
    counts_.resize(bucket - first_ + 1);
  }
  ++counts_[bucket - first_];
  minimum_ = calls_ == 0 ? duration : std::min(minimum_, duration);
  maximum_ = std::max(maximum_, duration);
  sum_ += duration;
  ++calls_;
}

void Durations::add(const Durations& others) {
  if (others.calls_ == 0) {
    return;
  }
  if (calls_ == 0) {
    *this = others;
    return;
  }
  if (others.first_ < first_) {
    counts_.insert(counts_.begin(), first_ - others.first_, 0);
    first_ = others.first_;
  }
  const std::size_t offset = others.first_ - first_;
  counts_.resize(std::max(counts_.size(), offset + others.counts_.size()));
  for (std::size_t i = 0; i < others.counts_.size(); ++i) {
    counts_[offset + i] += others.counts_[i];
  }
  minimum_ = std::min(minimum_, others.minimum_);
  maximum_ = std::max(maximum_, others.maximum_);
  sum_ += others.sum_;
  calls_ += others.calls_;
}

double Durations::mean() const {
  return calls_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(calls_);
}

std::int64_t Durations::percentile(double part) const {
  const double rank = std::ceil(std::clamp(part, 0.0, 1.0) * static_cast<double>(calls_));
  double seen = 0;
  for (const Bucket& bucket : buckets()) {
    seen += static_cast<double>(bucket.calls);
    if (bucket.calls != 0 && seen >= rank) {
      const std::int64_t middle = bucket.low + (bucket.high - 1 - bucket.low) / 2;
      return std::clamp(middle, minimum_, maximum_);
    }
  }
  return maximum_;
}

std::vector<Durations::Bucket> Durations::buckets() const {
  std::vector<Bucket> found;
  found.reserve(counts_.size());
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const auto bucket = first_ + static_cast<std::uint32_t>(i);
    found.push_back({low_of(bucket), low_of(bucket + 1), counts_[i]});
  }
  return found;
}

Durations Durations::restore(std::int64_t sum, std::int64_t minimum, std::int64_t maximum,
                             std::uint32_t first_bucket, std::vector<std::uint64_t> bucket_calls) {
  Durations restored;
  if (bucket_calls.empty()) {
    return restored;
  }
  const bool is_possible = bucket_calls.front() != 0 && bucket_calls.back() != 0 && sum >= 0 &&
                           0 <= minimum && minimum <= maximum &&
                           bucket_of(minimum) == first_bucket && first_bucket < k_buckets &&
                           bucket_calls.size() == bucket_of(maximum) - first_bucket + 1U;
  if (!is_possible) {
    throw std::invalid_argument("durations that no calls have");
  }
  for (const std::uint64_t calls : bucket_calls) {
    restored.calls_ += calls;
    if (restored.calls_ < calls) {
      throw std::invalid_argument("more calls than can be counted");
    }
  }
  restored.sum_ = sum;
  restored.minimum_ = minimum;
  restored.maximum_ = maximum;
  restored.first_ = first_bucket;
  restored.counts_ = std::move(bucket_calls);
  return restored;
}

}  // namespace pysheeet::trace
