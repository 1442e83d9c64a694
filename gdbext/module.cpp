// The Python binding: each entry parses, makes one call and translates. Nothing else lives here.
#include <pybind11/pybind11.h>

#include "core/error.h"
#include "core/text.h"

namespace py = pybind11;

namespace {

// The bytes of a str or bytes object. gdb hands out undecodable bytes as lone surrogates.
std::string text_bytes(const py::object& text) {
  if (py::isinstance<py::bytes>(text)) {
    return text.cast<std::string>();
  }
  return text.attr("encode")("utf-8", "surrogateescape").cast<std::string>();
}

void bind_core(py::module_& m) {
  py::register_exception<pysheeet::Error>(m, "Error");
  m.def(
      "escape", [](const py::object& text) { return pysheeet::escape(text_bytes(text)); },
      py::arg("text"), "Text (str or bytes) made safe for a terminal, as one line (core/text.h).");
}

}  // namespace

PYBIND11_MODULE(native, m) {
  m.doc() = "The compiled half of pysheeet for GDB.";
  bind_core(m);
}
