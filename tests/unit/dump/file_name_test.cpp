#include "dump/file_name.h"

#include "catch.h"

using pysheeet::dump::dump_file_name;

namespace {

std::string name_of(const std::string& mapping, const std::string& program = "/usr/bin/prog") {
  return dump_file_name(program, 42, {0x7ff000, 0x800000, "rw-p", 0, mapping});
}

}  // namespace

TEST_CASE("a file name tells program, process, mapping and range") {
  CHECK(name_of("[stack]") == "prog.42.stack.7ff000-800000.bin");
  CHECK(name_of("") == "prog.42.anon.7ff000-800000.bin");
  CHECK(name_of("/usr/lib/libm.so.6") == "prog.42.libm.so.6.7ff000-800000.bin");
  CHECK(dump_file_name("p", 1, {0xffffffffff600000, 0xffffffffff601000, "", 0, "[vsyscall]"}) ==
        "p.1.vsyscall.ffffffffff600000-ffffffffff601000.bin");
}

TEST_CASE("whatever a mapping is called, the file name is harmless") {
  CHECK(name_of("/tmp/a b\nc (deleted)") == "prog.42.a_b_c__deleted_.7ff000-800000.bin");
  CHECK(name_of("[anon:../../etc/x]") == "prog.42.anon_.._.._etc_x.7ff000-800000.bin");
  CHECK(name_of("/x/\x1b[31m\\012$'\"") == "prog.42.__31m_012___.7ff000-800000.bin");
  CHECK(name_of("/grün") == "prog.42.grün.7ff000-800000.bin");
  CHECK(name_of("/\xff\u202ex") == "prog.42.__x.7ff000-800000.bin");
  CHECK(name_of("[") == "prog.42.anon.7ff000-800000.bin");
  CHECK(name_of("/") == "prog.42.anon.7ff000-800000.bin");
}

TEST_CASE("a program's name begins no option and hides no file") {
  CHECK(name_of("", "/-rf").starts_with("_rf.42."));
  CHECK(name_of("", "/..").starts_with("_..42."));
  CHECK(name_of("", "").starts_with("program.42."));
}

TEST_CASE("a file name is never too long") {
  std::string longest;
  for (int i = 0; i < 100; ++i) {
    longest += "木";
  }
  const pysheeet::Mapping mapping{0xfffffffffffff000, 0xffffffffffffffff, "", 0, '/' + longest};
  const std::string name = dump_file_name(longest, 2147483647, mapping);
  CHECK(name.size() <= 255);
  CHECK(name.ends_with(".fffffffffffff000-ffffffffffffffff.bin"));
}
