# Precompiled headers for the sanitized trees: a quarter of the time of compiling a file of a module
# from nothing, and half of that of a test. The release is compiled without, so that a file which
# forgets an #include is found.
#
# CMake's own would be made once a target and lie in the build folder, where ccache would not know
# them again in another clone. These lie beside the other caches, named by the hash of all that
# decides them: the compiler, its options, and every header in its text.

if(DEFINED ENV{MASTHEAD_CACHE})
  set(precompiled_folder $ENV{MASTHEAD_CACHE}/precompiled)
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(precompiled_folder $ENV{XDG_CACHE_HOME}/masthead/precompiled)
else()
  set(precompiled_folder $ENV{HOME}/.cache/masthead/precompiled)
endif()

# masthead_precompile(NAME HEADER options…): the variable precompiled_NAME becomes the options that
# use cmake/precompiled/HEADER.h, for files that are compiled with these options besides those of
# the whole tree; the compiler refuses it to others.
function(masthead_precompile name header)
  get_directory_property(options COMPILE_OPTIONS)
  list(FILTER options EXCLUDE REGEX "^-ffile-prefix-map=")
  get_directory_property(definitions COMPILE_DEFINITIONS)
  get_target_property(of_fmt fmt::fmt INTERFACE_COMPILE_DEFINITIONS)
  list(APPEND definitions ${of_fmt})
  list(TRANSFORM definitions PREPEND -D)
  set(command ${CMAKE_CXX_COMPILER} ${CMAKE_CXX23_STANDARD_COMPILE_OPTION} ${options} ${definitions}
              ${ARGN} -x c++-header)
  set(source ${CMAKE_SOURCE_DIR}/cmake/precompiled/${header}.h)
  # The compiler takes it no more once it or one of these is another, as after an upgrade of packages.
  execute_process(COMMAND ${command} -M ${source} OUTPUT_VARIABLE headers COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE "^[^:]*:|\\\\\n" " " headers "${headers}")
  separate_arguments(headers UNIX_COMMAND "${headers}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${headers} ${CMAKE_CXX_COMPILER})
  execute_process(COMMAND ${command} -E -P ${source} OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} --version OUTPUT_VARIABLE version
                  COMMAND_ERROR_IS_FATAL ANY)
  string(SHA256 key "${version} ${command} ${text}")
  set(file ${precompiled_folder}/${key})
  if(NOT EXISTS ${file}.pch)
    # Its source stays beside it, at a path that outlives this clone: the compiler asks for it. Another
    # build may make the same at the same time, so it comes under its name when it is whole.
    string(RANDOM LENGTH 8 mine)
    file(MAKE_DIRECTORY ${precompiled_folder})
    configure_file(${source} ${file}.h COPYONLY)
    execute_process(COMMAND ${command} -fpch-instantiate-templates -Xclang -fno-pch-timestamp
                            -o ${file}.${mine} ${file}.h COMMAND_ERROR_IS_FATAL ANY)
    # What ccache takes it by, instead of by its bytes.
    file(WRITE ${file}.pch.sum ${key})
    file(RENAME ${file}.${mine} ${file}.pch)
  endif()
  set(precompiled_${name} "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-include-pch ${file}.pch>" PARENT_SCOPE)
endfunction()

if(MASTHEAD_SANITIZER)
  masthead_precompile(module module -fPIC)
  masthead_precompile(test test -fPIE -O0 -DGTEST_HAS_PTHREAD=1)
endif()
if(MASTHEAD_SANITIZER STREQUAL "asan")
  masthead_precompile(fuzzed_module module -fPIC -fsanitize=fuzzer-no-link)
endif()
