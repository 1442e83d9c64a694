// The Python binding: each entry parses, makes one call and translates. Nothing else lives here.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "core/error.h"
#include "core/text.h"
#include "trace/call_stacks.h"
#include "trace/profile.h"
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

void bind_trace(py::module_& m) {
  namespace trace = pysheeet::trace;
  py::enum_<trace::End>(m, "End", "How a call came to its end (trace/call_stacks.h).")
      .value("RETURNED", trace::End::returned)
      .value("TAIL_CALL", trace::End::tail_call)
      .value("EXCEPTION", trace::End::exception)
      .value("LONGJMP", trace::End::longjmp)
      .value("THREAD_END", trace::End::thread_end)
      .value("EXIT", trace::End::exit)
      .value("UNKNOWN", trace::End::unknown)
      .def_property_readonly("text", &trace::name_of)
      .def_property_readonly("is_timed", &trace::is_timed);
  py::class_<trace::Call>(m, "Call", "A call that is over (trace/call_stacks.h).")
      .def_readonly("id", &trace::Call::id)
      .def_readonly("function", &trace::Call::function)
      .def_readonly("how", &trace::Call::how)
      .def_property_readonly("duration", &trace::Call::duration);

  using Place = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;
  const auto place_of = [](const Place& p) {
    return trace::Place{std::get<0>(p), std::get<1>(p), std::get<2>(p)};
  };
  using Stacks = trace::CallStacks;
  py::class_<Stacks>(m, "CallStacks", "The open calls of every thread (trace/call_stacks.h).")
      .def(py::init<>())
      .def("enter",
           [place_of](Stacks& s, const Place& p, std::uint64_t id, std::uint32_t function,
                      std::int64_t time) { return s.enter(place_of(p), id, function, time); })
      .def("leave", [place_of](Stacks& s, const Place& p, std::int64_t time,
                               trace::End how) { return s.leave(place_of(p), time, how); })
      .def("unwind", [place_of](Stacks& s, const Place& p, std::int64_t time,
                                trace::End how) { return s.unwind(place_of(p), time, how); })
      .def("unwinding", &Stacks::unwinding)
      .def("end_thread", &Stacks::end_thread)
      .def("end_all", &Stacks::end_all);
  py::class_<trace::Profile>(m, "Profile", "What calls add up to (trace/profile.h).")
      .def(py::init<>())
      .def("add", &trace::Profile::add)
      .def("table", &trace::Profile::table, py::arg("names"))
      .def("untimed", &trace::Profile::untimed_text);
  py::class_<trace::StackRegions>(m, "StackRegions", "Which stack (trace/stack_regions.h).")
      .def(py::init<pid_t>(), py::arg("pid"))
      .def("stack_of", &trace::StackRegions::stack_of);
}

}  // namespace

PYBIND11_MODULE(native, m) {
  m.doc() = "The compiled half of pysheeet for GDB.";
  bind_core(m);
  bind_trace(m);
}
