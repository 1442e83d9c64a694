// recording_corpus DIRECTORY: writes recordings for libFuzzer to begin with.
#include <cstdio>
#include <string>

#include "core/error.h"
#include "trace/sample_traces.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: recording_corpus DIRECTORY\n", stderr);
    return 2;
  }
  int number = 0;
  try {
    for (const auto& trace :
         {samples::two_threads(true), samples::two_threads(false), samples::hostile(true),
          samples::deep(5), samples::deep(1), pysheeet::trace::Trace{}}) {
      const std::string name = std::string(argv[1]) + "/" + std::to_string(++number) + ".psr";
      pysheeet::trace::save(trace, name, true);
    }
  } catch (const pysheeet::Error& error) {
    std::fprintf(stderr, "recording_corpus: %s\n", error.what());
    return 1;
  }
  return 0;
}
