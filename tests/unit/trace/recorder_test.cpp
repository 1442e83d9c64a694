#include "trace/recorder.h"

#include <malloc.h>

#include <random>

#include "catch.h"
#include "core/error.h"
#include "trace/record_bytes.h"
#include "trace/reports.h"
#include "trace/totals.h"

using pysheeet::Error;
using pysheeet::trace::Call;
using pysheeet::trace::CallListener;
using pysheeet::trace::End;
using pysheeet::trace::Function;
using pysheeet::trace::function_totals;
using pysheeet::trace::k_ends;
using pysheeet::trace::k_no_text;
using pysheeet::trace::k_record_kinds;
using pysheeet::trace::Keep;
using pysheeet::trace::OpenCall;
using pysheeet::trace::Order;
using pysheeet::trace::Record;
using pysheeet::trace::Recorder;
using pysheeet::trace::RecordKind;
using pysheeet::trace::root_time;
using pysheeet::trace::totals_of;
using pysheeet::trace::Trace;

namespace {

Function named(const std::string& name, std::uint32_t line = 1) {
  Function function;
  function.name = name;
  function.file = "/src/a.c";
  function.line = line;
  return function;
}

Record enter(std::uint32_t function, std::uint64_t frame, std::int64_t time,
             std::uint32_t text = k_no_text) {
  return {.time = time, .frame = frame, .function = function, .text = text};
}
Record leave(std::uint64_t frame, std::int64_t time, std::uint32_t text = k_no_text) {
  return {.time = time, .frame = frame, .text = text, .kind = RecordKind::leave};
}

// Tells what it was told, a line each.
class Lines final : public CallListener {
 public:
  explicit Lines(const Recorder& recorder) : recorder_(recorder) {}

  void began(const OpenCall& call) override {
    text += "+" + std::to_string(call.id) + " " + recorder_.functions()[call.function].name + " " +
            recorder_.text(call.arguments) + "\n";
  }
  void ended(const OpenCall& call, std::int64_t end, End how, std::uint32_t result) override {
    text += "-" + std::to_string(call.id) + " " + std::to_string(end - call.begin) + " " +
            std::string(name_of(how)) + " " + recorder_.text(call.arguments) +
            recorder_.text(result) + "\n";
  }

  std::string text;

 private:
  const Recorder& recorder_;
};

}  // namespace

TEST_CASE("functions and threads have one number each") {
  Recorder recorder(Keep::tree);
  CHECK(recorder.add_function(named("f")) == 0);
  CHECK(recorder.add_function(named("g")) == 1);
  CHECK(recorder.add_function(named("f", 2)) == 2);
  CHECK(recorder.add_function(named("f")) == 0);
  CHECK(recorder.add_thread(700, "main") == 0);
  CHECK(recorder.add_thread(701) == 1);
  CHECK(recorder.add_thread(700) == 0);
  CHECK(recorder.threads()[0].name == "main");
  recorder.add_thread(700, "renamed");
  CHECK(recorder.threads()[0].name == "renamed");
  // The system gives the number to another thread.
  recorder.add({.thread = 0, .kind = RecordKind::thread_end});
  CHECK(recorder.add_thread(700, "other") == 2);
}

TEST_CASE("a listener is told of calls, with their texts") {
  Recorder recorder(Keep::tree);
  Lines lines(recorder);
  recorder.set_listener(&lines);
  const auto f = recorder.add_function(named("f"));
  const auto g = recorder.add_function(named("g"));
  recorder.add_thread(1);
  recorder.add(enter(f, 0x7000, 0, recorder.add_text("n=1")));
  recorder.add(enter(g, 0x6000, 10));
  recorder.add(enter(g, 0x6000, 15));
  recorder.add(leave(0x6000, 20, recorder.add_text("42")));
  recorder.finish(50, End::exit);
  CHECK(lines.text ==
        "+1 f n=1\n"
        "+2 g \n"
        "-2 5 ended by a jump that was not seen \n"
        "+3 g \n"
        "-3 5 returned 42\n"
        "-1 50 ended by program exit n=1\n");
}

TEST_CASE("counts and times of functions are there during the run") {
  Recorder recorder(Keep::tree);
  const auto f = recorder.add_function(named("f"));
  recorder.add_thread(1);
  recorder.add(enter(f, 0x7000, 0));
  recorder.add(enter(f, 0x6000, 10));
  recorder.add(leave(0x6000, 30));
  CHECK(recorder.calls(f) == 2);
  CHECK(recorder.time(f) == 0);  // the outermost is not over
  recorder.add(leave(0x7000, 100));
  recorder.count_only(f);
  CHECK(recorder.calls(f) == 3);
  CHECK(recorder.time(f) == 100);
  CHECK(recorder.trace().all_unplaced() == 1);
  CHECK(totals_of(recorder.trace(), "f").calls == 3);
  CHECK(totals_of(recorder.trace(), "f").time == 100);
  recorder.set_dropped(7);
  CHECK(recorder.losses().dropped == 7);
}

TEST_CASE("a trace in the middle of a run has the open calls, and the run goes on") {
  Recorder recorder(Keep::calls, 10);
  recorder.describe("/bin/p", "tp", "breakpoint", 123);
  const auto main = recorder.add_function(named("main"));
  const auto f = recorder.add_function(named("f"));
  recorder.add_thread(1, "p");
  recorder.add(enter(main, 0x7000, 0, recorder.add_text("argc")));
  recorder.add(enter(f, 0x6000, 10));
  recorder.add(leave(0x6000, 30));
  recorder.add(enter(f, 0x6000, 40));
  const Trace middle = recorder.trace(100);
  CHECK(middle.program == "/bin/p");
  CHECK(middle.command == "tp");
  CHECK(middle.engine == "breakpoint");
  CHECK(middle.began == 123);
  CHECK(middle.duration == 100);
  CHECK(middle.threads[0].name == "p");
  CHECK(middle.lanes.size() == 1);
  REQUIRE(middle.calls.size() == 3);
  CHECK(middle.calls[2].how == End::open);
  CHECK(middle.calls[2].duration() == 100);
  CHECK(middle.calls[2].self() == 20);
  CHECK(middle.texts[middle.calls[2].arguments] == "argc");
  CHECK(root_time(middle.tree) == 100);
  // At the latest time known of the thread.
  CHECK(recorder.trace().duration == 40);
  CHECK(root_time(recorder.trace(20).tree) == 40);

  recorder.add(leave(0x6000, 50));
  recorder.add(leave(0x7000, 60));
  recorder.finish(70, End::exit);
  const Trace end = recorder.trace(1000);
  CHECK(end.calls.size() == 3);
  CHECK(root_time(end.tree) == 60);
  CHECK(end.calls[2].how == End::returned);
  CHECK(end.losses.unkept == 0);
}

TEST_CASE("calls beyond the limit are added up, and said not to be kept") {
  Recorder recorder(Keep::calls, 2);
  const auto f = recorder.add_function(named("f"));
  recorder.add_thread(1);
  recorder.add(enter(f, 0x7000, 0, recorder.add_text("outer")));
  for (std::int64_t i = 0; i < 5; ++i) {
    recorder.add(enter(f, 0x6000, i * 10, recorder.add_text("inner")));
    recorder.add(leave(0x6000, i * 10 + 5, recorder.add_text("result")));
  }
  recorder.add(leave(0x7000, 100));
  const Trace trace = recorder.trace();
  // Which began first, so that a kept call's callers are kept, too.
  REQUIRE(trace.calls.size() == 2);
  CHECK(trace.texts[trace.calls[1].arguments] == "outer");
  CHECK(trace.texts[trace.calls[0].result] == "result");
  CHECK(trace.calls[1].self() == 75);
  CHECK(trace.losses.unkept == 4);
  CHECK(function_totals(trace.tree, Order::self)[0].calls() == 6);
  CHECK(trace.texts.size() <= 6);
}

TEST_CASE("texts of calls that are over make room for others") {
  Recorder recorder(Keep::tree);
  const auto f = recorder.add_function(named("f"));
  recorder.add_thread(1);
  std::uint32_t highest = 0;
  for (int i = 0; i < 100; ++i) {
    const auto arguments = recorder.add_text("arguments");
    recorder.add(enter(f, 0x7000, i, arguments));
    const auto result = recorder.add_text("result");
    recorder.add(leave(0x7000, i, result));
    recorder.add(leave(0x7000, i, recorder.add_text("of an exit without an entry")));
    highest = std::max({highest, arguments, result});
  }
  CHECK(highest <= 2);
  const auto text = recorder.add_text("once");
  recorder.add(enter(f, 0x7000, 1000, text));
  CHECK_THROWS_AS(recorder.add(enter(f, 0x6000, 1000, text)), Error);
  CHECK(recorder.trace().texts.size() == 1);
}

TEST_CASE("an abandoned function ends as far as nobody called from it is watched") {
  Recorder recorder(Keep::calls, 10);
  const auto f = recorder.add_function(named("f"));
  recorder.add_thread(1);
  recorder.add(enter(f, 0x7000, 10));
  recorder.abandon(f, End::open, 30);
  REQUIRE(recorder.trace().calls.size() == 1);
  CHECK(recorder.trace().calls[0].duration() == 20);
  CHECK(recorder.open_calls() == 0);
}

TEST_CASE("what is open on other stacks of a thread was open when the thread was last seen") {
  Recorder recorder(Keep::tree);
  const auto f = recorder.add_function(named("f"));
  recorder.add_thread(1);
  recorder.add(enter(f, 0x7000, 0));
  recorder.add({.time = 90, .frame = 0x100, .stack = 1, .function = f});
  CHECK(root_time(recorder.trace().tree) == 90 + 0);
}

TEST_CASE("a program that is replaced by another is recorded on") {
  Recorder recorder(Keep::calls, 10);
  const auto f = recorder.add_function(named("f"));
  recorder.add_thread(1);
  recorder.add(enter(f, 0x7000, 0));
  recorder.finish(50, End::exec);
  recorder.add(enter(f, 0x6000, 60));
  recorder.add(leave(0x6000, 80));
  recorder.finish(90, End::exit);
  const Trace trace = recorder.trace();
  REQUIRE(trace.calls.size() == 2);
  CHECK(trace.calls[0].how == End::exec);
  CHECK(trace.calls[0].duration() == 50);
  CHECK(trace.calls[1].duration() == 20);
  CHECK(trace.duration == 90);
}

TEST_CASE("a wrong number in a record is an error and changes nothing") {
  Recorder recorder(Keep::tree);
  CHECK_THROWS_AS(recorder.add(enter(0, 0x7000, 0)), Error);
  recorder.add_thread(1);
  CHECK_THROWS_AS(recorder.add(enter(0, 0x7000, 0)), Error);
  const auto f = recorder.add_function(named("f"));
  CHECK_THROWS_AS(recorder.add(enter(f, 0x7000, 0, 1)), Error);
  CHECK(recorder.calls(f) == 0);
  CHECK(recorder.open_calls() == 0);
}

TEST_CASE("memory depends on call paths, not on calls") {
  Recorder recorder(Keep::tree);
  const auto f = recorder.add_function(named("f"));
  const auto g = recorder.add_function(named("g"));
  recorder.add_thread(1);
  std::int64_t time = 0;
  const auto run = [&](int calls) {
    for (int i = 0; i < calls; i += 2) {
      recorder.add(enter(f, 0x7000, time, recorder.add_text(std::string(100, 'x'))));
      recorder.add(enter(g, 0x6000, time += i % 1000));
      recorder.add(leave(0x6000, time += i % 1000, recorder.add_text(std::string(100, 'y'))));
      recorder.add(leave(0x7000, ++time));
    }
  };
  run(10'000);
  const auto before = ::mallinfo2().uordblks;  // 0 under a sanitizer
  run(1'000'000);
  CHECK(::mallinfo2().uordblks < before + 10'000);
  CHECK(recorder.tree().nodes().size() == 3);
  CHECK(recorder.calls(f) == 505'000);
}

namespace {

class Chance {
 public:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  // Mostly a low number, so that many records agree, else one near an edge.
  std::uint64_t extreme(std::uint32_t limit) {
    const std::uint64_t edge = below(2) == 0 ? 0 : std::uint64_t{1} << 63;
    return below(8) != 0 ? below(limit) : edge - below(3);
  }

 private:
  std::mt19937 random_{1};
};

RecordBytes hostile_stream(Chance& chance) {
  RecordBytes stream;
  for (int i = 0; i < 60; ++i) {
    stream << Record{.time = static_cast<std::int64_t>(chance.extreme(100)),
                     .frame = chance.extreme(5),
                     .stack = chance.extreme(2),
                     .thread = chance.below(2),
                     .function = chance.below(3),
                     .text = chance.below(30) == 0 ? chance.below(11) : k_no_text,
                     .kind = static_cast<RecordKind>(1 + chance.below(k_record_kinds)),
                     .end = static_cast<End>(chance.below(k_ends))};
  }
  auto& bytes = stream.raw();
  for (std::uint32_t flips = chance.below(3); flips > 1; --flips) {
    bytes[chance.below(static_cast<std::uint32_t>(bytes.size()))] =
        static_cast<std::byte>(chance.below(256));
  }
  if (chance.below(5) == 0) {
    bytes.resize(bytes.size() - chance.below(100));
  }
  return stream;
}

}  // namespace

TEST_CASE("no bytes do harm") {
  constexpr unsigned k_streams = 2000;
  Chance chance;
  unsigned told = 0;
  for (unsigned n = 0; n < k_streams; ++n) {
    Recorder recorder(n % 2 == 0 ? Keep::tree : Keep::calls, 20);
    for (const char* name : {"f", "g", "h"}) {
      recorder.add_function(named(name));
    }
    recorder.add_thread(1);
    recorder.add_thread(2);
    for (int i = 0; i < 10; ++i) {
      recorder.add_text("text");
    }
    const RecordBytes stream = hostile_stream(chance);
    try {
      recorder.add(stream.bytes());
      const Trace trace = recorder.trace(static_cast<std::int64_t>(chance.extreme(200)));
      std::int64_t self = 0;
      for (const auto& row : function_totals(trace.tree, Order::self)) {
        self += row.self;
      }
      CHECK(self == root_time(trace.tree));
    } catch (const Error&) {
      ++told;
    }
  }
  // Both ways are taken.
  CHECK(told > k_streams / 10);
  CHECK(told < k_streams - k_streams / 10);
}
