#include "trace/recording_file.h"

#include <fstream>

#include "catch.h"
#include "core/error.h"
#include "scratch_directory.h"
#include "trace/sample_traces.h"

using pysheeet::Error;
using pysheeet::trace::load_recording;
using pysheeet::trace::read_recording;
using pysheeet::trace::RecordingHeader;
using pysheeet::trace::Trace;
using pysheeet::trace::write_recording;
using samples::json_of;
using samples::signed_again;
using samples::written;

namespace {

Trace read(const std::string& bytes) {
  return read_recording(std::as_bytes(std::span(bytes)));
}

// Reads it and, if that can be, writes it in every format.
void use(const std::string& bytes) {
  try {
    const Trace trace = read(bytes);
    for (const pysheeet::trace::Format& format : pysheeet::trace::formats()) {
      written(format.write, trace);
    }
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find(" at offset ") != std::string::npos);
  }
}

}  // namespace

TEST_CASE("a recording comes back as it was") {
  for (const Trace& trace : {samples::two_threads(true), samples::two_threads(false),
                             samples::hostile(true), samples::deep(300), Trace()}) {
    const std::string bytes = written(write_recording, trace);
    const Trace back = read(bytes);
    CHECK(written(write_recording, back) == bytes);
    CHECK(json_of(back) == json_of(trace));
    CHECK(back.calls.size() == trace.calls.size());
  }
}

TEST_CASE("calls that were only counted come back, and more functions than there are do not") {
  Trace trace = samples::two_threads(false);
  trace.unplaced = {2, 7};
  const std::string bytes = written(write_recording, trace);
  CHECK(read(bytes).all_unplaced() == 9);
  CHECK(read(bytes).unplaced_of(1) == 7);
  CHECK(read(bytes).unplaced_of(2) == 0);
  trace.unplaced.resize(trace.functions.size() + 1);
  CHECK_THROWS_WITH(read(written(write_recording, trace)), ContainsSubstring("calls of "));
  trace.unplaced = {std::uint64_t{1} << 62, std::uint64_t{1} << 62};
  CHECK_THROWS_WITH(read(written(write_recording, trace)), ContainsSubstring("do not add up"));
}

TEST_CASE("every truncation is told with its offset") {
  const std::string whole = written(write_recording, samples::two_threads(true));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_THROWS_AS(read(whole.substr(0, size)), Error);
    if (size >= sizeof(RecordingHeader)) {
      const std::string cut = signed_again(whole.substr(0, size));
      CHECK_THROWS_WITH(read(cut), ContainsSubstring(" at offset "));
    }
  }
  CHECK_THROWS_WITH(read(whole + "x"), ContainsSubstring("at offset 0"));
  CHECK_THROWS_WITH(read(signed_again(whole + "x")),
                    ContainsSubstring("more than a recording has"));
}

TEST_CASE("a damaged byte is told, and harmless even with its checksum") {
  const std::string whole = written(write_recording, samples::two_threads(true));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const char flip : {'\x01', '\x80', '\xff'}) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ flip);
      CHECK_THROWS_AS(read(damaged), Error);
      if (i >= sizeof(RecordingHeader)) {
        use(signed_again(damaged));
      }
    }
  }
}

TEST_CASE("a file that is no recording is refused with its name") {
  const ScratchDirectory directory;
  const std::string path = directory / "x.psr";
  CHECK_THROWS_WITH(load_recording(path), ContainsSubstring("x.psr"));
  CHECK_THROWS_WITH(load_recording("/dev/null"), ContainsSubstring("no regular file"));
  std::ofstream(path) << "not a recording, but long enough to have a header";
  CHECK_THROWS_WITH(load_recording(path), path + ": no recording of pysheeet: at offset 0");
  save(samples::two_threads(false), directory / "y.psr", false);
  CHECK(load_recording(directory / "y.psr").functions.size() == 4);
}
