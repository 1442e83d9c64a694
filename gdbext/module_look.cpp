// The binding of what looks into memory: hex views, search.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <vector>

#include "core/memory_reader.h"
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
}

}  // namespace pysheeet
