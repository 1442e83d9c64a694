#pragma once

#include <pybind11/pybind11.h>

#include <vector>

#include "core/memory_map.h"

// Of 100,000 mappings a Python list of copies would take many times the room. Whoever binds a
// function that takes or gives them includes this.
PYBIND11_MAKE_OPAQUE(std::vector<pysheeet::Mapping>)

namespace pysheeet {

using Mappings = std::vector<Mapping>;

}  // namespace pysheeet
