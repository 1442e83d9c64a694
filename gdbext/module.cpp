// The Python binding: each entry parses, makes one call and translates. Nothing else lives here.
#include <pybind11/pybind11.h>

#include <exception>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "json/excerpt.h"
#include "json/format.h"

namespace py = pybind11;

namespace {

// The bytes of a str or bytes object. gdb hands out undecodable bytes as lone surrogates.
std::string text_bytes(const py::object& text) {
  if (py::isinstance<py::bytes>(text)) {
    return text.cast<std::string>();
  }
  return text.attr("encode")("utf-8", "surrogateescape").cast<std::string>();
}

py::handle bind_core(py::module_& m) {
  const py::handle error = py::register_exception<pysheeet::Error>(m, "Error");
  m.def(
      "escape", [](const py::object& text) { return pysheeet::escape(text_bytes(text)); },
      py::arg("text"), "Text (str or bytes) made safe for a terminal, as one line (core/text.h).");
  return error;
}

// Python notices Ctrl-C only between its own instructions.
void check_signals() {
  if (PyErr_CheckSignals() != 0) {
    throw py::error_already_set();
  }
}

class PythonSink final : public pysheeet::json::Sink {
 public:
  explicit PythonSink(py::function function) : function_(std::move(function)) {}

  void write(std::string_view piece) override {
    const py::gil_scoped_acquire gil;
    check_signals();
    function_(py::str(piece.data(), piece.size()));
  }
  void checkpoint() override {
    const py::gil_scoped_acquire gil;
    check_signals();
  }

 private:
  py::function function_;
};

void bind_json(py::module_& m, py::handle error) {
  using pysheeet::json::JsonError;
  static py::object json_error;
  json_error = py::exception<JsonError>(m, "JsonError", error);
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) {
        std::rethrow_exception(std::move(thrown));
      }
    } catch (const JsonError& e) {
      const py::object raised = json_error(e.what());
      raised.attr("offset") = e.offset();
      PyErr_SetObject(json_error.ptr(), raised.ptr());
    }
  });
  m.def(
      "format_json",
      [](const py::bytes& text, bool styled, const py::function& write) {
        const std::string_view json = text;
        PythonSink sink(write);
        const py::gil_scoped_release no_gil;
        pysheeet::json::format(json, {.styled = styled}, sink);
      },
      py::arg("text"), py::arg("styled"), py::arg("write"),
      "Pass a JSON text (UTF-8) in jq's layout to write, piece by piece. Raises JsonError, whose "
      "offset is that of the byte that is wrong, before anything is written (json/format.h).");
  m.def(
      "excerpt",
      [](const py::bytes& text, std::size_t offset, bool ascii) {
        return pysheeet::json::excerpt(std::string_view(text), offset, {.ascii = ascii});
      },
      py::arg("text"), py::arg("offset"), py::arg("ascii"),
      "The text around offset and a caret below it: two lines (json/excerpt.h).");
}

}  // namespace

PYBIND11_MODULE(native, m) {
  m.doc() = "The compiled half of pysheeet for GDB.";
  const py::handle error = bind_core(m);
  bind_json(m, error);
}
