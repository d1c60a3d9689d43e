# masthead_module(NAME DEPENDS modules… LIBRARIES third-party… [TSAN])
#
# Makes library masthead_NAME from every *.cc of the calling folder, except *_test.cc, which
# become test program NAME_tests, and *_fuzz.cc, which become one libFuzzer program each (asan
# tree). A new file needs no edit of a CMakeLists.txt. In the tsan tree only modules marked TSAN
# get their tests built.
function(masthead_module name)
  cmake_parse_arguments(ARG "TSAN" "" "DEPENDS;LIBRARIES;TEST_DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cc$|/main\\.cc$")

  set(dependencies)
  foreach(module ${ARG_DEPENDS})
    list(APPEND dependencies masthead_${module})
  endforeach()
  if(sources)
    add_library(masthead_${name} STATIC ${sources})
    target_link_libraries(masthead_${name} PUBLIC ${dependencies} fmt::fmt Threads::Threads
                                           PRIVATE ${ARG_LIBRARIES})
  else()
    add_library(masthead_${name} INTERFACE)
    target_link_libraries(masthead_${name} INTERFACE ${dependencies} fmt::fmt Threads::Threads)
  endif()
  set(test_dependencies)
  foreach(module ${ARG_TEST_DEPENDS})
    list(APPEND test_dependencies masthead_${module})
  endforeach()

  if(tests AND (NOT MASTHEAD_SANITIZER STREQUAL "tsan" OR ARG_TSAN))
    add_executable(${name}_tests ${tests})
    target_link_libraries(${name}_tests PRIVATE masthead_${name} ${test_dependencies}
                          ${ARG_LIBRARIES} rapidcheck GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_tests PRIVATE
                               MASTHEAD_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND ${name}_tests)
  endif()
  if(MASTHEAD_SANITIZER STREQUAL "asan")
    foreach(fuzzer ${fuzzers})
      get_filename_component(program ${fuzzer} NAME_WE)
      add_executable(${program} ${fuzzer})
      target_compile_options(${program} PRIVATE -fsanitize=fuzzer)
      target_link_options(${program} PRIVATE -fsanitize=fuzzer)
      target_link_libraries(${program} PRIVATE masthead_${name} ${ARG_LIBRARIES})
    endforeach()
  endif()
endfunction()
