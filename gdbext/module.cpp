// The Python binding: each entry parses, makes one call and translates. Nothing else lives here.
#include <pybind11/pybind11.h>

#include "core/error.h"
#include "core/text.h"
#include "posix/format.h"

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

pysheeet::posix::Fields integer_fields(const py::dict& values) {
  using pysheeet::posix::Integer;
  pysheeet::posix::Fields fields;
  for (const auto& [path, value] : values) {
    const bool negative = value < py::int_(0);
    fields[path.cast<std::string>()] = negative ? Integer::of_signed(value.cast<std::int64_t>())
                                                : Integer::of_unsigned(value.cast<std::uint64_t>());
  }
  return fields;
}

void bind_posix(py::module_& m) {
  namespace posix = pysheeet::posix;
  m.def(
      "struct_text",
      [](const std::string& name, const py::dict& values, bool utc) {
        const posix::Fields fields = integer_fields(values);
        const py::gil_scoped_release release;  // names may come from the network
        return posix::struct_text(
            name, fields,
            {utc ? posix::Zone::k_utc : posix::Zone::k_local, posix::host_accounts()});
      },
      py::arg("name"), py::arg("values"), py::arg("utc"),
      "The text of a POSIX struct from its integer members by path (posix/format.h).");
}

}  // namespace

PYBIND11_MODULE(native, m) {
  m.doc() = "The compiled half of pysheeet for GDB.";
  bind_core(m);
  bind_posix(m);
}
