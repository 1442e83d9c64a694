#include "trace/exports.h"

#include <sys/resource.h>
#include <zlib.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "catch.h"
#include "core/error.h"
#include "scratch_directory.h"
#include "trace/export_text.h"
#include "trace/sample_traces.h"
#include "trace/totals.h"

using nlohmann::json;
using pysheeet::Error;
using pysheeet::trace::CallTree;
using pysheeet::trace::format_of;
using pysheeet::trace::root_time;
using pysheeet::trace::Trace;
using samples::deep;
using samples::hostile;
using samples::json_of;
using samples::recursion;
using samples::two_threads;
using samples::written;

namespace trace = pysheeet::trace;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::int64_t folded_sum(const Trace& t) {
  std::int64_t sum = 0;
  for (const std::string& line : lines_of(written(trace::write_folded, t))) {
    sum += std::stoll(line.substr(line.rfind(' ') + 1));
  }
  return sum;
}

// The inflated bytes of a gzip file.
std::string inflated(std::string packed) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK);
  std::string bytes(1 << 22, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  REQUIRE(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return bytes;
}

std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    REQUIRE(!bytes.empty());
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) {
      return number;
    }
  }
}

struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;
  std::string_view bytes;
};

std::vector<Field> fields_of(std::string_view message) {
  std::vector<Field> fields;
  while (!message.empty()) {
    const std::uint64_t key = take_varint(message);
    Field field{.number = key >> 3, .value = take_varint(message), .bytes = {}};
    if ((key & 7) == 2) {
      REQUIRE(field.value <= message.size());
      field.bytes = message.substr(0, field.value);
      message.remove_prefix(field.value);
    } else {
      REQUIRE((key & 7) == 0);
    }
    fields.push_back(field);
  }
  return fields;
}

// The sums of a profile's two values.
std::pair<std::uint64_t, std::uint64_t> pprof_sums(std::string_view profile) {
  std::pair<std::uint64_t, std::uint64_t> sums;
  for (const Field& sample : fields_of(profile)) {
    if (sample.number != 2) {
      continue;
    }
    for (const Field& field : fields_of(sample.bytes)) {
      if (field.number == 2) {
        std::string_view values = field.bytes;
        sums.first += take_varint(values);
        sums.second += take_varint(values);
      }
    }
  }
  return sums;
}

std::uint64_t calls_of(const Trace& t) {
  std::uint64_t calls = 0;
  for (const CallTree::Node& node : t.tree.nodes()) {
    calls += node.durations.calls();
  }
  return calls;
}

// What an evented profile adds up to at its top; checks that it nests and never goes back.
std::int64_t evented_time(const json& profile) {
  std::vector<std::pair<int, std::int64_t>> open;
  std::int64_t now = 0;
  std::int64_t sum = 0;
  for (const json& event : profile["events"]) {
    const auto at = event["at"].get<std::int64_t>();
    CHECK(at >= now);
    now = at;
    if (event["type"] == "O") {
      open.emplace_back(event["frame"].get<int>(), at);
      continue;
    }
    REQUIRE(!open.empty());
    CHECK(open.back().first == event["frame"].get<int>());
    sum += open.size() == 1 ? at - open.back().second : 0;
    open.pop_back();
  }
  CHECK(open.empty());
  CHECK(now <= profile["endValue"].get<std::int64_t>());
  return sum;
}

std::int64_t speedscope_time(const Trace& t) {
  const json file = json::parse(written(trace::write_speedscope, t));
  std::int64_t sum = 0;
  for (const json& profile : file["profiles"]) {
    if (profile["type"] == "evented") {
      sum += evented_time(profile);
      continue;
    }
    CHECK(profile["samples"].size() == profile["weights"].size());
    for (const json& weight : profile["weights"]) {
      sum += weight.get<std::int64_t>();
    }
  }
  return sum;
}

// Slices of a track nest; the outermost ones add up to this, in nanoseconds.
std::int64_t chrome_time(const Trace& t) {
  const json file = json::parse(written(trace::write_chrome, t));
  std::map<int, std::vector<std::pair<std::int64_t, std::int64_t>>> tracks;
  for (const json& event : file["traceEvents"]) {
    if (event["ph"] == "X") {
      const auto begin = std::llround(event["ts"].get<double>() * 1000);
      const auto end = begin + std::llround(event["dur"].get<double>() * 1000);
      tracks[event["tid"].get<int>()].emplace_back(begin, -end);
    }
  }
  std::int64_t sum = 0;
  for (auto& [track, slices] : tracks) {
    std::sort(slices.begin(), slices.end());
    std::vector<std::int64_t> ends;
    for (const auto& [begin, negative_end] : slices) {
      const std::int64_t end = -negative_end;
      while (!ends.empty() && (ends.back() <= begin) && !(ends.back() == begin && end == begin)) {
        ends.pop_back();
      }
      CHECK((ends.empty() || end <= ends.back()));
      sum += ends.empty() ? end - begin : 0;
      ends.push_back(end);
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("every format tells the same time") {
  for (const bool keeps_calls : {false, true}) {
    for (const Trace& t :
         {two_threads(keeps_calls), hostile(keeps_calls), recursion(keeps_calls)}) {
      const std::int64_t whole = root_time(t.tree);
      CHECK(folded_sum(t) == whole);
      CHECK(speedscope_time(t) == whole);
      CHECK(chrome_time(t) == whole);
      const auto sums = pprof_sums(inflated(written(trace::write_pprof, t)));
      CHECK(sums.first == calls_of(t));
      CHECK(sums.second == static_cast<std::uint64_t>(whole));
      const std::string callgrind = written(trace::write_callgrind, t);
      CHECK(callgrind.find("\ntotals: " + std::to_string(whole) + "\n") != std::string::npos);
      std::int64_t self = 0;
      const json told = json::parse(json_of(t));
      for (const json& row : told["functions"]) {
        self += row["self_ns"].get<std::int64_t>();
      }
      CHECK(self == whole);
    }
  }
}

TEST_CASE("what callgrind's readers add up is the table's") {
  for (const Trace& t : {two_threads(false), hostile(false), recursion(false)}) {
    std::map<std::uint64_t, std::int64_t> self;
    std::map<std::uint64_t, std::int64_t> total;  // what callgrind_annotate --inclusive=yes adds up
    std::map<std::uint64_t, std::string> names;
    std::uint64_t caller = 0;
    std::uint64_t callee = 0;
    const std::regex name(R"((fn|cfn)=\((\d+)\)(?: (.*))?)");
    std::smatch found;
    for (const std::string& line : lines_of(written(trace::write_callgrind, t))) {
      if (std::regex_match(line, found, name)) {
        const std::uint64_t number = std::stoull(found[2]);
        (found[1] == "fn" ? caller : callee) = number;
        if (found[1] == "fn") {
          callee = 0;
        }
        if (found[3].matched) {
          names[number] = found[3];
        }
      } else if (std::regex_match(line, found, std::regex(R"(\d+ (\d+))"))) {
        (callee == 0 ? self[caller] : total[callee]) += std::stoll(found[1]);
      }
    }
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> told;
    for (const auto& [number, text] : names) {
      told[text] = {total[number], self[number]};
    }
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> expected{{"(root)", {0, 0}}};
    for (const auto& row : function_totals(t.tree, trace::Order::self)) {
      expected[trace::frame_name(t.functions[row.function])] = {row.total, row.self};
    }
    CHECK(told == expected);
  }
}

TEST_CASE("a limit on the size of files is an error and not a signal") {
  const ScratchDirectory directory;
  rlimit old{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &old) == 0);
  rlimit few = old;
  few.rlim_cur = 16;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &few) == 0);
  CHECK_THROWS_AS(save(two_threads(true), directory / "x.csv", false), Error);
  CHECK(setrlimit(RLIMIT_FSIZE, &old) == 0);
  CHECK(directory.names().empty());
}

TEST_CASE("a slice has the call's arguments, result and end") {
  const json file = json::parse(written(trace::write_chrome, two_threads(true)));
  std::vector<json> told;
  for (const json& event : file["traceEvents"]) {
    if (event["ph"] == "X" && !event["args"].empty()) {
      told.push_back(event["args"]);
    }
  }
  CHECK(std::count(told.begin(), told.end(), json{{"n", "3"}, {"returned", "7"}}) == 1);
  CHECK(std::count(told.begin(), told.end(), json{{"ended", "ended by an exception"}}) == 1);
}

TEST_CASE("nothing hostile gets through") {
  for (const bool keeps_calls : {false, true}) {
    const Trace t = hostile(keeps_calls);
    for (const trace::Format& format : trace::formats()) {
      if (format.ending == ".psr" || format.ending == ".pb.gz") {
        continue;
      }
      const std::string text = written(format.write, t);
      INFO(format.ending);
      CHECK(text.find('\x1b') == std::string::npos);
      CHECK(text.find('\xff') == std::string::npos);
      CHECK(text.find("\u202e") == std::string::npos);
    }
  }
  const std::string csv = written(trace::write_csv, hostile(false));
  CHECK(csv.find("\"'=cmd(\"\"x\"\")\"") != std::string::npos);
  for (const std::string& line : lines_of(written(trace::write_folded, hostile(false)))) {
    CHECK(std::count(line.begin(), line.end(), ';') <= 4);
  }
}

TEST_CASE("recursion of any depth is written, and soon") {
  const Trace t = deep(20000);
  const std::int64_t whole = root_time(t.tree);
  CHECK(folded_sum(t) == whole);
  CHECK(speedscope_time(t) == whole);
  CHECK(json::parse(json_of(t))["functions"].size() == 50);
  CHECK(written(trace::write_folded, t).size() < 60000000);
}

TEST_CASE("an empty trace is a file that says so") {
  const Trace empty;
  CHECK(json::parse(written(trace::write_speedscope, empty))["profiles"].empty());
  CHECK(json::parse(written(trace::write_chrome, empty))["traceEvents"].size() == 1);
  CHECK(json::parse(json_of(empty))["tree"].empty());
  CHECK(written(trace::write_folded, empty).empty());
  CHECK(lines_of(written(trace::write_csv, empty)).size() == 1);
  CHECK(pprof_sums(inflated(written(trace::write_pprof, empty))).first == 0);
}

TEST_CASE("JSON has any bytes that a recording has") {
  Trace trace = recursion(true);
  trace.program = trace.command = trace.engine = "\x8c";
  for (auto& function : trace.functions) {
    function.name = function.place = function.file = "\x8c";
  }
  CHECK(json::parse(json_of(trace))["engine"] == "\\x8c");
}

TEST_CASE("JSON tells the probes") {
  const std::vector<trace::ListedProbe> probes = {{3, "f\n", "n > 1", false, 7},
                                                  {4, "g", "", true, 0}};
  const json told = json::parse(json_of(recursion(true), probes))["probes"];
  CHECK(told[0] == json{{"number", 3},
                        {"location", "f\\n"},
                        {"condition", "n > 1"},
                        {"enabled", false},
                        {"count", 7}});
  CHECK(told[1] == json{{"number", 4}, {"location", "g"}, {"enabled", true}, {"count", 0}});
}

TEST_CASE("a file's ending tells its format") {
  CHECK(format_of("/tmp/a.b/x.speedscope.json").write == trace::write_speedscope);
  CHECK(format_of("callgrind.out.123").write == trace::write_callgrind);
  CHECK(format_of("x.pb.gz").ending == ".pb.gz");
  CHECK_THROWS_WITH(format_of("x\033.json"),
                    "what format x\\e.json is to have is told by its ending: .speedscope.json, "
                    ".trace.json, .callgrind, .folded, .pb.gz, .csv, .psr");
  CHECK_THROWS_AS(format_of(".csv"), Error);
}
