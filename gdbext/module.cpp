// The Python binding: each entry parses, makes one call and translates. Nothing else lives here and
// in the other module*.cpp.
#include "module.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstddef>
#include <exception>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "json/excerpt.h"
#include "json/format.h"
#include "posix/format.h"
#include "trace/call_lines.h"
#include "trace/exports.h"
#include "trace/recorder.h"
#include "trace/recording_file.h"
#include "trace/reports.h"
#include "trace/stack_regions.h"

namespace py = pybind11;

namespace {

using pysheeet::check_signals;
using pysheeet::text_bytes;
using pysheeet::text_object;

py::handle bind_core(py::module_& m) {
  const py::handle error = py::register_exception<pysheeet::Error>(m, "Error");
  m.def(
      "escape", [](const py::object& text) { return pysheeet::escape(text_bytes(text)); },
      py::arg("text"), "Text (str or bytes) made safe for a terminal, as one line (core/text.h).");
  return error;
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

// Called in every stop of the breakpoint engine: plain numbers, no objects.
void add_record(pysheeet::trace::Recorder& recorder, std::uint8_t kind, std::uint32_t thread,
                std::uint64_t stack, std::uint64_t frame, std::uint32_t function, std::int64_t time,
                std::uint8_t end, std::uint32_t text) {
  recorder.add({.time = time,
                .frame = frame,
                .stack = stack,
                .thread = thread,
                .function = function,
                .text = text,
                .kind = static_cast<pysheeet::trace::RecordKind>(kind),
                .end = static_cast<pysheeet::trace::End>(end)});
}

using RecorderClass = py::class_<pysheeet::trace::Recorder>;

void bind_descriptions(RecorderClass& recorder) {
  using pysheeet::trace::Recorder;
  recorder
      .def(
          "describe",
          [](Recorder& self, const py::object& program, std::string command, std::string engine,
             std::int64_t began) {
            self.describe(text_bytes(program), std::move(command), std::move(engine), began);
          },
          py::arg("program"), py::arg("command"), py::arg("engine"), py::arg("began"))
      .def(
          "set_clock",
          [](Recorder& self, std::int64_t origin, double nanoseconds_per_tick) {
            self.set_clock({origin, nanoseconds_per_tick});
          },
          py::arg("origin"), py::arg("nanoseconds_per_tick") = 1.0)
      .def(
          "set_cost",
          [](Recorder& self, std::int64_t per_call, std::int64_t left) {
            self.set_cost({per_call, left});
          },
          py::arg("per_call"), py::arg("left"))
      .def("set_dropped", &Recorder::set_dropped, py::arg("records"))
      .def("set_listener", &Recorder::set_listener, py::arg("listener").none(true),
           py::keep_alive<1, 2>());
}

void bind_recording(RecorderClass& recorder) {
  using pysheeet::trace::Recorder;
  recorder
      .def(
          "add_function",
          [](Recorder& self, const py::object& name, const py::object& place,
             const py::object& file, std::uint32_t line, std::uint64_t address,
             const py::object& module) {
            return self.add_function({text_bytes(name), text_bytes(place), text_bytes(file), line,
                                      address, text_bytes(module)});
          },
          py::arg("name"), py::arg("place") = "", py::arg("file") = "", py::arg("line") = 0,
          py::arg("address") = 0, py::arg("module") = "")
      .def(
          "add_thread",
          [](Recorder& self, std::uint64_t id, const py::object& name) {
            return self.add_thread(id, text_bytes(name));
          },
          py::arg("id"), py::arg("name") = "")
      .def(
          "add_text",
          [](Recorder& self, const py::object& text) { return self.add_text(text_bytes(text)); },
          py::arg("text"))
      .def("add", &add_record, py::arg("kind"), py::arg("thread"), py::arg("stack"),
           py::arg("frame"), py::arg("function"), py::arg("time"), py::arg("end") = 0,
           py::arg("text") = pysheeet::trace::k_no_text)
      .def(
          "add_bytes",
          [](Recorder& self, const py::buffer& records) {
            const py::buffer_info bytes = records.request();
            const py::gil_scoped_release no_gil;
            self.add(
                std::as_bytes(std::span(static_cast<const char*>(bytes.ptr),
                                        static_cast<std::size_t>(bytes.size * bytes.itemsize))));
          },
          py::arg("records"))
      .def("count_only", &Recorder::count_only, py::arg("function"))
      .def("abandon", &Recorder::abandon, py::arg("function"), py::arg("how"),
           py::arg("now") = Recorder::k_no_time)
      .def("finish", &Recorder::finish, py::arg("time"), py::arg("how"))
      .def("calls", &Recorder::calls, py::arg("function"))
      .def("function_names",
           [](const Recorder& self) {
             std::vector<py::str> names;
             for (const pysheeet::trace::Function& function : self.functions()) {
               names.push_back(text_object(function.name));
             }
             return names;
           })
      .def("time", &Recorder::time, py::arg("function"))
      .def("open_calls", &Recorder::open_calls)
      .def("losses", &Recorder::losses)
      .def("trace", &Recorder::trace, py::arg("now") = Recorder::k_no_time,
           py::call_guard<py::gil_scoped_release>());
}

void bind_recorder(py::module_& m) {
  namespace trace = pysheeet::trace;
  py::class_<trace::Losses>(m, "Losses", "What is not in the numbers (trace/trace.h).")
      .def_readonly("dropped", &trace::Losses::dropped)
      .def_readonly("unpaired", &trace::Losses::unpaired)
      .def_readonly("unkept", &trace::Losses::unkept);
  const py::class_<trace::Trace> decoded(m, "Trace", "A recording decoded (trace/trace.h).");
  const py::class_<trace::CallListener> listener(m, "CallListener",
                                                 "Is told of calls (trace/call_listener.h).");
  py::enum_<trace::Keep>(m, "Keep", "What is kept of calls (trace/recorder.h).")
      .value("TREE", trace::Keep::tree)
      .value("CALLS", trace::Keep::calls);
  RecorderClass recorder(m, "Recorder", "A recording while it is made (trace/recorder.h).");
  recorder.def(py::init<trace::Keep, std::uint64_t>(), py::arg("keep"), py::arg("most_calls") = 0);
  bind_descriptions(recorder);
  bind_recording(recorder);
}

void bind_reports(py::module_& m) {
  namespace trace = pysheeet::trace;
  using trace::CallLines;
  py::enum_<trace::Order>(m, "Order", "What functions are sorted by (trace/totals.h).")
      .value("SELF", trace::Order::self)
      .value("TOTAL", trace::Order::total)
      .value("CALLS", trace::Order::calls)
      .value("MAXIMUM", trace::Order::maximum);
  m.def(
      "trace_table",
      [](const trace::Trace& trace, trace::Order order, std::size_t rows, bool by_thread) {
        return text_object(table(trace, order, rows, by_thread));
      },
      py::arg("trace"), py::arg("order"), py::arg("rows"), py::arg("by_thread"),
      "A row a function, as text (trace/reports.h).");
  m.def(
      "trace_tree",
      [](const trace::Trace& trace, bool by_thread) {
        return text_object(tree_text(trace, by_thread));
      },
      py::arg("trace"), py::arg("by_thread"), "The call paths as text (trace/reports.h).");
  m.def(
      "trace_function",
      [](const trace::Trace& trace, const py::object& name) {
        return text_object(function_text(trace, text_bytes(name)));
      },
      py::arg("trace"), py::arg("name"), "One function, as text (trace/reports.h).");
  m.def(
      "trace_totals",
      [](const trace::Trace& trace, const py::object& name) {
        const trace::CallsAndTime totals = totals_of(trace, text_bytes(name));
        return std::pair(totals.calls, totals.time);
      },
      py::arg("trace"), py::arg("name"), "(calls, ns) of a function (trace/reports.h).");
  py::enum_<CallLines::Layout>(m, "Layout", "How calls are told (trace/call_lines.h).")
      .value("REACHED", CallLines::Layout::reached)
      .value("COSTS", CallLines::Layout::costs)
      .value("GRAPH", CallLines::Layout::graph);
  py::class_<CallLines, trace::CallListener>(m, "CallLines", "Calls as text (trace/call_lines.h).")
      .def(py::init<const trace::Recorder&, CallLines::Layout, std::uint64_t>(),
           py::arg("recorder"), py::arg("layout"), py::arg("most_lines"))
      .def("hide", &CallLines::hide, py::arg("function"))
      .def("flush", &CallLines::flush)
      .def("take", [](CallLines& self) { return text_object(self.take()); });
}

class TextSink final : public pysheeet::trace::Sink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

std::vector<pysheeet::trace::ListedProbe> listed_probes(const py::list& probes) {
  std::vector<pysheeet::trace::ListedProbe> listed;
  for (const py::handle& probe : probes) {
    const auto [number, location, condition, enabled, count] =
        probe.cast<std::tuple<std::uint64_t, py::object, py::object, bool, std::uint64_t>>();
    listed.push_back({number, text_bytes(location), text_bytes(condition), enabled, count});
  }
  return listed;
}

void bind_exports(py::module_& m) {
  namespace trace = pysheeet::trace;
  m.def(
      "trace_formats",
      [] {
        std::vector<std::pair<std::string, std::string>> told;
        for (const trace::Format& format : trace::formats()) {
          told.emplace_back(format.ending, format.what);
        }
        return told;
      },
      "[(ending, what it is)] of the files that save_trace() makes.");
  m.def(
      "save_trace",
      [](const trace::Trace& trace, const py::object& path, bool replace) {
        const std::string name = text_bytes(path);
        const py::gil_scoped_release no_gil;
        save(trace, name, replace);
      },
      py::arg("trace"), py::arg("path"), py::arg("replace"), "To a file (trace/exports.h).");
  m.def(
      "trace_json",
      [](const trace::Trace& trace, const py::list& probes) {
        TextSink sink;
        write_json(trace, listed_probes(probes), sink);
        return sink.text;
      },
      py::arg("trace"), py::arg("probes"),
      "All of it as one line; probes: [(number, location, condition, enabled, count)]"
      " (trace/exports.h).");
  m.def(
      "read_recording",
      [](const py::object& path) {
        const std::string name = text_bytes(path);
        const py::gil_scoped_release no_gil;
        return trace::load_recording(name);
      },
      py::arg("path"), "The Trace in a file (trace/recording_file.h).");
}

void bind_trace(py::module_& m) {
  namespace trace = pysheeet::trace;
  py::enum_<trace::End>(m, "End", "How a call came to its end (trace/record.h).")
      .value("RETURNED", trace::End::returned)
      .value("TAIL_CALL", trace::End::tail_call)
      .value("EXCEPTION", trace::End::exception)
      .value("LONGJMP", trace::End::longjmp)
      .value("THREAD_END", trace::End::thread_end)
      .value("EXIT", trace::End::exit)
      .value("EXEC", trace::End::exec)
      .value("OPEN", trace::End::open)
      .value("UNKNOWN", trace::End::unknown)
      .value("NOT_TIMED", trace::End::not_timed);
  py::enum_<trace::RecordKind>(m, "RecordKind", "What a record tells (trace/record.h).")
      .value("ENTER", trace::RecordKind::enter)
      .value("LEAVE", trace::RecordKind::leave)
      .value("ARRIVE", trace::RecordKind::arrive)
      .value("UNWOUND", trace::RecordKind::unwound)
      .value("UNWINDING", trace::RecordKind::unwinding)
      .value("THREAD_END", trace::RecordKind::thread_end)
      .value("FINISH", trace::RecordKind::finish)
      .value("HIT", trace::RecordKind::hit)
      .value("SEEN", trace::RecordKind::seen);
  py::class_<trace::StackRegions>(m, "StackRegions", "Which stack (trace/stack_regions.h).")
      .def(py::init<pid_t>(), py::arg("pid"))
      .def("stack_of", &trace::StackRegions::stack_of);
}

pysheeet::posix::Fields fields_of(const py::dict& values) {
  using pysheeet::posix::Integer;
  pysheeet::posix::Fields fields;
  for (const auto& [path, value] : values) {
    auto& field = fields[path.cast<std::string>()];
    if (py::isinstance<py::bytes>(value)) {
      field = value.cast<std::string>();
    } else if (value < py::int_(0)) {
      field = Integer::of_signed(value.cast<std::int64_t>());
    } else {
      field = Integer::of_unsigned(value.cast<std::uint64_t>());
    }
  }
  return fields;
}

void bind_posix(py::module_& m) {
  namespace posix = pysheeet::posix;
  m.def(
      "struct_text",
      [](const std::string& name, const py::dict& values, bool utc) {
        const posix::Fields fields = fields_of(values);
        const py::gil_scoped_release release;  // names may come from the network
        return posix::struct_text(
            name, fields,
            {utc ? posix::Zone::k_utc : posix::Zone::k_local, posix::host_accounts()});
      },
      py::arg("name"), py::arg("values"), py::arg("utc"),
      "The text of a POSIX struct from its members, int or bytes, by path (posix/format.h).");
}

}  // namespace

PYBIND11_MODULE(native, m) {
  m.doc() = "The compiled half of pysheeet for GDB.";
  const py::handle error = bind_core(m);
  pysheeet::bind_memory(m);
  pysheeet::bind_dump(m);
  pysheeet::bind_look(m);
  bind_json(m, error);
  bind_posix(m);
  bind_trace(m);
  bind_recorder(m);
  bind_reports(m);
  bind_exports(m);
}
