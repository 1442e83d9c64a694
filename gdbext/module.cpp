// The Python binding: each entry parses, makes one call and translates. Nothing else lives here.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string_view>
#include <tuple>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "posix/format.h"
#include "trace/call_log.h"
#include "trace/stack_regions.h"

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

// A place as Python passes it: (thread, stack, frame address).
using PlaceTuple = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;

pysheeet::trace::Place place_of(const PlaceTuple& place) {
  return {std::get<0>(place), std::get<1>(place), std::get<2>(place)};
}

void bind_trace(py::module_& m) {
  namespace trace = pysheeet::trace;
  py::enum_<trace::End>(m, "End", "How a call came to its end (trace/call_stacks.h).")
      .value("RETURNED", trace::End::returned)
      .value("TAIL_CALL", trace::End::tail_call)
      .value("EXCEPTION", trace::End::exception)
      .value("LONGJMP", trace::End::longjmp)
      .value("THREAD_END", trace::End::thread_end)
      .value("EXIT", trace::End::exit)
      .value("OPEN", trace::End::open);
  using Log = trace::CallLog;
  py::class_<Log>(m, "CallLog", "The calls of a run (trace/call_log.h).")
      .def(py::init<>())
      .def("begin",
           [](Log& log, const PlaceTuple& place, std::string_view function, std::string text,
              std::int64_t time) {
             return log.begin(place_of(place), function, std::move(text), time);
           })
      .def("left", [](Log& log, const PlaceTuple& place, std::int64_t time,
                      trace::End how) { return log.left(place_of(place), time, how); })
      .def("unwound", [](Log& log, const PlaceTuple& place, std::int64_t time,
                         trace::End how) { return log.unwound(place_of(place), time, how); })
      .def("unwinding", &Log::unwinding)
      .def("finish", &Log::finish)
      .def("table", &Log::table);
  py::class_<trace::StackRegions>(m, "StackRegions", "Which stack (trace/stack_regions.h).")
      .def(py::init<pid_t>(), py::arg("pid"))
      .def("stack_of", &trace::StackRegions::stack_of);
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
  bind_trace(m);
  bind_posix(m);
}
