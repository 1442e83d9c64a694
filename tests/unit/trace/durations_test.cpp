#include "trace/durations.h"

#include <limits>
#include <stdexcept>

#include "catch.h"

using pysheeet::trace::Durations;

namespace {

Durations of(std::initializer_list<std::int64_t> values) {
  Durations durations;
  for (const std::int64_t value : values) {
    durations.add(value);
  }
  return durations;
}

Durations restored(const Durations& d) {
  return Durations::restore(d.sum(), d.minimum(), d.maximum(), d.first_bucket(), d.bucket_calls());
}

}  // namespace

TEST_CASE("every duration lies in its bucket, and the bucket is narrow") {
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{15}, std::int64_t{16}, std::int64_t{17},
        std::int64_t{31}, std::int64_t{32}, std::int64_t{33}, std::int64_t{1000},
        std::int64_t{123456789}, std::numeric_limits<std::int64_t>::max() - 1}) {
    const auto buckets = of({value}).buckets();
    REQUIRE(buckets.size() == 1);
    CHECK(buckets[0].low <= value);
    CHECK(value < buckets[0].high);
    CHECK(buckets[0].high - buckets[0].low <= 1 + value / 16);
  }
}

TEST_CASE("percentiles lie within a bucket of the exact one and within the extremes") {
  Durations durations;
  for (std::int64_t i = 1; i <= 1000; ++i) {
    durations.add(i * 1000);
  }
  CHECK(durations.percentile(0.5) == Approx(500e3).epsilon(1.0 / 32));
  CHECK(durations.percentile(0.99) == Approx(990e3).epsilon(1.0 / 32));
  CHECK(durations.percentile(0) >= 1000);
  CHECK(durations.percentile(1) <= 1000000);
  CHECK(Durations().percentile(0.5) == 0);
  CHECK(of({7}).percentile(0.5) == 7);
}

TEST_CASE("adding up in any order gives the same") {
  Durations sum = of({5, 100000});
  sum.add(of({3, 70}));
  const Durations whole = of({100000, 3, 70, 5});
  CHECK(sum.bucket_calls() == whole.bucket_calls());
  CHECK(sum.first_bucket() == whole.first_bucket());
  CHECK(sum.sum() == 100078);
  CHECK(sum.minimum() == 3);
  CHECK(sum.maximum() == 100000);
  CHECK(sum.mean() == Approx(25019.5));
}

TEST_CASE("what was stored is restored, and what cannot be is refused") {
  const Durations whole = of({100000, 3, 70, 5});
  CHECK(restored(whole).bucket_calls() == whole.bucket_calls());
  CHECK(restored(whole).calls() == 4);
  CHECK(restored(Durations()).calls() == 0);
  CHECK_THROWS_AS(Durations::restore(1, 3, 2, 3, {1}), std::invalid_argument);
  CHECK_THROWS_AS(Durations::restore(1, 3, 3, 4, {1}), std::invalid_argument);
  CHECK_THROWS_AS(Durations::restore(1, 3, 3, 3, {0}), std::invalid_argument);
  CHECK_THROWS_AS(Durations::restore(1, 3, 3, 3, {1, 1}), std::invalid_argument);
}
