# The module is loaded by the Python inside gdb, which need not be the python3 on PATH: ask gdb.
# Sets GDB_PYTHON_VERSION, GDB_PYTHON_INCLUDE_DIRS and GDB_PYTHON_EXT_SUFFIX.
find_program(GDB_EXECUTABLE gdb)
if(NOT GDB_EXECUTABLE)
  message(FATAL_ERROR "gdb was not found. Install it (gdbinit/setup.sh does), or say where it is: "
                      "-DGDB_EXECUTABLE=/path/to/gdb")
endif()

set(question "import sys, sysconfig"
             "p, v = sysconfig.get_path, sysconfig.get_config_var"
             "print('|'.join(('answer', '%d.%d' % sys.version_info[:2], p('include'), p('platinclude'), v('EXT_SUFFIX'))))")
list(TRANSFORM question PREPEND "python ")
set(command ${GDB_EXECUTABLE} -nx -batch -iex "set debuginfod enabled off")
foreach(line IN LISTS question)
  list(APPEND command -ex "${line}")
endforeach()
execute_process(COMMAND ${command} RESULT_VARIABLE status OUTPUT_VARIABLE answer ERROR_VARIABLE complaint)
if(NOT status MATCHES "^[0-9]+$")
  message(FATAL_ERROR "${GDB_EXECUTABLE} does not run: ${status}. Say where gdb is: "
                      "-DGDB_EXECUTABLE=/path/to/gdb")
endif()
if(NOT answer MATCHES "answer\\|([0-9.]+)\\|([^|\n]+)\\|([^|\n]+)\\|([^|\n]+)")
  message(FATAL_ERROR "${GDB_EXECUTABLE} has no Python (it said: ${answer}${complaint}). "
                      "Install a gdb built with Python: Debian's package gdb, not gdb-minimal.")
endif()
set(GDB_PYTHON_VERSION ${CMAKE_MATCH_1})
set(GDB_PYTHON_INCLUDE_DIRS ${CMAKE_MATCH_2} ${CMAKE_MATCH_3})
set(GDB_PYTHON_EXT_SUFFIX ${CMAKE_MATCH_4})
list(REMOVE_DUPLICATES GDB_PYTHON_INCLUDE_DIRS)

if(NOT EXISTS ${CMAKE_MATCH_2}/Python.h)
  message(FATAL_ERROR "gdb's Python is ${GDB_PYTHON_VERSION}, and ${CMAKE_MATCH_2}/Python.h is not there. "
                      "Install its headers: Debian's package libpython${GDB_PYTHON_VERSION}-dev.")
endif()
message(STATUS "gdb's Python: ${GDB_PYTHON_VERSION}, ${CMAKE_MATCH_2}, ${GDB_PYTHON_EXT_SUFFIX}")
