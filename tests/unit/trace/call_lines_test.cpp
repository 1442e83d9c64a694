#include "trace/call_lines.h"

#include "catch.h"

using pysheeet::trace::CallLines;
using pysheeet::trace::End;
using pysheeet::trace::Function;
using pysheeet::trace::Keep;
using pysheeet::trace::pack;
using pysheeet::trace::Record;
using pysheeet::trace::Recorder;
using pysheeet::trace::RecordKind;

namespace {

// One thread, with f(int) and g() known.
class Session {
 public:
  explicit Session(CallLines::Layout layout, std::uint64_t most = 1000)
      : lines_(recorder_, layout, most) {
    recorder_.add_thread(4321);
    recorder_.add_function({.name = "f(int)", .place = "a.c:3"});
    recorder_.add_function({.name = "g", .place = "a.c:9"});
    recorder_.set_listener(&lines_);
  }

  void enter(std::uint32_t function, std::uint64_t frame, std::int64_t time, int n = -1) {
    const std::string text =
        n < 0 ? "" : pack({{"n", "int", std::to_string(n), 4}, {"#1", "", "main at a.c:20", 0}});
    add(RecordKind::enter, function, frame, time, End::unknown, text);
  }
  void leave(std::uint64_t frame, std::int64_t time, End how = End::returned,
             const std::string& value = "") {
    add(RecordKind::leave, 0, frame, time, how, value.empty() ? "" : pack({{"", "int", value, 0}}));
  }
  void hit(std::uint32_t function, std::int64_t time) {
    add(RecordKind::hit, function, 0, time, End::not_timed, pack({{"n", "int", "7", 4}}));
  }
  std::string told() {
    lines_.flush();
    return lines_.take();
  }
  CallLines& lines() { return lines_; }
  Recorder& recorder() { return recorder_; }

 private:
  void add(RecordKind kind, std::uint32_t function, std::uint64_t frame, std::int64_t time, End end,
           const std::string& text) {
    Record record{.time = time, .frame = frame, .function = function, .kind = kind, .end = end};
    record.text = text.empty() ? 0 : recorder_.add_text(text);
    recorder_.add(record);
  }

  Recorder recorder_{Keep::calls, 100};
  CallLines lines_;
};

}  // namespace

TEST_CASE("calls are told as they are reached, with their results as they end") {
  Session session(CallLines::Layout::reached);
  session.enter(0, 0x7000, 1000, 3);
  session.enter(1, 0x6000, 2000);
  session.leave(0x6000, 3500, End::exception);
  session.leave(0x7000, 5000, End::returned, "42");
  session.hit(1, 6000);
  CHECK(session.told() ==
        "f(int) @ a.c:3\n\tn(int: 3) [4]\n\t#1  main at a.c:20\n"
        "g @ a.c:9\n"
        "g => ended by an exception (1.50 us)\n"
        "f(int) => 42 (4.00 us)\n"
        "g @ a.c:9\n\tn(int: 7) [4]\n");
}

TEST_CASE("costs are told as calls end") {
  Session session(CallLines::Layout::costs);
  session.enter(0, 0x7000, 1000, 3);
  session.enter(1, 0x6000, 2000);
  CHECK(session.told().empty());
  session.leave(0x6000, 3500, End::tail_call);
  session.leave(0x7000, 5000, End::returned, "42");
  CHECK(session.told() ==
        "g @ a.c:9\n\tCost: 0.000001500 (ended by a tail call)\n"
        "f(int) @ a.c:3\n\tn: 3 [int]\n\t#1  main at a.c:20\n\tReturned: 42 [int]\n"
        "\tCost: 0.000004000\n");
}

TEST_CASE("the graph nests calls and keeps a leaf on its line") {
  Session session(CallLines::Layout::graph);
  session.enter(0, 0x7000, 1000, 3);
  session.enter(1, 0x6000, 2000);
  session.leave(0x6000, 3500, End::longjmp);
  session.hit(1, 4000);
  session.leave(0x7000, 5000, End::returned, "42");
  session.enter(1, 0x7000, 6000);
  CHECK(session.told() ==
        "           | f(n=3) {\n"
        "   1.50 us |   g(); /* ended by longjmp */\n"
        "           |   g(n=7);\n"
        "   4.00 us | } = 42; /* f */\n"
        "           | g() {\n");
}

TEST_CASE("the graph names the thread where there are several") {
  Session session(CallLines::Layout::graph);
  session.recorder().add_thread(77);
  session.enter(1, 0x7000, 1000);
  session.leave(0x7000, 2000);
  CHECK(session.told() == "   1.00 us [   4321] | g();\n");
}

TEST_CASE("a limit ends the lines between calls, and is told once") {
  Session session(CallLines::Layout::reached, 4);
  for (int i = 0; i < 3; ++i) {
    session.enter(0, 0x7000, 1000 + i, i);
    session.leave(0x7000, 1000 + i, End::returned, "1");
  }
  CHECK(session.told() ==
        "f(int) @ a.c:3\n\tn(int: 0) [4]\n\t#1  main at a.c:20\nf(int) => 1 (0 ns)\n"
        "These were 4 lines (`set pysheeet lines'); calls go on being counted.\n");
}

TEST_CASE("hidden functions are not told, and hostile names are escaped") {
  Session session(CallLines::Layout::reached);
  session.lines().hide(0);
  session.enter(0, 0x7000, 1000, 3);
  session.leave(0x7000, 1500);
  CHECK(session.told().empty());
  const std::uint32_t evil = session.recorder().add_function({.name = "e\033[31m", .place = "x\n"});
  session.enter(evil, 0x7000, 2000);
  CHECK(session.told() == "e\\e[31m @ x\\n\n");
}
