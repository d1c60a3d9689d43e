# masthead_module(NAME DEPENDS modules… LIBRARIES third-party… [TSAN])
#
# Makes library masthead_NAME from every *.cc of the calling folder, except
#   *_test.cc          test program NAME_tests
#   *_fixture.cc       library masthead_NAME_fixture, for the tests of this module and of those that
#                      name NAME_fixture in TEST_DEPENDS
#   *_on_cluster.cc    test program NAME_on_cluster, which tests/cluster/ runs on a real cluster
#   *_fuzz.cc          one libFuzzer program each (asan tree)
# A new file needs no edit of a CMakeLists.txt. In the tsan tree only modules marked TSAN get their
# tests built.
function(masthead_module name)
  cmake_parse_arguments(ARG "TSAN" "" "DEPENDS;LIBRARIES;TEST_DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  foreach(part test fixture on_cluster fuzz)
    set(${part}_sources ${sources})
    list(FILTER ${part}_sources INCLUDE REGEX "_${part}\\.cc$")
  endforeach()
  list(FILTER sources EXCLUDE REGEX "_(test|fixture|on_cluster|fuzz)\\.cc$|/main\\.cc$")

  set(dependencies)
  foreach(module ${ARG_DEPENDS})
    list(APPEND dependencies masthead_${module})
  endforeach()
  if(sources)
    add_library(masthead_${name} STATIC ${sources})
    target_link_libraries(masthead_${name} PUBLIC ${dependencies} fmt::fmt Threads::Threads
                                           PRIVATE ${ARG_LIBRARIES})
    # A fuzzer finds its way by the branches of what it fuzzes, not by its own.
    if(fuzz_sources AND MASTHEAD_SANITIZER STREQUAL "asan")
      target_compile_options(masthead_${name} PRIVATE -fsanitize=fuzzer-no-link
                                                      ${precompiled_fuzzed_module})
    else()
      target_compile_options(masthead_${name} PRIVATE ${precompiled_module})
    endif()
  else()
    add_library(masthead_${name} INTERFACE)
    target_link_libraries(masthead_${name} INTERFACE ${dependencies} fmt::fmt Threads::Threads)
  endif()
  set(test_dependencies)
  foreach(module ${ARG_TEST_DEPENDS})
    list(APPEND test_dependencies masthead_${module})
  endforeach()
  if(fixture_sources)
    add_library(masthead_${name}_fixture STATIC ${fixture_sources})
    target_link_libraries(masthead_${name}_fixture PUBLIC masthead_${name})
    masthead_as_test(masthead_${name}_fixture)
    list(APPEND test_dependencies masthead_${name}_fixture)
  endif()

  if(NOT MASTHEAD_SANITIZER STREQUAL "tsan" OR ARG_TSAN)
    masthead_test_program(${name}_tests "${test_sources}")
    masthead_test_program(${name}_on_cluster "${on_cluster_sources}")
    if(test_sources)
      add_test(NAME ${name} COMMAND ${name}_tests)
    endif()
  endif()
  if(MASTHEAD_SANITIZER STREQUAL "asan")
    foreach(fuzzer ${fuzz_sources})
      get_filename_component(program ${fuzzer} NAME_WE)
      add_executable(${program} ${fuzzer})
      target_compile_options(${program} PRIVATE -fsanitize=fuzzer)
      target_link_options(${program} PRIVATE -fsanitize=fuzzer)
      target_link_libraries(${program} PRIVATE masthead_${name} ${ARG_LIBRARIES})
    endforeach()
  endif()
endfunction()

# Tests run once, so what a sanitized tree spends on making them fast is lost: it doubles the time
# of compiling them.
function(masthead_as_test target)
  if(MASTHEAD_SANITIZER)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()

# For a test that reads files of the tree. Those alone know its path: to ccache the rest is the same
# in every clone.
function(masthead_reads_tree file)
  set_source_files_properties(${file} PROPERTIES
    COMPILE_DEFINITIONS MASTHEAD_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
endfunction()

# The test programs of a tree, and what those need: most of a tree with ThreadSanitizer is neither.
add_custom_target(tests)

# One test program of the calling module; nothing without sources.
macro(masthead_test_program program program_sources)
  if(NOT "${program_sources}" STREQUAL "")
    add_executable(${program} ${program_sources})
    target_link_libraries(${program} PRIVATE masthead_${name} ${test_dependencies}
                          ${ARG_LIBRARIES} rapidcheck GTest::gmock GTest::gtest_main)
    masthead_as_test(${program})
    target_compile_options(${program} PRIVATE ${precompiled_test})
    add_dependencies(tests ${program})
  endif()
endmacro()
