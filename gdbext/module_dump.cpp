// The binding of dump: what mappings are meant, and their way into files.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <string>
#include <vector>

#include "core/memory_reader.h"
#include "dump/dump.h"
#include "dump/file_name.h"
#include "dump/process_notes.h"
#include "dump/selection.h"
#include "module.h"
#include "module_mappings.h"

namespace py = pybind11;

namespace pysheeet {

namespace {

using dump::Dump;
using dump::DumpOptions;
using dump::DumpReport;
using dump::Selection;

void bind_selection(py::module_& m) {
  py::enum_<Selection::Backing>(m, "Backing", "What is behind a mapping (dump/selection.h).")
      .value("ANY", Selection::Backing::any)
      .value("ANONYMOUS", Selection::Backing::anonymous)
      .value("FILE", Selection::Backing::file);
  py::class_<Selection>(m, "Selection", "Which mappings are meant (dump/selection.h).")
      .def(py::init([](std::string permissions, const std::string& sizes,
                       std::optional<std::uint64_t> address, Selection::Backing backing) {
             const dump::SizeRange range =
                 sizes.empty() ? dump::SizeRange{} : dump::parse_size_range(sizes);
             if (!permissions.empty()) {
               dump::check_permissions(permissions);
             }
             return Selection{std::move(permissions), range.smallest, range.largest, address,
                              backing};
           }),
           py::arg("permissions"), py::arg("sizes"), py::arg("address"), py::arg("backing"))
      .def("selects", &Selection::selects, py::arg("mapping"));
}

void bind_reports(py::module_& m) {
  using dump::Gap;
  py::class_<Gap>(m, "Gap")
      .def_readonly("start", &Gap::start)
      .def_readonly("end", &Gap::end)
      .def_readonly("reason", &Gap::reason);
  py::class_<DumpReport>(m, "DumpReport", "What became of a mapping (dump/dump.h).")
      .def_property_readonly("files",
                             [](const DumpReport& self) {
                               std::vector<py::str> names;
                               for (const std::string& file : self.files) {
                                 names.push_back(text_object(file));
                               }
                               return names;
                             })
      .def_readonly("size", &DumpReport::size)
      .def_readonly("captured", &DumpReport::captured)
      .def_readonly("holes", &DumpReport::holes)
      .def_readonly("in_file", &DumpReport::in_file)
      .def_readonly("unreadable", &DumpReport::unreadable)
      .def_readonly("gaps", &DumpReport::gaps)
      .def_readonly("more_gaps", &DumpReport::more_gaps);
}

void bind_notes(py::module_& m) {
  using dump::ProcessNotes;
  py::class_<ProcessNotes>(m, "ProcessNotes", "A core's notes (dump/process_notes.h).")
      .def_property_readonly("notes",
                             [](const ProcessNotes& self) { return py::bytes(self.notes); })
      .def_readonly("unreadable", &ProcessNotes::unreadable)
      .def_readonly("machine", &ProcessNotes::machine);
  // With the GIL: ptrace(2) works in gdb's own thread alone, which this is, and is quick.
  m.def("process_notes", &dump::process_notes, py::arg("pid"), py::arg("threads"),
        py::arg("signal"), py::arg("mappings"));
}

}  // namespace

void bind_dump(py::module_& m) {
  bind_selection(m);
  bind_reports(m);
  bind_notes(m);
  m.def(
      "dump_file_name",
      [](const py::object& program, long pid, const Mapping& mapping) {
        return text_object(dump::dump_file_name(text_bytes(program), pid, mapping));
      },
      py::arg("program"), py::arg("pid"), py::arg("mapping"),
      "The name of the file that holds a mapping (dump/file_name.h).");
  py::enum_<dump::Encoding>(m, "Encoding", "Of a dump's files (dump/dump.h).")
      .value("RAW", dump::Encoding::raw)
      .value("ZSTD", dump::Encoding::zstd)
      .value("CORE", dump::Encoding::core);
  py::class_<DumpOptions>(m, "DumpOptions", "Where a dump goes (dump/dump.h).")
      .def(py::init([](dump::Encoding encoding, int level, bool is_single, const py::object& path,
                       const py::object& manifest, bool replace, bool leaves_file_pages,
                       bool packs) {
             return DumpOptions{encoding,
                                level,
                                is_single,
                                text_bytes(path),
                                text_bytes(manifest),
                                replace,
                                leaves_file_pages,
                                packs};
           }),
           py::kw_only(), py::arg("encoding"), py::arg("level"), py::arg("is_single"),
           py::arg("path"), py::arg("manifest"), py::arg("replace"), py::arg("leaves_file_pages"),
           py::arg("packs"));
  py::class_<Dump>(m, "Dump", "Mappings into files, and a manifest (dump/dump.h).")
      .def(py::init([](MemoryReader& reader, std::string kind, const py::object& program, long pid,
                       const DumpOptions& options, const std::vector<BuildId>& build_ids) {
             return std::make_unique<Dump>(reader,
                                           dump::Target{std::move(kind), text_bytes(program), pid},
                                           options, build_ids);
           }),
           py::keep_alive<1, 2>(), py::arg("reader"), py::arg("kind"), py::arg("program"),
           py::arg("pid"), py::arg("options"), py::arg("build_ids"))
      .def(
          "write",
          [](Dump& self, const Mapping& mapping, const py::function& progress) {
            const auto told = python_progress(progress);
            const py::gil_scoped_release release;
            return self.write(mapping, told);
          },
          py::arg("mapping"), py::arg("progress"),
          "Dump a mapping; progress(bytes done) is called about every 20 ms.")
      .def("skip", &Dump::skip, py::arg("mapping"), py::arg("reason"))
      .def(
          "finish",
          [](Dump& self, const std::string& notes, std::uint16_t machine) {
            const py::gil_scoped_release release;
            self.finish(notes, machine);
          },
          py::arg("notes"), py::arg("machine"));
}

}  // namespace pysheeet
