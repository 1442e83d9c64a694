// What it takes to decode a million records and add them up by call path, beside the least that
// anything could do with the same bytes (one pass over them) and beside the plain way (maps).
//
// usage: decode_cost [RECORDS]
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <map>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "trace/recorder.h"
#include "trace/totals.h"

using namespace pysheeet::trace;

namespace {

constexpr std::uint32_t k_threads = 4;
constexpr std::uint32_t k_paths_per_thread = 50;
constexpr std::size_t k_deepest = 10;
constexpr std::uint32_t k_functions = 60;

struct Path {
  std::uint32_t function = 0;
  std::size_t depth = 0;
  std::vector<std::uint32_t> callees;  // paths
};

// One path to the deepest, and the rest off it by chance. Path 0 is the thread itself.
std::vector<Path> make_paths(std::mt19937& random) {
  std::vector<Path> paths(1);
  while (paths.size() <= k_paths_per_thread) {
    const auto next = static_cast<std::uint32_t>(paths.size());
    std::size_t caller = next - 1;
    while (next > k_deepest && paths[caller = random() % next].depth >= k_deepest) {
    }
    paths[caller].callees.push_back(next);
    paths.push_back({next % k_functions, paths[caller].depth + 1, {}});
  }
  return paths;
}

// Threads take turns, as rings that are read one after the other.
std::vector<std::byte> make_records(std::size_t count) {
  std::mt19937 random(1);
  std::vector<std::vector<Path>> paths;
  std::array<std::vector<std::uint32_t>, k_threads> walked;
  for (auto& walk : walked) {
    paths.push_back(make_paths(random));
    walk = {0};
  }
  const RecordHeader header;
  std::vector<std::byte> bytes(sizeof header + count * sizeof(Record));
  std::memcpy(bytes.data(), &header, sizeof header);
  std::int64_t now = 0;
  std::uint32_t thread = 0;
  for (std::size_t i = 0; i < count; ++i) {
    thread = random() % 64 == 0 ? static_cast<std::uint32_t>(random() % k_threads) : thread;
    auto& walk = walked[thread];
    const Path& here = paths[thread][walk.back()];
    const bool enters = walk.size() == 1 || (!here.callees.empty() && random() % 5 < 3);
    Record record{.time = now += 20 + static_cast<std::int64_t>(random() % 500),
                  .stack = 0x7fff0000,
                  .thread = thread,
                  .kind = enters ? RecordKind::enter : RecordKind::leave};
    if (enters) {
      walk.push_back(here.callees[random() % here.callees.size()]);
      record.function = paths[thread][walk.back()].function;
    }
    record.frame = 0x7ffe0000 - 96 * walk.size();
    if (!enters) {
      walk.pop_back();
    }
    std::memcpy(bytes.data() + sizeof header + i * sizeof record, &record, sizeof record);
  }
  return bytes;
}

std::uint64_t one_pass(std::span<const std::byte> bytes) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    sum += word;
  }
  return sum;
}

// Calls, total and self by path, nothing else: no lost exits, no distribution, no checks.
std::uint64_t plain_maps(std::span<const std::byte> bytes) {
  struct Sums {
    std::uint64_t calls = 0;
    std::int64_t total = 0;
    std::int64_t self = 0;
  };
  struct Open {
    std::vector<std::uint32_t> path;
    std::int64_t begin = 0;
    std::int64_t in_callees = 0;
  };
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::vector<Open>> stacks;
  std::map<std::vector<std::uint32_t>, Sums> by_path;
  for (std::size_t at = sizeof(RecordHeader); at < bytes.size(); at += sizeof(Record)) {
    Record record;
    std::memcpy(&record, bytes.data() + at, sizeof record);
    auto& stack = stacks[{record.thread, record.stack}];
    if (record.kind == RecordKind::enter) {
      auto path = stack.empty() ? std::vector{record.thread} : stack.back().path;
      path.push_back(record.function);
      stack.push_back({std::move(path), record.time, 0});
    } else {
      const Open call = std::move(stack.back());
      stack.pop_back();
      const std::int64_t duration = record.time - call.begin;
      Sums& sums = by_path[call.path];
      ++sums.calls;
      sums.total += duration;
      sums.self += duration - call.in_callees;
      if (!stack.empty()) {
        stack.back().in_callees += duration;
      }
    }
  }
  return by_path.size();
}

Recorder make_recorder(Keep keep, std::uint64_t most_calls) {
  Recorder recorder(keep, most_calls);
  for (std::uint32_t i = 0; i < k_functions; ++i) {
    Function function;
    function.name = std::to_string(i);
    recorder.add_function(function);
  }
  for (std::uint32_t i = 0; i < k_threads; ++i) {
    recorder.add_thread(i);
  }
  return recorder;
}

std::uint64_t decode(std::span<const std::byte> bytes, Keep keep) {
  Recorder recorder = make_recorder(keep, bytes.size());
  recorder.add(bytes);
  recorder.finish(0, End::exit);
  const Trace trace = recorder.trace();
  return function_totals(trace.tree, Order::self).size() + trace.tree.nodes().size();
}

// Of the processor, so that others who share the machine don't count.
double seconds(const std::function<std::uint64_t()>& work) {
  constexpr int k_rounds = 7;
  std::array<double, k_rounds> took{};
  for (double& t : took) {
    const std::clock_t begin = std::clock();
    volatile std::uint64_t result = work();
    static_cast<void>(result);
    t = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  }
  std::nth_element(took.begin(), took.begin() + k_rounds / 2, took.end());
  return took[k_rounds / 2];
}

void print_memory(std::vector<std::byte> bytes) {
  constexpr int k_more = 10;
  const auto allocated = [none = ::mallinfo2().uordblks] { return ::mallinfo2().uordblks - none; };
  Recorder recorder = make_recorder(Keep::tree, 0);
  recorder.add(bytes);
  const std::size_t before = allocated();
  const std::int64_t latest = recorder.trace().duration;
  for (int round = 0; round < k_more; ++round) {
    for (std::size_t at = sizeof(RecordHeader); at < bytes.size(); at += sizeof(Record)) {
      std::int64_t time = 0;
      std::memcpy(&time, bytes.data() + at, sizeof time);
      time += latest;
      std::memcpy(bytes.data() + at, &time, sizeof time);
    }
    recorder.add(bytes);
  }
  std::printf("memory: %zu bytes for %zu calls, %zu for %d times as many; %zu paths\n", before,
              bytes.size() / sizeof(Record) / 2, allocated(), 1 + k_more,
              recorder.tree().nodes().size() - k_threads);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const auto bytes = make_records(count);
  const double pass = seconds([&] { return one_pass(bytes); });
  const double maps = seconds([&] { return plain_maps(bytes); });
  const double tree = seconds([&] { return decode(bytes, Keep::tree); });
  const double calls = seconds([&] { return decode(bytes, Keep::calls); });
  std::printf("%zu records            seconds  of one pass  of maps\n", count);
  const auto print = [pass, maps](const char* name, double took) {
    std::printf("  %-22s %9.4f  %11.1f  %7.2f\n", name, took, took / pass, took / maps);
  };
  print("one pass over them", pass);
  print("maps", maps);
  print("call tree", tree);
  print("call tree, each call", calls);

  print_memory(bytes);
  return 0;
}
