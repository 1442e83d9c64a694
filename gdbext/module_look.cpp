// The binding of what looks into memory: hex views, search, dumps read back and compared.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/memory_reader.h"
#include "dump/compare.h"
#include "dump/dump_memory.h"
#include "dump/hex_view.h"
#include "dump/search.h"
#include "module.h"
#include "module_mappings.h"

namespace py = pybind11;

namespace pysheeet {

void bind_look(py::module_& m) {
  m.def("hex_lines", &dump::hex_lines, py::arg("reader"), py::arg("address"), py::arg("size"),
        py::call_guard<py::gil_scoped_release>(), "16 bytes a line (dump/hex_view.h).");
  m.def(
      "search",
      [](MemoryReader& reader, const Mapping& mapping, const std::vector<py::bytes>& wanted,
         const py::function& found, const py::function& progress) {
        const std::vector<std::string> needles(wanted.begin(), wanted.end());
        const auto tell = python_progress(found);
        const auto told = python_progress(progress);
        const py::gil_scoped_release release;
        dump::search(reader, mapping, needles, tell, told);
      },
      py::arg("reader"), py::arg("mapping"), py::arg("needles"), py::arg("found"),
      py::arg("progress"), "Call found(address) for each match (dump/search.h).");
  using dump::DumpMemory;
  py::class_<DumpMemory, MemoryReader>(m, "DumpMemory", "A dump read back (dump/dump_memory.h).")
      .def(py::init([](const py::object& path) {
             return std::make_unique<DumpMemory>(text_bytes(path));
           }),
           py::arg("path"))
      .def("mappings", &DumpMemory::mappings)
      .def(
          "verify",
          [](DumpMemory& self, std::size_t i, const py::function& progress) {
            const auto told = python_progress(progress);
            const py::gil_scoped_release release;
            return self.verify(i, told);
          },
          py::arg("i"), py::arg("progress"));
  py::enum_<dump::Difference>(m, "Difference", "Of two memories (dump/compare.h).")
      .value("CHANGED", dump::Difference::changed)
      .value("LOST", dump::Difference::lost)
      .value("GAINED", dump::Difference::gained);
  m.def(
      "compare",
      [](MemoryReader& before, MemoryReader& after, std::uint64_t start, std::uint64_t end,
         const py::function& found, const py::function& progress) {
        const auto tell = [&found](std::uint64_t from, std::uint64_t to, dump::Difference kind) {
          const py::gil_scoped_acquire acquire;
          check_signals();
          found(from, to, kind);
        };
        const auto told = python_progress(progress);
        const py::gil_scoped_release release;
        dump::compare(before, after, start, end, tell, told);
      },
      py::arg("before"), py::arg("after"), py::arg("start"), py::arg("end"), py::arg("found"),
      py::arg("progress"), "Call found(start, end, Difference) for each (dump/compare.h).");
}

}  // namespace pysheeet
