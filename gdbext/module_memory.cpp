// The binding of core: mappings and what reads memory.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl_bind.h>

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "core/build_id.h"
#include "core/core_file.h"
#include "core/core_mappings.h"
#include "core/memory_map.h"
#include "core/memory_reader.h"
#include "core/process_memory.h"
#include "module.h"
#include "module_mappings.h"

namespace py = pybind11;

namespace pysheeet {

namespace {

// Memory as Python gets it: read(address, size) gives its bytes, or None if not all can be read.
class CallableMemory final : public MemoryReader {
 public:
  explicit CallableMemory(py::function read) : read_(std::move(read)) {}

  Stretch read(std::uint64_t address, std::span<std::byte> buffer) override {
    const std::size_t page_left = k_page_size - address % k_page_size;
    if (copy(address, buffer)) {
      return {Stretch::Kind::data, buffer.size()};
    }
    if (buffer.size() > page_left && copy(address, buffer.first(page_left))) {
      return {Stretch::Kind::data, page_left};
    }
    return {Stretch::Kind::unreadable, page_left, "gdb can't read it"};
  }

 private:
  static constexpr std::size_t k_page_size = 4096;

  bool copy(std::uint64_t address, std::span<std::byte> buffer) {
    const py::gil_scoped_acquire gil;
    check_signals();
    const py::object bytes = read_(address, buffer.size());
    if (bytes.is_none()) {
      return false;
    }
    const py::buffer_info info = bytes.cast<py::buffer>().request();
    if (static_cast<std::size_t>(info.size * info.itemsize) != buffer.size()) {
      return false;
    }
    std::memcpy(buffer.data(), info.ptr, buffer.size());
    return true;
  }

  py::function read_;
};

}  // namespace

void bind_memory(py::module_& m) {
  py::class_<Mapping>(m, "Mapping", "One mapping of an address space (core/memory_map.h).")
      .def(py::init([](std::uint64_t start, std::uint64_t end, const std::string& permissions,
                       const py::object& name) {
             return Mapping{start, end, permissions, 0, text_bytes(name)};
           }),
           py::arg("start"), py::arg("end"), py::arg("permissions"), py::arg("name"))
      .def_readonly("start", &Mapping::start)
      .def_readonly("end", &Mapping::end)
      .def_readonly("permissions", &Mapping::permissions)
      .def_readonly("offset", &Mapping::offset)
      .def_property_readonly("size", &Mapping::size)
      .def_property_readonly("name", [](const Mapping& self) { return text_object(self.name); });
  py::bind_vector<Mappings, std::shared_ptr<Mappings>>(m, "Mappings");
  m.def("read_maps", &read_maps, py::arg("pid"), py::call_guard<py::gil_scoped_release>(),
        "The mappings of a live process or thread.");
  m.def("parse_maps", &parse_maps, py::arg("text"), "Those of the lines of a maps file.");
  m.def("parse_device_mappings", &parse_device_mappings, py::arg("smaps"),
        "Start addresses of the mappings that are no RAM, by the lines of a smaps file.");
  m.def("read_device_mappings", &read_device_mappings, py::arg("pid"),
        py::call_guard<py::gil_scoped_release>(),
        "Start addresses of the mappings that are no RAM (core/memory_map.h).");

  py::class_<MemoryReader>(m, "MemoryReader", "A source of memory (core/memory_reader.h).")
      .def("resident", &MemoryReader::resident, py::arg("start"), py::arg("end"),
           py::call_guard<py::gil_scoped_release>());
  py::class_<ProcessMemory, MemoryReader>(m, "ProcessMemory")
      .def(py::init<pid_t, std::shared_ptr<Mappings>>(), py::arg("id"), py::arg("mappings"));
  py::class_<CallableMemory, MemoryReader>(m, "CallableMemory")
      .def(py::init<py::function>(), py::arg("read"));
  py::class_<CoreFile, MemoryReader>(m, "CoreFile")
      .def(py::init(
               [](const py::object& path) { return std::make_unique<CoreFile>(text_bytes(path)); }),
           py::arg("path"))
      .def_property_readonly("damage", &CoreFile::damage)
      .def_property_readonly("machine", &CoreFile::machine)
      .def_property_readonly("is_64_bit", &CoreFile::is_64_bit)
      .def("notes", [](const CoreFile& self) { return py::bytes(self.notes()); })
      .def("mappings", &core_mappings);
  py::class_<BuildId>(m, "BuildId")
      .def_readonly("file", &BuildId::file)
      .def_readonly("id", &BuildId::id);
  m.def("build_ids", &build_ids, py::arg("reader"), py::arg("mappings"),
        py::call_guard<py::gil_scoped_release>(), "Of program and libraries (core/build_id.h).");
}

}  // namespace pysheeet
