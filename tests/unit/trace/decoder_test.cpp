#include "trace/decoder.h"

#include "catch.h"
#include "core/error.h"
#include "trace/record_bytes.h"
#include "trace/totals.h"

using pysheeet::trace::ClosedCall;
using pysheeet::trace::Decoder;
using pysheeet::trace::End;
using pysheeet::trace::Record;
using pysheeet::trace::RecordKind;
using pysheeet::trace::RecordReader;

namespace {

constexpr std::uint32_t k_main = 0;
constexpr std::uint32_t k_f = 1;
constexpr std::uint32_t k_g = 2;

// Where records are seen: a thread and one of its stacks.
struct On {
  std::uint32_t thread = 0;
  std::uint64_t stack = 0x8000;
};

Record record(RecordKind kind, std::uint64_t frame, std::int64_t time, End end, On on) {
  return {.time = time,
          .frame = frame,
          .stack = on.stack,
          .thread = on.thread,
          .kind = kind,
          .end = end};
}
Record enter(std::uint32_t function, std::uint64_t frame, std::int64_t time, On on = {}) {
  Record made = record(RecordKind::enter, frame, time, End::returned, on);
  made.function = function;
  return made;
}
Record leave(std::uint64_t frame, std::int64_t time, On on = {}) {
  return record(RecordKind::leave, frame, time, End::returned, on);
}
Record arrive(std::uint64_t frame, std::int64_t time) {
  return record(RecordKind::arrive, frame, time, End::returned, {});
}
Record unwinding(End how, std::int64_t time, On on = {}) {
  return record(RecordKind::unwinding, 0, time, how, on);
}
Record unwound(std::uint64_t frame, std::int64_t time) {
  return record(RecordKind::unwound, frame, time, End::exception, {});
}
Record thread_end(std::int64_t time, On on = {}) {
  return record(RecordKind::thread_end, 0, time, End::thread_end, on);
}
Record finish(End how, std::int64_t time) {
  return record(RecordKind::finish, 0, time, how, {});
}

Record hit(std::uint32_t function, std::uint64_t frame, std::int64_t time) {
  Record made = record(RecordKind::hit, frame, time, End::not_timed, {});
  made.function = function;
  return made;
}
Record seen(std::int64_t time, On on = {}) {
  return record(RecordKind::seen, 0, time, End::unknown, on);
}

// The calls in order of their ends.
std::vector<ClosedCall> decode(Decoder& decoder, std::initializer_list<Record> records) {
  RecordBytes stream;
  for (const Record& r : records) {
    stream << r;
  }
  RecordReader reader(stream.bytes(), {.threads = 8, .functions = 8, .texts = 100});
  std::vector<ClosedCall> calls;
  Record next;
  while (reader.next(next)) {
    const auto over = decoder.add(next);
    calls.insert(calls.end(), over.begin(), over.end());
  }
  return calls;
}

using Ids = std::vector<std::uint64_t>;

Ids ids(std::span<const ClosedCall> calls) {
  Ids found;
  for (const ClosedCall& call : calls) {
    found.push_back(call.id);
  }
  return found;
}

// The time in root calls, and that self times add up to it.
std::int64_t checked_root_time(const Decoder& decoder) {
  std::int64_t self = 0;
  for (const auto& node : decoder.tree().nodes()) {
    CHECK(node.self >= 0);
    self += node.self;
  }
  CHECK(self == root_time(decoder.tree()));
  return self;
}

}  // namespace

TEST_CASE("nested calls pair with their own returns") {
  Decoder decoder;
  const auto calls = decode(decoder, {enter(k_f, 0x7000, 100), enter(k_g, 0x6000, 150),
                                      leave(0x6000, 250), leave(0x7000, 400)});
  REQUIRE(ids(calls) == Ids{2, 1});
  CHECK(calls[0].depth == 1);
  CHECK(calls[0].call.duration() == 100);
  CHECK(calls[0].call.self() == 100);
  CHECK(calls[1].depth == 0);
  CHECK(calls[1].call.begin == 100);
  CHECK(calls[1].call.duration() == 300);
  CHECK(calls[1].call.self() == 200);
  CHECK(calls[1].call.how == End::returned);
  CHECK(decoder.open_calls() == 0);
  CHECK(decoder.tree().nodes()[calls[0].call.node].parent == calls[1].call.node);
  CHECK(checked_root_time(decoder) == 300);
}

TEST_CASE("a call tells its arguments and its result") {
  Decoder decoder;
  Record begin = enter(k_f, 0x7000, 0);
  begin.text = 5;
  decoder.add(begin);
  CHECK(decoder.opened().call.arguments == 5);
  CHECK(decoder.opened().id == 1);
  Record end = leave(0x7000, 9);
  end.text = 6;
  const auto calls = decoder.add(end);
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].call.arguments == 5);
  CHECK(calls[0].call.result == 6);
}

TEST_CASE("recursion is marked on all but the outermost path") {
  Decoder decoder;
  decode(decoder, {enter(k_f, 0x7000, 0), enter(k_g, 0x6000, 10), enter(k_f, 0x5000, 20),
                   leave(0x5000, 30), leave(0x6000, 40), leave(0x7000, 50)});
  const auto& nodes = decoder.tree().nodes();
  REQUIRE(nodes.size() == 4);
  CHECK_FALSE(nodes[1].recursive);
  CHECK_FALSE(nodes[2].recursive);
  CHECK(nodes[3].recursive);
  const auto totals = function_totals(decoder.tree(), pysheeet::trace::Order::total);
  CHECK(totals[0].function == k_f);
  CHECK(totals[0].total == 50);
  CHECK(totals[0].self == 30);
  CHECK(checked_root_time(decoder) == 50);
}

TEST_CASE("threads and stacks do not mix") {
  Decoder decoder;
  const On other_thread{.thread = 2};
  const On other_stack{.stack = 0xf000};  // a handler's, that lies above
  const auto calls =
      decode(decoder, {enter(k_f, 0x7000, 0), enter(k_f, 0x7000, 0, other_thread),
                       enter(k_g, 0xe000, 10, other_stack), leave(0xe000, 20, other_stack),
                       leave(0x7000, 30, other_thread), leave(0x7000, 40)});
  REQUIRE(ids(calls) == Ids{3, 2, 1});
  CHECK(calls[0].depth == 0);
  CHECK(calls[2].call.self() == 40);
  const auto lanes = decoder.lanes();
  REQUIRE(lanes.size() == 3);
  CHECK(lanes[calls[0].call.lane].thread == 0);
  CHECK(lanes[calls[0].call.lane].number == 1);
  CHECK(lanes[calls[1].call.lane].thread == 2);
  CHECK(lanes[calls[1].call.lane].number == 0);
  CHECK(checked_root_time(decoder) == 80);
}

TEST_CASE("an exit without an entry is counted and ends nothing above it") {
  Decoder decoder;
  const auto calls = decode(decoder, {leave(0x7800, 0), enter(k_f, 0x7000, 0), leave(0x6000, 5),
                                      leave(0x7000, 9), leave(0x7000, 10)});
  REQUIRE(ids(calls) == Ids{1});
  CHECK(calls[0].call.end == 9);
  CHECK(decoder.unpaired() == 3);
}

TEST_CASE("frames found gone end as unknown, innermost first, when they are") {
  Decoder decoder;
  const auto calls =
      decode(decoder, {enter(k_main, 0x7000, 0), enter(k_f, 0x6000, 10), enter(k_g, 0x5000, 20),
                       enter(k_f, 0x6000, 30), leave(0x6000, 40), leave(0x7000, 100)});
  REQUIRE(ids(calls) == Ids{3, 2, 4, 1});
  CHECK(calls[0].call.how == End::unknown);
  CHECK(calls[0].call.duration() == 10);
  CHECK(calls[1].call.how == End::unknown);
  CHECK(calls[1].call.end == 30);
  CHECK(calls[3].call.self() == 70);
  CHECK(checked_root_time(decoder) == 100);
}

TEST_CASE("a tail call goes on at the frame of its caller") {
  Decoder decoder;
  Record jump = leave(0x6000, 20);
  jump.end = End::tail_call;
  const auto calls =
      decode(decoder, {enter(k_main, 0x7000, 0), enter(k_f, 0x6000, 10), jump,
                       enter(k_g, 0x6000, 20), leave(0x6000, 50), leave(0x7000, 60)});
  REQUIRE(ids(calls) == Ids{2, 3, 1});
  CHECK(calls[0].call.how == End::tail_call);
  CHECK(calls[1].call.duration() == 30);
  CHECK(calls[1].depth == 1);
  CHECK(calls[2].call.self() == 20);
  CHECK(checked_root_time(decoder) == 60);
}

TEST_CASE("an exception ends what lies below its handler") {
  Decoder decoder;
  const auto calls =
      decode(decoder, {enter(k_main, 0x7000, 0), enter(k_f, 0x6000, 10), enter(k_g, 0x5000, 20),
                       unwinding(End::exception, 30),
                       // A destructor runs on the way.
                       enter(3, 0x4f00, 35), leave(0x4f00, 36), unwound(0x6800, 50)});
  REQUIRE(ids(calls) == Ids{4, 3, 2});
  CHECK(calls[0].call.how == End::returned);
  CHECK(calls[1].call.how == End::exception);
  CHECK(calls[1].call.self() == 29);
  CHECK(calls[2].call.end == 50);
  CHECK(decoder.open_calls() == 1);
  // It was caught.
  CHECK(decode(decoder, {enter(k_f, 0x6000, 60), enter(k_f, 0x6000, 61)})[0].call.how ==
        End::unknown);
  decode(decoder, {finish(End::exit, 100)});
  CHECK(checked_root_time(decoder) == 100);
}

TEST_CASE("an exception that nobody was seen to catch ends what it left, where it was thrown") {
  Decoder decoder;
  const auto calls = decode(decoder, {enter(k_main, 0x7000, 0), enter(k_f, 0x6000, 10),
                                      unwinding(End::exception, 30), leave(0x7000, 100)});
  REQUIRE(ids(calls) == Ids{2, 1});
  CHECK(calls[0].call.how == End::exception);
  CHECK(calls[0].call.end == 30);
  CHECK(checked_root_time(decoder) == 100);
}

TEST_CASE("longjmp ends what is found gone at the next sight of its thread, at its own time") {
  Decoder decoder;
  const auto calls = decode(decoder, {enter(k_main, 0x7000, 0), enter(k_f, 0x6000, 10),
                                      unwinding(End::longjmp, 30), leave(0x7000, 500),
                                      // It is used up.
                                      enter(k_f, 0x6000, 600), enter(k_f, 0x6000, 610)});
  REQUIRE(ids(calls) == Ids{2, 1, 3});
  CHECK(calls[0].call.how == End::longjmp);
  CHECK(calls[0].call.end == 30);
  CHECK(calls[1].call.how == End::returned);
  CHECK(calls[1].call.self() == 480);
  CHECK(calls[2].call.how == End::unknown);
}

TEST_CASE("longjmp is over with the next call that begins, and not later than it") {
  Decoder decoder;
  const auto calls = decode(
      decoder, {enter(k_main, 0x7000, 0), enter(k_f, 0x6000, 10), unwinding(End::longjmp, 30),
                enter(k_g, 0x6000, 20), enter(k_g, 0x6000, 40)});
  REQUIRE(ids(calls) == Ids{2, 3});
  CHECK(calls[0].call.how == End::longjmp);
  CHECK(calls[0].call.end == 20);
  CHECK(calls[1].call.how == End::unknown);
  CHECK(calls[1].call.begin == 20);
  CHECK(calls[1].call.end == 40);
}

TEST_CASE("the end of a thread or of all ends every open call, innermost first") {
  Decoder decoder;
  const On second{.thread = 1};
  const On third{.thread = 2};
  const auto calls = decode(
      decoder,
      {enter(k_main, 0x7000, 0), enter(k_f, 0x6000, 5), enter(k_main, 0x7000, 0, second),
       enter(k_f, 0xe000, 1, {.thread = 1, .stack = 0xf000}), enter(k_main, 0x7000, 2, third),
       thread_end(9, second), unwinding(End::thread_end, 5, third), finish(End::exit, 20)});
  REQUIRE(ids(calls) == Ids{4, 3, 2, 1, 5});
  CHECK(calls[0].call.how == End::thread_end);
  CHECK(calls[1].call.duration() == 9);
  CHECK(calls[2].call.how == End::exit);
  CHECK(calls[3].call.duration() == 20);
  CHECK(calls[4].call.how == End::thread_end);
  CHECK(calls[4].call.end == 5);
  CHECK(decoder.open_calls() == 0);
  CHECK(decoder.latest() == 20);
  CHECK(checked_root_time(decoder) == 9 + 8 + 20 + 3);
}

TEST_CASE("a clock that runs backwards gives no negative duration, and calls still nest") {
  Decoder decoder;
  const auto calls = decode(decoder, {enter(k_main, 0x7000, 100), enter(k_f, 0x6000, 50),
                                      leave(0x6000, 120), leave(0x7000, 90)});
  CHECK(calls[0].call.begin == 100);
  CHECK(calls[0].call.duration() == 20);
  CHECK(calls[1].call.duration() == 20);
  CHECK(calls[1].call.self() == 0);
}

TEST_CASE("a call that is not recorded ends what its frame held before, and has an exit") {
  Decoder decoder;
  const auto calls =
      decode(decoder, {enter(k_main, 0x7000, 0), enter(k_f, 0x6000, 10),
                       unwinding(End::longjmp, 15), arrive(0x6000, 20), enter(k_g, 0x5000, 22),
                       leave(0x5000, 25), leave(0x6000, 30), leave(0x7000, 100)});
  REQUIRE(ids(calls) == Ids{2, 3, 1});
  CHECK(calls[0].call.how == End::longjmp);
  CHECK(calls[1].depth == 1);
  CHECK(decoder.tree().nodes()[calls[1].call.node].parent == calls[2].call.node);
  CHECK(calls[2].call.self() == 100 - 5 - 3);
  CHECK(decoder.unpaired() == 0);
  CHECK(checked_root_time(decoder) == 100);
}

TEST_CASE("a function that is abandoned is open as long as what it called") {
  Decoder decoder;
  decode(decoder, {enter(k_f, 0x7000, 0), enter(k_g, 0x6000, 10), enter(k_f, 0x5000, 20)});
  CHECK(decoder.abandon(3, End::open).empty());
  const auto top = decoder.abandon(k_f, End::open, 25);
  REQUIRE(ids(top) == Ids{3});
  CHECK(top[0].call.how == End::open);
  CHECK(top[0].call.end == 25);
  const auto rest = decode(decoder, {leave(0x6000, 40), leave(0x7000, 50)});
  REQUIRE(ids(rest) == Ids{2, 1});
  CHECK(rest[0].call.self() == 25);
  CHECK(rest[1].call.how == End::open);
  CHECK(rest[1].call.end == 40);
  CHECK(checked_root_time(decoder) == 40);
}

TEST_CASE("an abandoned call has ended so, however it is found gone") {
  Decoder decoder;
  decode(decoder, {enter(k_f, 0x7000, 0), enter(k_g, 0x6000, 10)});
  CHECK(decoder.abandon(k_f, End::open).empty());
  const auto calls = decode(decoder, {leave(0x7000, 40)});
  REQUIRE(ids(calls) == Ids{2, 1});
  CHECK(calls[0].call.how == End::unknown);
  CHECK(calls[1].call.how == End::open);
}

TEST_CASE("ticks become nanoseconds since the recording began") {
  Decoder decoder;
  decoder.set_clock({.origin = 1000, .nanoseconds_per_tick = 0.5});
  const auto calls = decode(decoder, {enter(k_f, 0x7000, 1200), leave(0x7000, 1600)});
  CHECK(calls[0].call.begin == 100);
  CHECK(calls[0].call.duration() == 200);
  CHECK(decoder.nanoseconds(0) == 0);
  decoder.set_clock({.origin = std::numeric_limits<std::int64_t>::min()});
  CHECK(decoder.nanoseconds(std::numeric_limits<std::int64_t>::max()) > 0);
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_AS(decoder.set_clock({.nanoseconds_per_tick = bad}), pysheeet::Error);
  }
}

TEST_CASE("times that nobody can add up are an error") {
  Decoder decoder;
  for (std::uint64_t i = 0; i < 100; ++i) {
    decoder.add(enter(k_f, 0x7000 - i, 0));
  }
  CHECK_THROWS_AS(decoder.add(finish(End::exit, std::numeric_limits<std::int64_t>::max())),
                  pysheeet::Error);
}

TEST_CASE("a hit is a call without a duration, below what is open") {
  Decoder decoder;
  const auto calls = decode(decoder, {enter(k_f, 0x7000, 10), hit(k_g, 0, 20), hit(k_g, 0x6000, 25),
                                      hit(k_main, 0x7000, 30), hit(k_g, 0x6000, 35)});
  REQUIRE(calls.size() == 5);
  CHECK(calls[0].call.how == End::not_timed);
  CHECK(calls[0].call.begin == 20);
  CHECK(calls[0].call.duration() == 0);
  CHECK(calls[0].depth == 1);
  CHECK(calls[1].call.node == calls[0].call.node);
  // A function that is reached at the frame of another says that this one is over.
  CHECK(calls[2].call.function == k_f);
  CHECK(calls[2].call.how == End::unknown);
  CHECK(calls[3].call.function == k_main);
  CHECK(calls[4].depth == 0);
  CHECK(decoder.open_calls() == 0);
}

TEST_CASE("a thread that was seen later has its open calls last until then") {
  Decoder decoder;
  decode(decoder, {enter(k_f, 0x7000, 10), enter(k_g, 0x7000, 10, {.thread = 1}), seen(500),
                   seen(90, {.thread = 1}), seen(80, {.thread = 1})});
  CHECK(decoder.open_calls() == 2);
  const auto calls = decode(decoder, {finish(End::exit, 0)});
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].call.duration() == 490);
  CHECK(calls[1].call.duration() == 80);
}
