#include "trace/sample_traces.h"

#include <cstring>

#include "trace/arguments.h"
#include "trace/recorder.h"
#include "trace/recording_file.h"

namespace samples {

namespace trace = pysheeet::trace;
using trace::End;
using trace::RecordKind;

namespace {

class Script {
 public:
  explicit Script(bool keeps_calls)
      : recorder_(keeps_calls ? trace::Keep::calls : trace::Keep::tree, 100000) {
    recorder_.describe("/bin/pro gram", "prof", "breakpoint", 1'700'000'000'000'000'000);
    recorder_.set_cost({250, 12});
    recorder_.set_dropped(3);
  }
  void enter(std::uint32_t thread, std::uint64_t depth, std::uint32_t function, std::int64_t time,
             const std::string& text = "", std::uint64_t stack = 0) {
    add(RecordKind::enter, thread, depth, function, time, End::unknown, text, stack);
  }
  void leave(std::uint32_t thread, std::uint64_t depth, std::int64_t time, End how = End::returned,
             const std::string& text = "", std::uint64_t stack = 0) {
    add(RecordKind::leave, thread, depth, 0, time, how, text, stack);
  }
  trace::Recorder& recorder() { return recorder_; }

 private:
  void add(RecordKind kind, std::uint32_t thread, std::uint64_t depth, std::uint32_t function,
           std::int64_t time, End end, const std::string& text, std::uint64_t stack) {
    trace::Record record{.time = time,
                         .frame = 0x10000000 - depth * 16,
                         .stack = stack,
                         .thread = thread,
                         .function = function,
                         .kind = kind,
                         .end = end};
    record.text = text.empty() ? trace::k_no_text : recorder_.add_text(text);
    recorder_.add(record);
  }

  trace::Recorder recorder_;
};

}  // namespace

trace::Trace two_threads(bool keeps_calls) {
  Script script(keeps_calls);
  trace::Recorder& recorder = script.recorder();
  recorder.add_function({"main", "a.c:3", "/src/a.c", 3, 0x1000, "/bin/program"});
  recorder.add_function({"even(int)", "a.c:10", "/src/a.c", 10, 0x1100, "/bin/program"});
  recorder.add_function({"odd(int)", "b.c:20", "/src/b.c", 20, 0x1200, "/bin/program"});
  recorder.add_function({"leaf", "libx.so", "", 0, 0x1300, "/lib/libx.so"});
  recorder.add_thread(100, "main");
  recorder.add_thread(101);
  const std::string arguments = trace::pack({{"n", "int", "3", 4}});
  script.enter(0, 1, 0, 0);
  script.enter(1, 1, 0, 5000);
  script.enter(0, 2, 1, 10000, arguments);
  script.enter(1, 2, 3, 10000);
  script.enter(1, 1, 3, 15000, "", 77);  // on another stack
  script.leave(1, 1, 18001, End::returned, "", 77);
  script.leave(1, 2, 20001, End::exception);
  script.enter(0, 3, 2, 20000);
  script.enter(1, 2, 3, 20001);
  script.enter(0, 4, 1, 30000);
  script.leave(0, 4, 55001);
  script.leave(0, 3, 60001, End::tail_call);
  script.leave(0, 2, 70001, End::returned, trace::pack({{"", "int", "7", 4}}));
  script.enter(0, 2, 3, 80000);
  script.leave(0, 2, 80000);  // in no time
  script.leave(0, 1, 100001);
  return recorder.trace(50000);
}

trace::Trace hostile(bool keeps_calls) {
  Script script(keeps_calls);
  const std::vector<std::string> names{
      "",           "=cmd(\"x\")", "a;b\nc\td", "\x1b[31mred\x7f", "bad\xff\xc0", "back\\slash",
      "\u202egnat", "(3) a, b"};
  const std::string argument = trace::pack({{"a\"b", "t", "\x1b\xff\n", 1}});
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    script.recorder().add_function({names[i], names[i], names[i], i, i, names[i]});
  }
  script.recorder().add_thread(1, names[2]);
  script.recorder().add_thread(2, names[4]);
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    script.enter(i % 2, 1 + i, i, 100 * i, argument);
  }
  return script.recorder().trace(10000);
}

namespace {

// Calls of one thread, a time for each.
class Calls {
 public:
  Calls(Script& script, std::uint32_t thread) : script_(script), thread_(thread) {}

  enum : std::uint32_t { k_main, k_fib, k_even, k_odd, k_leaf };

  void fib(unsigned n) {
    begin(k_fib);
    if (n > 1) {
      fib(n - 1);
      fib(n - 2);
    } else {
      leaf();
    }
    end();
  }
  // even and odd call each other, and even itself by way of fib.
  void even(unsigned n) {
    begin(n % 2 == 0 ? k_even : k_odd);
    leaf();
    if (n != 0) {
      even(n - 1);
    }
    if (n == 3) {
      begin(k_fib);
      even(2);
      end();
    }
    end();
  }
  void leaf() {
    begin(k_leaf);
    end();
  }
  void begin(std::uint32_t function) { script_.enter(thread_, ++depth_, function, time_ += 1001); }
  void end() { script_.leave(thread_, depth_--, time_ += 507); }

 private:
  Script& script_;
  std::uint32_t thread_;
  std::uint64_t depth_ = 0;
  std::int64_t time_ = 0;
};

}  // namespace

trace::Trace recursion(bool keeps_calls) {
  Script script(keeps_calls);
  for (const char* name : {"main", "fib(int)", "even(int)", "odd(int)", "leaf"}) {
    script.recorder().add_function({name, "r.c:1", "/src/r.c", 1, 0x1000, "/bin/program"});
  }
  script.recorder().add_thread(200, "main");
  script.recorder().add_thread(201, "worker");
  Calls first(script, 0);
  first.begin(Calls::k_main);
  first.fib(5);
  first.even(7);
  first.end();
  Calls second(script, 1);
  second.leaf();
  second.even(4);
  second.fib(3);
  return script.recorder().trace();
}

trace::Trace deep(unsigned levels) {
  Script script(true);
  script.recorder().add_thread(1);
  for (std::uint32_t i = 0; i < levels; ++i) {
    const std::string name = "f" + std::to_string(i % 50);
    script.enter(0, i, script.recorder().add_function({.name = name}), i);
  }
  return script.recorder().trace(2 * static_cast<std::int64_t>(levels));
}

std::string signed_again(std::string bytes) {
  trace::RecordingHeader header;
  if (bytes.size() < sizeof header) {
    return bytes;
  }
  std::memcpy(&header, bytes.data(), sizeof header);
  header.body_size = bytes.size() - sizeof header;
  header.checksum = 0xcbf29ce484222325;
  for (std::size_t i = sizeof header; i < bytes.size(); ++i) {
    header.checksum = (header.checksum ^ static_cast<unsigned char>(bytes[i])) * 0x100000001b3;
  }
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

namespace {

class Text final : public trace::Sink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

}  // namespace

std::string written(void (*write)(const trace::Trace&, trace::Sink&), const trace::Trace& trace) {
  Text sink;
  write(trace, sink);
  return sink.text;
}

std::string json_of(const trace::Trace& trace, std::span<const trace::ListedProbe> probes) {
  Text sink;
  write_json(trace, probes, sink);
  return sink.text;
}

}  // namespace samples
