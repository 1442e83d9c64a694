#include "trace/record.h"

#include "catch.h"
#include "core/error.h"
#include "trace/record_bytes.h"

using pysheeet::Error;
using pysheeet::trace::End;
using pysheeet::trace::fault_of;
using pysheeet::trace::Record;
using pysheeet::trace::RecordKind;
using pysheeet::trace::RecordLimits;
using pysheeet::trace::RecordReader;

namespace {

constexpr RecordLimits k_limits{.threads = 2, .functions = 3, .texts = 4};

std::vector<Record> read(std::span<const std::byte> bytes) {
  RecordReader reader(bytes, k_limits);
  std::vector<Record> records;
  Record record;
  while (reader.next(record)) {
    records.push_back(record);
  }
  return records;
}

std::string error_of(std::span<const std::byte> bytes) {
  try {
    read(bytes);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("records come out of bytes as they went in") {
  RecordBytes stream;
  stream << Record{.time = -5,
                   .frame = 0x7fffffffe000,
                   .stack = 9,
                   .thread = 1,
                   .function = 2,
                   .text = 3,
                   .kind = RecordKind::leave,
                   .end = End::tail_call};
  const auto records = read(stream.bytes());
  REQUIRE(records.size() == 1);
  CHECK(records[0].time == -5);
  CHECK(records[0].frame == 0x7fffffffe000);
  CHECK(records[0].stack == 9);
  CHECK(records[0].thread == 1);
  CHECK(records[0].function == 2);
  CHECK(records[0].text == 3);
  CHECK(records[0].kind == RecordKind::leave);
  CHECK(records[0].end == End::tail_call);
  CHECK(read(RecordBytes().bytes()).empty());
}

TEST_CASE("a header of another kind, version or size is told by its offset") {
  for (const auto& [offset, told] :
       {std::pair{0, "wrong magic at offset 0"}, std::pair{4, "unknown version 254 at offset 4"},
        std::pair{6, "unknown size 215 at offset 6"}}) {
    RecordBytes stream;
    stream.raw()[static_cast<std::size_t>(offset)] ^= std::byte{0xff};
    CHECK(error_of(stream.bytes()) == std::string("records: ") + told);
  }
  CHECK(error_of(RecordBytes().bytes().first(7)) == "records: no header at offset 0");
  CHECK(error_of({}) == "records: no header at offset 0");
}

TEST_CASE("a record with a fault is told by its offset") {
  const Record good{.thread = 1, .function = 2, .text = 3};
  const auto told = [&good](auto change) {
    Record bad = good;
    change(bad);
    RecordBytes stream;
    stream << good << bad;
    return error_of(stream.bytes());
  };
  CHECK(told([](Record&) {}).empty());
  CHECK(told([](Record& r) { r.kind = static_cast<RecordKind>(0); }) ==
        "records: unknown kind 0 at offset 48");
  CHECK(told([](Record& r) { r.kind = static_cast<RecordKind>(10); }) ==
        "records: unknown kind 10 at offset 48");
  CHECK(told([](Record& r) { r.end = static_cast<End>(10); }) ==
        "records: unknown end 10 at offset 48");
  CHECK(told([](Record& r) { r.thread = 2; }) == "records: thread 2 of 2 at offset 48");
  CHECK(told([](Record& r) { r.function = 3; }) == "records: function 3 of 3 at offset 48");
  CHECK(told([](Record& r) { r.text = 4; }) == "records: text 4 of 4 at offset 48");
}

TEST_CASE("numbers that a kind of record has no use for are not looked at") {
  CHECK(fault_of({.thread = 9, .kind = RecordKind::finish}, k_limits).empty());
  CHECK(fault_of({.function = 9, .kind = RecordKind::leave}, k_limits).empty());
  CHECK(fault_of({.text = 0, .kind = RecordKind::unwinding}, {.threads = 1}).empty());
}

TEST_CASE("records that are cut off anywhere are told, or fewer") {
  RecordBytes stream;
  stream << Record{} << Record{.kind = RecordKind::leave};
  for (std::size_t size = 8; size < stream.bytes().size(); ++size) {
    const std::string told = error_of(stream.bytes().first(size));
    const bool is_whole = (size - 8) % sizeof(Record) == 0;
    CHECK(told == (is_whole ? "" : "records: cut off at offset " + std::to_string(size)));
  }
}
