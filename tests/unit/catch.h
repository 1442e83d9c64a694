#pragma once

// Catch2 v3 has one header for all of it under another name than v2's.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;  // v2 has it there
#else
#include <catch2/catch.hpp>
#endif
