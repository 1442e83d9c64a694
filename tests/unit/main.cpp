// With Catch2 v3 main comes from its library, and this defines nothing.
#define CATCH_CONFIG_MAIN
#include "catch.h"
