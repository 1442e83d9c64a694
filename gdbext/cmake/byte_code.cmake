# Python keeps byte code beside a module at its first use, but not in another user's directory, nor
# with PYTHONDONTWRITEBYTECODE set: every start of gdb would compile the package anew. So the build
# and the installation do it once, with gdb's Python.
set(byte_compile ${GDB_EXECUTABLE} -nx -batch
    -ex "python import compileall, gdb, os"
    -ex "python where = {'stripdir': os.environ.get('DESTDIR'), 'prependdir': '/'}"
    -ex "python compileall.compile_dir(os.environ['PYSHEEET_DIR'], quiet=1, **where) or gdb.execute('quit 1')")

file(GLOB_RECURSE sources ${PROJECT_SOURCE_DIR}/python/*.py)
set(stamp ${CMAKE_CURRENT_BINARY_DIR}/byte_code.stamp)
add_custom_command(
  OUTPUT ${stamp}
  COMMAND ${CMAKE_COMMAND} -E env --unset=DESTDIR PYSHEEET_DIR=${PROJECT_SOURCE_DIR}/python
          ${byte_compile}
  COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
  DEPENDS ${sources}
  COMMENT "Byte-compiling python/"
  VERBATIM)
add_custom_target(byte_code ALL DEPENDS ${stamp})

list(JOIN byte_compile "]===] [===[" byte_compile)
install(CODE "
  set(ENV{PYSHEEET_DIR} \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${pysheeet_home}/python\")
  execute_process(COMMAND [===[${byte_compile}]===] COMMAND_ERROR_IS_FATAL ANY)")
