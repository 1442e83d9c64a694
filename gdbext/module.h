#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace pysheeet {

// The bytes of a str or bytes object. gdb hands out undecodable bytes as lone surrogates.
inline std::string text_bytes(const pybind11::object& text) {
  if (pybind11::isinstance<pybind11::bytes>(text)) {
    return text.cast<std::string>();
  }
  return text.attr("encode")("utf-8", "surrogateescape").cast<std::string>();
}

// Text of the program as Python's own file names are: bytes that are no UTF-8 as lone surrogates.
inline pybind11::str text_object(std::string_view text) {
  return pybind11::reinterpret_steal<pybind11::str>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape"));
}

// Ctrl-C becomes Python's KeyboardInterrupt here; a long call has to ask.
inline void check_signals() {
  if (PyErr_CheckSignals() != 0) {
    throw pybind11::error_already_set();
  }
}

// A Python function that is told of progress (bytes done), for a long call without the GIL.
inline auto python_progress(const pybind11::function& show) {
  return [&show](std::uint64_t done) {
    const pybind11::gil_scoped_acquire acquire;
    check_signals();
    show(done);
  };
}

// The parts of the binding that have files of their own.
void bind_memory(pybind11::module_& m);
void bind_dump(pybind11::module_& m);
void bind_look(pybind11::module_& m);

}  // namespace pysheeet
