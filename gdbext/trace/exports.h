#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "trace/trace.h"

namespace pysheeet::trace {

// Where the bytes of an export go.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(std::string_view bytes) = 0;

 protected:
  Sink() = default;
  Sink(const Sink&) = default;
  Sink& operator=(const Sink&) = default;
};

// A file format, by the ending of a file's name.
struct Format {
  std::string_view ending;  // ".folded"
  std::string_view what;    // what it is and what reads it, a phrase
  void (*write)(const Trace& trace, Sink& sink);
};

std::span<const Format> formats();

// The format that a file's name stands for; callgrind.out.* is callgrind's own. Throws Error that
// tells the endings there are.
const Format& format_of(std::string_view path);

// Writes a Trace to a new file, which appears under its name when it is whole. replace: instead of
// a file that is there. Throws Error, SystemError.
void save(const Trace& trace, const std::string& path, bool replace);

// The writers. All times are nanoseconds unless the format knows only others; text from the program
// is escaped (core/text.h), so that it is UTF-8 without control characters. Where not all calls
// were kept one by one, formats of events tell the call paths instead.

// speedscope's file format: an evented profile a lane, or a sampled one a thread with the self time
// of each path. https://www.speedscope.app/file-format-schema.json
void write_speedscope(const Trace& trace, Sink& sink);
// Chrome's Trace Event Format, a slice a call, or a flame chart of the call paths; microseconds.
void write_chrome(const Trace& trace, Sink& sink);
// Callgrind Profile Format, version 1 (Valgrind's manual), all threads as one.
void write_callgrind(const Trace& trace, Sink& sink);
// Folded stacks, `a;b;c SELF_TIME` a line; below each thread's name if there are several.
void write_folded(const Trace& trace, Sink& sink);
// pprof's profile.proto, gzipped: calls and self time of each path.
void write_pprof(const Trace& trace, Sink& sink);
// RFC 4180, a row a function as in the table.
void write_csv(const Trace& trace, Sink& sink);

// A probe as the list of a command has it. Text is any bytes.
struct ListedProbe {
  std::uint64_t number = 0;
  std::string location;
  std::string condition;  // empty if it has none
  bool enabled = false;
  std::uint64_t count = 0;  // hits
};

// One JSON object on one line: probes (number, location, condition, enabled, count), program,
// command, engine, duration_ns, threads, functions with the columns of the table (…_ns) and `ended`
// (how calls ended that did not return), tree with all threads as one and up to 100 deep, losses,
// cost. Text is escaped as in the formats above.
void write_json(const Trace& trace, std::span<const ListedProbe> probes, Sink& sink);

}  // namespace pysheeet::trace
